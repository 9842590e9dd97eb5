"""A sandbox on a loopback port and a state of its own, for tests that run real processes."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from syncd.cli.app import run_command
from syncd.cli.demo.person import Person
from syncd.cli.demo.stage import Stage, environment
from syncd.clock import SystemClock
from syncd.sandbox.seed import Seed
from syncd.sandbox.world import World
from syncd.sandbox.wsgi import serve

PLAIN = Path(__file__).with_name("plain")
"""Mapping files of three tables, for tests that need any mapping rather than the shipped ones."""


@contextmanager
def staged(folder: Path, *names: str, sizes: Seed | None = None) -> Iterator[Stage]:
    """A stage whose mappings are copies of the plain files of these names."""
    (folder / "mappings").mkdir(parents=True)
    for name in names:
        shutil.copy(PLAIN / f"{name}.yaml", folder / "mappings")
    clock = SystemClock()
    world = World(clock, sizes=sizes or Seed(projects=2, vendors=3, rfis=1))
    world.seed_demo()
    with serve(world):
        info = world.info()
        yield Stage(Person(info), clock, environment(info["settings"], folder), folder)


def run_json(stage: Stage, *arguments: str) -> Any:
    """What a command prints with `--json`; it runs in this process, which is quicker."""
    done = run_here(stage, *arguments, "--json")
    assert done.stdout.strip(), done.stderr
    return json.loads(done.stdout)


def run_here(
    stage: Stage, *arguments: str, typed: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """A command's whole ending, run in this process; what it changed of the process is put back.

    `typed` is what a person types into it.
    """
    out, err = io.StringIO(), io.StringIO()
    root, before = logging.getLogger(), dict(os.environ)
    handlers, level = list(root.handlers), root.level
    signals = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    os.environ.clear()
    os.environ.update({**stage.environ, **environ})
    try:
        with chdir(stage.folder), redirect_stdout(out), redirect_stderr(err), _typing(typed):
            code = run_command(arguments)
    finally:
        os.environ.clear()
        os.environ.update(before)
        root.handlers[:] = handlers
        root.setLevel(level)
        for number, handler in signals.items():
            signal.signal(number, handler)
    return subprocess.CompletedProcess(list(arguments), code, out.getvalue(), err.getvalue())


@contextmanager
def _typing(words: str) -> Iterator[None]:
    """Let the keyboard be these words."""
    before, sys.stdin = sys.stdin, io.StringIO(words)
    try:
        yield
    finally:
        sys.stdin = before


def run_text(stage: Stage, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A real process's whole ending: exit code, stdout and stderr."""
    return subprocess.run(
        [sys.executable, "-m", "syncd", *arguments],
        env={**stage.environ, **environ},
        cwd=stage.folder,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )


@contextmanager
def daemon(stage: Stage, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A running `syncd run`, ready; killed at the end if it is still there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "syncd", "run"],
        env={**stage.environ, **environ},
        cwd=stage.folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    beat = stage.folder / "state" / "daemon.json"
    try:
        ready = stage.until(lambda: process.poll() is not None or _pid_in(beat) == process.pid, 20)
        assert ready, "the daemon did not start in time"
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=10)


def _pid_in(beat: Path) -> int:
    try:
        return int(json.loads(beat.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError):
        return 0
