"""Replays the Dockerfile's install steps where no Docker daemon is at hand.

Takes the build stage's `COPY` and `RUN` instructions from the Dockerfile itself, so it cannot drift
from it, and carries them out in an empty directory, with the image's absolute paths moved below it.
Then looks at what the last stage would hold: the commands of `ENTRYPOINT`, `CMD` and `HEALTHCHECK`
answer, what the product ships as data is there, and nothing that builds or installs is left.

It does not prove what only Docker can: the base image, the user, the volumes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEP_SECONDS = 300  # no install step may take longer
IMAGE_PATHS = re.compile(r"(?<![\w./-])/(opt|dist|src|app)(?=/|\s|$)")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of the Dockerfile, its continuation lines joined."""

    word: str
    rest: str


class ReplayFailed(Exception):
    """A step of the Dockerfile, or what it left behind, is not as it must be."""


def instructions(text: str) -> list[Instruction]:
    """The instructions in order, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines()]


def stages(steps: list[Instruction]) -> list[list[Instruction]]:
    """The instructions of each stage, its FROM first."""
    found: list[list[Instruction]] = []
    for step in steps:
        if step.word == "FROM":
            found.append([])
        found[-1].append(step)
    return found


def sent_to_docker(path: str) -> bool:
    """Whether `.dockerignore` lets a path through; it lists what is sent, after a lone `*`."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    return any(path == name or path.startswith(f"{name}/") for name in allowed)


def copy(rest: str, work: Path) -> None:
    """Carries out a COPY from the build context; a missing or ignored source is an error."""
    *sources, target = rest.split()
    for source in sources:
        origin = ROOT / source
        if not origin.exists() or not sent_to_docker(source):
            raise ReplayFailed(f"COPY {source}: not in the build context; see .dockerignore")
        place = work / target / origin.name if target.endswith("/") else work / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if origin.is_dir():
            shutil.copytree(origin, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, place)


def run(command: str, work: Path, image: Path) -> None:
    """Carries out a RUN in the stage's directory, image paths moved below `image`."""
    moved = IMAGE_PATHS.sub(lambda found: f"{image}/{found[1]}", command)
    print(f"RUN {command}", flush=True)
    done = subprocess.run(
        ["/bin/sh", "-ec", moved], cwd=work, env=clean_environment(image), timeout=STEP_SECONDS
    )
    if done.returncode:
        raise ReplayFailed(f"RUN ended with {done.returncode}: {command}")


def clean_environment(image: Path) -> dict[str, str]:
    """This process' environment, without the virtual environment it runs in and our settings."""
    base = Path(sys.base_prefix) / "bin"
    names = image / "bin"
    names.mkdir(exist_ok=True)
    python = names / "python"
    if not python.exists():
        python.symlink_to(base / "python3")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("SYNCD_", "VIRTUAL_ENV"))
    }
    return {**kept, "PATH": f"{names}:{base}:/usr/bin:/bin", "PIP_QUIET": "1"}


def build(stage: list[Instruction], image: Path) -> None:
    """Carries out the build stage."""
    work = image
    for step in stage[1:]:
        if step.word == "WORKDIR":
            work = image / step.rest.lstrip("/")
            work.mkdir(parents=True, exist_ok=True)
        elif step.word == "COPY":
            copy(step.rest, work)
        elif step.word == "RUN":
            run(step.rest, work, image)
        else:
            raise ReplayFailed(f"the replay does not know the instruction {step.word}")


def answers(image: Path, arguments: list[str], cwd: Path) -> str:
    """The output of the installed `syncd` with `arguments`, which must end with 0."""
    done = subprocess.run(
        [image / "opt/syncd/bin/syncd", *arguments],
        cwd=cwd,
        env=clean_environment(image),
        capture_output=True,
        text=True,
        timeout=STEP_SECONDS,
    )
    if done.returncode:
        raise ReplayFailed(f"syncd {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def inspect(last: list[Instruction], image: Path) -> None:
    """Holds what the last stage would contain to what it says it runs."""
    packages = next((image / "opt/syncd/lib").glob("python3.*/site-packages"))
    for unwanted in ("pip", "setuptools", "wheel", "pytest"):
        if (packages / unwanted).exists():
            raise ReplayFailed(f"{unwanted} is left in the last stage")
    if not (packages / "syncd/store/migrations").is_dir():
        raise ReplayFailed("the installed package lacks the store's migrations")

    words = {step.word: step.rest for step in last}
    if json.loads(words["ENTRYPOINT"]) != ["syncd"]:
        raise ReplayFailed(f"ENTRYPOINT is {words['ENTRYPOINT']}, not syncd")
    health = json.loads(words["HEALTHCHECK"].split("CMD", maxsplit=1)[1])
    empty = image / "app"
    empty.mkdir(exist_ok=True)
    answers(image, ["--help"], empty)
    answers(image, [*json.loads(words["CMD"]), "--help"], empty)
    if health[:1] != ["syncd"] or health[-1] not in answers(image, [*health[1:-1], "--help"], empty):
        raise ReplayFailed(f"syncd has no {' '.join(health[1:])}, which HEALTHCHECK calls")


def main() -> int:
    """Replays the Dockerfile; returns the exit code."""
    build_stage, last_stage = stages(instructions((ROOT / "Dockerfile").read_text()))
    with tempfile.TemporaryDirectory(prefix="syncd-image-") as directory:
        try:
            build(build_stage, Path(directory))
            inspect(last_stage, Path(directory))
        except ReplayFailed as problem:
            print(f"Dockerfile replay: {problem}", file=sys.stderr)
            return 1
    print("Dockerfile replay: the install steps work, and the image's commands answer")
    return 0


if __name__ == "__main__":
    sys.exit(main())
