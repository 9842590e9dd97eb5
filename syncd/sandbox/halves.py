"""What the frame needs of a vendor's simulator, and both simulators seen that way."""

from __future__ import annotations

from typing import Any, Protocol

from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.quickbase.sim import QuickbaseSim

__all__ = ["Half", "ProcoreHalf", "QuickbaseHalf"]


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

    def charge(self, request: Request) -> Response:
        """Only count: an empty 200 with the headers of every answer, or the 429."""

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

    def rates(self) -> dict[str, dict[str, int]]:
        """Size, use, peak and refusals of the limits by credential, for the statistics."""

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
        self.charge = sim.charge
        self.act = sim.act
        self.refusal = sim.refusal
        self.set_rate = sim.set_rate
        self.rates = sim.rates

    def set_skew(self, seconds: float) -> None:
        self._sim.skew = seconds

    def set_as_of(self, moment: float | None) -> None:
        self._sim.as_of = moment

    def shortened(self, body: Any, keep: int | None) -> tuple[Any, int] | None:
        rows = body.get("data") if isinstance(body, dict) else body
        if not isinstance(rows, list):
            return None
        kept = rows[: len(rows) // 2 if keep is None else keep]
        return ({**body, "data": kept} if isinstance(body, dict) else kept), len(kept)

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
        self.charge = sim.charge
        self.act = sim.act
        self.refusal = sim.refusal
        self.rates = sim.rates

    def set_skew(self, seconds: float) -> None:
        self._sim.skew = seconds

    def set_as_of(self, moment: float | None) -> None:
        self._sim.as_of = moment

    def set_rate(self, value: Any) -> None:
        self._sim.limiter.size = int(value.get("spike", 100) if isinstance(value, dict) else value)

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
