"""Users: the people of the company directory, as data (reference procore-api §5.1)."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import present, seen
from syncd.sandbox.procore.read import respond
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values, Version
from syncd.sandbox.procore.wire import Call, Refusal, bad_request
from syncd.sandbox.procore.write import create, update, wrapped

__all__ = ["USERS", "with_company"]

_TEMPLATE = ("project_specific", "type")

_FIELDS = (
    Field("first_name"),
    Field("last_name", needed=True),
    Field("name", write=""),
    Field("initials"),
    Field("email_address", needed=True),
    Field("job_title"),
    Field("address"),
    Field("city"),
    Field("state_code"),
    Field("country_code"),
    Field("zip"),
    Field("business_phone"),
    Field("business_phone_extension", "int"),
    Field("mobile_phone"),
    Field("fax_number"),
    Field("email_signature"),
    Field("employee_id"),
    Field("is_employee", "flag", default=False),
    Field("is_active", "flag", default=True),
    Field("notes"),
    Field("origin_id"),
    Field("origin_data"),
    Field("work_classification_id", "int"),
    Field("add_to_new_projects", "flag", default=False, sync=False),
    Field("vendor", "ref", target="vendors"),
    Field("permission_template", "ref", write="default_permission_template_id",
          target="permission_templates", shows=_TEMPLATE),
    Field("company_permission_template", "ref", target="permission_templates", shows=_TEMPLATE),
    Field("welcome_email_sent_at", "instant", write=""),
    Field("invitations", "int", write="", default=0, hidden=True),
)  # fmt: skip

_BOTH = tuple(
    "id first_name last_name name initials email_address job_title address city state_code country_code zip "
    "business_phone business_phone_extension mobile_phone fax_number email_signature employee_id is_employee "
    "is_active notes origin_id origin_data work_classification_id vendor avatar business_id last_login_at "
    "created_at updated_at custom_fields".split()
)
"""What lists and single answers have in common."""

_TEMPLATES = ("permission_template", "company_permission_template")
_LISTED = (*_BOTH, *_TEMPLATES, "contact_id", "erp_integrated_accountant", "welcome_email_sent_at")
_SINGLE = (*_BOTH, "default_permission_template_id", "company_permission_template_id", "is_insurance_manager")
_VIEWS: dict[str, tuple[str, ...] | None] = {
    "ids_only": (),
    "normal": _LISTED,
    "extended": (*_LISTED, "role", "verified_employee"),
    "show": (*_SINGLE, "add_to_new_projects"),
    "sync": _SINGLE,
    "inactive": tuple(
        key for key in _LISTED if key not in (*_TEMPLATES, "contact_id", "work_classification_id")
    ),
    "login": ("id",),
}


def _derive(state: State, record: Record, values: Values) -> dict[str, Any]:
    return {
        "default_permission_template_id": values["permission_template"],
        "company_permission_template_id": values["company_permission_template"],
        "avatar": None,
        "business_id": None,
        "contact_id": None,
        "erp_integrated_accountant": False,
        "is_insurance_manager": False,
        "last_login_at": None,
        "role": None,
        "verified_employee": values["is_employee"],
    }


def _login(state: State, record: Record, values: Values) -> dict[str, Any]:
    return {"login": values["email_address"], "name": values["name"]}


def _inactive(state: State, record: Record, values: Values) -> dict[str, Any]:
    return {"_links": {"reactivate": f"/rest/v1.0/companies/{state.company_id}/users/inactive/{record.id}"}}


def with_company(state: State, version: Version, moment: float | None) -> Version:
    """The person with what lists search besides: keywords, title, and the employer's name and trades."""
    values = version.values
    vendor = state.tables["vendors"].records.get(values["vendor"] or 0)
    employer = vendor.now.values if vendor else {}
    words = [values[key] for key in ("first_name", "last_name", "email_address", "notes", "job_title")]
    words.append(employer.get("name"))
    more = {
        "searched": " ".join(one for one in words if one),
        "trades": employer.get("trades") or (),
        "vendor_name": employer.get("name"),
        "full_name": values["name"],
        "email": values["email_address"],
    }
    return Version(version.seq, version.at, {**values, **more}, version.texts)


def _finish(state: State, view: str, result: dict[str, Any]) -> Any:
    """`ids_only` is a list of bare numbers."""
    return result["id"] if view == "ids_only" else result


def _settle(state: State, scope: int, before: Values, after: Values, user: int) -> Values:
    """The whole name is made of both; a user may start active whatever was sent."""
    name = " ".join(part for part in (after["first_name"], after["last_name"]) if part)
    if before is USERS.blank and state.switches.new_user_active:
        return {**after, "name": name, "is_active": True}
    return {**after, "name": name}


def _owner(state: State, address: Any) -> Values | None:
    """The values of the user who has that address."""
    wanted = str(address or "").casefold()
    if not wanted:
        return None
    rows = (one.now.values for one in state.tables["users"].records.values())
    return next((one for one in rows if (one["email_address"] or "").casefold() == wanted), None)


def _one_address(state: State, before: Values | None, sent: dict[str, Any]) -> dict[str, list[str]]:
    """An address belongs to one person."""
    owner = _owner(state, sent.get("email_address"))
    return {} if owner is None or owner is before else {"email_address": ["has already been taken"]}


_BASE = "/rest/v1.3/companies/{company_id}/users"
_OLD = "/rest/v1.0/companies/{company_id}/users"
_ANSWER = Endpoint("PATCH", f"{_BASE}/{{id}}", "update", view="show", view_key="")


def _create(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """POST: 409 where somebody has the address, inactive users included."""
    if _owner(state, wrapped(resource, call).get("email_address")) is not None:
        raise Refusal(409, "A user with this email address already exists")
    return create(state, resource, _ANSWER, call, scope)


def _show(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """GET of one user, who may be hidden while inactive."""
    record, version = seen(state, resource, call, args["id"], scope)
    if not version.values["is_active"] and state.switches.inactive_user_show == 404:
        raise Refusal(404, "The requested user could not be found")
    return respond(state, resource, _ANSWER, call, (record, version))


def _update(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """PATCH: it wants the name and the address each time, and makes no inactive user active."""
    record, sent = present(state, resource, call, args["id"], scope), wrapped(resource, call)
    if state.switches.user_patch_needs_names:
        for key in ("last_name", "email_address"):
            if key not in sent:
                raise bad_request(f"param is missing or the value is empty: user[{key}]")
    if sent.get("is_active") is True and not record.now.values["is_active"]:
        if state.switches.user_patch_revives == "refused":
            raise Refusal(403, "Inactive users are activated by the list of inactive users")
        del sent["is_active"]
    return update(state, resource, _ANSWER, call, record)


def _invite(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """PATCH …/invite: one e-mail each time it is asked for; 202 without a body."""
    record = present(state, resource, call, args["id"], scope)
    values = record.now.values
    sent = {"welcome_email_sent_at": state.stamp(), "invitations": values["invitations"] + 1}
    state.store(resource, record, record.scope, {**values, **sent}, call.who)
    return Response(202, b"", {})


USERS = Resource(
    name="users",
    wrapper="user",
    fields=_FIELDS,
    endpoints=(
        Endpoint("GET", _BASE, "list"),
        Endpoint("GET", f"{_BASE}/{{id}}", "call", run=_show),
        Endpoint("POST", _BASE, "call", run=_create),
        Endpoint("PATCH", f"{_BASE}/{{id}}", "call", run=_update),
        Endpoint("PATCH", f"{_BASE}/sync", "sync", view="sync", view_key=""),
        Endpoint("PATCH", f"{_BASE}/{{id}}/invite", "call", run=_invite),
        Endpoint("GET", _OLD, "list", view_key=""),
        Endpoint("GET", f"{_OLD}/inactive", "inactive", view="inactive", view_key="", unfiltered=True),
        Endpoint("PATCH", f"{_OLD}/inactive/{{id}}", "reactivate", view_key=""),
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/rfis/potential_rfi_managers", "list", view="login"),
        Endpoint("GET", "/rest/v1.0/projects/{project_id}/rfis/potential_assignees", "list", view="login"),
    ),
    filters={
        "updated_at": Filter("range", "updated_at"),
        "created_at": Filter("range", "created_at"),
        "origin_id": Filter("text", "origin_id"),
        "vendor_id": Filter("ids", "vendor"),
        "trade_id": Filter("ids", "trades"),
        "search": Filter("search", "searched"),
    },
    views=_VIEWS,
    extras={"login": _login, "inactive": _inactive},
    sorts=("name", "full_name", "vendor_name", "email", "job_title", "id"),
    living="is_active",
    custom=True,
    custom_set=True,
    echoed=True,
    check=_one_address,
    settle=_settle,
    derive=_derive,
    joined=with_company,
    finish=_finish,
)
