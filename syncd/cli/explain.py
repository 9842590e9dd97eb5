"""`syncd explain`: one record, seen the way a cycle sees it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.output import Json, put_json, put_rows
from syncd.errors import SyncdError

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.core.rule import Rule
    from syncd.core.values import Absent, SideName, Value
    from syncd.mapping.compiled import Mapping
    from syncd.store import Link, Tx

    Row = list[Value | Absent]

__all__ = ["explain"]

LAST_WRITES = 20

_COLUMNS = ("field", "procore_base", "procore_now", "quickbase_base", "quickbase_now", "decision")


def explain(
    mapping: Annotated[str, typer.Argument(metavar="MAPPING", help="The mapping's name.")],
    record: Annotated[str, typer.Argument(metavar="ID", help="Procore id (PROJECT/ID), or qb:RECORD-ID.")],
    json: Json = False,
) -> int:
    """Show a record's link, baselines, values now, what would be decided, and its last writes.

    Of a record that is not linked: why, what was last read of it, what is open about it,
    and its history.
    """
    from syncd.cli.known import link_of
    from syncd.cli.unlinked import print_unlinked, unlinked
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        wiring.names([mapping])
        compiled = next(one for one in wiring.mappings if one.name == mapping)
        with wiring.store.read() as tx:
            link = link_of(tx, mapping, record)
            about = (
                unlinked(wiring, tx, compiled, record, LAST_WRITES)
                if link is None
                else _linked(wiring, tx, compiled, link)
            )
    if json:
        put_json(about)
        return 0
    if link is None:
        print_unlinked(mapping, record, about)
    else:
        print(
            f"{mapping}: Procore {link.procore_id} with Quickbase {link.quickbase_id}, "
            f"{about['link']['reason']}"
        )
        put_rows(about["fields"], _COLUMNS, as_json=False, none="No field could be read.")
    _print_open(about)
    return 0


def _linked(wiring: Wiring, tx: Tx, mapping: Mapping, link: Link) -> dict[str, Any]:
    """Everything that is known of a linked record, as `--json` shows it."""
    from syncd.cli.rows import event_row, intent_row, issue_row, link_row
    from syncd.core.values import SideName

    pending = {
        one.id: one
        for side, identity in ((SideName.PROCORE, link.procore_id), (SideName.QUICKBASE, link.quickbase_id))
        for one in tx.pending_for(mapping.name, side, [identity])
    }
    events = tx.history(mapping.name, link.procore_id, None, limit=LAST_WRITES)
    return {
        "link": link_row(link),
        "stranger": None,
        "fields": _fields(wiring, tx, mapping, link),
        "issues": [
            issue_row(one) for one in tx.issues_of(mapping.name, [link.procore_id], [link.quickbase_id])
        ],
        "pending": [intent_row(pending[id], mapping.rules) for id in sorted(pending)],
        "history": [event_row(event) for event in events],
    }


def _print_open(about: dict[str, Any]) -> None:
    """What is open about a record, and what was done with it."""
    from syncd.cli.rows import EVENT_COLUMNS

    for issue in about["issues"]:
        print(f"{issue['state']} {issue['id']}: {issue['field'] or 'the record'}: {issue['reason']}")
    for intent in about["pending"]:
        print(f"{intent['state']} in {intent['side']}, sent {intent['since']}: {intent['reason']}")
    put_rows(about["history"], EVENT_COLUMNS, as_json=False, none="Nothing was written yet.")


@dataclass(frozen=True, slots=True)
class _Seen:
    """A side's values in rule order, or why they could not be read."""

    values: Row | None
    why: str = ""


def _fields(wiring: Wiring, tx: Tx, mapping: Mapping, link: Link) -> list[dict[str, Any]]:
    from syncd.core.values import SideName

    layouts = tx.layouts(mapping.name)
    base = {side: _baseline(mapping, link, side, layouts) for side in SideName}
    now = {side: _now(wiring, mapping, link, side) for side in SideName}
    rows = [_field(tx, index, rule, base, now) for index, rule in enumerate(mapping.rules)]
    drift = {one.field: one.reason for one in mapping.drift}
    for row, rule in zip(rows, mapping.rules, strict=True):
        if rule.dormant and rule.key in drift:
            row["decision"] = f"held: {drift[rule.key]}"
    return rows


def _baseline(mapping: Mapping, link: Link, side: SideName, layouts: dict[int, tuple[str, ...]]) -> Row:
    """A stored baseline in today's rule order; ABSENT where a rule has none."""
    from syncd.core.values import ABSENT, SideName, decode_row

    text = link.base_procore if side is SideName.PROCORE else link.base_quickbase
    known = dict(zip(layouts.get(link.layout, ()), decode_row(text), strict=False))
    return [known.get(rule.fingerprint, ABSENT) for rule in mapping.rules]


def _now(wiring: Wiring, mapping: Mapping, link: Link, side: SideName) -> _Seen:
    from syncd.core.values import SideName
    from syncd.sides.port import Lane, Record

    identity = link.procore_id if side is SideName.PROCORE else link.quickbase_id
    scope = link.scope if side is SideName.PROCORE else ""
    try:
        found = wiring.vendors.side(mapping, side).fetch(scope, [identity], Lane.COMMAND)[identity]
    except SyncdError as error:
        return _Seen(None, error.message)
    return (
        _Seen(list(found.values))
        if isinstance(found, Record)
        else _Seen(None, f"{side.value}: {found.value}")
    )


def _field(
    tx: Tx,
    index: int,
    rule: Rule,
    base: dict[SideName, Row],
    now: dict[SideName, _Seen],
) -> dict[str, Any]:
    from syncd.cli.rows import shown
    from syncd.core.values import SideName

    row: dict[str, Any] = {"field": rule.key, "direction": rule.direction.value}
    for side in SideName:
        values = now[side].values
        row[f"{side.value}_base"] = shown(base[side][index])
        row[f"{side.value}_now"] = shown(values[index]) if values else None
    row["decision"] = _decision(tx, index, rule, base, now)
    return row


def _decision(tx: Tx, index: int, rule: Rule, base: dict[SideName, Row], now: dict[SideName, _Seen]) -> str:
    from syncd.cli.rows import shown
    from syncd.core.reconcile import Result, decide
    from syncd.core.values import SideName
    from syncd.sync.workbench import Links

    procore, quickbase = now[SideName.PROCORE], now[SideName.QUICKBASE]
    if procore.values is None or quickbase.values is None:
        return f"none: {procore.why or quickbase.why}"
    decision = decide(
        rule,
        (procore.values[index], quickbase.values[index]),
        (base[SideName.PROCORE][index], base[SideName.QUICKBASE][index]),
        Links(tx),
        lambda: "the stamps decide when the cycle runs",
    )
    if decision.result is Result.WRITE and decision.to is not None:
        return f"write {shown(decision.value)!r} to {decision.to.value}"
    if decision.held is not None:
        return f"{decision.result.value}: {decision.held.reason}"
    return decision.result.value
