"""What a field of the kind `file` holds: which version of which file, and of what content.

The bytes are never part of it. The text is what baselines, the journal and lists hold:

    plan.pdf [version 4711; 1204113 bytes; sha256 9f86…]

`version` is the side's own name of these bytes and of no others; size and content stand in it only
where they are known. Two files agree where their content does, whatever they are called: the name is
what a new version is called, and no other version is made because of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeVar

__all__ = ["FileValue", "content_of", "file_in", "may_agree", "same_version", "unlearned"]

T = TypeVar("T")

_TEXT = re.compile(
    r"(?s)(?P<name>.*) \[version (?P<version>[^;\]]+)(?:; (?P<size>\d+) bytes)?"
    r"(?:; sha256 (?P<sha256>[0-9a-f]{64}))?\]"
)
_SUM = re.compile(r"sha256 ([0-9a-f]{64})\]$")


@dataclass(frozen=True, slots=True)
class FileValue:
    """One version of a file. `size` (bytes) is None and `sha256` "" where they are not known."""

    name: str
    version: str
    size: int | None = None
    sha256: str = ""

    @property
    def text(self) -> str:
        """The value as rules and baselines hold it."""
        size = "" if self.size is None else f"; {self.size} bytes"
        content = f"; sha256 {self.sha256}" if self.sha256 else ""
        return f"{self.name} [version {self.version}{size}{content}]"

    def known(self, size: int, sha256: str) -> FileValue:
        """The same version, of which the content is known now."""
        return replace(self, size=size, sha256=sha256)


def file_in(value: object) -> FileValue | None:
    """The file that a value names; None for anything that is no such text."""
    found = _TEXT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    size = found["size"]
    return FileValue(
        found["name"], found["version"], None if size is None else int(size), found["sha256"] or ""
    )


def content_of(text: str) -> str:
    """What two files have to share to agree: the content where it is known, else the whole text."""
    found = _SUM.search(text)
    return found[1] if found else text


def may_agree(one: object, two: object) -> bool:
    """Whether two files may hold the same, by what is known of them: what says otherwise is other
    content, or another size."""
    left, right = file_in(one), file_in(two)
    if left is None or right is None:
        return left is right
    if left.sha256 and right.sha256:
        return left.sha256 == right.sha256
    return left.size is None or right.size is None or left.size == right.size


def unlearned(value: T) -> T | str:
    """The value; of a file which version it is, without what was learned of its content: one reading may
    know more of the same bytes than another."""
    file = file_in(value)
    return value if file is None else FileValue(file.name, file.version).text


def same_version(one: object, two: object) -> bool:
    """Whether two values are equal; of files, whether they are one version, whatever is known of it."""
    return one == two or unlearned(one) == unlearned(two)
