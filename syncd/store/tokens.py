"""Durable tokens: implements `syncd.http.ports.TokenStore` on the store (P13: owner only)."""

from __future__ import annotations

import json
import threading
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from syncd.store.columns import table
from syncd.store.renewing import renewing
from syncd.store.statement import Statement, param, putting
from syncd.store.tables_log import TokenRow

if TYPE_CHECKING:
    from syncd.http.ports import Token
    from syncd.store.store import Store

__all__ = ["SqlTokenStore"]

_T = table(TokenRow)
_ONE = select(_T.c.token).where(_T.c.account == param("account"))


def _locked(dialect: str) -> Any:
    return _ONE.with_for_update() if dialect == "postgresql" else _ONE


_LOAD = Statement(lambda _: _ONE)
_LOAD_LOCKED = Statement(_locked)
_SAVE = putting(_T, ["account", "token", "at"], ["account"], lambda new: {"token": new.token, "at": new.at})
_FORGET = Statement(lambda _: delete(_T).where(_T.c.account == param("account")))


class SqlTokenStore:
    """The token in force of each account, shared by threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, account: str) -> Token | None:
        """The token in force, None if there is none."""
        return self._load(_LOAD, account)

    def save(self, account: str, token: Token, *, replaces: Token | None) -> bool:
        """Store it durably, if the one in force is still `replaces`; False if it is not."""
        store = self._store
        with store.transaction():
            if self._load(_LOAD_LOCKED, account) != replaces:
                return False
            fields = ("access_token", "expires_at", "refresh_token", "origin")
            packed = json.dumps({name: getattr(token, name) for name in fields})
            store.database.run(_SAVE, {"account": account, "token": packed, "at": store.clock.now()})
        return True

    def forget(self, account: str) -> None:
        """The account is not to be used any more."""
        with self._store.transaction():
            self._store.database.run(_FORGET, {"account": account})

    def lock(
        self, account: str, *, stop: threading.Event | None = None, until: float | None = None
    ) -> AbstractContextManager[None]:
        """Keep every other thread and process from renewing this account's token; see `renewing`."""
        return renewing(self._store.url, account, self._store.clock, stop=stop, until=until)

    def _load(self, statement: Statement, account: str) -> Token | None:
        from syncd.http.ports import Token  # loads the whole HTTP room, which most commands do without

        rows = self._store.database.rows(statement, {"account": account})
        return Token(**json.loads(rows[0][0])) if rows else None
