"""The durable budget ledger: implements `syncd.http.ports.Ledger` on the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from syncd.store.columns import table
from syncd.store.statement import Statement, param, putting
from syncd.store.tables_log import LedgerRow

if TYPE_CHECKING:
    from syncd.store.store import Store

__all__ = ["SqlLedger"]

Result = TypeVar("Result")

_T = table(LedgerRow)


def _read(dialect: str) -> Any:
    clause = select(_T.c.state).where(_T.c.account == param("account"))
    # SQLite's BEGIN IMMEDIATE has locked everything already.
    return clause.with_for_update() if dialect == "postgresql" else clause


_READ = Statement(_read)
_MAKE = putting(_T, ["account", "state", "at"], ["account"], lambda _: {"account": _T.c.account})
_WRITE = Statement(
    lambda _: _T.update().where(_T.c.account == param("account")).values(state=param("state"), at=param("at"))
)


class SqlLedger:
    """One text an account, shared by all threads and processes on this database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def transact(self, account: str, change: Callable[[str | None], tuple[str, Result]]) -> Result:
        """Change the account's text atomically; it is durable when this returns.

        `change` gets the text, None at first. A text that stays as it is costs no write.
        Raises Unavailable if the store cannot take it, and `Bug` inside a transaction of
        the same thread: a charge must be durable before the call, whatever comes after.
        """
        store, database = self._store, self._store.database
        with store.transaction():
            rows = database.rows(_READ, {"account": account})
            if not rows:
                # Holds the row for us, so that two processes cannot both be the first.
                database.run(_MAKE, {"account": account, "state": "", "at": store.clock.now()})
                rows = database.rows(_READ, {"account": account})
            before: str | None = rows[0][0] or None
            after, result = change(before)
            if after != before:
                database.run(_WRITE, {"account": account, "state": after, "at": store.clock.now()})
        return result
