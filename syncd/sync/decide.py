"""Decide: both readings of a link, its baselines and its open issues, to one `LinkPlan`.

No call is made and nothing is stored here; `act.py` carries plans out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from syncd.core.reconcile import Decision, Result, decide
from syncd.core.rule import Held, Rule
from syncd.core.values import Absent, SideName, Value
from syncd.sides.port import ODD_KEY, Patch, Record
from syncd.store import Bases, Issue, Link
from syncd.sync.workbench import Links, Workbench

__all__ = [
    "DOUBT",
    "LATER",
    "SKEW_MARGIN",
    "LinkPlan",
    "Sorted",
    "bases_of",
    "load_references",
    "plan_link",
    "undecidable",
]

SKEW_MARGIN = 5.0
"""Seconds within which two vendors' stamps do not tell who edited last."""

RENEWED_LATER = "a new record takes its place in Procore once the other fields are settled"
"""Why a field waits whose change makes a new record, while there is more to do about the old one."""

DOUBT = "a person"
LATER = "a while"
"""What a field waits for that was refused, and is worth another try before long."""
"""What a field waits for whose last write of ours has an outcome that nobody can tell."""


@dataclass(slots=True)
class Sorted:
    """One field's decision with the rule it belongs to."""

    index: int
    rule: Rule
    decision: Decision


@dataclass(slots=True)
class LinkPlan:
    """What is to be done about one link. The bases are edited as outcomes come in.

    `quiet` are the rules whose values stand on both sides as they were last agreed; `stored` is
    what a write's outcome has stored of it so far; `wrote` is what Procore holds, by the answers
    to our writes there, in the fields that we wrote and in those that nobody writes. `again`: when what
    was refused is tried again unasked, epoch seconds, 0 where nothing is.
    """

    link: Link
    procore: Record
    quickbase: Record
    base_procore: list[Value | Absent]
    base_quickbase: list[Value | Absent]
    key: str | None
    decisions: list[Sorted] = field(default_factory=list)
    issues: dict[str, Issue] = field(default_factory=dict)
    quiet: list[str] = field(default_factory=list)
    repair_key: bool = False
    unsettled: bool = False
    renews: set[int] = field(default_factory=set)
    again: float = 0.0
    answer: Record | None = None
    wrote: dict[int, Value | Absent] = field(default_factory=dict)
    stored: Bases | None = None

    def record(self, side: SideName) -> Record:
        return self.procore if side is SideName.PROCORE else self.quickbase

    def base(self, side: SideName) -> list[Value | Absent]:
        return self.base_procore if side is SideName.PROCORE else self.base_quickbase

    def writes(self, side: SideName) -> list[Sorted]:
        return [
            one for one in self.decisions if one.decision.result is Result.WRITE and one.decision.to is side
        ]

    def patch(self, side: SideName) -> Patch | None:
        """What goes to `side`: the changed fields only, and the key if it is not ours."""
        values = {one.index: one.decision.value for one in self.writes(side)}
        key = self.link.procore_id if side is SideName.QUICKBASE and self.repair_key else None
        if not values and key is None:
            return None
        record = self.record(side)
        return Patch(record.id, values, record.scope, key)

    def bases_at(self, index: int) -> tuple[Value | Absent, Value | Absent]:
        """Both baselines of one field."""
        return self.base_procore[index], self.base_quickbase[index]

    def agree(self, index: int) -> None:
        """Move both baselines of one field to what both sides hold now."""
        self.base_procore[index] = self.procore.values[index]
        self.base_quickbase[index] = self.quickbase.values[index]


def plan_link(
    work: Workbench, link: Link, procore: Record, quickbase: Record, issues: list[Issue], links: Links
) -> LinkPlan:
    """Decide every field of one link from two fresh readings."""
    bases = bases_of(work, link)
    plan = LinkPlan(link, procore, quickbase, bases[0], bases[1], work.base_key(link))
    plan.issues = {issue.field: issue for issue in issues}
    plan.repair_key = quickbase.key not in (link.procore_id, ODD_KEY)
    if quickbase.key == link.procore_id:
        plan.key = quickbase.key
    fields = zip(work.mapping.rules, procore.values, quickbase.values, *bases, strict=True)
    for index, (rule, p, q, p0, q0) in enumerate(fields):
        read = not isinstance(p, Absent) and not isinstance(q, Absent)
        if p == p0 and q == q0 and read and rule.key not in plan.issues:
            plan.quiet.append(rule.key)  # the ordinary field: `decide` would find nothing to do
            continue
        now = (p, q)
        decision = _field(work, plan, index, rule, links)
        stands = decision.result is Result.AGREE or decision.rests
        if stands or undecidable(rule, now, plan.bases_at(index)):
            plan.agree(index)
        if decision.result is not Result.NOTHING:
            plan.decisions.append(Sorted(index, rule, decision))
    return plan


def undecidable(
    rule: Rule, now: tuple[Value | Absent, Value | Absent], base: tuple[Value | Absent, Value | Absent]
) -> bool:
    """Whether a field can never be decided as things are, so that what it holds is remembered
    only to see the record stand still.

    That is a field sent at creation alone, or one whose other side has never been readable: a
    pair with one missing baseline counts as having none, so nothing is lost by it.
    """
    if rule.create_only:
        return True
    return any(
        isinstance(value, Absent) and isinstance(before, Absent)
        for value, before in zip(now, base, strict=True)
    )


def bases_of(work: Workbench, link: Link) -> tuple[list[Value | Absent], list[Value | Absent]]:
    """Both baselines of a link in today's rule order."""
    return work.base(link.base_procore, link.layout), work.base(link.base_quickbase, link.layout)


def load_references(work: Workbench, links: Links, records: list[tuple[SideName, Record]]) -> None:
    """Fetch in bulk what the references of these records will ask for."""
    assert links.tx is not None
    for index, rule in enumerate(work.mapping.rules):
        if not rule.link:
            continue
        for side in (SideName.PROCORE, SideName.QUICKBASE):
            wanted: set[str] = set()
            for name, record in records:
                value = record.values[index] if name is side else None
                if isinstance(value, str):
                    wanted.add(value)
                elif isinstance(value, list):
                    wanted.update(value)
            links.load(links.tx, rule.link, side, sorted(wanted))


def _field(work: Workbench, plan: LinkPlan, index: int, rule: Rule, links: Links) -> Decision:
    issue = plan.issues.get(rule.key)
    verdict = _verdict(issue)
    p, q = plan.procore.values[index], plan.quickbase.values[index]
    if issue is not None and verdict is None and _in_doubt(issue) and not _resolved(issue, p, q):
        return Decision(Result.NOTHING)

    def newest() -> SideName | str:
        return _newest(plan, index, issue)

    base = (plan.base_procore[index], plan.base_quickbase[index])
    decision = decide(rule, (p, q), base, links, newest, verdict)
    if decision.result is Result.NOTHING and not isinstance(p, Absent) and not isinstance(q, Absent):
        plan.quiet.append(rule.key)
    if decision.result is not Result.WRITE:
        return decision
    assert decision.to is not None
    if index == work.mapping.project_rule and decision.to is SideName.PROCORE:
        return Decision(
            Result.HELD, decision.to, held=Held("a record cannot move to another project in Procore")
        )
    there = rule.field(decision.to)
    if there is not None and not there.on_update:
        if index in work.mapping.renews and not any(isinstance(one, Absent) for one in base):
            if _refused(issue, decision, p, q, work.clock.now()):
                return Decision(Result.NOTHING)
            plan.renews.add(index)
            return Decision(Result.HELD, decision.to, held=Held(RENEWED_LATER))
        reason = f"{decision.to.value} takes {there.label} only when a record is created"
        return Decision(Result.HELD, decision.to, held=Held(reason))
    if _refused(issue, decision, p, q, work.clock.now()):
        assert issue is not None
        plan.again = issue.retry_at if issue.waits else plan.again
        return Decision(Result.NOTHING)
    return decision


def _verdict(issue: Issue | None) -> SideName | None:
    if issue is None or issue.verdict not in (SideName.PROCORE.value, SideName.QUICKBASE.value):
        return None
    return SideName(issue.verdict)


def _in_doubt(issue: Issue) -> bool:
    return issue.waits is not None and issue.waits[0] == DOUBT


def _resolved(issue: Issue, p: Value | Absent, q: Value | Absent) -> bool:
    """A person touched a field in doubt since: then it is theirs again, and decided afresh."""
    return (
        not isinstance(p, Absent)
        and not isinstance(q, Absent)
        and (p != issue.procore_value or q != issue.quickbase_value)
    )


def _refused(
    issue: Issue | None, decision: Decision, p: Value | Absent, q: Value | Absent, now: float
) -> bool:
    """Whether the vendor refused just this value before: then it is not sent again unasked."""
    if issue is None or issue.state != "held" or issue.verdict == "retry":
        return False
    if issue.waits is not None and issue.waits[0] != LATER:
        return False
    source = p if decision.to is SideName.QUICKBASE else q
    known = issue.procore_value if decision.to is SideName.QUICKBASE else issue.quickbase_value
    return source == known and now < issue.retry_at


def _newest(plan: LinkPlan, index: int, issue: Issue | None) -> SideName | str:
    """Who edited last, by the stamps of the first readings that showed it; or why not."""
    p, q = plan.procore, plan.quickbase
    first_p, first_q = p.stamp, q.stamp
    if issue is not None and issue.procore_value == p.values[index]:
        first_p = issue.stamp_procore or first_p
    if issue is not None and issue.quickbase_value == q.values[index]:
        first_q = issue.stamp_quickbase or first_q
    if first_p is None or first_q is None:
        return "both sides were edited and one of them has no time stamp"
    if first_p <= plan.link.own_procore or first_q <= plan.link.own_quickbase:
        return "both sides were edited, and which was later cannot be told from our own write"
    if abs(first_p - first_q) <= SKEW_MARGIN:
        return "both sides were edited within the same seconds"
    return SideName.PROCORE if first_p > first_q else SideName.QUICKBASE
