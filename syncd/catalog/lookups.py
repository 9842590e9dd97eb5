"""The lists that say in words what a reference names by id, as plain data.

One more list is one more line. A list is read whole and kept for a while (`syncd.procore.names`);
where an answer carries the word beside the id, no list is read at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from syncd.catalog.albums import ALBUMS
from syncd.catalog.folders import FOLDERS
from syncd.catalog.offices import OFFICES
from syncd.catalog.project_users import PROJECT_USERS
from syncd.catalog.projects import PROJECTS
from syncd.catalog.resource import Path, Resource, Scope, Shape
from syncd.catalog.users import USERS
from syncd.catalog.vendors import VENDORS

__all__ = ["LOOKUPS", "Lookup", "entries_of", "lookup", "words_of"]


@dataclass(frozen=True, slots=True)
class Lookup:
    """One list: `list` is how it is read, `words` which words its rows, and the objects in other
    answers, hold: for each word of `by:` the keys it may stand under, the likeliest first.

    `list.title` is what people call it. Its scope is the company or a project. Entries on the list of
    inactive ones have words, but no word leads to them. `options`: the entries are what a filter may
    be set to, pairs of `key` and `value` that have no id. `tree`: entries stand in one another, and their
    word is the way down to them.
    """

    list: Resource
    words: tuple[tuple[str, tuple[str, ...]], ...]
    options: bool = False
    tree: bool = False

    def keys(self, by: str) -> tuple[str, ...]:
        """The keys that such a word stands under, none if entries have no such word."""
        return dict(self.words).get(by, ())


_NAME = (("name", ("name",)),)
_PEOPLE = (("email", ("email_address", "login", "email")), ("name", ("name", "full_name")))
_CODED = (("full_code", ("full_code",)), ("name", ("name",)))
_COMPANY = "/rest/v1.0/companies/{company}"
_PROJECT = "/rest/v1.0/projects/{project}"
_V2 = "/rest/v2.0/companies/{company}"


def _of(
    title: str,
    path: str,
    scope: Scope = Scope.COMPANY,
    *,
    words: tuple[tuple[str, tuple[str, ...]], ...] = _NAME,
    company_in: str = "",
    project_in: str = "",
    paged: bool = True,
    size: int = 1000,
    params: tuple[tuple[str, str], ...] = (),
) -> Lookup:
    shape = Shape.DATA if path.startswith("/rest/v2.") else Shape.ROWS
    listed = Resource(
        name=title.casefold().replace(" ", "-"),
        title=title,
        scope=scope,
        wrapper="",
        fields=(),
        list=Path(path, company_in=company_in, project_in=project_in),
        params=params,
        page_limit=100 if shape is Shape.DATA else size,
        updated_filter=False,
        created_filter=False,
        shape=shape,
        paged=paged,
    )
    return Lookup(listed, words)


_OURS = Scope.PROJECT

LOOKUPS = {
    # Records of resources: their own lists.
    "users": Lookup(USERS, _PEOPLE),
    "project-users": Lookup(PROJECT_USERS, _PEOPLE),
    "vendors": Lookup(VENDORS, (("name", ("name", "company")),)),
    "offices": Lookup(OFFICES, _NAME),
    "albums": Lookup(ALBUMS, _NAME),
    "folders": Lookup(FOLDERS, (("path", ("path",)),), tree=True),
    "projects": Lookup(PROJECTS, (("name", ("name",)), ("number", ("project_number",)))),
    # Settings of the company (reference procore-api §4, §5.2, §6; §2 names the fields they serve).
    "permission-templates": _of(
        "Permission templates", f"{_COMPANY}/permission_templates", paged=False
    ),
    "trades": _of("Trades", f"{_COMPANY}/trades"),
    "departments": _of("Departments", "/rest/v1.0/departments", company_in="query"),
    "programs": _of("Programs", f"{_COMPANY}/programs"),
    "project-stages": _of("Project stages", f"{_COMPANY}/project_stages"),
    "project-types": _of("Project types", f"{_COMPANY}/project_types"),
    "project-bid-types": _of("Bid types", f"{_COMPANY}/project_bid_types"),
    "project-owner-types": _of("Owner types", f"{_COMPANY}/project_owner_types"),
    "project-regions": _of("Regions", f"{_COMPANY}/project_regions"),
    "change-event-statuses": _of("Change event statuses", f"{_V2}/change_events/statuses"),
    "change-types": _of("Change types", "/rest/v1.0/change_types", company_in="query"),
    "change-reasons": _of(
        "Change reasons",
        "/rest/v1.0/change_order_change_reasons",
        words=(("name", ("change_reason", "name")),),
        company_in="query",
    ),
    # Lists of a project (reference procore-api §7, §8, §12).
    "cost-codes": _of("Cost codes", "/rest/v1.0/cost_codes", _OURS, words=_CODED, project_in="query"),
    "wbs-codes": _of(
        "WBS codes",
        f"{_V2}/projects/{{project}}/wbs/codes",
        _OURS,
        words=(("full_code", ("flat_code",)), ("name", ("description", "name"))),
    ),
    "line-item-types": _of(
        "Line item types",
        "/rest/v1.0/line_item_types",
        _OURS,
        words=(("name", ("name",)), ("full_code", ("code",))),
        company_in="query",
        project_in="query",
    ),
    "locations": _of("Locations", f"{_PROJECT}/locations", _OURS),
    "submittal-responses": _of("Submittal responses", f"{_PROJECT}/submittal_responses", _OURS),
    "submittal-packages": _of(
        "Submittal packages",
        f"{_PROJECT}/submittal_packages",
        _OURS,
        words=(("name", ("title",)), ("number", ("number",))),
    ),
    "sub-jobs": _of("Sub jobs", "/rest/v1.0/sub_jobs", _OURS, words=(*_NAME, ("number", ("code",))),
                    project_in="query"),
    # Procore has no list of a company's submittal statuses but the options of their filter (§12).
    "submittal-statuses": replace(
        _of(
            "Submittal statuses",
            f"{_PROJECT}/submittals/filter_options/status_id",
            _OURS,
            words=(("name", ("name", "value")),),
        ),
        options=True,
    ),
    # No list of the API is known for these; what answers carry is read, and nothing can be written.
    "specification-sections": _of(
        "Specification sections",
        "",
        _OURS,
        words=(("number", ("number",)), ("name", ("description", "label"))),
    ),
}  # fmt: skip
"""By what `ResourceField.target` says that ids name."""

_ENTRIES = "custom-field-entries/"


def lookup(target: str) -> Lookup | None:
    """The list that belongs to a reference's target, None where there is none."""
    if target.startswith(_ENTRIES):
        number = target.removeprefix(_ENTRIES)
        path = f"/rest/v1.0/custom_field_definitions/{number}/custom_field_lov_entries"
        return _of("List entries", path, words=(("label", ("label",)),), company_in="query")
    return LOOKUPS.get(target)


def entries_of(definition: str) -> str:
    """The target of a custom field whose values are entries of a list (reference procore-api §21)."""
    return _ENTRIES + definition


def words_of(target: str) -> tuple[str, ...]:
    """The words that `by:` may take for such a reference; none where it can only be said by id."""
    found = lookup(target)
    return tuple(by for by, _ in found.words) if found else ()
