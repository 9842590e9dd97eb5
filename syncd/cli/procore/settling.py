"""Writes by hand whose outcome is unknown: listing them, and how each ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.catalog import Shape
from syncd.cli.output import moment, say
from syncd.cli.procore.asked import Place, found_resource
from syncd.cli.procore.by_hand import PREFIX, settle_by_looking, unsettled
from syncd.cli.procore.custom import with_custom
from syncd.core.values import Absent, SideName
from syncd.errors import NotFound, Unavailable, UsageProblem
from syncd.http.message import Lane
from syncd.procore.wire import decode_record, scope_in, wire_id
from syncd.store import NewEvent

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.core.values import Value
    from syncd.store import Intent

__all__ = ["COLUMNS", "settle_one", "unsettled_rows"]

COLUMNS = ("id", "mapping", "procore_id", "verb", "state", "reason", "since")

_UNDER_WAY = "no outcome was stored: it is under way, or its process ended in it"


def unsettled_rows(wiring: Wiring) -> list[dict[str, Any]]:
    """One object each, with what to do about it."""
    with wiring.store.read() as tx:
        return [_row(one) for one in unsettled(tx)]


def settle_one(wiring: Wiring, id: int, outcome: str) -> None:
    """Close an unknown write: by a person's word, or by looking where `outcome` is "".

    Raises UsageProblem for an id that is not listed, Unavailable where looking cannot tell.
    """
    with wiring.store.read() as tx:
        intent = next((one for one in unsettled(tx) if one.id == id), None)
    if intent is None:
        raise UsageProblem(f"No write by hand with the id {id} is unsettled; see `syncd procore unsettled`.")
    if outcome:
        ended = ("done" if outcome == "done" else "void", f"a person said: {outcome}")
    else:
        ended = _looked(wiring, intent)
    with wiring.store.transaction() as tx:
        tx.close_intent(intent.id, ended[0], ended[1], "")
        if ended[0] == "done":
            tx.record([_event(intent, ended[1])])
    say(f"{intent.source} {intent.mapping.removeprefix(PREFIX)} {intent.identity}: {ended[1]}")


def _looked(wiring: Wiring, intent: Intent) -> tuple[str, str]:
    about = with_custom(wiring, found_resource(intent.mapping.removeprefix(PREFIX)), intent.sent)
    place = Place(about, scope_in(about, intent.identity), wire_id(intent.identity))
    client = wiring.vendors.procore
    before: dict[str, Value] | None = None
    if intent.identity and (about.show or about.shape is Shape.ONE):
        try:
            row, _ = client.show(about, place.scope, place.id, Lane.COMMAND)
        except NotFound:
            pass
        else:
            read = decode_record([one for one in about.fields if one.field.readable], row, place.scope)
            before = {name: value for name, value in read.items() if not isinstance(value, Absent)}
        ended = settle_by_looking(about, before, intent, wiring.clock.now())
        if ended is not None:
            return ended
    raise Unavailable(
        "Looking cannot tell what became of it" + (" yet." if _may_arrive(wiring, intent) else "."),
        hint=f"It may arrive until {moment(intent.settle_after)}; after that look in Procore, and say "
        f"`syncd procore settle {intent.id} done` or `… not-done`.",
    )


def _may_arrive(wiring: Wiring, intent: Intent) -> bool:
    return wiring.clock.now() <= intent.settle_after


def _row(intent: Intent) -> dict[str, Any]:
    return {
        "mapping": intent.mapping,
        "scope": intent.scope,
        "procore_id": intent.identity,
        "quickbase_id": "",
        "state": intent.state,
        "reason": f"{intent.outcome or _UNDER_WAY}; look in Procore, then `syncd procore settle {intent.id}`",
        "since": moment(intent.at),
        "id": intent.id,
        "verb": intent.source,
        "sent": dict(intent.sent),
    }


def _event(intent: Intent, why: str) -> NewEvent:
    return NewEvent(
        mapping=intent.mapping,
        what=intent.source,
        procore_id=intent.identity,
        side=SideName.PROCORE.value,
        why=f"by hand; the answer was lost, {why}",
    )
