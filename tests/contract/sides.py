"""What every `Side` promises, whatever vendor is behind it.

A test class inherits `SideContract` and overrides the fixture `bench`, once for every way
the vendor may be understood. The bench is the vendor's own world: a person makes, edits and
deletes records there without the side's knowledge.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import pytest

from syncd.clock import ManualClock
from syncd.core.values import ABSENT, Value
from syncd.errors import Stale
from syncd.sides.port import (
    Draft,
    Gone,
    Lane,
    Outcome,
    Patch,
    Record,
    Removal,
    Side,
    Verdict,
)

__all__ = ["Bench", "SideContract"]

Values = Mapping[int, Value]


class Bench(ABC):
    """A vendor with a side on it.

    `named` is the index of the value that updates change here, None where nothing can be changed;
    `updatable` are all that can (None: every one); `clearable` those that may be emptied; `scope` is
    where the records live, `others` the ids of records that were there before.

    `tells_changes`: a feed holds what has changed and nothing else; else it holds everything.
    `stamped`: records have a stamp of their last edit. `dated`: lists tell when a record was made, and
    `answers_dated`: the answer to a create does. `member`: a record is named by its own values, and
    `unique`: no two records may share some of them.
    """

    side: Side
    clock: ManualClock
    scope: str = ""
    named: int | None = 0
    updatable: tuple[int, ...] | None = None
    clearable: tuple[int, ...] = ()
    others: frozenset[str] = frozenset()
    tells_changes: bool = True
    stamped: bool = True
    dated: bool = True
    answers_dated: bool = True
    member: bool = False
    unique: bool = False
    can_create: bool = True
    can_delete: bool = True
    can_retire: bool = False

    @abstractmethod
    def sample(self, number: int) -> dict[int, Value]:
        """Values for every writable field, different for every number in all but flags."""

    def twin(self, number: int) -> dict[int, Value]:
        """As much like a sample as a second record may be."""
        return self.sample(number)

    def drafted(self, number: int) -> dict[int, Value]:
        """A sample with what only a create needs besides."""
        return self.sample(number)

    @property
    def touched(self) -> int:
        """`named`, where something can be changed; the test does not apply elsewhere."""
        if self.named is None:
            pytest.skip("this vendor takes no changes")
        return self.named

    def changes(self, number: int) -> dict[int, Value]:
        """What of a sample an update can bring."""
        sample = self.sample(number)
        return {index: sample[index] for index in (sample if self.updatable is None else self.updatable)}

    @abstractmethod
    def put(self, values: Values, key: str | None = None) -> str:
        """A person makes a record; its id as the side names it."""

    @abstractmethod
    def edit(self, id: str, values: Values) -> None:
        """A person changes a record."""

    @abstractmethod
    def stored(self, id: str) -> dict[int, Value] | None:
        """What the vendor holds now, None if there is no such record."""

    def delete(self, id: str) -> None:
        """A person deletes a record."""
        raise AssertionError("this vendor deletes nothing")

    def retire(self, id: str) -> None:
        """A person makes a record inactive."""
        raise AssertionError("this vendor retires nothing")

    @property
    def unknown_id(self) -> str:
        """An id that no record has."""
        return f"{self.scope}/999999999" if self.scope else "999999999"

    def fresh(self) -> float:
        """A deadline that leaves time enough."""
        return self.clock.monotonic() + 60.0


def everything(bench: Bench) -> dict[str, Record]:
    """All records by id; the pass has to be clean and to bring each record once."""
    feed = bench.side.everything(bench.scope, Lane.SWEEP)
    rows = [record for page in feed for record in page]
    assert feed.clean
    assert feed.began > 0
    assert len({record.id for record in rows}) == len(rows)
    return {record.id: record for record in rows if record.id not in bench.others}


def changed(bench: Bench, since: float) -> dict[str, Record]:
    """What changed since then, by id."""
    feed = bench.side.changes(bench.scope, since, Lane.POLL)
    rows = [record for page in feed for record in page]
    assert feed.clean
    return {record.id: record for record in rows if record.id not in bench.others}


def holds(record: Record | Gone | None, values: Values) -> bool:
    """Whether the record carries these values, as far as a list can show them."""
    assert isinstance(record, Record)
    return all(record.values[index] in (value, ABSENT) for index, value in values.items())


def done(outcomes: list[Outcome]) -> list[Record]:
    """The records of outcomes that all have to be DONE."""
    assert [one.verdict for one in outcomes] == [Verdict.DONE] * len(outcomes), outcomes
    return [one.record for one in outcomes if one.record is not None]


def _creates(bench: Bench) -> None:
    if not bench.can_create:
        pytest.skip("nothing can be created here")


class SideContract:
    """Inherit, and override `bench`."""

    @pytest.fixture
    def bench(self) -> Bench:
        """The vendor and its side, new for every test."""
        raise AssertionError("override this fixture")

    # -- reading --------------------------------------------------------------------

    def test_everything_brings_each_record_once_with_its_values(self, bench: Bench) -> None:
        """A whole pass is clean and shows every record once, as the vendor holds it."""
        made = {bench.put(bench.sample(number)): number for number in range(7)}
        found = everything(bench)
        assert set(found) == set(made)
        for id, number in made.items():
            assert holds(found[id], bench.sample(number))
            assert found[id].scope == bench.scope
            assert found[id].read_at <= bench.clock.monotonic()

    def test_a_change_shows_in_the_next_feed_and_what_is_older_does_not(self, bench: Bench) -> None:
        """`changes` brings what was edited at or after `since`, read in full, and nothing else; or
        everything, where the vendor cannot tell."""
        touched = bench.touched
        ids = [bench.put(bench.sample(number)) for number in range(4)]
        everything(bench)
        bench.clock.advance(300)
        since = bench.side.now() // 1
        bench.clock.advance(10)
        value = bench.sample(9)[touched]
        bench.edit(ids[2], {touched: value})
        found = changed(bench, since)
        assert set(found) == ({ids[2]} if bench.tells_changes else set(ids))
        assert found[ids[2]].values[touched] == value
        stamp = found[ids[2]].stamp
        assert (stamp is not None) == bench.stamped
        assert stamp is None or stamp >= since

    def test_an_edit_in_the_second_of_the_cursor_is_not_missed(self, bench: Bench) -> None:
        """A cursor set by `began`, with an overlap of some seconds, passes no later edit."""
        id = bench.put(bench.sample(1))
        bench.clock.advance(100)
        feed = bench.side.changes(bench.scope, bench.side.now(), Lane.POLL)
        list(feed)
        bench.edit(id, {bench.touched: bench.sample(2)[bench.touched]})
        assert id in changed(bench, feed.began - 2)

    def test_a_quiet_feed_is_empty_and_clean(self, bench: Bench) -> None:
        """Where nothing changed there is nothing to read, and the cursor may move."""
        id = bench.put(bench.sample(1))
        before = everything(bench)
        bench.clock.advance(600)
        found = changed(bench, bench.side.now() + 500)
        if bench.tells_changes:
            assert found == {}
        else:
            assert found[id].values == before[id].values

    def test_fetch_answers_for_every_id(self, bench: Bench) -> None:
        """Every id asked for is in the answer: a record, or MISSING where there is none.

        A vendor that deletes nothing never proves that: there it is HIDDEN (P6).
        """
        ids = [bench.put(bench.sample(number)) for number in range(3)]
        found = bench.side.fetch(bench.scope, [ids[1], bench.unknown_id, ids[0]], Lane.DUE)
        assert set(found) == {ids[0], ids[1], bench.unknown_id}
        assert found[bench.unknown_id] is (Gone.MISSING if bench.can_delete else Gone.HIDDEN)
        assert holds(found[ids[1]], bench.sample(1))
        assert bench.side.fetch(bench.scope, [], Lane.DUE) == {}

    def test_fetch_says_that_a_deleted_record_is_missing(self, bench: Bench) -> None:
        """A record somebody deleted is MISSING, in a feed no more, and the others are there."""
        if not bench.can_delete:
            pytest.skip("this vendor deletes nothing")
        ids = [bench.put(bench.sample(number)) for number in range(4)]
        for id in ids[:3]:
            bench.delete(id)
        found = bench.side.fetch(bench.scope, ids, Lane.DUE)
        assert [found[id] for id in ids[:3]] == [Gone.MISSING] * 3
        assert isinstance(found[ids[3]], Record)
        assert set(everything(bench)) == {ids[3]}

    def test_an_inactive_record_still_exists(self, bench: Bench) -> None:
        """A record that its vendor's list hides is neither missing nor deleted (P6)."""
        if not bench.can_retire:
            pytest.skip("this vendor hides nothing")
        ids = [bench.put(bench.sample(number)) for number in range(2)]
        bench.retire(ids[0])
        found = bench.side.fetch(bench.scope, ids, Lane.DUE)
        assert isinstance(found[ids[0]], Record)
        assert set(everything(bench)) == set(ids)

    # -- writing --------------------------------------------------------------------

    def test_update_writes_only_what_the_patch_names(self, bench: Bench) -> None:
        """The named field changes, the others stay, and the read-back is what is stored (P7, P11)."""
        id = bench.put(bench.sample(1))
        value = bench.sample(2)[bench.touched]
        [record] = done(
            bench.side.update([Patch(id, {bench.touched: value}, bench.scope)], fresh_until=bench.fresh())
        )
        expected = {**bench.sample(1), bench.touched: value}
        assert bench.stored(id) == expected
        assert record.id == id
        assert holds(record, expected)

    def test_update_writes_every_kind_of_field(self, bench: Bench) -> None:
        """Each field of the mapping can be changed, and reads back as it was sent."""
        id = bench.put(bench.sample(1))
        target = bench.changes(2)
        if not target:
            pytest.skip("this vendor takes no changes")
        [record] = done(bench.side.update([Patch(id, target, bench.scope)], fresh_until=bench.fresh()))
        assert bench.stored(id) == {**bench.sample(1), **target}
        assert holds(record, target)

    def test_update_can_empty_a_field(self, bench: Bench) -> None:
        """None clears a field, whatever word the vendor wants for that."""
        if not bench.clearable:
            pytest.skip("nothing can be emptied")
        id = bench.put(bench.sample(1))
        empty: dict[int, Value] = dict.fromkeys(bench.clearable)
        [record] = done(bench.side.update([Patch(id, empty, bench.scope)], fresh_until=bench.fresh()))
        stored = bench.stored(id)
        assert stored is not None
        assert {index: stored[index] for index in empty} == empty
        assert holds(record, empty)

    def test_a_record_that_is_gone_spoils_no_other(self, bench: Bench) -> None:
        """An update of a missing record is refused, and its neighbours are written (P10)."""
        touched = bench.touched
        id = bench.put(bench.sample(1))
        value = bench.sample(2)[touched]
        before = len(everything(bench))
        patches = [
            Patch(bench.unknown_id, {touched: value}, bench.scope),
            Patch(id, {touched: value}, bench.scope),
        ]
        size = bench.side.limits.update
        outcomes = [
            outcome
            for at in range(0, len(patches), min(size, 2))
            for outcome in bench.side.update(patches[at : at + min(size, 2)], fresh_until=bench.fresh())
        ]
        assert outcomes[0].verdict is Verdict.REFUSED
        assert outcomes[0].reason
        assert outcomes[1].verdict is Verdict.DONE
        assert len(everything(bench)) == before

    def test_outcomes_stand_in_the_order_of_the_patches(self, bench: Bench) -> None:
        """However the vendor sorts its answer, each outcome belongs to its patch."""
        ids = [bench.put(bench.sample(number)) for number in range(6)]
        size = bench.side.limits.update
        patches = [
            Patch(id, {bench.touched: bench.sample(20 + at)[bench.touched]}, bench.scope)
            for at, id in enumerate(reversed(ids))
        ]
        for at in range(0, len(patches), size):
            part = patches[at : at + size]
            records = done(bench.side.update(part, fresh_until=bench.fresh()))
            assert [one.id for one in records] == [one.id for one in part]
            for patch, record in zip(part, records, strict=True):
                assert holds(record, patch.values)

    def test_create_makes_one_record_and_says_which(self, bench: Bench) -> None:
        """A create is DONE with the id and values of the one new record."""
        _creates(bench)
        draft = Draft(bench.drafted(3), bench.scope, key="k-1")
        [record] = done(bench.side.create([draft], fresh_until=bench.fresh()))
        assert holds(record, draft.values)
        assert set(everything(bench)) == {record.id}
        assert holds(everything(bench)[record.id], bench.sample(3))
        assert (record.created is not None) == bench.answers_dated
        if bench.side.limits.carries_key:
            assert record.key == "k-1"

    def test_a_repeated_create_with_a_key_makes_no_second_record(self, bench: Bench) -> None:
        """Where a key is carried, sending the same create twice ends in one record (P4)."""
        if not bench.side.limits.carries_key or bench.side.limits.create == 1:
            pytest.skip("no carrier: a repeat makes a second record, so nobody repeats")
        draft = Draft(bench.drafted(3), bench.scope, key="k-2")
        [first] = done(bench.side.create([draft], fresh_until=bench.fresh()))
        [second] = done(bench.side.create([draft], fresh_until=bench.fresh()))
        assert first.id == second.id
        assert len(everything(bench)) == 1

    def test_find_brings_a_create_whose_answer_was_lost(self, bench: Bench) -> None:
        """What our create made is found, and a record that was there before is not; at most it may be
        the one, where the vendor does not tell how old a record is."""
        _creates(bench)
        older = "" if bench.member else bench.put(bench.twin(3))
        everything(bench)
        bench.clock.advance(30)
        sent_at = bench.side.now()
        draft = Draft(bench.drafted(3), bench.scope, key="k-3")
        before = bench.side.find(draft, sent_at, Lane.WRITE)
        assert (before.records, before.sure) == ((), True)
        [record] = done(bench.side.create([draft], fresh_until=bench.fresh()))
        found = bench.side.find(draft, sent_at, Lane.WRITE)
        if bench.dated or bench.member or bench.unique:
            assert [one.id for one in found.records] == [record.id]
            assert older not in [one.id for one in (*found.records, *found.maybe)]
        else:
            assert found.records == ()
            assert {one.id for one in found.maybe} == {older, record.id}
        assert found.sure

    def test_a_write_that_would_rest_on_old_readings_is_not_sent(self, bench: Bench) -> None:
        """Past `fresh_until` nothing is sent and Stale is raised (P2)."""
        id = bench.put(bench.sample(1))
        everything(bench)
        late = bench.clock.monotonic() - 1
        if bench.named is not None:
            value = bench.sample(2)[bench.named]
            with pytest.raises(Stale):
                bench.side.update([Patch(id, {bench.named: value}, bench.scope)], fresh_until=late)
        if bench.can_create:
            with pytest.raises(Stale):
                bench.side.create([Draft(bench.drafted(4), bench.scope, key="k-4")], fresh_until=late)
        assert bench.stored(id) == bench.sample(1)
        assert set(everything(bench)) == {id}

    def test_remove_does_what_the_limits_promise(self, bench: Bench) -> None:
        """Each removal the side offers works: archived records still exist, deleted ones do not."""
        for removal in sorted(bench.side.limits.removals):
            id = bench.put(bench.sample(1))
            outcome = bench.side.remove(removal, bench.scope, id, fresh_until=bench.fresh())
            assert outcome.verdict is Verdict.DONE
            found = bench.side.fetch(bench.scope, [id], Lane.DUE)[id]
            assert (found is Gone.MISSING) == (removal is Removal.DELETE)

    def test_deletions_lists_what_was_deleted_or_says_it_cannot(self, bench: Bench) -> None:
        """The vendor's own list of deletes, where there is one; never a record that lives."""
        keep = bench.put(bench.sample(1))
        everything(bench)
        since = bench.side.now() - 5
        if not bench.can_delete:
            assert bench.side.deletions(bench.scope, since, Lane.POLL) in (None, frozenset())
            return
        gone = bench.put(bench.sample(2))
        bench.clock.advance(5)
        bench.delete(gone)
        listed = bench.side.deletions(bench.scope, since, Lane.POLL)
        assert listed is None or keep not in listed
        if bench.side.limits.watches_deletes and listed is not None:
            assert listed <= {gone}

    def test_now_is_the_servers_time(self, bench: Bench) -> None:
        """`now` follows the server's clock between answers, give or take its whole seconds."""
        everything(bench)
        first = bench.side.now()
        bench.clock.advance(40)
        assert 38 <= bench.side.now() - first <= 42
        bench.side.ready(Lane.WRITE, 3)
