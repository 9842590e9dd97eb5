"""How a list is asked for: every pair of quotes and page size is tried, what worked is kept."""

from __future__ import annotations

import pytest

from syncd.catalog.registry import resource
from syncd.errors import Rejected
from syncd.http import Lane
from syncd.procore.ways import Listing, Way, Ways
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.support.vendor_rig import Rig

VENDORS = resource("vendors")
PLAIN = Listing(VENDORS, VENDORS.list)
SINCE = Listing(VENDORS, VENDORS.list, since=(("filters[updated_at]", 1_767_000_000.0),))


def refused(detail: str = "", status: int = 400) -> Rejected:
    """A vendor's refusal in these words."""
    return Rejected("Procore refused it.", status=status, detail=detail)


def test_quotes_and_a_smaller_page_are_found_together() -> None:
    """Where ranges must be quoted and the page is too large, the one pair that works is found once.

    Each of the two used to be tried alone, so that such a list could never be read.
    """
    rig = Rig(procore=ProcoreSwitches(quoted_range="required", over_max_page="refuse", max_page=300))
    client = rig.vendors.procore

    page = client.page(SINCE, 1, Lane.POLL)
    asked = rig.total()
    again = client.page(SINCE, 1, Lane.POLL)

    assert (page.size, again.size) == (300, 300)
    assert (asked, rig.total()) == (6, 1), "what worked is what is asked first from then on"


@pytest.mark.parametrize("quoted", ["required", "refused"])
@pytest.mark.parametrize("most", [5_000, 1_000, 100])
def test_every_pair_of_habits_is_learned(quoted: str, most: int) -> None:
    """Whatever Procore wants, the second question is asked in one call."""
    switches = ProcoreSwitches(quoted_range=quoted, over_max_page="refuse", max_page=most)  # type: ignore[arg-type]
    rig = Rig(procore=switches)
    rig.vendors.procore.page(SINCE, 1, Lane.POLL)
    rig.total()

    rig.vendors.procore.page(SINCE, 1, Lane.POLL)

    assert rig.total() == 1


def test_a_refusal_about_something_else_is_not_probed() -> None:
    """A filter that Procore does not take costs one call, not eight: failed calls count too."""
    rig = Rig()
    listing = Listing(VENDORS, VENDORS.list, query=(("filters[id][]", "x"),), since=SINCE.since)

    with pytest.raises(Rejected, match="array of integers"):
        rig.vendors.procore.page(listing, 1, Lane.POLL)

    assert rig.total() == 1


@pytest.mark.parametrize(
    ("detail", "status", "count"),
    [
        ("", 400, 7),
        ("Bad request", 400, 7),
        ("per_page must be 300 or less", 422, 7),
        ("updated_at is not a valid range", 400, 7),
        ("by_status and updated_at are invalid", 400, 7),
        ("by_status is invalid", 400, 0),
        ("company_id is missing", 400, 0),
        ("", 409, 0),
        ("", 302, 0),
    ],
)
def test_what_is_tried_depends_on_what_was_said(detail: str, status: int, count: int) -> None:
    """A wordless refusal may be about anything; one that names another part of the question is not
    about pages or ranges, nor is a status that never speaks of the question's shape."""
    listing = Listing(VENDORS, VENDORS.list, query=(("filters[by_status]", "All"),), since=SINCE.since)
    ways = Ways()

    others = ways.others(listing, 1, ways.usual(listing), refused(detail, status))

    assert len(others) == len(set(others)) == count
    assert ways.usual(listing) not in others


def test_later_pages_keep_their_size() -> None:
    """Within a pass only the quotes may be wrong: another size would cut the list at other places."""
    ways = Ways()

    assert ways.others(SINCE, 2, ways.usual(SINCE), refused()) == [Way(True, 2_000)]
    assert ways.others(PLAIN, 2, ways.usual(PLAIN), refused()) == []


def test_quotes_are_remembered_only_from_lists_that_have_a_range() -> None:
    """A list without a range says nothing about quotes; a size is remembered for its list alone."""
    ways = Ways()
    ways.keep(SINCE, Way(False, 2_000), Way(True, 2_000))

    ways.keep(PLAIN, Way(False, 2_000), Way(False, 300))

    projects = resource("projects")
    assert ways.usual(PLAIN) == Way(True, 300)
    assert ways.usual(Listing(projects, projects.list)).size == projects.page_limit
