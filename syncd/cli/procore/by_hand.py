"""A person's write, journalled like any other: intent committed, then the call, then the outcome.

Its mapping's name in the journal and in history is `procore:RESOURCE`, which no mapping file can
take. An intent without an outcome stays listed; the same is not done to the same record again, and no
equal record created, until it is settled: by looking, where a reading can tell, else by a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from syncd.catalog import Resource, Shape, names
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import Absent, SideName, Value, agree
from syncd.errors import CallError, NotFound, Stale, Stopped, SyncdError, Unavailable
from syncd.http.message import Lane
from syncd.procore.client import Written
from syncd.procore.single import Write, carry_out
from syncd.procore.wire import decode_record, identity
from syncd.sides.clockwork import WRITE_DEADLINE, server_now
from syncd.store import NewEvent, NewIntent

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.procore.client import ProcoreClient
    from syncd.store import Intent, Tx

__all__ = [
    "PREFIX",
    "journal_name",
    "look_ahead",
    "settle_by_looking",
    "unsettled",
    "write_by_hand",
]

PREFIX = "procore:"
"""Begins the name under which by-hand writes are journalled; a mapping's name holds no colon."""

LAG = 120.0
"""Seconds Procore may still show what was before (architecture §5)."""

_JOURNALLED = frozenset({"update", "delete"})

Values = Mapping[str, Value]


def journal_name(resource: str) -> str:
    """The mapping's name of a resource's by-hand writes."""
    return PREFIX + resource


def unsettled(tx: Tx) -> list[Intent]:
    """By-hand writes whose outcome is not known, oldest first."""
    found = [intent for name in names() for intent in tx.pending(journal_name(name))]
    return sorted(found, key=lambda one: one.id)


def write_by_hand(wiring: Wiring, write: Write) -> Written:
    """Journal, send, and store the outcome. Raises what the call raises; Unavailable where an earlier
    write to the same record is not settled, or this one's outcome could not be learned."""
    client = wiring.vendors.procore
    before = _before(client, write)
    fresh_until = wiring.clock.monotonic() + MAX_READ_AGE
    now = server_now(client.date, client.received, wiring.clock) or wiring.clock.now()
    _settle_earlier(wiring, write, before, now)
    with wiring.store.transaction() as tx:
        [intent] = tx.open_intents([_intent(write, before or {}, now)])
    try:
        done = carry_out(client, _with_needs(write, before or {}), fresh_until)
    except (CallError, Stale, Stopped) as problem:
        _failed(wiring, intent, problem)
        raise
    with wiring.store.transaction() as tx:
        tx.close_intent(intent, "done", "", done.told)
        tx.record(_events(write, before or {}, done))
    return done


def look_ahead(wiring: Wiring, write: Write) -> None:
    """Raise what `write_by_hand` would raise before it sends anything: for a write that is long in
    coming, because bytes are uploaded for it."""
    client = wiring.vendors.procore
    before = _before(client, write)
    now = server_now(client.date, client.received, wiring.clock) or wiring.clock.now()
    _settle_earlier(wiring, write, before, now)


def settle_by_looking(
    about: Resource, before: Values | None, intent: Intent, now: float
) -> tuple[str, str] | None:
    """How an unsettled write to a record ended, by a reading of it now: (state, words).

    None where a reading cannot tell, or not yet: the request may still arrive. `before` is None
    where the record is not there.
    """
    if now <= intent.settle_after or intent.verb not in ("update", "delete") or intent.source != intent.verb:
        return None
    if intent.verb == "delete":
        return ("void", "it is still there") if before is not None else ("done", "it is gone")
    if before is None:
        return "void", "the record is not there any more"
    fields = {one.name: one.field for one in about.fields}
    if not set(intent.sent) <= set(before):
        return None
    same = all(agree(value, before[name], fields[name]) for name, value in intent.sent.items())
    return ("done", "settled by looking") if same else ("void", "settled by looking: it holds something else")


# -- before --------------------------------------------------------------------------


def _before(client: ProcoreClient, write: Write) -> Values | None:
    """What the record holds now, None where it cannot be read. Raises NotFound where it is not there.

    An inactive record may be shown to nobody and can be written all the same.
    """
    about = write.about
    if not write.id or write.verb in ("create", "restore") or not (about.show or about.shape is Shape.ONE):
        return None
    try:
        row, _ = client.show(about, write.scope, write.id, Lane.COMMAND)
    except NotFound:
        if about.inactive:
            return None
        raise
    values = decode_record([one for one in about.fields if one.field.readable], row, write.scope)
    return {name: value for name, value in values.items() if not isinstance(value, Absent)}


def _with_needs(write: Write, before: Values) -> Write:
    """An update with what Procore wants in every one, as it is now: no change, so it is not journalled."""
    if write.verb != "update" or write.by_sync:
        return write
    given = {field.name for field, _ in write.values}
    needed = [
        (one, before[one.name])
        for one in write.about.fields
        if one.name in write.about.update_needs and one.name not in given and one.name in before
    ]
    return replace(write, values=(*write.values, *needed))


def _settle_earlier(wiring: Wiring, write: Write, before: Values | None, now: float) -> None:
    """Settle earlier writes to the same record by the reading just made. Raises Unavailable."""
    with wiring.store.read() as tx:
        pending = tx.pending(journal_name(write.about.name))
    for intent in pending:
        if not _same(write, intent):
            continue
        ended = settle_by_looking(write.about, before, intent, now) if before is not None else None
        if ended is None:
            raise Unavailable(
                f"An earlier {intent.source} of this record has an unknown outcome (id {intent.id}); "
                "nothing was sent.",
                hint=f"Look at the record in Procore, then say `syncd procore settle {intent.id} done`, "
                f"or `… not-done`. `syncd procore unsettled` lists them.",
            )
        with wiring.store.transaction() as tx:
            tx.close_intent(intent.id, ended[0], ended[1], "")


def _same(write: Write, intent: Intent) -> bool:
    """Whether a pending intent would be repeated: the same verb of the same record, or a create of an
    equal one. Nothing is done to a record that may just have been deleted."""
    if write.identity or intent.identity:
        again = intent.source == write.verb or "delete" in (intent.source, write.verb)
        return again and intent.identity == write.identity
    return intent.scope == write.scope and _told(intent.sent) == _told(_sent(write))


def _told(sent: Values) -> Values:
    """What was sent but for the name of an upload, which every upload of the same bytes has anew."""
    return {name: value for name, value in sent.items() if name != "upload_uuid"}


# -- the journal ---------------------------------------------------------------------


def _sent(write: Write) -> dict[str, Value]:
    return {field.name: value for field, value in write.values}


def _intent(write: Write, before: Values, now: float) -> NewIntent:
    """`source` keeps the person's verb: the journal itself knows create, update and delete."""
    sent = _sent(write)
    kept = before if write.verb == "delete" else {name: before[name] for name in sent if name in before}
    return NewIntent(
        mapping=journal_name(write.about.name),
        run=None,
        link=None,
        side=SideName.PROCORE,
        verb=_journalled(write),
        scope=write.scope,
        identity=write.identity,
        source=write.verb,
        sent=sent,
        before=kept,
        sent_at=now,
        settle_after=now + WRITE_DEADLINE + MAX_READ_AGE + LAG,
    )


def _journalled(write: Write) -> str:
    if write.verb in write.about.making:
        return "create"
    return write.verb if write.verb in _JOURNALLED else "update"


def _failed(wiring: Wiring, intent: int, problem: SyncdError) -> None:
    """Refused, not sent, or unknown: what it certainly was not is closed, the rest stays listed."""
    acted = isinstance(problem, CallError) and problem.maybe_acted
    with wiring.store.transaction() as tx:
        if acted:
            tx.set_intent(intent, state="unknown", outcome=problem.message)
        elif isinstance(problem, CallError) and problem.status >= 200:
            tx.close_intent(intent, "refused", problem.message, f"HTTP {problem.status}")
        else:
            tx.close_intent(intent, "void", problem.message, "")
    if acted:
        problem.hint = (
            f"Whether Procore did it is unknown, so it is not repeated. Look at the record; then "
            f"`syncd procore settle {intent} done`, or `… not-done`."
        )


def _events(write: Write, before: Values, done: Written) -> list[NewEvent]:
    """One line a field of an update, one line for anything else."""
    about = write.about
    named = write.identity or (identity(about, write.scope, done.row["id"]) if done.row else "")
    now = decode_record([field for field, _ in write.values], done.row, write.scope) if done.row else {}

    def line(what: str, field: str = "", old: Value = None, new: Value = None) -> NewEvent:
        return NewEvent(
            mapping=journal_name(about.name),
            what=what,
            procore_id=named,
            field=field,
            side=SideName.PROCORE.value,
            before=old,
            after=new,
            why=f"by hand: syncd procore {write.word} {about.name}",
            response=done.told,
        )

    if write.verb != "update":
        return [line(write.verb)]
    lines = []
    for field, value in write.values:
        stored = now.get(field.name, value)
        after = value if isinstance(stored, Absent) else stored
        lines.append(line("write", field.name, before.get(field.name), after))
    return lines
