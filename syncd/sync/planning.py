"""Plan: what a cycle would write, field by field; and apply: exactly that, or nothing.

The plan is the journal of a rehearsal: the real engine, on a scratch store, against sides
that keep their writes to themselves. Applying recomputes it and refuses where it differs.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from syncd.catalog import names as known_names
from syncd.catalog import resource
from syncd.clock import Clock
from syncd.core.filevalue import file_in
from syncd.core.values import SideName, Value
from syncd.errors import Stale, UsageProblem
from syncd.http.spool import Spool
from syncd.mapping.compiled import Mapping
from syncd.sides.port import Side
from syncd.store import Intent, Store
from syncd.store.history import REMOVALS
from syncd.sync.engine import Engine, Kind, Report
from syncd.sync.known_files import file_rules
from syncd.sync.rehearsal import INVENTED, Permitted, Rehearsed

__all__ = ["Allowed", "Plan", "PlannedAction", "apply_plan", "make_plan"]

VERSION = 1
KEY_FIELD = "key field"
_MAKE_ONE = "Make one: syncd plan --out FILE."
SideMaker = Callable[[Mapping, SideName], Side]
Listen = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """One intended write. `fields` are (rule, value before, value after), in rule order.

    `identity` is the record written, "" for a create; `source` is the record it comes from.
    """

    mapping: str
    side: str
    verb: str
    identity: str
    source: str
    fields: tuple[tuple[str, Value, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered actions of one cycle, and how its mappings would stand afterwards.

    `waiting` counts the records that would still have to be looked at again: of what they
    come to, such as a suspected delete, this plan says nothing yet.
    """

    kind: str
    mappings: tuple[str, ...]
    actions: tuple[PlannedAction, ...]
    created_at: float
    report: Report = field(default_factory=Report, compare=False)
    waiting: int = field(default=0, compare=False)

    @property
    def digest(self) -> str:
        """Names exactly these writes, whenever the plan was made."""
        rows = [asdict(action) for action in self.actions]
        text = json.dumps([self.kind, self.mappings, rows], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_json(self) -> str:
        """The plan as a file. It holds record values: keep it as you would keep the records."""
        body = {
            "version": VERSION,
            "kind": self.kind,
            "mappings": self.mappings,
            "created_at": self.created_at,
            "digest": self.digest,
            "actions": [asdict(action) for action in self.actions],
        }
        return json.dumps(body, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Read a plan file. Raises UsageProblem where it is not one, or was edited."""
        try:
            body = json.loads(text)
            actions = tuple(_action(row) for row in body["actions"])
            plan = cls(body["kind"], tuple(body["mappings"]), actions, float(body["created_at"]))
            whole = body["digest"] == plan.digest and body["version"] == VERSION
        except (ValueError, KeyError, TypeError) as error:
            raise UsageProblem("This file is not a syncd plan.", hint=_MAKE_ONE) from error
        if not whole:
            raise UsageProblem("This plan was edited, or made by another version.", hint=_MAKE_ONE)
        return plan


def make_plan(
    store: Store,
    mappings: Sequence[Mapping],
    side: SideMaker,
    clock: Clock,
    *,
    names: Sequence[str] = (),
    kind: Kind = Kind.INCREMENTAL,
    only: str | None = None,
    stop: threading.Event | None = None,
    listen: Callable[[str, dict[str, Any]], None] | None = None,
) -> Plan:
    """Rehearse one cycle of the named mappings. Reads both vendors, writes nothing anywhere."""
    copy = store.scratch()
    rehearsed: dict[tuple[str, SideName], Rehearsed] = {}

    def make(mapping: Mapping, name: SideName) -> Side:
        key = (mapping.name, name)
        if key not in rehearsed:
            homes = _homes(mapping) if name is SideName.PROCORE else {}
            rehearsed[key] = Rehearsed(side(mapping, name), len(mapping.rules), clock.monotonic, homes)
        return rehearsed[key]

    try:
        with copy.read() as tx:
            last = tx.last_intent()
        rehearsing = _rehearsing(listen) if listen else None
        report = Engine(copy, mappings, make, clock, stop=stop, listen=rehearsing).sync(names, kind, only)
        chosen = tuple(cycle.mapping for cycle in report.cycles)
        with copy.read() as tx:
            intents = tx.intents_after(last)
            waiting = sum(tx.count_marks(one) for one in chosen)
    finally:
        copy.close()
    rules = {one.name: {rule.fingerprint: rule.key for rule in one.rules} for one in mappings}
    actions = tuple(one for intent in intents for one in _planned(intent, rules.get(intent.mapping, {})))
    return Plan(kind.value, chosen, actions, clock.now(), report, waiting)


def _homes(mapping: Mapping) -> dict[int, bool]:
    """The rules whose Procore field says where a record lives; True where it is the project."""
    name = mapping.procore.resource
    about = resource(name) if name in known_names() else None
    if about is None:
        return {}
    found = {
        place: about.field(rule.procore.name) for place, rule in enumerate(mapping.rules) if rule.procore
    }
    return {place: one.target == "projects" for place, one in found.items() if one and one.scope_id}


def _rehearsing(listen: Listen) -> Listen:
    """Tell of a rehearsal under another name: its counts are of what was not written."""

    def told(event: str, facts: dict[str, Any]) -> None:
        listen("cycle.rehearsed" if event == "cycle.finished" else event, facts)

    return told


def apply_plan(
    plan: Plan,
    store: Store,
    mappings: Sequence[Mapping],
    side: SideMaker,
    clock: Clock,
    *,
    stop: threading.Event | None = None,
    listen: Callable[[str, dict[str, Any]], None] | None = None,
    spool: Spool | None = None,
) -> Report:
    """Carry out exactly the plan's writes.

    Files wait in `spool` on their way. Raises Stale, having written nothing, where the same plan
    would not be made now. What changes while it is carried out is left for the next cycle.
    """
    kind = Kind(plan.kind)
    again = make_plan(store, mappings, side, clock, names=plan.mappings, kind=kind, stop=stop, listen=listen)
    if again.digest != plan.digest:
        raise Stale(
            "The records have changed since this plan was made, so nothing was written.",
            hint="Make and read a new one: syncd plan --out FILE.",
        )
    allowed = Allowed(plan, mappings)

    def make(mapping: Mapping, name: SideName) -> Side:
        return Permitted(side(mapping, name), allowed.for_mapping(mapping))

    engine = Engine(store, mappings, make, clock, stop=stop, listen=listen, spool=spool)
    return engine.sync(plan.mappings, kind)


class Allowed:
    """Which writes a plan holds; each is let through as often as the engine must retry it."""

    def __init__(self, plan: Plan, mappings: Sequence[Mapping]) -> None:
        self._removals = {
            (one.mapping, one.side, one.verb, one.identity) for one in plan.actions if one.verb in REMOVALS
        }
        self._values: dict[tuple[str, str, str], dict[str, Value]] = {}
        for action in plan.actions:
            name = action.source if action.verb == "create" else action.identity
            values = self._values.setdefault((action.mapping, action.side, name), {})
            values.update({key: after for key, _before, after in action.fields})

    def for_mapping(self, mapping: Mapping) -> Callable[[SideName, str, str, dict[int, Value]], bool]:
        """The check for one mapping's sides."""

        def allowed(side: SideName, verb: str, name: str, values: dict[int, Value]) -> bool:
            if verb in REMOVALS:  # a record that may be changed may not be taken away for that
                return (mapping.name, side.value, verb, name) in self._removals
            if verb == "create":
                name = _source_of(side, name)
            planned = self._values.get((mapping.name, side.value, name))
            if planned is None:
                return verb == "update" and not values
            return all(_as_planned(planned, mapping, i, value) for i, value in values.items())

        return allowed


def _as_planned(planned: dict[str, Value], mapping: Mapping, index: int, value: Value) -> bool:
    """Whether the plan writes this value to this rule's field.

    A reference to a record that the same plan creates is planned under a stand-in id.
    """
    rule = mapping.rules[index]
    if rule.key not in planned:
        return False
    known = planned[rule.key]
    if index in file_rules(mapping):
        one, two = file_in(known), file_in(value)  # what it holds is known only once its bytes were brought
        return one is not None and two is not None and one.version == two.version
    return known == value or bool(isinstance(known, str) and INVENTED in known and rule.link)


def _source_of(side: SideName, key: str) -> str:
    """The record a create comes from, by the key or token that it carries."""
    return key if side is SideName.QUICKBASE else key.rpartition(":")[2]


def _planned(intent: Intent, rules: dict[str, str]) -> Iterator[PlannedAction]:
    """What one line of the journal writes: a batch of keys is a write to each of its records."""
    side, verb = intent.side.value, intent.verb
    if verb == "key":
        keys = (
            {intent.identity: (intent.source, intent.token)}
            if intent.identity
            else {quickbase: (procore, procore) for quickbase, procore in intent.sent.items()}
        )
        for identity, (source, key) in keys.items():
            yield PlannedAction(intent.mapping, side, verb, identity, str(source), ((KEY_FIELD, None, key),))
        return
    fields = tuple(
        (rules.get(fingerprint, fingerprint), intent.before.get(fingerprint), value)
        for fingerprint, value in intent.sent.items()
    )
    yield PlannedAction(intent.mapping, side, verb, intent.identity, intent.source, fields)


def _action(row: dict[str, Any]) -> PlannedAction:
    fields = tuple((key, before, after) for key, before, after in row["fields"])
    return PlannedAction(row["mapping"], row["side"], row["verb"], row["identity"], row["source"], fields)
