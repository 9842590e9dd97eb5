"""The Procore simulator: one company behind `/rest` and `/oauth`, in process."""

from __future__ import annotations

import random
from typing import Any

from syncd.clock import Clock
from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.access import Access
from syncd.sandbox.procore.act import Actions
from syncd.sandbox.procore.albums import ALBUMS
from syncd.sandbox.procore.budget_changes import BUDGET_CHANGES
from syncd.sandbox.procore.budget_lines import BUDGET_LINES
from syncd.sandbox.procore.budget_modifications import BUDGET_MODIFICATIONS
from syncd.sandbox.procore.budget_views import BUDGET_VIEWS
from syncd.sandbox.procore.budgets import BUDGETS
from syncd.sandbox.procore.change_events import CHANGE_EVENTS
from syncd.sandbox.procore.custom import CustomKind
from syncd.sandbox.procore.definitions import COMPANY_DEFINITIONS, PROJECT_DEFINITIONS
from syncd.sandbox.procore.files import FILES
from syncd.sandbox.procore.folders import FOLDERS
from syncd.sandbox.procore.images import IMAGES
from syncd.sandbox.procore.limits import Limits
from syncd.sandbox.procore.lookups import LOOKUPS
from syncd.sandbox.procore.memberships import PROJECT_USERS, PROJECT_VENDORS
from syncd.sandbox.procore.oauth import OAuth
from syncd.sandbox.procore.offices import OFFICES
from syncd.sandbox.procore.projects import PROJECTS
from syncd.sandbox.procore.purchase_orders import PURCHASE_ORDERS
from syncd.sandbox.procore.resource import Resource
from syncd.sandbox.procore.rfis import REPLIES, RFIS
from syncd.sandbox.procore.roles import COMPANY_ROLES, PROJECT_ROLES
from syncd.sandbox.procore.routes import Routes, shape_of
from syncd.sandbox.procore.state import HistorySink, State
from syncd.sandbox.procore.submittal_approvers import APPROVERS
from syncd.sandbox.procore.submittals import SUBMITTALS
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.table import Values
from syncd.sandbox.procore.uploads import UPLOADS
from syncd.sandbox.procore.users import USERS
from syncd.sandbox.procore.vendors import VENDORS
from syncd.sandbox.procore.wire import Call, Refusal, Who
from syncd.sandbox.procore.write import apply, remove, to_bin

__all__ = ["RESOURCES", "TOOLS", "ProcoreSim"]

RESOURCES = (
    PROJECTS,
    VENDORS,
    RFIS,
    REPLIES,
    USERS,
    OFFICES,
    COMPANY_ROLES,
    PROJECT_ROLES,
    PROJECT_USERS,
    PROJECT_VENDORS,
    SUBMITTALS,
    APPROVERS,
    CHANGE_EVENTS,
    PURCHASE_ORDERS,
    BUDGETS,
    BUDGET_LINES,
    BUDGET_MODIFICATIONS,
    BUDGET_CHANGES,
    FOLDERS,
    FILES,
    ALBUMS,
    IMAGES,
    UPLOADS,
)
"""What the simulator serves; one more resource is one more line here."""

_READ_ONLY = (COMPANY_DEFINITIONS, PROJECT_DEFINITIONS, BUDGET_VIEWS)
"""What is served besides and holds no records of its own."""

TOOLS = tuple(sorted({resource.tool for resource in RESOURCES} - {""}))
"""The tools that can be off in a project, by the names that `tools_off` knows."""

_MORE = (
    "/rest/v1.0/companies",
    "/rest/v1.0/me",
    "/rest/v1.0/company_base_url",
    "/storage/uploads",
    "/storage/segments/{uuid}/{place}",
    "/storage/files/{uuid}",
    "/downloads/{uuid}",
)


class ProcoreSim:
    """The vendor. `skew` is its clock's error in seconds; `as_of` makes reads show a past true time.
    `tables` are served besides `RESOURCES`.

    Credentials `syncd` and `person` differ in one thing only: the person is not metered, because
    people work in the web application, which has no API limits.
    """

    name = "procore"

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        switches: ProcoreSwitches | None = None,
        history: HistorySink | None = None,
        skew: float = 0.0,
        hour: int = 3_600,
        spike: int = 25,
        spike_seconds: float = 10.0,
        tables: tuple[Resource, ...] = (),
    ) -> None:
        rng = random.Random(f"procore {seed}")
        self._clock = clock
        self.switches = switches or ProcoreSwitches()
        served = (*RESOURCES, *tables)
        resources = {resource.name: resource for resource in served}
        company = 598_134_325_500_000 + rng.randrange(100_000)
        self.state = State(clock, rng, self.switches, history, resources, company, skew=skew)
        self.oauth = OAuth(rng, self.state.now, self.switches)
        self.limits = {"syncd": Limits(hour, spike, spike_seconds, self.switches)}
        self.as_of: float | None = None
        self._routes = Routes((*LOOKUPS, *_READ_ONLY, *served), _MORE)
        self._access = Access(self.state)
        self._actions = Actions(self.state)
        self.who: dict[str, Who] = {}
        for credential, first, last in (("syncd", "Sync", "Service"), ("person", "Pat", "Example")):
            self._add_person(credential, first, last)

    @property
    def skew(self) -> float:
        """Seconds the vendor's clock runs ahead of true time."""
        return self.state.skew

    @skew.setter
    def skew(self, seconds: float) -> None:
        self.state.skew = seconds

    @property
    def company_id(self) -> int:
        """The one company's id."""
        return self.state.company_id

    def handle(self, request: Request) -> Response:
        """Answer one request; its path starts with `/rest`, `/oauth`, `/downloads` or `/storage`."""
        charged = self.charge(request)
        if charged.status == 429:
            return charged
        answer = self.act(request)
        answer.headers.update(charged.headers)
        return answer

    def charge(self, request: Request) -> Response:
        """Count a call against the limits: an empty 200 with the headers of every answer, or the 429."""
        limits = (
            None if request.path.startswith("/oauth/") else self.limits.get(self.oauth.credential(request))
        )
        if limits is None:
            return self.dated(Response())
        verdict = limits.charge(self._clock.monotonic())
        answer = self.dated(Response() if verdict.allowed else limits.refusal(verdict))
        answer.headers.update(limits.headers(verdict, self.state.now()))
        return answer

    def act(self, request: Request) -> Response:
        """Carry a request out without counting it."""
        if request.path.startswith("/oauth/"):
            return self.dated(self.oauth.handle(request))
        if request.path.startswith("/storage/"):
            return self.dated(self.state.storage.handle(request))
        try:
            answer = self._dispatch(request)
        except Refusal as refusal:
            answer = refusal.response(self.switches.error_shape, request.path)
        return self.dated(answer)

    def dated(self, answer: Response) -> Response:
        """Every answer carries `Date` by the vendor's own clock."""
        answer.headers["Date"] = self.state.date()
        return answer

    def template(self, request: Request) -> str:
        """The path template, for the statistics."""
        return self._routes.template(request.path)

    def credential(self, request: Request) -> str:
        """Whose request it is, for the statistics."""
        return self.oauth.credential(request)

    def refusal(self, status: int, text: str) -> Response:
        """An error answer in the vendor's shape, for faults."""
        return self.dated(Refusal(status, text).response(self.switches.error_shape))

    def set_rate(self, value: Any) -> None:
        """New limit sizes: a number for the short window, or `{hour, spike}`."""
        sizes = value if isinstance(value, dict) else {"spike": value}
        for limits in self.limits.values():
            limits.hour.size = int(sizes.get("hour", limits.hour.size))
            limits.spike.size = int(sizes.get("spike", limits.spike.size))

    def rates(self) -> dict[str, dict[str, int]]:
        """Use and peaks of the limits by credential, for the statistics."""
        now = self._clock.monotonic()
        return {credential: limits.wire(now) for credential, limits in self.limits.items()}

    def put(
        self,
        resource: str,
        sent: dict[str, Any],
        *,
        scope: int = 0,
        credential: str = "person",
        record: int = 0,
    ) -> int:
        """Create (or with `record` change) a record as a write by that credential would; its id.

        Raises Refusal as the API would.
        """
        about = self.state.resources[resource]
        there = self.state.tables[resource].records[record] if record else None
        scope = there.scope if there else scope
        return apply(self.state, about, there, scope, sent, self.who[credential]).id

    def recycle(self, resource: str, record: int, *, credential: str = "person", back: bool = False) -> None:
        """Move a record to the recycle bin, or `back` out of it."""
        about, there = self.state.resources[resource], self.state.tables[resource].records[record]
        to_bin(self.state, about, there, self.who[credential], not back)

    def drop(self, resource: str, record: int, *, credential: str = "person") -> None:
        """Delete a record for good, as that credential."""
        about, there = self.state.resources[resource], self.state.tables[resource].records[record]
        remove(self.state, about, there, self.who[credential])

    def rows(self, resource: str) -> dict[int, Values]:
        """The stored values of all records of a resource, by id. Don't change them."""
        return {key: record.now.values for key, record in self.state.tables[resource].records.items()}

    def scope_of(self, resource: str, record: int) -> int:
        """The project (or RFI) a record lives in; 0 is the company."""
        return self.state.tables[resource].records[record].scope

    def add_option(self, kind: str, name: str, *, project: int = 0, **more: Any) -> int:
        """An entry of a small list (trades, cost_codes...), of the company or one project; its id.

        `more` are the keys it has besides id and name.
        """
        number = self.state.new_id()
        self.state.options.put(kind, number, name, project, more)
        return number

    def add_custom_field(self, resource: str, label: str, kind: CustomKind, *entries: str) -> int:
        """A custom field of the company for a resource, with the entries of its list; its id."""
        self.state.epoch += 1
        return self.state.custom.put(resource, label, kind, entries, self.state.new_id)

    def custom_entries(self, definition: int) -> dict[str, int]:
        """The ids of the entries of a custom field's list, by label."""
        about = self.state.custom.by_id[definition]
        return {row["label"]: row["id"] for row in self.state.custom.entries(about)}

    def _dispatch(self, request: Request) -> Response:
        who = self.oauth.who(request)
        self._heard_at(request.header("host"))
        shape, ids = shape_of(request.path)
        if shape == "/downloads/{}":
            return self.state.storage.lead_on(request.path.rpartition("/")[2], request.param("sig") or "")
        route = self._routes.find(request.method, shape)
        if route is None:
            return self._access.special(request, who, shape)
        call = Call(request, who, ids, self.as_of)
        args = dict(zip(route.places, ids, strict=True))
        scope = self._access.scope(route, call, args)
        return self._actions.run(route, call, args, scope)

    def _heard_at(self, host: str) -> None:
        """Links in answers name the host that was called: texts that hold another are made anew."""
        if host and host != self.state.storage.host:
            self.state.storage.host = host
            self.state.epoch += 1

    def _add_person(self, credential: str, first: str, last: str) -> None:
        """A user and the app that acts as this user."""
        sent = {"first_name": first, "last_name": last, "name": f"{first} {last}"}
        sent["email_address"] = f"{first}.{last}@example.com".lower()
        user = apply(self.state, USERS, None, 0, sent, Who(credential, 0)).id
        self.who[credential] = Who(credential, user)
        self.oauth.add_client(credential, user)
