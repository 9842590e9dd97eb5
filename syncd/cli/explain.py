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
    """Show a record's link, baselines, values now, what would be decided, and its last writes."""
    from syncd.cli.known import find_link
    from syncd.cli.rows import EVENT_COLUMNS, event_row, issue_row, link_row
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        wiring.names([mapping])
        compiled = next(one for one in wiring.mappings if one.name == mapping)
        with wiring.store.read() as tx:
            link = find_link(tx, mapping, record)
            fields = _fields(wiring, tx, compiled, link)
            issues = [
                issue_row(issue) for issue in tx.issues_of(mapping, [link.procore_id], [link.quickbase_id])
            ]
            events = [
                event_row(event) for event in tx.history(mapping, link.procore_id, None, limit=LAST_WRITES)
            ]
        if json:
            put_json({"link": link_row(link), "fields": fields, "issues": issues, "history": events})
            return 0
        how = link_row(link)["reason"]
        print(f"{mapping}: Procore {link.procore_id} with Quickbase {link.quickbase_id}, {how}")
        put_rows(fields, _COLUMNS, as_json=False, none="No field could be read.")
        for issue in issues:
            print(f"{issue['state']} {issue['id']}: {issue['field'] or 'the record'}: {issue['reason']}")
        put_rows(events, EVENT_COLUMNS, as_json=False, none="Nothing was written yet.")
    return 0


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
    from syncd.core.values import SideName

    row: dict[str, Any] = {"field": rule.key, "direction": rule.direction.value}
    for side in SideName:
        values = now[side].values
        row[f"{side.value}_base"] = _shown(base[side][index])
        row[f"{side.value}_now"] = _shown(values[index]) if values else None
    row["decision"] = _decision(tx, index, rule, base, now)
    return row


def _decision(tx: Tx, index: int, rule: Rule, base: dict[SideName, Row], now: dict[SideName, _Seen]) -> str:
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
        return f"write {_shown(decision.value)!r} to {decision.to.value}"
    if decision.held is not None:
        return f"{decision.result.value}: {decision.held.reason}"
    return decision.result.value


def _shown(value: Value | Absent) -> Any:
    """A value for people and JSON; a field that is not known is `(absent)`."""
    from syncd.core.values import Absent

    return "(absent)" if isinstance(value, Absent) else value
