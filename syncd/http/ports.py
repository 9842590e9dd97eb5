"""The small ports that this room needs; `syncd.store` implements the durable ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from syncd.http.message import Answer, Call

__all__ = ["Auth", "Ledger", "MemoryLedger", "MemoryTokenStore", "Sender", "Token", "TokenStore"]

Result = TypeVar("Result")


class Sender(Protocol):
    """Whoever can carry out a call: the bare transport, or one that repeats."""

    def send(self, call: Call) -> Answer:
        """Carry it out. Raises the tree in `syncd.errors`; returns only for 2xx."""


class Auth(Protocol):
    """Where a call's credentials come from."""

    def headers(self, *, fresh_until: float | None = None) -> Mapping[str, str]:
        """The headers that authorise one call, renewed first if they are about to expire."""

    def refused(self, headers: Mapping[str, str], *, fresh_until: float | None = None) -> bool:
        """The vendor answered 401 to these. True if other ones are at hand now.

        Raises AuthProblem, saying what a person must do, if there is nothing left to try; Stale if
        other ones could be had only after `fresh_until` (monotonic seconds).
        """


class Ledger(Protocol):
    """A durable text per account, shared by every thread and process that spends from it."""

    def transact(self, account: str, change: Callable[[str | None], tuple[str, Result]]) -> Result:
        """Read the account's text (None at first), store what `change` makes of it, commit.

        Atomic against all other users of the ledger; `change` is called while the text is
        locked, and may be called again if the transaction has to be repeated. When this
        returns, the new text is durable. An unchanged text need not be written.
        Raises Unavailable if the store cannot take it: then nothing was changed.
        """


@dataclass(frozen=True, slots=True)
class Token:
    """An OAuth grant as it is stored. `expires_at` is epoch seconds by our clock.

    `origin` is a fingerprint of the refresh token from the settings that this chain of
    tokens began with; empty for one that `syncd connect procore` obtained.
    """

    access_token: str = field(repr=False)
    expires_at: float = 0.0
    refresh_token: str = field(default="", repr=False)
    origin: str = ""


class TokenStore(Protocol):
    """Durable tokens, shared by threads and processes."""

    def load(self, account: str) -> Token | None:
        """The token in force, None if there is none."""

    def save(self, account: str, token: Token, *, replaces: Token | None) -> bool:
        """Store the token durably, if the one in force is still `replaces`.

        False, and nothing stored, if somebody else has stored another one meanwhile.
        """

    def lock(
        self, account: str, *, stop: threading.Event | None = None, until: float | None = None
    ) -> AbstractContextManager[None]:
        """Keep every other thread and process from renewing this account's token.

        Raises Stopped if `stop` is set while another one renews, Stale once it is later than `until`
        (monotonic seconds), Unavailable after two minutes.
        """


class MemoryLedger:
    """A ledger for one process and one life; for tests and the sandbox's own use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: dict[str, str] = {}

    def transact(self, account: str, change: Callable[[str | None], tuple[str, Result]]) -> Result:
        """See `Ledger.transact`."""
        with self._lock:
            text, result = change(self._texts.get(account))
            self._texts[account] = text
            return result


class MemoryTokenStore:
    """Tokens for one process and one life."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._renewing = threading.RLock()
        self._tokens: dict[str, Token] = {}

    def load(self, account: str) -> Token | None:
        """See `TokenStore.load`."""
        with self._guard:
            return self._tokens.get(account)

    def save(self, account: str, token: Token, *, replaces: Token | None) -> bool:
        """See `TokenStore.save`."""
        with self._guard:
            if self._tokens.get(account) != replaces:
                return False
            self._tokens[account] = token
            return True

    def lock(
        self, account: str, *, stop: threading.Event | None = None, until: float | None = None
    ) -> AbstractContextManager[None]:
        """See `TokenStore.lock`; one lock serves every account here, and is never held for long."""
        return self._renew()

    @contextmanager
    def _renew(self) -> Iterator[None]:
        with self._renewing:
            yield
