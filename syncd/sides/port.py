"""The port through which the engine sees a vendor: one mapping's records on one side.

A `Side` belongs to one mapping. Its records carry their values in the order of the
mapping's rules, already in the form of `core.values`. Everything vendor-specific (paths,
paging, wire shapes, batches) stays behind this port, so the Procore side, the Quickbase
side and the in-memory side can inherit one contract suite.

What a side raises: `AuthProblem`, `Forbidden` (a scope is closed to us), `NotFound` (a
scope is gone or hidden), `Transient`/`RateLimited` (reads only), `Stopped`, and `Stale`
where a write would leave later than `fresh_until`; nothing was sent then. Trouble with
single records never raises: it is an `Outcome`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, NamedTuple, Protocol

from syncd.core.values import Absent, SideName, Value

__all__ = [
    "ODD_KEY",
    "Draft",
    "Feed",
    "Found",
    "Gone",
    "Lane",
    "Limits",
    "Outcome",
    "Patch",
    "Place",
    "Places",
    "Reading",
    "Record",
    "Removal",
    "Side",
    "Verdict",
]


class Lane(StrEnum):
    """Priority class of a call, most urgent first."""

    COMMAND = "command"
    WRITE = "write"
    DUE = "due"
    POLL = "poll"
    SWEEP = "sweep"
    FILES = "files"


ODD_KEY = "(no text)"
"""The `key` of a record whose key field holds something that is no text: nobody can tell whether it
names a record, so nothing is written over it and nothing is created from it."""


class Record(NamedTuple):
    """One record as it was read.

    `values` stand in rule order; ABSENT where the reading did not carry the field.
    `key` is the text in the key field (Quickbase) or the carrier (Procore), None if empty.
    `stamp` and `created` are the vendor's, epoch seconds; None where it has none.
    `read_at` is our monotonic time when the request that read it was sent.
    `ours` says whether our own account created it; None where the vendor does not tell.
    `resting` means it exists but lies outside what the mapping takes up.
    """

    id: str
    scope: str
    values: tuple[Value | Absent, ...]
    key: str | None = None
    stamp: float | None = None
    created: float | None = None
    read_at: float = 0.0
    resting: bool = False
    ours: bool | None = None


class Gone(StrEnum):
    """Why a record asked for by id was not returned. Neither is proof of a delete."""

    MISSING = "missing"  # the side answered and it was not there
    HIDDEN = "hidden"  # its scope is closed to us just now


Reading = Mapping[str, Record | Gone]


class Feed(Protocol):
    """One pass over a listing. Iterate the pages; then `clean` and `began` are set.

    `clean` is False where rows may have moved between pages, a page was short or the
    listing is otherwise not whole: what was yielded is true, but the cursor must stay.
    `began` is the server's own time (epoch seconds) when the pass began.
    `whole` says that the listing is not narrowed by time, so that a record which it leaves out is
    gone, or stands in `apart`: those that are known to be there although the list hides them.
    """

    began: float
    clean: bool
    whole: bool
    apart: Collection[str]

    def __iter__(self) -> Iterator[Sequence[Record]]: ...


class Verdict(StrEnum):
    """How a write to one record ended."""

    DONE = "done"  # the vendor says so, and `record` is what it returned
    REFUSED = "refused"  # the vendor refuses it as it is; `reason` has its words
    UNKNOWN = "unknown"  # it may or may not have acted: look before repeating
    UNSENT = "unsent"  # certainly not done (not sent, 429, connect error): try again later


class Outcome(NamedTuple):
    """What became of one intended write.

    `record` is the vendor's own read-back (values it did not return are ABSENT), present
    exactly where the verdict is DONE and the vendor returns one. `field` is the index of
    the rule that the vendor refused, None where it does not say. `again`: seconds after which what was
    refused is worth another try unasked, 0 where nothing but an edit or time will help.
    """

    verdict: Verdict
    record: Record | None = None
    reason: str = ""
    field: int | None = None
    response: str = ""
    again: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A record to create. `values` maps rule index to the value in this side's terms.

    `key` goes into the key field (Quickbase: the Procore identity) or the carrier
    (Procore: our token), where the side has one.
    """

    values: Mapping[int, Value]
    scope: str = ""
    key: str | None = None


class Patch(NamedTuple):
    """Changes to one record: only these rules' fields are sent. `key` only if not None.

    `flag` sets the field that the mapping's `delete: {flag: …}` names on this side.
    """

    id: str
    values: Mapping[int, Value]
    scope: str = ""
    key: str | None = None
    flag: bool = False


class Removal(StrEnum):
    """What may be done to a record whose counterpart was deleted."""

    ARCHIVE = "archive"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up for a lost create brought.

    `records` carry the key or all values that were sent. `maybe` were created in the time
    in question, not by somebody else for all we know, and differ (a person may have edited
    them since), or may have been, where the vendor does not tell when a record was made; only
    where there is no key to go by. `sure` is False where the search may have missed something.
    """

    records: tuple[Record, ...] = ()
    maybe: tuple[Record, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Limits:
    """What this side can do in one call.

    `create` and `update` are records a call (1: no bulk write). `carries_key` says whether
    a create can carry a token that a later look-up finds (and, for Quickbase, that repeats
    merge on). `watches_deletes` says whether `deletions` has a feed behind it.
    `deadline` is the longest a request may take, `lag` how late the vendor may still show
    or do something it accepted (both seconds; architecture §5 "Creating").
    """

    create: int = 1
    update: int = 1
    fetch: int = 1000
    carries_key: bool = False
    watches_deletes: bool = False
    deadline: float = 30.0
    lag: float = 120.0
    removals: frozenset[Removal] = field(default_factory=frozenset)


class Place(NamedTuple):
    """Where a folder stands, or is to stand: its name, and the id of the one above, "" at the top."""

    scope: str
    above: str
    name: str


class Places(Protocol):
    """Folders that records stand in, said by their paths, where a mapping has missing ones made."""

    def named(self, item: Draft | Patch) -> Sequence[tuple[str, ...]]:
        """The ways down to the folders that a write names and that are to be made where they are missing:
        names, outermost first. What is no path is left out: the write is refused because of it."""

    def standing(self, place: Place, made: str = "", *, anew: bool) -> Sequence[str]:
        """The ids of what stands there, by a reading made now (`anew`) or lately. `made` is the id of what
        was made there so lately that a reading may not show it. Raises CallError, Stopped."""

    def make(self, place: Place, *, fresh_until: float) -> Outcome:
        """Make it; its identity is the outcome's record. Raises Stale, Stopped and CallError."""


class Side(Protocol):
    """One mapping's records on one vendor."""

    @property
    def name(self) -> SideName:
        """Which side it is."""

    @property
    def limits(self) -> Limits:
        """What it can do in one call."""

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        """Records whose vendor stamp is at or after `since` (server time), read in full; all records,
        where the vendor cannot tell which have changed."""

    def everything(self, scope: str, lane: Lane) -> Feed:
        """All records of the scope, inactive ones included."""

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        """Read records by id, in bulk; every id asked for is in the answer."""

    def deletions(self, scope: str, since: float, lane: Lane) -> frozenset[str] | None:
        """Ids the vendor itself lists as deleted since then; None if it cannot say."""

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        """Look for records a lost create may have made: by key, else by values and time.

        `sent_at` is server time when it was sent; records created before it never count.
        """

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        """Create, one outcome a draft, in order. At most `limits.create` drafts of one scope."""

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        """Change, one outcome a patch, in order. At most `limits.update` patches of one scope."""

    def remove(self, removal: Removal, scope: str, id: str, *, fresh_until: float) -> Outcome:
        """Archive or delete one record."""

    def read_file(self, record: Record, index: int, into: BinaryIO, lane: Lane) -> None:
        """The bytes of the version that the record's value at rule `index` names, into an open file.

        Raises CallError (NotFound where the record has another version by now), Stopped, and
        Unavailable where the file cannot be written.
        """

    def refuses_file(self, value: str) -> str:
        """Why no file of this name and size is taken here, as one sentence; "" if it is, or if its
        size is not known yet."""

    def take_file(self, scope: str, value: str, source: BinaryIO) -> None:
        """Make ready the bytes of a file whose content is known, for the creates and updates of this
        scope that carry `value`. `source` stays open until `drop_files`. Changes no record; a write
        whose bytes were not taken is UNSENT. Raises CallError, ConfigProblem, Stopped."""

    def drop_files(self) -> None:
        """Forget what was taken."""

    @property
    def places(self) -> Places | None:
        """The folders that this mapping has made here; None where it has none made."""

    def ready(self, lane: Lane, calls: int) -> None:
        """Wait until that many calls could go out at once. Raises Stopped."""

    def now(self) -> float:
        """The server's time (epoch seconds) as of its last answer; 0.0 before any."""
