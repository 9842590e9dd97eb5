"""Both simulators in this process, our real clients on top, and a count of every call.

Mappings are built by hand here, so that a side's tests depend on no mapping file.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from syncd.catalog.registry import resource
from syncd.clock import ManualClock
from syncd.core.rule import Direction, OnEdit, Policy, Rule
from syncd.core.values import Field, Kind, SideName
from syncd.http import MemoryLedger, MemoryTokenStore
from syncd.mapping.compiled import Mapping, ProcoreEnd, QuickbaseEnd
from syncd.sandbox.edge import excess, words
from syncd.sandbox.message import Request, Response
from syncd.sandbox.procore.resource import Resource
from syncd.sandbox.procore.sim import ProcoreSim
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.quickbase.sim import QuickbaseSim
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.settings import ProcoreSettings, QuickbaseSettings, Settings
from syncd.sides.build import Vendors
from tests.support.wsgi_adapter import WorldAdapter, session_with

__all__ = ["Lost", "Rig", "hand_mapping", "rule"]


class Lost(ConnectionResetError):
    """The response was lost on the way."""


class Rig:
    """Two vendors and `vendors`, our way to both. `calls` counts what reached them.

    `answers` are given in the vendor's place, by label; `lose` drops that many answers
    after the vendor has acted.
    """

    def __init__(
        self,
        *,
        procore: ProcoreSwitches | None = None,
        quickbase: QuickbaseSwitches | None = None,
        spike: int = 100_000,
        tables: tuple[Resource, ...] = (),
    ) -> None:
        self.clock = ManualClock()
        self.procore = ProcoreSim(
            self.clock,
            switches=procore or ProcoreSwitches(),
            hour=1_000_000,
            spike=1_000_000,
            tables=tables,
        )
        self.quickbase = QuickbaseSim(self.clock, switches=quickbase or QuickbaseSwitches())
        self.app = self.quickbase.create_app("Rig")
        self.calls: Counter[str] = Counter()
        self.answers: dict[str, list[Response]] = {}
        self.lose = 0
        self.longest_url = 0
        client = next(one for one in self.procore.oauth.clients.values() if one.credential == "syncd")
        settings = Settings(
            procore=ProcoreSettings(
                company_id=str(self.procore.company_id),
                client_id=client.client_id,
                client_secret=client.client_secret,
                base_url="http://sandbox.test/procore",
                login_url="http://sandbox.test/procore",
                spike_budget=spike,
                hourly_budget=1_000_000,
            ),
            quickbase=QuickbaseSettings(
                realm=self.quickbase.realm,
                app_id=self.app,
                user_token=self.quickbase.user_token,
                base_url="http://sandbox.test/quickbase/v1",
                window_budget=100_000,
            ),
        )
        self.vendors = Vendors(
            settings,
            MemoryLedger(),
            MemoryTokenStore(),
            self.clock,
            session_with(WorldAdapter(self.handle, Lost)),
            rng=random.Random(1),
        )

    def handle(self, request: Request) -> Response:
        """Route a request to its vendor past the edge, count it, and let the test interfere."""
        sim: Any = self.procore
        vendor, _, rest = request.path.removeprefix("/").partition("/")
        path = "/" + rest
        if vendor == "quickbase":
            sim, path = self.quickbase, path.removeprefix("/v1")
        inner = replace(request, path=path)
        label = f"{vendor} {request.method} {sim.template(inner)}"
        if "/oauth/" in path:
            return sim.handle(inner)
        self.calls[label] += 1
        self.longest_url = max(self.longest_url, len(request.path) + 1 + len(urlencode(request.query)))
        status = excess(request)
        if status is not None:
            refused: Response = sim.refusal(status, words(status, request.path))
            return refused
        waiting = self.answers.get(label)
        if waiting:
            return waiting.pop(0)
        answer: Response = sim.handle(inner)
        if self.lose and request.method != "GET" and "query" not in path:
            self.lose -= 1
            raise Lost("lost")
        return answer

    def total(self) -> int:
        """Calls since the last time they were counted."""
        count = sum(self.calls.values())
        self.calls.clear()
        return count


def rule(procore: Field | None, quickbase: Field | None, **rest: Any) -> Rule:
    """A two-way rule that lets values pass as they are."""
    key = f"{procore.name if procore else '-'} = {quickbase.label if quickbase else '-'}"
    facts: dict[str, Any] = {
        "direction": Direction.TWO_WAY,
        "conflict": Policy.HOLD,
        "first": Policy.HOLD,
        "on_edit": OnEdit.REPORT,
        "to_quickbase": lambda value, links: value,
        "to_procore": lambda value, links: value,
        **rest,
    }
    return Rule(key=key, fingerprint=key, procore=procore, quickbase=quickbase, **facts)


def hand_mapping(
    name: str,
    fields: list[str],
    *,
    table: str = "",
    key: str = "",
    quickbase: list[Field] | None = None,
    carrier: str = "",
    where: tuple[tuple[str, str], ...] = (),
    quickbase_where: str = "",
) -> Mapping:
    """A mapping of these Procore fields of resource `name`, and Quickbase fields in the same order."""
    about = resource(name)
    others: list[Field | None] = [*(quickbase or [])] or [None] * len(fields)
    rules = []
    for left, right in zip(fields, others, strict=True):
        found = about.field(left)
        rules.append(rule(found.field if found else None, right))
    return Mapping(
        name=name,
        file=f"{name}.yaml",
        procore=ProcoreEnd(name, where, carrier=carrier),
        quickbase=QuickbaseEnd(table, key or "3", quickbase_where, table),
        rules=tuple(rules),
        create=frozenset(SideName),
    )


def quickbase_field(fid: int, label: str, kind: Kind, **rest: Any) -> Field:
    """A Quickbase field by hand."""
    return Field(str(fid), label, kind, **rest)
