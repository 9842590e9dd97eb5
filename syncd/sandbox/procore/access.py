"""Who may call what: the company header, company ids, hidden projects, disabled tools (§0.2, §19)."""

from __future__ import annotations

from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.read import paged
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
        """The scope that the call is about: 0, a project or an RFI. Raises Refusal (400, 403, 404)."""
        self._header(call.request)
        if "company_id" in args:
            self._company(args["company_id"])
        elif route.resource.parent == "company" and "project_id" not in args:
            self._company(_company_sent(call))
        project = args.get("project_id", 0)
        if project:
            self._project(call.who, project, route.resource.tool)
        if route.resource.parent == "project":
            return project
        if route.resource.parent == "rfis":
            rfi = self._state.tables["rfis"].records.get(args["rfi_id"])
            if rfi is None or rfi.scope != project or rfi.now.values["deleted"]:
                raise Refusal(404, "The requested rfi could not be found")
            return rfi.id
        return 0

    def special(self, request: Request, who: Who, shape: str, ids: tuple[int, ...]) -> Response:
        """Companies, me, base URL, and the option lists. Raises Refusal (404) for anything else."""
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
        option = shape.rpartition("/")[2]
        if shape in (f"/rest/v1.0/companies/{{}}/{name}" for name in ("trades", "project_stages")):
            self._company(ids[0])
            kept = [{"id": key, "name": name} for key, name in state.options.get(option, {}).items()]
            rows, headers = paged(kept, request, None, state.switches)
            answer = json_text(encode(rows))
            answer.headers.update(headers)
            return answer
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


def _company_sent(call: Call) -> int:
    """The company that query or body names. Raises Refusal (400)."""
    sent = call.request.param("company_id")
    if sent is None and call.request.body:
        value = call.json().get("company_id")
        sent = None if value is None else str(value)
    if not sent:
        raise bad_request("param is missing or the value is empty: company_id")
    if not sent.isascii() or not sent.isdigit() or len(sent) > 18:
        raise bad_request("company_id must be an integer")
    return int(sent)
