"""Faults: what may go wrong with a call, and which call it happens to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from syncd.sandbox.message import Request

__all__ = ["KINDS", "STANDING", "Dropped", "Fault", "FaultError", "Faults", "Hook", "read_faults"]

KINDS = {
    "rate": "the vendor's limit becomes `value` calls a short window; or {hour, spike}",
    "latency": "the answer takes `value` seconds longer",
    "error": "refused with status `value` before anything was done",
    "drop": "done, and then the connection is closed instead of an answer",
    "server_error": "a JSON body with status `value` (500), before anything was done",
    "html": "an HTML page with status `value` (502), before anything was done",
    "short_page": "a list loses its tail: `value` rows stay (half of them)",
    "cut": "the body stops at byte `value` (half of it)",
    "skew": "the vendor's clock runs `value` seconds ahead from now on",
    "tool_off": "the tool is not there: status `value` (as the vendor's switch says)",
    "twice": "done twice, answered once",
    "late": "no answer now; done once `value` seconds have passed",
    "stale": "a read shows the state of `value` seconds ago",
    "empty": "a list is answered with 200 and no rows",
}
"""Every kind of fault, and what its `value` means (the default in brackets)."""

STANDING = frozenset({"rate", "skew"})
"""Kinds that change the vendor until the next reset; they do not wait for a call."""

_MOST = 999_999_999
_RANGES: dict[str, tuple[int, int, bool]] = {
    **dict.fromkeys(("error", "server_error", "tool_off"), (400, 599, True)),
    "html": (200, 599, True),
    **dict.fromkeys(("short_page", "cut"), (0, _MOST, True)),
    **dict.fromkeys(("latency", "late", "stale"), (0, _MOST, False)),
}
"""The least and the largest value of a kind, and whether it is a whole number; others take any number."""

_PLACE = re.compile(r"\{[^/}]*\}")
_MOUNT = re.compile(r"^/(procore|quickbase/v1)(?=/)")


class Dropped(Exception):
    """The connection ended without an answer. Whether the vendor acted is not to be seen."""


class FaultError(ValueError):
    """A fault that was described wrongly; the text says how."""


@dataclass(slots=True)
class Fault:
    """One fault. `times` calls are hit, then it is over; None means until the next reset.

    `path` is a path, a template (`/rest/v1.0/vendors/{id}`), or a beginning followed by `*`;
    with or without the mount in front. Empty `vendor`, `method` and `path` match everything.
    """

    kind: str
    vendor: str = ""
    method: str = ""
    path: str = ""
    value: Any = None
    times: int | None = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise FaultError(f"There is no fault of kind '{self.kind}'; the kinds are {', '.join(KINDS)}.")
        if self.vendor not in ("", "*", "procore", "quickbase"):
            raise FaultError(f"A fault's vendor is procore or quickbase, not '{self.vendor}'.")
        times: Any = self.times
        if times is not None and (not isinstance(times, int) or times < 1):
            raise FaultError("A fault's times is a whole number above 0, or null for every call.")
        self._check_value()
        self.method = self.method.upper()
        self.path = _PLACE.sub("{}", _MOUNT.sub("", self.path))

    def _check_value(self) -> None:
        """A status, a count or an amount that a vendor could have. Raises FaultError."""
        value = self.value
        if self.kind == "rate":
            if value is None or value == {}:
                raise FaultError("A fault of kind 'rate' needs a value: the size of the limit.")
            sizes = value.values() if isinstance(value, dict) and set(value) <= {"hour", "spike"} else [value]
            for size in sizes:
                self._within(size, 0, _MOST, whole=True)
        elif value is not None:
            least, most, whole = _RANGES.get(self.kind, (-_MOST, _MOST, False))
            self._within(value, least, most, whole=whole)

    def _within(self, value: Any, least: float, most: float, *, whole: bool) -> None:
        plain = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not plain or not least <= value <= most:
            kind = "whole number" if whole else "number"
            raise FaultError(
                f"The value of a '{self.kind}' fault is a {kind} from {least} to {most}, not {value!r}."
            )

    def number(self, default: float) -> float:
        """The value as a number, or the default where none was given."""
        return default if self.value is None else float(self.value)

    def hits(self, vendor: str, request: Request, template: str) -> bool:
        """Whether this call is one that the fault is meant for."""
        if self.vendor not in ("", "*", vendor) or self.method not in ("", "*", request.method):
            return False
        if self.path in ("", "*"):
            return True
        plain, shape = _MOUNT.sub("", request.path), _PLACE.sub("{}", template)
        if self.path.endswith("*"):
            return plain.startswith(self.path[:-1]) or shape.startswith(self.path[:-1])
        return self.path in (plain, shape)


Hook = Callable[[str, Request, str], Fault | None]
"""Asked at every call with vendor, request and path template; the simulation's seed answers."""


class Faults:
    """The faults that wait for their calls, and the hook."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.hook: Hook | None = None

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its calls."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Forget all waiting faults; the hook stays."""
        self.waiting.clear()

    def pick(self, vendor: str, request: Request, template: str) -> list[Fault]:
        """The faults that hit this call, used up by one."""
        found = []
        if self.waiting:
            for fault in list(self.waiting):
                if fault.hits(vendor, request, template):
                    found.append(fault)
                    self._use(fault)
        if self.hook is not None:
            asked = self.hook(vendor, request, template)
            if asked is not None:
                found.append(asked)
        return found

    def _use(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times == 0:
            self.waiting.remove(fault)


def read_faults(sent: Any) -> list[Fault]:
    """Read the body of `POST /sandbox/faults`: a fault, or a list of them. Raises FaultError."""
    faults = []
    for one in sent if isinstance(sent, list) else [sent]:
        if not isinstance(one, dict):
            raise FaultError("A fault is an object with vendor, method, path, kind, value and times.")
        unknown = set(one) - {"vendor", "method", "path", "kind", "value", "times"}
        if unknown:
            raise FaultError(f"A fault has no '{sorted(unknown)[0]}'.")
        texts = {key: str(one.get(key) or "") for key in ("kind", "vendor", "method", "path")}
        faults.append(Fault(**texts, value=one.get("value"), times=one.get("times", 1)))
    return faults
