"""Who is in a project: users and vendors of the company directory (reference procore-api §3.2, §5.2).

A membership is stored on its own and reads as the person's or vendor's record, which it follows.
"""

from __future__ import annotations

from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.procore.field import Field
from syncd.sandbox.procore.find import in_scope
from syncd.sandbox.procore.read import respond
from syncd.sandbox.procore.render import shown
from syncd.sandbox.procore.resource import Endpoint, Filter, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.table import Record, Values, Version
from syncd.sandbox.procore.users import USERS, with_company
from syncd.sandbox.procore.vendors import VENDORS
from syncd.sandbox.procore.wire import Call, Refusal, encode, invalid, json_text
from syncd.sandbox.procore.write import apply, wrapped

__all__ = ["PROJECT_USERS", "PROJECT_VENDORS"]

_PEOPLE = "/rest/v1.0/projects/{project_id}/users"
_FIRMS = "/rest/v1.1/projects/{project_id}/vendors"
_ADDED_USER = Endpoint("POST", _PEOPLE, "create", view="show", view_key="", status=201)
_ADDED_VENDOR = Endpoint("POST", _FIRMS, "create", status=201)

_STAMPS = ("created_at", "updated_at")
_FIRM = tuple(
    "id name abbreviated_name address attachments authorized_bidder business_id business_phone "
    "business_register city company country_code created_at email_address fax_number is_active is_connected "
    "labor_union license_number logo mobile_phone non_union_prevailing_wage notes origin_code origin_data "
    "origin_id prequalified primary_contact state_code synced_to_erp trade_name union_member updated_at "
    "vendor_group website zip".split()
)
"""What project vendors show in both lists; the extended view has all."""


def _user(state: State, version: Version, moment: float | None) -> Version | None:
    """The person as of that moment, with the permissions in the project."""
    record = state.tables["users"].records.get(version.values["user"])
    then = record.at(moment) if record else None
    if then is None:
        return None
    person = with_company(state, then, moment).values
    stamps = person if state.switches.member_stamps == "person" else version.values
    own = {**version.values, **{key: stamps[key] for key in _STAMPS}}
    return Version(version.seq, version.at, {**person, **own})


def _vendor(state: State, version: Version, moment: float | None) -> Version | None:
    """The vendor as of that moment."""
    record = state.tables["vendors"].records.get(version.values["vendor"])
    then = record.at(moment) if record else None
    if then is None:
        return None
    more = {"vendor": version.values["vendor"], "main_office_name": None}
    return Version(version.seq, version.at, {**then.values, **more})


def _person(state: State, record: Record, values: Values) -> dict[str, Any]:
    """The person's keys, but for the template: a list shows the one in this project."""
    user = state.tables["users"].records[values["user"]]
    about = shown(state, USERS, user, user.now, "everything")
    about.pop("permission_template")
    return {**about, **{key: values[key] for key in _STAMPS}}


def _firm(state: State, record: Record, values: Values) -> dict[str, Any]:
    vendor = state.tables["vendors"].records[values["vendor"]]
    return shown(state, VENDORS, vendor, vendor.now, "extended")


def _spare(state: State, view: str, result: dict[str, Any]) -> Any:
    """Keys without a value are left out of single answers, and perhaps of lists."""
    if view not in ("show", "compact") and state.switches.member_nulls == "single":
        return result
    return {key: value for key, value in result.items() if value is not None}


def _bare(state: State, view: str, result: dict[str, Any]) -> Any:
    """`ids_only` is a list of bare numbers."""
    return result["id"] if view == "ids_only" else result


def _add_user(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """POST …/actions/add: with the permission template that the body may name."""
    sent = call.json().get("user")
    template = sent.get("permission_template_id") if isinstance(sent, dict) else None
    record = _added(state, resource, call, args["id"], scope, {"permission_template_id": template})
    return respond(state, resource, _ADDED_USER, call, (record, _joined(state, resource, record)))


def _add_vendor(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """POST …/actions/add: an empty body, and the vendor in the answer."""
    record = _added(state, resource, call, args["id"], scope, {})
    return respond(state, resource, _ADDED_VENDOR, call, (record, _joined(state, resource, record)))


def _added(
    state: State, resource: Resource, call: Call, member: int, scope: int, more: dict[str, Any]
) -> Record:
    """The membership, new or as it was: adding somebody again changes nothing (404, 422)."""
    there = in_scope(state, resource, member, scope)
    if there is not None:
        if state.switches.add_again == "refused":
            raise invalid({"id": ["has already been added to the project"]})
        return there
    if member not in state.tables[f"{resource.keyed}s"].records:
        raise Refusal(404, f"The requested {resource.wrapper} could not be found")
    sent = {f"{resource.keyed}_id": member, **{key: value for key, value in more.items() if value}}
    return apply(state, resource, None, scope, sent, call.who)


def _joined(state: State, resource: Resource, record: Record) -> Version:
    version = resource.joined(state, record.now, None) if resource.joined else None
    return version or record.now


def _assign(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """PATCH …/permission_template_assignments: another template for a member (400, 422)."""
    sent = wrapped(resource, call, "permission_template_assignments")
    missing = {key: ["can't be blank"] for key in ("user_id", "permission_template_id") if not sent.get(key)}
    if missing:
        raise invalid(missing)
    user = str(sent["user_id"])
    record = in_scope(state, resource, int(user) if user.isascii() and user.isdigit() else 0, scope)
    if record is None:
        raise invalid({"user_id": ["is not in the project"]})
    template = {"permission_template_id": sent["permission_template_id"]}
    values = apply(state, resource, record, scope, template, call.who).now.values
    answer = {"user_id": values["user"], "permission_template_id": values["permission_template"]}
    return json_text(encode({**answer, "project_id": scope}))


PROJECT_USERS = Resource(
    name="project_users",
    wrapper="user",
    fields=(
        Field("user", "ref", target="users", needed=True, hidden=True),
        Field(
            "permission_template", "ref", target="permission_templates", shows=("project_specific", "type")
        ),
    ),
    endpoints=(
        Endpoint("GET", _PEOPLE, "list"),
        Endpoint("GET", f"{_PEOPLE}/{{id}}", "show", view="show", view_key=""),
        Endpoint("POST", f"{_PEOPLE}/{{id}}/actions/add", "call", run=_add_user),
        Endpoint("DELETE", f"{_PEOPLE}/{{id}}/actions/remove", "delete", status=204),
        Endpoint("GET", f"{_PEOPLE}/inactive", "inactive", view="inactive", view_key="", unfiltered=True),
        Endpoint(
            "PATCH", "/rest/v1.0/projects/{project_id}/permission_template_assignments", "call", run=_assign
        ),
    ),
    filters={
        "updated_at": Filter("range", "updated_at"),
        "created_at": Filter("range", "created_at"),
        "permission_template": Filter("ids", "permission_template"),
        "vendor_id": Filter("ids", "vendor"),
        "origin_id": Filter("text", "origin_id"),
        "trade_id": Filter("ids", "trades"),
        "search": Filter("search", "searched"),
        "employee": Filter("flag", "is_employee"),
        "id": Filter("ids", "user"),
    },
    views={
        "compact": ("id", "first_name", "initials", "last_name", "name", "vendor"),
        "normal": USERS.views["normal"],
        "inactive": USERS.views["inactive"],
        "show": USERS.views["sync"],
    },
    sorts=("name", "vendor_name", "permission_template"),
    parent="project",
    tool="Directory",
    living="is_active",
    keyed="user",
    derive=_person,
    joined=_user,
    finish=_spare,
)

PROJECT_VENDORS = Resource(
    name="project_vendors",
    wrapper="vendor",
    fields=(Field("vendor", "ref", target="vendors", needed=True, hidden=True),),
    endpoints=(
        Endpoint("GET", _FIRMS, "list"),
        Endpoint("GET", f"{_FIRMS}/{{id}}", "show"),
        Endpoint("POST", f"{_FIRMS}/{{id}}/actions/add", "call", run=_add_vendor),
        Endpoint("DELETE", f"{_FIRMS}/{{id}}/actions/remove", "delete", status=204),
        Endpoint(
            "GET",
            "/rest/v1.0/projects/{project_id}/vendors/inactive",
            "inactive",
            view="inactive",
            unfiltered=True,
        ),
    ),
    filters={
        "search": Filter("search", "name"),
        "standard_cost_code_id": Filter("ids", "standard_cost_codes"),
        "trade_id": Filter("ids", "trades"),
        "id": Filter("ids", "vendor"),
        "parent_id": Filter("ids", "parent"),
    },
    views={
        "ids_only": (),
        "name": ("id", "name"),
        "minimal": ("id", "name", "logo", "is_active"),
        "list": tuple(
            "id name address business_id business_phone business_register city country_code email_address "
            "fax_number is_active logo state_code trade_name zip".split()
        ),
        "normal": (*_FIRM, "project_ids"),
        "inactive": (*_FIRM, "company_vendor", "contact_count"),
        "extended": None,
    },
    sorts=("name", "main_office_name"),
    parent="project",
    tool="Directory",
    living="is_active",
    keyed="vendor",
    derive=_firm,
    joined=_vendor,
    finish=_bare,
)
