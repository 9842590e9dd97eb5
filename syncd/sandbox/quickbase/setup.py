"""Setting the realm up directly: what seeding and tests do without going through the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from syncd.sandbox.quickbase.apps import make_app, make_table
from syncd.sandbox.quickbase.fields import change_field, make_field
from syncd.sandbox.quickbase.realm import Realm, Report
from syncd.sandbox.quickbase.relationships import add_lookup, make_relationship
from syncd.sandbox.quickbase.shapes import renderer
from syncd.sandbox.quickbase.table import Table
from syncd.sandbox.quickbase.upsert import apply, erase

__all__ = ["Setup"]


class Setup:
    """The realm's administrator. Records are named by field id, its text, or the field's label.

    Everything here raises what the API would refuse with (Refusal), KeyError for names that
    are not there, ValueError for records that a field does not take.
    """

    realm = "sandbox.quickbase.example"

    def __init__(self, state: Realm) -> None:
        self.state = state
        service = state.add_person("Sync Service", "sync@sandbox.example", "sync.service")
        person = state.add_person("Demo Person", "person@sandbox.example", "demo.person")
        self.app_id = ""
        self.user_token = state.add_token("syncd", service).text
        self.person_token = state.add_token("person", person).text

    def table(self, table: str) -> Table:
        """A table by dbid or name. Raises KeyError."""
        found = self.state.tables.get(table)
        if found is not None:
            return found
        for one in self.state.tables.values():
            if one.name == table:
                return one
        raise KeyError(f"There is no table '{table}'.")

    def create_app(self, name: str) -> str:
        """An app that both tokens may use; the first one is `app_id`."""
        app = make_app(self.state, name, list(self.state.tokens.values()))
        self.app_id = self.app_id or app.id
        return app.id

    def create_table(self, app_id: str, name: str, *, index_deletes: bool | None = None) -> str:
        """A table; `index_deletes` makes modifiedSince list deletes (default: the switch)."""
        table = make_table(self.state, app_id, name)
        table.single = name.removesuffix("s")
        if index_deletes is not None:
            table.index_deletes = index_deletes
        return table.dbid

    def index_deletes(self, table: str, on: bool) -> None:
        """Turn the table's index of record changes on or off."""
        self.table(table).index_deletes = on

    def create_field(self, table: str, label: str, type: str, **properties: Any) -> int:
        """A field; `properties` such as `choices` or `decimalPlaces`, and `unique`, `required`."""
        rules: dict[str, Any] = {
            one: properties.pop(one) for one in ("unique", "required") if one in properties
        }
        home = self.table(table)
        about = make_field(self.state, home, label, type, properties)
        if rules:
            change_field(self.state, home, about, rules)
        return about.fid

    def set_field(self, table: str, fid: int | str, **changes: Any) -> None:
        """Change `unique`, `required`, `label` or, by `properties={…}`, a property."""
        home = self.table(table)
        change_field(self.state, home, home.fields[self.fid(table, fid)], changes)

    def set_key_field(self, table: str, field: int | str) -> None:
        """Make a unique field the key, as an administrator does in the user interface (§4.1)."""
        home = self.table(table)
        about = home.fields[self.fid(table, field)]
        if not about.unique:
            raise ValueError(f"Field '{about.label}' has to be unique to become the key field.")
        home.key_fid = about.fid

    def fid(self, table: str, field: int | str) -> int:
        """A field's id by id, its text, or label. Raises KeyError."""
        home = self.table(table)
        if isinstance(field, str) and not field.isdigit():
            return home.labelled(field).fid
        return home.fields[int(field)].fid

    def create_relationship(
        self, child: str, parent: str, label: str = "", lookups: Iterable[int | str] = ()
    ) -> int:
        """A reference field of the child that holds the parent's record id; its id."""
        below, above = self.table(child), self.table(parent)
        link = make_relationship(self.state, below, above, label or f"Related {above.single}")
        for field in lookups:
            add_lookup(self.state, link, above.fields[self.fid(parent, field)])
        return link.fid

    def create_report(self, table: str, name: str, where: str = "", columns: Iterable[int] = ()) -> str:
        """A saved report; its id."""
        reports = self.state.reports[self.table(table).dbid]
        reports.append(Report(str(len(reports) + 1), name, where=where, columns=list(columns)))
        return reports[-1].id

    def upsert(
        self,
        table: str,
        records: Iterable[Mapping[Any, Any]],
        *,
        credential: str = "person",
        merge: int | str | None = None,
    ) -> list[int]:
        """Create or change records as the API would; their ids in the order given.

        Raises ValueError with the line errors if any record was not taken.
        """
        home = self.table(table)
        bare = [{str(self.fid(table, key)): value for key, value in one.items()} for one in records]
        field = None if merge is None else self.fid(table, merge)
        outcome = apply(self.state, home, bare, self.state.by_credential(credential), field)
        if outcome.errors:
            raise ValueError(f"Table {home.name} did not take the records: {outcome.errors}")
        return outcome.done

    def delete(self, table: str, ids: Iterable[int], *, credential: str = "person") -> int:
        """Delete records by id; how many there were."""
        wanted = list(ids)
        if not wanted:
            return 0
        return erase(self.state, self.table(table), wanted, self.state.by_credential(credential))

    def rows(self, table: str) -> dict[int, dict[int, Any]]:
        """Every record as it would be read now: record id → field id → value."""
        home = self.table(table)
        render = renderer(self.state, home, tuple(home.fields))
        return {
            rid: {int(key): cell["value"] for key, cell in render(version.values).items()}
            for rid, version in home.rows.items()
        }

    def add_event(self, app_id: str, name: str, type: str = "webhook", *, active: bool = True) -> None:
        """Something else that reacts to changes in the app, for `GET /apps/{id}/events`."""
        owner = next(iter(self.state.people.values())).wire()
        event = {
            "isActive": active,
            "type": type,
            "name": name,
            "owner": owner,
            "url": "https://hook.example/x",
        }
        self.state.apps[app_id].events.append(event)

    def add_person(self, name: str, email: str, user_name: str = "") -> str:
        """One more user of the realm; the id that user fields hold."""
        return self.state.add_person(name, email, user_name or email.partition("@")[0]).id

    def withdraw(self, credential: str, app_id: str | None = None) -> None:
        """Take the token off an app (default: the first one)."""
        self.state.by_credential(credential).apps.discard(app_id or self.app_id)

    def assign(self, credential: str, app_id: str | None = None) -> None:
        """Assign the token to an app (default: the first one)."""
        self.state.by_credential(credential).apps.add(app_id or self.app_id)

    def set_admin(self, credential: str, on: bool, app_id: str | None = None) -> None:
        """Give or take administrator rights on an app."""
        rights = self.state.by_credential(credential).admin_of
        (rights.add if on else rights.discard)(app_id or self.app_id)

    def set_active(self, credential: str, on: bool) -> None:
        """Revoke the token, or let it work again."""
        self.state.by_credential(credential).active = on
