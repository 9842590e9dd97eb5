"""How old a reading was when a write that rests on it arrived, as the vendors saw it.

It watches the requests from outside and knows nothing of the engine: a record's reading is
the last answer that showed it, on either side; its age counts until the write has arrived.
"""

from __future__ import annotations

import json
import re
from typing import Any

from syncd.clock import Clock
from syncd.sandbox.message import Request, Response

__all__ = ["Ages"]

_LIST = re.compile(r"/projects/\d+/rfis$")
_ONE = re.compile(r"/projects/\d+/rfis/(\d+)$")


class Ages:
    """Ages of the readings behind writes to RFIs. `partner` is the Quickbase record id of each."""

    def __init__(self, clock: Clock, table: str, partner: dict[int, int]) -> None:
        self.oldest = 0.0
        self.writes = 0
        self._clock = clock
        self._table = table
        self._partner = partner
        self._procore: dict[int, float] = {}
        self._quickbase: dict[int, float] = {}

    def seen(self, request: Request, answer: Response, sent: float) -> None:
        """Take note of one call. `sent` is when it left."""
        if request.method == "GET" and _LIST.search(request.path):
            rows: list[dict[str, Any]] = json.loads(answer.body)
            self._procore.update((row["id"], sent) for row in rows)
        elif request.path.endswith("/records/query"):
            asked, body = json.loads(request.body), json.loads(answer.body)
            if asked["from"] == self._table:
                self._quickbase.update((row["3"]["value"], sent) for row in body["data"] if "3" in row)
        elif request.method == "PATCH" and (found := _ONE.search(request.path)):
            self._write(int(found[1]))

    def _write(self, record: int) -> None:
        self.writes += 1
        read = min(self._procore[record], self._quickbase[self._partner[record]])
        self.oldest = max(self.oldest, self._clock.monotonic() - read)
