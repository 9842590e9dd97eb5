"""What every part of a transaction stands on: the database, the connection name, the clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import orjson

from syncd.clock import Clock
from syncd.core.values import SideName
from syncd.store.database import Database

__all__ = ["CHUNK", "SIDES", "Part", "chunks", "pack", "unpack"]

CHUNK: Final = 5000  # identities in one IN list; bounds the memory one statement takes
SIDES: Final = {side.value: side for side in SideName}


def pack(value: Any) -> str:
    """Compact JSON, as all our text columns hold it."""
    return orjson.dumps(value).decode()


def unpack(text: str | None) -> Any:
    """What `pack` packed; null stands for None."""
    return None if text is None else orjson.loads(text)


def maybe_pack(value: Any) -> str | None:
    """`pack`, with None as null, so that empty can be asked for in SQL."""
    return None if value is None else pack(value)


def chunks(items: Iterable[str]) -> Iterator[str]:
    """JSON arrays of at most CHUNK identities each, for `statement.among`."""
    whole: Sequence[str] = items if isinstance(items, list | tuple) else list(items)
    for start in range(0, len(whole), CHUNK):
        yield pack(whole[start : start + CHUNK])


class Part:
    """Base of the parts that `Tx` is made of. All rows are of one connection."""

    def __init__(self, database: Database, connection: str, clock: Clock) -> None:
        self._db = database
        self._connection = connection
        self._clock = clock

    def _rows(self, statement: Any, **params: Any) -> list[Any]:
        params["connection"] = self._connection
        return self._db.rows(statement, params)

    def _run(self, statement: Any, **params: Any) -> int:
        params["connection"] = self._connection
        return self._db.run(statement, params)
