"""Setting up: `sandbox`, `connect procore`, `doctor`, `check`, `catalog` as real processes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from syncd.cli.demo.person import Person
from syncd.cli.demo.stage import Stage
from syncd.clock import SystemClock
from tests.support.stages import run_here, run_json, staged

SHIPPED = Path(__file__).resolve().parents[2] / "mappings"

NOBODY = {
    "procore": {"base_url": "", "company_id": ""},
    "quickbase": {"base_url": "", "app_id": "", "realm": ""},
    "person": {"procore": {}, "quickbase": {"user_token": ""}},
    "control_url": "",
}
"""A person without a sandbox, for commands that call nobody."""


def test_the_sandbox_says_when_it_is_ready_and_ends_when_told(tmp_path: Path) -> None:
    """One JSON line with settings that work; SIGTERM ends it with 0."""
    process = subprocess.Popen(
        [sys.executable, "-m", "syncd", "sandbox", "--vendors", "2", "--projects", "1"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    try:
        assert process.stdout is not None
        info = json.loads(process.stdout.readline())
        assert {"procore", "quickbase", "person", "settings"} <= set(info)
        with urlopen(f"{info['control_url']}/stats", timeout=10) as answer:
            assert json.load(answer)["total"] == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_a_person_lets_syncd_in_and_it_stays_in(tmp_path: Path) -> None:
    """`connect procore` prints a page, takes the code from stdin, and the tokens then serve `doctor`."""
    with staged(tmp_path, "vendors") as stage:
        asked = _connect(stage, "not a code")
        assert asked.returncode == 3
        assert "authorization code" in asked.stderr
        with urlopen(asked.stdout.strip(), timeout=10) as page:
            code = re.findall(r"<code>(.+)</code>", page.read().decode())[0]
        done = _connect(stage, code)
        assert done.returncode == 0
        assert code not in done.stdout + done.stderr
        again = _connect(stage, code)
        assert again.returncode == 3, "a code is good once"
        facts = run_json(stage, "doctor")
        assert [fact for fact in facts if fact["state"] != "ok"] == []


def test_doctor_says_which_credentials_are_wrong(tmp_path: Path) -> None:
    """A refused secret is a fact with a hint among the others, and the exit code is 3."""
    with staged(tmp_path, "vendors") as stage:
        done = run_here(stage, "doctor", "--json", SYNCD_PROCORE__CLIENT_SECRET="wrong-secret-2")
        assert done.returncode == 3
        bad = [fact for fact in json.loads(done.stdout) if fact["state"] == "bad"]
        assert bad
        assert all(fact["topic"].startswith("procore") and fact["hint"] for fact in bad)
        assert "wrong-secret-2" not in done.stdout + done.stderr


def test_the_shipped_mappings_are_well_formed_and_the_catalogue_knows_them(tmp_path: Path) -> None:
    """`check` needs no credentials; `catalog` lists what the shipped files map."""
    environ = {"SYNCD_MAPPINGS_DIR": str(SHIPPED), "PATH": "/usr/bin:/bin"}
    offline = Stage(Person(NOBODY), SystemClock(), environ, tmp_path)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return run_here(offline, *words, "--json")

    checked = run("check")
    assert checked.returncode == 0, checked.stdout
    mapped = set(json.loads(checked.stdout)["mappings"])
    assert mapped <= {row["resource"] for row in json.loads(run("catalog").stdout)}
    fields = json.loads(run("catalog", "vendors").stdout)["fields"]
    assert "name" in [field["field"] for field in fields]
    assert run("catalog", "vendor").returncode == 2


def _connect(stage: Stage, typed: str) -> subprocess.CompletedProcess[str]:
    return run_here(stage, "connect", "procore", typed=typed + "\n")
