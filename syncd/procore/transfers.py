"""Budget modifications of a company that uses budget changes (reference procore-api §8).

Procore answers 405 to every write of a modification there. A transfer becomes one budget change: a line
of type change_event for the budget line that gets the money, one of type budget_change with the opposite
amount for the line that gives it. It reads as a modification, by an id of its own form; its title ends
with a mark by which a create whose answer was lost is found. Modifications of old are read as ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from syncd.catalog.budget_changes import BUDGET_CHANGES, CHANGE_LINES
from syncd.catalog.resource import Resource
from syncd.clock import Clock
from syncd.errors import Forbidden, NotFound, Rejected
from syncd.http.message import Lane
from syncd.observe.logging import get_logger
from syncd.procore.answers import Row
from syncd.procore.change_lines import (
    FROM,
    LINES,
    MOVED,
    TO,
    as_modification,
    changed_lines,
    marked_in,
    new_lines,
    titled,
)
from syncd.procore.line_codes import LineCodes
from syncd.procore.ways import Listing

if TYPE_CHECKING:
    from syncd.procore.client import ProcoreClient, Written

__all__ = ["Transfers"]

LOOKED = 86_400.0
"""Seconds for which a project that shows no transfer of ours is not asked again, while nothing says that
the company uses budget changes."""

MOST_PAGES = 1_000
"""Pages of lines that are read of one project."""

_BARRED = 405
_log = get_logger("syncd.procore.transfers")


@dataclass(slots=True)
class Transfers:
    """One company's. `status` is that of a new change. What is found out is kept while the process lives."""

    client: ProcoreClient
    clock: Clock
    status: str
    codes: LineCodes = field(init=False)
    _barred: bool = False
    _nothing: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.codes = LineCodes(self.client, self.clock)

    def is_moved(self, id: str) -> bool:
        """Whether an id is that of a transfer which is a budget change."""
        return id.startswith(MOVED)

    # -- reading ----------------------------------------------------------------------

    def show(self, scope: str, id: str, lane: Lane) -> tuple[Row, float]:
        """One transfer as a modification, and when the request left. Raises NotFound, Forbidden."""
        row, sent = self.client.show(BUDGET_CHANGES, scope, id.removeprefix(MOVED), lane)
        return self._read(row, scope, lane), sent

    def listed(self, scope: str, lane: Lane) -> list[Row]:
        """The transfers of ours in a project, as modifications: one call for a hundred lines."""
        if not self._barred and self.clock.monotonic() < self._nothing.get(scope, 0.0):
            return []
        try:
            changes = self._by_lines(scope, lane)
        except (Forbidden, NotFound, Rejected):
            changes = self._one_by_one(scope, lane)
        found = [one for one in changes if marked_in(one)]
        if not found:
            self._nothing[scope] = self.clock.monotonic() + LOOKED
        else:
            self._barred = True
        return [self._read(one, scope, lane) for one in found]

    def _by_lines(self, scope: str, lane: Lane) -> list[Row]:
        """Changes put together from version 2.0's list of all lines."""
        changes: dict[str, Row] = {}
        listing = Listing(CHANGE_LINES, CHANGE_LINES.list, scope)
        for number in range(1, MOST_PAGES + 1):
            page = self.client.page(listing, number, lane)
            for line in page.rows:
                id = str(line.get("budget_change_id"))
                about = {"title": line.get("budget_change_name"), "status": line.get("budget_change_status")}
                changes.setdefault(id, {"id": id, **about, LINES: []})[LINES].append(line)
            if not page.rows or (not page.more if page.total is None else number * page.size >= page.total):
                break
        return list(changes.values())

    def _one_by_one(self, scope: str, lane: Lane) -> list[Row]:
        """Changes from their summaries, each of ours shown whole: where there is no list of lines. None,
        where there are no budget changes at all."""
        listing = Listing(BUDGET_CHANGES, BUDGET_CHANGES.list, scope, BUDGET_CHANGES.params)
        try:
            rows = [row for row in self.client.page(listing, 1, lane).rows if marked_in(row)]
        except (Forbidden, NotFound, Rejected):
            return []
        return [self.client.show(BUDGET_CHANGES, scope, str(row["id"]), lane)[0] for row in rows]

    def _read(self, change: Row, scope: str, lane: Lane) -> Row:
        return as_modification(change, lambda wbs: self.codes.line(scope, wbs, lane))

    # -- writing ----------------------------------------------------------------------

    def create(self, about: Resource, scope: str, body: Row, fresh_until: float, mark: str) -> Written:
        """A modification; a change, where Procore takes none. Only a 405, which did nothing, leads on."""
        if not self._barred:
            try:
                return self.client.carry_out(
                    self.client.calls.create(about, scope, body), about, scope, "", fresh_until
                )
            except Rejected as refused:
                self._learn(about, refused)
        sent = {
            "status": self.status,
            "title": titled(mark),
            LINES: new_lines(body, self._wbs_codes(scope, body)),
        }
        call = self.client.calls.create(BUDGET_CHANGES, scope, sent)
        return self._done(self.client.carry_out(call, BUDGET_CHANGES, scope, "", fresh_until), scope)

    def update(self, about: Resource, scope: str, id: str, body: Row, fresh_until: float) -> Written:
        """Change a modification, or the lines of the change that it became. Raises Rejected for one of old
        in a company that uses budget changes."""
        if not self.is_moved(id):
            return self._plainly(
                self.client.calls.update(about, scope, id, body), about, scope, id, fresh_until
            )
        wire = id.removeprefix(MOVED)
        now, _ = self.client.show(BUDGET_CHANGES, scope, wire, Lane.WRITE)
        sent = {LINES: changed_lines(now, body, self._wbs_codes(scope, body))}
        call = self.client.calls.update(BUDGET_CHANGES, scope, wire, sent)
        return self._done(self.client.carry_out(call, BUDGET_CHANGES, scope, wire, fresh_until), scope)

    def delete(self, about: Resource, scope: str, id: str, fresh_until: float) -> Written:
        """Delete a modification, or the change that it became."""
        if not self.is_moved(id):
            return self._plainly(self.client.calls.delete(about, scope, id), about, scope, id, fresh_until)
        wire = id.removeprefix(MOVED)
        call = self.client.calls.delete(BUDGET_CHANGES, scope, wire)
        return self.client.carry_out(call, BUDGET_CHANGES, scope, wire, fresh_until)

    def _plainly(self, call: Any, about: Resource, scope: str, id: str, fresh_until: float) -> Written:
        try:
            return self.client.carry_out(call, about, scope, id, fresh_until)
        except Rejected as refused:
            self._learn(about, refused)
            why = "Procore keeps budget modifications as they are since the company uses budget changes"
            refused.detail = f"{why}; make a new transfer instead"
            refused.message = f"{refused.detail}."
            raise

    def _learn(self, about: Resource, refused: Rejected) -> None:
        """Note that the company uses budget changes. Raises any other refusal."""
        if refused.status != _BARRED:
            raise refused
        if not self._barred:
            _log.warning("writes.moved", resource=about.name, to=about.moved_to, status=self.status)
        self._barred = True

    def _wbs_codes(self, scope: str, body: Row) -> dict[str, int]:
        """The WBS codes of the lines that a body names. Raises Rejected for one that is no line there, and
        where one line would give to itself."""
        found = {}
        for key in (TO, FROM):
            line = body.get(key)
            if line is None:
                continue
            wbs = self.codes.wbs(scope, str(line), Lane.WRITE)
            if wbs is None:
                words = f"budget line {line} is not in the budget of project {scope}, or has no WBS code"
                raise Rejected(f"{words}.", status=422, detail=words)
            found[key] = int(wbs)
        if len(found) > len(set(found.values())):
            words = f"budget line {body[TO]} cannot give money to itself: a transfer needs two lines"
            raise Rejected(f"{words}.", status=422, detail=words)
        return found

    def _done(self, written: Written, scope: str) -> Written:
        row = written.row
        return written if row is None else replace(written, row=self._read(row, scope, Lane.WRITE))
