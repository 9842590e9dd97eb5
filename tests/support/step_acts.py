"""What a person types to take each action of the channel, and what it changes in Procore's own record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.support.step_site import Site

__all__ = ["ACTS", "Act", "Needs", "typed"]


@dataclass(frozen=True, slots=True)
class Act:
    """`words` stand after verb and resource; `{name}` is filled in by `Needs`.

    `does` is what the vendor's history calls the change: create, update or delete. `moves` are the
    stored values that move without being named by the words, with what they become ("*" where that is
    checked nowhere but in having moved). `beside` is the one other table that changes with it.
    """

    words: str
    does: str
    moves: tuple[tuple[str, object], ...] = ()
    beside: str = ""


_BINNED: tuple[tuple[str, object], ...] = (("deleted", True), ("deleted_at", "*"))

ACTS = {
    ("projects", "create"): Act(
        "name=Pier{n} project_number=P-{n} city=Lyon square_feet=1200", "create", beside="budgets"
    ),
    ("projects", "update"): Act("{fresh} city=Lyon total_value=99.5 start_date=2026-07-01", "update"),
    ("vendors", "create"): Act("name=Paving{n} city=Lyon authorized_bidder=yes trades={trade}", "create"),
    ("vendors", "update"): Act("{fresh} city=Lyon zip=69001", "update"),
    ("project-vendors", "add"): Act("{project}/{vendor}", "create"),
    ("project-vendors", "remove"): Act("{fresh}", "delete"),
    ("users", "create"): Act("first_name=Bo last_name=Pine{n} email_address=bo{n}@example.com", "create"),
    ("users", "update"): Act("{fresh} job_title=Surveyor city=Lyon", "update"),
    ("users", "invite"): Act("{fresh}", "update", (("invitations", 1), ("welcome_email_sent_at", "*"))),
    ("project-users", "add"): Act("user={user} permission_template={template} --project {project}", "create"),
    ("project-users", "remove"): Act("{fresh}", "delete"),
    ("project-users", "set-permission-template"): Act("{fresh} permission_template={template}", "update"),
    ("rfis", "create"): Act(
        "--project {project} subject=Joint{n} question_body=Why? rfi_manager={user} due_date=2026-05-06",
        "create",
    ),
    ("rfis", "update"): Act("{fresh} due_date=2026-05-07 private=yes", "update"),
    ("budget-line-items", "create"): Act(
        "--project {project} cost_code={code} line_item_type={kind} original_budget_amount=250.75", "create"
    ),
    ("budget-line-items", "update"): Act("{fresh} original_budget_amount=300 uom=days", "update"),
    ("budget-modifications", "create"): Act(
        "project={project} to_budget_line_item={line} transfer_amount=12.5 notes=Moved", "create"
    ),
    ("budget-modifications", "update"): Act("{fresh} transfer_amount=13 notes=Less", "update"),
    ("budget-modifications", "delete"): Act("{fresh}", "delete"),
    ("budgets", "lock"): Act("{open_budget}", "update", (("locked", True),)),
    ("budgets", "unlock"): Act("{locked_budget}", "update", (("locked", False),)),
    ("offices", "create"): Act("name=Wing{n} city=Lyon phone=5550100", "create"),
    ("offices", "update"): Act("{fresh} city=Lyon division=North", "update"),
    ("offices", "delete"): Act("{fresh}", "delete"),
    ("files", "upload"): Act("{file} --project {project} description=Whole private=yes", "create"),
    ("files", "create-version"): Act("{fresh} {file}", "update", (("versions", "*"),)),
    ("files", "update"): Act("{fresh} description=Half name=other{n}.pdf", "update"),
    ("files", "delete"): Act("{fresh}", "delete", _BINNED),
    ("albums", "create"): Act("--project {project} name=Roof{n} private=yes", "create"),
    ("albums", "update"): Act("{fresh} name=Attic{n}", "update"),
    ("albums", "delete"): Act("{fresh}", "delete"),
    ("submittals", "create"): Act(
        "--project {project} number=N-{n} title=Glass due_date=2026-05-08 submittal_manager={user}", "create"
    ),
    ("submittals", "update"): Act("{fresh} title=Stone lead_time=9", "update"),
    ("submittals", "delete"): Act("{fresh}", "delete", _BINNED),
    ("submittal-approvers", "update"): Act(
        "{fresh} response={response} comment=Seen", "update", (("returned_date", "*"),), "submittals"
    ),
    ("images", "upload"): Act(
        "{file} --project {project} image_name=view{n}.jpg album={album} description=North",
        "create",
    ),
    ("images", "update"): Act("{fresh} description=South album={album}", "update"),
    ("images", "delete"): Act("{fresh}", "delete", _BINNED),
    ("folders", "create"): Act("--project {project} name=Plans{n} is_tracked=yes", "create"),
    ("folders", "update"): Act("{fresh} name=Prints{n}", "update"),
    ("folders", "delete"): Act("{fresh}", "delete", _BINNED),
}
"""By resource and verb. Of a create every named value is stored; of an update no other value moves."""


class Needs(Mapping[str, object]):
    """What words may name: each is made when it is asked for."""

    def __init__(self, site: Site, resource: str) -> None:
        self.site = site
        self.resource = resource

    def __getitem__(self, name: str) -> object:
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    @property
    def n(self) -> int:
        """A number that no other record has in its name."""
        self.site.makers.number += 1
        return self.site.makers.number

    @property
    def project(self) -> int:
        """The project that steps are taken in."""
        return self.site.project

    @property
    def fresh(self) -> str:
        """A record of the resource that a person has just made."""
        return self.site.fresh(self.resource)

    @property
    def vendor(self) -> int:
        """A vendor of the company that is in no project."""
        return self.site.makers.new("vendors")

    @property
    def user(self) -> int:
        """A user of the company who is in no project."""
        return self.site.makers.new("users")

    @property
    def album(self) -> int:
        """An empty album."""
        return self.site.makers.new("albums", self.project)

    @property
    def line(self) -> int:
        """A budget line."""
        return self.site.makers.new("budget-line-items", self.project)

    @property
    def code(self) -> int:
        """A cost code without a budget line."""
        return self.site.makers.cost_code(self.project)

    @property
    def kind(self) -> int:
        """A line item type."""
        return self.site.makers.option("line_item_types", "Made Stuff", code="S")

    @property
    def trade(self) -> int:
        """A trade."""
        return self.site.makers.option("trades", "Made Paving")

    @property
    def template(self) -> int:
        """A permission template that nobody has yet."""
        return self.site.makers.option("permission_templates", "Made Builders", type="global")

    @property
    def response(self) -> int:
        """What an approver may answer."""
        return self.site.makers.option("submittal_responses", "Made Approved", considered="approved")

    @property
    def file(self) -> str:
        """A file in the directory where the command runs, of bytes that no other one has."""
        name = f"plan{self.n}.pdf"
        (self.site.stage.folder / name).write_bytes(f"%PDF {name}\r\n\x00".encode())
        return name

    @property
    def open_budget(self) -> str:
        """The budget of a new project."""
        return str(self.site.makers.new("projects"))

    @property
    def locked_budget(self) -> str:
        """The budget of a new project, after a person locked it."""
        project = self.site.makers.new("projects")
        state = self.site.sim.state
        about, record = state.resources["budgets"], state.tables["budgets"].records[project]
        state.store(
            about, record, project, {**record.now.values, "locked": True}, self.site.sim.who["person"]
        )
        return str(project)


def typed(site: Site, resource: str, verb: str) -> list[str]:
    """The words of an action, with what they name made by a person first."""
    return ACTS[resource, verb].words.format_map(Needs(site, resource)).split()
