"""What the frame needs of a vendor's simulator, and both simulators seen that way."""

from __future__ import annotations

from typing import Any, Protocol

from syncd.sandbox.message import Request, Response, json_response
from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.quickbase.limiter import Limiter
from syncd.sandbox.quickbase.sim import QuickbaseSim

__all__ = ["Half", "ProcoreHalf", "QuickbaseHalf"]

_UNLIMITED = 1 << 60


class Half(Protocol):
    """One vendor, as the frame drives it. Paths start below the vendor's mount."""

    vendor: str
    mount: str

    def template(self, request: Request) -> str:
        """The path template."""

    def credential(self, request: Request) -> str:
        """`syncd`, `person`, or empty."""

    def handle(self, request: Request) -> Response:
        """Count and carry out."""

    def charge(self, request: Request) -> Response | None:
        """Only count; the 429 if there is nothing left."""

    def act(self, request: Request) -> Response:
        """Carry out without counting."""

    def refusal(self, status: int, text: str) -> Response:
        """An error in the vendor's shape."""

    def set_skew(self, seconds: float) -> None:
        """Put the vendor's clock off by so many seconds."""

    def set_as_of(self, moment: float | None) -> None:
        """Make reads show the state at a true time; None is now."""

    def set_rate(self, value: Any) -> None:
        """Change the size of the limit."""

    def rates(self) -> dict[str, Any]:
        """Use of the limits, for the statistics."""

    def shortened(self, body: Any, keep: int | None) -> tuple[Any, int] | None:
        """A list's body cut to `keep` rows (None: half), and how many; None if it is no list."""

    def tool_off(self) -> tuple[int, str]:
        """Status and text when a tool is not there."""


class ProcoreHalf:
    """The Procore simulator behind `/procore`."""

    vendor = "procore"
    mount = "/procore"

    def __init__(self, sim: ProcoreSim) -> None:
        self._sim = sim
        self.template = sim.template
        self.credential = sim.credential
        self.handle = sim.handle
        self.act = sim.act
        self.refusal = sim.refusal
        self.set_rate = sim.set_rate

    def charge(self, request: Request) -> Response | None:
        answer = self._sim.charge(request)
        return answer if answer.status == 429 else None

    def set_skew(self, seconds: float) -> None:
        self._sim.skew = seconds

    def set_as_of(self, moment: float | None) -> None:
        self._sim.as_of = moment

    def rates(self) -> dict[str, Any]:
        return self._sim.rates()

    def shortened(self, body: Any, keep: int | None) -> tuple[Any, int] | None:
        if not isinstance(body, list):
            return None
        kept = len(body) // 2 if keep is None else keep
        return body[:kept], min(kept, len(body))

    def tool_off(self) -> tuple[int, str]:
        return self._sim.switches.tool_off, "This tool is not enabled for this project"


class QuickbaseHalf:
    """The Quickbase simulator behind `/quickbase/v1`."""

    vendor = "quickbase"
    mount = "/quickbase/v1"

    def __init__(self, sim: QuickbaseSim) -> None:
        self._sim = sim
        self.template = sim.template
        self.credential = sim.credential
        self.handle = sim.handle

    def charge(self, request: Request) -> Response | None:
        token = request.header("authorization").partition(" ")[2].strip()
        return self._sim.limiter.admit(token, self._sim.state.clock.monotonic())

    def act(self, request: Request) -> Response:
        limiter = self._sim.limiter
        self._sim.limiter = Limiter(self._sim.state.switches, _UNLIMITED)
        try:
            return self._sim.handle(request)
        finally:
            self._sim.limiter = limiter

    def refusal(self, status: int, text: str) -> Response:
        return json_response({"message": text, "description": text}, status)

    def set_skew(self, seconds: float) -> None:
        self._sim.skew = seconds

    def set_as_of(self, moment: float | None) -> None:
        self._sim.as_of = moment

    def set_rate(self, value: Any) -> None:
        self._sim.limiter.size = int(value.get("spike", 100) if isinstance(value, dict) else value)

    def rates(self) -> dict[str, Any]:
        limiter = self._sim.limiter
        return {"window": {"size": limiter.size, "refused": limiter.refused}}

    def shortened(self, body: Any, keep: int | None) -> tuple[Any, int] | None:
        if not isinstance(body, dict):
            return None
        key = "changes" if "changes" in body else "data"
        rows = body.get(key)
        if not isinstance(rows, list) or "createdRecordIds" in body.get("metadata", {}):
            return None
        kept = rows[: len(rows) // 2 if keep is None else keep]
        short = {**body, key: kept}
        if isinstance(body.get("metadata"), dict) and "numRecords" in body["metadata"]:
            short["metadata"] = {**body["metadata"], "numRecords": len(kept)}
        return short, len(kept)

    def tool_off(self) -> tuple[int, str]:
        return 403, "Access denied"
