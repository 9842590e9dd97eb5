"""Bad input through the real commands: one clear sentence, the right exit code, nothing lost.

What a mapping file can get wrong line by line is in `tests/unit/test_mapping_problems.py`, the
common mistakes in `test_cli_bad_input.py`; here are those that need several files, another
moment than the start, or a machine in trouble.
"""

from __future__ import annotations

import resource
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.cli.demo.person import Person
from syncd.cli.demo.stage import Stage, environment
from syncd.clock import SystemClock
from syncd.sandbox.world import World
from syncd.sandbox.wsgi import serve
from tests.acceptance.killing import finish
from tests.support.stages import daemon, run_here, staged

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
fields:
  - {procore: name, quickbase: Project Name}
"""
VENDORS = """\
mapping: vendors
procore: {resource: vendors, key: origin_id}
quickbase: {table: Vendors, key: Procore ID}
match: [[name]]
create: [quickbase]
fields:
  - {procore: name, quickbase: Company Name}
  - {procore: city, quickbase: City}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One sandbox for all that may not change it."""
    with staged(tmp_path_factory.mktemp("bad")) as made:
        yield made


@pytest.fixture
def stage(world: Stage, tmp_path: Path) -> Stage:
    """The same sandbox with a folder, mappings and state of one's own."""
    return at_home(world, tmp_path)


def at_home(world: Stage, folder: Path) -> Stage:
    """A stage on the world's sandbox whose files are in `folder`."""
    (folder / "mappings").mkdir(exist_ok=True)
    (folder / "mappings" / "vendors.yaml").write_text(VENDORS)
    here = {"SYNCD_MAPPINGS_DIR": str(folder / "mappings"), "SYNCD_STATE_DIR": str(folder / "state")}
    return Stage(world.person, world.clock, {**world.environ, **here}, folder)


def put(stage: Stage, **files: str) -> None:
    """Write mapping files, by name without ending."""
    for name, text in files.items():
        (stage.folder / "mappings" / f"{name}.yaml").write_text(text)


def refused(stage: Stage, code: int, *words: str, command: str = "sync", **environ: str) -> str:
    """The command ends with this code and says these words, without a traceback or a call to write."""
    before = writes(stage)
    done = run_here(stage, *command.split(), **environ)
    said = done.stderr + done.stdout
    assert done.returncode == code, said
    assert [word for word in words if word not in said] == [], said
    assert "Traceback" not in said
    assert writes(stage) == before, "something was written although the input was bad"
    return said


def writes(stage: Stage) -> int:
    """Writes that reached a vendor with syncd's credential, by the sandbox's count."""
    return sum(
        row["count"]
        for row in stage.person.stats()["requests"]
        if row["credential"] == "syncd"
        and (row["method"] in ("PATCH", "DELETE") or row["path"].endswith("/records"))
    )


BAD_RULES = {
    "type": ("{procore: trades, quickbase: Phone}", "Phone"),
    "orphan": ("{procore: parent, quickbase: Trade, link: nobody}", "nobody"),
    "twice": ('{quickbase: City, from: "name ~ 1"}', "City"),
    "dunder": ('{quickbase: Trade, from: "().__class__"}', ""),
    "loop": ('{quickbase: Trade, from: "{% for a in range(9**9) %}"}', ""),
    "power": ('{quickbase: Trade, from: "9**9**9"}', ""),
}
"""A rule by the name of its file, and a word that its problem has to name."""


def test_mappings_that_cannot_be(stage: Stage) -> None:
    """A type that cannot map, a parent that is not there, two rules for one field and expression
    bombs: all files' problems come at once, each by file and line, and nothing is written."""
    files = {
        name: VENDORS.replace("mapping: vendors", f"mapping: {name}") + f"  - {rule}\n"
        for name, (rule, _word) in BAD_RULES.items()
    }
    put(stage, **files)
    said = refused(stage, 3)
    for name, (_rule, word) in BAD_RULES.items():
        mine = [line for line in said.splitlines() if f"{name}.yaml:9:" in line]
        assert any(word in line for line in mine), (name, said)


def test_two_mappings_that_write_one_field_and_a_bomb_of_aliases(stage: Stage) -> None:
    """Two files with the same target name each other; YAML aliases are not followed."""
    put(stage, projects=PROJECTS, others=PROJECTS.replace("mapping: projects", "mapping: others"))
    refused(stage, 3, "Project Name", command="check")
    put(stage, others=VENDORS + "a: &a [x, x]\nb: &b [*a, *a]\n")
    refused(stage, 3, "others.yaml:9:", command="check")


def test_a_circle_of_required_references_is_named(tmp_path: Path) -> None:
    """A table that requires a parent of its own kind: no vendor could ever come first, and the
    file that says so is refused with the circle's way."""
    world = World(SystemClock())
    world.seed_demo()
    quickbase = world.quickbase
    fid = quickbase.create_relationship("Vendors", "Vendors", "Parent")
    quickbase.delete("Vendors", list(quickbase.rows("Vendors")))  # so that it may be required
    quickbase.set_field("Vendors", fid, required=True)
    with serve(world):
        info = world.info()
        around = Stage(Person(info), SystemClock(), environment(info["settings"], tmp_path), tmp_path)
        stage = at_home(around, tmp_path)
        put(stage, vendors=VENDORS + "  - {procore: parent, quickbase: Parent, link: vendors}\n")
        refused(stage, 3, "vendors.yaml:9:", "circle (vendors → vendors)")


def test_every_command_says_what_is_missing(stage: Stage) -> None:
    """Without a secret no command that needs it goes anywhere, and each names the setting."""
    for command in ("run", "doctor", "resync"):
        refused(stage, 3, "SYNCD_PROCORE__CLIENT_SECRET", command=command, SYNCD_PROCORE__CLIENT_SECRET="")


def test_doctor_tells_a_wrong_company_from_a_wrong_secret(stage: Stage) -> None:
    """Both end with code 3 and name the setting to look at; neither shows the secret."""
    said = refused(
        stage, 3, "SYNCD_PROCORE__CLIENT_SECRET", command="doctor", SYNCD_PROCORE__CLIENT_SECRET="s3cr3t-word"
    )
    assert "s3cr3t-word" not in said
    refused(stage, 3, "company", command="doctor", SYNCD_PROCORE__COMPANY_ID="1")


def test_a_daemon_with_bad_files_does_not_start(stage: Stage) -> None:
    """`run` refuses a broken file with its line and exits 3, leaving no lock behind."""
    put(stage, vendors=VENDORS + "fields: [\n")
    refused(stage, 3, "vendors.yaml:", command="run")
    put(stage, vendors=VENDORS)
    refused(stage, 3, "SYNCD_PROCORE__CLIENT_ID", command="run", SYNCD_PROCORE__CLIENT_ID="")


def test_an_unknown_setting_stops_every_command(stage: Stage) -> None:
    """A misspelt name is never silently ignored, and the right one is suggested."""
    for command in ("check", "run", "history"):
        refused(
            stage, 3, "SYNCD_PROCORE__COMPANYID", "COMPANY_ID", command=command, SYNCD_PROCORE__COMPANYID="1"
        )


def test_a_token_revoked_while_the_daemon_runs_loses_nothing(tmp_path: Path) -> None:
    """The daemon says whose token is refused, stays, and brings the edit across when it works again."""
    with staged(tmp_path / "world") as world:
        stage = at_home(world, tmp_path)
        put(stage, vendors=VENDORS + "every: 1s\n")
        assert run_here(stage, "sync").returncode in (0, 4)
        row = stage.person.quickbase("Vendors")[0]
        with daemon(stage):
            stage.person.fault(kind="error", vendor="quickbase", value=401, times=3)
            assert stage.until(lambda: stage.person.faults_left() == 0, 20)
            stage.clock.sleep(1.1)
            stage.person.write_quickbase("Vendors", {"City": "Still here"}, row["id"])

            def crossed() -> bool:
                return any(one["city"] == "Still here" for one in stage.person.procore("vendors"))

            assert stage.until(crossed, 40)


def test_a_full_disk_stops_the_work_and_loses_nothing(tmp_path: Path) -> None:
    """`sync` ends with code 1 and one sentence; with room again it goes on without a duplicate.

    What was journalled and never sent is looked for twice, so time is moved on.
    """
    with staged(tmp_path / "world") as world:
        stage = at_home(world, tmp_path)
        assert run_here(stage, "db", "upgrade").returncode == 0
        for number in range(150):
            stage.person.add_procore("vendors", {"name": f"Disk {number}", "city": "x" * 200})
        done = limited(stage, 20_000, "sync")
        said = done.stderr + done.stdout
        assert done.returncode == 1, said
        assert "Traceback" not in said
        assert "disk" in said.lower() or "state" in said.lower(), said
        assert finish(stage) == 0
        rows = Counter(row["Company Name"] for row in stage.person.quickbase("Vendors"))
        assert {f"Disk {number}" for number in range(150)} <= set(rows)
        assert max(rows.values()) == 1


@pytest.mark.parametrize("most", [0, 60_000])
def test_a_disk_that_is_full_from_the_start(stage: Stage, most: int) -> None:
    """Not even the lock or the tables find room: every command says so in one sentence."""
    for command in ("db upgrade", "sync", "status", "pause vendors"):
        done = limited(stage, most, *command.split())
        said = done.stderr + done.stdout
        assert done.returncode == 1, said
        assert "unforeseen" not in said, said
        assert "state" in said, said
    assert run_here(stage, "db", "upgrade").returncode == 0


@pytest.mark.parametrize("most", [0, 60_000])
def test_a_backup_without_room_leaves_the_state_as_it_is(stage: Stage, most: int) -> None:
    """`db backup` and `db restore` on a full disk end with code 1 and change nothing."""
    assert run_here(stage, "sync").returncode in (0, 4)
    assert run_here(stage, "db", "backup", "good.db").returncode == 0
    before = run_here(stage, "links", "--json").stdout
    for command in ("db backup other.db", "db restore good.db"):
        done = limited(stage, most, *command.split(), beyond=False)
        said = done.stderr + done.stdout
        assert done.returncode == 1, said
        assert "unforeseen" not in said, said
    assert not (stage.folder / "other.db").exists()
    assert run_here(stage, "links", "--json").stdout == before


def limited(
    stage: Stage, most: int, *arguments: str, beyond: bool = True
) -> subprocess.CompletedProcess[str]:
    """A command none of whose files may grow beyond `most` bytes, counted beyond what the
    largest file of the state has now, or from nothing."""
    state = stage.folder / "state"
    there = [one.stat().st_size for one in state.iterdir()] if beyond and state.exists() else []
    size = max(there, default=0) + most
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        return run_here(stage, *arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
