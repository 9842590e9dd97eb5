"""The records of a project's tools: RFIs, submittals, change events, purchase orders."""

from __future__ import annotations

from tests.proof.catalogue.company import home
from tests.proof.catalogue.meaning import Sort, Word

__all__ = ["APPROVERS", "CHANGE_EVENTS", "ORDERS", "REPLIES", "RFIS", "SUBMITTALS"]


def _person(name: str, label: str, write: str = "", **more: bool) -> Word:
    return Word(name, label, "person", write=write or f"{name}_id", column="email", by="email", **more)


def _people(name: str, label: str, write: str) -> Word:
    return Word(name, label, "people", write=write, column="multitext", by="email")


def _contractor() -> Word:
    return Word(
        "responsible_contractor",
        "Related Vendor",
        "ref",
        write="responsible_contractor_id",
        column="relation",
        ref="vendors",
        by="name",
    )


RFIS = Sort(
    "rfis",
    "RFIs",
    "rfis",
    (
        home("projects"),
        Word("subject", "Subject", needed=True),
        _person("rfi_manager", "Manager", needed=True),
        Word(
            "question_body", "Question", stored="question", once=True, needed=True, column="text-multi-line",
            more=", default: Asked in Quickbase.",
        ),
        Word("status", "Status", one_way=True, typed=False),
        Word("due_date", "Due Date", column="date"),
        Word("private", "Private", "flag", column="checkbox"),
        Word("accepted", "Accepted", "flag", column="checkbox"),
        Word("drawing_number", "Drawing"),
        Word("cost_impact_status", "Cost Impact", stored="cost_impact.status"),
        Word("cost_impact_value", "Cost Amount", "money", stored="cost_impact.value", column="currency"),
        Word("schedule_impact_value", "Days", "number", stored="schedule_impact.value", column="numeric"),
        _people("assignees", "Assignees", "assignee_ids"),
        _people("distribution_list", "Copies To", "distribution_ids"),
        _contractor(),
        Word("location", "Location", "name", write="location_id", by="name", options="locations"),
        Word("custom.Discipline", "Discipline", custom="string"),
        Word("custom.Weight", "Weight", "number", column="numeric", custom="decimal"),
        Word("custom.Areas", "Areas", "names", column="multitext", custom="lov_entries"),
    ),
    home="projects",
    lineage="subject",
    match=(("subject",),),
    tool="rfis",
)  # fmt: skip

REPLIES = Sort(
    "rfi-replies",
    "Replies",
    "replies",
    (
        home("rfis", "rfi", "Related RFI"),
        Word("body", "Reply", column="text-multi-line", fixed=True, edited=False, needed=True),
        Word("official", "Official", "flag", column="checkbox"),
    ),
    home="rfis",
    lineage="body",
    stamped=False,
    tool="rfis",
)

SUBMITTALS = Sort(
    "submittals",
    "Submittals",
    "submittals",
    (
        home("projects"),
        Word("number", "Number", needed=True),
        Word("title", "Title"),
        Word("description", "Description", column="text-multi-line"),
        Word("private", "Private", "flag", column="checkbox"),
        Word("due_date", "Due Date", column="date"),
        Word("lead_time", "Lead Time", "number", column="numeric"),
        Word("type", "Type"),
        Word("status", "Status", "name", write="status_id", by="name", options="submittal_statuses"),
        _person("submittal_manager", "Manager"),
        _people("distribution_members", "Copies To", "distribution_member_ids"),
        _contractor(),
        Word("custom.Finish", "Finish", custom="string"),
    ),
    home="projects",
    lineage="number",
    match=(("number",),),
    carried=("number",),
    tool="submittals",
)

APPROVERS = Sort(
    "submittal-approvers",
    "Approvers",
    "submittal_approvers",
    (
        Word(
            "submittal", "Related Submittal", "home", column="relation", ref="submittals", one_way=True,
            edited=False, typed=False, needed=True,
        ),
        Word("user", "Approver", "person", write="user_id", column="email", by="email", one_way=True,
             edited=False, typed=False, needed=True),
        Word(
            "response", "Response", "name", write="submittal_response_id", by="name",
            options="submittal_responses",
        ),
        Word("comment", "Comment", column="text-multi-line"),
        Word("sent_date", "Sent", column="date"),
    ),
    home="submittals",
    made=False,
    removed=False,
    stamped=False,
    carried=("submittal_response_id",),
    tool="submittals",
)  # fmt: skip

CHANGE_EVENTS = Sort(
    "change-events",
    "Change Events",
    "change_events",
    (
        home("projects"),
        Word("title", "Title"),
        Word("scope", "Scope", needed=True),
        Word(
            "status", "Status", "name", by="name", options="change_event_statuses", needed=True,
        ),
        Word("description", "Description", column="text-multi-line"),
        Word("change_type", "Type", "name", by="name", options="change_types"),
        Word("change_reason", "Reason", "name", by="name", options="change_reasons"),
        Word("external_origin_data", "Notes", stored="origin_data", write="external_data.origin_data"),
        Word("custom.Trade", "Trade", "name", custom="lov_entry"),
    ),
    home="projects",
    lineage="title",
    match=(("title",),),
    tool="change_events",
)  # fmt: skip

ORDERS = Sort(
    "purchase-orders",
    "Orders",
    "purchase_orders",
    (
        home("projects"),
        Word("title", "Title"),
        Word("status", "Status"),
        Word(
            "vendor", "Related Vendor", "ref", write="vendor_id", column="relation", ref="vendors", by="name"
        ),
        _person("assignee", "Assignee"),
        Word("delivery_date", "Delivery", column="date"),
        Word("executed", "Executed", "flag", column="checkbox"),
        Word("payment_terms", "Terms"),
        Word("retainage_percent", "Retainage", "number", column="numeric"),
        Word("custom.Dock", "Dock", custom="string"),
    ),
    home="projects",
    lineage="title",
    match=(("title",),),
    carries="origin_id",
    tool="commitments",
)
