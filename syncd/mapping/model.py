"""The words of a mapping file, as pydantic models.

Their field descriptions are the reference that editors show (see `schema.py`). Scalars
arrive as the text the admin wrote (see `load.py`), so that is what the models take.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

__all__ = [
    "DeleteEnd",
    "DeleteModel",
    "FileModel",
    "ProcoreModel",
    "ProjectsModel",
    "QuickbaseModel",
    "RuleModel",
    "seconds",
]

Text = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""A scalar as the admin sees it: `012` stays 012 and `true` stays true."""

Texts = Annotated[
    list[Text],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
            ]
        }
    ),
]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
LONGEST = 31 * 86_400


def seconds(text: Any) -> float:
    """`30s`, `5m`, `24h` or `1d` as seconds. Raises ValueError, with a sentence, for others."""
    word = text.strip() if isinstance(text, str) else ""
    digits, unit = word[:-1], word[-1:]
    if not digits.isascii() or not digits.isdigit() or unit not in _UNITS or len(digits) > 6:
        raise ValueError(f"{text!r} is not a time; write a number and s, m, h or d, such as 30s, 5m or 24h")
    value = int(digits) * _UNITS[unit]
    if value > LONGEST:
        raise ValueError(f"{text!r} is longer than 31 days")
    return float(value)


Duration = Annotated[
    float, BeforeValidator(seconds), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,6}[smhd]$"})
]


def _not_none(value: float) -> float:
    if value < 1:
        raise ValueError("must be at least 1s")
    return value


Interval = Annotated[Duration, AfterValidator(_not_none)]
"""A duration between two readings: without one, the budget would be gone at once."""

DirectionWord = Literal["two-way", "to-quickbase", "to-procore"]
PolicyWord = Literal["procore", "quickbase", "newest", "hold"]
FirstWord = Literal["procore", "quickbase", "hold"]
OnEditWord = Literal["overwrite", "ignore", "report"]
SideWord = Literal["procore", "quickbase"]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class ProjectsModel(_Words):
    """Which projects a project resource is read from."""

    linked: str = Field(description="The mapping whose linked, active records are the projects.")
    only: list[Text] = Field(
        default=[], description="Narrow them to these project numbers, names or ids.", max_length=10_000
    )


class ProcoreModel(_Words):
    """The Procore half."""

    resource: str = Field(description="A resource of the catalogue; `syncd catalog` lists them.")
    where: dict[str, Texts] = Field(default={}, description="Procore filters that narrow the list.")
    projects: ProjectsModel | None = Field(
        default=None, description="For resources that live in projects: which projects."
    )
    key: Text = Field(
        default="none",
        description="A text field that carries our mark when we create a record in Procore, so that a lost "
        "answer never makes a second one: `origin_id`, another text field, or `none`.",
    )
    under: str | None = Field(
        default=None,
        description="For resources that live in records, such as replies: the mapping whose linked records "
        "they live in.",
    )


class QuickbaseModel(_Words):
    """The Quickbase half."""

    table: Text = Field(description="The table's name or dbid.")
    key: Text = Field(
        description="A unique text field of the table that belongs to syncd: it holds the Procore identity."
    )
    where: str = Field(default="", description="A Quickbase query with field labels: {'Division'.EX.'East'}.")


class DeleteEnd(_Words):
    """One side's word; `flag` is the checkbox to set instead."""

    word: Literal["keep", "unlink", "archive", "delete"] = "keep"
    flag: Text | None = None


_WORDS_SCHEMA = {
    "anyOf": [
        {"enum": ["keep", "unlink", "archive", "delete"]},
        {
            "type": "object",
            "properties": {"flag": {"type": "string", "description": "The checkbox field to set."}},
            "required": ["flag"],
            "additionalProperties": False,
        },
    ]
}
End = Annotated[
    DeleteEnd,
    BeforeValidator(lambda value: {"word": value} if isinstance(value, str) else value),
    WithJsonSchema(_WORDS_SCHEMA),
]


class DeleteModel(_Words):
    """What happens on a side when the other side's record was deleted."""

    procore: End = Field(default=DeleteEnd(), description="What happens in Procore.")
    quickbase: End = Field(default=DeleteEnd(), description="What happens in Quickbase.")


class RuleModel(_Words):
    """One rule: a pair of fields, an expression or a constant."""

    procore: Text | None = Field(default=None, description="A field of the Procore resource.")
    quickbase: Text | None = Field(default=None, description="The label of a Quickbase field.")
    direction: DirectionWord | None = Field(default=None, description="Narrows the mapping's direction.")
    conflict: PolicyWord | None = Field(default=None, description="Who wins where both sides were edited.")
    first: FirstWord | None = Field(
        default=None, description="Who wins where two records are linked for the first time and differ."
    )
    on_edit: OnEditWord | None = Field(
        default=None, description="What happens where a person edits the target of a one-way rule."
    )
    values: dict[str, Text | None] | None = Field(
        default=None, description="Pairs `procore: quickbase`; one to one if the rule is two-way."
    )
    link: str | None = Field(default=None, description="The mapping that this reference goes through.")
    from_: str | None = Field(
        default=None,
        alias="from",
        description="An expression (Jinja) over the other side's fields, instead of one field.",
    )
    value: Text | None = Field(default=None, description="A constant, sent when a record is created.")
    default: Text | None = Field(
        default=None, description="What Procore gets where the Quickbase field is empty."
    )
    on: Literal["create"] | None = Field(
        default=None, description="`create`: sent when a record is created, and never again."
    )
    zone: str | None = Field(
        default=None, description="The time zone in which a day stands for a moment, such as America/Chicago."
    )
    by: str | None = Field(
        default=None,
        description="Says a Procore reference in words instead of ids: `name`, `email`, `full_code`, "
        "`number` or `path`, whichever the reference has.",
        json_schema_extra={"examples": ["email", "name", "full_code", "number", "path"]},
    )
    missing: Literal["create", "hold"] | None = Field(
        default=None,
        description="Beside `by: path`: whether folders of a path that are not in Procore are made there, "
        "or hold the field (`hold`, if left out).",
    )
    as_: Literal["file"] | None = Field(
        default=None,
        alias="as",
        description="`file`: the bytes of an attachment cross, to and from `content` of files and images.",
    )
    replace: Literal["new", "hold"] | None = Field(
        default=None,
        description="Beside `as: file`, for images: whether other bytes in Quickbase make a new image, or "
        "are held (`hold`, if left out).",
    )
    join: str | None = Field(
        default=None, description="What stands between the parts where a list becomes one text, such as `; `."
    )


class FileModel(_Words):
    """A mapping file: one Procore resource paired with one Quickbase table."""

    mapping: str = Field(
        description="The mapping's name; unique, small letters, digits and hyphens.",
        pattern=r"^[a-z][a-z0-9-]{0,62}$",
    )
    procore: ProcoreModel = Field(description="The Procore half.")
    quickbase: QuickbaseModel = Field(description="The Quickbase half.")
    direction: DirectionWord = Field(default="two-way", description="Which way values may cross.")
    match: list[list[Text]] = Field(
        default=[],
        description="How records that exist on both sides are recognised at first contact: up to four "
        "alternatives, each a list of Procore fields that have a rule.",
    )
    first: FirstWord = Field(default="hold", description="Who wins at first contact where values differ.")
    create: list[SideWord] = Field(default=[], description="Sides on which a missing record is created.")
    delete: DeleteModel = Field(default=DeleteModel(), description="What a delete does to the other side.")
    conflict: PolicyWord = Field(default="hold", description="Who wins where both sides were edited.")
    on_edit: OnEditWord = Field(
        default="report", description="What happens where a person edits the target of a one-way rule."
    )
    every: Interval = Field(default=300.0, description="How often both sides are asked for changes.")
    sweep: Interval = Field(default=86_400.0, description="How often everything is compared in full.")
    settle: Duration = Field(default=0.0, description="How long an edit must rest before it crosses.")
    zone: str | None = Field(default=None, description="The zone for every rule that needs one.")
    fields: list[RuleModel] = Field(description="The rules.", min_length=1, max_length=500)
