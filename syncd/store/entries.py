"""What the store is given: rows that have no id yet, with the defaults callers want."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from syncd.core.values import SideName, Value

__all__ = ["NewEvent", "NewIntent", "NewIssue", "NewLink", "NewStranger"]


class NewLink(NamedTuple):
    """A link to add; see `rows.Link`. `created` is set by the store's clock."""

    mapping: str
    scope: str
    procore_id: str
    quickbase_id: str
    layout: int
    base_procore: str
    base_quickbase: str
    key: str | None = None
    stamp_procore: float = 0.0
    stamp_quickbase: float = 0.0
    own_procore: float = 0.0
    own_quickbase: float = 0.0
    state: str = "live"
    made_by: str = "match"


@dataclass(frozen=True, slots=True)
class NewStranger:
    """An unlinked record to put; see `rows.Stranger`. `seen` is set by the store's clock."""

    mapping: str
    side: SideName
    identity: str
    scope: str
    values: str
    key: str | None = None
    match: tuple[str | None, ...] = ()
    stamp: float | None = None
    created: float | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class NewIntent:
    """An intent to journal before it is sent; see `rows.Intent`. `at` is set by the store."""

    mapping: str
    run: int | None
    link: int | None
    side: SideName
    verb: str
    scope: str
    identity: str
    source: str
    sent: Mapping[str, Value] = field(default_factory=dict)
    before: Mapping[str, Value] = field(default_factory=dict)
    basis: Mapping[str, Value] = field(default_factory=dict)
    token: str | None = None
    sent_at: float = 0.0
    settle_after: float = 0.0
    state: str = "open"


@dataclass(frozen=True, slots=True)
class NewIssue:
    """An issue to raise or refresh; see `rows.Issue`.

    A refresh keeps `id`, `since`, `tries`, the verdict and the first stamps; `retry_at` is
    kept too unless a new one is given.
    """

    mapping: str
    scope: str
    link: int | None
    procore_id: str
    quickbase_id: str
    field: str
    state: str
    reason: str
    procore_value: Value = None
    quickbase_value: Value = None
    waits: tuple[str, SideName, str] | None = None
    stamp_procore: float = 0.0
    stamp_quickbase: float = 0.0
    retry_at: float = 0.0


class NewEvent(NamedTuple):
    """A line of history to record; see `rows.Event`. `at` is set by the store's clock."""

    mapping: str
    what: str
    run: int | None = None
    link: int | None = None
    procore_id: str = ""
    quickbase_id: str = ""
    field: str = ""
    side: str = ""
    before: Value = None
    after: Value = None
    loser: Value = None
    why: str = ""
    response: str = ""
