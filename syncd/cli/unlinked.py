"""`syncd explain` of a record that no link holds: what is known of it, and why it is not linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.cli.output import moment, put_rows
from syncd.errors import SyncdError, UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.core.values import SideName
    from syncd.mapping.compiled import Mapping
    from syncd.store import Stranger, Tx

__all__ = ["print_unlinked", "unlinked"]

_COLUMNS = ("field", "as_last_read", "now", "reason")
_HELD = "it rests: it may be matched with a record, but none is created from it"
_SENT = "a write for it was sent, and what became of it is not known yet"
_FREE = "the next cycle that reads it matches it with a record, or creates one where the mapping says so"


def unlinked(wiring: Wiring, tx: Tx, mapping: Mapping, record: str, last: int) -> dict[str, Any]:
    """Everything that is known of an unlinked record, as `--json` shows it.

    Its row in the index of strangers, its values as last read and now, open issues, writes
    whose outcome is not known, and its `last` lines of history. Raises UsageProblem where
    nothing at all is known of it.
    """
    from syncd.cli.known import parse_record
    from syncd.cli.rows import event_row, intent_row, issue_row
    from syncd.core.values import SideName

    side, identity = parse_record(record)
    on_procore = side is SideName.PROCORE
    mine = ([identity], []) if on_procore else ([], [identity])
    procore, quickbase = (identity, None) if on_procore else (None, identity)
    stranger = tx.strangers(mapping.name, side, [identity]).get(identity)
    found = {
        "issues": [issue_row(one) for one in tx.issues_of(mapping.name, *mine)],
        "pending": [intent_row(one, mapping.rules) for one in tx.pending_for(mapping.name, side, [identity])],
        "history": [event_row(event) for event in tx.history(mapping.name, procore, quickbase, limit=last)],
    }
    if stranger is None and not any(found.values()):
        raise UsageProblem(
            f"Nothing is known of {record} in {mapping.name}.",
            hint=f"`syncd links {mapping.name}` and `syncd held {mapping.name}` list what is.",
        )
    values = _values(wiring, mapping, side, identity, stranger)
    known = None if stranger is None else _row(stranger, sent=bool(found["pending"]))
    return {"link": None, "stranger": known, "fields": values, **found}


def print_unlinked(mapping: str, record: str, about: dict[str, Any]) -> None:
    """The same for people, but for issues and history, which look as those of a link."""
    stranger = about["stranger"]
    print(f"{mapping}: {record} is not linked" + (f"; {stranger['reason']}" if stranger else ""))
    put_rows(about["fields"], _COLUMNS, as_json=False, none="No field could be read.")


def _row(stranger: Stranger, *, sent: bool) -> dict[str, Any]:
    """The record in the words of every list; `since` is when it was last read."""
    from syncd.core.values import SideName

    on_procore = stranger.side is SideName.PROCORE
    return {
        "mapping": stranger.mapping,
        "scope": stranger.scope,
        "procore_id": stranger.identity if on_procore else "",
        "quickbase_id": "" if on_procore else stranger.identity,
        "state": "held" if stranger.held else "unlinked",
        "reason": _SENT if sent else _HELD if stranger.held else _FREE,
        "since": moment(stranger.seen),
        "side": stranger.side.value,
        "key": stranger.key,
    }


def _values(
    wiring: Wiring, mapping: Mapping, side: SideName, identity: str, stranger: Stranger | None
) -> list[dict[str, Any]]:
    """The record's values rule by rule, as the index has them and as they are now."""
    from syncd.cli.rows import shown
    from syncd.core.values import ABSENT, decode_row

    known = decode_row(stranger.values) if stranger else []
    before = (
        known[: len(mapping.rules)] if len(known) >= len(mapping.rules) else [ABSENT] * len(mapping.rules)
    )
    now, why = _now(wiring, mapping, side, identity)
    return [
        {
            "field": rule.key,
            "direction": rule.direction.value,
            "side": side.value,
            "as_last_read": shown(value),
            "now": shown(now[index]) if now is not None else None,
            "reason": why,
        }
        for index, (rule, value) in enumerate(zip(mapping.rules, before, strict=True))
    ]


def _now(
    wiring: Wiring, mapping: Mapping, side: SideName, identity: str
) -> tuple[tuple[Any, ...] | None, str]:
    """The record's values, or why there are none: it is gone, or could not be read."""
    from syncd.core.values import SideName
    from syncd.sides.port import Lane, Record

    scope = identity.rpartition("/")[0] if side is SideName.PROCORE else ""
    try:
        found = wiring.vendors.side(mapping, side).fetch(scope, [identity], Lane.COMMAND)[identity]
    except SyncdError as error:
        return None, error.message
    return (found.values, "") if isinstance(found, Record) else (None, f"{side.value}: {found.value}")
