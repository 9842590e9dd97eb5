"""The small lists that references point into, served to read: one more list is one more line here.

Paths, paging and keys are the vendor's (reference §4, §5.2, §7, §8, §12; the lists of project settings
are those its own client kits name). What stands in a list is put there with `sim.add_option`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from syncd.sandbox.message import Response
from syncd.sandbox.procore.read import paged
from syncd.sandbox.procore.render import with_id_texts
from syncd.sandbox.procore.resource import Endpoint, Resource, Runner, Where
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.wire import Call, bad_request, encode, json_text

__all__ = ["LISTS", "LOOKUPS", "OptionList", "page_of"]


@dataclass(frozen=True, slots=True)
class OptionList:
    """One list: where it is read, and under which name its entries are kept.

    `form` rows are entries with all their keys, `ids` pairs of id and name, `words` pairs of name and
    name: what the filters of a list may be set to. `label` is the key that the name stands under.
    `most` is the largest page where that is special, 0 if the list comes whole.
    """

    path: str
    option: str
    form: Literal["rows", "ids", "words"] = "rows"
    label: str = "name"
    most: int | None = None
    company_in: Where | None = None
    project_in: Where = ""
    tool: str = ""

    @property
    def in_project(self) -> bool:
        """Whether it is read in a project."""
        return bool(self.project_in) or "{project_id}" in self.path


_COMPANY = "/rest/v1.0/companies/{company_id}"
_PROJECT = "/rest/v1.0/projects/{project_id}"
_V2 = "/rest/v2.0/companies/{company_id}"

LISTS = (
    OptionList(f"{_COMPANY}/trades", "trades"),
    OptionList(f"{_COMPANY}/project_stages", "project_stages"),
    OptionList(f"{_COMPANY}/project_types", "project_types"),
    OptionList(f"{_COMPANY}/project_bid_types", "project_bid_types"),
    OptionList(f"{_COMPANY}/project_owner_types", "project_owner_types"),
    OptionList(f"{_COMPANY}/project_regions", "project_regions"),
    OptionList(f"{_COMPANY}/programs", "programs"),
    OptionList("/rest/v1.0/departments", "departments", company_in="query"),
    OptionList("/rest/v1.0/change_types", "change_types", company_in="query"),
    OptionList(
        "/rest/v1.0/change_order_change_reasons", "change_reasons", label="change_reason", company_in="query"
    ),
    OptionList(f"{_V2}/change_order_change_reasons", "change_reasons", label="change_reason"),
    OptionList(f"{_V2}/change_events/statuses", "change_event_statuses"),
    OptionList("/rest/v1.0/change_event/statuses", "change_event_statuses", project_in="query"),
    OptionList(f"{_COMPANY}/permission_templates", "permission_templates", most=0),
    OptionList(f"{_PROJECT}/permission_templates", "permission_templates", most=0),
    OptionList("/rest/v1.0/cost_codes", "cost_codes", project_in="query"),
    OptionList("/rest/v1.0/line_item_types", "line_item_types", company_in="query", project_in="query"),
    OptionList(f"{_V2}/projects/{{project_id}}/wbs/codes", "wbs_codes"),
    OptionList(f"{_PROJECT}/locations", "locations"),
    OptionList(f"{_PROJECT}/submittal_responses", "submittal_responses", tool="submittals"),
    OptionList(
        "/rest/v1.0/submittal_responses", "submittal_responses", project_in="query", tool="submittals"
    ),
    OptionList(
        f"{_PROJECT}/submittals/filter_options/status_id", "submittal_statuses", "ids", tool="submittals"
    ),
    OptionList(f"{_PROJECT}/submittals/filter_options/type", "submittal_types", "words", tool="submittals"),
    OptionList(
        f"{_PROJECT}/rfis/filter_options/prefix_stage_id", "project_stages", "ids", most=0, tool="rfis"
    ),
)


def page_of(
    state: State, rows: list[dict[str, Any]], call: Call, most: int | None, *, envelope: bool
) -> Response:
    """One page of such a list, in the form of v1 or of v2."""
    usual = 10 if envelope else 0
    page, headers = paged(
        rows, call.request, 100 if envelope and most is None else most, state.switches, usual
    )
    answer = json_text(encode({"data": with_id_texts(page)} if envelope else page))
    answer.headers.update(headers)
    return answer


def _reader(about: OptionList) -> Runner:
    def run(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
        rows = state.options.rows(about.option, scope)
        for key, wanted in _filters(call).items():
            rows = [row for row in rows if _passes(row, key, wanted)]
        return page_of(
            state, [_shown(about, row) for row in rows], call, about.most, envelope=about.path.startswith(_V2)
        )

    return run


def _shown(about: OptionList, row: dict[str, Any]) -> dict[str, Any]:
    if about.form != "rows":
        return {"key": row["id" if about.form == "ids" else "name"], "value": row["name"]}
    if about.label == "name":
        return row
    return {about.label if key == "name" else key: value for key, value in row.items()}


def _filters(call: Call) -> dict[str, set[str]]:
    """The filters that were sent, with their values."""
    found: dict[str, set[str]] = {}
    for key, value in call.request.query:
        if key.startswith("filters["):
            name = key.removeprefix("filters[").partition("]")[0]
            found.setdefault(name, set()).update(part.strip() for part in value.split(","))
    if not all(one.isascii() and one.isdigit() for one in found.get("id", ())):
        raise bad_request("filters[id] must be an array of integers")
    return found


def _passes(row: dict[str, Any], key: str, wanted: set[str]) -> bool:
    """Whether an entry fits a filter: the value of a key, or a part of its name."""
    if key == "search":
        return any(one.lower() in str(row["name"]).lower() for one in wanted)
    return key not in row or str(row[key]) in wanted


def _resource(about: OptionList) -> Resource:
    endpoint = Endpoint(
        "GET",
        about.path,
        "call",
        view_key="",
        run=_reader(about),
        company_in=about.company_in,
        project_in=about.project_in,
    )
    parent = "project" if about.in_project else "company"
    return Resource(about.option, about.option, (), (endpoint,), parent=parent, tool=about.tool)


LOOKUPS = tuple(_resource(about) for about in LISTS)
"""The lists as the router takes them; they hold no records."""
