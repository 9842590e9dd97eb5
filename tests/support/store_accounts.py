"""What every engine must hold of transactions, the budget's ledger, tokens and locks."""

from __future__ import annotations

import threading

import pytest

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.errors import Bug
from syncd.http.ports import Token
from syncd.store import NewEvent, Store, open_store


class Crash(BaseException):
    """The process died here."""


class AccountSuite:
    """Transactions, ledger, tokens."""

    @pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt, Crash])
    def test_whatever_goes_wrong_undoes_the_whole_transaction(
        self, store: Store, trouble: type[BaseException]
    ) -> None:
        """Any exception, an interrupt too, leaves nothing behind, and the store can be used on."""

        def failing() -> None:
            with store.transaction() as tx:
                tx.pause("m")
                raise trouble

        with pytest.raises(trouble):
            failing()
        with store.transaction() as tx:
            assert tx.pauses() == set()
            tx.pause("other")
        with store.read() as tx:
            assert tx.pauses() == {("other", "")}

    def test_every_commit_passes_the_one_gate(self, store: Store) -> None:
        """A subclass can die before a commit (nothing stored) or after it (all stored)."""

        class Dying(Store):
            when = ""

            def _commit(self) -> None:
                if self.when == "before":
                    raise Crash
                super()._commit()
                if self.when == "after":
                    raise Crash

        dying = Dying(store.database, store.clock, "default", store.url)
        for when, expected in (("before", set()), ("after", {("after", "")})):
            dying.when = when
            with pytest.raises(Crash), dying.transaction() as tx:
                tx.pause(when)
            with store.read() as tx:
                assert tx.pauses() == expected
        dying.when = "before"
        with pytest.raises(Crash):
            dying.ledger.transact("a", lambda _: ("spent", None))
        assert store.ledger.transact("a", lambda text: ("", text)) is None

    def test_a_write_outside_a_transaction_is_refused(self, store: Store) -> None:
        """Reading needs no transaction; writing through a read, or after the end, is our bug."""
        with store.read() as tx, pytest.raises(Bug, match="outside a transaction"):
            tx.pause("m")
        with store.transaction() as tx:
            pass
        with pytest.raises(Bug, match="outside a transaction"):
            tx.record([NewEvent("m", "write")])

    def test_transactions_do_not_nest(self, store: Store) -> None:
        """A second transaction, or a charge to the budget, inside one is an error and not a hang."""
        with store.transaction() as tx:
            tx.pause("m")
            with pytest.raises(Bug, match="inside another"), store.transaction():
                pass
            with pytest.raises(Bug, match="inside another"):
                store.ledger.transact("a", lambda _: ("x", None))
        with store.read() as tx:
            assert tx.pauses() == {("m", "")}

    def test_the_ledger_keeps_one_text_an_account(self, store: Store) -> None:
        """First None, then what was stored; results pass through; an error stores nothing."""
        assert store.ledger.transact("a", lambda text: ("1", text)) is None
        assert store.ledger.transact("a", lambda text: ("2", text)) == "1"
        assert store.ledger.transact("b", lambda text: ("9", text)) is None

        def broken(text: str | None) -> tuple[str, None]:
            raise ValueError

        with pytest.raises(ValueError):
            store.ledger.transact("a", broken)
        assert store.ledger.transact("a", lambda text: (text or "", text)) == "2"

    def test_threads_never_lose_a_charge(self, store: Store) -> None:
        """Eight threads that each charge 25 times leave a count of 200 (P5)."""

        def charge() -> None:
            for _ in range(25):
                store.ledger.transact("a", lambda text: (str(int(text or "0") + 1), None))

        threads = [threading.Thread(target=charge) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store.ledger.transact("a", lambda text: (text or "", text)) == "200"

    def test_a_token_is_stored_only_over_the_one_it_replaces(self, store: Store) -> None:
        """Compare and set: a renewal that lost the race does not overwrite the winner's token."""
        tokens = store.tokens
        first, second = Token("a1", 10.0, "r1", "o"), Token("a2", 20.0, "r2", "o")
        assert tokens.load("procore") is None
        assert tokens.save("procore", first, replaces=None) is True
        assert tokens.save("procore", second, replaces=None) is False
        assert tokens.load("procore") == first
        assert tokens.save("procore", second, replaces=first) is True
        assert tokens.load("procore") == second
        assert tokens.load("other") is None
        tokens.forget("procore")
        assert tokens.load("procore") is None

    def test_one_renewal_at_a_time(self, store: Store) -> None:
        """Threads that renew the same account never overlap; the lock is given back on errors."""
        inside = 0
        most = 0
        guard = threading.Lock()

        def renew() -> None:
            nonlocal inside, most
            with store.tokens.lock("procore"):
                with guard:
                    inside += 1
                    most = max(most, inside)
                threading.Event().wait(0.01)
                with guard:
                    inside -= 1

        with pytest.raises(ValueError), store.tokens.lock("procore"):
            raise ValueError
        threads = [threading.Thread(target=renew) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == 1

    def test_a_scratch_copy_shares_nothing(self, store: Store) -> None:
        """A plan works on a copy with the same rows and ids; the state does not see its writes."""
        with store.transaction() as tx:
            tx.pause("m")
            tx.mark([("m", SideName.PROCORE, "1", "", 5.0, "x")])
            (mark,) = tx.due_marks("m", 9.0, 9)
        copy = store.scratch()
        with copy.transaction() as tx:
            assert tx.due_marks("m", 9.0, 9) == [mark]
            tx.resume("m")
            tx.mark([("m", SideName.PROCORE, "2", "", 5.0, "x")])
            assert tx.due_marks("m", 9.0, 9)[1].id > mark.id
        copy.close()
        with store.read() as tx:
            assert tx.pauses() == {("m", "")}
            assert tx.count_marks("m") == 1

    def test_opening_again_finds_everything(self, store: Store, url: str) -> None:
        """What was committed is there for the next process (a database in memory is its own)."""
        with store.transaction() as tx:
            tx.pause("m")
        again = open_store(url, ManualClock())
        with again.read() as tx:
            assert tx.pauses() == ({("m", "")} if url != "sqlite://" else set())
        again.close()
