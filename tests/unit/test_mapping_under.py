"""Resources that live in records of another resource: `under:` names the mapping that holds those."""

from __future__ import annotations

import pytest

from syncd.core.values import SideName
from syncd.mapping.compile import check, compile_all
from syncd.mapping.load import SourceFile
from tests.support.mapping_texts import PROJECTS
from tests.support.mapping_texts import RFIS as ANY_RFIS

RFIS = ANY_RFIS + "  - {procore: subject, quickbase: Subject}\n"
REPLIES = """\
mapping: replies
procore: {resource: rfi-replies, under: rfis}
quickbase: {table: Replies, key: Procore ID}
create: [procore]
fields:
  - {procore: rfi, quickbase: Related RFI, link: rfis}
  - {procore: body, quickbase: Reply, on: create}
"""


def lines(replies: str) -> tuple[str, ...]:
    """What an offline check says of the replies' file, c.yaml, beside projects and RFIs."""
    texts = {"a.yaml": PROJECTS, "b.yaml": RFIS, "c.yaml": replies}
    return check([SourceFile(name, text) for name, text in texts.items()])


def test_replies_live_under_the_rfis_and_run_after_them() -> None:
    """The compiled mapping names the parents' mapping, its rule of address, and its place in the order."""
    files = [SourceFile("a", REPLIES), SourceFile("b", RFIS), SourceFile("c", PROJECTS)]

    made = compile_all(files)

    assert [one.name for one in made] == ["projects", "rfis", "replies"]
    replies = made[2]
    assert (replies.procore.under, replies.procore.projects, replies.procore.home) == ("rfis", "", "rfis")
    assert replies.depends == ("rfis",)
    assert replies.project_rule == 0
    assert made[1].procore.home == "projects"


def test_the_record_above_is_found_through_the_parents_links() -> None:
    """A reply waits until its RFI is linked, and its RFI is named as the RFIs' mapping names it."""

    class Links:
        def across(self, mapping: str, side: SideName, identity: str) -> str | None:
            return {("rfis", "101/7"): "55"}.get((mapping, identity))

    files = [SourceFile("a", REPLIES), SourceFile("b", RFIS), SourceFile("c", PROJECTS)]
    rule = compile_all(files)[2].rules[0]

    assert rule.translate("101/7", SideName.QUICKBASE, Links()) == "55"
    assert rule.required


CASES = {
    "nothing said": (
        REPLIES.replace(", under: rfis", ""),
        "c.yaml:2:1: rfi-replies live in rfis; say in whose with `under: <mapping>`",
    ),
    "projects instead": (
        REPLIES.replace("under: rfis", "projects: {linked: projects}"),
        "c.yaml:2:34: `projects:` does not fit: rfi-replies live in rfis; say in whose with "
        "`under: <mapping>`",
    ),
    "unknown mapping": (
        REPLIES.replace("under: rfis", "under: rfi"),
        "c.yaml:2:41: there is no mapping 'rfi'; did you mean 'rfis'?",
    ),
    "another resource": (
        REPLIES.replace("under: rfis", "under: projects"),
        "c.yaml:2:41: the mapping 'projects' does not hold rfis: it holds projects",
    ),
    "another link": (
        REPLIES.replace("link: rfis", "link: projects"),
        "c.yaml:6:50: 'rfi' must go through the mapping under `under:`, 'rfis'",
    ),
    "under of a project resource": (
        RFIS.replace("mapping: rfis", "mapping: others").replace(
            "projects: {linked: projects}", "under: rfis"
        ),
        "c.yaml:2:27: `under:` does not fit: rfis live in projects; say which with "
        "`projects: {linked: <mapping>}`",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_home_is_named_with_its_place(case: str) -> None:
    """Each misuse of `under:` has one exact line."""
    text, expected = CASES[case]

    assert expected in lines(text)


def test_mappings_under_parents_that_no_two_share_may_write_the_same_field() -> None:
    """Replies under two RFI mappings of disjoint projects are never the same records."""
    first = RFIS.replace("linked: projects", "linked: projects, only: [P-1]")
    second = (
        RFIS.replace("linked: projects", "linked: projects, only: [P-2]")
        .replace("mapping: rfis", "mapping: more-rfis")
        .replace("table: RFIs", "table: More RFIs")
    )
    more = (
        REPLIES.replace("mapping: replies", "mapping: more-replies")
        .replace("under: rfis", "under: more-rfis")
        .replace("link: rfis", "link: more-rfis")
        .replace("table: Replies", "table: More Replies")
    )
    texts = {"a": PROJECTS, "b": first, "c": second, "d": REPLIES, "e": more}

    assert check([SourceFile(name, text) for name, text in texts.items()]) == ()

    texts["c"] = second.replace("P-2", "P-1")
    found = check([SourceFile(name, text) for name, text in texts.items()])
    assert any("'body' is written by mapping 'replies' too" in one for one in found)
