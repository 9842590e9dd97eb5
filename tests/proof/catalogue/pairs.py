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


_OVER = ("could not be read", "another version by now")
"""What is no reason any more: by now everything can be read, and nobody puts anything anywhere."""


def _waits(ledger: Ledger, sort: Sort, ids: dict[str, str]) -> bool:
    """Whether a list says what the record waits for."""
    return any(_stands(one.reason) for one in ledger.listed(sort, ids))  # type: ignore[arg-type]


def _stands(reason: str) -> bool:
    return not any(words in reason for words in _OVER)


def _owed(ledger: Ledger, sort: Sort, side: str, record: str, row: dict[str, Any]) -> bool:
    """Whether a lone record should have a counterpart: allowed, never deleted, in an open place."""
    there = "quickbase" if side == "procore" else "procore"
    if there not in ledger.world.setup.creates[sort.resource]:
        return False
    gone = ledger.deaths(sort, ledger.serial(side, sort, record))
    born = ledger.changes[side, sort.resource, record][0]
    if gone and not (born.credential == "person" and born.seq > gone[-1]):
        return False  # its counterpart was deleted, and nobody made it anew since
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
        if one.once:
            out += _begun(ledger, sort, identity, one)
            continue
        left = ledger.value("procore", sort, one, record)  # type: ignore[arg-type]
        right = ledger.value("quickbase", sort, one, row)  # type: ignore[arg-type]
        if left == right or _listed(ledger, sort, {"procore": identity, "quickbase": rid}, one):
            continue
        if one.fixed and one.kind != "home" and _never_owed(ledger, sort, (identity, rid), one):
            continue
        if left is None and _left_out(ledger, sort, one):
            ledger.excuse("a template that lists leave out", identity)
            continue
        if one.ref and _names_nobody(ledger, sort, one, record, row):
            ledger.excuse("the record that a reference names is gone", sort.resource, identity, one.procore)
            continue
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


def _never_owed(ledger: Ledger, sort: Sort, pair: tuple[str, str], one: Word) -> bool:
    """Whether nobody owes a field that Procore takes at creation only: two records of people's, or one of
    Procore's whose value no list shows. An edit of it later has to be listed, and what syncd made
    itself has to hold it."""
    mine, theirs = (
        ledger.changes[side, sort.resource, record]
        for side, record in zip(("procore", "quickbase"), pair, strict=True)
    )
    keyed = [event for event in theirs if ledger.key_of(sort, event.after)]
    values = [ledger.value("quickbase", sort, one, event.after) for event in keyed]  # type: ignore[arg-type]
    if (values and values[0] != values[-1]) or mine[0].credential == "syncd":
        return False
    if theirs[0].credential == "syncd":
        return one.unlisted and ledger.excuse("sent at creation only, and in no list", sort.resource)
    return ledger.excuse("sent at creation only, and people made both", sort.resource)


def _begun(ledger: Ledger, sort: Sort, identity: str, one: Word) -> list[str]:
    """A1: a record that syncd made in Procore began with what a row of its lineage said then, or with the
    rule's default."""
    born = ledger.changes["procore", sort.resource, identity][0]
    if born.credential != "syncd":
        return []
    said = {
        ledger.value("quickbase", sort, one, event.after)  # type: ignore[arg-type]
        for rid in ledger.lineage("quickbase", sort, ledger.serial("procore", sort, identity))  # type: ignore[arg-type]
        for event in ledger.changes["quickbase", sort.resource, rid]
    }
    began = ledger.value("procore", sort, one, born.after)  # type: ignore[arg-type]
    if began in said or (began is not None and f"default: {began}" in one.more):
        return []
    return [f"A1: {sort.resource} {identity} began with {one.procore} {began!r}, and no row ever said so"]


def _names_nobody(ledger: Ledger, sort: Sort, one: Word, record: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a reference leads to a record that is gone, and the other side's names nothing that lives:
    an answer may show it as empty, as its id, or as it was, and no counterpart could be named there."""
    world, target = ledger.world, ledger.world.sort(one.ref)
    here = world.stored(sort, one, record) if one.kind != "home" else record.get("_home")
    there = row.get(world.fid(sort, one.quickbase))
    mine, rows = world.records(target), world.rows(target)
    empty_here, empty_there = here in (None, ""), there in (None, "")
    lives_here = not empty_here and int(here) in mine
    lives_there = not empty_there and int(float(there)) in rows
    return not (lives_here or lives_there) and not (empty_here and empty_there)


def _listed(ledger: Ledger, sort: Sort, ids: dict[str, str], one: Word) -> bool:
    listed = ledger.listed(sort, ids, one)  # type: ignore[arg-type]
    return any(one.kind != "file" or _stands(issue.reason) for issue in listed)
