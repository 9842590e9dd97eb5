"""One exchange over the network; files go by `syncd.http.courier`.

Nothing is repeated and nothing is interpreted here: a request goes out, the whole answer
comes back, or a `Transient` that knows whether the request may have reached the vendor.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    MaxRetryError,
    NewConnectionError,
    ProxyError,
)

from syncd.clock import Clock
from syncd.errors import ConfigProblem, Stopped, Transient
from syncd.http.message import MAX_BODY, Headers
from syncd.http.watchdog import Watch, Watchdog, WatchedAdapter
from syncd.observe.redact import redact

__all__ = ["DEADLINE", "Raw", "SessionFactory", "Wire", "default_session"]

DEADLINE = 30.0
"""Seconds from the first byte out to the last byte in."""

CONNECT_TIMEOUT = 5.0
"""Seconds to reach the vendor at all."""

LONGEST_SILENCE = 20.0
"""Seconds without a byte after which we hang up."""

CHUNK = 64 * 1024

SessionFactory = Callable[[], requests.Session]


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came, whatever its status. Times are monotonic, `date` is epoch."""

    status: int
    headers: Headers
    body: bytes
    sent: float
    received: float
    date: float | None


class _OnlyThese(requests.auth.AuthBase):
    """Keeps the headers we set: without it, requests would let `.netrc` replace them."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def default_session() -> requests.Session:
    """A session that never retries, never keeps cookies, and pools a few connections."""
    session = requests.Session()
    adapter = WatchedAdapter(max_retries=0, pool_connections=4, pool_maxsize=4)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


class Wire:
    """Carries single exchanges, with one session a thread (requests promises no more)."""

    def __init__(
        self,
        clock: Clock,
        *,
        session_factory: SessionFactory = default_session,
        deadline: float = DEADLINE,
        user_agent: str = "syncd",
    ) -> None:
        self._clock = clock
        self._factory = session_factory
        self._local = threading.local()
        self._deadline = deadline
        self._watchdog = Watchdog(clock)
        self._user_agent = user_agent
        self._late = f"was not complete after {deadline:g} s"

    def exchange(
        self,
        method: str,
        url: str,
        *,
        query: tuple[tuple[str, str], ...] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = MAX_BODY,
        acts: bool = False,
        label: str = "",
        stop: threading.Event | None = None,
    ) -> Raw:
        """Send one request and read its answer whole, whatever its status.

        Redirects are not followed, so credentials never travel to another host. `stop` ends the
        exchange at once, so give it only where nothing is lost then. Raises Transient for everything
        that kept a whole answer from us (`maybe_acted` is False only where the request
        certainly did not arrive or could not act), Stopped, and ConfigProblem for an address
        or credentials that cannot be sent.
        """
        sent = self._clock.monotonic()
        about = label or url
        with self._watchdog.watching(sent + self._deadline, stop) as watch:
            try:
                response = self._session().request(
                    method,
                    url,
                    params=list(query) or None,
                    data=body,
                    headers={"User-Agent": self._user_agent, "Accept": "application/json", **(headers or {})},
                    auth=_OnlyThese(),
                    timeout=(min(CONNECT_TIMEOUT, self._deadline), min(LONGEST_SILENCE, self._deadline)),
                    allow_redirects=False,
                    stream=True,
                )
            except (UnicodeError, LocationValueError, requests.exceptions.InvalidHeader) as problem:
                raise _unsendable(problem, about) from None  # its words may hold a token
            except requests.RequestException as problem:
                _heed_stop(watch, about)
                raise _unanswered(problem, method, about, acts, late=watch.cut != "") from problem
            with response:
                content = self._read(response, watch, max_bytes, acts, about)
        return Raw(
            status=response.status_code,
            headers=Headers(dict(response.headers)),
            body=content,
            sent=sent,
            received=self._clock.monotonic(),
            date=_date(response.headers.get("Date", "")),
        )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = self._factory()
        return session

    def _read(
        self, response: requests.Response, watch: Watch, max_bytes: int, acts: bool, label: str
    ) -> bytes:
        """Read the body as it drips in, under the deadline and the size cap."""
        chunks: list[bytes] = []
        size = 0
        problem = ""
        try:
            while chunk := response.raw.read1(CHUNK, decode_content=True):
                chunks.append(chunk)
                size += len(chunk)
                if size > max_bytes:
                    problem = f"is larger than {max_bytes:,} bytes"
                elif self._clock.monotonic() > watch.until:
                    problem = self._late
                if problem:
                    break
        except (HTTPError, OSError) as failure:
            problem = f"broke off: {type(failure).__name__}"
        _heed_stop(watch, label)
        if watch.cut:
            problem = self._late
        expected = response.headers.get("Content-Length", "")
        encoded = "Content-Encoding" in response.headers
        if not problem and not response.headers:
            problem = "broke off within its head"
        if not problem and expected.isdigit() and not encoded and 0 < size < int(expected):
            problem = f"broke off after {size:,} of {int(expected):,} bytes"
        if problem:
            response.close()
            raise Transient(
                f"{label}: the answer {problem}.",
                status=response.status_code,
                method=response.request.method or "",
                path=label,
                maybe_acted=acts and not 400 <= response.status_code < 500,
            )
        return b"".join(chunks)


def _heed_stop(watch: Watch, label: str) -> None:
    """Raise Stopped if the exchange was ended by a stop: whatever came of it is not used."""
    if watch.cut == "stop":
        raise Stopped(f"{label}: stopped before the answer was there.")


def _unsendable(problem: Exception, label: str) -> ConfigProblem:
    """What cannot even be put on the wire comes from the settings; its value is not repeated."""
    if isinstance(problem, LocationValueError):
        return ConfigProblem(f"{label}: the address is not one.", hint="Check the base URL in the settings.")
    return ConfigProblem(
        f"{label}: the address or the credentials hold a character that cannot be sent.",
        hint="Check the base URLs, tokens, ids and the realm in the settings.",
    )


def _unanswered(
    problem: requests.RequestException, method: str, label: str, acts: bool, *, late: bool
) -> Exception:
    """Sort what kept an answer from us by whether the request can have arrived.

    `late`: we hung up, because the whole had lasted long enough.
    """
    if isinstance(problem, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return ConfigProblem(f"{label}: the address is not one: {redact(str(problem))}")
    if isinstance(problem, requests.exceptions.InvalidSchema):
        return ConfigProblem(f"{label}: the address must begin with https://, or http:// for a sandbox.")
    never_left = _never_left(problem)
    what = "could not be reached" if never_left else "gave no answer"
    words = f"the vendor {what} ({'timed out' if late else _reason(problem)})"
    return Transient(
        f"{label}: {words}.",
        hint="Check the network and the base URL." if never_left else "",
        method=method,
        path=label,
        detail=words,
        maybe_acted=acts and not never_left,
    )


def _never_left(problem: requests.RequestException) -> bool:
    """True only where no connection was made, so that no byte of the request was sent."""
    if isinstance(problem, requests.exceptions.ConnectTimeout):
        return True
    cause: object = problem.args[0] if problem.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, NewConnectionError | ConnectTimeoutError | ProxyError)


def _reason(problem: requests.RequestException) -> str:
    if isinstance(problem, requests.exceptions.Timeout):
        return "timed out"
    if isinstance(problem, requests.exceptions.SSLError):
        return "TLS failed"
    return "no connection" if _never_left(problem) else "connection lost"


def _date(text: str) -> float | None:
    """A `Date` header as epoch seconds; None where it is missing or malformed."""
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (TypeError, ValueError, OverflowError):
        return None
