"""Forgetting what no decision needs any more, so that the database stays bounded (P15)."""

from __future__ import annotations

from sqlalchemy import BindParameter, delete

from syncd.store.base import Part
from syncd.store.columns import table
from syncd.store.statement import Statement, either, param
from syncd.store.tables import IntentRow, IssueRow
from syncd.store.tables_log import EventRow, RequestRow, RunRow

__all__ = ["Prune"]

_I, _S, _E = table(IntentRow), table(IssueRow), table(EventRow)
_R, _Q = table(RunRow), table(RequestRow)
_BEFORE: BindParameter[float] = param("before")

_SETTLED = (
    Statement(
        lambda _: delete(_I).where(
            _I.c.connection == param("connection"),
            either(_I.c.state, "done", "refused", "void"),
            _I.c.at < _BEFORE,
        )
    ),
    Statement(lambda _: delete(_S).where(_S.c.connection == param("connection"), _S.c.closed < _BEFORE)),
    Statement(lambda _: delete(_R).where(_R.c.connection == param("connection"), _R.c.started < _BEFORE)),
    Statement(lambda _: delete(_Q).where(_Q.c.connection == param("connection"), _Q.c.answered < _BEFORE)),
)
_HISTORY = Statement(lambda _: delete(_E).where(_E.c.connection == param("connection"), _E.c.at < _BEFORE))


class Prune(Part):
    """Never touches links, marks, strangers, cursors, open issues or pending intents."""

    def prune(self, before: float) -> int:
        """Forget settled intents, closed issues, runs and answered requests from before then.

        Answers how many rows went. Intents that are open or unknown stay for ever.
        """
        return sum(self._run(statement, before=before) for statement in _SETTLED)

    def prune_history(self, before: float) -> int:
        """Forget history from before then: what it names can no longer be undone or explained."""
        return self._run(_HISTORY, before=before)
