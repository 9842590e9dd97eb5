"""One write of one record, the way its resource wants to be written.

Some resources are changed through their bulk write alone, even one record at a time; which
way it is stands in the catalogue, and here once for all who write single records.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from syncd.catalog.resource import Act, Resource, ResourceField
from syncd.core.values import Value
from syncd.errors import Rejected, Transient
from syncd.http.message import Answer, Call, Lane
from syncd.procore.answers import Row, entities_in, object_in, told
from syncd.procore.calls import Calls
from syncd.procore.client import ProcoreClient, Written
from syncd.procore.errors import item_errors
from syncd.procore.wire import encode_body, identity

__all__ = ["Write", "call_of", "carry_out"]


_MEMBERS = {"create": "add", "delete": "remove"}


@dataclass(frozen=True, slots=True)
class Write:
    """`verb` is create, update, delete, restore, or one of the resource's acts.

    `id` is the record as Procore names it; of a create it is "", or who becomes a member.
    """

    about: Resource
    verb: str
    scope: str
    id: str = ""
    values: tuple[tuple[ResourceField, Value], ...] = ()

    @property
    def act(self) -> Act | None:
        """The catalogue's description of a further verb, None for the usual ones."""
        return self.about.act(self.verb)

    @property
    def identity(self) -> str:
        """Which record it is about, "" where only the answer can tell."""
        return identity(self.about, self.scope, self.id) if self.id else ""

    @property
    def word(self) -> str:
        """The verb in a person's words: members are added and removed."""
        return _MEMBERS.get(self.verb, self.verb) if self.about.create_id else self.verb

    @property
    def by_sync(self) -> bool:
        """Whether it goes through the bulk write."""
        about = self.about
        if not about.sync or not all(field.bulk for field, _ in self.values):
            return False
        if self.verb == "create":
            return not about.create
        return self.verb == "update" and (about.patch_by_sync or not about.update)


def call_of(calls: Calls, write: Write) -> Call:
    """The call that carries it out, in a person's lane."""
    return replace(_call(calls, write), lane=Lane.COMMAND)


def carry_out(client: ProcoreClient, write: Write, fresh_until: float) -> Written:
    """Send it. Raises what the call raises, and Rejected where a bulk write refuses its one item.

    Making an inactive record active may need a call of its own: it is made where the plain
    write was refused, because that did nothing.
    """
    try:
        return _sent(client, write, fresh_until)
    except Rejected:
        if not _revives(write):
            raise
    client.act(write.about.reactivate, write.scope, write.id, fresh_until)
    return _sent(client, write, fresh_until)


def _call(calls: Calls, write: Write) -> Call:
    about, scope, id = write.about, write.scope, write.id
    body = encode_body(write.values)
    if write.act is not None:
        return calls.do(about, write.act, scope, id, body)
    if write.by_sync:
        return calls.sync(about, scope, [{"id": int(id), **body} if id else body])
    if write.verb == "create":
        return calls.create(about, scope, body, id)
    if write.verb == "update":
        return calls.update(about, scope, id, body)
    return calls.restore(about, scope, id) if write.verb == "restore" else calls.delete(about, scope, id)


def _sent(client: ProcoreClient, write: Write, fresh_until: float) -> Written:
    if write.about.moved_to and write.act is None:
        return _moved(client, write, fresh_until)
    call = call_of(client.calls, write)
    if not write.by_sync:
        return client.carry_out(call, write.about, write.scope, write.id, fresh_until)
    answer = client.send(replace(call, fresh_until=fresh_until))
    return Written(_only(answer, call, write.id), answer.sent, told(answer))


def _moved(client: ProcoreClient, write: Write, fresh_until: float) -> Written:
    """A write that may have to go to another resource: the client finds out."""
    body = encode_body(write.values)
    if write.verb == "create":
        return client.create(write.about, write.scope, body, fresh_until)
    if write.verb == "update":
        return client.update(write.about, write.scope, write.id, body, fresh_until)
    return client.delete(write.about, write.scope, write.id, fresh_until)


def _only(answer: Answer, call: Call, id: str) -> Row:
    """The one record of a bulk write's answer. Raises Rejected, or Transient where it is not told."""
    found = object_in(answer, acted=True)
    by_id, by_origin = item_errors(found.get("errors"))
    refused = [*by_id.values(), *by_origin.values()]
    listed = found.get("errors")
    if refused or listed:
        reason = refused[0].reason if refused else str(listed)[:300]
        raise Rejected(
            f"Procore, {call.label}: refused: {reason} ({told(answer)}).",
            status=answer.status,
            method=call.method,
            path=call.path,
            request_id=answer.request_id,
            detail=reason,
        )
    rows = [row for row in entities_in(found) if not id or str(row["id"]) == id]
    if len(rows) != 1:
        raise Transient(
            f"Procore, {call.label}: the answer does not say what became of the record ({told(answer)}).",
            status=answer.status,
            request_id=answer.request_id,
            maybe_acted=True,
        )
    return rows[0]


def _revives(write: Write) -> bool:
    """Whether it makes an inactive record active."""
    archive = write.about.archive
    if not write.about.reactivate or archive is None or write.verb != "update":
        return False
    return any(field.name == archive[0] and value is (not archive[1]) for field, value in write.values)
