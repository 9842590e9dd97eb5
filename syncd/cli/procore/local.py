"""Files of this machine that a command reads or makes: looked at before anything else is done."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from syncd.core.filename import LONGEST, given_name, local_name
from syncd.errors import Unavailable, UsageProblem

__all__ = ["LocalFile", "landing", "opened", "target_of"]


@dataclass(frozen=True, slots=True)
class LocalFile:
    """An open file: what a vendor will call it, its bytes, how many, and their type ("" if unknown)."""

    name: str
    file: BinaryIO
    size: int
    content_type: str


@contextmanager
def opened(path: str, refusal: Callable[[str, int], str]) -> Iterator[LocalFile]:
    """A file to be sent. Raises UsageProblem where it cannot be read, is no file, or where `refusal`
    (of its path and size) says why it is not taken."""
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise UsageProblem(f"{path} is {_kind(path)}; name one file.")
        with Path(path).open("rb") as file:
            size = file.seek(0, 2)
            if refused := refusal(path, size):
                raise UsageProblem(refused)
            yield LocalFile(_name(path), file, size, _content_type(path))
    except OSError as error:
        raise UsageProblem(f"{path} cannot be read: {error.strerror}.") from error


def target_of(to: str, name: str, *, force: bool) -> Path:
    """Where a file that a vendor calls `name` goes: `to`, within it if it is a directory ("" is here).

    Raises UsageProblem where no file can be made there, or where one is and `force` does not say that
    it may be replaced.
    """
    target = Path(to or ".")
    if target.is_dir():
        local = local_name(name)
        if len(os.fsencode(local)) > LONGEST:
            raise UsageProblem(f"The file's name is longer than {LONGEST} bytes here: name one with --to.")
        target = target / local
    if not target.parent.is_dir():
        raise UsageProblem(f"There is no directory {target.parent}.")
    if os.path.lexists(target):
        if not stat.S_ISREG(target.lstat().st_mode):
            raise UsageProblem(f"{target} is {_kind(str(target))}; name a file.")
        if not force:
            raise _taken(target)
    return target


@contextmanager
def landing(target: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file beside the target, which takes the target's name at once when all went well, and is gone
    where anything did not.

    Raises Unavailable where it cannot be written, UsageProblem where another program has made the target
    meanwhile.
    """
    beside = target.with_name(f".syncd-{os.getpid()}.part")
    try:
        beside.unlink(missing_ok=True)  # a crash's, or a link that somebody laid there
        with beside.open("xb+") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if not force:
            _claim(target)
        beside.replace(target)
    except OSError as error:
        raise Unavailable(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        beside.unlink(missing_ok=True)


def _claim(target: Path) -> None:
    """Make the target if it is not there: of two programs, one is told that it is taken."""
    try:
        target.open("xb").close()
    except FileExistsError as error:
        raise _taken(target) from error


def _taken(target: Path) -> UsageProblem:
    return UsageProblem(f"{target} is there already; say --force to replace it, or name another with --to.")


def _kind(path: str) -> str:
    return "a directory" if Path(path).is_dir() else "no regular file"


def _name(path: str) -> str:
    """The name that the file had before it was stored here. Raises UsageProblem for one that is no text."""
    name = given_name(Path(path).name)
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise UsageProblem(f"The name of {path!r} is not in UTF-8; rename it.") from error
    return name


def _content_type(path: str) -> str:
    import mimetypes

    return mimetypes.guess_type(path)[0] or ""
