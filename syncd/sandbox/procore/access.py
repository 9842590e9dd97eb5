"""Who may call what: the company header, company ids, hidden projects, disabled tools (§0.2, §19)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.find import in_scope
from syncd.sandbox.procore.read import paged
from syncd.sandbox.procore.resource import Endpoint, Resource, Where
from syncd.sandbox.procore.routes import Route
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.wire import Call, Refusal, Who, bad_request, encode, json_text

__all__ = ["Access"]

_FREE = ("/rest/v1.0/companies", "/rest/v1.0/me")


class Access:
    """The checks in front of every operation, and the few operations that belong to no resource."""

    def __init__(self, state: State) -> None:
        self._state = state

    def scope(self, route: Route, call: Call, args: dict[str, int]) -> int:
        """The scope that the call is about: 0, a project, or the record that the resource lives in.

        Raises Refusal (400, 403, 404).
        """
        resource, endpoint = route.resource, route.endpoint
        self._header(call.request)
        project = args.get("project_id", 0)
        if not project and endpoint.project_in:
            project = _sent(call, "project_id", endpoint.project_in)
        if "company_id" in args:
            self._company(args["company_id"])
        else:
            usual: Where = "either" if resource.parent == "company" and not project else ""
            where = usual if endpoint.company_in is None else endpoint.company_in
            if where:
                self._company(_sent(call, "company_id", where))
        if project:
            self._project(call.who, project, resource.tool)
        elif (0, resource.tool) in self._state.tools_off:
            raise Refusal(self._state.switches.tool_off, f"The {resource.tool} tool is not enabled")
        if resource.nested and not endpoint.across:
            return self._above(resource, endpoint, call, args, project)
        return 0 if resource.parent == "company" else project

    def _above(
        self, resource: Resource, endpoint: Endpoint, call: Call, args: dict[str, int], project: int
    ) -> int:
        """The id of the record that the resource's records of this call live in."""
        state, above = self._state, self._state.resources[resource.parent]
        key = endpoint.parent_in or f"{above.wrapper}_id"
        scope = args[key] if key in args else _sent(call, key, "query")
        record = in_scope(state, above, scope, project) if above.keyed else None
        scope = record.id if record else scope
        if state.project_of(resource, scope) != project:
            raise Refusal(404, f"The requested {above.wrapper} could not be found")
        return scope

    def special(self, request: Request, who: Who, shape: str) -> Response:
        """Companies, me and the base URL. Raises Refusal (404) for anything else."""
        state = self._state
        if request.method != "GET":
            raise Refusal(404, "The requested path could not be found")
        if shape not in _FREE or who.service:
            self._header(request)
        if shape == "/rest/v1.0/companies":
            company = {"id": state.company_id, "name": state.company_name, "is_active": True}
            more = {"logo_url": None, "pcn_business_experience": None, "my_company": True}
            rows, headers = paged([{**company, **more}], request, None, state.switches)
            answer = json_text(encode(rows))
            answer.headers.update(headers)
            return answer
        if shape == "/rest/v1.0/me":
            return json_text(encode(state.name_of("users", who.user_id)))
        if shape == "/rest/v1.0/company_base_url":
            host = request.header("host") or "sandbox.test"
            return json_text(encode({"zone": "us01", "web_base_url": f"http://{host}/procore"}))
        raise Refusal(404, "The requested path could not be found")

    def _header(self, request: Request) -> None:
        sent = request.header("procore-company-id")
        if not sent:
            raise Refusal(self._state.switches.no_company_header, "The Procore-Company-Id header is required")
        self._company(int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else -1)

    def _company(self, company: int) -> None:
        if company != self._state.company_id:
            raise Refusal(403, "App is not connected to this company")

    def _project(self, who: Who, project: int, tool: str) -> None:
        state = self._state
        if project not in state.tables["projects"].records:
            raise Refusal(404, "The requested project could not be found")
        if not state.sees_project(who, project):
            raise Refusal(state.switches.unseen, "You do not have permission to access this project")
        if tool and (project, tool) in state.tools_off:
            raise Refusal(state.switches.tool_off, f"The {tool} tool is not enabled for this project")


def _sent(call: Call, key: str, where: str) -> int:
    """An id that query or body has to name. Raises Refusal (400)."""
    sent: Any = call.request.param(key) if where != "body" else None
    if sent is None and where != "query" and call.request.body:
        sent = call.json().get(key)
    if sent is None or sent == "":
        raise bad_request(f"param is missing or the value is empty: {key}")
    text = str(sent)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise bad_request(f"{key} must be an integer")
    return int(text)
