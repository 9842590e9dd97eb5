"""Credentials: Procore's renewable tokens and Quickbase's fixed one.

Procore's refresh tokens work once: a renewal kills the old one even if we never saw the
answer (reference procore-api §15). So there is one renewal at a time across threads and
processes, and the new token is stored durably before it is used.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from syncd.clock import Clock
from syncd.errors import AuthProblem, RateLimited, Transient
from syncd.http.governor import Governor
from syncd.http.json_text import decode
from syncd.http.message import Lane
from syncd.http.ports import Token, TokenStore
from syncd.http.problems import is_html, vendor_words
from syncd.http.turns import Turns
from syncd.http.wire import Raw, Wire
from syncd.observe.redact import register_secret

__all__ = ["StaticToken", "TokenProvider"]

Settle = Callable[[], None]

RENEW_BEFORE = 60.0
"""Seconds of life left at which a token is renewed."""

SHORTEST_LIFE = 900.0
"""Seconds a token is taken to live if the answer does not say (the shortest ever documented)."""

CONNECT = "Run `syncd connect procore`."
RENEW = "See in Procore whether the service account is still there and allowed; else `syncd connect procore`."


class StaticToken:
    """Quickbase's user token with its realm header (reference quickbase-api §1)."""

    def __init__(self, user_token: str, realm: str) -> None:
        register_secret(user_token, slot="quickbase.user_token")
        self._headers = {"Authorization": f"QB-USER-TOKEN {user_token}", "QB-Realm-Hostname": realm}
        self._realm = realm

    def headers(self, *, fresh_until: float | None = None) -> Mapping[str, str]:
        """The two headers; there is nothing to renew."""
        return self._headers

    def refused(self, headers: Mapping[str, str], *, fresh_until: float | None = None) -> bool:
        """Always raises: a user token that is refused can only be replaced by a person."""
        raise AuthProblem(
            f"Quickbase refuses the user token for the realm {self._realm}.",
            hint="Check SYNCD_QUICKBASE__USER_TOKEN and SYNCD_QUICKBASE__REALM, and that the token is "
            "active and assigned to the app.",
        )


class TokenProvider:
    """Keeps one Procore account in valid tokens. Threads share it; processes share its store.

    With a refresh token (stored by `syncd connect procore`, or from the settings) it acts
    for that user; without one, for the service account of the client credentials.
    """

    def __init__(
        self,
        account: str,
        login_url: str,
        client_id: str,
        client_secret: str,
        store: TokenStore,
        governor: Governor,
        wire: Wire,
        clock: Clock,
        *,
        refresh_token: str = "",
        stop: threading.Event | None = None,
    ) -> None:
        register_secret(client_secret, slot="procore.client_secret")
        register_secret(refresh_token, slot="procore.settings_refresh_token")
        self._account = account
        self._url = f"{login_url.rstrip('/')}/oauth/token"
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._store = store
        self._governor = governor
        self._wire = wire
        self._clock = clock
        self._given = refresh_token
        self._origin = hashlib.sha256(refresh_token.encode()).hexdigest()[:16] if refresh_token else ""
        self._stop = stop
        self._turns = Turns(account, store, governor, clock, stop)
        self._token: Token | None = None
        self._unsaved: tuple[Token, Token | None] | None = None  # granted; and what it replaces

    def headers(self, *, fresh_until: float | None = None) -> Mapping[str, str]:
        """A bearer header that lives for another minute at least; renews if it must.

        Raises AuthProblem where a person must act, Transient if the login host failed
        (the call itself was not sent), Stale and Stopped as the governor does.
        """
        token = self._token
        if token is None or not self._lives(token):
            token = self._renewed("", fresh_until)
        return {"Authorization": f"Bearer {token.access_token}"}

    def refused(self, headers: Mapping[str, str], *, fresh_until: float | None = None) -> bool:
        """Renew after a 401, unless another thread or process has done so already.

        Raises as `headers` does.
        """
        self._renewed(headers.get("Authorization", "").removeprefix("Bearer "), fresh_until)
        return True

    def redeem(self, code: str, redirect_uri: str) -> Token:
        """Trade an authorization code (good once, ten minutes) for a token, and store it."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}

        def trade(until: float) -> Token:
            answer, settle = self._post(form, until)
            if answer.status != 200:
                raise self._refusal(answer, "the authorization code")
            token = self._read(answer, origin="", old_refresh="")
            self._unsaved = (token, self._store.load(self._account))
            self._token = self._saved()
            settle()
            return self._token

        return self._turns.take(trade, None)

    def _lives(self, token: Token) -> bool:
        return token.expires_at - self._clock.now() > RENEW_BEFORE

    def _renewed(self, rejected: str, fresh_until: float | None) -> Token:
        """A token other than the rejected one: found by a second look, or newly granted."""

        def renew(until: float) -> Token:
            if self._token and self._lives(self._token) and self._token.access_token != rejected:
                return self._token
            stored = self._store.load(self._account)
            if stored and self._lives(stored) and stored.access_token != rejected:
                self._token = self._known(stored)
                return stored
            if self._unsaved is None:
                token, settle = self._granted(stored, until)
                self._unsaved = (token, stored)
                self._token = self._saved()
                settle()
            else:
                self._token = self._saved()
            return self._token

        return self._turns.take(renew, fresh_until)

    def _saved(self) -> Token:
        """Make the token just granted durable, before anything else may fail and before its use.

        A refresh token works once, so a grant that could not be stored (disk full) is kept
        here and stored by the next try; nothing is asked for again meanwhile.
        """
        assert self._unsaved is not None
        token, replaces = self._unsaved
        if not self._store.save(self._account, token, replaces=replaces):
            token = self._store.load(self._account) or token
        self._unsaved = None
        return token

    def _granted(self, stored: Token | None, until: float) -> tuple[Token, Settle]:
        """Ask the login host: with each refresh token we may use, else as a service account.

        The second item settles the budget's grant; it is for after the token is safe.
        """
        problem: AuthProblem | None = None
        for refresh, origin in self._refresh_tokens(stored):
            register_secret(refresh, slot="procore.refresh_token")
            form = {"grant_type": "refresh_token", "refresh_token": refresh}
            answer, settle = self._post(form, until)
            if answer.status == 200:
                return self._read(answer, origin=origin, old_refresh=refresh), settle
            problem = self._refusal(answer, "the stored authorisation")
            if "invalid_grant" not in vendor_codes(answer.body):
                raise problem
        if problem is not None:
            raise problem
        answer, settle = self._post({"grant_type": "client_credentials"}, until)
        if answer.status != 200:
            raise self._refusal(answer, "the client credentials", RENEW)
        return self._read(answer, origin="", old_refresh=""), settle

    def _refresh_tokens(self, stored: Token | None) -> list[tuple[str, str]]:
        """(refresh token, origin) worth trying, in order.

        The stored one, unless it came from a setting that a person has since changed or
        removed; then the one from the settings, unless the stored one came from it.
        """
        found: list[tuple[str, str]] = []
        if stored and stored.refresh_token and stored.origin in ("", self._origin):
            found.append((stored.refresh_token, stored.origin))
        if self._given and not (stored and stored.refresh_token and stored.origin == self._origin):
            found.append((self._given, self._origin))
        return found

    def _post(self, form: Mapping[str, str], until: float) -> tuple[Raw, Settle]:
        """One token request; it counts in the budget like any other call.

        Raises Stale, and sends nothing, where the budget lets it out only later than `until`.

        A good answer's grant is still to be settled, by the caller: storing the token comes
        first, because every commit before it is one more at which it could be lost.
        """
        grant = self._governor.acquire(Lane.COMMAND, stop=self._stop, fresh_until=until)
        raw = self._wire.exchange(
            "POST",
            self._url,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode({**form, **self._client}).encode(),
            label="Procore, POST /oauth/token",
        )
        settle = partial(self._governor.observe, grant, raw.status, raw.headers, raw.date)
        if raw.status == 200 and not is_html(raw):
            return raw, settle
        settle()
        if raw.status == 429:
            raise RateLimited("Procore, POST /oauth/token: too many calls (HTTP 429).", status=429)
        if raw.status >= 500 or is_html(raw):
            raise Transient(
                f"Procore's login host failed (HTTP {raw.status}).",
                status=raw.status,
                method="POST",
                path="/oauth/token",
            )
        return raw, settle

    def _read(self, answer: Raw, *, origin: str, old_refresh: str) -> Token:
        """The token in an answer. Raises Transient if it cannot be read: asking again decides."""
        try:
            body = decode(answer.body)
            access, life = str(body["access_token"]), float(body.get("expires_in") or SHORTEST_LIFE)
            refresh = str(body.get("refresh_token") or old_refresh)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise Transient("Procore's login host gave an unreadable token.", status=200) from problem
        return self._known(Token(access, self._clock.now() + life, refresh, origin))

    def _known(self, token: Token) -> Token:
        register_secret(token.access_token, slot="procore.access_token")
        register_secret(token.refresh_token, slot="procore.refresh_token")
        return token

    def _refusal(self, answer: Raw, what: str, hint: str = CONNECT) -> AuthProblem:
        codes, words = vendor_codes(answer.body), vendor_words(answer.body) or f"HTTP {answer.status}"
        if "invalid_client" in codes or "unauthorized_client" in codes:
            return AuthProblem(
                f"Procore does not know this client id and secret: {words}.",
                hint="Check SYNCD_PROCORE__CLIENT_ID, SYNCD_PROCORE__CLIENT_SECRET and "
                "SYNCD_PROCORE__LOGIN_URL; each Procore environment has its own.",
            )
        return AuthProblem(f"Procore refuses {what}: {words}.", hint=hint)


def vendor_codes(body: bytes) -> str:
    """The `error` word of an OAuth refusal (RFC 6749 §5.2); empty if there is none."""
    try:
        value: Any = decode(body)
    except ValueError:
        return ""
    return str(value.get("error", "")) if isinstance(value, dict) else ""
