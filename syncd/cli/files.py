"""Mapping files by name, without calling a vendor, and which of them a command means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.errors import ConfigProblem, UsageProblem

if TYPE_CHECKING:
    from syncd.mapping.load import SourceFile

__all__ = ["names_in", "pick", "read_mappings"]


def read_mappings(directory: Path, *, needed: bool = True) -> list[SourceFile]:
    """The mapping files of a directory. Raises ConfigProblem if one is `needed` and there is none to read."""
    from syncd.mapping.load import read_directory

    files = read_directory(directory)
    if needed and not files:
        raise ConfigProblem(
            f"There is no mapping file in {directory}.",
            hint="Put at least one *.yaml there; docs/mappings.md shows what it says.",
        )
    return files


def names_in(files: Iterable[SourceFile]) -> list[str]:
    """The `mapping:` names of those files that can be read at all."""
    from syncd.mapping.load import load
    from syncd.mapping.problems import Problems

    documents = [load(source, Problems()) for source in files]
    return [
        str(document.data["mapping"]) for document in documents if document and "mapping" in document.data
    ]


def pick(wanted: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """The names that were asked for, once each. Raises UsageProblem for an unknown one."""
    names = list(known)
    for name in wanted:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            if close:
                meant = f"; did you mean {close[0]!r}?"
            elif names:
                meant = f"; there {'is' if len(names) == 1 else 'are'} {', '.join(names)}."
            else:
                meant = "."
            raise UsageProblem(f"There is no mapping {name!r}{meant}")
    return tuple(dict.fromkeys(wanted))
