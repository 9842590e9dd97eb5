"""Known files: a side whose readings say what a version of a file holds, as far as we ever learned it.

A vendor tells which version there is, not what it holds (architecture, "Words"). What we have read or
written once is kept by the version's own name, so that the same bytes are never carried again, and a
write whose answer was lost can be told from a person's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from syncd.core.filevalue import FileValue, file_in
from syncd.core.values import Kind, SideName, Value
from syncd.mapping.compiled import Mapping as Compiled
from syncd.sides.port import Draft, Feed, Found, Lane, Outcome, Patch, Reading, Record, Side, Verdict
from syncd.sides.through import Through
from syncd.store import Store

__all__ = ["KnownFiles", "file_rules", "knowing"]


def file_rules(mapping: Compiled) -> tuple[int, ...]:
    """The rules that carry files, resting ones left out."""
    return tuple(
        index
        for index, rule in enumerate(mapping.rules)
        if not rule.dormant and rule.procore is not None and rule.procore.kind is Kind.FILE
    )


def knowing(side: Side, mapping: Compiled, store: Store) -> Side:
    """The side as it is; or, where the mapping has files, one that knows what they hold."""
    rules = file_rules(mapping)
    return KnownFiles(side, store, rules) if rules else side


@dataclass(slots=True)
class _KnownFeed:
    """A feed whose records say what their files hold."""

    inner: Feed
    known: Callable[[Sequence[Record]], list[Record]]
    began: float = 0.0
    clean: bool = False
    whole: bool = False
    apart: Collection[str] = ()

    def __iter__(self) -> Iterator[Sequence[Record]]:
        self.clean = False
        for page in self.inner:
            self.began = self.inner.began
            yield self.known(page)
        self.began, self.clean = self.inner.began, self.inner.clean
        self.whole, self.apart = self.inner.whole, self.inner.apart


@dataclass(slots=True)
class KnownFiles(Through):
    """Fills in content while reading, and learns it from writes that were done."""

    store: Store
    rules: tuple[int, ...] = field(default=())

    def changes(self, scope: str, since: float, lane: Lane) -> Feed:
        return _KnownFeed(self.inner.changes(scope, since, lane), self.known)

    def everything(self, scope: str, lane: Lane) -> Feed:
        return _KnownFeed(self.inner.everything(scope, lane), self.known)

    def fetch(self, scope: str, ids: Sequence[str], lane: Lane) -> Reading:
        found = self.inner.fetch(scope, ids, lane)
        records = self.known([one for one in found.values() if isinstance(one, Record)])
        return {**found, **{one.id: one for one in records}}

    def find(self, draft: Draft, sent_at: float, lane: Lane) -> Found:
        found = self.inner.find(draft, sent_at, lane)
        return Found(tuple(self.known(found.records)), tuple(self.known(found.maybe)), found.sure)

    def create(self, drafts: Sequence[Draft], *, fresh_until: float) -> list[Outcome]:
        outcomes = self.inner.create(drafts, fresh_until=fresh_until)
        return self._learned([one.values for one in drafts], outcomes)

    def update(self, patches: Sequence[Patch], *, fresh_until: float) -> list[Outcome]:
        outcomes = self.inner.update(patches, fresh_until=fresh_until)
        return self._learned([one.values for one in patches], outcomes)

    def known(self, records: Sequence[Record]) -> list[Record]:
        """The records with the content of those files that we know."""
        versions = {
            file.version
            for one in records
            for index in self.rules
            if (file := file_in(one.values[index])) is not None
        }
        if not versions:
            return list(records)
        with self.store.read() as tx:
            contents = tx.contents(self.name, sorted(versions))
        return [_filled(one, self.rules, contents) for one in records] if contents else list(records)

    def _learned(self, sent: Sequence[Mapping[int, Value]], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Keep what the versions hold that our writes have made. The vendor says which they are."""
        for values, outcome in zip(sent, outcomes, strict=True):
            if outcome.verdict is not Verdict.DONE or outcome.record is None:
                continue
            for index in self.rules:
                ours, now = file_in(values.get(index)), file_in(outcome.record.values[index])
                if ours is not None and now is not None and _may_be(self.name, ours, now):
                    with self.store.transaction() as tx:
                        if now.version not in tx.contents(self.name, [now.version]):
                            tx.learn_content(self.name, now.version, ours.size or 0, ours.sha256)
        records = {at: one.record for at, one in enumerate(outcomes) if one.record is not None}
        known = dict(zip(records, self.known(list(records.values())), strict=True))
        return [one._replace(record=known.get(at)) for at, one in enumerate(outcomes)]


def _may_be(side: SideName, ours: FileValue, now: FileValue) -> bool:
    """Whether the version that an answer shows can be the one that was sent."""
    named = side is SideName.PROCORE or ours.name == now.name
    return bool(ours.sha256) and ours.size is not None and named and now.size in (None, ours.size)


def _filled(record: Record, rules: Sequence[int], contents: Mapping[str, tuple[int, str]]) -> Record:
    values = list(record.values)
    for index in rules:
        file = file_in(values[index])
        if file is not None and file.version in contents:
            values[index] = file.known(*contents[file.version]).text
    return record._replace(values=tuple(values))
