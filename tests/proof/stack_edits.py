"""Judging edits: every person's edit is live, superseded, a recorded loser, or in the one race."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.history import Event
from tests.proof.slips import a_slip
from tests.proof.stack_ledger import StackLedger
from tests.proof.stack_meaning import Meaning, TableMeaning

__all__ = ["nothing_lost", "real_conflicts"]

SIDES = ("procore", "quickbase")


def nothing_lost(ledger: StackLedger, table: TableMeaning) -> list[str]:
    """B1: follow every value that a person put somewhere until it was replaced."""
    out = []
    for side in SIDES:
        for record in ledger.records(side, table):
            events = ledger.changes[side, table.resource, record]
            for place, event in enumerate(events):
                if event.credential == "person" and event.after is not None and event.kind != "delete":
                    out += _edits(ledger, table, side, record, event, events[place + 1 :])
    return out


def _edits(
    ledger: StackLedger, table: TableMeaning, side: str, record: str, event: Event, later: list[Event]
) -> list[str]:
    out = []
    for one in table.fields:
        if not ledger.judged(side, one):
            continue
        value = ledger.value(side, table, one, event.after)
        if event.before is None and ledger.blank(value):
            continue
        if event.before is not None and value == ledger.value(side, table, one, event.before):
            continue
        over = next((e for e in later if ledger.value(side, table, one, e.after) != value), None)
        if over is None or over.after is None or over.credential == "person":
            continue
        why = _excuse(ledger, table, one, side, record, event, over, value)
        ledger.world.counts[f"overwritten: {why or 'LOST'}"] += 1
        if not why:
            new = ledger.value(side, table, one, over.after)
            out.append(
                f"B1: {side} {table.resource} {record}: a person set {one.procore} to {value!r} (event "
                f"{event.seq}) and syncd made it {new!r} (event {over.seq}); nothing tells of it"
            )
    return out


def _excuse(
    ledger: StackLedger,
    table: TableMeaning,
    one: Meaning,
    side: str,
    record: str,
    event: Event,
    over: Event,
    value: Any,
) -> str:
    """Why syncd might overwrite a person's value; "" if nothing justifies it."""
    if told := ledger.excused(over, one, value):
        return told
    there = SIDES[1 - SIDES.index(side)]
    serial = ledger.serial(side, table, record)
    # Typed back to what it was, a value counts from when it was first there: nobody can tell.
    mine = ledger.changes[side, table.resource, record]
    since = min(e.seq for e in mine if ledger.value(side, table, one, e.after) == value)
    for other in ledger.lineage(there, table, serial):
        for edit in ledger.changes[there, table.resource, other]:
            if edit.credential != "person" or not since < edit.seq < over.seq:
                continue
            was = ledger.value(there, table, one, edit.before)
            if edit.before is not None and was == value != ledger.value(there, table, one, edit.after):
                return "superseded"
    key = ledger.rules[table.resource, one.procore]
    for line in ledger.history[table.resource]:
        ours = record in (ledger.name(line.procore_id), line.quickbase_id)
        if ours and line.field == key and line.what in ("conflict", "settled"):
            known = [line.loser, line.before, line.after]
            if any(value in ledger.meanings(one, each) for each in known):
                return "recorded"
    if any(issue.verdict for issue in ledger.listed(table, {side: record}, one, ever=True)):
        return "a person's word"
    if ledger.seen_before(side, table, record, over.seq, one) < event.seq:
        return "race"
    if ledger.blank(value) and not _met(ledger, table, one, serial, event.seq):
        return "first contact: the filled value crosses"
    return ""


def _met(ledger: StackLedger, table: TableMeaning, one: Meaning, serial: str, before: int) -> bool:
    """Whether both sides held the same in that field at any moment between the key and that event:
    before they do nothing is agreed, and of two values of which one is empty the filled one crosses."""
    linked = _linked(ledger, table, serial)
    told = sorted(
        (
            (event, side)
            for side in SIDES
            for record in ledger.lineage(side, table, serial)
            for event in ledger.changes[side, table.resource, record]
            if event.seq < before
        ),
        key=lambda pair: pair[0].seq,
    )
    ends = [event.seq for event, _ in told[1:]] + [before]
    now: dict[str, Any] = {}
    for (event, side), end in zip(told, ends, strict=False):
        now[side] = ledger.value(side, table, one, event.after)
        if 0 < linked < end and len(now) == len(SIDES) and now["procore"] == now["quickbase"]:
            return ledger.comparable(table, one, serial, before)
    return False


def _linked(ledger: StackLedger, table: TableMeaning, serial: str) -> int:
    """The event by which the row first got its key: before it nothing was agreed."""
    for record in ledger.lineage("quickbase", table, serial):
        for event in ledger.changes["quickbase", table.resource, record]:
            if event.after is not None and ledger.key_of(table, event.after):
                return event.seq
    return 0


def real_conflicts(ledger: StackLedger, table: TableMeaning) -> list[str]:
    """B4: a conflict stands between two people's values, never against our own write."""
    out = []
    by_key = {ledger.rules[table.resource, one.procore]: one for one in table.fields}
    for issue in ledger.ever[table.resource]:
        one = by_key.get(issue.field)
        if issue.state != "conflict" or one is None or not issue.procore_id or not issue.quickbase_id:
            continue
        ids = {"procore": ledger.name(issue.procore_id), "quickbase": issue.quickbase_id}
        for side in SIDES:
            if a_slip(ledger, side, table, ids[side]):
                continue  # an empty row, which a key gave to a record again
            if not _touched(ledger, table, side, ids[side], one) and not ledger.unread(side, one, ids[side]):
                out.append(
                    f"B4: conflict on {one.procore} of {table.resource} {ids['procore']}/{ids['quickbase']}, "
                    f"but nobody edited it in {side} ({issue.procore_value!r} / {issue.quickbase_value!r})"
                )
    return out


def _touched(ledger: StackLedger, table: TableMeaning, side: str, record: str, one: Meaning) -> bool:
    return any(
        event.credential == "person"
        and (
            ledger.value(side, table, one, event.after) != ledger.value(side, table, one, event.before)
            or ledger.anew(side, table, one, event)
        )
        for event in ledger.changes[side, table.resource, record]
    )
