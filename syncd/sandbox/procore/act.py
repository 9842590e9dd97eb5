"""Carrying operations out: what each action of the resource tables does."""

from __future__ import annotations

from collections.abc import Callable

from syncd.sandbox.message import Response
from syncd.sandbox.procore.read import listing, one_record, respond
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.routes import Route
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Version
from syncd.sandbox.procore.wire import Call, Refusal, Who, bad_request
from syncd.sandbox.procore.write import create, sync, update

__all__ = ["Actions"]

_Keep = Callable[[Record, Version], bool] | None


class Actions:
    """The operations. The caller has checked the credential and the scope."""

    def __init__(self, state: State) -> None:
        self._state = state

    def run(self, route: Route, call: Call, args: dict[str, int], scope: int) -> Response:
        """Carry one operation out. Raises Refusal."""
        resource, endpoint = route.resource, self._viewed(route, call)
        match endpoint.action:
            case "list" | "inactive" | "recycle_bin":
                return listing(
                    self._state, resource, endpoint, call, scope, self._keep(resource, endpoint, call)
                )
            case "create":
                return create(self._state, resource, endpoint, call, scope)
            case "sync":
                return sync(self._state, resource, endpoint, call, scope)
            case "show":
                return self._show(resource, endpoint, call, args["id"], scope)
        record = self._present(resource, call, args["id"], scope)
        if endpoint.action == "update":
            if resource.name == "rfis" and record.now.values["deleted"]:
                raise Refusal(404, "The requested rfi could not be found")
            return update(self._state, resource, endpoint, call, record)
        if endpoint.action == "reactivate":
            record = self._reactivate(resource, record, call.who)
            return respond(self._state, resource, endpoint, call, (record, record.now))
        self.move(resource, record, call.who, deleted=endpoint.action == "recycle")
        return Response(200, b"", {})

    def move(self, resource: Resource, record: Record, who: Who, *, deleted: bool) -> None:
        """Into the recycle bin (the history calls it a delete) or out of it again."""
        before = record.now.values
        if before["deleted"] is deleted:
            return
        stamp = self._state.stamp() if deleted else None
        after = {**before, "deleted": deleted, "deleted_at": stamp}
        if resource.settle is not None:
            after = resource.settle(self._state, record.scope, before, after, who.user_id)
        self._state.store(resource, record, record.scope, after, who, "delete" if deleted else "update")

    def _show(
        self, resource: Resource, endpoint: Endpoint, call: Call, record_id: int, scope: int
    ) -> Response:
        record, version = one_record(self._state, resource, call, record_id)
        self._check_place(resource, record, call, scope)
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

    def _present(self, resource: Resource, call: Call, record_id: int, scope: int) -> Record:
        """The record a write names; writes always meet the present state."""
        record = self._state.tables[resource.name].records.get(record_id)
        if record is None:
            raise Refusal(404, f"The requested {resource.wrapper} could not be found")
        self._check_place(resource, record, call, scope)
        return record

    def _check_place(self, resource: Resource, record: Record, call: Call, scope: int) -> None:
        if record.scope != scope:
            raise Refusal(404, f"The requested {resource.wrapper} could not be found")
        if resource.name == "projects" and not self._state.sees_project(call.who, record.id):
            raise Refusal(self._state.switches.unseen, "You do not have permission to access this project")

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
        if "deleted" in resource.blank:
            return lambda record, version: version.values["deleted"] is not True
        return None

    def _viewed(self, route: Route, call: Call) -> Endpoint:
        """Refuses a view that the resource does not have (400)."""
        asked = call.request.param(route.endpoint.view_key) if route.endpoint.view_key else None
        if asked is not None and asked not in route.resource.views:
            raise bad_request(f"{route.endpoint.view_key} must be one of {', '.join(route.resource.views)}")
        return route.endpoint
