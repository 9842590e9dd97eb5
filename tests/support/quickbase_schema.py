"""A Quickbase app built by hand, with one field of every kind that checks care about."""

from __future__ import annotations

from syncd.core.values import Field, Kind
from syncd.mapping.schemas import FieldSchema, QuickbaseSchema, TableSchema

__all__ = ["DEMO", "app", "field", "table"]


def field(
    fid: int,
    label: str,
    kind: Kind = Kind.TEXT,
    *,
    type: str = "text",
    unique: bool = False,
    required: bool = False,
    mode: str = "",
    append_only: bool = False,
    choices: tuple[str, ...] = (),
    decimals: int | None = None,
    max_length: int | None = None,
    target: str = "",
    kind_known: bool = True,
) -> FieldSchema:
    """One field; its core `Field` is named by the id, as the client's are."""
    core = Field(
        str(fid),
        label,
        kind,
        required=required,
        decimals=decimals,
        max_length=max_length,
        choices=frozenset(choices) or None,
    )
    return FieldSchema(
        fid,
        label,
        type,
        core,
        kind_known=kind_known,
        unique=unique,
        mode=mode,
        append_only=append_only,
        target=target,
    )


def table(dbid: str, name: str, *fields: FieldSchema, key: int = 3) -> TableSchema:
    """A table with the built-in fields and these."""
    built_in = (
        field(1, "Date Created", Kind.INSTANT, type="timestamp"),
        field(2, "Date Modified", Kind.INSTANT, type="timestamp"),
        field(3, "Record ID#", Kind.NUMBER, type="recordid", unique=True),
    )
    return TableSchema(dbid, name, (*built_in, *fields), key)


def app(*tables: TableSchema) -> QuickbaseSchema:
    """An app of these tables."""
    return QuickbaseSchema("bapp", tables)


PROJECTS = table(
    "bprojects",
    "Projects",
    field(6, "Project Name"),
    field(7, "Number", max_length=20),
    field(8, "City"),
    field(9, "State"),
    field(10, "Status", Kind.CHOICE, type="text-multiple-choice", choices=("Active", "Closed")),
    field(11, "Start Date", Kind.DAY, type="date"),
    field(12, "Total Value", Kind.MONEY, type="currency", decimals=2),
    field(13, "Procore ID", unique=True),
    field(14, "Location", mode="formula"),
    field(15, "Log", append_only=True),
    field(16, "Gone", Kind.CHECKBOX, type="checkbox"),
    field(17, "Site", type="address", kind_known=False),
    field(18, "Not Unique"),
    field(19, "Number Key", Kind.NUMBER, type="numeric", unique=True),
    field(20, "Starts At", Kind.INSTANT, type="timestamp"),
    field(21, "Notes", Kind.RICH_TEXT, type="rich-text"),
    field(22, "Owner", Kind.USER, type="user"),
    field(23, "Other ID", unique=True),
)
VENDORS = table(
    "bvendors",
    "Vendors",
    field(6, "Company Name"),
    field(7, "City"),
    field(8, "Email", Kind.EMAIL, type="email"),
    field(9, "Phone", Kind.PHONE, type="phone"),
    field(10, "Website", Kind.URL, type="url"),
    field(11, "Trade"),
    field(12, "Procore ID", unique=True),
    field(13, "Related Parent", Kind.REFERENCE, type="numeric", target="bvendors"),
)
RFIS = table(
    "brfis",
    "RFIs",
    field(6, "Subject"),
    field(7, "Number"),
    field(8, "Status", Kind.CHOICE, type="text-multiple-choice", choices=("draft", "open", "closed")),
    field(9, "Due Date", Kind.DAY, type="date"),
    field(10, "Private", Kind.CHECKBOX, type="checkbox"),
    field(11, "Related Project", Kind.REFERENCE, type="numeric", target="bprojects"),
    field(12, "Related Vendor", Kind.REFERENCE, type="numeric", target="bvendors"),
    field(13, "Procore ID", unique=True),
    field(14, "RFI Manager ID"),
    field(15, "Question", type="text-multi-line"),
)
OWN_KEY = table(
    "bown",
    "Own Key",
    field(6, "Name"),
    field(7, "Procore ID", unique=True),
    field(8, "Other ID", unique=True),
    key=7,
)
STRICT = table(
    "bstrict",
    "Strict",
    field(6, "Name"),
    field(7, "Procore ID", unique=True),
    field(8, "Branch", required=True),
)

DEMO = app(PROJECTS, VENDORS, RFIS, OWN_KEY, STRICT)
