"""What every engine must hold of links, marks and strangers. Inherit, and give `store`."""

from __future__ import annotations

import pytest

from syncd.core.values import SideName
from syncd.errors import Bug
from syncd.store import Link, NewLink, NewStranger, Store, Tx

P, Q = SideName.PROCORE, SideName.QUICKBASE


def new_link(number: int, **other: object) -> NewLink:
    """A link between record p<number> and record q<number> of mapping `m`."""
    fields: dict[str, object] = {
        "mapping": "m", "scope": "company", "procore_id": f"p{number}", "quickbase_id": f"q{number}",
        "layout": 1, "base_procore": f'["P{number}"]', "base_quickbase": f'["Q{number}"]',
        "stamp_procore": 10.0, "stamp_quickbase": 20.0,
    }  # fmt: skip
    return NewLink(**{**fields, **other})  # type: ignore[arg-type]


def stranger(side: SideName, identity: str, *match: str | None, key: str | None = None) -> NewStranger:
    """An unlinked record of mapping `m`."""
    return NewStranger("m", side, identity, "company", f'["{identity}"]', key=key, match=match)


def add(tx: Tx, *numbers: int) -> list[int]:
    """Add plain links with these numbers."""
    return tx.add_links([new_link(number) for number in numbers])


class RecordSuite:
    """Links, layouts, marks, strangers, pairs."""

    def test_a_link_comes_back_as_it_was_added(self, store: Store) -> None:
        """Every field of a link survives the round trip, with its type."""
        with store.transaction() as tx:
            (id,) = tx.add_links([new_link(1, key="k", own_procore=1.5, made_by="adopt")])
            found = tx.link(id)
        assert found == Link(
            id, "m", "company", "p1", "q1", 1, '["P1"]', '["Q1"]', "k", 10.0, 20.0, 1.5, 0.0,
            "live", 0, 0, 0.0, store.clock.now(), "adopt", False,
        )  # fmt: skip
        assert found is not None
        assert found.paused is False

    def test_links_are_added_in_bulk_with_ids_in_order(self, store: Store) -> None:
        """Ids answer the rows they were given for, and are never given twice."""
        with store.transaction() as tx:
            ids = add(tx, *range(300))
            assert [tx.links_by("m", P, [f"p{n}"])[f"p{n}"].id for n in (0, 150, 299)] == [
                ids[0], ids[150], ids[299],
            ]  # fmt: skip
            tx.drop_link(ids[-1])
            assert add(tx, 300)[0] > ids[-1]

    @pytest.mark.parametrize("taken", [{"procore_id": "p1"}, {"quickbase_id": "q1"}])
    def test_an_identity_is_in_one_link_at_most(self, store: Store, taken: dict[str, str]) -> None:
        """C1: the database itself refuses a second link of either identity, tombstone or not."""
        with store.transaction() as tx:
            tx.set_link_state(add(tx, 1)[0], "tombstone")
        with pytest.raises(Bug, match="breaks one of its rules"), store.transaction() as tx:
            tx.add_links([new_link(2, **taken)])
        with store.read() as tx:
            assert len(tx.links("m")) == 1

    def test_bases_are_bare_tuples_of_one_side(self, store: Store) -> None:
        """A full pass gets id, layout, that side's base and stamp, and the state."""
        with store.transaction() as tx:
            ids = add(tx, 1, 2)
            assert tx.bases("m", P, ["p1", "p2", "p9"]) == {
                "p1": (ids[0], 1, '["P1"]', 10.0, "live"),
                "p2": (ids[1], 1, '["P2"]', 10.0, "live"),
            }
            assert tx.bases("m", Q, iter(["q2"])) == {"q2": (ids[1], 1, '["Q2"]', 20.0, "live")}

    def test_an_identity_list_may_be_longer_than_any_limit(self, store: Store) -> None:
        """12,000 identities in one question are answered whole, in chunks."""
        with store.transaction() as tx:
            add(tx, *range(12_000))
            found = tx.across("m", P, [f"p{n}" for n in range(12_000)])
        assert len(found) == 12_000
        assert found["p11999"] == "q11999"

    def test_odd_identities_are_only_text(self, store: Store) -> None:
        """Quotes, line ends and other alphabets in an identity neither break nor widen a question."""
        odd = ['a"b', "a'b", "a\nb", "12/34", "Ωß漢", "\\", "[]", "%s", ":x"]
        with store.transaction() as tx:
            tx.add_links([new_link(n, procore_id=text) for n, text in enumerate(odd)])
            assert set(tx.links_by("m", P, odd)) == set(odd)
            assert tx.links_by("m", P, ["a"]) == {}

    def test_across_finds_only_live_links(self, store: Store) -> None:
        """A reference never resolves to a tombstone, nor to another mapping's link."""
        with store.transaction() as tx:
            _one, two = add(tx, 1, 2)
            tx.set_link_state(two, "tombstone")
            assert tx.across("m", P, ["p1", "p2"]) == {"p1": "q1"}
            assert tx.across("m", Q, ["q1", "q2"]) == {"q1": "p1"}
            assert tx.across("other", P, ["p1"]) == {}
            assert tx.count_links("m") == 1
            assert tx.scopes_of("m") == [("p1", '["P1"]', '["Q1"]', 1)]

    def test_links_are_paged_by_id(self, store: Store) -> None:
        """Pages follow each other without gap or overlap, and may be of one state."""
        with store.transaction() as tx:
            ids = add(tx, *range(5))
            tx.set_link_state(ids[3], "tombstone")
            first = tx.links("m", limit=2)
            rest = tx.links("m", after_id=first[-1].id, limit=10)
            assert [link.id for link in first + rest] == ids
            assert [link.id for link in tx.links("m", state="tombstone")] == [ids[3]]

    def test_bases_move_in_bulk(self, store: Store) -> None:
        """`set_bases` changes exactly the links it names."""
        with store.transaction() as tx:
            one, two = add(tx, 1, 2)
            tx.set_bases([(two, 7, "[1]", "[2]", "key", 1.0, 2.0, 3.0, 4.0)])
            moved, other = tx.link(two), tx.link(one)
        assert moved is not None
        assert other is not None
        assert (moved.layout, moved.base_procore, moved.base_quickbase, moved.key) == (7, "[1]", "[2]", "key")
        assert (moved.stamp_procore, moved.stamp_quickbase) == (1.0, 2.0)
        assert (moved.own_procore, moved.own_quickbase) == (3.0, 4.0)
        assert other.base_procore == '["P1"]'

    def test_a_link_can_be_marked_missing_paused_and_paired_anew(self, store: Store) -> None:
        """The small changes each touch their own columns of their own link."""
        with store.transaction() as tx:
            (id,) = add(tx, 1)
            tx.set_missing(id, P, 2, 99.0)
            tx.pause_link(id, True)
            tx.relink(id, "p8", "q9", layout=3, base_procore="[]", base_quickbase="[]")
            link = tx.link(id)
        assert link is not None
        assert (link.missing_procore, link.missing_quickbase, link.missing_since) == (2, 0, 99.0)
        assert link.paused is True
        assert (link.procore_id, link.quickbase_id, link.layout, link.made_by) == ("p8", "q9", 3, "person")

    def test_connections_do_not_see_each_other(self, store: Store) -> None:
        """Two connections on one database keep links of the same identities apart."""
        other = Store(store.database, store.clock, "second", store.url)
        with store.transaction() as tx:
            (id,) = add(tx, 1)
        with other.transaction() as tx:
            assert tx.links_by("m", P, ["p1"]) == {}
            assert tx.link(id) is None
            tx.drop_link(id)
            add(tx, 1)
        with store.read() as tx:
            assert tx.link(id) is not None

    def test_a_layout_is_found_or_added(self, store: Store) -> None:
        """The same fingerprints always answer the same layout, others another."""
        with store.transaction() as tx:
            one = tx.layout("m", ["a", "b"])
            assert tx.layout("m", ["a", "b"]) == one
            two = tx.layout("m", ["b", "a"])
            assert tx.layouts("m") == {one: ("a", "b"), two: ("b", "a")}

    def test_a_mark_is_only_ever_hastened(self, store: Store) -> None:
        """Marking again lowers `due` and keeps the attempts; it never puts a record off."""
        with store.transaction() as tx:
            tx.mark([("m", P, "1", "s", 50.0, "held")])
            tx.defer([tx.due_marks("m", 50.0, 9)[0].id], 80.0)
            tx.mark([("m", P, "1", "s", 90.0, "later")])
            (same,) = tx.due_marks("m", 100.0, 9)
            assert (same.due, same.attempts, same.why) == (80.0, 1, "held")
            tx.mark([("m", P, "1", "t", 20.0, "sooner")])
            (sooner,) = tx.due_marks("m", 100.0, 9)
            assert (sooner.due, sooner.attempts, sooner.why, sooner.scope) == (20.0, 1, "sooner", "t")
            assert sooner.side is P

    def test_marks_that_a_clock_set_back_left_far_ahead_are_due(self, store: Store) -> None:
        """What waits for longer than any mark is put off for is due now, for one reason or for all; the
        others, and other mappings' marks, wait as before."""
        with store.transaction() as tx:
            tx.mark([("m", P, "1", "", 120.0, "key"), ("m", P, "2", "", 500.0, "key")])
            tx.mark([("m", P, "3", "", 500.0, "held"), ("n", P, "4", "", 500.0, "key")])
            tx.hasten("m", 100.0, 20.0, "key")
            assert [mark.identity for mark in tx.due_marks("m", 100.0, 9)] == ["2"]
            tx.hasten("m", 100.0, 399.0)
            assert [mark.identity for mark in tx.due_marks("m", 100.0, 9)] == ["2", "3"]
            assert (tx.next_due("m"), tx.next_due("n")) == (100.0, 500.0)

    def test_marks_come_the_longest_due_first(self, store: Store) -> None:
        """Due marks are ordered by time; those of the future wait, and `next_due` names the next."""
        with store.transaction() as tx:
            tx.mark([("m", P, str(n), "", due, "") for n, due in enumerate((30.0, 10.0, 20.0, 99.0))])
            assert [mark.identity for mark in tx.due_marks("m", 50.0, 2)] == ["1", "2"]
            assert (tx.next_due("m"), tx.count_marks("m")) == (10.0, 4)
            tx.unmark("m", P, ["0", "1", "2", "3"])
            assert (tx.next_due("m"), tx.count_marks("m")) == (None, 0)

    def test_a_stranger_put_again_is_replaced_in_place(self, store: Store) -> None:
        """A second reading of an unlinked record keeps its id and brings the newer values."""
        with store.transaction() as tx:
            tx.put_strangers([stranger(P, "1", "acme")])
            before = tx.strangers("m", P, ["1"])["1"]
            tx.put_strangers([NewStranger("m", P, "1", "x", "[]", "k", (None, "z"), 5.0, 4.0, True)])
            after = tx.strangers("m", P, ["1"])["1"]
        assert (before.match, before.stamp, before.held) == (("acme", None, None, None), None, False)
        assert (after.id, after.values, after.key, after.held) == (before.id, "[]", "k", True)
        assert (after.match, after.stamp, after.created) == ((None, "z", None, None), 5.0, 4.0)

    def test_pairs_are_only_those_with_one_candidate_each_way(self, store: Store) -> None:
        """One on each side pairs; two on either side, or none on one, never do."""
        with store.transaction() as tx:
            tx.put_strangers(
                [
                    stranger(P, "1", "one"), stranger(Q, "a", "one"),
                    stranger(P, "2", "two"), stranger(P, "3", "two"), stranger(Q, "b", "two"),
                    stranger(P, "4", "three"), stranger(Q, "c", "three"), stranger(Q, "d", "three"),
                    stranger(P, "5", "alone"), stranger(P, "6", None), stranger(Q, "e", None),
                    stranger(P, "7", "last"), stranger(Q, "f", "last"),
                ]
            )  # fmt: skip
            found = tx.pairs("m", 0, 10)
            assert [(p.identity, q.identity) for p, q in found] == [("1", "a"), ("7", "f")]
            assert tx.pairs("m", 0, 10, found[0][0].id) == found[1:]
            assert tx.pairs("m", 0, 1) == found[:1]
            assert tx.pairs("m", 1, 10) == []
            assert tx.rivals("m", 0) == [("three", ["4"], ["c", "d"]), ("two", ["2", "3"], ["b"])]
            assert tx.rivals("m", 0, after="three") == [("two", ["2", "3"], ["b"])]

    def test_strangers_are_found_by_match_and_by_key(self, store: Store) -> None:
        """Each rank and the key have an index of their own, side by side."""
        with store.transaction() as tx:
            tx.put_strangers([stranger(P, "1", "x", "y"), stranger(P, "2", "z", "y", key="77")])
            tx.put_strangers([stranger(Q, "1", "x", "y")])
            assert [s.identity for s in tx.by_match("m", P, 1, ["y", "w"])["y"]] == ["1", "2"]
            assert list(tx.by_match("m", P, 0, ["x", "z"])) == ["x", "z"]
            assert [s.identity for s in tx.by_key("m", P, ["77", "78"])["77"]] == ["2"]
            tx.drop_strangers("m", P, ["1"])
            assert (tx.count_strangers("m", P), tx.count_strangers("m", Q)) == (1, 1)

    def test_unmatched_records_are_paged(self, store: Store) -> None:
        """One side's strangers come in id order, of one scope if asked; held ones say so."""
        with store.transaction() as tx:
            tx.put_strangers([stranger(P, str(n)) for n in range(5)])
            tx.hold_strangers("m", P, ["3"])
            first = tx.unmatched("m", P, 0, 2)
            rest = tx.unmatched("m", P, first[-1].id, 9)
            assert [s.identity for s in first + rest] == ["0", "1", "2", "3", "4"]
            assert [s.identity for s in rest if s.held] == ["3"]
            assert tx.unmatched("m", P, scope="elsewhere") == []
