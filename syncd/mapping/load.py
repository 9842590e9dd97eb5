"""From YAML text to plain data that remembers where everything stands.

YAML 1.2 through ruamel, read as nodes rather than as Python values: every scalar stays the
text that the admin sees (`012` is `"012"`, `no` is `"no"`, `true` is `"true"`), and what it
means is decided by the field it is meant for. Only an empty plain value is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from syncd.errors import ConfigProblem
from syncd.mapping.problems import Problems

__all__ = ["Document", "Place", "SourceFile", "load", "read_directory"]

Place = tuple[str | int, ...]
"""Where in a document something stands: the keys and positions that lead to it."""

MAX_BYTES = 256 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 20
MAX_FILES = 1_000

TOO_DEEP = "the file is nested too deeply or too large to be a mapping"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A mapping file as text. `name` is how messages call it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: plain data, and the (line, column) of every key and value."""

    file: str
    data: Any
    values: Mapping[Place, tuple[int, int]]
    keys: Mapping[Place, tuple[int, int]]

    def at(self, place: Place, *, key: bool = False) -> tuple[int, int]:
        """Where `place` stands; the nearest thing around it if it is not in the file."""
        while place:
            found = (self.keys.get(place) if key else None) or self.values.get(place)
            if found:
                return found
            place = place[:-1]
        return self.values.get((), (1, 1))


def read_directory(directory: Path) -> list[SourceFile]:
    """Every `*.yaml` and `*.yml` directly in `directory`, by name.

    Raises ConfigProblem where there is no such directory, or a file cannot be read.
    """
    if not directory.is_dir():
        raise ConfigProblem(
            f"The mappings directory {directory} does not exist.", hint="Set SYNCD_MAPPINGS_DIR, or make it."
        )
    paths = sorted(path for path in directory.iterdir() if path.suffix in (".yaml", ".yml"))
    if len(paths) > MAX_FILES:
        raise ConfigProblem(f"{directory} holds more than {MAX_FILES} mapping files.")
    return [_read(path, f"{directory.name}/{path.name}") for path in paths]


def _read(path: Path, name: str) -> SourceFile:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        return SourceFile(name, raw.decode("utf-8-sig"))
    except OSError as error:
        raise ConfigProblem(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigProblem(f"{name} is not UTF-8 text: byte {error.start + 1}.") from error


def load(source: SourceFile, problems: Problems) -> Document | None:
    """Parse one file; None, with the reason among `problems`, where that fails."""
    if len(source.text.encode()) > MAX_BYTES:
        problems.add(source.name, (1, 1), f"the file is larger than {MAX_BYTES // 1024} KB")
        return None
    try:
        node = YAML(typ="rt", pure=True).compose(source.text)
    except MarkedYAMLError as error:
        problems.add(source.name, _mark_of(error), _sentence(error))
        return None
    except RecursionError:
        problems.add(source.name, (1, 1), TOO_DEEP)
        return None
    except (YAMLError, ValueError) as error:
        words = " ".join(str(error).replace('in "<unicode string>",', "at").split())
        problems.add(source.name, (1, 1), f"this is not valid YAML: {words}")
        return None
    if not isinstance(node, MappingNode):
        problems.add(
            source.name,
            (1, 1),
            "the file is empty" if node is None else "a mapping file is a list of `word: value` lines",
        )
        return None
    walk = _Walk(source.name, problems)
    data = walk.plain(node, ())
    return None if walk.broken else Document(source.name, data, walk.values, walk.keys)


class _Walk:
    """Turns nodes into plain data once, noting places, duplicates and excess."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file, self.problems = file, problems
        self.values: dict[Place, tuple[int, int]] = {}
        self.keys: dict[Place, tuple[int, int]] = {}
        self.nodes = 0
        self.broken = False

    def plain(self, node: Node, place: Place) -> Any:
        """The data of this node. Aliases count each time, so that no bomb unfolds."""
        at = _place_of(node)
        self.values[place] = at
        self.nodes += 1
        if self.nodes > MAX_NODES or len(place) > MAX_DEPTH:
            if not self.broken:
                self._problem(at, TOO_DEEP)
            return None
        if isinstance(node, MappingNode):
            return self._pairs(node, place)
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*place, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _pairs(self, node: MappingNode, place: Place) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        for key_node, value_node in node.value:
            at = _place_of(key_node)
            if not isinstance(key_node, ScalarNode):
                self._problem(at, "a key must be a plain word")
                continue
            key = _scalar(key_node) or ""
            if key in pairs:
                line, column = self.keys[(*place, key)]
                text = f"{key!r} is here twice (first on line {line}, column {column})"
                self.problems.add(self.file, at, text)  # the rest of the file is still checked
                continue
            self.keys[(*place, key)] = at
            pairs[key] = self.plain(value_node, (*place, key))
            if self.nodes > MAX_NODES:
                break
        return pairs

    def _problem(self, at: tuple[int, int], text: str) -> None:
        self.broken = True
        self.problems.add(self.file, at, text)


def _scalar(node: Node) -> str | None:
    if not isinstance(node, ScalarNode):
        return None
    if node.style is None and node.value in ("", "~", "null", "Null", "NULL"):
        return None
    return str(node.value)


def _place_of(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _mark_of(error: MarkedYAMLError) -> tuple[int, int]:
    mark = error.problem_mark or error.context_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _sentence(error: MarkedYAMLError) -> str:
    problem = error.problem or "it cannot be read"
    if "single document" in (error.context or ""):
        return "one file holds one mapping; move what follows `---` to a file of its own"
    if "tab" in problem or "'\\t'" in problem:
        return "a tab cannot indent YAML; use spaces"
    if "alias" in problem:
        return f"this is not valid YAML: {problem}"
    around = f" ({error.context})" if error.context else ""
    return f"this is not valid YAML: {problem}{around}"
