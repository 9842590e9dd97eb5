"""Judging records: one create a record, no second life after a delete, no delete unasked (C2, C4, D1)."""

from __future__ import annotations

from syncd.sandbox.history import Event
from tests.proof.catalogue.ledger import Ledger
from tests.proof.catalogue.meaning import Sort
from tests.proof.catalogue.meeting import SIDES, changed_unseen, other, partners, strangers
from tests.proof.catalogue.pairs import is_open
from tests.proof.slips import a_slip, made_of_update

__all__ = ["no_second_life", "one_create", "removals"]


def _tale(ledger: Ledger, side: str, sort: Sort, serial: str) -> list[tuple[Event, str]]:
    """What happened to the records of a lineage on a side, in order."""
    found = [
        (event, record)
        for record in ledger.lineage(side, sort, serial)  # type: ignore[arg-type]
        for event in ledger.changes[side, sort.resource, record]
    ]
    return sorted(found, key=lambda one: one[0].seq)


def _lineages(ledger: Ledger, side: str, sort: Sort) -> list[str]:
    found = (ledger.serial(side, sort, record) for record in ledger.records(side, sort))  # type: ignore[arg-type]
    return [one for one in dict.fromkeys(found) if one and not one.startswith("?")]


def one_create(ledger: Ledger, sort: Sort) -> list[str]:
    """C2: syncd makes no second record beside a living one; what the vendor itself made twice is
    listed as suspected where no carrier could prevent it."""
    out = []
    for side in SIDES:
        for serial in _lineages(ledger, side, sort):
            living: dict[str, Event] = {}
            for event, record in _tale(ledger, side, sort, serial):
                if event.kind == "delete":
                    living.pop(record, None)
                    continue
                second = event.kind == "create" and event.credential == "syncd" and living
                if second and not (
                    _twice(ledger, side, sort, living, (event, record))
                    or _parted(ledger, side, sort, serial, living, (event, record))
                ):
                    out.append(
                        f"C2: {side} {sort.resource} {record} ({serial}) is a second one beside "
                        f"{', '.join(living)} (request {event.request})"
                    )
                if event.kind == "create":
                    living[record] = event
    return out


def _parted(
    ledger: Ledger, side: str, sort: Sort, serial: str, living: dict[str, Event], second: tuple[Event, str]
) -> bool:
    """Whether nobody could know that each of those living was there for it already: what syncd had been
    served of it said something else, or nothing had shown it."""
    for record, born in living.items():
        if born.credential == "syncd":
            why = changed_unseen(ledger, side, sort, record, born)
        else:
            why = strangers(ledger, side, sort, serial, record, second)
        if not why:
            return False
        ledger.excuse(f"two of one lineage: {why}", side, sort.resource, serial)
    return True


def _twice(ledger: Ledger, side: str, sort: Sort, living: dict[str, Event], made: tuple[Event, str]) -> bool:
    """Whether the vendor acted twice on one request, and that is listed, or nobody could see it."""
    event, record = made
    keyed = side == "quickbase" or sort.resource in ledger.world.setup.carriers
    if keyed or not any(one.request == event.request for one in living.values()):
        return False
    listed = ledger.listed(sort, {side: record}, ever=True)  # type: ignore[arg-type]
    for older in living:
        listed += ledger.listed(sort, {side: older}, ever=True)  # type: ignore[arg-type]
    rows = ledger.live(side, sort)
    unseen = record in rows and sort.home and not is_open(ledger, sort, side, rows[record])
    suspected = any(one.state == "duplicate" for one in listed)
    ledger.world.counts["suspected duplicates"] += suspected
    if suspected or unseen:
        return ledger.excuse(
            "acted twice, and listed" if suspected else "acted twice where nobody reads", side, sort.resource
        )
    pair = [record, *(one for one, born in living.items() if born.request == event.request)]
    return any(_gone_unseen(ledger, side, sort, one) for one in pair) and ledger.excuse(
        "acted twice, and one was deleted before it was seen", side, sort.resource, record
    )


def _gone_unseen(ledger: Ledger, side: str, sort: Sort, record: str) -> bool:
    """Whether a person deleted a record before any answer had shown it."""
    gone = next((one for one in ledger.changes[side, sort.resource, record] if one.kind == "delete"), None)
    return (
        gone is not None
        and gone.credential == "person"
        and not ledger.seen_before(side, sort, record, gone.seq)
    )


def no_second_life(ledger: Ledger, sort: Sort) -> list[str]:
    """C4: what a person deleted, and syncd knew and had linked, it does not make again, unless a
    person did so on the other side."""
    out = []
    for side in SIDES:
        for serial in _lineages(ledger, side, sort):
            gone: tuple[Event, str] | None = None
            for event, record in _tale(ledger, side, sort, serial):
                if event.kind == "delete" and event.credential == "person":
                    gone = event, record
                if event.kind != "create" or gone is None or a_slip(ledger, side, sort, record):  # type: ignore[arg-type]
                    continue
                if event.credential == "person":
                    gone = None
                elif _of_one(ledger, side, sort, gone[1], record) and _unasked(
                    ledger, side, sort, serial, gone, event
                ):
                    out.append(
                        f"C4: {side} {sort.resource} {record} ({serial}) was deleted by a person "
                        f"(event {gone[0].seq}) and made again by syncd (event {event.seq})"
                    )
    return out


def _of_one(ledger: Ledger, side: str, sort: Sort, gone: str, made: str) -> bool:
    """Whether two records of one lineage were not each the counterpart of another record."""
    first, second = (partners(ledger, side, sort, one, ledger.end) for one in (gone, made))
    return not (first and second) or bool(first & second)


def _unasked(
    ledger: Ledger, side: str, sort: Sort, serial: str, gone: tuple[Event, str], event: Event
) -> bool:
    """Whether nothing explains that syncd made again what a person had deleted."""
    if not ledger.seen_before(side, sort, gone[1], gone[0].seq):
        return False  # made by a create whose answer was lost, and gone before anything showed it
    there = _tale(ledger, other(side), sort, serial)
    anew = any(
        one.credential == "person" and one.kind == "create" and gone[0].seq < one.seq < event.seq
        for one, _record in there
    )
    return not anew and _was_linked(ledger, side, sort, gone, there)


def _was_linked(
    ledger: Ledger, side: str, sort: Sort, gone: tuple[Event, str], there: list[tuple[Event, str]]
) -> bool:
    """Whether the pair bore its key when it was deleted: before that nobody knew it for one."""
    event, record = gone
    if side == "quickbase":
        return bool(ledger.key_of(sort, event.before))
    last: dict[str, Event] = {rid: one for one, rid in there if one.seq < event.seq}
    return any(ledger.key_of(sort, one.after) == record for one in last.values())


def removals(ledger: Ledger, sort: Sort) -> list[str]:
    """D1: syncd deletes only what was deleted on the other side before."""
    out = []
    for side in SIDES:
        for record in ledger.records(side, sort):  # type: ignore[arg-type]
            for event in ledger.changes[side, sort.resource, record]:
                if event.kind != "delete" or event.credential != "syncd" or ledger.excused(event):
                    continue
                if a_slip(ledger, side, sort, record):  # type: ignore[arg-type]
                    continue
                serial = ledger.serial(side, sort, record)  # type: ignore[arg-type]
                if made_of_update(ledger, side, sort, record):  # type: ignore[arg-type]
                    ledger.excuse("a row made of an update is taken back", sort.resource, record)
                    continue
                others = _tale(ledger, other(side), sort, serial)
                if not any(one.kind == "delete" and one.seq < event.seq for one, _record in others):
                    where = f"{side} {sort.resource} {record} ({serial})"
                    out.append(f"D1: syncd deleted {where}, whose counterpart is there")
    return out
