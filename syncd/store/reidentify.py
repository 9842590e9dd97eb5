"""What is listed about an unlinked record follows it when it gains its other identity."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, select

from syncd.store.base import Part
from syncd.store.columns import table
from syncd.store.statement import Statement, param, word
from syncd.store.tables import IssueRow

__all__ = ["Reidentify"]

_I = table(IssueRow)
_OTHER = _I.alias("other")
_TAKEN = exists(select(_OTHER.c.id).where(
    _OTHER.c.connection == _I.c.connection, _OTHER.c.mapping == _I.c.mapping,
    _OTHER.c.procore_id == param("procore_id"), _OTHER.c.quickbase_id == param("quickbase_id"),
    _OTHER.c.field == _I.c.field, _OTHER.c.closed.is_(None),
).correlate(_I))  # fmt: skip
_HERE = and_(_I.c.connection == param("connection"), _I.c.mapping == param("mapping"), _I.c.closed.is_(None))
_HALVES = (
    and_(_I.c.procore_id == param("procore_id"), _I.c.quickbase_id == word("")),
    and_(_I.c.procore_id == word(""), _I.c.quickbase_id == param("quickbase_id")),
)


def _move(half: ColumnElement[bool]) -> Statement:
    return Statement(
        lambda _: (
            _I.update()
            .where(_HERE, half, ~_TAKEN)
            .values(procore_id=param("procore_id"), quickbase_id=param("quickbase_id"), link=param("link_id"))
        )
    )


def _close(half: ColumnElement[bool]) -> Statement:
    return Statement(lambda _: _I.update().where(_HERE, half).values(closed=param("at")))


_STEPS = [step(half) for half in _HALVES for step in (_move, _close)]


class Reidentify(Part):
    """Keeps one open issue a field when two half-identified ones become one record's."""

    def reidentify(self, mapping: str, procore_id: str, quickbase_id: str, link: int | None) -> None:
        """Open issues of either half now name both. Where the pair, or the Procore half, has an
        issue of the same field already, that one stays and the other is closed."""
        for step in _STEPS:
            self._run(
                step, mapping=mapping, procore_id=procore_id, quickbase_id=quickbase_id,
                link_id=link, at=self._clock.now(),
            )  # fmt: skip
