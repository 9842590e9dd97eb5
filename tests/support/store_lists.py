"""What every engine must hold of the journal, the lists, history and controls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.errors import Bug
from syncd.store import Cursor, NewEvent, NewIntent, NewIssue, Store
from syncd.store.ours import NOT_FOUND

P, Q = SideName.PROCORE, SideName.QUICKBASE


def intent(verb: str = "update", side: SideName = Q, **other: object) -> NewIntent:
    """An intent of mapping `m`."""
    fields: dict[str, object] = {
        "mapping": "m", "run": 1, "link": 2, "side": side, "verb": verb, "scope": "s",
        "identity": "q1", "source": "p1",
    }  # fmt: skip
    return NewIntent(**{**fields, **other})  # type: ignore[arg-type]


def issue(field: str = "Name", **other: object) -> NewIssue:
    """An open conflict of the pair p1–q1 of mapping `m`."""
    fields: dict[str, object] = {
        "mapping": "m", "scope": "s", "link": 1, "procore_id": "p1", "quickbase_id": "q1",
        "field": field, "state": "conflict", "reason": "both changed",
    }  # fmt: skip
    return NewIssue(**{**fields, **other})  # type: ignore[arg-type]


class ListSuite:
    """Journal, issues, history, cursors, runs, controls."""

    def test_an_intent_comes_back_as_it_was_journaled(self, store: Store) -> None:
        """What was sent, its baseline and its basis survive as values, not as texts."""
        sent = {"f1": 'Ω "x"', "f2": None, "f3": True, "f4": ["a", "b"]}
        with store.transaction() as tx:
            (id,) = tx.open_intents([intent(sent=sent, before={"f1": "old"}, token="t", sent_at=5.0)])
        with store.read() as tx:
            (found,) = tx.pending("m")
        assert (found.id, found.sent, found.before, found.basis) == (id, sent, {"f1": "old"}, {})
        assert (found.side, found.token, found.state, found.sent_at) == (Q, "t", "open", 5.0)
        assert found.at == store.clock.now()

    def test_open_and_unknown_intents_stay_pending(self, store: Store) -> None:
        """Only done, refused and void end an intent; unknown never expires, not even by pruning."""
        with store.transaction() as tx:
            ids = tx.open_intents([intent() for _ in range(5)])
            for id, state in zip(ids, ("done", "refused", "void", "unknown"), strict=False):
                tx.close_intent(id, state, "outcome", "response")
            assert [one.id for one in tx.pending("m")] == ids[3:]
            assert tx.prune(store.clock.now() + 1e9) == 3
            assert [one.id for one in tx.pending("m")] == ids[3:]
            assert tx.intent(ids[0]) is None

    def test_pending_for_finds_targets_and_sources(self, store: Store) -> None:
        """An intent concerns the record it writes to and the record it was made from."""
        with store.transaction() as tx:
            (id,) = tx.open_intents([intent(side=Q, identity="q1", source="p1")])
            for side, identity in ((Q, "q1"), (P, "p1")):
                assert [one.id for one in tx.pending_for("m", side, [identity])] == [id]
            assert tx.pending_for("m", P, ["q1"]) == tx.pending_for("m", Q, ["p1"]) == []

    def test_only_the_course_of_an_intent_can_be_changed(self, store: Store) -> None:
        """Looks and states move; what was meant to be sent is never rewritten."""
        with store.transaction() as tx:
            (id,) = tx.open_intents([intent()])
            tx.set_intent(id, state="unknown", looked=2, looked_at=9.0, settle_after=10.0)
            found = tx.intent(id)
            assert found is not None
            assert (found.state, found.looked, found.looked_at, found.settle_after) == (
                "unknown",
                2,
                9.0,
                10.0,
            )
            with pytest.raises(Bug, match="sent cannot be changed"):
                tx.set_intent(id, sent="{}")

    def test_recent_creates_are_those_that_may_have_made_something(self, store: Store) -> None:
        """A look-up for duplicates sees creates of that side since then, also one that was given up
        because it was not found, and none that was refused or never sent."""
        with store.transaction() as tx:
            ids = tx.open_intents(
                [intent("create", sent_at=at) for at in (1.0, 50.0, 60.0, 70.0)]
                + [intent("create", P, sent_at=60.0), intent("update", sent_at=60.0)]
            )
            tx.close_intents([(id, "done", "", "") for id in (ids[0], ids[1], ids[4], ids[5])])
            tx.close_intent(ids[2], "unknown")
            tx.close_intent(ids[3], "refused")
            assert [one.id for one in tx.recent_creates("m", Q, 50.0)] == ids[1:3]
            tx.close_intent(ids[1], "void", NOT_FOUND)
            tx.close_intent(ids[2], "void", "never sent")
            assert [one.id for one in tx.recent_creates("m", Q, 50.0)] == ids[1:2]

    def test_raising_again_refreshes_the_open_issue(self, store: Store) -> None:
        """The same trouble keeps its id, age, tries, first stamps and verdict; its words are new."""
        clock = store.clock
        assert isinstance(clock, ManualClock)
        with store.transaction() as tx:
            id = tx.raise_issue(issue(procore_value="a", stamp_procore=5.0, retry_at=7.0))
            tx.retry_issue(id, 8.0)
            assert tx.set_verdict(id, "procore")
            since = clock.now()
            clock.advance(60)
            again = issue(procore_value="b", reason="still", stamp_procore=6.0, waits=("m2", P, "9"))
            assert tx.raise_issue(again) == id
            found = tx.issue(id)
        assert found is not None
        assert (found.since, found.tries, found.retry_at, found.verdict) == (since, 1, 8.0, "procore")
        assert (found.stamp_procore, found.procore_value, found.reason) == (5.0, "b", "still")
        assert found.waits == ("m2", P, "9")

    def test_a_closed_issue_stays_closed_and_a_new_one_opens(self, store: Store) -> None:
        """Trouble that comes back is a new issue; the settled one keeps its date and takes no verdict."""
        with store.transaction() as tx:
            old = tx.raise_issue(issue())
            tx.close_issue(old, 5.0)
            tx.close_issue(old, 9.0)
            new = tx.raise_issue(issue())
            closed = tx.issue(old)
            assert closed is not None
            assert (closed.closed, new != old) == (5.0, True)
            assert tx.set_verdict(old, "procore") is False
            assert [one.id for one in tx.issues("m")] == [new]
            assert [one.id for one in tx.issues("m", open_only=False)] == [old, new]

    def test_issues_are_closed_by_record_and_field(self, store: Store) -> None:
        """Closing named fields leaves the record's other issues open (P7)."""
        with store.transaction() as tx:
            for field in ("Name", "City", ""):
                tx.raise_issue(issue(field))
            other = tx.raise_issue(issue(procore_id="p2", quickbase_id="q2"))
            assert tx.close_issues("m", "p1", "q1", ["Name", "Nothing"], 1.0) == 1
            assert [one.field for one in tx.issues_of("m", ["p1"], ["q1"])] == ["City", ""]
            assert tx.close_issues("m", "p1", "q1") == 2
            assert [one.id for one in tx.issues()] == [other]

    def test_issues_are_listed_by_state_and_page(self, store: Store) -> None:
        """Lists filter by mapping and state and go on after the last id."""
        with store.transaction() as tx:
            ids = [tx.raise_issue(issue(f"F{n}", state="held" if n % 2 else "conflict")) for n in range(4)]
            tx.raise_issue(replace(issue(), mapping="other"))
            assert [one.id for one in tx.issues("m", ["held"])] == [ids[1], ids[3]]
            assert [one.id for one in tx.issues("m", limit=2, after=ids[1])] == ids[2:]
            assert len(tx.issues(states=["held", "conflict"])) == 5
            assert tx.issues("m", ["brake"]) == []

    def test_held_fields_are_found_by_what_they_wait_for(self, store: Store) -> None:
        """When a parent is linked, issues of any mapping that wait for it are found."""
        with store.transaction() as tx:
            id = tx.raise_issue(issue(state="held", waits=("parents", Q, "7")))
            tx.raise_issue(issue("Other", state="held", waits=("parents", P, "7")))
            assert [one.id for one in tx.waiting_for("parents", Q, ["6", "7"])] == [id]
            tx.close_issue(id)
            assert tx.waiting_for("parents", Q, ["7"]) == []

    def test_verdicts_wait_to_be_carried_out(self, store: Store) -> None:
        """Only open issues with a verdict are to be acted on."""
        with store.transaction() as tx:
            one, _two = tx.raise_issue(issue("A")), tx.raise_issue(issue("B"))
            tx.set_verdict(one, "approved")
            assert [(found.id, found.verdict) for found in tx.verdicts("m")] == [(one, "approved")]

    def test_issues_follow_a_record_that_gains_its_other_identity(self, store: Store) -> None:
        """Both halves' issues become the pair's; of two for one field the Procore half's stays."""
        with store.transaction() as tx:
            left = tx.raise_issue(issue("", quickbase_id="", link=None, state="held"))
            right = tx.raise_issue(issue("", procore_id="", link=None, state="held"))
            city = tx.raise_issue(issue("City", procore_id="", link=None, state="held"))
            other = tx.raise_issue(issue("", procore_id="p2", quickbase_id="", link=None))
            tx.reidentify("m", "p1", "q1", 5)
            assert [(one.id, one.link) for one in tx.issues_of("m", ["p1"])] == [(left, 5), (city, 5)]
            closed, untouched = tx.issue(right), tx.issue(other)
        assert closed is not None
        assert closed.closed is not None
        assert untouched is not None
        assert untouched.quickbase_id == ""

    def test_history_is_listed_newest_first(self, store: Store) -> None:
        """Lines come back whole, by record, and page backwards."""
        with store.transaction() as tx:
            tx.record([NewEvent("m", "write", 1, 2, "p1", "q1", "Name", Q, None, ["x"], False, "w", "r")])
            tx.record([NewEvent("m", "link", procore_id=f"p{n}", quickbase_id="q9") for n in range(3)])
            (line,) = tx.history("m", quickbase_id="q1")
            assert (line.before, line.after, line.loser, line.side) == (None, ["x"], False, "quickbase")
            listed = tx.history(limit=2)
            assert [one.procore_id for one in listed] == ["p2", "p1"]
            assert [one.procore_id for one in tx.history(before_id=listed[-1].id)] == ["p0", "p1"]
            assert len(tx.history("m", procore_id="p1")) == 2

    def test_the_brake_counts_records_not_lines(self, store: Store) -> None:
        """A record flagged and then unlinked is one removal; a clear is a write of nothing over something."""
        clock = store.clock
        assert isinstance(clock, ManualClock)
        with store.transaction() as tx:
            tx.record([NewEvent("m", "archive", procore_id="p0")])
            clock.advance(100)
            start = clock.now()
            tx.record(
                [
                    NewEvent("m", "flag", procore_id="p1"), NewEvent("m", "unlink", procore_id="p1"),
                    NewEvent("m", "delete", procore_id="p2"), NewEvent("other", "delete", procore_id="p3"),
                    NewEvent("m", "write", procore_id="p1", field="City", side=Q, before="x", after=None),
                    NewEvent("m", "write", procore_id="p2", field="City", side=Q, before=None, after=None),
                    NewEvent("m", "write", procore_id="p3", field="City", side=P, before="x", after=None),
                ]
            )  # fmt: skip
            assert tx.removals_since("m", start) == 2
            assert tx.removals_since("m", 0.0) == 3
            assert tx.clears_since("m", "City", Q, start) == 1

    def test_a_cursor_is_blank_until_it_is_set(self, store: Store) -> None:
        """Each (side, scope) has a cursor of its own; forgetting asks for a whole pass again."""
        with store.transaction() as tx:
            assert tx.cursor("m", P, "s") == Cursor("m", P, "s")
            moved = Cursor("m", P, "s", 9.5, 8.5, True, 7.0, "shape", 6.0, "closed", 5.0)
            tx.set_cursor(replace(moved, position=1.0))
            tx.set_cursor(moved)
            assert tx.cursor("m", P, "s") == moved
            assert tx.cursor("m", P, "s").complete is True
            assert tx.cursor("m", Q, "s").position == 0.0
            assert tx.cursors("m") == [moved]
            tx.forget_cursors("m")
            assert tx.cursors("m") == []

    def test_runs_are_recorded(self, store: Store) -> None:
        """A run that never ended is seen as still running; ended ones carry their counts."""
        with store.transaction() as tx:
            one, two = tx.start_run("m", "sweep"), tx.start_run("m", "incremental")
            tx.end_run(one, "done", {"written": 3}, "note")
            newest, oldest = tx.runs(5)
        assert (newest.id, newest.state, newest.ended) == (two, "running", None)
        assert (oldest.state, oldest.counts, oldest.note) == ("done", {"written": 3}, "note")

    def test_pauses_and_requests(self, store: Store) -> None:
        """Pausing twice is pausing once; a request waits until it is answered."""
        with store.transaction() as tx:
            tx.pause("m")
            tx.pause("m")
            tx.pause("m", "p1")
            assert tx.pauses() == {("m", ""), ("m", "p1")}
            tx.resume("m")
            assert tx.pauses() == {("m", "p1")}
            id = tx.ask("sync", "m", "{}")
            assert [(one.id, one.kind, one.detail) for one in tx.asked()] == [(id, "sync", "{}")]
            assert tx.answer(id) is None
            tx.answered(id, "done")
            assert (tx.asked(), tx.answer(id)) == ([], "done")
