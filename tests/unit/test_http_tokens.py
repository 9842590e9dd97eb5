"""Tokens: renewed once for all, stored before use, and clear about what a person must do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from syncd.clock import ManualClock
from syncd.errors import AuthProblem, Stale, Stopped, Transient
from syncd.http import (
    Call,
    Governor,
    Headers,
    Lane,
    MemoryLedger,
    MemoryTokenStore,
    Token,
    TokenProvider,
    Transport,
    Wire,
    procore_windows,
)
from tests.support.wsgi_adapter import WsgiAdapter, session_with

ACCOUNT = "procore:1:app"


class Login:
    """A login host and an API behind it: refresh tokens work once, access tokens can be revoked."""

    def __init__(self) -> None:
        self.refresh = "refresh-seed"
        self.grants: list[str] = []
        self.good: set[str] = set()
        self.lose_answer = False
        self.secret = "client-secret"
        self.page: str | None = None
        self.dismissed = False  # the service account

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not environ["PATH_INFO"].endswith("/oauth/token"):
            known = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ") in self.good
            return self._say(start_response, 200 if known else 401, {"ok": known})
        if self.page is not None:
            start_response("502 Bad Gateway", [("Content-Type", "text/html")])
            return [self.page.encode()]
        form = {k: v[0] for k, v in parse_qs(environ["wsgi.input"].read().decode()).items()}
        self.grants.append(form["grant_type"])
        if form["client_secret"] != self.secret:
            return self._say(start_response, 401, {"error": "invalid_client", "error_description": "unknown"})
        if self.dismissed:
            return self._say(start_response, 400, {"error": "invalid_grant"})
        if form["grant_type"] == "refresh_token" and form["refresh_token"] != self.refresh:
            return self._say(
                start_response, 400, {"error": "invalid_grant", "error_description": "is invalid"}
            )
        access = f"access-{len(self.grants)}"
        self.good.add(access)
        answer: dict[str, Any] = {"access_token": access, "expires_in": 5400, "token_type": "Bearer"}
        if form["grant_type"] != "client_credentials":
            self.refresh = answer["refresh_token"] = f"refresh-{len(self.grants)}"
        if self.lose_answer:
            raise requests.ConnectionError("lost")
        return self._say(start_response, 200, answer)

    @staticmethod
    def _say(start_response: Callable[..., Any], status: int, body: Any) -> list[bytes]:
        start_response(f"{status} X", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]


class House:
    """A login host with everything that a provider needs around it."""

    def __init__(
        self,
        refresh_token: str = "",
        store: MemoryTokenStore | None = None,
        clock: ManualClock | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.login, self.clock = Login(), clock or ManualClock()
        self.store, self.ledger, self.stop = store or MemoryTokenStore(), MemoryLedger(), stop
        self.wire = Wire(self.clock, session_factory=session_with(WsgiAdapter(self.login)))
        self.governor = Governor(ACCOUNT, procore_windows(), self.ledger, self.clock)
        self.provider = self.another(refresh_token)

    def another(self, refresh_token: str = "", secret: str = "client-secret") -> TokenProvider:
        """A provider as another process would have it: same store, no memory."""
        return TokenProvider(
            ACCOUNT, "http://login.test", "app", secret, self.store, self.governor, self.wire, self.clock,
            refresh_token=refresh_token, stop=self.stop,
        )  # fmt: skip

    def transport(self) -> Transport:
        """A transport that uses the provider."""
        return Transport("Procore", "http://api.test", self.provider, self.governor, self.wire, self.clock)


def test_client_credentials_are_asked_for_once() -> None:
    """One grant serves every call until a minute before it expires, then the next one comes."""
    house = House()
    first = house.provider.headers()
    assert first == {"Authorization": "Bearer access-1"}
    house.clock.advance(5400 - 61)
    assert house.provider.headers() == first
    house.clock.advance(2)
    assert house.provider.headers() == {"Authorization": "Bearer access-2"}
    assert house.login.grants == ["client_credentials"] * 2


def test_a_grant_counts_in_the_budget() -> None:
    """The token request is a call like any other (P5)."""
    house = House()
    house.provider.headers()
    assert house.governor.snapshot().lines[0].spent == 1


def test_a_new_token_is_stored_before_it_is_used() -> None:
    """If storing fails, nobody gets the token: a crash may not lose a rotated refresh token."""

    class Broken(MemoryTokenStore):
        def save(self, account: str, token: Token, *, replaces: Token | None) -> bool:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        House("refresh-seed", Broken()).provider.headers()
    house = House("refresh-seed")
    house.provider.headers()
    assert house.store.load(ACCOUNT) == Token(
        "access-1", house.clock.now() + 5400, "refresh-1", house.provider._origin
    )


def test_a_refresh_token_is_never_used_twice() -> None:
    """Each renewal uses what the last one returned, across processes."""
    house = House("refresh-seed")
    house.provider.headers()
    house.clock.advance(6000)
    other = house.another("refresh-seed")
    assert other.headers() == {"Authorization": "Bearer access-2"}
    assert house.provider.headers() == {"Authorization": "Bearer access-2"}, "found by the second look"
    assert len(house.login.grants) == 2


def test_eight_threads_with_one_rejected_token_renew_once() -> None:
    """The second look is keyed by the token that was rejected."""
    house = House("refresh-seed")
    old = house.provider.headers()
    barrier, got = threading.Barrier(8), []

    def work() -> None:
        barrier.wait(5)
        assert house.provider.refused(old)
        got.append(house.provider.headers()["Authorization"])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert got == ["Bearer access-2"] * 8
    assert len(house.login.grants) == 2


def test_a_call_survives_a_revoked_token() -> None:
    """401 leads to one renewal and one more try; a second 401 is for a person."""
    house = House()
    house.transport().send(Call("GET", "/x"))
    house.login.good.clear()
    assert house.transport().send(Call("GET", "/x")).json() == {"ok": True}

    class Deaf(set[str]):
        def add(self, item: str) -> None:
            """Forget every token at once."""

    house.login.good = Deaf()
    with pytest.raises(AuthProblem, match="fresh credentials"):
        house.transport().send(Call("GET", "/x"))


def test_a_dead_refresh_token_says_connect() -> None:
    """When the only grant is gone, the error names the command that renews it."""
    house = House("refresh-from-long-ago")
    with pytest.raises(AuthProblem) as caught:
        house.provider.headers()
    assert "syncd connect procore" in caught.value.hint
    assert house.login.grants == ["refresh_token"], "never silently another identity"


def test_a_service_account_that_is_gone_says_where_to_look() -> None:
    """Nobody can connect a service account: the error names it, and connecting only second."""
    house = House()
    house.login.dismissed = True
    with pytest.raises(AuthProblem, match="refuses the client credentials") as caught:
        house.provider.headers()
    assert "service account" in caught.value.hint


def test_wrong_client_credentials_name_the_settings() -> None:
    """`invalid_client` points at the id, the secret and the login URL."""
    with pytest.raises(AuthProblem) as caught:
        House().another(secret="mistyped-secret").headers()
    assert "SYNCD_PROCORE__CLIENT_SECRET" in caught.value.hint
    assert "mistyped-secret" not in str(caught.value) + caught.value.hint


def test_a_changed_setting_starts_a_new_chain() -> None:
    """A person who sets another refresh token is obeyed, though a stored one exists."""
    house = House("refresh-seed")
    house.provider.headers()
    house.clock.advance(6000)
    house.login.refresh = "refresh-other"
    house.another("refresh-other").headers()
    stored = house.store.load(ACCOUNT)
    assert stored is not None
    assert (stored.access_token, stored.refresh_token) == ("access-2", "refresh-2")


def test_a_lost_answer_is_transient_then_says_connect() -> None:
    """The vendor has rotated the token although its answer was lost: only a person can go on."""
    house = House("refresh-seed")
    house.login.lose_answer = True
    with pytest.raises(Transient) as caught:
        house.provider.headers()
    assert caught.value.maybe_acted is False, "the call that needed the token was never sent"
    house.login.lose_answer = False
    with pytest.raises(AuthProblem, match="refuses the stored authorisation"):
        house.provider.headers()


def test_a_failing_login_host_is_transient() -> None:
    """A web page from the login host says nothing about the credentials."""
    house = House()
    house.login.page = "<html>down</html>"
    with pytest.raises(Transient):
        house.provider.headers()


def test_redeeming_a_code_replaces_what_was_stored() -> None:
    """`syncd connect procore` wins over any older grant."""
    house = House()
    house.provider.headers()
    token = house.provider.redeem("code-1", "urn:ietf:wg:oauth:2.0:oob")
    assert house.store.load(ACCOUNT) == token
    assert house.login.grants == ["client_credentials", "authorization_code"]
    house.clock.advance(6000)
    house.another().headers()
    assert house.login.grants[-1] == "refresh_token"


def test_nothing_secret_shows_in_a_token() -> None:
    """Printing a token shows neither half of it (P13)."""
    assert "access" not in repr(Token("access-1", 5.0, "refresh-1")).replace("access_token", "")
    assert "refresh-1" not in repr(Token("access-1", 5.0, "refresh-1"))


def test_a_grant_that_could_not_be_stored_is_kept_and_stored_by_the_next_try() -> None:
    """A full disk right after a refresh costs nothing while the process lives: the answer is held,
    nothing is asked for again, and nobody uses it before it is stored."""

    class Full(MemoryTokenStore):
        full = True

        def save(self, account: str, token: Token, *, replaces: Token | None) -> bool:
            if self.full:
                raise OSError("disk full")
            return super().save(account, token, replaces=replaces)

    store = Full()
    house = House("refresh-seed", store)
    for _ in range(2):
        with pytest.raises(OSError, match="disk full"):
            house.provider.headers()
    store.full = False
    assert house.provider.headers() == {"Authorization": "Bearer access-1"}
    assert len(house.login.grants) == 1


class Watched(MemoryTokenStore):
    """A store that knows whether its lock is held, and with what patience it was asked for."""

    held = False
    until: float | None = None

    def lock(
        self, account: str, *, stop: threading.Event | None = None, until: float | None = None
    ) -> AbstractContextManager[None]:
        self.until = until
        return self._hold()

    @contextmanager
    def _hold(self) -> Iterator[None]:
        self.held = True
        try:
            yield
        finally:
            self.held = False


class Sleeper(ManualClock):
    """A clock that does something during each sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.during: Callable[[float], None] = lambda _seconds: None

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.during(seconds)
        return super().sleep(seconds, stop)


def spent(house: House, wait: str = "1800") -> None:
    """The vendor has just refused a call of ours for so many seconds."""
    grant = house.governor.acquire(Lane.COMMAND)
    house.governor.observe(grant, 429, Headers({"Retry-After": wait}))


def test_the_budget_is_waited_for_without_holding_up_other_processes() -> None:
    """While a renewal waits half an hour for its call, nobody else waits for the renewal.

    The wait used to be within the lock, so that after two minutes another process said that a
    second syncd hangs.
    """
    store, clock = Watched(), Sleeper()
    house = House(store=store, clock=clock)
    spent(house)
    held: list[bool] = []
    clock.during = lambda _seconds: held.append(store.held)

    house.provider.headers()

    assert clock.monotonic() >= 1_800
    assert not any(held)


def test_a_budget_that_opens_in_a_moment_is_waited_for_at_once() -> None:
    """A wait of a second does not cost a second turn: the lock is held through it."""
    store, clock = Watched(), Sleeper()
    house = House(store=store, clock=clock)
    spent(house, "1")
    held: list[bool] = []
    clock.during = lambda _seconds: held.append(store.held)

    house.provider.headers()

    assert held == [True]


def test_somebody_who_takes_the_budget_first_is_waited_for_again() -> None:
    """The wait and the call are two steps, so others may come between; the renewal tries again."""
    store, clock = Watched(), Sleeper()
    house = House(store=store, clock=clock)
    spent(house)
    readied: list[float] = []

    class Contested(Governor):
        """Somebody else is refused for half an hour just after each of the first two waits."""

        def ready(self, *arguments: Any, **more: Any) -> None:
            super().ready(*arguments, **more)
            readied.append(clock.monotonic())
            if len(readied) <= 2:
                self.observe(self.acquire(Lane.COMMAND), 429, Headers({"Retry-After": "1800"}))

    house.governor = Contested(ACCOUNT, procore_windows(), house.ledger, clock)
    provider = house.another()

    assert provider.headers() == {"Authorization": "Bearer access-1"}
    assert len(readied) == 3
    assert clock.monotonic() >= 3 * 1_800
    assert len(house.login.grants) == 1


def test_a_write_does_not_wait_for_a_token_beyond_what_it_rests_on() -> None:
    """After a 401 the renewal ends where the write would be too old; it used to wait for an hour."""
    house = House(clock=Sleeper(), store=(store := Watched()))
    old = house.provider.headers()
    spent(house)
    fresh_until = house.clock.monotonic() + 60

    with pytest.raises(Stale):
        house.provider.refused(old, fresh_until=fresh_until)

    assert house.clock.monotonic() < fresh_until
    assert store.until == fresh_until, "nor does it wait longer for another process"


def test_a_call_after_a_401_keeps_its_own_end() -> None:
    """The transport hands the moment down: what cannot leave in time is Stale, not sent."""
    house = House()
    house.transport().send(Call("GET", "/x"))
    house.login.good.clear()
    spent(house, "0")
    house.clock.advance(1)
    seen: list[float | None] = []
    provider = house.provider

    class Asked:
        """Passes everything on, and remembers how long a renewal may take."""

        headers = staticmethod(provider.headers)

        @staticmethod
        def refused(headers: Any, *, fresh_until: float | None = None) -> bool:
            seen.append(fresh_until)
            return provider.refused(headers, fresh_until=fresh_until)

    carrier = Transport("Procore", "http://api.test", Asked(), house.governor, house.wire, house.clock)
    carrier.send(Call("GET", "/x", fresh_until=50.0))

    assert seen == [50.0]


def test_waiting_for_another_thread_can_be_stopped_and_grows_old() -> None:
    """A thread that waits for a renewal in another thread heeds a stop and its own end."""
    stop, inside, leave = threading.Event(), threading.Event(), threading.Event()

    class Slow(MemoryTokenStore):
        def load(self, account: str) -> Token | None:
            inside.set()
            leave.wait(10)
            return super().load(account)

    house = House(store=Slow(), stop=stop)
    renewing = threading.Thread(target=house.provider.headers)
    renewing.start()
    inside.wait(5)
    house.clock.advance(100)

    with pytest.raises(Stale, match="too old"):
        house.provider.headers(fresh_until=50.0)
    stop.set()
    with pytest.raises(Stopped, match="another thread"):
        house.provider.headers()
    stop.clear()
    leave.set()
    renewing.join(5)
