"""Places: folders that a write names by path and Procore lacks, made ahead of the write, one by one.

Each is journalled like a folder that a person has us create (`procore:folders`): that makes it no news,
lets every mapping see it, and an outcome that nobody learned stays on that list. Such a folder is looked
for, and not made again before it was missing twice, later than the vendor can act (P4). So two files that
want one new folder get one, and one that somebody made meanwhile is used.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.values import SideName
from syncd.errors import CallError, Stale, Transient
from syncd.sides.port import Draft, Outcome, Patch, Place, Places, Verdict
from syncd.store import Intent, NewEvent, NewIntent, Tx
from syncd.store.ours import BY_HAND, NOT_FOUND
from syncd.sync.unknown import is_late, settle_after, unsent
from syncd.sync.workbench import Workbench

__all__ = ["Trouble", "prepare", "settle_places"]

JOURNAL = f"{BY_HAND}folders"
"""Under which name folders are journalled, whoever wanted them."""


class Trouble(Exception):
    """Why a folder is not there. `passing`: it may be later, by itself."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.passing = reason, passing


def prepare(work: Workbench, item: Draft | Patch, fresh_until: float) -> None:
    """Have the folders be there that a write to Procore names, as far as the mapping has them made.

    Raises Trouble; AuthProblem and Stopped. Where a path cannot be made for another reason, such as two
    folders of one name, nothing is done: the write is refused for it, with the words.
    """
    places = work.procore.places
    for names in places.named(item) if places is not None else ():
        assert places is not None
        above = ""
        for name in names:
            place = Place(item.scope.partition("/")[0], above, name)
            found = _stands(work, places, place, fresh_until)
            if len(found) != 1:
                break
            above = found[0]


def settle_places(work: Workbench) -> None:
    """Look for folders whose making has an unknown outcome. Raises CallError and Stopped."""
    places = work.procore.places
    if places is None:
        return
    with work.store.read() as tx:
        pending = [one for one in tx.pending(JOURNAL) if one.verb == "create"]
    for intent in pending:
        work.check_stop()
        found = places.standing(_place_of(intent), anew=True)
        with work.store.transaction() as tx:
            if found:
                _done(work, tx, intent.id, _place_of(intent), found[0], "looked for and found")
            elif is_late(work, intent):
                _missed(work, tx, intent)


def _stands(work: Workbench, places: Places, place: Place, fresh_until: float) -> Sequence[str]:
    """The folder at a place, made if need be; none where the write itself has to say why."""
    try:
        if found := places.standing(place, anew=False):
            return found
        with work.store.read() as tx:
            since = work.procore.now() - work.procore.limits.lag
            recent = tx.recent_creates(JOURNAL, SideName.PROCORE, since)
            waits = any(one for one in tx.pending(JOURNAL) if _place_of(one) == place)
        made = next((one for one in recent if one.state == "done" and _place_of(one) == place), None)
        if found := places.standing(place, _id(made.identity) if made else "", anew=True):
            return found
    except Transient as problem:
        raise Trouble(f"the folders could not be read: {problem.message}", passing=True) from problem
    except CallError:
        return ()
    if waits:
        raise Trouble(f"whether the folder {place.name!r} was made is not known yet", passing=True)
    return [_make(work, places, place, fresh_until)]


def _make(work: Workbench, places: Places, place: Place, fresh_until: float) -> str:
    """Journal, send, and store the outcome; the id of the folder. Raises Trouble."""
    with work.store.transaction() as tx:
        [intent] = tx.open_intents([_intent(work, place)])
    try:
        outcome = places.make(place, fresh_until=fresh_until)
    except (Stale, Transient) as problem:
        unsent(work, [intent], problem)
        what = f"the folder {place.name!r} is not there yet: {problem.message}"
        raise Trouble(what, passing=True) from problem
    except CallError as problem:
        outcome = Outcome(Verdict.UNSENT, reason=problem.message)
    with work.store.transaction() as tx:
        if outcome.verdict is Verdict.DONE and outcome.record is not None:
            made = _id(outcome.record.id)
            _done(work, tx, intent, place, made, "", outcome.response)
            return made
        if outcome.verdict is Verdict.REFUSED:
            tx.close_intent(intent, "refused", outcome.reason, outcome.response)
        elif outcome.verdict is Verdict.UNSENT:
            tx.close_intent(intent, "void", outcome.reason, outcome.response)
        else:
            tx.set_intent(intent, state="unknown", outcome=outcome.reason)
    if outcome.verdict is Verdict.REFUSED:
        raise Trouble(f"Procore refuses to make the folder {place.name!r}: {outcome.reason}")
    what = f"whether the folder {place.name!r} was made is not known yet: {outcome.reason}"
    raise Trouble(what, passing=True)


def _intent(work: Workbench, place: Place) -> NewIntent:
    return NewIntent(
        mapping=JOURNAL,
        run=work.run,
        link=None,
        side=SideName.PROCORE,
        verb="create",
        scope=place.scope,
        identity="",
        source="create",
        sent={"name": place.name, "parent": place.above or None},
        sent_at=work.procore.now(),
        settle_after=settle_after(work, SideName.PROCORE),
    )


def _place_of(intent: Intent) -> Place:
    above = intent.sent.get("parent")
    return Place(intent.scope, _id(str(above)) if above else "", str(intent.sent.get("name")))


def _id(identity: str) -> str:
    """The folder's own id: what follows its project."""
    return identity.rpartition("/")[2]


def _done(
    work: Workbench, tx: Tx, intent: int, place: Place, id: str, outcome: str, response: str = ""
) -> None:
    identity = f"{place.scope}/{id}"
    tx.set_intent(intent, identity=identity)
    tx.close_intent(intent, "done", outcome, response)
    tx.record(
        [
            NewEvent(
                mapping=JOURNAL,
                what="create",
                run=work.run,
                procore_id=identity,
                side=SideName.PROCORE.value,
                after=place.name,
                why=f"a path in mapping {work.mapping.name} names it",
                response=response,
            )
        ]
    )


def _missed(work: Workbench, tx: Tx, intent: Intent) -> None:
    """Missing once is no proof: it is looked for again, later than Procore may lag."""
    now = work.procore.now()
    if intent.looked == 0:
        tx.set_intent(intent.id, looked=1, looked_at=now)
    elif now - intent.looked_at >= work.procore.limits.lag:
        tx.close_intent(intent.id, "void", NOT_FOUND, "")
