"""Judging what is left: every pair agrees or is listed, every lone record has a reason (A1, D2)."""

from __future__ import annotations

from typing import Any

from tests.proof.catalogue.ledger import Ledger
from tests.proof.catalogue.meaning import Sort, Word

__all__ = ["converged", "is_open"]


def converged(ledger: Ledger, sort: Sort) -> list[str]:
    """A1: every pair agrees in every field, every lone record has a reason; or it is listed."""
    out = []
    mine, rows = ledger.live("procore", sort), ledger.live("quickbase", sort)
    partner = {key: rid for rid, row in rows.items() if (key := ledger.key_of(sort, row))}
    for identity, record in mine.items():
        rid = partner.get(identity)
        if rid is not None:
            out += _agree(ledger, sort, identity, rid, record, rows[rid])
        elif _owed(ledger, sort, "procore", identity, record) and not _waits(
            ledger, sort, {"procore": identity}
        ):
            out.append(f"A1: procore {sort.resource} {identity} has no counterpart and no reason")
    for rid, row in rows.items():
        key = ledger.key_of(sort, row)
        if key in mine:
            continue
        ids = {"quickbase": rid, **({"procore": key} if key else {})}
        if _owed(ledger, sort, "quickbase", rid, row) and not _waits(ledger, sort, ids):
            out.append(f"A1: quickbase {sort.resource} {rid} (key {key!r}) has no counterpart and no reason")
    return out


def _waits(ledger: Ledger, sort: Sort, ids: dict[str, str]) -> bool:
    """Whether a list says what the record waits for. A value that could not be read is no reason any
    more: by now everything can be."""
    return any("could not be read" not in one.reason for one in ledger.listed(sort, ids))  # type: ignore[arg-type]


def _owed(ledger: Ledger, sort: Sort, side: str, record: str, row: dict[str, Any]) -> bool:
    """Whether a lone record should have a counterpart: allowed, never deleted, in an open place."""
    there = "quickbase" if side == "procore" else "procore"
    if there not in ledger.world.setup.creates[sort.resource]:
        return False
    if ledger.deleted(sort, ledger.serial(side, sort, record)):  # type: ignore[arg-type]
        return False
    return is_open(ledger, sort, side, row)


def is_open(ledger: Ledger, sort: Sort, side: str, row: dict[str, Any]) -> bool:
    """Whether what a record lives in is linked, and its project active on Procore's side too."""
    above = sort.above
    if above is None:
        return not sort.home
    home = ledger.world.sort(above.ref)
    mine, rows = ledger.live("procore", home), ledger.live("quickbase", home)
    if side == "procore":
        number = str(row.get("_home") or "")
        identity = next((one for one in mine if one.rpartition("/")[2] == number), "")
    else:
        raw = row.get(ledger.world.fid(sort, above.quickbase))
        identity = ledger.key_of(home, rows.get(str(int(float(raw))) if raw not in (None, "") else ""))
    record = mine.get(identity)
    if record is None or identity not in {ledger.key_of(home, one) for one in rows.values()}:
        return False
    if home.resource == "projects":
        return bool(record["active"])
    return is_open(ledger, home, "procore", record)


def _agree(
    ledger: Ledger, sort: Sort, identity: str, rid: str, record: dict[str, Any], row: dict[str, Any]
) -> list[str]:
    if sort.home and not is_open(ledger, sort, "procore", record):
        return []
    out = []
    for one in sort.words:
        if one.once or (one.one_way and "on_edit: ignore" in _text(ledger, sort)):
            continue
        left = ledger.value("procore", sort, one, record)  # type: ignore[arg-type]
        right = ledger.value("quickbase", sort, one, row)  # type: ignore[arg-type]
        if left == right or _listed(ledger, sort, {"procore": identity, "quickbase": rid}, one):
            continue
        if one.fixed and one.kind != "home" and not _edited_late(ledger, sort, rid, one):
            continue  # what a new record was not told of is not told later
        if left is None and _left_out(ledger, sort, one):
            continue
        if one.ref and _names_nobody(ledger, sort, one, record, row):
            continue  # the record it names is gone
        out.append(
            f"A1: {sort.resource} {identity}/{rid}: {one.procore} is {left!r} and {right!r}, "
            "and nothing says so"
        )
    return out


def _left_out(ledger: Ledger, sort: Sort, one: Word) -> bool:
    """Whether Procore's lists leave out the key of a member without a template, so that nobody can tell
    it from one that could not be read."""
    always = ledger.world.setup.switches.procore.member_nulls == "always"
    return always and sort.resource == "project-users" and one.procore == "permission_template"


def _edited_late(ledger: Ledger, sort: Sort, rid: str, one: Word) -> bool:
    """Whether a row holds something else, in a field that Procore takes at creation only, than when its
    pair was linked."""
    keyed = [one for one in ledger.changes["quickbase", sort.resource, rid] if ledger.key_of(sort, one.after)]
    values = [ledger.value("quickbase", sort, one, event.after) for event in keyed]  # type: ignore[arg-type]
    return bool(values) and values[0] != values[-1]


def _names_nobody(ledger: Ledger, sort: Sort, one: Word, record: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a reference leads to a record that is gone: an answer may show it as empty, as its id, or
    as it was, and no counterpart could be named on the other side."""
    world, target = ledger.world, ledger.world.sort(one.ref)
    here = world.stored(sort, one, record) if one.kind != "home" else record.get("_home")
    there = row.get(world.fid(sort, one.quickbase))
    mine, rows = world.records(target), world.rows(target)
    gone_here = here not in (None, "") and int(here) not in mine
    return gone_here or (there not in (None, "") and int(float(there)) not in rows)


def _listed(ledger: Ledger, sort: Sort, ids: dict[str, str], one: Word) -> bool:
    return bool(ledger.listed(sort, ids, one))  # type: ignore[arg-type]


def _text(ledger: Ledger, sort: Sort) -> str:
    return next(one.text for one in ledger.world.setup.files if one.name == f"{sort.resource}.yaml")
