"""Finding a resource by name, with a hint where the name is nearly right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from syncd.catalog.albums import ALBUMS
from syncd.catalog.budget_changes import BUDGET_CHANGES
from syncd.catalog.budget_line_items import BUDGET_LINE_ITEMS
from syncd.catalog.budget_modifications import BUDGET_MODIFICATIONS
from syncd.catalog.budgets import BUDGETS
from syncd.catalog.change_events import CHANGE_EVENTS
from syncd.catalog.companies import COMPANIES
from syncd.catalog.company_roles import COMPANY_ROLES
from syncd.catalog.files import FILES
from syncd.catalog.folders import FOLDERS
from syncd.catalog.images import IMAGES
from syncd.catalog.offices import OFFICES
from syncd.catalog.project_roles import PROJECT_ROLES
from syncd.catalog.project_users import PROJECT_USERS
from syncd.catalog.project_vendors import PROJECT_VENDORS
from syncd.catalog.projects import PROJECTS
from syncd.catalog.purchase_orders import PURCHASE_ORDERS
from syncd.catalog.resource import Resource
from syncd.catalog.rfi_replies import RFI_REPLIES
from syncd.catalog.rfis import RFIS
from syncd.catalog.submittal_approvers import SUBMITTAL_APPROVERS
from syncd.catalog.submittals import SUBMITTALS
from syncd.catalog.users import USERS
from syncd.catalog.vendors import VENDORS
from syncd.errors import ConfigProblem

__all__ = ["closest", "instead", "joined", "names", "resource"]

# Parents first; one resource a line.
_ORDER = (
    COMPANIES,
    OFFICES,
    COMPANY_ROLES,
    VENDORS,
    USERS,
    PROJECTS,
    PROJECT_VENDORS,
    PROJECT_USERS,
    PROJECT_ROLES,
    RFIS,
    RFI_REPLIES,
    SUBMITTALS,
    SUBMITTAL_APPROVERS,
    CHANGE_EVENTS,
    PURCHASE_ORDERS,
    BUDGETS,
    BUDGET_LINE_ITEMS,
    BUDGET_MODIFICATIONS,
    BUDGET_CHANGES,
    FOLDERS,
    FILES,
    ALBUMS,
    IMAGES,
)
_ALL = {one.name: one for one in _ORDER}


def names() -> tuple[str, ...]:
    """Every resource of the catalogue, in an order where parents come first."""
    return tuple(_ALL)


def resource(name: str) -> Resource:
    """The resource of that name. Raises ConfigProblem, with a suggestion, if there is none."""
    found = _ALL.get(name)
    if found is None:
        meant = closest(name, _ALL)
        raise ConfigProblem(
            f"Procore resource {name!r} is not in the catalogue"
            + (f"; did you mean {meant!r}?" if meant else f"; there are {', '.join(_ALL)}."),
            hint="`syncd catalog` lists what can be mapped.",
        )
    return found


@contextmanager
def joined(*more: Resource) -> Iterator[None]:
    """Within it the catalogue has these resources too: an entry can be tried before it is ours."""
    fresh = {one.name: one for one in more if one.name not in _ALL}
    _ALL.update(fresh)
    try:
        yield
    finally:
        for name in fresh:
            del _ALL[name]


def closest(word: str, among: Iterable[str]) -> str:
    """The one of `among` that was probably meant, "" if none is near. Case does not count."""
    by_fold = {one.casefold(): one for one in among}
    fold = word.casefold()
    if fold in by_fold:
        return by_fold[fold]
    near = get_close_matches(fold, by_fold, n=1, cutoff=0.6)
    return by_fold[near[0]] if near else ""


def instead(word: str, among: Collection[str]) -> str:
    """The end of a sentence that refuses a word: what was probably meant, else all there is."""
    meant = closest(word, among)
    return f"did you mean {meant!r}?" if meant else f"there is {', '.join(among)}."
