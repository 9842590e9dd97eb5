"""A transfer between two budget lines as the lines of a budget change, both ways (reference §8). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from syncd.errors import Rejected
from syncd.procore.answers import Row

__all__ = [
    "FROM",
    "LINES",
    "MARK",
    "MOVED",
    "TO",
    "as_modification",
    "changed_lines",
    "marked_in",
    "new_lines",
    "titled",
]

MOVED = "change-"
"""Begins the id of a transfer that is a budget change: other modifications go by numbers."""

MARK = "syncd_mark"
"""The key of a transfer's row that holds what tells it apart."""

LINES = "adjustment_line_items"
TO, FROM = "to_budget_line_item_id", "from_budget_line_item_id"
AMOUNT, NOTES = "transfer_amount", "notes"
GETS, GIVES = "change_event", "budget_change"

BY_HAND = "by hand"
_TITLE = re.compile(r"\(syncd ([^()]+)\)\s*\Z")


def titled(mark: str) -> str:
    """The title of a new change. Without a mark it was made by hand."""
    return f"Transfer (syncd {mark or BY_HAND})"


def marked_in(change: Mapping[str, Any]) -> str:
    """The mark in a change's title, "" if it is none of ours."""
    found = _TITLE.search(str(change.get("title") or ""))
    return found[1] if found else ""


def new_lines(body: Mapping[str, Any], codes: Mapping[str, int]) -> list[Row]:
    """The lines of a new transfer. Without a line that gives, the grand total grows by one line."""
    amount = Decimal(str(body[AMOUNT]))
    return [
        {
            "adjustment_number": 1,
            "type": kind,
            "wbs_code_id": codes[key],
            "amount": moved,
            "description": body.get(NOTES),
        }
        for key, kind, moved in ((TO, GETS, amount), (FROM, GIVES, -amount))
        if key in codes
    ]


def changed_lines(change: Mapping[str, Any], body: Mapping[str, Any], codes: Mapping[str, int]) -> list[Row]:
    """What an update sends: the lines of the change with what `body` changes of the transfer.

    Raises Rejected where people have made something else of its lines.
    """
    pair = _pair(change)
    if pair is None:
        words = "its lines were changed in Procore, so that it is no transfer between two lines any more"
        raise Rejected(f"The budget change cannot be written: {words}.", status=422, detail=words)
    gets, gives = pair
    amount = Decimal(str(body.get(AMOUNT, gets["amount"])))
    sent = [_with(gets, body, codes.get(TO), amount)]
    if gives is not None and FROM in body and body[FROM] is None:
        sent.append({"id": gives["id"], "type": GIVES, "_delete": True})
    elif gives is not None:
        sent.append(_with(gives, body, codes.get(FROM), -amount))
    elif FROM in codes:
        number, notes = gets["adjustment_number"], body.get(NOTES, gets.get("description"))
        line = {"adjustment_number": number, "type": GIVES, "wbs_code_id": codes[FROM]}
        sent.append({**line, "amount": -amount, "description": notes})
    return sent


def _with(line: Mapping[str, Any], body: Mapping[str, Any], wbs: int | None, amount: Decimal) -> Row:
    found: Row = {"id": line["id"], "type": line["type"], "amount": amount}
    if wbs is not None:
        found["wbs_code_id"] = wbs
    if NOTES in body:
        found["description"] = body[NOTES]
    return found


def as_modification(change: Mapping[str, Any], line_of: Callable[[str], str | None]) -> Row:
    """A change as a modification's row. `line_of` names the budget line of a WBS code.

    What cannot be told is left out: a line whose WBS code is budgeted no more, and the whole transfer
    where people have made something else of it.
    """
    row: Row = {
        "id": f"{MOVED}{change['id']}",
        "change_status": change.get("status"),
        MARK: marked_in(change),
    }
    pair = _pair(change)
    if pair is None:
        return row
    gets, gives = pair
    row |= {AMOUNT: gets["amount"], NOTES: gets.get("description")}
    if (to := line_of(_wbs(gets))) is not None:
        row[TO] = to
    if gives is None:
        row[FROM] = None
    elif (giver := line_of(_wbs(gives))) is not None:
        row[FROM] = giver
    return row


def _pair(change: Mapping[str, Any]) -> tuple[Row, Row | None] | None:
    """The line that gets and the one that gives (None: nobody does); None for what is no transfer."""
    lines = change.get(LINES) or []
    gets = [one for one in lines if one.get("type") == GETS]
    gives = [one for one in lines if one.get("type") == GIVES]
    if len(gets) != 1 or len(gives) > 1 or len(lines) != len(gets) + len(gives):
        return None
    if gives and Decimal(str(gets[0]["amount"] or 0)) + Decimal(str(gives[0]["amount"] or 0)) != 0:
        return None
    return gets[0], gives[0] if gives else None


def _wbs(line: Mapping[str, Any]) -> str:
    """The WBS code of a line, in the shape of either version."""
    code = line.get("wbs_code")
    return str(code.get("id") if isinstance(code, dict) else line.get("wbs_code_id"))
