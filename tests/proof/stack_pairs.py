"""Judging records: they agree or are listed, exist once, and nothing vanished unasked."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from syncd.sandbox.history import Event
from tests.proof.slips import a_slip
from tests.proof.stack_ledger import StackLedger
from tests.proof.stack_meaning import TableMeaning

__all__ = ["budget", "converged", "one_create", "quiet", "removals"]


def converged(ledger: StackLedger, table: TableMeaning) -> list[str]:
    """A1: every pair agrees in every field, every lone record has a reason; or it is listed."""
    world, out = ledger.world, []
    rows = world.live(table, "quickbase")
    mine = world.live(table, "procore")
    partner = {ledger.key_of(table, row): rid for rid, row in rows.items()}
    for identity, record in mine.items():
        ids = {"procore": str(identity)}
        rid = partner.get(str(identity))
        if rid is not None:
            out += _agree(ledger, table, identity, rid)
        elif _owed(ledger, table, "procore", str(identity)) and not _waits(ledger, table, ids):
            name = ledger.value("procore", table, table.fields[0], record)
            out.append(f"A1: procore {table.resource} {identity} ({name}) has no counterpart and no reason")
    for rid, row in rows.items():
        key = ledger.key_of(table, row)
        if key and int(key) in mine:
            continue
        out += _unflagged(ledger, table, key, rid)
        if _owed(ledger, table, "quickbase", str(rid)) and not _waits(ledger, table, {"quickbase": str(rid)}):
            name = ledger.value("quickbase", table, table.fields[0], row)
            out.append(f"A1: quickbase {table.resource} {rid} ({name}) has no counterpart and no reason")
    return out


def _unflagged(ledger: StackLedger, table: TableMeaning, key: str, rid: int) -> list[str]:
    """D2: a row whose Procore record was deleted carries the flag that the mapping names, unless a list
    or history tells of something else."""
    if "flag: Gone" not in _text(ledger, table) or not key:
        return []
    ids = {"procore": key, "quickbase": str(rid)}
    told = [one.what for one in ledger.history[table.resource] if one.quickbase_id == str(rid)]
    events = ledger.changes["procore", table.resource, key]
    if not any(one.kind == "delete" for one in events) or "flag" not in told:
        return []
    later = ledger.changes["quickbase", table.resource, str(rid)]
    fid = str(ledger.world.sandbox.quickbase.fid(ledger.world.dbid(table), "Gone"))
    row = ledger.world.live(table, "quickbase")[rid]
    if row.get(fid) or ledger.listed(table, ids) or any(_unset(one, fid) for one in later):
        return []
    return [f"D2: quickbase {table.resource} {rid} is told to be flagged, and is not"]


def _unset(event: Event, fid: str) -> bool:
    return bool(event.before and event.before.get(fid) and not (event.after or {}).get(fid))


def _waits(ledger: StackLedger, table: TableMeaning, ids: dict[str, str]) -> bool:
    """Whether a list says what the record waits for. A value that could not be read is no reason any
    more: by now everything can be."""
    return any("could not be read" not in one.reason for one in ledger.listed(table, ids))


def _owed(ledger: StackLedger, table: TableMeaning, side: str, record: str) -> bool:
    """Whether a lone record should have a counterpart: allowed, and never deleted."""
    there = "quickbase" if side == "procore" else "procore"
    if there not in ledger.world.setup.creates[table.resource]:
        return False
    if ledger.deleted(table, ledger.serial(side, table, record)):
        return False
    return table.resource != "rfis" or _project_open(ledger, side, record)


def _project_open(ledger: StackLedger, side: str, record: str) -> bool:
    """Whether an RFI's project is linked and active on both sides, so that it is polled."""
    world, projects = ledger.world, ledger.world.table("projects")
    rows = world.live(projects, "quickbase")
    if side == "procore":
        project = str(world.sandbox.procore.scope_of("rfis", int(record)))
        linked = {ledger.key_of(projects, row) for row in rows.values()}
        if project not in linked:
            return False
    else:
        rfi = world.live(world.table("rfis"), "quickbase")[int(record)]
        fid = str(world.sandbox.quickbase.fid(world.dbid(world.table("rfis")), "Related Project"))
        row = rows.get(int(rfi.get(fid) or 0))
        project = ledger.key_of(projects, row) if row else ""
    mine = world.live(projects, "procore")
    return bool(project) and int(project) in mine and bool(mine[int(project)]["active"])


def _agree(ledger: StackLedger, table: TableMeaning, identity: int, rid: int) -> list[str]:
    world, out = ledger.world, []
    if table.resource == "rfis" and not _project_open(ledger, "procore", str(identity)):
        return []
    row, record = world.live(table, "quickbase")[rid], world.live(table, "procore")[identity]
    ids = {"procore": str(identity), "quickbase": str(rid)}
    for one in table.fields:
        left = ledger.value("procore", table, one, record)
        right = ledger.value("quickbase", table, one, row)
        if left == right or ledger.listed(table, ids, one):
            continue
        if one.one_way and "on_edit: ignore" in _text(ledger, table):
            continue
        if one.ref and str(right or left).startswith("?"):
            continue  # the record it names is gone
        out.append(
            f"A1: {table.resource} {identity}/{rid}: {one.procore} is {left!r} and {right!r}, "
            "and nothing says so"
        )
    return out


def _text(ledger: StackLedger, table: TableMeaning) -> str:
    return next(one.text for one in ledger.world.setup.files if one.name == f"{table.resource}.yaml")


def one_create(ledger: StackLedger, table: TableMeaning) -> list[str]:
    """C2, C4: syncd made at most one counterpart of each record; a second one that the vendor made
    by acting twice is listed as suspected where no carrier could prevent it."""
    out = []
    for side in ("procore", "quickbase"):
        made = defaultdict(list)
        for record in ledger.records(side, table):
            first = ledger.changes[side, table.resource, record][0]
            if first.credential == "syncd" and first.kind == "create":
                made[ledger.serial(side, table, record)].append((first, record))
        for serial, creations in made.items():
            for (before, older), (event, record) in pairwise(creations):
                if _gone_unseen(ledger, side, table, older):
                    continue
                if table.resource == "rfis" and side == "procore" and not _project_open(ledger, side, record):
                    continue  # nobody polls that project, so nobody can have seen it
                keyed = side == "quickbase" or table.resource in ledger.world.setup.carriers
                listed = ledger.listed(table, {side: record}, ever=True)
                listed += ledger.listed(table, {side: older}, ever=True)
                suspected = any(one.state == "duplicate" for one in listed)
                if before.request == event.request and not keyed and suspected:
                    ledger.world.counts["suspected duplicates"] += 1
                    continue
                out.append(
                    f"C2: {side} {table.resource} {record} ({serial}) is a second one beside {older} "
                    f"(requests {before.request} and {event.request}, suspected: {suspected})"
                )
    return out


def _gone_unseen(ledger: StackLedger, side: str, table: TableMeaning, record: str) -> bool:
    """Whether a person deleted a record whose existence syncd was never told, but by an answer to its
    create that came too late to be waited for: then history does not know the record either."""
    changes = ledger.changes[side, table.resource, record]
    deleted = [one for one in changes if one.kind == "delete"]
    if not deleted:
        return False
    seen = ledger.seen_before(side, table, record, deleted[0].seq)
    return seen == 0 or (seen <= changes[0].seq and not ledger.told(side, table, record))


def removals(ledger: StackLedger, table: TableMeaning) -> list[str]:
    """D1, D2: syncd deletes only what a person deleted on the other side before."""
    out = []
    for side in ("procore", "quickbase"):
        there = "procore" if side == "quickbase" else "quickbase"
        for record in ledger.records(side, table):
            for event in ledger.changes[side, table.resource, record]:
                if (
                    event.kind != "delete"
                    or event.credential != "syncd"
                    or a_slip(ledger, side, table, record)
                ):
                    continue
                serial = ledger.serial(side, table, record)
                others = (
                    other
                    for one in ledger.lineage(there, table, serial)
                    for other in ledger.changes[there, table.resource, one]
                )
                if not any(one.kind == "delete" and one.seq < event.seq for one in others):
                    out.append(
                        f"D1: syncd deleted {side} {table.resource} {record}, whose counterpart is there"
                    )
    return out


def quiet(ledger: StackLedger) -> list[str]:
    """A2: cycles in which nothing happened write nothing, and ask for no write."""
    world = ledger.world
    events = [one for one in world.sandbox.history.events[world.quiet_from :] if one.kind != "read"]
    out = [f"A2: {one.vendor} {one.table} {one.record} was written in a quiet cycle" for one in events[:3]]
    if world.watch.writes > world.quiet_calls:
        out.append(f"A2: {world.watch.writes - world.quiet_calls} writes were sent in quiet cycles")
    return out


def budget(ledger: StackLedger) -> list[str]:
    """F1: by the simulators' own count no call of ours was over a limit."""
    sandbox, out = ledger.world.sandbox, []
    refused = sandbox.procore.limits["syncd"].refused
    if refused > ledger.world.counts["twice"]:  # what the vendor itself repeats is no call of ours
        out.append(f"F1: Procore refused {refused} calls of ours for being over its limit")
    if sandbox.quickbase.limiter.refused:
        out.append(
            f"F1: Quickbase refused {sandbox.quickbase.limiter.refused} calls for being over its limit"
        )
    return out
