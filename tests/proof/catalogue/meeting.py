"""Could syncd have known two records for one? Told by what it had been served of both, and when."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.history import Event
from tests.proof.catalogue.ledger import Ledger
from tests.proof.catalogue.meaning import Sort

__all__ = ["SIDES", "changed_unseen", "other", "partners", "strangers"]

SIDES = ("procore", "quickbase")


def other(side: str) -> str:
    """The side across."""
    return SIDES[1 - SIDES.index(side)]


def strangers(
    ledger: Ledger, side: str, sort: Sort, serial: str, living: str, second: tuple[Event, str]
) -> str:
    """Why syncd, which was about to make the second record, could not know that `living` of the same
    lineage was there for it already; "" if it could."""
    made, record = second
    taken = partners(ledger, side, sort, living, made.seq)
    if taken and not taken & partners(ledger, side, sort, record, ledger.end):
        return "it had another counterpart already"
    if not sort.match:
        return "its mapping has no words to match by"
    shown = _served(ledger, side, sort, living, made.seq)
    if shown is None or _died_since(ledger, side, sort, living, made):
        why = _out_of_sight(ledger, side, sort, living, made)
        if why or shown is None:
            return why
    mine = _told(ledger, side, sort, shown, made.seq)
    there = other(side)
    for source in ledger.lineage(there, sort, serial):  # type: ignore[arg-type]
        seen = _served(ledger, there, sort, source, made.seq)
        if seen is not None and _same(sort, mine, _told(ledger, there, sort, seen, made.seq)):
            return ""
    return "renamed or moved before they were met"


def partners(ledger: Ledger, side: str, sort: Sort, record: str, before: int) -> set[str]:
    """The counterparts that a record ever had before that event, as keys tell."""
    if side == "quickbase":
        past = ledger.changes[side, sort.resource, record]
        return {key for one in past if one.seq < before and (key := ledger.key_of(sort, one.after))}
    return {
        rid
        for rid in ledger.records("quickbase", sort)  # type: ignore[arg-type]
        for one in ledger.changes["quickbase", sort.resource, rid]
        if one.seq < before and ledger.key_of(sort, one.after) == record
    }


def _served(ledger: Ledger, side: str, sort: Sort, record: str, before: int) -> Event | None:
    """The version of a record that syncd had been served last before that event."""
    served = [version for at, version in ledger.readings[side, sort.resource, record] if at < before]
    if not served:
        return None
    changes = ledger.changes[side, sort.resource, record]
    return next((one for one in changes if one.seq == served[-1]), None)


def _told(ledger: Ledger, side: str, sort: Sort, event: Event, now: int) -> dict[str, Any]:
    """What a served version says in the words that records are matched by, and where it stands, as
    Procore's id of that."""
    names = {name for words in sort.match for name in words}
    found = {
        one.procore: ledger.value(side, sort, one, event.after)  # type: ignore[arg-type]
        for one in sort.words
        if one.procore in names and one.kind != "home"
    }
    if sort.above is not None:
        found["home"] = home_of(ledger, side, sort, event, now)
    return found


def home_of(ledger: Ledger, side: str, sort: Sort, event: Event, now: int) -> str:
    """The Procore id of what a version of a record stands in; a row's home says it by its key."""
    row, above = event.after or {}, sort.above
    assert above is not None
    if side == "procore":
        return str(row.get("_home") or "")
    home = ledger.world.sort(above.ref)
    raw = row.get(ledger.world.fid(sort, above.quickbase))
    if raw in (None, ""):
        return "?"
    past = ledger.changes["quickbase", home.resource, str(int(float(raw)))]
    last = next((one for one in reversed(past) if one.seq < now), None)
    return ledger.key_of(home, last.after if last else None).rpartition("/")[2] or "?"


def _same(sort: Sort, mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    if mine.get("home") != theirs.get("home"):
        return False
    return any(
        all(mine[name] is not None and mine[name] == theirs[name] for name in way if name in mine)
        for way in sort.match
    )


def _died_since(ledger: Ledger, side: str, sort: Sort, living: str, made: Event) -> bool:
    """Whether the process that had been served a record last died with it, so that the next one had to
    see it anew."""
    last = max((at for at, _ in ledger.readings[side, sort.resource, living] if at < made.seq), default=0)
    return any(last <= seq < made.seq for seq in ledger.world.deaths)


def _hidden(ledger: Ledger, side: str, sort: Sort, living: str, made: Event) -> bool:
    """Whether syncd was kept from seeing the Procore project that a record is, or stands in."""
    project = living.split("/")[0] if sort.home or sort.resource == "projects" else ""
    return side == "procore" and any(
        str(hidden) == project and seq < made.seq for seq, hidden in ledger.world.faults.hid
    )


def _out_of_sight(ledger: Ledger, side: str, sort: Sort, living: str, made: Event) -> str:
    """Why no answer had shown a record that was there."""
    born = ledger.changes[side, sort.resource, living][0]
    faults = ledger.world.faults
    path = _listed_at(ledger, side, sort)
    for lie in faults.lies:
        asked = lie.request.path + (lie.request.body or b"").decode("utf-8", "replace")
        if lie.vendor == side and born.seq <= lie.seq < made.seq and path in asked:
            return "a list said that nothing was there"
    if _hidden(ledger, side, sort, living, made):
        return "its project was hidden"
    if sort.above is not None and not _polled(ledger, side, sort, born, made.seq):
        return "nobody reads what it stands in"
    return ""


def _listed_at(ledger: Ledger, side: str, sort: Sort) -> str:
    """What a listing of those records has in its path or its body."""
    return ledger.world.dbid(sort) if side == "quickbase" else sort.resource.replace("-", "_")


def _polled(ledger: Ledger, side: str, sort: Sort, born: Event, now: int) -> bool:
    """Whether what a record stands in had a row with its key by then, so that its list is read."""
    assert sort.above is not None
    home = ledger.world.sort(sort.above.ref)
    place = home_of(ledger, side, sort, born, now)
    return any(
        one.seq < now and ledger.key_of(home, one.after).rpartition("/")[2] == place
        for rid in ledger.records("quickbase", home)  # type: ignore[arg-type]
        for one in ledger.changes["quickbase", home.resource, rid]
    )


def changed_unseen(ledger: Ledger, side: str, sort: Sort, record: str, born: Event) -> str:
    """Whether what a lost create made was edited by a person before it was first served, where no time
    tells when it was made: then nothing says that it is ours."""
    shown = [version for at, version in ledger.readings[side, sort.resource, record] if at > born.seq]
    changes = ledger.changes[side, sort.resource, record]
    first = next((one for one in changes if shown and one.seq == shown[0]), None)
    edited = first is not None and any(
        one.credential == "person" and born.seq < one.seq <= first.seq for one in changes
    )
    return "" if sort.stamped or not edited else "edited before its lost create was seen, and without a time"
