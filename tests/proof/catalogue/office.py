"""The doors through which people reach the two vendors' records: one place that knows how.

A refusal of a vendor is `Refused`; then nothing happened.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from syncd.sandbox.message import Request
from syncd.sandbox.procore.uploads import keep
from syncd.sandbox.procore.wire import Call, Refusal
from tests.proof.catalogue.content import Paper
from tests.proof.catalogue.meaning import Sort, Word

if TYPE_CHECKING:
    from tests.proof.catalogue.world import CatalogueWorld

__all__ = ["Office", "Refused"]


class Refused(Exception):
    """A vendor did not take what a person wrote."""


def refusable(deed: Callable[..., Any]) -> Callable[..., Any]:
    """Turn both vendors' refusals into one."""

    def done(*args: Any) -> Any:
        try:
            return deed(*args)
        except (Refusal, ValueError) as error:
            raise Refused(str(error) or repr(error)) from error

    return done


class Office:
    """Writing as the person credential."""

    def __init__(self, world: CatalogueWorld) -> None:
        self.world = world
        self.sim = world.sandbox.procore
        self.forms = world.sandbox.quickbase

    # -- Quickbase ------------------------------------------------------------------------

    @refusable
    def new_row(self, sort: Sort, sent: dict[Word, Any]) -> int:
        """A new row; its record id."""
        row = {self.world.fid(sort, one.quickbase): self._cell(one, value) for one, value in sent.items()}
        filled = {key: value for key, value in row.items() if value not in (None, "")}
        return self.forms.upsert(self.world.dbid(sort), [filled])[0]

    @refusable
    def change_row(self, sort: Sort, rid: int, sent: dict[Word, Any]) -> None:
        """Change a row. A file that is emptied loses its newest version, or the only one."""
        for word in [one for one, value in sent.items() if one.kind == "file" and value is None]:
            self._detach(sort, rid, word)
            sent = {one: value for one, value in sent.items() if one is not word}
        if not sent:
            return
        row = {self.world.fid(sort, one.quickbase): self._cell(one, value) for one, value in sent.items()}
        self.forms.upsert(self.world.dbid(sort), [{"3": rid, **row}], merge=3)

    def _detach(self, sort: Sort, rid: int, word: Word) -> None:
        """Delete a row's newest version. Nobody attaches another within the second: it would have the same
        number and time, and could be told from the deleted one by nothing."""
        realm, key = self.forms.state, self.world.fid(sort, word.quickbase)
        table = realm.tables[self.world.dbid(sort)]
        if rid not in table.rows:
            raise Refusal(404, "is gone")
        versions = table.rows[rid].values.get(key) or ()
        if versions:
            realm.write(table, rid, {key: versions[:-1]}, realm.by_credential("person"))
            self.world.clock.advance(1.0)

    def _cell(self, word: Word, value: Any) -> Any:
        """Emptying a field takes the form that this realm understands."""
        if isinstance(value, Paper):
            return {"fileName": value.name, "data": base64.b64encode(value.data).decode()}
        if value is None:
            return None if self.world.setup.switches.quickbase.null_write == "clear" else ""
        if word.column == "multitext":
            return list(value)
        if isinstance(value, list):
            return "; ".join(value)
        return float(value) if word.kind == "money" else value

    # -- Procore --------------------------------------------------------------------------

    @refusable
    def new(self, sort: Sort, sent: dict[Word, Any]) -> int:
        """A new record; its id in the simulator."""
        scope = next((value for one, value in sent.items() if one.kind == "home"), 0) or 0
        body = self._body(
            sort, {one: value for one, value in sent.items() if one.kind != "home"}, None, scope
        )
        if sort.resource in ("files", "images"):
            body.setdefault("upload_uuid", self._upload(scope, Paper("given.bin", b"%PDF")))
        if sort.resource == "rfis":
            body.setdefault("question", {"body": "Why?"})
        if sort.resource == "budget-changes":
            return self._change(scope, 0, body)
        if sort.pair and self._member(sort, scope, body):
            raise Refusal(422, "is there already")
        if sort.resource == "users":
            body.pop("invited", None)
        return self.sim.put(sort.sim, body, scope=scope)

    @refusable
    def change(self, sort: Sort, number: int, sent: dict[Word, Any]) -> None:
        """Change a record."""
        if not self.world.records(sort).get(number):
            raise Refusal(404, "is gone")
        if any(one.procore == "budget_locked" for one in sent):
            self._lock(number, next(v for one, v in sent.items() if one.procore == "budget_locked"))
        if any(one.procore == "invited" and value for one, value in sent.items()):
            self._invite(number)
        plain = {one: v for one, v in sent.items() if one.procore not in ("budget_locked", "invited")}
        body = self._body(sort, plain, number, self.sim.scope_of(sort.sim, number))
        if not body:
            return
        if sort.resource == "budget-changes":
            self._change(self.sim.scope_of(sort.sim, number), number, body)
            return
        if sort.resource == "submittal-approvers" and body.get("submittal_response_id", "") is None:
            raise Refusal(400, "cannot be cleared")
        self.sim.put(sort.sim, body, record=number)

    @refusable
    def delete(self, sort: Sort, number: int) -> None:
        """Delete a record, with what goes with it."""
        if sort.resource in ("albums", "folders", "purchase-orders", "budget-line-items"):
            about = self.sim.state.resources[sort.sim]
            run = next(one.run for one in about.endpoints if one.method == "DELETE" and one.run is not None)
            call = Call(Request("DELETE", "/"), self.sim.who["person"], (number,), None)
            run(self.sim.state, about, call, {"id": number}, self.sim.scope_of(sort.sim, number))
        elif "deleted" in self.sim.rows(sort.sim)[number]:
            self.sim.recycle(sort.sim, number)
        else:
            self.sim.drop(sort.sim, number)

    def _upload(self, project: int, paper: Paper) -> str:
        """Bring bytes to Procore's storage; what a record names them by."""
        return keep(self.sim.state, self.sim.who["person"].user_id, project, paper.name, paper.data)

    def _body(self, sort: Sort, sent: dict[Word, Any], record: int | None, scope: int) -> dict[str, Any]:
        """The keys and ids that Procore's writes have, for values in words."""
        body: dict[str, Any] = {}
        old = self.sim.rows(sort.sim)[record] if record else {}
        for word, value in sent.items():
            outer, _, inner = word.field.partition(".")
            if isinstance(value, Paper):
                body["upload_uuid"] = self._upload(scope, value)
            elif inner:
                before = body.get(outer) or old.get(outer) or {"status": None, "value": None}
                body[outer] = {
                    **before,
                    inner: float(value) if isinstance(value, str) and word.kind == "money" else value,
                }
            elif word.once:
                body[outer] = {"body": value}
            elif word.custom:
                body[f"custom_field_{self.world.custom[sort.resource, word.procore]}"] = self._ids(
                    sort, word, value
                )
            else:
                body[word.key] = self._ids(sort, word, value)
        return body

    def _ids(self, sort: Sort, word: Word, value: Any) -> Any:
        """The ids that words stand for."""
        if value is None or word.ref or word.kind not in ("name", "names", "person", "people"):
            return value
        if isinstance(value, list):
            return [self._id(sort, word, one) for one in value]
        return self._id(sort, word, value)

    def _id(self, sort: Sort, word: Word, text: str) -> int:
        state = self.sim.state
        if word.kind in ("person", "people"):
            return _keyed(self.sim.rows("users"), "email_address", text)
        if word.custom:
            return self.sim.custom_entries(self.world.custom[sort.resource, word.procore])[text]
        if word.options in state.tables:
            return _keyed(self.sim.rows(word.options), "name", text)
        if word.by == "full_code":
            return next(one for one, more in state.options.more.items() if more.get("full_code") == text)
        return next(key for key, name in state.options[word.options].items() if name == text)

    def _member(self, sort: Sort, scope: int, body: dict[str, Any]) -> bool:
        """Whether somebody is in the project as that already."""
        words = [sort.word(name) for name in sort.pair if name != "project"]
        there = self.sim.state.tables[sort.sim].within(scope).values()
        return any(all(one.now.values[w.field] == body[w.key] for w in words) for one in there)

    def _lock(self, project: int, on: bool) -> None:
        state: Any = self.sim.state
        record = state.tables["budgets"].records[project]
        if record.now.values["locked"] is not on:
            values = {**record.now.values, "locked": on}
            state.store(state.resources["budgets"], record, project, values, self.sim.who["person"])

    def _invite(self, user: int) -> None:
        state: Any = self.sim.state
        record = state.tables["users"].records[user]
        values = record.now.values
        sent = {"welcome_email_sent_at": state.stamp(), "invitations": values["invitations"] + 1}
        state.store(state.resources["users"], record, 0, {**values, **sent}, self.sim.who["person"])

    def _change(self, project: int, number: int, body: dict[str, Any]) -> int:
        """A budget change, which has calls of its own; its id."""
        state, who = self.sim.state, self.sim.who["person"]
        about = state.resources["budget_changes"]
        method = "PATCH" if number else "POST"
        run = next(one.run for one in about.endpoints if one.method == method and one.run is not None)
        call = Call(Request(method, "/"), who, (number,), None, _json=body)
        before = set(self.sim.rows("budget_changes"))
        run(state, about, call, {"id": number}, project)
        return number or next(iter(set(self.sim.rows("budget_changes")) - before))


def _keyed(rows: dict[int, dict[str, Any]], field: str, text: str) -> int:
    found = (one for one, row in rows.items() if str(row[field]).casefold() == text.casefold())
    number = next(found, 0)
    if not number:
        raise Refusal(422, f"{text} is nobody")
    return number
