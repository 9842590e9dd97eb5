"""Bad input: one clear sentence, the right exit code, and nothing written anywhere."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.cli.demo.stage import Stage
from tests.support.stages import run_here, staged

VENDORS = """
mapping: vendors
procore: {resource: vendors}
quickbase: {table: Vendors, key: Procore ID}
fields:
  - {procore: name, quickbase: Company Name}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One sandbox for all of them; nothing here may change it."""
    with staged(tmp_path_factory.mktemp("bad"), "vendors") as made:
        yield made


@pytest.fixture
def stage(world: Stage, tmp_path: Path) -> Stage:
    """The same sandbox with a folder, mappings and state of one's own."""
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "vendors.yaml").write_text(VENDORS)
    here = {
        "SYNCD_MAPPINGS_DIR": str(tmp_path / "mappings"),
        "SYNCD_STATE_DIR": str(tmp_path / "state"),
    }
    return Stage(world.person, world.clock, {**world.environ, **here}, tmp_path)


def refused(stage: Stage, code: int, *words: str, command: str = "sync", **environ: str) -> None:
    """The command ends with this code and says these words on stderr, without a traceback."""
    done = run_here(stage, *command.split(), **environ)
    said = done.stderr + done.stdout
    assert done.returncode == code, said
    assert [word for word in words if word not in said] == [], said
    assert "Traceback" not in said


def test_settings_that_nobody_knows_or_that_are_missing(stage: Stage) -> None:
    """An unknown SYNCD_ name is an error with a suggestion; a missing one is named."""
    refused(stage, 3, "SYNCD_STATEDIR", "SYNCD_STATE_DIR", command="status", SYNCD_STATEDIR="x")
    refused(stage, 3, "SYNCD_QUICKBASE__USER_TOKEN", SYNCD_QUICKBASE__USER_TOKEN="")


def test_credentials_that_are_wrong(stage: Stage) -> None:
    """A wrong secret, a wrong company and a revoked token are configuration, and say what to do."""
    refused(stage, 3, "SYNCD_PROCORE__CLIENT", SYNCD_PROCORE__CLIENT_SECRET="wrong-secret-1")
    refused(stage, 3, "company", SYNCD_PROCORE__COMPANY_ID="12345")
    refused(stage, 3, "Quickbase", SYNCD_QUICKBASE__USER_TOKEN="revoked_token_1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fields: [", ("vendors.yaml:", "YAML")),
        (VENDORS + "mapping: again\n", ("vendors.yaml:7:1", "mapping")),
        (VENDORS.replace("Company Name", "Compny Name"), ("vendors.yaml:6:", "Company Name")),
        (VENDORS.replace("table: Vendors", "table: Vendor"), ("vendors.yaml:4:", "Vendors")),
        (VENDORS.replace("resource: vendors", "resource: vendor"), ("vendors.yaml:3:", "vendors")),
        (VENDORS.replace("Company Name", "Record ID#"), ("vendors.yaml:6:",)),
        (VENDORS.replace("key: Procore ID", "key: City"), ("vendors.yaml:4:", "unique")),
        (VENDORS + "  - {procore: legal_name, quickbase: Company Name}\n", ("vendors.yaml:7:",)),
        (
            VENDORS + "  - {quickbase: City, from: \"'a' * 999999999\", direction: to-quickbase}\n",
            ("vendors.yaml:7:",),
        ),
    ],
    ids=["broken", "twice", "field", "table", "resource", "read-only", "key", "same-target", "bomb"],
)
def test_a_mapping_file_that_is_wrong(stage: Stage, text: str, words: tuple[str, ...]) -> None:
    """Each problem is named by file, line and column, and the exit code is 3."""
    (stage.folder / "mappings" / "vendors.yaml").write_text(text)
    refused(stage, 3, *words)


def test_check_lists_the_problems_of_all_files_at_once(stage: Stage) -> None:
    """Two bad files: `check` names both, offline, and exits 3."""
    (stage.folder / "mappings" / "vendors.yaml").write_text(VENDORS.replace("vendors}", "nothing}"))
    (stage.folder / "mappings" / "worse.yaml").write_text("fields: [")
    refused(stage, 3, "vendors.yaml:3:", "worse.yaml:", command="check")


def test_a_database_from_a_newer_version(stage: Stage) -> None:
    """A state that a newer syncd wrote is refused with one sentence and left as it is."""
    assert run_here(stage, "db", "upgrade").returncode == 0
    with sqlite3.connect(stage.folder / "state" / "syncd.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    refused(stage, 3, "newer", command="status")


def test_words_that_no_command_knows(stage: Stage) -> None:
    """Usage errors exit 2: an unknown command, option, mapping, id or plan subject."""
    refused(stage, 2, "vendors", command="sync vendor")
    refused(stage, 2, command="sync --nonsense")
    refused(stage, 2, command="frobnicate")
    refused(stage, 2, "no open conflict 7", command="conflicts settle 7 procore")


def test_a_resource_that_is_not_in_the_catalogue(stage: Stage) -> None:
    """A word on the command line is a usage problem, and what there is instead is said."""
    refused(stage, 2, "there are companies, offices, ", command="catalog nothing")


def test_an_app_that_the_token_does_not_see(stage: Stage) -> None:
    """A wrong app id is configuration from the start, and names the setting."""
    refused(stage, 3, "SYNCD_QUICKBASE__APP_ID", "bnothing", SYNCD_QUICKBASE__APP_ID="bnothing")


def test_a_port_that_is_taken(stage: Stage) -> None:
    """The sandbox says which port it could not have, in one sentence."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused(stage, 1, f"Port {port} cannot be used", command=f"sandbox --port {port}")


def test_a_sandbox_that_no_memory_could_hold(stage: Stage) -> None:
    """Sizes are bounded together, so that a slip of the finger does not take the machine (P15)."""
    refused(stage, 2, "at most 1,000,000 records", command="sandbox --projects 100000000")
    refused(stage, 2, "at most 1,000,000 records", command="sandbox --projects 2000 --rfis 2000")


def test_connecting_needs_an_app_of_ones_own(stage: Stage) -> None:
    """Without a client id there is no page to open: the setting is named instead."""
    refused(stage, 3, "SYNCD_PROCORE__CLIENT_ID is", command="connect procore", SYNCD_PROCORE__CLIENT_ID="")


def test_words_about_what_is_not_held(stage: Stage) -> None:
    """An id that no list has is told with the list to look at."""
    refused(stage, 2, "Nothing that is held has the id 7", command="retry 7")
    refused(stage, 2, "Nothing that a brake stopped has the id 7", command="approve 7")


def test_a_plan_that_is_none(stage: Stage) -> None:
    """A file that is no plan, or is not there, is a wrong argument and no wrong configuration, and is
    refused before anything is called."""
    (stage.folder / "plan.json").write_text("{}")
    refused(stage, 2, "not a syncd plan", command="apply plan.json")
    refused(stage, 2, "cannot be read", command="apply nowhere.json")


def test_a_plan_that_could_not_be_kept(stage: Stage) -> None:
    """A place where no file can be written is refused before any call is spent on the plan."""
    refused(stage, 2, "cannot be kept in missing/plan.json", command="plan --out missing/plan.json")
    refused(stage, 2, "cannot be kept in mappings", command="plan --out mappings")
    assert not (stage.folder / "state").exists(), "nothing was planned"


def test_a_backup_that_could_not_be_kept(stage: Stage) -> None:
    """A directory that is not there is a wrong argument for a backup as it is for a plan."""
    refused(stage, 2, "cannot be kept in missing/state.db", command="db backup missing/state.db")


def test_a_name_that_may_stand_in_a_broken_file(stage: Stage) -> None:
    """Asked for a mapping whose file is broken, syncd names the line, not an unknown word."""
    (stage.folder / "mappings" / "vendors.yaml").write_text("fields: [")
    refused(stage, 3, "vendors.yaml:", command="sync vendors")
    refused(stage, 3, "vendors.yaml:", command="held vendors")


def test_a_place_for_the_state_that_cannot_be_one(stage: Stage) -> None:
    """A database whose directory is a file is a wrong setting, as a state directory that is one."""
    (stage.folder / "file").write_text("")
    refused(stage, 3, "cannot be made", command="status", SYNCD_STATE_DIR="file")
    refused(stage, 3, "SYNCD_DATABASE_URL", SYNCD_DATABASE_URL="sqlite:///file/syncd.db")
