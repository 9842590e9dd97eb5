"""Checks on the text of what is committed that no linter knows.

* no file names a package registry's host, a way to one, or a directory of somebody's machine;
* no file under `syncd/` is longer than `MAX_LINES`, no function longer than `MAX_FUNCTION_LINES`;
* nothing is left for later: no to-do marks, nothing unimplemented.

Prints one `file:line: sentence` per finding and exits 1 if there is any.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MAX_LINES = 300
MAX_FUNCTION_LINES = 60
MAX_BYTES = 1_000_000  # larger files are data, not text of ours

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve()

HOSTS = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmjs\.com|deb\.debian\.org|crates\.io"
    r"|proxy\.golang\.org|(?<![\w-])--(?:extra-)?index-url|file:///(?:opt|home|root|work|usr)"
)
MACHINE_PATHS = re.compile(r"(?<![\w./}])/(?:work|root|home|Users)/[A-Za-z0-9_.-]+|/tmp/(?:brief|venv)")
LEFT_OVER = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")


def committed_files() -> list[Path]:
    """The files git knows, or will know at the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return sorted(path for path in paths if path.is_file() and path.stat().st_size <= MAX_BYTES)


def text_findings(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """What single lines of a file give away."""
    for number, line in enumerate(text.splitlines(), start=1):
        if HOSTS.search(line):
            yield number, "names a package registry; leave that to the machine's own configuration"
        if MACHINE_PATHS.search(line):
            yield number, "names a directory of one machine; use a path relative to the project"
        if path.suffix == ".py" and LEFT_OVER.search(line):
            yield number, "leaves work for later; do it, or take it out"


def size_findings(text: str) -> Iterator[tuple[int, str]]:
    """Files and functions of the package that have grown too long to be read at once."""
    lines = text.count("\n")
    if lines > MAX_LINES:
        yield 1, f"has {lines} lines; {MAX_LINES} is the limit, split it by noun or verb"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines; {MAX_FUNCTION_LINES} is the limit"


def findings(path: Path) -> Iterator[tuple[int, str]]:
    """Everything that is wrong with one file."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    yield from text_findings(path, text)
    if path.suffix == ".py" and path.is_relative_to(ROOT / "syncd"):
        yield from size_findings(text)


def main() -> int:
    """Checks every committed file; returns the exit code."""
    files = [path for path in committed_files() if path != HERE]
    bad = 0
    for path in files:
        for line, sentence in findings(path):
            bad += 1
            print(f"{path.relative_to(ROOT)}:{line}: {sentence}")
    print(f"house rules: {len(files)} files, {bad} findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
