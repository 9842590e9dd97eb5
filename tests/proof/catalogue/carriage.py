"""Judging bytes: what syncd brought is what a person had put there, once and whole (B6, C2, A2)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.history import Event
from tests.proof.catalogue.ledger import Ledger
from tests.proof.catalogue.meaning import Sort, Word

__all__ = ["nothing_moves", "versions"]

SIDES = ("procore", "quickbase")


def versions(ledger: Ledger, sort: Sort) -> list[str]:
    """Every version that syncd made holds whole bytes of a person for that record, and none is made of
    bytes that the version below it holds."""
    out: list[str] = []
    for side in SIDES if sort.file else ():
        for record in ledger.records(side, sort):  # type: ignore[arg-type]
            for event in ledger.changes[side, sort.resource, record]:
                if event.credential == "syncd" and _grew(ledger, side, sort, sort.file, event):
                    out += _judged(ledger, side, sort, sort.file, record, event)
    return out


def _judged(ledger: Ledger, side: str, sort: Sort, word: Word, record: str, event: Event) -> list[str]:
    now = ledger.value(side, sort, word, event.after)  # type: ignore[arg-type]
    where = f"{side} {sort.resource} {record}"
    ledger.world.counts["versions made"] += 1
    if now not in _put(ledger, sort, word, ledger.serial(side, sort, record)):  # type: ignore[arg-type]
        return [f"B6: syncd made a version of {where} of bytes that nobody put there (event {event.seq})"]
    if event.before is None or now != ledger.value(side, sort, word, event.before):  # type: ignore[arg-type]
        return []
    if _excused(ledger, side, sort, word, record, event):
        return []
    return [f"C2: syncd made a version of {where} of the bytes it had (event {event.seq})"]


def _grew(ledger: Ledger, side: str, sort: Sort, word: Word, event: Event) -> bool:
    """Whether that change made a version."""
    field = word.field if side == "procore" else ledger.world.fid(sort, word.quickbase)
    before = (event.before or {}).get(field)
    after = (event.after or {}).get(field)
    return bool(after) and (before != after)


def _put(ledger: Ledger, sort: Sort, word: Word, serial: str) -> set[Any]:
    """All that people ever put into the records of a lineage."""
    return {
        ledger.value(side, sort, word, event.after)  # type: ignore[arg-type]
        for side in SIDES
        for record in ledger.lineage(side, sort, serial)  # type: ignore[arg-type]
        for event in ledger.changes[side, sort.resource, record]
        if event.credential == "person"
    }


def _excused(ledger: Ledger, side: str, sort: Sort, word: Word, record: str, event: Event) -> bool:
    """Whether the vendor acted twice on one request, or a person had put just these bytes there since
    syncd was last served the record."""
    older = [one for one in ledger.changes[side, sort.resource, record] if one.seq < event.seq]
    if any(one.request == event.request for one in older):
        return True
    below = next(one for one in reversed(older) if _grew(ledger, side, sort, word, one))
    return below.credential == "person" and ledger.seen_before(side, sort, record, event.seq) < below.seq


def nothing_moves(ledger: Ledger) -> list[str]:
    """A2: in cycles in which nothing happened no bytes are brought, read or asked for."""
    world = ledger.world
    moved = world.watch.transfers - world.quiet_transfers
    return [f"A2: bytes were asked for {moved} times in quiet cycles"] if moved else []
