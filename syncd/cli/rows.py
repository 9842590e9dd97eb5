"""The objects that `--json` lists: the same words in every command.

Every list has `mapping, scope, procore_id, quickbase_id, state, reason, since`; what a
list adds comes after. Scripts rely on the names (architecture §7).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from syncd.cli.output import moment

if TYPE_CHECKING:
    from syncd.core.rule import Rule
    from syncd.core.values import Absent, Value
    from syncd.store import Event, Intent, Issue, Link

__all__ = [
    "EVENT_COLUMNS",
    "ISSUE_COLUMNS",
    "LINK_COLUMNS",
    "event_row",
    "intent_row",
    "issue_row",
    "link_row",
    "shown",
]

ISSUE_COLUMNS = (
    "id",
    "mapping",
    "procore_id",
    "quickbase_id",
    "state",
    "field",
    "procore",
    "quickbase",
    "reason",
    "since",
)
LINK_COLUMNS = ("id", "mapping", "scope", "procore_id", "quickbase_id", "state", "reason", "since")
EVENT_COLUMNS = (
    "since",
    "mapping",
    "procore_id",
    "quickbase_id",
    "side",
    "state",
    "field",
    "before",
    "after",
    "reason",
)

_PARTED = "parted; kept so that nothing is created again"


def issue_row(issue: Issue) -> dict[str, Any]:
    """A conflict, a held thing, a report, a suspected duplicate or a brake."""
    return {
        "mapping": issue.mapping,
        "scope": issue.scope,
        "procore_id": issue.procore_id,
        "quickbase_id": issue.quickbase_id,
        "state": issue.state,
        "reason": issue.reason,
        "since": moment(issue.since),
        "id": issue.id,
        "field": issue.field,
        "procore": issue.procore_value,
        "quickbase": issue.quickbase_value,
        "tries": issue.tries,
        "retry_at": moment(issue.retry_at),
        "verdict": issue.verdict,
    }


def link_row(link: Link, reason: str = "") -> dict[str, Any]:
    """A pair of records. `state` is live, paused or tombstone."""
    return {
        "mapping": link.mapping,
        "scope": link.scope,
        "procore_id": link.procore_id,
        "quickbase_id": link.quickbase_id,
        "state": "paused" if link.paused and link.state == "live" else link.state,
        "reason": reason or (_PARTED if link.state == "tombstone" else f"linked by {link.made_by}"),
        "since": moment(link.created),
        "id": link.id,
    }


def event_row(event: Event) -> dict[str, Any]:
    """One thing that happened; `state` says what, `since` when."""
    return {
        "mapping": event.mapping,
        "scope": "",
        "procore_id": event.procore_id,
        "quickbase_id": event.quickbase_id,
        "state": event.what,
        "reason": event.why,
        "since": moment(event.at),
        "id": event.id,
        "run": event.run,
        "side": event.side,
        "field": event.field,
        "before": event.before,
        "after": event.after,
        "loser": event.loser,
        "response": event.response,
    }


def intent_row(intent: Intent, rules: Sequence[Rule]) -> dict[str, Any]:
    """A write of which nobody knows yet whether it was done; `state` is what it does, `side` where."""
    from syncd.core.values import SideName

    to_procore = intent.side is SideName.PROCORE
    keys = {rule.fingerprint: rule.key for rule in rules}
    return {
        "mapping": intent.mapping,
        "scope": intent.scope,
        "procore_id": intent.identity if to_procore else intent.source,
        "quickbase_id": intent.source if to_procore else intent.identity,
        "state": intent.verb,
        "reason": "nobody knows yet whether it was done; it is looked up before anything is sent again",
        "since": moment(intent.at),
        "id": intent.id,
        "side": intent.side.value,
        "outcome": intent.outcome,
        "looked": intent.looked,
        "settled_after": moment(intent.settle_after),
        "sent": {keys.get(name, name): value for name, value in intent.sent.items()},
    }


def shown(value: Value | Absent) -> Any:
    """A value for people and JSON; a field that is not known is `(absent)`."""
    from syncd.core.values import Absent

    return "(absent)" if isinstance(value, Absent) else value
