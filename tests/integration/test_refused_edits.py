"""What Procore takes of RFIs, replies, approvers and members, and what becomes of other edits."""

from __future__ import annotations

import pytest

from syncd.core.safety import MIN_REMOVALS
from syncd.mapping.compile import check
from syncd.mapping.load import SourceFile
from syncd.sync.engine import Kind
from tests.integration.test_children import MEMBERS, PROJECTS, REPLIES, Site

RFIS = """\
mapping: rfis
procore: {resource: rfis, projects: {linked: projects}}
quickbase: {table: RFIs, key: Procore ID}
create: [quickbase]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: subject, quickbase: Subject}
  - {procore: accepted, quickbase: Closed}
  - {procore: status, quickbase: Status, direction: to-quickbase}
"""
SUBMITTALS = """\
mapping: submittals
procore: {resource: submittals, projects: {linked: projects}}
quickbase: {table: Submittals, key: Procore ID}
create: [quickbase]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: title, quickbase: Title}
"""
APPROVERS = """\
mapping: approvers
procore: {resource: submittal-approvers, under: submittals}
quickbase: {table: Approvers, key: Procore ID}
create: [quickbase]
fields:
  - {procore: submittal, quickbase: Related Submittal, link: submittals, direction: to-quickbase}
  - {procore: response, quickbase: Response, by: name}
  - {procore: comment, quickbase: Comment}
"""


@pytest.fixture(scope="module")
def site() -> Site:
    """One project with an RFI, its reply, and a submittal with an approver, linked in both vendors."""
    made = Site(rfis=RFIS, replies=REPLIES, submittals=SUBMITTALS, approvers=APPROVERS)
    made.forms.create_field("RFIs", "Closed", "checkbox")
    made.table("Submittals", ("Title", "text"), under=("Projects", "Related Project"))
    made.table(
        "Approvers", ("Response", "text"), ("Comment", "text"), under=("Submittals", "Related Submittal")
    )
    rfi = made.rfi()
    made.sim.put("replies", {"body": "Use steel"}, scope=rfi)
    for name in ("Approved", "Rejected"):
        made.sim.add_option("submittal_responses", name)
    sent = {"title": "Bolts", "number": "1"}
    home = made.sim.put("submittals", sent, scope=made.project)
    made.sim.put("submittal_approvers", {"user_id": made.people[1]}, scope=home)
    made.sync(cycles=3)
    return made


def test_ticking_closes_an_rfi_and_unticking_opens_it(site: Site) -> None:
    """`status` is Procore's own: an RFI is closed by `accepted`, and its status follows (reference §7)."""
    [(name, _)] = site.rows("RFIs").items()
    seen = []
    for closed in (True, False):
        site.stack.edit_quickbase("RFIs", name, Closed=closed)
        site.sync(cycles=4)
        [rfi] = site.sim.rows("rfis").values()
        seen.append((rfi["status"], site.rows("RFIs")[name]["Status"]))

    assert seen == [("closed", "closed"), ("open", "open")]
    assert site.open("rfis") == []


def test_of_a_reply_official_alone_is_written(site: Site) -> None:
    """Procore takes no edit of its words, so a rule for them both ways is refused, with the word that
    makes it fit; `official` crosses, whatever became of the words (reference §7)."""
    [(name, _)] = site.rows("Replies").items()

    site.stack.edit_quickbase("Replies", name, Body="Use wood", Official=True)
    site.sync(cycles=2)

    [reply] = site.sim.rows("replies").values()
    assert (reply["body"], reply["official"]) == ("Use steel", True)
    both_ways = REPLIES.replace(", on: create", "")
    files = {"projects": PROJECTS, "rfis": RFIS, "replies": both_ways}
    told = check([SourceFile(f"{name}.yaml", text) for name, text in files.items()])
    assert any("Procore takes 'body' only when a record is created; add `on: create`" in one for one in told)


def test_an_approvers_response_is_changed_and_never_cleared(site: Site) -> None:
    """A response is one of the project's by its name; emptying it is held with the reason (reference §12)."""
    [(name, _)] = site.rows("Approvers").items()
    site.stack.edit_quickbase("Approvers", name, Response="Approved", Comment="Fine")
    site.sync(cycles=2)
    [answer] = site.sim.rows("submittal_approvers").values()
    assert site.sim.state.options["submittal_responses"][answer["response"]] == "Approved"

    site.stack.edit_quickbase("Approvers", name, Response="", Comment="Fine, but late")
    site.sync(cycles=3)

    [kept] = site.sim.rows("submittal_approvers").values()
    assert (kept["response"], kept["comment"]) == (answer["response"], "Fine, but late")
    assert site.open("approvers") == ["procore refuses it: Procore takes no empty Response."]


def test_many_members_removed_at_once_wait_for_a_person() -> None:
    """Deleted rows remove members only after a look, and never many unasked: the brake holds them (P6)."""
    site = Site(members=MEMBERS)
    site.sync()
    project = site.rid("Projects", site.project)
    people = [
        site.sim.put("users", {"last_name": f"P{one}", "email_address": f"p{one}@example.com"})
        for one in range(MIN_REMOVALS + 3)
    ]
    rids = [site.add("Members", User=str(one), **{"Related Project": project}) for one in people]
    site.sync(cycles=2)
    assert len(site.sim.rows("project_users")) == len(people)

    site.forms.delete("Members", rids)
    site.sync(Kind.SWEEP, cycles=4)

    assert len(site.sim.rows("project_users")) == len(people)
    assert len(site.open("members")) == len(people)
    assert all("'syncd approve' lets the listed ones pass" in one for one in site.open("members"))
