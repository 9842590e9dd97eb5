"""How stored values read on the wire, and how a row with chosen fields becomes JSON (§4.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from syncd.sandbox.quickbase.derived import getter
from syncd.sandbox.quickbase.field import Field
from syncd.sandbox.quickbase.table import Row, Table

if TYPE_CHECKING:
    from syncd.sandbox.quickbase.realm import Realm

__all__ = ["Renderer", "renderer"]

Renderer = Callable[[Row], dict[str, Any]]
Show = Callable[[Any], Any]


def renderer(realm: Realm, table: Table, fids: tuple[int, ...]) -> Renderer:
    """A function from a row to `{"<fid>": {"value": …}}`, kept until the schema changes."""
    found: Renderer | None = table.renderers.get(fids)
    if found is None:
        found = table.renderers[fids] = _make(realm, table, [table.fields[fid] for fid in fids])
    return found


def _make(realm: Realm, table: Table, chosen: list[Field]) -> Renderer:
    plan: list[tuple[str, Any, Callable[[Row], Any] | None, Show | None]] = []
    for about in chosen:
        stored = not about.mode and about.type not in ("address", "file")
        get = None if stored else getter(realm, table, about)
        if about.type == "file":
            get = _file_getter(table, about)
        plan.append((about.key, about.blank, get, _show(realm, about)))

    def render(row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for key, blank, get, show in plan:
            value = row.get(key, blank) if get is None else get(row)
            shown[key] = {"value": value if show is None else show(value)}
        return shown

    return render


def _show(realm: Realm, about: Field) -> Show | None:
    """The conversion of one type; None where the stored value is the wire's."""
    switches = realm.switches
    empty = "" if switches.empty_date == "text" else None
    if about.type == "timestamp":
        tail = ".000Z" if switches.stamps_with_ms else "Z"
        return lambda value: value[:19] + tail if value else empty
    if about.type in ("date", "timeofday") and empty is None:
        return lambda value: value or None
    nobody: Any = {"null": None, "text": "", "object": {}}[switches.empty_user]
    people = realm.people
    if about.type == "user":
        return lambda value: people[value].wire() if value else nobody
    none: Any = [] if switches.empty_list == "list" else None
    if about.type == "multiuser":
        return lambda value: [people[one].wire() for one in value] if value else none
    if about.type == "multitext":
        return lambda value: list(value) if value else none
    return None


def _file_getter(table: Table, about: Field) -> Callable[[Row], Any]:
    def read(row: Row) -> Any:
        versions = row.get(about.key, ())
        url = f"/files/{table.dbid}/{row['3']}/{about.fid}/{versions[-1].number}" if versions else ""
        return {"url": url, "versions": [version.wire() for version in versions]}

    return read
