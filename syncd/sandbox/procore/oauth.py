"""Procore's OAuth: client credentials, refresh tokens that work once, authorization codes (reference §15).

A refresh kills the old refresh token the moment it is acted on, whether or not the answer arrives.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from syncd.sandbox.message import Request, Response, json_response, parse_json
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.wire import Refusal, Who

__all__ = ["LIFETIME", "OOB", "Client", "OAuth"]

LIFETIME = 5_400
"""Seconds an access token lives."""
CODE_LIFETIME = 600
OOB = "urn:ietf:wg:oauth:2.0:oob"

_ERRORS = {
    "invalid_client": "Client authentication failed due to unknown client, no client authentication "
    "included, or unsupported authentication method.",
    "invalid_grant": "The provided authorization grant is invalid, expired, revoked, does not match the "
    "redirection URI used in the authorization request, or was issued to another client.",
    "unsupported_grant_type": "The authorization grant type is not supported by the authorization server.",
    "invalid_request": "The request is missing a required parameter.",
    "invalid_token": "The access token is invalid",
}


@dataclass(frozen=True, slots=True)
class Client:
    """An app: its credentials, and as which user it acts."""

    client_id: str
    client_secret: str
    credential: str
    user_id: int


@dataclass(slots=True)
class Grant:
    """An access token, or a code waiting to become one. `service` tokens came from client credentials."""

    client: Client
    created: float
    lifetime: float
    service: bool = False
    refresh: str = ""
    redirect: str = ""


class OAuth:
    """The login host. Times are the vendor's, through `now`."""

    def __init__(self, rng: random.Random, now: Callable[[], float], switches: ProcoreSwitches) -> None:
        self._rng = rng
        self._now = now
        self._switches = switches
        self.clients: dict[str, Client] = {}
        self.tokens: dict[str, Grant] = {}
        self.refreshes: dict[str, str] = {}
        self.codes: dict[str, Grant] = {}
        self._refresh_of: dict[str, Client] = {}

    def add_client(self, credential: str, user_id: int) -> Client:
        """An app with credentials that the seed decides."""
        client = Client(self._secret(43), self._secret(43), credential, user_id)
        self.clients[client.client_id] = client
        return client

    def client_of(self, credential: str) -> Client:
        """The app of `syncd` or `person`. Raises KeyError."""
        for client in self.clients.values():
            if client.credential == credential:
                return client
        raise KeyError(credential)

    def who(self, request: Request) -> Who:
        """Whose call this is. Raises Refusal (401)."""
        scheme, _, token = request.header("authorization").partition(" ")
        grant = self.tokens.get(token.strip()) if scheme.lower() == "bearer" else None
        if grant is None:
            raise Refusal(401, "The access token is invalid")
        if self._now() >= grant.created + grant.lifetime:
            raise Refusal(401, "The access token expired")
        return Who(grant.client.credential, grant.client.user_id, grant.service)

    def credential(self, request: Request) -> str:
        """The credential behind a request, for the statistics; empty if there is none."""
        scheme, _, token = request.header("authorization").partition(" ")
        grant = self.tokens.get(token.strip()) if scheme.lower() == "bearer" else None
        if grant is not None:
            return grant.client.credential
        if request.path.startswith("/oauth/"):
            client = self.clients.get(_client_sent(request, _sent(request))[0])
            return client.credential if client else ""
        return ""

    def revoke_all(self, credential: str) -> None:
        """Make every token of a credential invalid, as when an app is uninstalled."""
        for token, grant in list(self.tokens.items()):
            if grant.client.credential == credential:
                self._end(token)

    def issue(self, client: Client, *, service: bool) -> dict[str, Any]:
        """A new access token (with a refresh token unless it is a service's), as it is answered."""
        token, now = f"eyJhbGciOiJFUzUxMiJ9.{self._secret(40)}.{self._secret(40)}", self._now()
        refresh = "" if service else self._secret(43)
        self.tokens[token] = Grant(client, now, LIFETIME, service, refresh)
        answer: dict[str, Any] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "created_at": int(now),
        }
        if refresh:
            self.refreshes[refresh] = token
            self._refresh_of[refresh] = client
            answer["refresh_token"] = refresh
        return answer

    def handle(self, request: Request) -> Response:
        """Everything below `/oauth/`."""
        match request.method, request.path:
            case "POST", "/oauth/token":
                return self._token(request)
            case "GET", "/oauth/token/info":
                return self._info(request)
            case "POST", "/oauth/revoke":
                self._revoke(request)
                return json_response({})
            case "GET" | "POST", "/oauth/authorize":
                return self._authorize(request)
        return json_response({"error": "not_found"}, 404)

    def _token(self, request: Request) -> Response:
        sent = _sent(request)
        client_id, secret = _client_sent(request, sent)
        client = self.clients.get(client_id)
        if client is None or client.client_secret != secret:
            return _refused("invalid_client", 401)
        grant = sent.get("grant_type", "")
        if grant == "client_credentials":
            return _answer(self.issue(client, service=True))
        if grant == "refresh_token":
            return self._refresh(client, sent.get("refresh_token", ""))
        if grant == "authorization_code":
            return self._redeem(client, sent)
        return _refused("unsupported_grant_type" if grant else "invalid_request", 400)

    def _refresh(self, client: Client, refresh: str) -> Response:
        """The old refresh token dies here, before anybody knows whether the answer arrives."""
        if self._refresh_of.get(refresh) is not client:
            return _refused("invalid_grant", 401)
        access = self.refreshes.pop(refresh, "")
        del self._refresh_of[refresh]
        if self._switches.refresh_ends_access:
            self.tokens.pop(access, None)
        return _answer(self.issue(client, service=False))

    def _redeem(self, client: Client, sent: dict[str, str]) -> Response:
        code = self.codes.pop(sent.get("code", ""), None)
        if code is None or code.client is not client or code.redirect != sent.get("redirect_uri", ""):
            return _refused("invalid_grant", 401)
        if self._now() >= code.created + code.lifetime:
            return _refused("invalid_grant", 401)
        return _answer(self.issue(client, service=False))

    def _authorize(self, request: Request) -> Response:
        """Consent is given at once: a redirect with the code, or for `oob` a page that shows it."""
        client = self.clients.get(request.param("client_id") or "")
        redirect = request.param("redirect_uri") or ""
        if client is None or not redirect or request.param("response_type") != "code":
            return _refused("invalid_client" if client is None else "invalid_request", 401)
        code = self._secret(43)
        self.codes[code] = Grant(client, self._now(), CODE_LIFETIME, redirect=redirect)
        if redirect == OOB:
            return Response(200, f"<html><code>{code}</code></html>".encode(), {"Content-Type": "text/html"})
        back = [("code", code)]
        if request.param("state") is not None:
            back.append(("state", request.param("state") or ""))
        joint = "&" if "?" in redirect else "?"
        return Response(302, b"", {"Location": f"{redirect}{joint}{urlencode(back)}"})

    def _info(self, request: Request) -> Response:
        try:
            who = self.who(request)
        except Refusal:
            return _refused("invalid_token", 401)
        grant = self.tokens[request.header("authorization").partition(" ")[2].strip()]
        return json_response(
            {
                "resource_owner_id": who.user_id,
                "scopes": [],
                "expires_in_seconds": int(grant.created + grant.lifetime - self._now()),
                "application": {"uid": grant.client.client_id},
                "created_at": int(grant.created),
            }
        )

    def _revoke(self, request: Request) -> None:
        token = _sent(request).get("token", "")
        self._end(self.refreshes.get(token, token))

    def _end(self, access: str) -> None:
        """End an access token and the refresh token that came with it."""
        grant = self.tokens.pop(access, None)
        if grant is not None:
            self.refreshes.pop(grant.refresh, None)
            self._refresh_of.pop(grant.refresh, None)

    def _secret(self, length: int) -> str:
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
        return "".join(self._rng.choices(letters, k=length))


def _sent(request: Request) -> dict[str, str]:
    """The parameters, from a JSON or form body, or from the query."""
    sent = dict(request.query)
    if request.header("content-type").startswith("application/json"):
        try:
            value = parse_json(request.body or b"{}")
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            sent.update({key: str(one) for key, one in value.items()})
    else:
        sent.update(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    return sent


def _client_sent(request: Request, sent: dict[str, str]) -> tuple[str, str]:
    """Client id and secret: from the body, or from Basic authentication."""
    scheme, _, coded = request.header("authorization").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(coded).decode().partition(":")
        except ValueError:
            return "", ""
        return name, secret
    return sent.get("client_id", ""), sent.get("client_secret", "")


def _answer(body: dict[str, Any]) -> Response:
    return json_response(body, Cache_Control="no-store")


def _refused(error: str, status: int) -> Response:
    return json_response({"error": error, "error_description": _ERRORS[error]}, status)
