"""Users: the people of the company directory (reference procore-api §5.1)."""

from __future__ import annotations

from syncd.catalog.make import derived, done_by, plain, pointer
from syncd.catalog.resource import Act, Filter, Path, Resource, Scope
from syncd.core.values import Kind

__all__ = ["USERS"]

_FIELDS = (
    plain("first_name", "First name"),
    plain("last_name", "Last name", required=True),
    derived("name", "Name", note="First and last name together; Procore makes it."),
    plain("initials", "Initials"),
    plain(
        "email_address",
        "E-mail",
        Kind.EMAIL,
        required=True,
        note="Names one person: Procore refuses a second user with it. Changing it needs Directory Admin.",
    ),
    plain("job_title", "Job title"),
    plain("address", "Address"),
    plain("city", "City"),
    plain("state_code", "State code", note="ISO 3166-2, such as CA."),
    plain("country_code", "Country code", note="ISO 3166-1, such as US."),
    plain("zip", "Postal code"),
    plain("business_phone", "Business phone", Kind.PHONE),
    plain("business_phone_extension", "Extension", Kind.NUMBER, decimals=0),
    plain("mobile_phone", "Mobile phone", Kind.PHONE),
    plain("fax_number", "Fax", Kind.PHONE),
    plain("email_signature", "E-mail signature"),
    plain("is_employee", "Employee", Kind.CHECKBOX),
    plain("employee_id", "Employee id", note="Kept by Procore for employees only."),
    plain("is_active", "Active", Kind.CHECKBOX, note="False moves the user to the inactive list."),
    plain("notes", "Notes"),
    pointer("vendor", "Company (vendor)", "vendors"),
    pointer(
        "default_permission_template",
        "Default project permission template",
        "permission-templates",
        read=("permission_template", "id"),
    ),
    pointer("company_permission_template", "Company permission template", "permission-templates"),
    pointer(
        "work_classification",
        "Work classification",
        "work-classifications",
        read=("work_classification_id",),
    ),
    derived(
        "add_to_new_projects",
        "Added to new projects",
        Kind.CHECKBOX,
        detail=True,
        note="Reading it costs one call a user; it is changed in Procore only.",
    ),
    derived(
        "welcome_email_sent_at",
        "Invitation sent at",
        Kind.INSTANT,
        note="Moves when an invitation is sent; lists show it, a single look-up does not.",
    ),
    done_by(
        "invited",
        "Invited",
        ("invite", ""),
        read=("welcome_email_sent_at",),
        filled=True,
        once=True,
        note="Ticking it sends the person one invitation; it cannot be taken back. Where the outcome of"
        " one is not known it is looked up, and never sent again unasked.",
    ),
    derived("last_login_at", "Last login", Kind.INSTANT),
    derived("business_id", "Business id"),
    derived("contact_id", "Contact id"),
    derived("avatar", "Avatar", Kind.URL, signed=True, note="A link that stops working after a while."),
    plain("origin_id", "Origin id", note="Only one integration can own it; see `key:`."),
    plain("origin_data", "Origin data"),
    derived("created_at", "Created at", Kind.INSTANT),
    derived("updated_at", "Updated at", Kind.INSTANT),
)

_INVITE = Act(
    verb="invite",
    method="PATCH",
    path=Path("/rest/v1.3/companies/{company}/users/{id}/invite"),
    answers="nothing",
    repeatable=False,
    note="Sends the person an e-mail; `welcome_email_sent_at` tells when one was sent last.",
)

USERS = Resource(
    name="users",
    title="Users",
    scope=Scope.COMPANY,
    wrapper="user",
    fields=_FIELDS,
    custom=True,
    update_needs=("last_name", "email_address"),
    list=Path("/rest/v1.3/companies/{company}/users"),
    show=Path("/rest/v1.3/companies/{company}/users/{id}"),
    create=Path("/rest/v1.3/companies/{company}/users"),
    update=Path("/rest/v1.3/companies/{company}/users/{id}"),
    sync=Path("/rest/v1.3/companies/{company}/users/sync"),
    # The single PATCH demands name and address, and cannot make an inactive user active again.
    patch_by_sync=True,
    inactive=Path("/rest/v1.0/companies/{company}/users/inactive"),
    reactivate=Path("/rest/v1.0/companies/{company}/users/inactive/{id}"),
    acts=(_INVITE,),
    filters=(
        Filter("search"),
        Filter("vendor_id", Kind.NUMBER, target="vendors"),
        Filter("trade_id", Kind.NUMBER, many=True, target="trades"),
    ),
    page_limit=2000,
    origin_filter="filters[origin_id]",
    carriers=("origin_id",),
    archive=("is_active", False),
    notes=(
        "A user's id is the person's: the same in every company of Procore.",
        "Always written in bulk through sync, which needs Directory Admin. Custom fields alone, where a field"
        " set of users is enabled, go through the single update, with name and address.",
        "Creating a user whose address exists is refused; one person is one user.",
        "Procore cannot delete users; retire them with is_active: false. Inactive users live in a list of"
        " their own, which has no filters; sweeps read it whole.",
        "A new user may come out active although is_active: false was sent.",
    ),
)
