"""What nobody foresaw in one mapping stops no other, is logged, and is not hidden (P10)."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from syncd.core.values import SideName
from syncd.errors import Bug, Unavailable
from syncd.mapping.compiled import Mapping
from syncd.sandbox.seed import Seed
from syncd.sides.port import Side
from syncd.sync.due import FIRST_PATIENCE
from syncd.sync.engine import Engine
from tests.proof.memory import fresh_store
from tests.support.whole_stack import WholeStack

FILES = {
    name: f"mapping: {name}\nprocore: {{resource: {name}}}\nquickbase: {{table: {table}, key: Procore ID}}\n"
    f"create: [procore, quickbase]\nfields:\n  - {{procore: name, quickbase: {label}}}\n"
    for name, table, label in (
        ("projects", "Projects", "Project Name"),
        ("vendors", "Vendors", "Company Name"),
    )
}


class Killed(BaseException):
    """The process is killed; not an `Exception`, as the proof's crashes are none."""


class Faulty:
    """A side that fails to read in a way nobody foresaw."""

    def __init__(self, side: Side, error: BaseException) -> None:
        self._side = side
        self._error = error

    def __getattr__(self, name: str) -> Any:
        if name in ("changes", "everything"):
            raise self._error
        return getattr(self._side, name)


class Bench:
    """Two mappings, of which the first meets `error` wherever it reads Procore."""

    def __init__(self, error: BaseException) -> None:
        self.stack = WholeStack(FILES, Seed(projects=2, vendors=3, rfis=0))
        self.error: BaseException | None = error
        self.engine = Engine(self.stack.store, self.stack.load(), self.side, self.stack.clock)

    def side(self, mapping: Mapping, name: SideName) -> Side:
        """The vendors' sides, one of them faulty."""
        made = self.stack.vendors.side(mapping, name)
        if self.error is None or (mapping.name, name) != ("projects", SideName.PROCORE):
            return made
        return Faulty(made, self.error)  # type: ignore[return-value]


@pytest.mark.parametrize(
    "error", [KeyError("a value"), TypeError("a value"), UnicodeError("a value"), AssertionError("a value")]
)
def test_an_unforeseen_error_ends_one_mapping_alone(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """The mapping it struck fails with one sentence and a traceback in the log; the other one syncs.

    Only errors of our own tree used to be kept to their mapping: a KeyError in one answer ended
    the whole round.
    """
    bench = Bench(error)

    with caplog.at_level(logging.ERROR):
        projects, vendors = bench.engine.sync().cycles

    assert (vendors.failed, vendors.created["quickbase"]) == ("", 3)
    assert projects.failed.startswith(
        f"Something unforeseen happened ({type(error).__name__} at test_isolation.py:"
    )
    assert projects.exit_code == 1
    with bench.stack.store.read() as tx:
        assert [one.note for one in tx.runs(1, "projects")] == [projects.failed]
    (record,) = [one for one in caplog.records if "cycle.unforeseen" in one.getMessage()]
    assert record.exc_info is not None
    assert record.exc_info[1] is error
    assert "a value" not in projects.failed, "its words may be a record's values (P13)"


@pytest.mark.parametrize("error", [KeyError("x"), Bug("An invariant does not hold.")])
def test_a_fault_of_ours_can_be_told_from_a_vendors_failure(error: Exception) -> None:
    """The report names it apart, so that a simulation in which vendors fail all the time still sees it."""
    bench = Bench(error)

    projects, vendors = bench.engine.sync().cycles

    assert projects.fault.startswith(f"{type(error).__name__} at test_isolation.py:")
    assert vendors.fault == ""


def test_a_faulty_mapping_rests_and_heals() -> None:
    """It is met with the patience of any failure, which doubles; whoever asks for it is heard, and
    afterwards it goes on by itself."""
    bench = Bench(KeyError("x"))
    assert {one.mapping for one in bench.engine.tick().cycles} == {"projects", "vendors"}
    bench.stack.clock.advance(FIRST_PATIENCE - 1)
    assert [mapping.name for mapping, _ in bench.engine.due()] == []
    assert bench.engine.sync(["projects"]).cycles[0].fault

    bench.error = None
    bench.stack.clock.advance(2 * FIRST_PATIENCE - 1)
    assert [mapping.name for mapping, _ in bench.engine.due()] == []
    bench.stack.clock.advance(1)

    assert [(one.mapping, one.failed) for one in bench.engine.tick().cycles] == [("projects", "")]


@pytest.mark.parametrize("error", [Killed(), KeyboardInterrupt()])
def test_the_end_of_the_process_is_not_swallowed(error: BaseException) -> None:
    """What kills the process passes: no mapping goes on after it."""
    with pytest.raises(type(error)):
        Bench(error).engine.sync()


def test_a_fault_outside_the_cycle_itself_is_kept_to_its_mapping_too() -> None:
    """Even where not a single step could be taken, the other mapping syncs."""
    bench = Bench(KeyError("x"))

    def side(mapping: Mapping, name: SideName) -> Side:
        if mapping.name == "projects":
            raise KeyError(mapping.name)
        return bench.stack.vendors.side(mapping, name)

    bench.engine.side = side
    projects, vendors = bench.engine.sync().cycles

    assert (bool(projects.fault), vendors.failed) == (True, "")
    assert [mapping.name for mapping, _ in bench.engine.due()] == [], "met with patience, though no run began"


def test_a_store_that_takes_no_work_stops_them_all() -> None:
    """A full disk concerns every mapping: nobody goes on as if only one were struck."""
    bench = Bench(KeyError("x"))
    bench.engine.store = store = fresh_store(bench.stack.clock)
    store.fate = lambda: "full"

    with pytest.raises(Unavailable):
        bench.engine.sync()
