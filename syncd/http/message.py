"""What is asked of a vendor and what came back: `Call` and `Answer`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from syncd.core.budget import Lane

__all__ = ["Answer", "Call", "CallKind", "Headers", "Lane"]

MAX_BODY = 64 * 1024 * 1024
"""Bytes of one response body that are read at most, unless the call says otherwise."""


class CallKind(StrEnum):
    """What repeating the call would mean; the retry policies are keyed by it."""

    READ = "read"  # may be repeated freely
    IDEMPOTENT_WRITE = "idempotent-write"  # repeating ends in the same state
    CREATE = "create"  # repeating after it acted makes a second record


class Headers(Mapping[str, str]):
    """Response headers; names are looked up without regard to case."""

    __slots__ = ("_by_name",)

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._by_name = {name.lower(): value for name, value in pairs.items()}

    def __getitem__(self, name: str) -> str:
        return self._by_name[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a vendor, before it is authorised and budgeted.

    `path` is what follows the base URL and begins with `/`. `path_template` names it in
    logs and metrics, without ids or values; empty means the path itself holds none.
    `fresh_until` (monotonic seconds) is the last moment at which it may still leave: later
    than that, `Stale` is raised and nothing is sent. `expects` is `json`, `bytes`, or
    `nothing` where an empty body is a proper answer.
    """

    method: str
    path: str
    path_template: str = ""
    query: tuple[tuple[str, str], ...] = ()
    json: Any = None
    kind: CallKind = CallKind.READ
    lane: Lane = Lane.POLL
    fresh_until: float | None = None
    max_bytes: int = MAX_BODY
    headers: tuple[tuple[str, str], ...] = ()
    expects: str = "json"

    @property
    def label(self) -> str:
        """Method and template, for logs and metrics: never an id or a value."""
        return f"{self.method} {self.path_template or self.path}"

    @property
    def acts(self) -> bool:
        """True if the vendor may change something because of it."""
        return self.kind is not CallKind.READ


@dataclass(frozen=True, slots=True)
class Answer:
    """One good answer (2xx), read whole and parsed once.

    `date` is the vendor's `Date` header in epoch seconds, None if it sent none; `received`
    our monotonic clock when the body was complete; `sent` when the request left.
    """

    status: int
    headers: Headers
    raw: bytes
    received: float
    sent: float
    date: float | None = None
    request_id: str = ""
    _parsed: Any = field(default=None, repr=False)

    def json(self) -> Any:
        """The body as Python values, every fraction a `Decimal`; None for an empty body."""
        return self._parsed
