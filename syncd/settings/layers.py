"""Where settings come from: each layer yields `SYNCD_…` names, values and where they stood.

Layers are read from what is handed in (an environment, a directory), never looked up, so a
test or an embedding program decides what there is.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from syncd.errors import ConfigProblem

__all__ = ["PREFIX", "SECRETS_DIR", "Given", "read_layers"]

PREFIX = "SYNCD_"
SECRETS_DIR = "SYNCD_SECRETS_DIR"
LARGEST_FILE = 64 * 1024
"""Bytes of a settings or secret file; a larger one is a mistake."""


@dataclass(frozen=True, slots=True)
class Given:
    """One value as it was given: its full name, and a source that a person can find."""

    name: str
    value: Any
    source: str


def read_layers(environ: Mapping[str, str], cwd: Path) -> list[list[Given]]:
    """All layers, the strongest first: environment, `.env`, secrets directory, files named
    by `…_FILE`, `syncd.yaml`. Raises ConfigProblem for a file that cannot be read.

    An empty value in the environment or in `.env` counts as not set: Compose files and unit
    files often pass variables on that way.
    """
    env = [Given(n, v, "environment") for n, v in environ.items() if n.startswith(PREFIX) and v]
    dotenv = _dotenv(cwd / ".env")
    named = {given.name: given for given in [*dotenv, *env]}  # the environment wins
    secrets = named.get(SECRETS_DIR)
    pointers = [g for g in named.values() if g.name.endswith("_FILE") and g.name != SECRETS_DIR]
    plain = [
        [g for g in layer if g.name != SECRETS_DIR and not g.name.endswith("_FILE")]
        for layer in (env, dotenv)
    ]
    return [
        *plain,
        _secrets_directory(cwd / str(secrets.value)) if secrets else [],
        [_pointed(given, cwd) for given in pointers],
        _yaml(cwd / "syncd.yaml"),
    ]


def _dotenv(path: Path) -> list[Given]:
    if not path.is_file():
        return []
    values = dotenv_values(stream=io.StringIO(_text_of(path, ".env")), interpolate=False)
    return [Given(n, v, ".env") for n, v in values.items() if n.startswith(PREFIX) and v]


def _secrets_directory(folder: Path) -> list[Given]:
    """A file per secret, named like the setting, with or without `SYNCD_`, in any case.

    Files of other programs may lie there too, so names we do not know are left alone
    unless they begin with `SYNCD_`.
    """
    if not folder.is_dir():
        raise ConfigProblem(f"The secrets directory {folder} of {SECRETS_DIR} does not exist.")
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        upper = path.name.upper()
        name = upper if upper.startswith(PREFIX) else PREFIX + upper
        if "__" in name or upper.startswith(PREFIX) or upper == "DATABASE_URL":
            found.append(
                Given(name, _text_of(path, path.name).rstrip("\r\n"), f"secrets directory, {path.name}")
            )
    return found


def _pointed(given: Given, cwd: Path) -> Given:
    path = cwd / str(given.value)
    name = given.name.removesuffix("_FILE")
    return Given(
        name, _text_of(path, given.name).rstrip("\r\n"), f"file {given.value}, named by {given.name}"
    )


def _text_of(path: Path, named: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise ConfigProblem(f"{named}: the file {path} is too large for settings.")
        return raw.decode()
    except OSError as problem:
        raise ConfigProblem(f"{named}: the file {path} cannot be read: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise ConfigProblem(f"{named}: the file {path} is not text.") from problem


def _yaml(path: Path) -> list[Given]:
    if not path.is_file():
        return []
    try:
        tree = YAML(typ="rt").load(_text_of(path, path.name))
    except MarkedYAMLError as problem:
        mark = problem.problem_mark
        where = f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name
        what = (problem.problem or "cannot be read as YAML").split("\n")[0]
        raise ConfigProblem(f"{where}: {what}.", problems=[f"{where}: {what}"]) from problem
    except YAMLError as problem:
        raise ConfigProblem(f"{path.name}: cannot be read as YAML.") from problem
    if tree is None:
        return []
    if not isinstance(tree, CommentedMap):
        raise ConfigProblem(f"{path.name}:1:1: must hold `name: value` lines.")
    return list(_flat(tree, PREFIX, path.name))


def _flat(tree: CommentedMap, prefix: str, file: str) -> Iterable[Given]:
    for key, value in tree.items():
        line, column = tree.lc.key(key)
        name = prefix + str(key).upper()
        if isinstance(value, CommentedMap):
            yield from _flat(value, name + "__", file)
        else:
            yield Given(name, value, f"{file}:{line + 1}:{column + 1}")
