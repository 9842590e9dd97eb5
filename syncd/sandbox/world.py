"""The sandbox: both vendors in one world, with faults, statistics and the ground truth.

`handle` answers any request to `/procore/...`, `/quickbase/v1/...`, `/quickbase/web/...` or
`/sandbox/...`, in process or behind the WSGI application, and is safe to call from several threads.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any

from syncd.clock import Clock
from syncd.sandbox.backdated import Backdated
from syncd.sandbox.control import control
from syncd.sandbox.edge import excess, words
from syncd.sandbox.faults import STANDING, Dropped, Fault, Faults
from syncd.sandbox.halves import Half, ProcoreHalf, QuickbaseHalf
from syncd.sandbox.history import History
from syncd.sandbox.message import Request, Response, json_response
from syncd.sandbox.perform import perform, refused_by
from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.quickbase.sim import QuickbaseSim
from syncd.sandbox.quickbase.web import MOUNT
from syncd.sandbox.seed import Seed, seed_world
from syncd.sandbox.stats import Stats
from syncd.sandbox.switches import Switches

__all__ = ["World"]

DEFAULT_BASE = "http://sandbox.test"


@dataclass(frozen=True, slots=True)
class _Late:
    """A request that the vendor acts on later: due at a monotonic time, under its first number."""

    due: float
    number: int
    half: Half
    request: Request


class World:
    """Both simulators, and what may go wrong between them and a client.

    The same seed, switches and requests always give the same world. `base_url` is what stands in
    front of the paths in `info`; the server sets it.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        switches: Switches | None = None,
        sizes: Seed | None = None,
        reads: bool = True,
    ) -> None:
        self.clock = clock
        self.seed = seed
        self.switches = switches or Switches()
        self.sizes = sizes or Seed()
        self.base_url = DEFAULT_BASE
        self.faults = Faults()
        self.stats = Stats()
        self._reads = reads
        self._lock = threading.RLock()
        self._seeded = False
        self._late: list[_Late] = []
        self._build()

    def handle(self, request: Request) -> Response:
        """Answer one request. Raises Dropped where the connection ends without an answer."""
        status = excess(request)
        if status is not None:
            return self.turn_away(request, status)
        half = self._half(request.path)
        if half is None:
            with self._lock:
                return (
                    self._by_web(request) if request.path.startswith(f"{MOUNT}/") else control(self, request)
                )
        inner = replace(request, path=request.path[len(half.mount) :])
        with self._lock:
            template = half.template(inner)
            faults = self.faults.pick(half.vendor, inner, template)
        for fault in faults:
            if fault.kind == "latency":
                self.clock.sleep(fault.number(1.0))
        with self._lock:
            return self._act(half, inner, template, faults)

    def turn_away(self, request: Request, status: int) -> Response:
        """Refuse at the edge with 413 or 414: no vendor sees the request, but it is counted."""
        half = self._half(request.path)
        if half is None:
            return json_response({"error": words(status, request.path)}, status)
        inner = replace(request, path=request.path[len(half.mount) :], body=b"")
        with self._lock:
            self.stats.add(half.vendor, inner.method, half.template(inner), status, half.credential(inner))
            return half.refusal(status, words(status, request.path))

    def tick(self) -> None:
        """Carry out the late requests whose time has come. Every call does this first."""
        with self._lock:
            now = self.clock.monotonic()
            due = [late for late in self._late if late.due <= now]
            if due:
                self._late = [late for late in self._late if late.due > now]
            for late in sorted(due, key=lambda one: one.due):
                self.history.request = late.number
                self.history.hold_reads()
                with self._vendors_clock.back_to(late.due):
                    late.half.act(late.request)
                self.history.release_reads(0)

    @property
    def late(self) -> int:
        """How many requests the vendors have yet to act on."""
        return len(self._late)

    def add_fault(self, fault: Fault) -> None:
        """Put a fault in force: `rate` and `skew` at once, the others at the calls they are meant for."""
        with self._lock:
            if fault.kind not in STANDING:
                self.faults.add(fault)
                return
            for half in self.halves:
                if fault.vendor in ("", "*", half.vendor):
                    self._stand(half, fault)

    def reset(self, *, data: bool = False) -> None:
        """Forget faults, statistics, clock errors and changed limits; with `data` start the world anew.

        Ids, credentials and table ids are those of the seed again.
        """
        with self._lock:
            self.faults.clear()
            self.stats.clear()
            self._late.clear()
            if data:
                self._build()
                if self._seeded:
                    seed_world(self.procore, self.quickbase, self.sizes, self.seed)
                return
            for half in self.halves:
                half.set_skew(0.0)
            self.procore.set_rate({"hour": 3_600, "spike": 25})
            self.quickbase.limiter.size = 100

    def seed_demo(self) -> None:
        """Fill both sides with plainly invented records, as `sizes` says."""
        with self._lock:
            self._seeded = True
            seed_world(self.procore, self.quickbase, self.sizes, self.seed)

    def info(self) -> dict[str, Any]:
        """What a client needs to know: the JSON of the line that `syncd sandbox` prints when ready."""
        procore, quickbase = f"{self.base_url}/procore", f"{self.base_url}/quickbase/v1"
        mine, theirs = (self.procore.oauth.client_of(one) for one in ("syncd", "person"))
        company = self.procore.company_id
        return {
            "procore": {
                "base_url": procore,
                "login_url": procore,
                "company_id": company,
                "client_id": mine.client_id,
                "client_secret": mine.client_secret,
            },
            "quickbase": {
                "realm": self.quickbase.realm,
                "base_url": quickbase,
                "app_id": self.quickbase.app_id,
                "user_token": self.quickbase.user_token,
            },
            "person": {
                "procore": {"client_id": theirs.client_id, "client_secret": theirs.client_secret},
                "quickbase": {"user_token": self.quickbase.person_token},
            },
            "control_url": f"{self.base_url}/sandbox",
            "settings": {
                "SYNCD_PROCORE__BASE_URL": procore,
                "SYNCD_PROCORE__LOGIN_URL": procore,
                "SYNCD_PROCORE__COMPANY_ID": str(company),
                "SYNCD_PROCORE__CLIENT_ID": mine.client_id,
                "SYNCD_PROCORE__CLIENT_SECRET": mine.client_secret,
                "SYNCD_QUICKBASE__BASE_URL": quickbase,
                "SYNCD_QUICKBASE__REALM": self.quickbase.realm,
                "SYNCD_QUICKBASE__APP_ID": self.quickbase.app_id,
                "SYNCD_QUICKBASE__USER_TOKEN": self.quickbase.user_token,
            },
        }

    def _build(self) -> None:
        """Two empty simulators and an empty history."""
        self._vendors_clock = clock = Backdated(self.clock)
        self.history = History(clock, reads=self._reads)
        self._requests = 0
        self.procore = ProcoreSim(clock, seed=self.seed, switches=self.switches.procore, history=self.history)
        self.quickbase = QuickbaseSim(
            clock, seed=self.seed, switches=self.switches.quickbase, history=self.history
        )
        self.halves: tuple[Half, ...] = (ProcoreHalf(self.procore), QuickbaseHalf(self.quickbase))

    def _half(self, path: str) -> Half | None:
        for half in self.halves:
            if path.startswith(half.mount + "/"):
                return half
        return None

    def _act(self, half: Half, request: Request, template: str, faults: list[Fault]) -> Response:
        """One call under its faults, counted."""
        self.tick()
        self._requests += 1
        self.history.request = self._requests
        credential = half.credential(request)
        answer, dropped = self._answer(half, request, faults)
        self.history.request = 0
        status = answer.status if answer is not None else 0
        self.stats.add(half.vendor, request.method, template, status, credential)
        if answer is None or dropped:
            raise Dropped(f"{request.method} {request.path}: the connection was closed without an answer")
        return answer

    def _by_web(self, request: Request) -> Response:
        """One step of a person in Quickbase's web application, which no fault and no limit is meant for."""
        self.tick()
        self._requests += 1
        self.history.request = self._requests
        answer = self.quickbase.web(replace(request, path=request.path[len(MOUNT) :]))
        self.history.request = 0
        return answer

    def _answer(self, half: Half, request: Request, faults: list[Fault]) -> tuple[Response | None, bool]:
        """The answer and whether it gets lost; no answer at all for a call that is acted on late."""
        if not faults:
            return half.handle(request), False
        for fault in faults:
            self._stand(half, fault)
            refused = refused_by(half, request, fault)
            if refused is not None:
                return refused, False
        late = next((fault for fault in faults if fault.kind == "late"), None)
        if late is not None:
            charged = half.charge(request)
            if charged.status == 429:
                return charged, False
            due = self.clock.monotonic() + late.number(30.0)
            self._late.append(_Late(due, self._requests, half, request))
            return None, True
        answer = perform(half, self.history, self.clock.now(), request, faults)
        return answer, any(fault.kind == "drop" for fault in faults)

    def _stand(self, half: Half, fault: Fault) -> None:
        if fault.kind == "rate":
            half.set_rate(fault.value)
        elif fault.kind == "skew":
            half.set_skew(fault.number(0.0))
