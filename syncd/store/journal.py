"""The journal: intents committed before anything is sent, and how each ended (P4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, update

from syncd.core.values import SideName
from syncd.errors import Bug
from syncd.store.base import SIDES, Part, chunks, pack, unpack
from syncd.store.columns import table
from syncd.store.entries import NewIntent
from syncd.store.ours import NOT_FOUND
from syncd.store.rows import Intent
from syncd.store.statement import Bulk, Statement, adding, among, changing, either, param, word
from syncd.store.tables import IntentRow

__all__ = ["Journal"]

_I = table(IntentRow)
_NAMES = [name for name in _I.c.keys() if name != "connection"]  # noqa: SIM118
_ALL = [_I.c[name] for name in _NAMES]
_HERE = and_(_I.c.connection == param("connection"), _I.c.mapping == param("mapping"))
_THIS = and_(_I.c.id == param("intent_id"), _I.c.connection == param("connection"))
_PENDING = either(_I.c.state, "open", "unknown")
_MUTABLE: Final = (
    "state", "sent_at", "settle_after", "looked", "looked_at", "outcome", "response", "identity",
)  # fmt: skip

_ADD = adding(_I, ["connection", *_NAMES[1:]], returning=True)
_ONE = Statement(lambda _: select(*_ALL).where(_THIS))
_CLOSE = Bulk(
    lambda _: (
        update(_I)
        .where(_THIS)
        .values(state=param("state"), outcome=param("outcome"), response=param("response"))
    ),
    ["state", "outcome", "response", "intent_id", "connection"],
)
_WAITING = Statement(lambda _: select(*_ALL).where(_HERE, _PENDING).order_by(_I.c.id))
_ABOUT = Statement(
    lambda d: (
        select(*_ALL)
        .where(_HERE, _PENDING)
        .where(
            or_(
                and_(_I.c.side == param("side"), among(_I.c.identity, "ids", d)),
                and_(_I.c.side != param("side"), among(_I.c.source, "ids", d)),
            )
        )
        .order_by(_I.c.id)
    )
)
_AFTER = Statement(
    lambda _: (
        select(*_ALL)
        .where(_I.c.connection == param("connection"), _I.c.id > param("after_id"))
        .order_by(_I.c.id)
    )
)
_LAST = Statement(lambda _: select(func.max(_I.c.id)))
_SET = {name: changing(_I, [name], _THIS) for name in _MUTABLE}
_GIVEN_UP = _I.c.outcome == word(NOT_FOUND)
_CREATES = Statement(
    lambda _: (
        select(*_ALL)
        .where(_HERE, _I.c.verb == word("create"), _I.c.sent_at >= param("since_at"))
        .where(_I.c.side == param("side"), or_(either(_I.c.state, "done", "unknown"), _GIVEN_UP))
        .order_by(_I.c.id)
    )
)


def _intent(row: Any) -> Intent:
    return Intent(
        row[0], row[1], row[2], row[3], SIDES[row[4]], row[5], row[6], row[7], row[8],
        unpack(row[9]), unpack(row[10]), unpack(row[11]), *row[12:],
    )  # fmt: skip


class Journal(Part):
    """Intents. A pending one never expires: it is settled by looking, or by a person."""

    def open_intents(self, new: Sequence[NewIntent]) -> list[int]:
        """Journal intents; answers their ids in order. Commit before anything is sent."""
        now = self._clock.now()
        here = self._connection
        rows: list[tuple[Any, ...]] = [
            (
                here, one.mapping, one.run, one.link, str(one.side), one.verb, one.scope, one.identity,
                one.source, pack(dict(one.sent)), pack(dict(one.before)), pack(dict(one.basis)),
                one.token, one.state, one.sent_at, one.settle_after, 0, 0.0, "", "", now,
            )
            for one in new
        ]  # fmt: skip
        return self._db.ids(_ADD, rows)

    def intent(self, intent_id: int) -> Intent | None:
        """One intent, None if there is none with this id."""
        rows = self._rows(_ONE, intent_id=intent_id)
        return _intent(rows[0]) if rows else None

    def intents_after(self, intent_id: int) -> list[Intent]:
        """Every intent journaled after that one, of all mappings, in order."""
        return [_intent(row) for row in self._rows(_AFTER, after_id=intent_id)]

    def last_intent(self) -> int:
        """The newest intent's id, 0 where there is none."""
        return int(self._rows(_LAST)[0][0] or 0)

    def close_intent(self, intent_id: int, state: str, outcome: str = "", response: str = "") -> None:
        """How it ended: `done`, `refused`, `void`; or `unknown`, and then it stays pending."""
        self._run(_CLOSE, intent_id=intent_id, state=state, outcome=outcome, response=response)

    def close_intents(self, ended: Iterable[tuple[int, str, str, str]]) -> None:
        """The same for many: (id, state, outcome, response) each."""
        here = self._connection
        rows = [(state, outcome, response, id, here) for id, state, outcome, response in ended]
        self._db.many(_CLOSE, rows)

    def set_intent(self, intent_id: int, **fields: str | int | float) -> None:
        """Change `state`, `sent_at`, `settle_after`, `looked`, `looked_at`, `outcome`, `response`
        or `identity`. Any other name is a `Bug`: what was meant is never rewritten."""
        for name, value in fields.items():
            if name not in _SET:
                raise Bug(f"An intent's {name} cannot be changed once it is journaled.")
            self._run(_SET[name], intent_id=intent_id, **{name: value})

    def pending(self, mapping: str) -> list[Intent]:
        """Intents whose outcome is not known, oldest first."""
        return [_intent(row) for row in self._rows(_WAITING, mapping=mapping)]

    def pending_for(self, mapping: str, side: SideName, identities: Iterable[str]) -> list[Intent]:
        """Pending intents that touch these records of `side`, as target or as source."""
        return [
            _intent(row)
            for ids in chunks(identities)
            for row in self._rows(_ABOUT, mapping=mapping, side=str(side), ids=ids)
        ]

    def recent_creates(self, mapping: str, side: SideName, since_at: float) -> list[Intent]:
        """Creates on `side`, sent at or after `since_at` (that side's server time): done, unknown, or
        given up because they were not found."""
        rows = self._rows(_CREATES, mapping=mapping, side=str(side), since_at=since_at)
        return [_intent(row) for row in rows]
