"""The adjustment lines of a budget change: how they are taken, changed and shown (reference §8)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.procore.budget_lines import number_of
from syncd.sandbox.procore.field import Field, FieldError, take
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.wire import bad_request, invalid

__all__ = ["adjusted", "shown_lines"]

Line = dict[str, Any]

_FIELDS = (
    Field("ref"),
    Field("adjustment_number", "int"),
    Field("wbs_code", "int", write="wbs_code_id"),
    Field("description"),
    Field("comment"),
    Field("calculation_strategy", "choice", choices=("automatic", "manual"), default="manual"),
    Field("quantity", "float"),
    Field("type", "choice", choices=("change_event", "budget_change"), default="change_event"),
    Field("uom"),
    Field("unit_cost", "money"),
    Field("amount", "money"),
    Field("change_event_line_item_id", "int"),
)


def adjusted(state: State, project: int, before: tuple[Line, ...], sent: Any) -> tuple[Line, ...]:
    """The lines after a write. Those with an `id` are changed, or deleted by `_delete`; others are new.

    Raises Refusal: 400 for what is no list of objects, 422 for lines that cannot be.
    """
    if sent is None:
        return before
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise bad_request("adjustment_line_items must be an array of objects")
    lines = {one["id"]: one for one in before}
    for one in sent:
        number = one.get("id")
        if number is not None and number not in lines:
            raise invalid({"adjustment_line_items": [f"{number} is not a line of this budget change"]})
        if one.get("_delete") is True:
            lines.pop(number, None)
            continue
        line = _taken(state, project, lines.get(number) or _blank(state), one)
        if line["adjustment_number"] is None:
            line["adjustment_number"] = 1 + max(
                (other["adjustment_number"] for other in lines.values()), default=0
            )
        lines[line["id"]] = line
    _check(list(lines.values()))
    return tuple(lines.values())


def shown_lines(state: State, lines: tuple[Line, ...]) -> list[Line]:
    """The lines as they read: WBS codes as objects, money as numbers."""
    found = []
    for one in lines:
        code = state.options.more.get(one["wbs_code"] or 0, {})
        wbs = {"flat_code": code.get("flat_code"), "description": code.get("description")}
        found.append(
            {
                **one,
                "wbs_code": {"id": one["wbs_code"], **wbs} if one["wbs_code"] else None,
                "unit_cost": number_of(one["unit_cost"]),
                "amount": number_of(one["amount"]),
                "currency_configuration": {"currency_iso_code": "USD"},
            }
        )
    return found


def _blank(state: State) -> Line:
    return {"id": state.new_id(), **{field.name: field.default for field in _FIELDS}}


def _taken(state: State, project: int, old: Line, sent: Line) -> Line:
    line, problems = dict(old), {}
    for field in _FIELDS:
        if field.written_as in sent:
            try:
                line[field.name] = take(field, sent[field.written_as], state.switches)
            except FieldError as error:
                problems[field.written_as] = [str(error)]
    if line["wbs_code"] is not None and not state.known("wbs_codes", line["wbs_code"], project):
        problems["wbs_code_id"] = ["is invalid"]
    if problems:
        raise invalid(problems)
    return line


def _check(lines: list[Line]) -> None:
    """A budget_change line belongs to an adjustment that a change_event line has begun."""
    begun = {one["adjustment_number"] for one in lines if one["type"] == "change_event"}
    for one in lines:
        if one["type"] == "budget_change" and one["adjustment_number"] not in begun:
            raise invalid({"adjustment_number": ["has no line of type change_event"]})
