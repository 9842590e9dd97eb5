"""What the store answers with: frozen rows, no behaviour.

Field order is column order (after `connection`), so a row is built straight from what the
driver returns. Times are epoch seconds: `since`, `at`, `created` and the like by our clock;
`stamp_*`, `own_*`, `sent_at`, `settle_after` and cursor positions by the vendor's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from syncd.core.values import SideName, Value

__all__ = [
    "Cursor",
    "Event",
    "Intent",
    "Issue",
    "Layout",
    "Link",
    "Mark",
    "Request",
    "Run",
    "Stranger",
]


@dataclass(frozen=True, slots=True)
class Layout:
    """The rule fingerprints that the positions of a baseline stand for."""

    id: int
    mapping: str
    rules: tuple[str, ...]


class Link(NamedTuple):
    """A pair of identities with one baseline a side.

    `base_*` are `core.values.encode_row` texts in the order of `layout`. `key` is the key
    text last seen in Quickbase. `own_*` are the vendor's stamps of our own last writes.
    `state` is `live` or `tombstone`; `made_by` is `match`, `create`, `adopt` or `person`.
    """

    id: int
    mapping: str
    scope: str
    procore_id: str
    quickbase_id: str
    layout: int
    base_procore: str
    base_quickbase: str
    key: str | None
    stamp_procore: float
    stamp_quickbase: float
    own_procore: float
    own_quickbase: float
    state: str
    missing_procore: int
    missing_quickbase: int
    missing_since: float
    created: float
    made_by: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A record to be read again at `due`. `attempts` counts how often it was put off."""

    id: int
    mapping: str
    side: SideName
    identity: str
    scope: str
    due: float
    attempts: int
    why: str


@dataclass(frozen=True, slots=True)
class Stranger:
    """An unlinked record as it was last read. `match` holds up to four index texts.

    `stamp` and `created` are the vendor's; `seen` is ours. `held`: it waits for a person.
    """

    id: int
    mapping: str
    side: SideName
    identity: str
    scope: str
    values: str
    key: str | None
    match: tuple[str | None, ...]
    stamp: float | None
    created: float | None
    seen: float
    held: bool


@dataclass(frozen=True, slots=True)
class Intent:
    """One intended write. `identity` is the target's ("" on create), `source` the other's.

    `sent`, `before` and `basis` map rule fingerprints to values: what was sent, the target
    side's baseline, and the source values the decision was made from. `state` is `open`,
    `done`, `refused`, `unknown` or `void`; only `open` and `unknown` are pending.
    """

    id: int
    mapping: str
    run: int | None
    link: int | None
    side: SideName
    verb: str
    scope: str
    identity: str
    source: str
    sent: Mapping[str, Value]
    before: Mapping[str, Value]
    basis: Mapping[str, Value]
    token: str | None
    state: str
    sent_at: float
    settle_after: float
    looked: int
    looked_at: float
    outcome: str
    response: str
    at: float


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a person can see and act on. `field` is a rule's key, "" the whole record.

    `waits` is (mapping, side, identity) of the link it waits for. `verdict` is what a
    person said: "", `procore`, `quickbase`, `approved` or `retry`. Open while `closed` is None.
    """

    id: int
    mapping: str
    scope: str
    link: int | None
    procore_id: str
    quickbase_id: str
    field: str
    state: str
    reason: str
    procore_value: Value
    quickbase_value: Value
    waits: tuple[str, SideName, str] | None
    stamp_procore: float
    stamp_quickbase: float
    since: float
    tries: int
    retry_at: float
    verdict: str
    closed: float | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of history. `loser` is the value that a settled conflict did not keep."""

    id: int
    mapping: str
    run: int | None
    link: int | None
    procore_id: str
    quickbase_id: str
    field: str
    side: str
    what: str
    before: Value
    after: Value
    loser: Value
    why: str
    response: str
    at: float


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one feed was read. `complete`: a whole pass was once finished.

    `shape` is the fingerprint of the filters it was read with; `closed_why` and
    `closed_until` say why the scope is closed to us and when to probe it again.
    """

    mapping: str
    side: SideName
    scope: str
    position: float = 0.0
    previous: float = 0.0
    complete: bool = False
    swept: float = 0.0
    shape: str = ""
    polled: float = 0.0
    closed_why: str = ""
    closed_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """One recorded execution. `ended` is None while it runs, or if the process died in it."""

    id: int
    mapping: str
    kind: str
    started: float
    ended: float | None
    state: str
    counts: Mapping[str, int]
    note: str


@dataclass(frozen=True, slots=True)
class Request:
    """Work that a command asks of the running daemon."""

    id: int
    kind: str
    mapping: str
    detail: str
    at: float
