"""Kill a real daemon again and again while a person edits, then see that nothing is lost.

`syncd sandbox` and `syncd run` are processes of their own and talk over real sockets. The
vendors are slow on purpose, so that SIGKILL often strikes between a request and its answer.
Afterwards the work is finished with a clock that is moved on, since looks at lost writes wait
for the deadline and the visibility lag; the sandbox's clock is moved with it.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from syncd.cli.demo.person import Person
from syncd.cli.demo.stage import Stage, environment
from syncd.cli.wiring import Wiring
from syncd.clock import SystemClock
from syncd.sync.engine import Kind
from tests.acceptance.ending import judge

__all__ = ["AheadClock", "Editor", "finish", "kill_and_judge"]

PLAIN = Path(__file__).resolve().parents[1] / "support" / "plain"
SLOWNESS = 0.08
LONGEST_START = 20.0
SETTLING = 8
"""Cycles after the last kill; between two of them time is moved on by so many seconds:"""
STEP = 400.0


class AheadClock(SystemClock):
    """The machine's clock, moved on by `ahead` seconds."""

    ahead = 0.0

    def now(self) -> float:
        return super().now() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


class Editor:
    """A person who works on both sides. What was typed last is remembered, for the judge.

    Cities are edited in Procore only and e-mails in Quickbase only, so no conflict excuses a
    lost one; trades are edited on both sides.
    """

    def __init__(self, person: Person, rng: random.Random) -> None:
        self.person, self.rng = person, rng
        self.number = 0
        self.typed: dict[tuple[str, str], str] = {}
        self.made: Counter[str] = Counter()

    def act(self) -> None:
        """One edit or one new record."""
        self.number += 1
        deed = self.rng.choices(
            [self._city, self._email, self._trade, self._add, self._ask], [4, 4, 1, 2, 1]
        )[0]
        deed()

    def _vendor(self) -> dict[str, Any]:
        return dict(self.rng.choice(self.person.procore("vendors")))

    def _row(self) -> dict[str, Any]:
        return dict(self.rng.choice(self.person.quickbase("Vendors")))

    def _city(self) -> None:
        vendor, city = self._vendor(), f"City {self.number}"
        sent = {"name": vendor["name"], "city": city}
        self.person.edit_procore("vendors", str(vendor["id"]), sent)
        self.typed[vendor["name"], "city"] = city

    def _email(self) -> None:
        row, email = self._row(), f"e{self.number}@example.com"
        self.person.write_quickbase("Vendors", {"Email": email}, row["id"])
        self.typed[row["Company Name"], "email"] = email

    def _trade(self) -> None:
        if self.rng.random() < 0.5:
            vendor = self._vendor()
            sent = {"name": vendor["name"], "trade_name": f"Trade {self.number}"}
            self.person.edit_procore("vendors", str(vendor["id"]), sent)
        else:
            self.person.write_quickbase("Vendors", {"Trade": f"Trade {self.number}"}, self._row()["id"])

    def _add(self) -> None:
        name = f"Newcomer {self.number}"
        self.made[name] += 1
        if self.rng.random() < 0.5:
            self.person.add_procore("vendors", {"name": name, "city": "Start"})
        else:
            self.person.write_quickbase("Vendors", {"Company Name": name, "Email": "start@example.com"})

    def _ask(self) -> None:
        """A new RFI in Quickbase: its create in Procore can carry no mark."""
        projects = [row for row in self.person.quickbase("Projects") if row["Procore ID"]]
        managers = [row["RFI Manager ID"] for row in self.person.quickbase("RFIs") if row["RFI Manager ID"]]
        if not projects or not managers:
            return
        subject = f"Question {self.number}"
        self.made[subject] += 1
        row = {"Subject": subject, "Related Project": int(projects[0]["id"]), "RFI Manager ID": managers[0]}
        self.person.write_quickbase("RFIs", {**row, "Question": "Why?"})


def kill_and_judge(kills: int, seed: int = 7) -> list[str]:
    """Kill the daemon so many times; what was broken, one sentence each."""
    with tempfile.TemporaryDirectory(prefix="syncd-kill-") as name, _stage(Path(name)) as stage:
        rng = random.Random(seed)
        editor = Editor(stage.person, rng)
        assert stage.syncd("sync").code in (0, 4)
        stage.person.fault(kind="latency", value=SLOWNESS, times=None)
        problems = []
        for number in range(kills):
            problems += _live_and_die(stage, editor, rng, number)
        stage.person.calm()
        _widen(stage.person)
        writes = finish(stage)
        if writes:
            problems.append(f"A2: {writes} writes in a cycle after everything had settled")
        return problems + judge(stage, editor.typed, editor.made)


@contextmanager
def _stage(folder: Path) -> Iterator[Stage]:
    """`syncd sandbox` as a process, and plain mappings, polled every second."""
    (folder / "mappings").mkdir()
    for file in PLAIN.glob("*.yaml"):
        text = file.read_text().replace("every: 5m", "every: 1s").replace("every: 10m", "every: 1s")
        (folder / "mappings" / file.name).write_text(text)
    sandbox = subprocess.Popen(
        [sys.executable, "-m", "syncd", "sandbox", "--projects", "2", "--vendors", "4", "--rfis", "1"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert sandbox.stdout is not None
        info = json.loads(sandbox.stdout.readline())
        person, clock = Person(info), SystemClock()
        _widen(person)
        wide = {"SYNCD_PROCORE__HOURLY_BUDGET": "100000", "SYNCD_PROCORE__SPIKE_BUDGET": "5000"}
        yield Stage(person, clock, {**environment(info["settings"], folder), **wide}, folder)
    finally:
        sandbox.terminate()
        sandbox.communicate(timeout=15)
        shutil.rmtree(folder / "state", ignore_errors=True)


def _widen(person: Person) -> None:
    """Time is short here, so both sides agree on wider limits than the vendor's own."""
    person.fault(kind="rate", vendor="procore", value={"hour": 100_000, "spike": 5_000})


def _live_and_die(stage: Stage, editor: Editor, rng: random.Random, number: int) -> list[str]:
    """Start the daemon, let a person edit beside it, kill it at some moment of its work."""
    before = _calls(stage)
    daemon = stage.start("run")
    editing = threading.Thread(target=_edits, args=(editor, rng.randint(1, 3)))
    editing.start()
    try:
        if not stage.until(lambda: daemon.poll() is not None or _calls(stage) > before, LONGEST_START):
            return [f"G1: the daemon of kill {number} did not start in time"]
        stage.clock.sleep(rng.uniform(0.0, 1.2))
        if daemon.poll() is not None:
            return [f"G1: the daemon of kill {number} ended by itself with {daemon.returncode}"]
        return []
    finally:
        daemon.kill()
        daemon.wait(timeout=10)
        editing.join()


def _edits(editor: Editor, count: int) -> None:
    for _ in range(count):
        editor.act()


def _calls(stage: Stage) -> int:
    rows = stage.person.stats()["requests"]
    return sum(row["count"] for row in rows if row["credential"] == "syncd")


def _writes(stage: Stage) -> int:
    """Writes of syncd, by the sandbox's own count."""
    return sum(
        row["count"]
        for row in stage.person.stats()["requests"]
        if row["credential"] == "syncd"
        and (row["method"] in ("PATCH", "PUT", "DELETE") or row["path"].endswith(("/records", "/rfis")))
        and row["method"] != "GET"
    )


def finish(stage: Stage) -> int:
    """Let everything settle, with time moved on in between; writes in the cycle after that."""
    clock = AheadClock()
    before = 0
    with Wiring(environ=stage.environ, cwd=stage.folder, clock=clock) as wiring, wiring.lock("the proof"):
        engine = wiring.engine()
        for number in range(SETTLING + 1):
            clock.ahead += STEP
            stage.person.fault(kind="skew", value=clock.ahead)
            before = _writes(stage)
            engine.sync(kind=Kind.SWEEP if number == SETTLING // 2 else Kind.INCREMENTAL)
    return _writes(stage) - before
