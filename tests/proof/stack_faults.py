"""What strikes the calls and commits of a full-stack seed, as its dice say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from syncd.sandbox.faults import Fault
from syncd.sandbox.halves import Half
from syncd.sandbox.message import Request
from tests.proof.memory import Crash

if TYPE_CHECKING:
    from tests.proof.stack_frame import Frame

__all__ = ["FILE_FAULTS", "LIE_GAP", "MOST_CRASHES", "Faults", "Lie"]

LIE_GAP = 3_000.0
"""A vendor that lies to a straight question (an empty list with 200, an old state) does so once
in this time: nobody could tell one that always lies from one that tells the truth."""

MOST_CRASHES = 10

WRITES_SUFFER = 5
"""How much likelier a write is struck than a reading: there are far fewer of them."""

FILE_FAULTS = ("expired", "forgotten")
"""What may strike bytes on their way besides: a place in the storage is asked for too late, and an upload
is gone before a record names it."""

_LONG_ENOUGH = {"GET": 400.0, "POST": 3_700.0, "PUT": 3_700.0}
"""Seconds after which the storage refuses a link to bytes, and bytes that were announced."""

BYTES_SUFFER = 6
"""How much likelier a call about bytes is struck: there are fewer still."""

_LIES = frozenset({"empty", "stale"})
_READS_ONLY = frozenset({"empty", "stale", "short"})


def _reads(request: Request) -> bool:
    return request.method == "GET" or request.path.endswith(("/query", "/modifiedSince"))


def _suffers(request: Request) -> int:
    if any(one in request.path for one in ("/storage/", "/uploads", "/v1/files/")) or _names_bytes(request):
        return BYTES_SUFFER
    return 1 if _reads(request) else WRITES_SUFFER


def _names_bytes(request: Request) -> bool:
    """Whether a record of Procore is told of an upload, or a row is brought a file."""
    return b'"upload_uuid"' in request.body or b'"fileName"' in request.body


def _late(kind: str, request: Request) -> bool:
    """Whether this can be too late for its bytes."""
    return "/storage/" in request.path if kind == "expired" else b'"upload_uuid"' in request.body


class Lie(NamedTuple):
    """A straight question that a vendor answered falsely, and the newest event of that moment."""

    vendor: str
    seq: int
    request: Request


class Faults:
    """The hook of the sandbox and the fate of the store's commits."""

    def __init__(self, world: Frame) -> None:
        self.world = world
        self.calls = self.commits = self.crashes = 0
        self.back = 0.0  # seconds that our clock was put back
        self.lies: list[Lie] = []
        self.hid: list[tuple[int, int]] = []
        self._lied: dict[str, float] = {}
        self._skews: dict[str, float] = {}
        self._twice = ""
        self._dying = False

    def hook(self, vendor: str, request: Request, template: str) -> Fault | None:
        """The fault that strikes this call of syncd, or none. Raises Crash: the process dies."""
        world, setup = self.world, self.world.setup
        if world.acting or not world.active:
            return None
        self.calls += 1
        rate = setup.fault_rate * _suffers(request)
        if not setup.faults or world.dice.chance("fault", self.calls) >= rate:
            return None
        rng = world.dice.at("fault", self.calls)
        kinds = [one for one in setup.faults if one not in FILE_FAULTS or _late(one, request)]
        kind = rng.choice(kinds) if kinds else ""
        if not kind or not self._fair(kind, vendor, request):
            return None
        world.tell(f"   << {kind} strikes {vendor} {request.method} {template} (fault {self.calls})")
        world.counts[kind] += 1
        if kind == "crash-before":
            self.crashes += 1
            raise Crash("before a call")
        if kind == "crash-after":
            self.crashes += 1
            self._dying = True
            return Fault("drop")
        if kind == "step":
            self._step(rng.choice([-3_600.0, -30.0, 40.0, 7_200.0]))
            return None
        if kind == "skew":
            half = next(one for one in world.sandbox.halves if one.vendor == vendor)
            self.skew(half, rng.choice([-2.0, -1.0, 1.0, 2.0]))
            return None
        if kind == "expired":
            world.clock.advance(_LONG_ENOUGH[request.method])
            return None
        if kind == "forgotten":
            self._forget()
            return None
        if kind == "withdraw":
            self._withdraw(rng.random())
            return None
        if kind == "twice":
            self._twice = vendor
        return self._fault(kind, rng.random())

    def _fault(self, kind: str, chance: float) -> Fault:
        """The sandbox's fault for ours."""
        status = (500, 502, 503)[int(chance * 3)]
        return {
            "error": Fault("server_error", value=status),
            "html": Fault("html", value=status),
            "limited": Fault("error", value=429),
            "drop": Fault("drop"),
            "twice": Fault("twice"),
            "late": Fault("late", value=1 + chance * 100),
            "cut": Fault("cut"),
            "short": Fault("short_page"),
            "empty": Fault("empty"),
            "stale": Fault("stale", value=1 + chance * 110),
            "slow": Fault("latency", value=5 + chance * 40),
            "tool": Fault("tool_off"),
        }[kind]

    def _fair(self, kind: str, vendor: str, request: Request) -> bool:
        """Whether this kind may strike this call at all."""
        if kind in _READS_ONLY and not _reads(request):
            return False
        if kind.startswith("crash") and self.crashes >= MOST_CRASHES:
            return False
        if kind in _LIES:
            now = self.world.clock.monotonic()
            if now - self._lied.get(vendor, -LIE_GAP) < LIE_GAP:
                return False
            self._lied[vendor] = now
            self.lies.append(Lie(vendor, self._now(), request))
        return not (kind == "tool" and "/oauth/" in request.path)

    def _now(self) -> int:
        """The number of the newest event."""
        events = self.world.sandbox.history.events
        return events[-1].seq if events else 0

    def skew(self, half: Half, seconds: float) -> None:
        """Move a vendor's clock. Within a run it drifts by seconds: a vendor keeps its time."""
        self._skews[half.vendor] = self._skews.get(half.vendor, 0.0) + seconds
        half.set_skew(self._skews[half.vendor])

    def _step(self, seconds: float) -> None:
        """Step our machine's wall clock; the vendors' own clocks stay as they were."""
        self.world.clock.step(seconds)
        self.back += max(0.0, -seconds)
        for half in self.world.sandbox.halves:
            self.skew(half, -seconds)

    def _withdraw(self, chance: float) -> None:
        """Take a project's tool or syncd's permission away, or give everything back."""
        state = self.world.sandbox.procore.state
        projects = sorted(self.world.sandbox.procore.rows("projects"))
        if state.tools_off or state.hidden.get("syncd") or not projects:
            self.open_all()
        elif chance < 0.5:
            place = chance * 2 * len(projects)
            tools = self.world.tools
            state.tools_off.add((projects[int(place)], tools[int(place % 1 * len(tools))]))
        else:
            hidden = projects[int((chance * 2 - 1) * len(projects))]
            self.hid.append((self._now(), hidden))
            state.hidden.setdefault("syncd", set()).add(hidden)

    def _forget(self) -> None:
        """Uploads that no record names are gone, as they are after a week."""
        uploads = self.world.sandbox.procore.state.storage.uploads
        for number in [number for number, one in uploads.items() if not one.kept]:
            del uploads[number]

    def open_all(self) -> None:
        """Every tool is on and every project visible again."""
        state = self.world.sandbox.procore.state
        state.tools_off.clear()
        state.hidden.clear()

    def forgive(self) -> None:
        """After each call: a process that was to die dies; a call the vendor itself repeated does
        not count against our budget, and is taken out of the simulator's count."""
        if self._twice:
            sim = self.world.sandbox
            if self._twice == "procore":
                limits = sim.procore.limits["syncd"]
                for window in (limits.hour, limits.spike):
                    if len(window.calls) > 1:
                        window.calls.pop()
            else:
                calls = sim.quickbase.limiter._calls.get(sim.quickbase.user_token)
                if calls and len(calls) > 1:
                    calls.pop()
            self._twice = ""
        if self._dying:
            self._dying = False
            raise Crash("after a call")

    def stop(self) -> None:
        """No more faults; clocks stay as wrong as they are."""
        self.open_all()

    def fate(self) -> str:
        """What becomes of this commit."""
        world, setup = self.world, self.world.setup
        if not world.active or world.acting:
            return ""
        self.commits += 1
        if not setup.commit_faults or world.dice.chance("commit", self.commits) >= setup.commit_rate:
            return ""
        if self.crashes >= MOST_CRASHES:
            return ""
        fate = world.dice.at("commit", self.commits).choice(setup.commit_faults)
        self.crashes += fate != "full"
        world.tell(f"   commit {self.commits} << {fate}")
        return fate
