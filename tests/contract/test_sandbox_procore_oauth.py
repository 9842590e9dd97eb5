"""The Procore simulator's login host (reference procore-api §15)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from syncd.sandbox import Dropped, Fault, Request, Response
from syncd.sandbox.procore.oauth import OOB, Client
from tests.support.procore_sandbox import LittleWorld, little_world


@pytest.fixture
def box() -> LittleWorld:
    """A fresh world."""
    return little_world()


def _client(box: LittleWorld) -> Client:
    return box.world.procore.oauth.client_of("syncd")


def _ask(box: LittleWorld, **sent: str) -> Response:
    client = _client(box)
    return box.oauth({"client_id": client.client_id, "client_secret": client.client_secret, **sent})


def _code(box: LittleWorld, redirect: str = OOB, **more: str) -> Response:
    query = {"response_type": "code", "client_id": _client(box).client_id, "redirect_uri": redirect, **more}
    return box.world.handle(Request("GET", "/procore/oauth/authorize", tuple(query.items())))


def _grant(box: LittleWorld) -> dict[str, Any]:
    """A user's grant, by authorization code."""
    code = _code(box).body.decode().partition("<code>")[2].partition("</code>")[0]
    answer = _ask(box, grant_type="authorization_code", code=code, redirect_uri=OOB)
    found: dict[str, Any] = json.loads(answer.body)
    return found


def _me(box: LittleWorld, token: str) -> int:
    return box.call("GET", "v1.0/me", authorization=f"Bearer {token}").status


def test_client_credentials_give_no_refresh_token_and_live_90_minutes(box: LittleWorld) -> None:
    """A service account's token says 5,400 seconds, and is refused once they are over."""
    answer = json.loads(_ask(box, grant_type="client_credentials").body)
    assert answer["expires_in"] == 5400
    assert "refresh_token" not in answer
    assert _me(box, answer["access_token"]) == 200
    box.clock.advance(5400)
    assert _me(box, answer["access_token"]) == 401


def test_a_form_body_and_basic_authentication_work_too(box: LittleWorld) -> None:
    """The token endpoint takes what other people's clients send: a form, and Basic credentials."""
    client = _client(box)
    basic = base64.b64encode(f"{client.client_id}:{client.client_secret}".encode()).decode()
    headers = {"authorization": f"Basic {basic}", "content-type": "application/x-www-form-urlencoded"}
    body = b"grant_type=client_credentials"
    assert box.world.handle(Request("POST", "/procore/oauth/token", (), headers, body)).status == 200


def test_a_refresh_token_works_once(box: LittleWorld) -> None:
    """Rotation kills the old refresh token and the access token that came with it."""
    first = _grant(box)
    answer = _ask(box, grant_type="refresh_token", refresh_token=first["refresh_token"])
    second = json.loads(answer.body)
    assert second["refresh_token"] != first["refresh_token"]
    assert _me(box, first["access_token"]) == 401
    assert _me(box, second["access_token"]) == 200
    again = _ask(box, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status, json.loads(again.body)["error"]) == (401, "invalid_grant")


def test_a_refresh_token_is_dead_even_if_the_answer_was_lost(box: LittleWorld) -> None:
    """The vendor acts before it answers: losing the answer does not bring the old token back."""
    first = _grant(box)
    box.world.add_fault(Fault("drop", path="/oauth/token"))
    with pytest.raises(Dropped):
        _ask(box, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert _ask(box, grant_type="refresh_token", refresh_token=first["refresh_token"]).status == 401


def test_a_code_is_for_one_use_one_redirect_and_ten_minutes(box: LittleWorld) -> None:
    """The redirect carries code and state; a second use, another redirect or a late use are refused."""
    where = "http://localhost:8000/done"
    answer = _code(box, where, state="s1")
    assert answer.status == 302
    assert answer.headers["Location"].endswith("&state=s1")
    code = answer.headers["Location"].partition("code=")[2].partition("&")[0]
    sent = {"grant_type": "authorization_code", "code": code}
    assert _ask(box, **sent, redirect_uri=OOB).status == 401
    code = _code(box, where).headers["Location"].partition("code=")[2]
    sent["code"] = code
    assert _ask(box, **sent, redirect_uri=where).status == 200
    assert _ask(box, **sent, redirect_uri=where).status == 401
    sent["code"] = _code(box, where).headers["Location"].partition("code=")[2]
    box.clock.advance(600)
    assert _ask(box, **sent, redirect_uri=where).status == 401


def test_wrong_secrets_and_grants_get_doorkeeper_errors(box: LittleWorld) -> None:
    """`invalid_client` with 401, `unsupported_grant_type` with 400."""
    wrong = box.oauth({"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"})
    assert (wrong.status, json.loads(wrong.body)["error"]) == (401, "invalid_client")
    odd = _ask(box, grant_type="password")
    assert (odd.status, json.loads(odd.body)["error"]) == (400, "unsupported_grant_type")


def test_info_and_revoke(box: LittleWorld) -> None:
    """Info tells what is left of a token; revoking answers 200 for anything and ends both tokens."""
    grant = _grant(box)
    headers = {"authorization": f"Bearer {grant['access_token']}"}
    box.clock.advance(400)
    info = box.world.handle(Request("GET", "/procore/oauth/token/info", (), headers))
    assert json.loads(info.body)["expires_in_seconds"] == 5000
    assert box.oauth({"token": "unknown"}, "revoke").status == 200
    assert box.oauth({"token": grant["access_token"]}, "revoke").status == 200
    assert _me(box, grant["access_token"]) == 401
    assert _ask(box, grant_type="refresh_token", refresh_token=grant["refresh_token"]).status == 401
    assert box.world.handle(Request("GET", "/procore/oauth/token/info", (), headers)).status == 401


def test_a_withdrawn_app_loses_all_its_tokens(box: LittleWorld) -> None:
    """Revoking a credential ends its tokens, and leaves the other credential's alone."""
    mine, theirs = box.token("syncd"), box.token("person")
    box.world.procore.oauth.revoke_all("syncd")
    assert (_me(box, mine), _me(box, theirs)) == (401, 200)
