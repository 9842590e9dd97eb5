"""Runs, pauses, and what commands ask of the running daemon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, select

from syncd.store.base import Part, pack, unpack
from syncd.store.columns import table
from syncd.store.rows import Request, Run
from syncd.store.statement import Statement, adding, changing, param, putting
from syncd.store.tables_log import PauseRow, RequestRow, RunRow

__all__ = ["Controls"]

_R, _P, _Q = table(RunRow), table(PauseRow), table(RequestRow)
_RUN_NAMES = ["id", "mapping", "kind", "started", "ended", "state", "counts", "note"]
_RUN_COLUMNS = [_R.c[name] for name in _RUN_NAMES]

_START = adding(_R, ["connection", *_RUN_NAMES[1:]], returning=True)
_END = changing(
    _R,
    ["ended", "state", "counts", "note"],
    _R.c.id == param("run_id"),
    _R.c.connection == param("connection"),
)
_RUNS = Statement(
    lambda _: (
        select(*_RUN_COLUMNS)
        .where(_R.c.connection == param("connection"))
        .order_by(_R.c.id.desc())
        .limit(param("limit"))
    )
)
_RUNS_OF = Statement(
    lambda _: (
        select(*_RUN_COLUMNS)
        .where(_R.c.connection == param("connection"), _R.c.mapping == param("mapping"))
        .order_by(_R.c.id.desc())
        .limit(param("limit"))
    )
)
_RUN = Statement(
    lambda _: select(*_RUN_COLUMNS).where(_R.c.connection == param("connection"), _R.c.id == param("run_id"))
)
_PAUSES = Statement(
    lambda _: select(_P.c.mapping, _P.c.identity).where(_P.c.connection == param("connection"))
)
_PAUSE = putting(
    _P,
    ["connection", "mapping", "identity", "since"],
    ["connection", "mapping", "identity"],
    lambda new: {"mapping": new.mapping},  # a second pause keeps the first one's date
)
_RESUME = Statement(
    lambda _: _P.delete().where(
        and_(
            _P.c.connection == param("connection"),
            _P.c.mapping == param("mapping"),
            _P.c.identity == param("identity"),
        )
    )
)
_ASK = adding(_Q, ["connection", "kind", "mapping", "detail", "at", "answer"], returning=True)
_ASKED = Statement(
    lambda _: (
        select(_Q.c.id, _Q.c.kind, _Q.c.mapping, _Q.c.detail, _Q.c.at)
        .where(_Q.c.connection == param("connection"), _Q.c.answered.is_(None))
        .order_by(_Q.c.id)
    )
)
_ANSWERED = changing(
    _Q,
    ["answered", "answer"],
    _Q.c.id == param("request_id"),
    _Q.c.connection == param("connection"),
)
_WHEN = Statement(
    lambda _: select(_Q.c.answered, _Q.c.answer).where(
        _Q.c.id == param("request_id"), _Q.c.connection == param("connection")
    )
)


def _as_run(row: Any) -> Run:
    columns = (*row[:6], unpack(row[6]), row[7])
    return Run(*columns)


class Controls(Part):
    """What people see of runs, and how they steer a daemon through the database."""

    def start_run(self, mapping: str, kind: str) -> int:
        """A cycle starts; answers the run's id. Its state is `running` until it ends."""
        row = {
            "connection": self._connection, "mapping": mapping, "kind": kind, "ended": None,
            "started": self._clock.now(), "state": "running", "counts": "{}", "note": "",
        }  # fmt: skip
        return self._db.ids(_START, [row])[0]

    def end_run(self, run_id: int, state: str, counts: Mapping[str, int], note: str = "") -> None:
        """A cycle ended, and how."""
        self._run(
            _END, run_id=run_id, ended=self._clock.now(), state=state, counts=pack(dict(counts)), note=note
        )

    def run(self, run_id: int) -> Run | None:
        """One run, None if there is none with this id."""
        rows = self._rows(_RUN, run_id=run_id)
        return _as_run(rows[0]) if rows else None

    def runs(self, limit: int = 20, mapping: str | None = None) -> list[Run]:
        """The last runs, newest first."""
        if mapping is None:
            rows = self._rows(_RUNS, limit=limit)
        else:
            rows = self._rows(_RUNS_OF, limit=limit, mapping=mapping)
        return [_as_run(row) for row in rows]

    def pauses(self) -> set[tuple[str, str]]:
        """(mapping, identity) of all that is paused; identity "" means the whole mapping."""
        return {(row[0], row[1]) for row in self._rows(_PAUSES)}

    def pause(self, mapping: str, identity: str = "") -> None:
        """Hold a mapping, or one record of it, still."""
        self._run(_PAUSE, mapping=mapping, identity=identity, since=self._clock.now())

    def resume(self, mapping: str, identity: str = "") -> None:
        """Let it flow again."""
        self._run(_RESUME, mapping=mapping, identity=identity)

    def ask(self, kind: str, mapping: str = "", detail: str = "") -> int:
        """Ask the running daemon for work; answers the request's id."""
        row = {
            "connection": self._connection, "kind": kind, "mapping": mapping, "detail": detail,
            "at": self._clock.now(), "answer": "",
        }  # fmt: skip
        return self._db.ids(_ASK, [row])[0]

    def asked(self) -> list[Request]:
        """Requests not answered yet, oldest first."""
        return [Request(*row) for row in self._rows(_ASKED)]

    def answered(self, request_id: int, answer: str = "") -> None:
        """The request was carried out; `answer` is what whoever asked is told."""
        self._run(_ANSWERED, request_id=request_id, answered=self._clock.now(), answer=answer)

    def is_answered(self, request_id: int) -> bool:
        """Whether a request was carried out; a command waits on this."""
        return self.answer(request_id) is not None

    def answer(self, request_id: int) -> str | None:
        """What was answered; None while the request waits."""
        rows = self._rows(_WHEN, request_id=request_id)
        return str(rows[0][1]) if rows and rows[0][0] is not None else None
