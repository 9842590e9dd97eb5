"""What `syncd doctor` asks the vendors: who we are, what we may do, which tools are on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from syncd.catalog.registry import resource
from syncd.catalog.resource import Resource, Scope
from syncd.clock import Clock
from syncd.errors import CallError, ConfigProblem, Forbidden, NotFound
from syncd.http.message import Lane
from syncd.mapping.compiled import Mapping
from syncd.procore.client import Listing, ProcoreClient
from syncd.quickbase.client import QuickbaseClient
from syncd.quickbase.schema import tables

__all__ = ["MOST_PROJECTS", "Fact", "examine"]

MOST_PROJECTS = 20
"""Projects whose tools are tried; each costs one call."""

MOST_SKEW = 120.0
"""Seconds our clock may differ from a vendor's before we say so."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing found out: about what, whether it is as it should be, and the sentence."""

    topic: str
    ok: bool
    text: str
    hint: str = ""


def examine(
    procore: ProcoreClient, quickbase: QuickbaseClient, clock: Clock, mappings: Collection[Mapping]
) -> list[Fact]:
    """Ask both vendors. Never raises for what they answer: that is a fact too."""
    facts: list[Fact] = []
    resources = {one.procore.resource: resource(one.procore.resource) for one in mappings}
    checks: list[tuple[str, Callable[[], Iterator[Fact]]]] = [
        ("procore", lambda: _account(procore, clock)),
        ("procore", lambda: _lists(procore, list(resources.values()))),
        ("quickbase", lambda: _app(quickbase, clock, mappings)),
    ]
    for topic, check in checks:
        try:
            facts.extend(check())
        except (CallError, ConfigProblem) as problem:
            facts.append(Fact(topic, False, problem.message, problem.hint))
    return facts


def _account(client: ProcoreClient, clock: Clock) -> Iterator[Fact]:
    me = client.me()
    yield Fact("procore account", True, f"Signed in as {me.get('login') or me.get('name') or me.get('id')}.")
    companies = client.get("/rest/v1.0/companies")
    rows = companies if isinstance(companies, list) else []
    ours = next((one for one in rows if str(one.get("id")) == client.company), None)
    if ours is None:
        hint = "Check SYNCD_PROCORE__COMPANY_ID, and that the app is installed in that company."
        yield Fact("procore company", False, f"Company {client.company} is not visible to us.", hint)
    else:
        yield Fact("procore company", True, f"Company {client.company} is {ours.get('name')}.")
    yield _skew("procore clock", client.date, clock)


def _lists(client: ProcoreClient, wanted: list[Resource]) -> Iterator[Fact]:
    for about in wanted:
        if about.scope is Scope.COMPANY:
            yield _reachable(client, about, "", about.title)
    inner = [about for about in wanted if about.scope is Scope.PROJECT]
    if not inner:
        return
    projects = resource("projects")
    page = client.page(
        Listing(projects, projects.list, query=projects.params, page_size=MOST_PROJECTS), 1, Lane.COMMAND
    )
    for row in page.rows[:MOST_PROJECTS]:
        if row.get("active") is False:
            continue
        for about in inner:
            where = f"{about.title} in project {row.get('display_name') or row.get('name') or row['id']}"
            yield _reachable(client, about, str(row["id"]), where)


def _reachable(client: ProcoreClient, about: Resource, scope: str, where: str) -> Fact:
    topic = f"procore {about.name}"
    try:
        page = client.page(
            Listing(about, about.list, scope, (*about.params, *about.sort), page_size=1), 1, Lane.COMMAND
        )
    except (Forbidden, NotFound) as problem:
        tool = about.tool or about.title
        hint = f"Give the account permission for the {tool} tool there, or turn the tool on."
        return Fact(topic, False, f"{where}: closed to us ({problem.detail or problem.status}).", hint)
    count = "some" if page.total is None else str(page.total)
    instead = client.views.told(about, scope)
    more = f" {instead}" if instead else ""
    if about.moved_to:
        more = f" Where Procore takes no new ones, they become {about.moved_to} ({client.transfer_status})."
    return Fact(topic, True, f"{where}: readable, {count} records.{more}")


def _app(client: QuickbaseClient, clock: Clock, mappings: Collection[Mapping]) -> Iterator[Fact]:
    listed = tables(client)
    yield Fact("quickbase app", True, f"App {client.app_id} has {len(listed)} tables.")
    yield _skew("quickbase clock", client.date, clock)
    known = {str(one["id"]): str(one.get("name")) for one in listed}
    for mapping in mappings:
        table = mapping.quickbase.table
        if table not in known:
            text = f"Mapping {mapping.name}: table {mapping.quickbase.name or table} is not in the app."
            yield Fact("quickbase table", False, text, "Check `table:` and what the token is assigned to.")
            continue
        page = client.query(table, [3], "", Lane.COMMAND, top=1)
        yield Fact("quickbase table", True, f"{known[table]}: readable, {page.total} records.")
        yield _deletions(client, table, known[table], clock)


def _deletions(client: QuickbaseClient, table: str, name: str, clock: Clock) -> Fact:
    try:
        client.deletions(table, client.date or clock.now(), Lane.COMMAND)
    except CallError:
        text = f"{name}: deletes are found by comparing only; listing them needs an administrator's token."
        return Fact("quickbase deletes", True, text)
    text = f"{name}: deletes can be listed, if the table indexes changes for integrations."
    return Fact("quickbase deletes", True, text)


def _skew(topic: str, date: float | None, clock: Clock) -> Fact:
    if date is None:
        return Fact(topic, False, "The vendor does not say what time it is.")
    apart = abs(clock.now() - date)
    hint = "" if apart <= MOST_SKEW else "Set this machine's clock by a time server."
    return Fact(topic, apart <= MOST_SKEW, f"Our clocks are {apart:.0f} s apart.", hint)
