"""The world of a catalogue seed: a few drawn resources in both vendors, and people at work."""

from __future__ import annotations

import re
from typing import Any

from syncd.sandbox.message import Request, Response
from tests.proof.catalogue.content import Paper, sum_of
from tests.proof.catalogue.draw import CatalogueSetup, draw
from tests.proof.catalogue.meaning import Sort, Word, plain
from tests.proof.catalogue.people import People
from tests.proof.catalogue.stock import CODES, furnish, give_lists
from tests.proof.catalogue.writes import WriteWatch
from tests.proof.stack_frame import Frame

__all__ = ["CatalogueWorld"]

_SHOWN = re.compile(r"/submittals/\d+$")

KEY = "Procore ID"


class CatalogueWorld(Frame):
    """One seed's world. `only` names a resource that it must be about."""

    people: People
    watch: WriteWatch
    setup: CatalogueSetup

    def __init__(
        self, seed: int, *, only: str = "", trace: bool = False, setup: CatalogueSetup | None = None
    ) -> None:
        self.sorts: tuple[Sort, ...] = ()
        self.shows: set[int] = set()
        self.papers = 0
        super().__init__(seed, setup or draw(seed, only), trace=trace)

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools of the resources that are here."""
        return tuple(dict.fromkeys(one.tool for one in self.sorts if one.tool)) or ("rfis",)

    def _furnish(self) -> None:
        self.sorts = self.setup.sorts
        sim, quickbase = self.sandbox.procore, self.sandbox.quickbase
        self.custom = give_lists(sim, self.sorts)
        self._dbids, self._fids = furnish(quickbase, self.sorts, index_deletes=self.setup.index_deletes)
        quickbase.page_rows = self.setup.page_rows
        self.codes = [f"c{number}" for number in range(1, CODES + 1)]

    def _people(self) -> People:
        return People(self)

    def _watch(self) -> WriteWatch:
        return WriteWatch(self)

    def handle(self, request: Request) -> Response:
        """One call of syncd; a submittal that is shown shows its approvers too."""
        answer = super().handle(request)
        last = self.sandbox.history.events[-1]
        if request.method == "GET" and _SHOWN.search(request.path) and last.table == "submittals":
            self.shows.add(last.request)
        return answer

    def _populate(self) -> None:
        """Pairs that exist on both sides, equal and unlinked, and lone records; projects always."""
        rng = self.dice.at("start", 1_000_000)
        for sort in self.sorts:
            twins = max(1, self.setup.twins) if sort.resource == "projects" else self.setup.twins
            for _ in range(twins if sort.match else 0):
                self._by_people(lambda s=sort: self.people.twin(s, rng))
            for side, count in zip(("procore", "quickbase"), self.setup.lone, strict=True):
                for _ in range(count if side == "procore" or sort.made else 0):
                    self._by_people(lambda s=sort, one=side: self.people.make(s, one, rng))

    # -- what there is ----------------------------------------------------------------

    def sort(self, resource: str) -> Sort:
        """The sort of that resource. Raises StopIteration."""
        return next(one for one in self.sorts if one.resource == resource)

    def has(self, resource: str) -> bool:
        """Whether that resource is in this world."""
        return any(one.resource == resource for one in self.sorts)

    def dbid(self, sort: Sort) -> str:
        """The Quickbase table's id."""
        return self._dbids[sort.resource]

    def fid(self, sort: Sort, label: str) -> str:
        """The field id of that label, as rows are kept by."""
        return self._fids[sort.resource, label]

    def rows(self, sort: Sort) -> dict[int, dict[str, Any]]:
        """Quickbase's rows now, by record id, as stored."""
        home = self.sandbox.quickbase.state.tables[self.dbid(sort)]
        return {rid: version.values for rid, version in home.rows.items()}

    def records(self, sort: Sort) -> dict[int, dict[str, Any]]:
        """Procore's records now, by the simulator's own id, as stored."""
        rows = self.sandbox.procore.rows(sort.sim)
        return {key: row for key, row in rows.items() if not row.get("deleted")}

    def identity(self, sort: Sort, record: int) -> str:
        """How Procore's record is named on the outside: within its project and parent, members by
        who they are."""
        state = self.sandbox.procore.state
        found = state.tables[sort.sim].find(record)
        assert found is not None, (sort.resource, record)
        member = {"project-users": "user", "project-vendors": "vendor"}.get(sort.resource)
        name = str(found.now.values[member]) if member else str(record)
        if not sort.home:
            return name
        if sort.home == "projects":
            return f"{found.scope}/{name}"
        above = state.tables[self.sort(sort.home).sim].find(found.scope)
        return f"{above.scope if above else 0}/{found.scope}/{name}"

    def named(self, sort: Sort, identity: str) -> int:
        """The simulator's id of the living record of that name, 0 if there is none."""
        return next((one for one in self.records(sort) if self.identity(sort, one) == identity), 0)

    def key_of(self, sort: Sort, row: dict[str, Any] | None) -> str:
        """What a Quickbase row's key field holds."""
        return str((row or {}).get(self.fid(sort, KEY)) or "")

    # -- values -----------------------------------------------------------------------

    def stored(self, sort: Sort, word: Word, values: dict[str, Any]) -> Any:
        """What Procore's record holds in that field, ids still as ids."""
        if word.custom:
            return values.get(f"custom_field_{self.custom[sort.resource, word.procore]}")
        outer, _, inner = word.field.partition(".")
        found = values.get(outer)
        return (found or {}).get(inner) if inner else found

    def paper(self, word: Word, values: dict[str, Any]) -> Paper | None:
        """What a file of Procore holds: its newest version's bytes."""
        held = values.get(word.field)
        if not held:
            return None
        name, upload = (
            (values["filename"], held) if isinstance(held, str) else (values["name"], held[0]["upload"])
        )
        found = self.sandbox.procore.state.storage.named(upload)
        assert found is not None, "what a record names is kept"
        return Paper(name, found.content)

    def said(self, sort: Sort, word: Word, raw: Any) -> Any:
        """Ids of people and of small lists as the words that a rule says them by."""
        if raw is None or word.kind not in ("name", "names", "person", "people"):
            return raw
        if isinstance(raw, (tuple, list)):
            return [self._called(sort, word, one) for one in raw]
        return self._called(sort, word, raw)

    def _called(self, sort: Sort, word: Word, number: int) -> str:
        state = self.sandbox.procore.state
        if word.kind in ("person", "people"):
            return str(state.tables["users"].records[number].now.values["email_address"])
        if word.custom:
            return state.options[f"custom_field_{self.custom[sort.resource, word.procore]}"][number]
        if word.options in state.tables:
            return str(state.tables[word.options].records[number].now.values["name"])
        if word.by == "full_code":
            return str(state.options.more[number]["full_code"])
        return state.options[word.options][number]

    def procore_value(self, sort: Sort, word: Word, values: dict[str, Any]) -> Any:
        """What a stored record means in that field; references stay ids."""
        if word.kind == "file":
            paper = self.paper(word, values)
            return sum_of(paper.data) if paper else None
        return plain("id" if word.ref else word.kind, self.said(sort, word, self.stored(sort, word, values)))
