"""A folder as a path: the names of the folders from the outermost to its own, with `/` between them.

    Drawings/Level 1

A `/` that belongs to a name is written `\\/`, and a backslash `\\\\`, so that every path names one way
down and every way down has one path. Spaces at a name's ends do not count, and many are one.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["BadPath", "called", "path_of", "way_down"]


class BadPath(Exception):
    """A text that is no path. `str()` is a sentence for a person."""


def called(name: str) -> str:
    """A folder's name as paths have it."""
    return " ".join(name.split())


def path_of(names: Iterable[str]) -> str:
    """The path of a way down; "" is the top itself."""
    return "/".join(called(name).replace("\\", "\\\\").replace("/", "\\/") for name in names)


def way_down(path: str) -> tuple[str, ...]:
    """The names in a path, outermost first. Raises BadPath."""
    names, name = [], ""
    letters = iter(path)
    for letter in letters:
        if letter == "\\":
            marked = next(letters, "")
            if marked not in ("/", "\\"):
                raise BadPath(f"{path!r} is no path: '/' parts folders, and a backslash in a name is doubled")
            name += marked
        elif letter == "/":
            names.append(called(name))
            name = ""
        else:
            name += letter
    names.append(called(name))
    if not all(names):
        raise BadPath(f"{path!r} is no path: a name is missing beside a '/'; write it as 'Drawings/Level 1'")
    return tuple(names)
