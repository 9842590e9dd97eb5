"""The exhaustive crash sweep of the token refresh: die before and after each call and commit.

Procore's refresh token works once and dies when it is used, whether or not the answer
arrives (reference procore-api §15). So one moment remains that nobody can close: between the
vendor's answer and the commit that stores it. There, and only there, a person has to
connect again, and the error says so. Everywhere else the next process goes on by itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from pydantic import SecretStr

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.errors import AuthProblem, SyncdError
from syncd.mapping.compile import compile_all
from syncd.mapping.load import SourceFile
from syncd.sandbox.faults import Dropped
from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.oauth import OOB
from syncd.sandbox.world import World
from syncd.settings import ProcoreSettings, QuickbaseSettings, Settings
from syncd.sides.build import Vendors, procore_account
from syncd.sides.port import Lane
from tests.proof.memory import Crash, ProofStore, fresh_store
from tests.support.wsgi_adapter import WorldAdapter, session_with

__all__ = ["Crashing", "sweep_tokens"]

ROUNDS = 3
"""Renewals of one run."""

LIFE = 5_400.0

_MAPPING = """
mapping: vendors
procore: {resource: vendors}
quickbase: {table: Vendors, key: Procore ID}
create: []
fields:
  - {procore: name, quickbase: Company Name}
"""


@dataclass(slots=True)
class Crashing:
    """Where the process dies: `call` or `commit`, `before` or `after`, and which one; 0 is never.

    `full`: instead of dying, the commit fails because the disk is full, and the process lives.
    """

    what: str = ""
    when: str = ""
    number: int = 0
    full: bool = False
    calls: int = 0
    commits: int = 0
    log: list[str] = field(default_factory=list)

    def step(self, what: str, when: str, name: str = "") -> bool:
        """Whether it happens here."""
        if when == "before":
            if what == "call":
                self.calls += 1
            else:
                self.commits += 1
            self.log.append(f"{what} {name}".strip())
        number = self.calls if what == "call" else self.commits
        return (what, when, number) == (self.what, self.when, self.number)


class _House:
    """A service connected for a user by refresh token, over the sandbox."""

    def __init__(self, crashing: Crashing) -> None:
        self.crashing = crashing
        self.clock = ManualClock()
        self.world = World(self.clock, seed=5)
        self.world.seed_demo()
        info = self.world.info()
        client = self.world.procore.oauth.client_of("syncd")
        self.first = str(self.world.procore.oauth.issue(client, service=False)["refresh_token"])
        procore = {**info["procore"], "company_id": str(info["procore"]["company_id"])}
        self.settings = Settings(
            procore=ProcoreSettings(**procore, refresh_token=SecretStr(self.first)),
            quickbase=QuickbaseSettings(**info["quickbase"]),
        )
        self.store: ProofStore = fresh_store(self.clock)
        self.problems: list[str] = []
        self.spent: list[str] = []
        self.armed = False
        self.store.fate = self.fate
        self.start()

    def start(self) -> None:
        """A process."""
        self.vendors = Vendors(
            self.settings,
            self.store.ledger,
            self.store.tokens,
            self.clock,
            session_with(WorldAdapter(self.handle, Dropped)),
            rng=random.Random(1),
        )
        (mapping,) = compile_all([SourceFile("vendors.yaml", _MAPPING)], None)
        self.side = self.vendors.side(mapping, SideName.PROCORE)

    def work(self) -> int:
        """One ordinary piece of work; how many records it read."""
        feed = self.side.everything("", Lane.DUE)
        return sum(len(page) for page in feed)

    def handle(self, request: Request) -> Response:
        """One call, under the eye of the proof."""
        if self.armed and self.crashing.step("call", "before", request.path):
            raise Crash("before a call")
        if request.path.endswith("/oauth/token"):
            self._look_at_grant(request)
        else:
            self._look_at_token(request)
        answer = self.world.handle(request)
        if self.armed and self.crashing.step("call", "after"):
            raise Crash("after a call")
        return answer

    def _look_at_grant(self, request: Request) -> None:
        sent = dict(parse_qsl(request.body.decode())).get("refresh_token", "")
        if sent:
            self.spent.append(sent)

    def _look_at_token(self, request: Request) -> None:
        stored = self.store.tokens.load(procore_account(self.settings.procore))
        used = request.header("authorization").removeprefix("Bearer ")
        if stored is None or stored.access_token != used:
            self.problems.append("a token was used before it was stored")

    def fate(self) -> str:
        """What becomes of this commit."""
        if not self.armed:
            return ""
        if self.crashing.step("commit", "before"):
            return "full" if self.crashing.full else "before"
        return "after" if self.crashing.step("commit", "after") else ""


def _run(crashing: Crashing) -> tuple[_House, bool]:
    """Live through some renewals; True if a person had to connect again."""
    house = _House(crashing)
    house.armed = True
    asked = False
    for _ in range(ROUNDS):
        for _attempt in range(3):
            try:
                house.work()
                break
            except Crash:
                house.start()
            except AuthProblem as problem:
                asked = True
                house.armed = False
                _connect(house, problem)
                house.armed = True
            except SyncdError as error:
                if not crashing.full:
                    house.problems.append(f"an error where none was due: {error}")
        else:
            house.problems.append("nothing could be read after three tries")
        house.clock.advance(LIFE + 10)
    return house, asked


def _connect(house: _House, problem: AuthProblem) -> None:
    """What the error asks of a person, done; afterwards everything works again."""
    if "syncd connect procore" not in problem.hint:
        house.problems.append(f"the error does not say what to do: {problem} {problem.hint}")
    client = house.world.procore.oauth.client_of("syncd")
    asked = (("client_id", client.client_id), ("redirect_uri", OOB), ("response_type", "code"))
    page = house.world.handle(Request("GET", "/procore/oauth/authorize", asked))
    code = page.body.decode().split("<code>")[1].split("</code>")[0]
    house.vendors.tokens.redeem(code, OOB)
    if not house.work():
        house.problems.append("nothing could be read after connecting again")


def sweep_tokens() -> tuple[list[str], int]:
    """Crash everywhere; the problems found, and the number of runs."""
    calm, asked = _run(Crashing())
    problems = [*calm.problems, *(["a calm run needed a person"] if asked else [])]
    log = calm.crashing.log
    calls, commits = calm.crashing.calls, calm.crashing.commits
    plans = [Crashing("call", when, one + 1) for when in ("before", "after") for one in range(calls)]
    plans += [Crashing("commit", when, one + 1) for when in ("before", "after") for one in range(commits)]
    plans += [Crashing("commit", "before", one + 1, full=True) for one in range(commits)]
    for plan in plans:
        house, asked = _run(plan)
        where = f"{'full disk' if plan.full else 'crash'} {plan.when} {plan.what} {plan.number}"
        problems += [f"{where}: {one}" for one in house.problems]
        if asked and not _unavoidable(plan, log):
            problems.append(f"{where}: a person had to connect again although the answer was stored")
        if len(set(house.spent)) != len(house.spent) and not asked:
            problems.append(f"{where}: a refresh token was used twice")
    return problems, len(plans) + 1


def _unavoidable(plan: Crashing, log: list[str]) -> bool:
    """Whether the crash fell between the vendor's answer and the very next commit."""
    if plan.full:
        return False  # the process lived and still held the answer
    calls = [place for place, one in enumerate(log) if one.startswith("call")]
    commits = [place for place, one in enumerate(log) if one.startswith("commit")]
    if plan.what == "call":
        return plan.when == "after" and log[calls[plan.number - 1]].endswith("/oauth/token")
    place = commits[plan.number - 1]
    return plan.when == "before" and log[place - 1].endswith("/oauth/token")
