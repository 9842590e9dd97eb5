"""Base64 piece by piece, both ways: no file is ever in memory whole.

Quickbase takes a file's bytes as base64 within one JSON document, and gives them as base64 text
(reference quickbase-api §5).
"""

from __future__ import annotations

import base64
import binascii
import io
from typing import BinaryIO

from syncd.errors import Transient

__all__ = ["Decoded", "Framed"]

_GROUP = 3 * 16 * 1024
"""Bytes encoded at a time: a multiple of three, so that the pieces join."""

_NOISE = b' \t\r\n"'
"""What may stand round the text, or break its lines, and means nothing."""


class Framed:
    """A body: `before`, then a file's `size` bytes as base64, then `after`. It is read once."""

    def __init__(self, before: bytes, file: BinaryIO, size: int, after: bytes) -> None:
        self._file, self._left = file, size
        self._after: bytes | None = after
        self._buffer = before
        self._length = len(before) + (size + 2) // 3 * 4 + len(after)
        file.seek(0)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises Transient where the file ends before its size."""
        wanted = self._length if size < 0 else size
        while len(self._buffer) < wanted and (piece := self._next()):
            self._buffer += piece
        data, self._buffer = self._buffer[:wanted], self._buffer[wanted:]
        return data

    def _next(self) -> bytes:
        if self._left:
            raw = self._file.read(min(_GROUP, self._left))
            if len(raw) < min(_GROUP, self._left):
                raise Transient("The file became shorter while it was read.")
            self._left -= len(raw)
            return base64.b64encode(raw)
        after, self._after = self._after, None
        return after or b""


class Decoded(io.RawIOBase):
    """Writes what base64 text stands for into a file; `close` nothing, `finish` at the end."""

    def __init__(self, into: BinaryIO) -> None:
        super().__init__()
        self._into, self._rest = into, b""

    def write(self, data: object, /) -> int:
        """Take the next piece of text. Raises Transient where it is no base64."""
        text = bytes(data)  # type: ignore[call-overload]
        whole = self._rest + text.translate(None, _NOISE)
        cut = len(whole) - len(whole) % 4
        self._rest = whole[cut:]
        try:
            self._into.write(base64.b64decode(whole[:cut], validate=True))
        except binascii.Error:
            raise Transient("Quickbase, download: the answer is no base64.") from None
        return len(text)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """To the start, where a transfer begins again."""
        return self._into.seek(offset, whence)

    def truncate(self, size: int | None = None, /) -> int:
        """Forget what came."""
        self._rest = b""
        return self._into.truncate(size)

    def finish(self) -> None:
        """Raises Transient where the text was cut within a group."""
        if self._rest:
            raise Transient("Quickbase, download: the answer was cut.")
