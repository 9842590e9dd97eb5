"""Issues: conflicts, held and reported things; what stands on a list with a reason (P1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select, text

from syncd.core.values import SideName
from syncd.store.base import SIDES, Part, chunks, maybe_pack, pack, unpack
from syncd.store.columns import table
from syncd.store.entries import NewIssue
from syncd.store.rows import Issue
from syncd.store.statement import Statement, among, changing, param, putting, word
from syncd.store.tables import IssueRow

__all__ = ["Issues"]

_I = table(IssueRow)
_NAMES = [name for name in _I.c.keys() if name != "connection"]  # noqa: SIM118
_ALL = [_I.c[name] for name in _NAMES]
_HERE = and_(_I.c.connection == param("connection"), _I.c.mapping == param("mapping"))
_THIS = and_(_I.c.id == param("issue_id"), _I.c.connection == param("connection"))
_OPEN = _I.c.closed.is_(None)
_RECORD = and_(_HERE, _I.c.procore_id == param("procore_id"), _I.c.quickbase_id == param("quickbase_id"))
_FRESH = (
    "scope", "link", "state", "reason", "procore_value", "quickbase_value",
    "waits_mapping", "waits_side", "waits_identity",
)  # fmt: skip

_RAISE = putting(
    _I,
    ["connection", *_NAMES[1:]],
    ["connection", "mapping", "procore_id", "quickbase_id", "field"],
    lambda new: {
        **{name: new[name] for name in _FRESH},
        "retry_at": case((new.retry_at > literal_column("0"), new.retry_at), else_=_I.c.retry_at),
    },
    where=text("closed IS NULL"),
    returning=True,
)
_ONE = Statement(lambda _: select(*_ALL).where(_THIS))
_ABOUT = Statement(
    lambda _: select(*_ALL).where(_RECORD, _OPEN).order_by(_I.c.id)  # the mapping's own: no record's
)
_CLOSE = changing(_I, ["closed"], _THIS, _OPEN)
_CLOSE_RECORD = changing(_I, ["closed"], _RECORD, _OPEN)
_CLOSE_FIELDS = Statement(
    lambda d: _I.update().where(_RECORD, _OPEN, among(_I.c.field, "ids", d)).values(closed=param("closed"))
)
_VERDICT = changing(_I, ["verdict"], _THIS, _OPEN)
_RETRY = Statement(
    lambda _: _I.update().where(_THIS).values(tries=_I.c.tries + 1, retry_at=param("retry_at"))
)


def _of(target: ColumnElement[Any]) -> Statement:
    return Statement(lambda d: select(*_ALL).where(_HERE, _OPEN, among(target, "ids", d)).order_by(_I.c.id))


_OF = {"procore": _of(_I.c.procore_id), "quickbase": _of(_I.c.quickbase_id)}
_WAITING = Statement(
    lambda d: (
        select(*_ALL)
        .where(_I.c.connection == param("connection"), _OPEN)
        .where(_I.c.waits_mapping == param("mapping"), _I.c.waits_side == param("side"))
        .where(among(_I.c.waits_identity, "ids", d))
        .order_by(_I.c.id)
    )
)
_ANYTHING = Statement(
    lambda _: (
        select(_I.c.id)
        .where(_I.c.connection == param("connection"), _OPEN)
        .where(or_(_I.c.mapping == param("mapping"), _I.c.waits_mapping == param("mapping")))
        .limit(1)
    )
)
_COUNT = Statement(lambda _: select(_I.c.state, func.count()).where(_HERE, _OPEN).group_by(_I.c.state))
_VERDICTS = Statement(lambda _: select(*_ALL).where(_HERE, _OPEN, _I.c.verdict != word("")).order_by(_I.c.id))


def _listing(*, mapping: bool, states: bool, open_only: bool) -> Statement:
    def build(dialect: str) -> Any:
        clause = select(*_ALL).where(_I.c.connection == param("connection"), _I.c.id > param("after"))
        if mapping:
            clause = clause.where(_I.c.mapping == param("mapping"))
        if states:
            clause = clause.where(among(_I.c.state, "states", dialect))
        if open_only:
            clause = clause.where(_OPEN)
        return clause.order_by(_I.c.id).limit(param("limit"))

    return Statement(build)


_LISTINGS = {
    (mapping, states, open_only): _listing(mapping=mapping, states=states, open_only=open_only)
    for mapping in (False, True)
    for states in (False, True)
    for open_only in (False, True)
}


def as_issue(row: Any) -> Issue:
    """A whole row as what callers see."""
    waits = (row[11], SIDES[row[12]], row[13]) if row[11] is not None else None
    columns: list[Any] = [*row[:9], unpack(row[9]), unpack(row[10]), waits, *row[14:]]
    return Issue(*columns)


class Issues(Part):
    """At most one issue is open for each (mapping, both identities, field)."""

    def raise_issue(self, new: NewIssue) -> int:
        """Open an issue, or refresh the open one in its place; answers its id."""
        mapping, side, identity = new.waits or (None, None, None)
        row = {
            "connection": self._connection, "mapping": new.mapping, "scope": new.scope,
            "link": new.link, "procore_id": new.procore_id, "quickbase_id": new.quickbase_id,
            "field": new.field, "state": new.state, "reason": new.reason,
            "procore_value": maybe_pack(new.procore_value),
            "quickbase_value": maybe_pack(new.quickbase_value),
            "waits_mapping": mapping, "waits_side": None if side is None else str(side),
            "waits_identity": identity, "stamp_procore": new.stamp_procore,
            "stamp_quickbase": new.stamp_quickbase, "since": self._clock.now(), "tries": 0,
            "retry_at": new.retry_at, "verdict": "", "closed": None,
        }  # fmt: skip
        return self._db.ids(_RAISE, [row])[0]

    def count_issues(self, mapping: str) -> dict[str, int]:
        """How many issues are open, by state."""
        return {str(state): int(number) for state, number in self._rows(_COUNT, mapping=mapping)}

    def issue(self, issue_id: int) -> Issue | None:
        """One issue, open or closed; None if there is none with this id."""
        rows = self._rows(_ONE, issue_id=issue_id)
        return as_issue(rows[0]) if rows else None

    def issues(
        self,
        mapping: str | None = None,
        states: Iterable[str] | None = None,
        open_only: bool = True,
        limit: int = 1000,
        after: int = 0,
    ) -> list[Issue]:
        """A page of issues in id order; go on with the last one's id as `after`."""
        statement = _LISTINGS[(mapping is not None, states is not None, open_only)]
        params: dict[str, Any] = {"limit": limit, "after": after}
        if mapping is not None:
            params["mapping"] = mapping
        if states is not None:
            params["states"] = pack(list(states))
        return [as_issue(row) for row in self._rows(statement, **params)]

    def issues_of(
        self, mapping: str, procore_ids: Sequence[str] = (), quickbase_ids: Sequence[str] = ()
    ) -> list[Issue]:
        """Open issues of records, by either identity; each issue once, in id order."""
        found: dict[int, Issue] = {}
        for side, identities in (("procore", procore_ids), ("quickbase", quickbase_ids)):
            for ids in chunks(identities):
                for row in self._rows(_OF[side], mapping=mapping, ids=ids):
                    found[row[0]] = as_issue(row)
        return [found[id] for id in sorted(found)]

    def about_mapping(self, mapping: str) -> list[Issue]:
        """Open issues that are about the mapping, or a rule of it, and about no record."""
        return [as_issue(row) for row in self._rows(_ABOUT, mapping=mapping, procore_id="", quickbase_id="")]

    def anything_open(self, mapping: str) -> bool:
        """Whether an open issue is about this mapping or waits for one of its records."""
        return bool(self._rows(_ANYTHING, mapping=mapping))

    def waiting_for(self, mapping: str, side: SideName, identities: Iterable[str]) -> list[Issue]:
        """Open issues, of any mapping, that wait for these records of `mapping` to be linked."""
        return [
            as_issue(row)
            for ids in chunks(identities)
            for row in self._rows(_WAITING, mapping=mapping, side=str(side), ids=ids)
        ]

    def close_issue(self, issue_id: int, at: float | None = None) -> None:
        """It is settled. A closed issue stays closed."""
        self._run(_CLOSE, issue_id=issue_id, closed=self._clock.now() if at is None else at)

    def close_issues(
        self,
        mapping: str,
        procore_id: str,
        quickbase_id: str,
        fields: Iterable[str] | None = None,
        at: float | None = None,
    ) -> int:
        """Close a record's open issues, of these fields or all; answers how many there were."""
        record = {"mapping": mapping, "procore_id": procore_id, "quickbase_id": quickbase_id}
        closed = self._clock.now() if at is None else at
        if fields is None:
            return self._run(_CLOSE_RECORD, **record, closed=closed)
        return sum(self._run(_CLOSE_FIELDS, **record, closed=closed, ids=ids) for ids in chunks(fields))

    def retry_issue(self, issue_id: int, retry_at: float) -> None:
        """It was tried once more in vain; try again at `retry_at`."""
        self._run(_RETRY, issue_id=issue_id, retry_at=retry_at)

    def set_verdict(self, issue_id: int, verdict: str) -> bool:
        """What a person said. False where the issue is not open any more."""
        return self._run(_VERDICT, issue_id=issue_id, verdict=verdict) > 0

    def verdicts(self, mapping: str) -> list[Issue]:
        """Open issues with a verdict, to be carried out."""
        return [as_issue(row) for row in self._rows(_VERDICTS, mapping=mapping)]
