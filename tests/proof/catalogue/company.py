"""The company's own records: offices, vendors, users, projects, and who is in a project as what."""

from __future__ import annotations

from tests.proof.catalogue.meaning import Sort, Word

__all__ = ["MEMBERS", "OFFICES", "PROJECTS", "ROLES", "USERS", "VENDORS", "VENDOR_MEMBERS", "home"]


def home(sort: str, procore: str = "project", label: str = "Related Project") -> Word:
    """Where a record lives: part of its address, so nobody moves it in Procore."""
    return Word(procore, label, "home", column="relation", ref=sort, fixed=True, edited=False, needed=True)


OFFICES = Sort(
    "offices",
    "Offices",
    "offices",
    (
        Word("name", "Name", needed=True),
        Word("city", "City"),
        Word("division", "Division"),
        Word("phone", "Phone", "phone", column="phone"),
    ),
    lineage="name",
    match=(("name",),),
    stamped=False,
)

VENDORS = Sort(
    "vendors",
    "Vendors",
    "vendors",
    (
        Word("name", "Company Name", needed=True),
        Word("city", "City"),
        Word("email_address", "Email", "mail", column="email"),
        Word("business_phone", "Phone", "phone", column="phone"),
        Word("is_active", "Active", "flag", column="checkbox"),
        Word("prequalified", "Prequalified", "flag", column="checkbox"),
        Word("trades", "Trades", "names", write="trade_ids", column="multitext", by="name", options="trades"),
    ),
    lineage="name",
    match=(("name",),),
    removed=False,
    archives=True,
    carries="origin_id",
    carried=("name",),
)

USERS = Sort(
    "users",
    "People",
    "users",
    (
        Word("last_name", "Last Name", needed=True),
        Word("email_address", "Email", "mail", column="email", edited=False, typed=False, needed=True),
        Word("first_name", "First Name"),
        Word("job_title", "Job Title"),
        Word("business_phone", "Phone", "phone", column="phone"),
        Word("is_employee", "Employee", "flag", column="checkbox"),
        Word("vendor", "Related Vendor", "ref", write="vendor_id", column="relation", ref="vendors"),
        Word(
            "default_permission_template",
            "Template",
            "name",
            stored="permission_template",
            write="default_permission_template_id",
            by="name",
            options="permission_templates",
        ),
        Word("invited", "Invited", "filled", stored="welcome_email_sent_at", column="checkbox"),
    ),
    lineage="last_name",
    match=(("email_address",),),
    removed=False,
    archives=True,
    carries="origin_id",
    carried=("last_name", "email_address"),
)

PROJECTS = Sort(
    "projects",
    "Projects",
    "projects",
    (
        Word("name", "Project Name", needed=True),
        Word("project_number", "Number"),
        Word("city", "City"),
        Word("active", "Active", "flag", column="checkbox"),
        Word("start_date", "Start Date", "text", column="date"),
        Word("total_value", "Total Value", "money", column="currency"),
        Word("code", "Code", fixed=True, edited=False, unlisted=True),
        Word("county", "County"),
        Word("flag", "Flag"),
        Word("office", "Related Office", "ref", write="office_id", column="relation", ref="offices"),
        Word("project_stage", "Stage", "name", write="project_stage_id", by="name", options="project_stages"),
        Word(
            "departments",
            "Departments",
            "names",
            write="department_ids",
            column="multitext",
            by="name",
            options="departments",
        ),
        Word("budget_locked", "Locked", "flag", column="checkbox"),
        Word("custom.Sector", "Sector", custom="string"),
        Word("custom.Phase", "Phase", "name", custom="lov_entry"),
    ),
    lineage="name",
    match=(("name",),),
    removed=False,
    archives=True,
    carries="origin_id",
)

MEMBERS = Sort(
    "project-users",
    "Members",
    "project_users",
    (
        home("projects"),
        Word(
            "user", "Related Person", "ref", write="user_id", column="relation", ref="users", by="email",
            fixed=True, edited=False, needed=True,
        ),
        Word(
            "permission_template",
            "Template",
            "name",
            write="permission_template_id",
            by="name",
            options="permission_templates",
        ),
    ),
    home="projects",
    pair=("project", "user"),
    match=(("project", "user"),),
    stamped=False,
    carried=("user_id",),
    tool="Directory",
)  # fmt: skip

VENDOR_MEMBERS = Sort(
    "project-vendors",
    "Project Vendors",
    "project_vendors",
    (
        home("projects"),
        Word(
            "vendor", "Related Vendor", "ref", write="vendor_id", column="relation", ref="vendors", by="name",
            fixed=True, edited=False, needed=True,
        ),
    ),
    home="projects",
    pair=("project", "vendor"),
    match=(("project", "vendor"),),
    stamped=False,
    tool="Directory",
)  # fmt: skip

ROLES = Sort(
    "project-roles",
    "Roles",
    "project_roles",
    (
        home("projects"),
        Word("role", "Role", fixed=True, edited=False, needed=True),
        Word(
            "user", "Related Person", "ref", write="user_id", column="relation", ref="users", by="email",
            fixed=True, edited=False, needed=True,
        ),
    ),
    home="projects",
    pair=("project", "role", "user"),
    match=(("project", "role", "user"),),
    stamped=False,
    tool="Directory",
)  # fmt: skip
