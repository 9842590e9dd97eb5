"""What an operator sees of drift: `syncd` commands after a field was renamed in Quickbase."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from syncd.cli.demo.stage import Stage
from tests.support.stages import run_here, staged

CITY = "city = City"


def rename(stage: Stage, table: str, label: str, to: str) -> None:
    """What a person does in the field's properties."""
    person = stage.person
    fid, dbid = person._fields(table)[label], person._tables()[table]
    person._fields.cache_clear()
    headers = {**person._headers, "Content-Type": "application/json"}
    url = f"{person._quickbase}/fields/{fid}?tableId={dbid}"
    with urlopen(Request(url, json.dumps({"label": to}).encode(), headers, method="POST"), timeout=30):
        pass


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Vendors in agreement, and then the field `City` is called `Town`."""
    with staged(tmp_path, "vendors") as made:
        assert run_here(made, "sync").returncode == 0
        rename(made, "Vendors", "City", "Town")
        yield made


def test_drift_is_listed_everywhere_and_ends_by_mending_the_line(stage: Stage) -> None:
    """`sync` and `plan` exit 4, `held`, `status` and `explain` name the line and the new label,
    `doctor` exits 3; a retry changes nothing; the mended file is in order at once."""
    assert run_here(stage, "sync").returncode == 4
    assert run_here(stage, "plan").returncode == 4
    (held,) = json.loads(run_here(stage, "held", "--json").stdout)
    assert (held["mapping"], held["state"], held["field"]) == ("vendors", "held", CITY)
    assert held["reason"].startswith("mappings/vendors.yaml:")
    assert "it is called 'Town' now" in held["reason"]
    status = json.loads(run_here(stage, "status", "--json").stdout)
    assert (status["mappings"][0]["held"], status["mappings"][0]["reason"]) == (1, held["reason"])
    doctor = run_here(stage, "doctor", "--json")
    assert doctor.returncode == 3
    assert "it is called 'Town' now" in doctor.stdout
    record = stage.person.quickbase("Vendors")[0]["id"]
    explained = json.loads(run_here(stage, "explain", "vendors", f"qb:{record}", "--json").stdout)
    assert f"held: {held['reason']}" in [field["decision"] for field in explained["fields"]]
    assert run_here(stage, "retry", str(held["id"])).returncode == 0
    assert run_here(stage, "sync").returncode == 4
    file = stage.folder / "mappings" / "vendors.yaml"
    file.write_text(file.read_text().replace("quickbase: City", "quickbase: Town"))
    assert run_here(stage, "sync").returncode == 0
    assert json.loads(run_here(stage, "held", "--json").stdout) == []
    assert run_here(stage, "doctor").returncode == 0
