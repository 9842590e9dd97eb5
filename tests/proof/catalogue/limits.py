"""Judging what syncd may do at all: remove by the mapping's word and few at once, invite once, write on what
it has just read, and tell others' changes only (D1, D3, D4, C2, B1r, the event feed)."""

from __future__ import annotations

import re

from syncd.sandbox.history import Event
from tests.proof.catalogue.ledger import Ledger
from tests.proof.catalogue.meaning import Sort
from tests.proof.catalogue.meeting import SIDES, changed_unseen, other
from tests.proof.slips import a_slip, made_of_update

__all__ = ["feed", "fresh", "invited_once", "spares_locked", "within_the_word"]

FEW = 2
"""Removals of a mapping within a day that need nobody's word, in worlds of so few records."""

OLDEST = 61.0
"""What a write may rest on, in seconds: a reading of 60, and the clock's own steps."""

_WORDS = re.compile(r"^delete: {procore: (?P<procore>\w+), quickbase: (?P<quickbase>\w+|{flag: \w+})}$", re.M)


def within_the_word(ledger: Ledger, sort: Sort) -> list[str]:
    """D1, D3, D4: a record is deleted only where the mapping says `delete`, not many at once unless a
    person approved, and not if a person edited it after its counterpart was deleted."""
    text = next(one.text for one in ledger.world.setup.files if one.name == f"{sort.resource}.yaml")
    words = _WORDS.search(text)
    assert words is not None, text
    out, count = [], 0
    for side in SIDES:
        for record in ledger.records(side, sort):  # type: ignore[arg-type]
            for event in ledger.changes[side, sort.resource, record]:
                if event.kind != "delete" or event.credential != "syncd" or ledger.excused(event):
                    continue
                if a_slip(ledger, side, sort, record) or made_of_update(ledger, side, sort, record):  # type: ignore[arg-type]
                    continue
                count += 1
                where = f"{side} {sort.resource} {record}"
                if words[side] != "delete":
                    out.append(f"D1: syncd deleted {where}, and the mapping says {words[side]}")
                if edit := _edited_since(ledger, sort, side, record, event):
                    out.append(f"D4: syncd deleted {where}, which a person had edited since (event {edit})")
    approved = sum(one.verdict == "approved" for one in ledger.ever[sort.resource])
    if count > FEW + approved:
        out.append(f"D3: syncd deleted {count} {sort.resource} and {approved} of them were approved")
    return out


def _edited_since(ledger: Ledger, sort: Sort, side: str, record: str, gone: Event) -> int:
    """A person's edit, which syncd had been served, of a record whose counterpart had been deleted; 0 if
    there is none, or it put back what both had held."""
    there = other(side)
    serial = ledger.serial(side, sort, record)  # type: ignore[arg-type]
    killed = [
        one
        for twin in ledger.lineage(there, sort, serial)  # type: ignore[arg-type]
        for one in ledger.changes[there, sort.resource, twin]
        if one.kind == "delete" and one.seq < gone.seq
    ]
    if not killed:
        return 0
    mine = [one for one in ledger.changes[side, sort.resource, record] if one.seq < gone.seq]
    before = next((one for one in reversed(mine) if one.seq < killed[-1].seq), None)
    seen = ledger.seen_before(side, sort, record, gone.seq)
    last = next((one for one in reversed(mine) if one.seq <= seen), None)
    if before is None or last is None or last.credential != "person" or last.seq < killed[-1].seq:
        return 0
    differs = any(
        ledger.judged(side, one)
        and ledger.value(side, sort, one, last.after)  # type: ignore[arg-type]
        not in (
            ledger.value(side, sort, one, before.after),  # type: ignore[arg-type]
            ledger.value(there, sort, one, killed[-1].before),  # type: ignore[arg-type]
        )
        for one in sort.words
    )
    return last.seq if differs else 0


def invited_once(ledger: Ledger, sort: Sort) -> list[str]:
    """C2: an invitation cannot be taken back, so syncd sends one a person, and none to somebody whom it
    had been shown as invited."""
    out = []
    for record in ledger.records("procore", sort) if sort.resource == "users" else ():  # type: ignore[arg-type]
        sent: set[int] = set()
        for event in ledger.changes["procore", "users", record]:
            before, after = event.before or {}, event.after or {}
            if event.credential != "syncd" or after.get("invitations", 0) <= before.get("invitations", 0):
                continue
            served = ledger.seen_before("procore", sort, record, event.seq)
            shown = next(
                (one for one in ledger.changes["procore", "users", record] if one.seq == served), None
            )
            if shown is not None and (shown.after or {}).get("welcome_email_sent_at"):
                out.append(f"C2: user {record} was invited (event {event.seq}), and shown as invited before")
            sent.add(event.request)
        if len(sent) > 1:
            out.append(f"C2: user {record} was invited {len(sent)} times by syncd")
    return out


def spares_locked(ledger: Ledger, sort: Sort) -> list[str]:
    """D2: original amounts stay as they are while the project's budget is locked, as far as syncd could
    see that: longer than a reading counts, and nobody closed the tool or set the clock."""
    counts = ledger.world.counts
    if sort.resource != "budget-line-items" or counts["tool"] or counts["withdraw"] or counts["step"]:
        return []
    out = []
    for record in ledger.records("procore", sort):  # type: ignore[arg-type]
        for event in ledger.changes["procore", sort.resource, record]:
            key = "original_budget_amount"
            moved = (event.before or {}).get(key) != (event.after or {}).get(key)
            locked = ledger.locked_since(record.split("/")[0], event)
            if event.credential == "syncd" and event.kind == "update" and moved and locked > OLDEST:
                out.append(
                    f"D2: {sort.resource} {record}: an amount was changed {locked:.0f} s after the lock"
                )
    return out


def fresh(ledger: Ledger, sort: Sort) -> list[str]:
    """B1r: no write of values rests on a reading older than 60 s."""
    out = []
    at = ledger.world.moments_of
    for side in SIDES:
        for record in ledger.records(side, sort):  # type: ignore[arg-type]
            read = ledger.read_by[side, sort.resource, record]
            for event in ledger.changes[side, sort.resource, record]:
                if (
                    event.credential != "syncd"
                    or event.kind != "update"
                    or not _says(ledger, sort, side, event)
                ):
                    continue
                last = max((at[number][1] for number in read if number < event.request), default=None)
                if last is None or at[event.request][0] - last > OLDEST:
                    age = "never" if last is None else f"{at[event.request][0] - last:.0f} s before"
                    out.append(f"B1r: {side} {sort.resource} {record} was written, and last read {age}")
    return out


def _says(ledger: Ledger, sort: Sort, side: str, event: Event) -> bool:
    return any(
        ledger.value(side, sort, one, event.before) != ledger.value(side, sort, one, event.after)  # type: ignore[arg-type]
        for one in sort.words
        if one.procore != "budget_locked"
    )


def feed(ledger: Ledger, sort: Sort) -> list[str]:
    """The event feed tells of each record's creation once at most, and of nothing that syncd alone did."""
    with ledger.world.store.read() as tx:
        told = [one for one in tx.occurrences(limit=100_000) if one.mapping == sort.resource]
    out = []
    made = [one.procore_id for one in told if one.kind == "created"]
    out += [
        f"P14: {sort.resource} {one} is told twice as created" for one in set(made) if made.count(one) > 1
    ]
    for one in told:
        changes = ledger.changes["procore", sort.resource, one.procore_id]
        by_people = [each for each in changes if each.credential != "syncd"]
        kinds = {"created": ("create",), "deleted": ("delete", "update"), "removed": ("delete",)}
        wanted = kinds.get(one.kind, ("create", "update", "delete"))
        if one.kind == "updated" and one.fields == ("permission_template",):
            continue  # set by an act of ours, and shown late: not told apart from somebody's
        if not changes or any(each.kind in wanted for each in by_people):
            continue
        if not (_target_gone(ledger, sort, one.fields) or _looks_new(ledger, sort, one.procore_id)):
            out.append(f"P14: {sort.resource} {one.procore_id} is told as {one.kind}, which nobody else did")
    return out


def _target_gone(ledger: Ledger, sort: Sort, fields: tuple[str, ...]) -> bool:
    """Whether a reference among them may have changed because what it named was deleted."""
    refs = [one.ref for one in sort.words if one.ref and one.procore in fields]
    return any(
        event.kind == "delete"
        for name in refs
        for record in ledger.records("procore", ledger.world.sort(name))  # type: ignore[arg-type]
        for event in ledger.changes["procore", name, record]
    )


def _looks_new(ledger: Ledger, sort: Sort, record: str) -> bool:
    """Whether what a lost create made was edited before it was first served, and bears no time."""
    born = ledger.changes["procore", sort.resource, record][0]
    return bool(changed_unseen(ledger, "procore", sort, record, born))
