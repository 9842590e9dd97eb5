"""What README and CONTRIBUTING promise about set-up holds for the files that carry it out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts import house_rules, replay_dockerfile

LOCKS = ["run", "build", "dev", "bench"]


def locked(root: Path, name: str) -> dict[str, str]:
    """Package → version of one lock."""
    text = (root / "requirements" / f"{name}.lock").read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash_and_no_lock_names_a_host(project_root: Path, name: str) -> None:
    """A lock installs with --require-hashes from whichever index the machine is configured for."""
    text = (project_root / "requirements" / f"{name}.lock").read_text()
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]

    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=", ""), re.MULTILINE)  # no pip options


def test_locks_agree_on_every_version(project_root: Path) -> None:
    """A package has one version, whether the demo, the tests, the bench or the image asks for it."""
    bench = locked(project_root, "bench")

    for name in LOCKS:
        versions = locked(project_root, name)
        assert versions == {package: bench[package] for package in versions}


def test_every_dependency_is_locked(project_root: Path) -> None:
    """`make lock` was run after the dependencies last changed."""
    project = tomllib.loads((project_root / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["postgres"],
    ]
    names = {re.split(r"[\[<>=~!,]", text)[0].replace(".", "-") for text in wanted}

    assert names <= set(locked(project_root, "run"))


def test_every_dependency_says_why_it_is_there(project_root: Path) -> None:
    """A run-time dependency without a reason beside it would be one nobody dares to remove."""
    text = (project_root / "pyproject.toml").read_text()
    listed = text.split("\ndependencies = [")[1].split("\n]")[0].strip().splitlines()

    assert [line for line in listed if not re.search(r'",\s+# \w', line)] == []


def test_the_build_server_runs_what_a_developer_runs(project_root: Path) -> None:
    """`.ci/run` is executable and its one command is `make test`."""
    script = project_root / ".ci" / "run"
    commands = [
        line for line in script.read_text().splitlines() if line and not line.startswith(("#", "set ", "cd "))
    ]

    assert commands == ["make test"]
    assert os.access(script, os.X_OK)


def test_every_verb_of_the_makefile_is_documented(project_root: Path) -> None:
    """CONTRIBUTING's table and the Makefile name the same verbs."""
    verbs = set(re.findall(r"^([a-z-]+):.*##", (project_root / "Makefile").read_text(), re.MULTILINE))
    documented = set(re.findall(r"`make ([a-z-]+)", (project_root / "CONTRIBUTING.md").read_text()))

    assert verbs - {"help", "setup", "clean"} <= documented
    assert documented <= verbs


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(project_root: Path, page: str) -> None:
    """Every relative link of the front pages names a file that is there."""
    targets = re.findall(r"\]\(([^)#:]+)\)", (project_root / page).read_text())

    assert targets
    assert [target for target in targets if not (project_root / target).exists()] == []


def test_house_rules_find_what_they_are_for() -> None:
    """Registry hosts, machine directories and work left for later are each reported with their line."""
    source = "\n".join(
        [
            "fine = 1",
            "url = 'https://pypi" + ".org/simple'",
            "path = '/" + "root/thing'",
            "raise NotImplemented" + "Error",
        ]
    )

    found = list(house_rules.text_findings(Path("some.py"), source))

    assert [line for line, _ in found] == [2, 3, 4]


def test_house_rules_measure_files_and_functions() -> None:
    """A function past the limit, and a file past the limit, are each named once."""
    body = "    x = 1\n" * house_rules.MAX_FUNCTION_LINES
    filler = "y = 2\n" * house_rules.MAX_LINES

    found = list(house_rules.size_findings(f"def long():\n{body}{filler}"))

    assert len(found) == 2
    assert "long has" in found[1][1]


def test_a_machine_without_venv_is_told_what_to_install(project_root: Path, tmp_path: Path) -> None:
    """Debian's python3 without python3-venv gets one sentence, and nothing is made."""
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"\n', encoding="utf-8"
    )
    python.chmod(0o755)

    done = subprocess.run(
        [project_root / "scripts" / "venv", tmp_path / "made", "run"],
        env={**os.environ, "PYTHON": str(python)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "made").exists()


def test_the_image_runs_without_root_and_reports_its_health(project_root: Path) -> None:
    """The last stage has a numeric user, both volumes, a health check, and no step that installs."""
    stages = replay_dockerfile.stages(
        replay_dockerfile.instructions((project_root / "Dockerfile").read_text())
    )
    last = {step.word: step.rest for step in stages[-1]}
    ran = " ".join(step.rest for step in stages[-1] if step.word == "RUN")

    assert last["USER"].split(":")[0].isdecimal()
    assert last["USER"] != "0"
    assert last["VOLUME"] == '["/app/mappings", "/app/state"]'
    assert '"status", "--health"' in last["HEALTHCHECK"]
    assert "pip" not in ran
    assert "apt" not in ran


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_install_steps_of_the_image_work(project_root: Path) -> None:
    """Replayed in an empty directory, the Dockerfile's steps give a `syncd` that answers."""
    done = subprocess.run(
        [sys.executable, project_root / "scripts" / "replay_dockerfile.py"], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
