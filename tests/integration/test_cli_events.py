"""`syncd events` as a person and a script meet it, over a state that holds some."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncd.cli.app import run_command
from syncd.cli.events import since_when
from syncd.clock import SystemClock, instant_text
from syncd.errors import UsageProblem
from syncd.store import NewOccurrence, Store, open_store

CLOCK = SystemClock()

MAPPING = (
    "mapping: vendors\nprocore: {resource: vendors}\nquickbase: {table: Vendors, key: Procore ID}\n"
    "fields:\n  - {procore: name, quickbase: Name}\n"
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The state in a directory that commands are run in, with three events."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "vendors.yaml").write_text(MAPPING)
    opened = open_store(f"sqlite:///{tmp_path / 'state' / 'syncd.db'}", CLOCK)
    with opened.transaction() as tx:
        run = tx.start_run("vendors", "incremental")
        tx.end_run(run, "done", {}, "")
        tx.add_occurrences([new(1), new(2, feed="watch:rfis", resource="rfis", scope="9"), new(3)])
    yield opened
    opened.close()


def new(number: int, **rest: Any) -> NewOccurrence:
    """One event."""
    return NewOccurrence("vendors", "updated", "vendors", "", str(number), "v", fields=("city",))._replace(
        **rest
    )


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    """What `syncd events … --json` prints."""
    assert run_command(["events", *words, "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_an_event_has_these_columns(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts rely on the names; the newest comes first, and a watched one has no mapping."""
    rows = told(capsys)

    assert [row["procore_id"] for row in rows] == ["3", "2", "1"]
    assert set(rows[0]) == {
        "id", "at", "kind", "resource", "scope", "procore_id", "quickbase_id", "fields", "mapping", "source",
    }  # fmt: skip
    assert (rows[0]["fields"], rows[0]["mapping"], rows[1]["mapping"]) == (["city"], "vendors", "")
    assert rows[0]["at"] is not None


def test_events_are_narrowed(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """By mapping, resource, time and number; a table for people, a sentence for none."""
    assert [row["procore_id"] for row in told(capsys, "--mapping", "vendors")] == ["3", "1"]
    assert [row["procore_id"] for row in told(capsys, "--resource", "rfis")] == ["2"]
    assert [row["procore_id"] for row in told(capsys, "--limit", "1")] == ["3"]
    assert {row["kind"] for row in told(capsys, "--kind", "created")} <= {"created"}
    assert len(told(capsys, "--since", "1h")) == 3
    assert told(capsys, "--since", instant_text(CLOCK.now() + 3_600.0)) == []
    assert run_command(["events"]) == 0
    assert "quickbase id" in capsys.readouterr().out
    assert run_command(["events", "--resource", "images"]) == 0
    assert capsys.readouterr().out == "No events yet.\n"


def test_a_script_goes_on_where_it_stopped(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """Behind the last id it has seen, oldest first; if some are forgotten meanwhile, that is said."""
    first, *rest = reversed(told(capsys))

    assert told(capsys, "--after", "0", "--limit", "1") == [first]
    assert told(capsys, "--after", str(first["id"])) == rest
    assert told(capsys, "--after", str(rest[-1]["id"])) == []
    with store.transaction() as tx:
        tx.prune_occurrences(CLOCK.now() + 60.0)
        tx.add_occurrences([new(4), new(5)])
    assert run_command(["events", "--after", str(rest[-1]["id"]), "--json"]) == 0
    assert capsys.readouterr().err == ""  # what it had seen is gone, and nothing else
    assert run_command(["events", "--after", str(first["id"]), "--json"]) == 0
    assert f"Events after {first['id']} may be forgotten" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--resource", "rfi"), "rfis"),
        (("--mapping", "vendor"), "vendors"),
        (("--kind", "replyed"), "'replied'"),
        (("--after", "-1"), "after"),
        (("--since", "yesterday"), "is not a time"),
        (("--limit", "0"), "limit"),
    ],
)
def test_a_wrong_word_is_usage(
    store: Store, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """Exit code 2, and the nearest word that would do."""
    assert run_command(["events", *words]) == 2
    assert said in capsys.readouterr().err


def test_since_is_how_long_ago_or_an_instant() -> None:
    """Both as people write them."""
    assert since_when("", 100.0) == 0.0
    assert since_when("1m", 100.0) == 40.0
    assert since_when("1970-01-01T00:01:00Z", 100.0) == 60.0
    with pytest.raises(UsageProblem):
        since_when("soon", 100.0)


def test_following_goes_on_until_it_is_stopped(store: Store, tmp_path: Path) -> None:
    """The newest so many in order, then each new one as a line; Ctrl-C ends it well and in silence."""
    command = [sys.executable, "-m", "syncd", "events", "--follow", "--json", "--limit", "2"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        with store.transaction() as tx:
            tx.add_occurrences([new(4)])
        lines.append(json.loads(process.stdout.readline()))
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=15)

    assert (process.returncode, rest) == (0, ("", ""))
    assert [line["procore_id"] for line in lines] == ["2", "3", "4"]
