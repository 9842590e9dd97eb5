"""The spool: bytes of files wait on disk between the vendor they come from and the one they go to.

A spooled file has no name. Whatever ends the process, a crash or the power among it, the system gives
its room back, so there is nothing to sweep at the next start and nothing that two processes share.

    with spool.file("plan.pdf", size) as file:     # room is checked here, before a byte is asked for
        courier.get(url, headers, file, most, label)
        file.sha256, file.size                     # of what was written
        files.upload(project, "plan.pdf", file)    # reads it from its start
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.errors import Unavailable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["RESERVE", "Free", "Spool", "SpooledFile", "Told", "Watch", "free_bytes", "need_room"]

RESERVE = 64 * 1024 * 1024
"""Bytes that stay free on the disk: the state's database has to be written there, too."""

STRIDE = 1024 * 1024
"""Bytes after which a file that outgrows its announced size is asked about again."""

Free = Callable[[Path], int]
"""The bytes that are free where a directory is."""

Told = Callable[[int], None]
"""Told the place in a file that was written, or read, up to: once on its way in, once on its way out."""

Watch = Callable[[str, int], AbstractContextManager[Told]]
"""Begins to look at a file, by its name and its expected size."""


def _unseen(_what: str, _size: int) -> AbstractContextManager[Told]:
    return nullcontext(lambda _place: None)


def free_bytes(directory: Path) -> int:
    """What the disk has for us. Raises OSError where the directory is not there."""
    return shutil.disk_usage(directory).free


def need_room(directory: Path, size: int, what: str, free: Free = free_bytes) -> None:
    """Raises Unavailable where `size` bytes for `what` would leave less than `RESERVE` free."""
    try:
        there = free(directory)
    except OSError as error:
        raise Unavailable(f"{what} cannot be stored in {directory}: {error.strerror}.") from error
    if there < size + RESERVE:
        raise Unavailable(
            f"There is no room for {what} in {directory}: it needs {size:,} bytes beside the {RESERVE:,} "
            f"that stay free, and {there:,} are free.",
            hint="Make room there, then try again.",
        )


class SpooledFile(io.BufferedRandom):
    """An open file without a name, written from its start to its end and then read.

    `size` and `sha256` (64 hexadecimal digits) are those of all that was written; `truncate(0)`
    begins again. Writing raises Unavailable where the disk is full, and ValueError anywhere but at
    the end.
    """

    def __init__(
        self, raw: io.FileIO, what: str, granted: int, room: Callable[[int, str], None], told: Told
    ) -> None:
        super().__init__(raw)
        self._what, self._room, self._told = what, room, told
        self._granted = granted
        self._sum = hashlib.sha256()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes that were written."""
        return self._size

    @property
    def sha256(self) -> str:
        """The sum of what was written."""
        return self._sum.hexdigest()

    def write(self, data: ReadableBuffer, /) -> int:
        """Append; how many bytes."""
        if self.tell() != self._size:
            raise ValueError("A spooled file is written at its end.")
        if self._size + len(memoryview(data)) > self._granted:
            self._room(STRIDE, self._what)
            self._granted = self._size + STRIDE
        try:
            count = super().write(data)
        except OSError as error:
            raise Unavailable(
                f"{self._what} could not be set aside on the disk: {error.strerror}.",
                hint="Make room in the state directory; what is on its way is tried again.",
            ) from error
        self._sum.update(data)
        self._size += count
        self._told(self._size)
        return count

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        data = super().read(size)
        self._told(self.tell())
        return data

    def truncate(self, size: int | None = None, /) -> int:
        """Forget what was written. Raises ValueError for any other length than none."""
        if (self.tell() if size is None else size) != 0:
            raise ValueError("A spooled file begins again at its start.")
        self._sum, self._size = hashlib.sha256(), 0
        return super().truncate(0)


class Spool:
    """Where spooled files are. `directory` is the state's, `free` tells what its disk has left, `watch`
    is somebody who wants to see how far each file is."""

    def __init__(self, directory: Path, free: Free = free_bytes, watch: Watch = _unseen) -> None:
        self.directory = directory
        self._free, self._watch = free, watch

    @contextmanager
    def file(self, what: str, size: int = 0) -> Iterator[SpooledFile]:
        """An empty file for `what`, which errors name; it is gone when the context ends.

        `size` is how many bytes are expected, 0 where nobody knows. Raises Unavailable where there
        is no room for them, or no file can be made.
        """
        self.room(size, what)
        try:
            raw = tempfile.TemporaryFile(buffering=0, dir=self.directory)  # noqa: SIM115 - closed below
        except OSError as error:
            raise Unavailable(
                f"{what} could not be set aside in {self.directory}: {error.strerror}."
            ) from error
        with self._watch(what, size) as told:
            file = SpooledFile(raw, what, size, self.room, told)
            try:
                yield file
            finally:
                with suppress(OSError):  # a last piece that the full disk did not take is not wanted either
                    file.close()

    def room(self, size: int, what: str) -> None:
        """Raises Unavailable where there is no room for so many more bytes of `what`."""
        need_room(self.directory, size, what, self._free)
