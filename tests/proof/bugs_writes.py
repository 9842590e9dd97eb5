"""Planted bugs with values: baselines, conflicts, outcomes, what is sent."""

from __future__ import annotations

from typing import Any

from syncd.core.reconcile import Decision, Result
from syncd.core.settle import Settled
from syncd.core.values import SideName, other_side
from syncd.sides.port import Patch, Verdict
from syncd.sync import act, decide, process, settle, workbench
from syncd.sync.workbench import Workbench
from tests.proof.planted import plant

Swaps = list[tuple[Any, str, Any]]


@plant("base before write", "a baseline moves to what is about to be written")
def base_first() -> Swaps:
    """A baseline moves to what is about to be written."""
    real = act._batch

    def batch(work: Workbench, side: SideName, todo: Any) -> None:
        with work.store.transaction() as tx:
            for plan, patch in todo:
                for index in patch.values:
                    plan.base(other_side(side))[index] = plan.record(other_side(side)).values[index]
                tx.set_bases([act.bases_row(work, plan)])
        real(work, side, todo)

    return [(act, "_batch", batch)]


@plant("base from the payload", "a baseline is what was sent, not what the server stored")
def base_sent() -> Swaps:
    """A baseline is what was sent, not what the server stored."""
    real = act._done

    def done(
        work: Any, tx: Any, side: Any, plan: Any, patch: Any, intent: Any, outcome: Any, *rest: Any
    ) -> None:
        made = outcome.record
        if made is not None:
            values = tuple(patch.values.get(index, value) for index, value in enumerate(made.values))
            outcome = outcome._replace(record=made._replace(values=values))
        real(work, tx, side, plan, patch, intent, outcome, *rest)

    return [(act, "_done", done)]


@plant("aliased base", "the source's baseline is what it holds after the write, not what was read")
def aliased() -> Swaps:
    """The source's baseline is what it holds after the write, not what was read."""
    real = act._done

    def done(
        work: Any, tx: Any, side: Any, plan: Any, patch: Any, intent: Any, outcome: Any, *rest: Any
    ) -> None:
        source = other_side(side)
        record = plan.record(source)
        last = work.side(source).vendor.last(record.id)
        if last is not None and last.values is not None:
            live = record._replace(values=last.values)
            plan.procore, plan.quickbase = (
                (live, plan.quickbase) if source is SideName.PROCORE else (plan.procore, live)
            )
        real(work, tx, side, plan, patch, intent, outcome, *rest)

    return [(act, "_done", done)]


@plant("whole response is base", "every field of an answer becomes a baseline, not only those written")
def whole_response() -> Swaps:
    """Every field of an answer becomes a baseline, not only those written."""
    real = act._done

    def done(
        work: Any, tx: Any, side: Any, plan: Any, patch: Any, intent: Any, outcome: Any, *rest: Any
    ) -> None:
        if outcome.record is not None:
            for index, value in enumerate(outcome.record.values):
                plan.base(side)[index] = value
        real(work, tx, side, plan, patch, intent, outcome, *rest)

    return [(act, "_done", done)]


@plant("newest record wins", "of two edited records the later one is written over the other, whole")
def newest_record() -> Swaps:
    """Of two edited records the later one is written over the other, whole."""
    real: Any = getattr(process, "plan_link")  # noqa: B009

    def plan(work: Workbench, link: Any, procore: Any, quickbase: Any, *rest: Any) -> Any:
        made = real(work, link, procore, quickbase, *rest)
        later = SideName.PROCORE if (procore.stamp or 0) > (quickbase.stamp or 0) else SideName.QUICKBASE
        target = other_side(later)
        for one in made.decisions:
            wrong = one.decision.result is Result.CONFLICT or one.decision.to is later
            if wrong and one.rule.writes(target):
                value: Any = made.record(later).values[one.index]
                crossed: Any = one.rule.translate(value, target, rest[-1])
                one.decision = Decision(Result.WRITE, target, crossed)
        return made

    return [(process, "plan_link", plan)]


@plant("no update intent", "an update is not journalled, so a lost answer is forgotten")
def no_update_intent() -> Swaps:
    """An update is not journalled, so a lost answer is forgotten."""
    real = act._record

    def record(
        work: Any, tx: Any, side: Any, plan: Any, patch: Any, intent: Any, outcome: Any, *rest: Any
    ) -> None:
        real(work, tx, side, plan, patch, intent, outcome, *rest)
        if outcome.verdict is Verdict.UNKNOWN:
            tx.close_intent(intent, "void", "forgotten", "")

    return [(act, "_record", record)]


@plant("stale intent", "the intent of a write that ended stays open and is settled again later")
def stale_intent() -> Swaps:
    """The intent of a write that ended stays open and is settled again later."""
    real = act._record

    def record(
        work: Any, tx: Any, side: Any, plan: Any, patch: Any, intent: Any, outcome: Any, *rest: Any
    ) -> None:
        real(work, tx, side, plan, patch, intent, outcome, *rest)
        ended: Any = rest[0]
        ended.intents[:] = [one for one in ended.intents if one[0] != intent]
        if outcome.verdict in (Verdict.DONE, Verdict.UNSENT):
            tx.set_intent(intent, state="unknown")

    return [(act, "_record", record)]


@plant("unknown is done", "a write whose answer was lost counts as done")
def unknown_done() -> Swaps:
    """A write whose answer was lost counts as done."""
    return [(settle, "settle_field", lambda *facts, **more: Settled.DONE)]


@plant("unknown is not done", "a write whose answer was lost counts as not done, at once")
def unknown_undone() -> Swaps:
    """A write whose answer was lost counts as not done, at once."""
    return [(settle, "settle_field", lambda *facts, **more: Settled.NOT_DONE)]


@plant("loser forgotten", "history does not keep the value that lost a conflict")
def loser_forgotten() -> Swaps:
    """History does not keep the value that lost a conflict."""
    real = act._event
    return [(act, "_event", lambda *facts: real(*facts)._replace(loser=None))]


@plant("loser of a lost answer forgotten", "a conflict's loser is kept only if the answer came")
def settled_loser() -> Swaps:
    """A conflict's loser is kept only if the answer came."""
    real = settle._event
    return [(settle, "_event", lambda *facts: real(*facts)._replace(what="write", loser=None))]


@plant("whole record sent", "a write sends every field of the record, not only those that changed")
def whole_record() -> Swaps:
    """A write sends every field of the record, not only those that changed."""
    real = decide.LinkPlan.patch

    def patch(self: Any, side: SideName) -> Patch | None:
        made = real(self, side)
        if made is None:
            return None
        held = dict(enumerate(self.record(side).values))
        return made._replace(values={**held, **made.values})

    return [(decide.LinkPlan, "patch", patch)]


@plant("old readings", "a write may rest on a reading of any age")
def old_readings() -> Swaps:
    """A write may rest on a reading of any age."""
    return [(act, "MAX_READ_AGE", 1e9), (workbench, "MAX_READ_AGE", 1e9), (workbench, "FRESH_MARGIN", 0.0)]


@plant("answers shuffled", "the outcomes of a batch are given to the wrong records")
def shuffled() -> Swaps:
    """The outcomes of a batch are given to the wrong records."""
    real = act._batch

    def batch(work: Workbench, side: SideName, todo: Any) -> None:
        inner = work.side(side)
        update = type(inner).update

        def turned(self: Any, patches: Any, *, fresh_until: float) -> Any:
            return update(self, patches, fresh_until=fresh_until)[::-1]

        type(inner).update = turned  # type: ignore[method-assign]
        try:
            real(work, side, todo)
        finally:
            type(inner).update = update  # type: ignore[method-assign]

    return [(act, "_batch", batch)]


@plant("held is empty", "a value that cannot be translated is written as nothing")
def held_empty() -> Swaps:
    """A value that cannot be translated is written as nothing."""
    real: Any = getattr(decide, "decide")  # noqa: B009

    def decided(*facts: Any) -> Any:
        made = real(*facts)
        return Decision(Result.WRITE, made.to, None) if made.result is Result.HELD else made

    return [(decide, "decide", decided)]


@plant("translated is compared", "a side's value is compared with the other's baseline")
def one_base() -> Swaps:
    """A side's value is compared with the other's baseline."""
    real: Any = getattr(decide, "decide")  # noqa: B009

    def decided(rule: Any, now: Any, base: Any, *rest: Any) -> Any:
        return real(rule, now, (base[0], base[0]) if rule.direction.value == "two-way" else base, *rest)

    return [(decide, "decide", decided)]


@plant("trips over a conflict", "an error of ours, which nobody foresaw, ends a cycle that meets a conflict")
def trips() -> Swaps:
    """An error of ours, which nobody foresaw, ends a cycle that meets a conflict."""
    real: Any = getattr(decide, "decide")  # noqa: B009

    def decided(*facts: Any) -> Any:
        made = real(*facts)
        if made.result is Result.CONFLICT:
            raise KeyError("nobody foresaw this")
        return made

    return [(decide, "decide", decided)]
