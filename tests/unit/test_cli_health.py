"""The heartbeat: when a daemon counts as well, and what is said when it does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from syncd.daemon.health import (
    FRESH_SECONDS,
    STUCK_SECONDS,
    Heartbeat,
    read_heartbeat,
    remove_heartbeat,
    write_heartbeat,
)

NOW = 1_767_600_000.0
WELL = Heartbeat(pid=7, version="1", started=NOW - 60, beat=NOW, seen=NOW, mappings=("vendors",))


def test_a_fresh_heartbeat_without_failures_is_healthy() -> None:
    """Nothing to say means healthy."""
    assert WELL.trouble(NOW) == ""


def test_an_old_heartbeat_is_nobodys() -> None:
    """A process that stopped beating hangs or is dead."""
    assert "hangs or has died" in WELL.trouble(NOW + FRESH_SECONDS + 1)


def test_a_silent_engine_is_stuck_although_the_process_beats() -> None:
    """The engine thread's own last sign of life counts, not only the ticker's."""
    stuck = replace(WELL, seen=NOW - STUCK_SECONDS - 1, doing="page.read vendors")
    assert "silent" in stuck.trouble(NOW)
    assert "page.read vendors" in stuck.trouble(NOW)


def test_waiting_for_budget_is_not_being_stuck() -> None:
    """A wait that says when it ends may take an hour."""
    waiting = replace(WELL, seen=NOW - STUCK_SECONDS - 1, waiting_until=NOW + 600)
    assert waiting.trouble(NOW) == ""


def test_a_failing_cycle_is_named() -> None:
    """The probe says which mapping failed last, and why."""
    assert "vendors: no permission" in replace(WELL, failing={"vendors": "no permission"}).trouble(NOW)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """The file holds everything, is replaced whole, and is gone after a clean end."""
    beat = replace(WELL, failing={"a": "b"}, refused=("x.yaml:1:1: no",))
    write_heartbeat(tmp_path, beat)
    assert read_heartbeat(tmp_path) == beat
    assert [path.name for path in tmp_path.iterdir()] == ["daemon.json"]
    remove_heartbeat(tmp_path)
    assert read_heartbeat(tmp_path) is None


def test_half_a_file_is_no_heartbeat(tmp_path: Path) -> None:
    """Garbage reads as no daemon, never as an error."""
    (tmp_path / "daemon.json").write_text('{"pid": 7')
    assert read_heartbeat(tmp_path) is None
