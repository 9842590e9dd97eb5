"""One Quickbase realm: its apps, tables, people and tokens, and the one way records change."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from syncd.clock import Clock
from syncd.sandbox.quickbase.field import Field
from syncd.sandbox.quickbase.moments import stamp
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sandbox.quickbase.table import Table, Version
from syncd.sandbox.quickbase.values import Rules
from syncd.sandbox.quickbase.wire import Person, Token, refuse

__all__ = ["App", "HistorySink", "Realm", "Report"]


class HistorySink(Protocol):
    """Where the ground truth goes: the frame's history."""

    def add(
        self,
        vendor: str,
        credential: str,
        kind: str,
        table: str,
        record: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        version: int | None = None,
    ) -> int:
        """Append one event and give its number; a `read` names the version it served."""


@dataclass(slots=True)
class App:
    """An application: a set of tables with a name and settings."""

    id: str
    name: str
    created: str
    updated: str
    description: str = ""
    time_zone: str = "(UTC-05:00) Eastern Time (US & Canada)"
    variables: list[dict[str, str]] = field(default_factory=list)
    security: dict[str, bool] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """A saved query of a table."""

    id: str
    name: str
    description: str = ""
    where: str = ""
    columns: list[int] = field(default_factory=list)
    sort: list[dict[str, Any]] = field(default_factory=list)
    used: int = 0
    used_last: str = ""


class Realm:
    """All state of the simulator. Times of the vendor are the clock's plus `skew` seconds."""

    def __init__(
        self, clock: Clock, seed: int, switches: QuickbaseSwitches, history: HistorySink | None, skew: float
    ) -> None:
        self.clock = clock
        self.skew = skew
        self.switches = switches
        self.history = history
        self.rng = random.Random(seed)
        self.apps: dict[str, App] = {}
        self.tables: dict[str, Table] = {}
        self.reports: dict[str, list[Report]] = {}
        self.tokens: dict[str, Token] = {}
        self.people: dict[str, Person] = {}
        self.rules = Rules(switches, self.people)
        self.page_bytes = 4_000_000
        self.page_rows = switches.page_rows
        self._seq = 0

    def now(self) -> float:
        """The vendor's own idea of the time, in epoch seconds."""
        return self.clock.now() + self.skew

    def stamp(self) -> str:
        """The vendor's time as an instant."""
        return stamp(self.now())

    def new_id(self, prefix: str, length: int = 8) -> str:
        """A dbid, token or user id that the seed decides."""
        return prefix + "".join(self.rng.choices("abcdefghijkmnpqrstuvwxyz23456789", k=length))

    def add_person(self, name: str, email: str, user_name: str) -> Person:
        """A user of the realm, who may then stand in user fields."""
        number = self.rng.randrange(10_000_000, 99_999_999)
        person = Person(f"{number}.{self.new_id('', 4)}", name, email, user_name)
        self.people[person.id] = person
        for known in (email, user_name, name):
            self.rules.by_name[known.lower()] = person.id
        return person

    def add_token(self, credential: str, owner: Person) -> Token:
        """A user token, not yet assigned to any app."""
        token = Token(
            f"{self.new_id('b', 6)}_{self.new_id('', 4)}_0_{self.new_id('', 24)}", credential, owner
        )
        self.tokens[token.text] = token
        return token

    def by_credential(self, credential: str) -> Token:
        """The token of `syncd` or `person`. Raises KeyError."""
        for token in self.tokens.values():
            if token.credential == credential:
                return token
        raise KeyError(credential)

    def app(self, app_id: str, token: Token) -> App:
        """An app the token may use. Raises Refusal (404, or as `unassigned_token` says)."""
        app = self.apps.get(app_id)
        if app is None:
            raise refuse(f"App {app_id} was not found.", 404, "Not found")
        if app_id not in token.apps:
            raise refuse(
                "User token is not assigned to this app.", self.switches.unassigned_token, "Access denied"
            )
        return app

    def table(self, dbid: Any, token: Token) -> Table:
        """A table of an app the token may use. Raises Refusal as `app` does, or 400 for no id."""
        if not isinstance(dbid, str) or not dbid:
            raise refuse("A table id is needed.")
        table = self.tables.get(dbid)
        if table is None:
            raise refuse(f"Table {dbid} was not found.", 404, "Not found")
        self.app(table.app_id, token)
        return table

    def schema_changed(self, table: Table | None = None) -> None:
        """Forget what was prepared from the old schema; derived fields reach across tables."""
        if table is not None:
            table.updated = self.stamp()
        for one in self.tables.values():
            one.getters.clear()
            one.renderers.clear()

    def seen_at(self, as_of: float | None, lag: float) -> float | None:
        """The monotonic time whose state a read shows: the past that was asked for, or the lag's.

        None is the present. Versions are kept by monotonic time, so that a step of the wall
        clock neither hides nor reveals anything.
        """
        if as_of is None and lag <= 0:
            return None
        age = 0.0 if as_of is None else self.clock.now() - as_of
        return self.clock.monotonic() - max(age, lag)

    def write(self, table: Table, rid: int | None, changed: dict[str, Any], token: Token) -> int:
        """Create (`rid` None) or change a record, set the built-in fields, tell the history."""
        now = self.stamp()
        before = table.rows[rid].values if rid is not None else None
        if before is None or rid is None:
            rid = table.next_rid
            table.next_rid += 1
            blanks = {"1": now, "2": now, "3": rid, "4": token.owner.id, "5": token.owner.id}
            after = {**blanks, **changed}
        else:
            after = {**before, **changed, "2": now, "5": token.owner.id}
        seq = self._tell(token, "update" if before else "create", table, rid, before, after)
        table.put(rid, Version(seq, self.clock.monotonic(), after))
        return rid

    def erase(self, table: Table, rid: int, token: Token) -> None:
        """Delete a record for good; there is no recycle bin."""
        before = table.rows[rid].values
        seq = self._tell(token, "delete", table, rid, before, None)
        table.put(rid, Version(seq, self.clock.monotonic(), {}, gone=True))
        table.note_delete(rid, self.stamp())

    def served(self, table: Table, shown: Iterable[tuple[int, Version]], token: Token) -> None:
        """Tell the history which version of which record a response carries."""
        if self.history is None:
            return
        for rid, version in shown:
            self.history.add("quickbase", token.credential, "read", table.dbid, str(rid), version=version.seq)

    def _tell(
        self,
        token: Token,
        kind: str,
        table: Table,
        rid: int,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
    ) -> int:
        if self.history is None:
            self._seq += 1
            return self._seq
        return self.history.add("quickbase", token.credential, kind, table.dbid, str(rid), before, after)

    def chosen(self, table: Table, fids: Iterable[Any]) -> list[Field]:
        """The fields a call selects, unknown ones as `unknown_select` says (400, 404, left out)."""
        found = []
        for fid in fids:
            about = table.by_key.get(str(fid))
            if about is not None:
                found.append(about)
            elif self.switches.unknown_select != "ignored":
                status = int(self.switches.unknown_select)
                raise refuse(f"Field {fid} was not found in table {table.dbid}.", status)
        return found
