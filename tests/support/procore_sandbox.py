"""A little world to test the sandbox with, and a caller who speaks Procore's wire format."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from syncd.clock import ManualClock
from syncd.sandbox import Request, Response, Seed, Switches, World
from syncd.sandbox.procore.switches import ProcoreSwitches

__all__ = ["LittleWorld", "little_world", "next_link"]

START = 1_767_600_000.0


@dataclass(slots=True)
class LittleWorld:
    """A world, and calls to it by the `syncd` or `person` credential."""

    world: World
    clock: ManualClock
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def company(self) -> int:
        """The company's id."""
        return self.world.procore.company_id

    def token(self, credential: str) -> str:
        """An access token by client credentials, fetched once."""
        if credential not in self.tokens:
            client = self.world.procore.oauth.client_of(credential)
            sent = {"client_id": client.client_id, "client_secret": client.client_secret}
            answer = self.oauth({"grant_type": "client_credentials", **sent})
            self.tokens[credential] = json.loads(answer.body)["access_token"]
        return self.tokens[credential]

    def oauth(self, sent: dict[str, Any], path: str = "token") -> Response:
        """A POST below `/oauth/`."""
        body = json.dumps(sent).encode()
        return self.world.handle(
            Request("POST", f"/procore/oauth/{path}", (), {"content-type": "application/json"}, body)
        )

    def call(
        self, method: str, path: str, body: Any = None, credential: str = "syncd", **more: str
    ) -> Response:
        """One call below `/rest`, with token and company header; `more` headers replace them."""
        path, _, query = path.partition("?")
        headers = {
            "authorization": f"Bearer {self.token(credential)}",
            "procore-company-id": str(self.company),
            "content-type": "application/json",
            **{key.replace("_", "-"): value for key, value in more.items()},
        }
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        return self.world.handle(Request(method, f"/procore/rest/{path}", pairs, headers, raw))

    def get(self, path: str, credential: str = "syncd") -> Any:
        """The JSON of a GET that has to succeed; `company_id` is added."""
        joint = "&" if "?" in path else "?"
        answer = self.call("GET", f"{path}{joint}company_id={self.company}", credential=credential)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def send(self, method: str, path: str, body: dict[str, Any], credential: str = "syncd") -> Any:
        """The JSON of a write that has to succeed; `company_id` is added to the body."""
        answer = self.call(method, path, {"company_id": self.company, **body}, credential)
        assert answer.status in (200, 201), answer.body
        return json.loads(answer.body) if answer.body else None

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of a call that has to fail."""
        answer = self.call(method, path, body, **headers)
        assert answer.status >= 400, answer.body
        return answer.status, json.loads(answer.body)

    def ids(self, path: str) -> list[int]:
        """The ids of a list."""
        return [row["id"] for row in self.get(path)]


def little_world(*, spike: int = 1_000_000, sizes: Seed | None = None, **switches: Any) -> LittleWorld:
    """A seeded world whose limits are out of the way; `switches` are Procore's."""
    clock = ManualClock(START)
    world = World(clock, switches=Switches(procore=ProcoreSwitches(**switches)), sizes=sizes)
    world.seed_demo()
    world.procore.set_rate({"hour": 1_000_000, "spike": spike})
    clock.advance(60)
    return LittleWorld(world, clock)


def next_link(answer: Response) -> str:
    """The path and query of the `next` page, below `/rest/`; empty on the last."""
    for part in answer.headers.get("Link", "").split(", "):
        target, _, name = part.partition("; ")
        if name == 'rel="next"':
            return target.strip("<>").partition("/procore/rest/")[2]
    return ""
