"""Carrying operations out: what each action of the resource tables does."""

from __future__ import annotations

from collections.abc import Callable

from syncd.sandbox.message import Response
from syncd.sandbox.procore.filters import deleted_wanted
from syncd.sandbox.procore.find import Place, only, present, seen
from syncd.sandbox.procore.read import listing, respond
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.routes import Route
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Version
from syncd.sandbox.procore.wire import Call, Refusal, Who, bad_request
from syncd.sandbox.procore.write import create, remove, sync, to_bin, update

__all__ = ["Actions"]

_Keep = Callable[[Record, Version], bool] | None


class Actions:
    """The operations. The caller has checked the credential and the scope."""

    def __init__(self, state: State) -> None:
        self._state = state

    def run(self, route: Route, call: Call, args: dict[str, int], scope: int) -> Response:
        """Carry one operation out. Raises Refusal."""
        state, resource, endpoint = self._state, route.resource, self._viewed(route, call)
        place = self._place(resource, endpoint, scope, call.who)
        match endpoint.action:
            case "list" | "inactive" | "recycle_bin":
                return listing(state, resource, endpoint, call, place, self._keep(resource, endpoint, call))
            case "create":
                return create(state, resource, endpoint, call, scope)
            case "sync":
                return sync(state, resource, endpoint, call, scope)
            case "one":
                record = only(state, resource, scope)
                return self._show(resource, endpoint, call, record.id, place)
            case "show":
                return self._show(resource, endpoint, call, args["id"], place)
            case "call":
                if endpoint.run is None:
                    raise LookupError(f"{endpoint.method} {endpoint.path} does not say what it does.")
                return endpoint.run(state, resource, call, args, scope)
        record = self._written(resource, endpoint, call, args, place)
        return self._write(resource, endpoint, call, record)

    def _write(self, resource: Resource, endpoint: Endpoint, call: Call, record: Record) -> Response:
        """What is done to a record that is there."""
        state = self._state
        if endpoint.action == "update":
            return update(state, resource, endpoint, call, record)
        if endpoint.action == "reactivate":
            record = self._reactivate(resource, record, call.who)
            return respond(state, resource, endpoint, call, (record, record.now))
        if endpoint.action == "delete" and not resource.binned:
            remove(state, resource, record, call.who)
        else:
            to_bin(state, resource, record, call.who, endpoint.action in ("recycle", "delete"))
        if endpoint.action == "restore":
            return respond(state, resource, endpoint, call, (record, record.now))
        return Response(endpoint.status or 200, b"", {})

    def _written(
        self, resource: Resource, endpoint: Endpoint, call: Call, args: dict[str, int], place: Place
    ) -> Record:
        """The record that a write names. Only out of the recycle bin can something be done in it."""
        if "id" not in args and isinstance(place, int) and resource.single:
            return only(self._state, resource, place)
        record = present(self._state, resource, call, args["id"], place)
        if endpoint.action in ("update", "delete") and record.now.values.get("deleted"):
            raise Refusal(404, f"The requested {resource.wrapper} could not be found")
        return record

    def _show(
        self, resource: Resource, endpoint: Endpoint, call: Call, record_id: int, place: Place
    ) -> Response:
        record, version = seen(self._state, resource, call, record_id, place)
        switches = self._state.switches
        if version.values.get("deleted") and switches.recycled_show == 404:
            raise Refusal(404, f"The requested {resource.wrapper} could not be found")
        if (
            resource.name == "vendors"
            and not version.values["is_active"]
            and switches.inactive_vendor_show == 404
        ):
            raise Refusal(404, "The requested vendor could not be found")
        return respond(self._state, resource, endpoint, call, (record, version))

    def _place(self, resource: Resource, endpoint: Endpoint, scope: int, who: Who) -> Place:
        """Where the records of the call stand: in its scope, or anywhere in the project or company."""
        if not endpoint.across:
            return scope
        state = self._state

        def stands(record: Record) -> bool:
            project = state.project_of(resource, record.scope)
            if project is None or (scope and project != scope):
                return False
            return not project or state.sees_project(who, project)

        return stands

    def _reactivate(self, resource: Resource, record: Record, who: Who) -> Record:
        if record.now.values[resource.living]:
            return record
        after = {**record.now.values, resource.living: True}
        return self._state.store(resource, record, record.scope, after, who)

    def _keep(self, resource: Resource, endpoint: Endpoint, call: Call) -> _Keep:
        """What belongs to this list at all, besides the filters."""
        if endpoint.action == "inactive":
            return lambda record, version: not version.values[resource.living]
        if endpoint.action == "recycle_bin":
            return lambda record, version: version.values["deleted"] is True
        hidden = self._state.hidden.get(call.who.credential)
        if resource.name == "projects" and hidden:
            return lambda record, version: record.id not in hidden
        if resource.binned:
            wanted = False if endpoint.unfiltered else deleted_wanted(resource, call.request)
            return None if wanted is None else lambda record, version: version.values["deleted"] is wanted
        return None

    def _viewed(self, route: Route, call: Call) -> Endpoint:
        """Refuses a view that the resource does not have (400)."""
        asked = call.request.param(route.endpoint.view_key) if route.endpoint.view_key else None
        if asked is not None and asked not in route.resource.views:
            raise bad_request(f"{route.endpoint.view_key} must be one of {', '.join(route.resource.views)}")
        return route.endpoint
