"""Calls on apps, on the tables of an app, and on the people of the realm (§5, §9)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.quickbase.realm import App, Realm, Report
from syncd.sandbox.quickbase.table import Table
from syncd.sandbox.quickbase.wire import Call, Token, listing, mapping, refuse

__all__ = [
    "app_events",
    "create_app",
    "create_table",
    "delete_app",
    "delete_table",
    "get_app",
    "get_table",
    "list_tables",
    "list_users",
    "make_app",
    "make_table",
    "update_app",
    "update_table",
]


def _describe(app: App) -> dict[str, Any]:
    return {
        "id": app.id,
        "name": app.name,
        "description": app.description,
        "created": app.created[:19] + "Z",
        "updated": app.updated[:19] + "Z",
        "dateFormat": "MM-DD-YYYY",
        "timeZone": app.time_zone,
        "hasEveryoneOnTheInternet": False,
        "variables": app.variables,
        "dataClassification": "None",
        "securityProperties": app.security,
    }


def make_app(realm: Realm, name: str, assigned: list[Token]) -> App:
    """A new app, its tokens assigned and its owners administrators."""
    now = realm.stamp()
    app = App(realm.new_id("b"), name, now, now)
    realm.apps[app.id] = app
    for token in assigned:
        token.apps.add(app.id)
        token.admin_of.add(app.id)
    return app


def _name(body: dict[str, Any], key: str = "name") -> str:
    name = body.get(key)
    if not isinstance(name, str) or not name.strip():
        raise refuse(f"'{key}' is required.")
    return name


def _settings(app: App, body: dict[str, Any]) -> None:
    app.description = str(body.get("description", app.description))
    app.variables = listing(body.get("variables", app.variables), "variables")
    app.security = {**app.security, **mapping(body.get("securityProperties"), "securityProperties")}


def create_app(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /apps`; with `assignToken` the calling token may use the app at once."""
    body = call.body()
    app = make_app(realm, _name(body), [call.token] if body.get("assignToken") else [])
    call.token.admin_of.add(app.id)
    _settings(app, body)
    return _describe(app)


def get_app(realm: Realm, call: Call) -> dict[str, Any]:
    """`GET /apps/{appId}`."""
    return _describe(realm.app(call.args["app"], call.token))


def update_app(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /apps/{appId}`."""
    app = realm.app(call.args["app"], call.token)
    body = call.body()
    if "name" in body:
        app.name = _name(body)
    _settings(app, body)
    app.updated = realm.stamp()
    return _describe(app)


def delete_app(realm: Realm, call: Call) -> dict[str, Any]:
    """`DELETE /apps/{appId}`: the name in the body has to match."""
    app = realm.app(call.args["app"], call.token)
    if call.body().get("name") != app.name:
        raise refuse("The name does not match the app's name.")
    for dbid in [one.dbid for one in realm.tables.values() if one.app_id == app.id]:
        del realm.tables[dbid]
    del realm.apps[app.id]
    return {"deletedAppId": app.id}


def app_events(realm: Realm, call: Call) -> list[dict[str, Any]]:
    """`GET /apps/{appId}/events`: what else reacts to changes."""
    return realm.app(call.args["app"], call.token).events


def make_table(realm: Realm, app_id: str, name: str) -> Table:
    """A new table with its built-in fields and the two reports every table starts with."""
    table = Table(realm.new_id("b"), app_id, name, realm.stamp())
    table.index_deletes = realm.switches.index_deletes
    realm.tables[table.dbid] = table
    newest = [{"fieldId": 2, "order": "DESC"}]
    realm.reports[table.dbid] = [Report("1", "List All"), Report("2", "List Changes", sort=newest)]
    return table


def list_tables(realm: Realm, call: Call) -> list[dict[str, Any]]:
    """`GET /tables?appId=`."""
    app = realm.app(call.needed("appId"), call.token)
    return [one.describe() for one in realm.tables.values() if one.app_id == app.id]


def _named(table: Table, body: dict[str, Any]) -> dict[str, Any]:
    table.single = str(body.get("singleRecordName", table.single))
    table.plural = str(body.get("pluralRecordName", table.plural))
    table.description = str(body.get("description", table.description))
    return table.describe()


def create_table(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /tables?appId=`; fields are added afterwards."""
    app = realm.app(call.needed("appId"), call.token)
    body = call.body()
    return _named(make_table(realm, app.id, _name(body)), body)


def _of_app(realm: Realm, call: Call) -> Table:
    """The table of the path, which has to belong to the app of the query."""
    app_id = call.needed("appId")
    table = realm.table(call.args["table"], call.token)
    if table.app_id != app_id:
        raise refuse(f"Table {table.dbid} was not found in app {app_id}.", 404, "Not found")
    return table


def get_table(realm: Realm, call: Call) -> dict[str, Any]:
    """`GET /tables/{tableId}?appId=`."""
    return _of_app(realm, call).describe()


def update_table(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /tables/{tableId}?appId=`."""
    table = _of_app(realm, call)
    body = call.body()
    if "name" in body:
        table.name = _name(body)
    table.updated = realm.stamp()
    return _named(table, body)


def delete_table(realm: Realm, call: Call) -> dict[str, Any]:
    """`DELETE /tables/{tableId}?appId=`."""
    table = _of_app(realm, call)
    del realm.tables[table.dbid]
    realm.schema_changed()
    return {"deletedTableId": table.dbid}


def list_users(realm: Realm, call: Call) -> dict[str, Any]:
    """`POST /users`: the people of the realm, or those with the e-mail addresses asked for."""
    wanted = {str(one).lower() for one in listing(call.body().get("emails"), "emails")}
    users = [
        {
            "userName": one.user_name,
            "firstName": one.name.partition(" ")[0],
            "lastName": one.name.partition(" ")[2],
            "emailAddress": one.email,
            "hashId": one.id,
        }
        for one in realm.people.values()
        if not wanted or one.email.lower() in wanted
    ]
    return {"users": users, "metadata": {"nextPageToken": ""}}
