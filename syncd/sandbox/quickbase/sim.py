"""The Quickbase simulator: one object that answers requests, and that tests set up directly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syncd.clock import Clock, http_date
from syncd.sandbox.message import Request, Response
from syncd.sandbox.quickbase.limiter import Limiter
from syncd.sandbox.quickbase.realm import HistorySink, Realm
from syncd.sandbox.quickbase.routes import find_route, template_of
from syncd.sandbox.quickbase.setup import Setup
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sandbox.quickbase.web import by_web
from syncd.sandbox.quickbase.wire import Call, Refusal, Token, encode, json_text, refuse

__all__ = ["QuickbaseSim"]

MOST_MB = 40
"""The vendor's cap on a request body (§2.1)."""


class QuickbaseSim(Setup):
    """Quickbase's JSON API over one realm, stateful and deterministic by its seed.

    Not thread-safe: whoever serves it holds one lock round `handle`. Every change goes to
    `history`, and so does every record version that a response carries.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        switches: QuickbaseSwitches = QuickbaseSwitches(),  # noqa: B008 - frozen
        history: HistorySink | None = None,
        skew: float = 0,
    ) -> None:
        super().__init__(Realm(clock, seed, switches, history, skew))
        self.limiter = Limiter(switches)
        self.max_bytes = MOST_MB * switches.megabyte
        self.as_of: float | None = None
        """The true time (the clock's `now`) whose state reads show; None is the present."""
        self._calls = 0

    @property
    def skew(self) -> float:
        """Seconds by which the vendor's clock is ahead of the true time."""
        return self.state.skew

    @skew.setter
    def skew(self, seconds: float) -> None:
        self.state.skew = seconds

    @property
    def page_bytes(self) -> int:
        """Bytes of records after which a page of results is cut."""
        return self.state.page_bytes

    @page_bytes.setter
    def page_bytes(self, size: int) -> None:
        self.state.page_bytes = size

    @property
    def page_rows(self) -> int:
        """Most rows of a page, whatever `top` says; 0 for no such cap."""
        return self.state.page_rows

    @page_rows.setter
    def page_rows(self, count: int) -> None:
        self.state.page_rows = count

    def template(self, request: Request) -> str:
        """The path template under which statistics count the request."""
        return template_of(request.method, request.path)

    def credential(self, request: Request) -> str:
        """Whose token the request carries: `syncd`, `person`, or an empty text."""
        token = self.state.tokens.get(_token_text(request))
        return token.credential if token else ""

    def handle(self, request: Request) -> Response:
        """Answer one request; `path` starts below the API's `/v1`. Never raises."""
        return self._answered(request, metered=True)

    def act(self, request: Request) -> Response:
        """Answer a request without counting it."""
        return self._answered(request, metered=False)

    def web(self, request: Request) -> Response:
        """Answer a request to the web application: people's, so it is no call of the API and not counted
        against its limit. `path` starts below `web.MOUNT`."""
        try:
            response = by_web(self.state, request, self._authorised(request))
        except Refusal as refusal:
            response = refusal.response()
        return self._sealed(response)

    def charge(self, request: Request) -> Response:
        """Only count a call: an empty 200 with the headers of every answer, or the 429."""
        token = self.state.tokens.get(_token_text(request))
        limited = self.limiter.admit(token.text, self.state.clock.monotonic()) if token else None
        return self._sealed(limited or Response())

    def refusal(self, status: int, text: str) -> Response:
        """An error answer in the vendor's shape, for faults."""
        return self._sealed(Refusal(status, text, text).response())

    def rates(self) -> dict[str, dict[str, int]]:
        """Size, use and refusals of the limit by credential, for the statistics."""
        now = self.state.clock.monotonic()
        return {token.credential: self.limiter.wire(token.text, now) for token in self.state.tokens.values()}

    def _answered(self, request: Request, *, metered: bool) -> Response:
        try:
            response = self._answer(request, metered)
        except Refusal as refusal:
            response = refusal.response()
        return self._sealed(response)

    def _sealed(self, response: Response) -> Response:
        """Every answer carries a ray of its own, and `Date` by the vendor's own clock."""
        self._calls += 1
        response.headers["qb-api-ray"] = f"{self._calls:016x}"
        response.headers["Date"] = http_date(self.state.now())
        return response

    def _answer(self, request: Request, metered: bool) -> Response:
        found = find_route(request.method, request.path)
        if found is None:
            raise refuse(f"{request.method} {request.path} is not an address of this API.", 404, "Not found")
        route, args = found
        token = self._authorised(request)
        limited = self.limiter.admit(token.text, self.state.clock.monotonic()) if metered else None
        if limited is not None:
            return limited
        if len(request.body) > self.max_bytes:
            words = f"The request body is larger than {self.max_bytes} bytes."
            raise refuse(words, self.state.switches.oversize_status, "Payload too large")
        return self._run(route.handler, Call(request, token, args, self.as_of))

    def _run(self, handler: Callable[[Realm, Call], Any], call: Call) -> Response:
        result = handler(self.state, call)
        if isinstance(result, Response):
            return result
        return json_text(encode(result))

    def _authorised(self, request: Request) -> Token:
        """The token of the request. Raises Refusal as the switch `bad_token` says."""
        realm = request.header("qb-realm-hostname")
        if not realm:
            raise refuse("Required header 'QB-Realm-Hostname' not found.")
        status = self.state.switches.bad_token
        if not request.header("authorization"):
            raise refuse("Required header 'authorization' not found.", status, "Unauthorized")
        token = self.state.tokens.get(_token_text(request))
        if realm != self.realm or token is None or not token.active:
            raise refuse("User token is invalid.", status, "Access denied")
        return token


def _token_text(request: Request) -> str:
    scheme, _, text = request.header("authorization").partition(" ")
    return text.strip() if scheme == "QB-USER-TOKEN" else ""
