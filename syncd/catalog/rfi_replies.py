"""The replies to an RFI (reference procore-api §7)."""

from __future__ import annotations

from syncd.catalog.make import derived, plain
from syncd.catalog.resource import Path, Resource, ResourceField, Scope
from syncd.core.values import Field, Kind

__all__ = ["RFI_REPLIES"]

_LIST = "/rest/v1.0/projects/{project}/rfis/{parent}/replies"
_ONE = "/rest/v1.0/projects/{project}/rfis/{parent}/replies/{id}"

_RFI = ResourceField(
    Field(
        "rfi",
        "RFI",
        Kind.REFERENCE,
        on_update=False,
        required=True,
        note="The RFI that is answered: not a field of the reply, but part of its address.",
    ),
    read=(),
    target="rfis",
    scope_id=True,
)

_FIELDS = (
    _RFI,
    plain(
        "body",
        "Reply",
        required=True,
        on_update=False,
        read=("plain_text_body",),
        note="Procore takes no edit of a reply's words.",
    ),
    derived("rich_text_body", "Reply, formatted", Kind.RICH_TEXT),
    plain("official", "Official", Kind.CHECKBOX, note="All that can be changed of a reply."),
    derived("answer_date", "Answered at", Kind.INSTANT),
    derived("created_by", "Answered by", Kind.USER, read=("created_by_id",), target="users"),
    derived("created_by_name", "Answered by, name", read=("created_by",)),
)

RFI_REPLIES = Resource(
    name="rfi-replies",
    title="RFI replies",
    scope=Scope.RECORD,
    wrapper="reply",
    fields=_FIELDS,
    list=Path(_LIST),
    show=Path(_ONE),
    create=Path(_LIST),
    update=Path(_ONE),
    delete=Path(_ONE),
    page_limit=1000,
    updated_filter=False,
    created_filter=False,
    # Replies carry no time of change: what is new or edited is found by comparing.
    stamp="",
    created="answer_date",
    parent="rfis",
    tool="RFIs",
    notes=(
        "A list for every RFI, without filters: one call an RFI to read.",
        "Procore refuses a reply to a closed RFI with 403: reopen the RFI first.",
        "Whether a new reply moves its RFI's `updated_at` is not documented; sweeps read all replies.",
        "A reply is deleted for good as far as the API goes: it has no recycle bin for them.",
    ),
)
