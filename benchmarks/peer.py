"""The peer: vdirsyncer's own sync on its own in-memory storages, its status on disk.

The items hold the same ten fields as our rows, as the lines of a vCard, under a UID. What
is measured is `vdirsyncer.sync.sync` alone; making the items is not counted.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from vdirsyncer.storage.memory import MemoryStorage
from vdirsyncer.sync import sync
from vdirsyncer.sync.status import SqliteStatus
from vdirsyncer.vobject import Item

from benchmarks.rows import Row

__all__ = ["Peer"]

_LINES = ("FN", "ROLE", "ADR", "X-CITY", "X-STATE", "X-ZIP", "TEL", "EMAIL", "URL", "NOTE")


def _item(number: int, values: Row) -> Item:
    body = [f"{name}:{value}" for name, value in zip(_LINES, values, strict=True)]
    return Item("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", f"UID:vendor-{number}", *body, "END:VCARD"]))


class Peer:
    """Two storages with an item a row each, and a status file."""

    def __init__(self, rows: list[Row], status: Path) -> None:
        logging.getLogger("vdirsyncer").setLevel(logging.ERROR)
        self._rows = rows
        self._left, self._right = MemoryStorage(), MemoryStorage()
        self._status = SqliteStatus(str(status))
        asyncio.run(self._fill())

    async def _fill(self) -> None:
        for number, values in enumerate(self._rows):
            # An Item remembers its hash; two of them keep the sides from sharing that work.
            await self._left.upload(_item(number, values))
            await self._right.upload(_item(number, values))

    def sync(self) -> None:
        """One sync of everything."""
        asyncio.run(sync(self._left, self._right, self._status))

    def edit(self, number: int, place: int, value: str, *, left: bool) -> None:
        """A person edits one field of one item."""
        values = list(self._rows[number])
        values[place] = value
        asyncio.run(self._put(self._left if left else self._right, _item(number, tuple(values))))

    async def _put(self, storage: MemoryStorage, item: Item) -> None:
        etag, _old = storage.items[item.ident]
        await storage.update(item.ident, item, etag)

    def differences(self) -> int:
        """How many items are not the same on both sides."""
        left, right = self._left.items, self._right.items
        same = sum(1 for href in left if href in right and left[href][1].raw == right[href][1].raw)
        return max(len(left), len(right)) - same

    def close(self) -> None:
        """Close the status file."""
        self._status.close()
