"""What is sent for one record: a mapping's drafts and patches as bodies, ids and verbs of Procore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.catalog.resource import Resource, ResourceField
from syncd.core.filevalue import file_in
from syncd.core.values import Kind, SideName, Value
from syncd.mapping.compiled import Mapping as Compiled
from syncd.procore.client import ProcoreClient, Row
from syncd.procore.wire import encode_body, wire_id
from syncd.sides.port import Draft, Outcome, Patch, Verdict
from syncd.sides.procore_acts import Turn, turn_of
from syncd.sides.procore_files import Bytes
from syncd.sides.procore_find import ORIGIN
from syncd.sides.procore_locks import Locks

__all__ = ["Entries", "Entry", "refusal"]

NO_BYTES = Outcome(Verdict.UNSENT, reason="the bytes of its file are not at hand")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record on its way. `wire` is its id in Procore, "" for a new one; `member` is who becomes
    one, `origin` what a bulk write knows it by instead of its id, `turns` what is done to it after its
    update and `ticks` what that makes of checkboxes, by rule, `refused` why nothing is sent at all.
    `lacks` are fields that its update has to carry too, `mark` what a create that has to become another
    resource's record is found by.
    """

    body: Row
    scope: str
    wire: str = ""
    bulk: bool = False
    member: str = ""
    origin: str = ""
    turns: tuple[Turn, ...] = ()
    ticks: dict[int, bool] = field(default_factory=dict)
    alone: Row = field(default_factory=dict)
    lacks: tuple[ResourceField, ...] = ()
    refused: Outcome | None = None
    mark: str = ""

    @property
    def token(self) -> str:
        """What tells its answer apart in a sync's."""
        return self.origin or self.wire or str(self.body.get(ORIGIN, ""))

    @property
    def by_id(self) -> bool:
        """Whether a bulk write knows it by its id."""
        return bool(self.wire) and not self.origin

    @property
    def item(self) -> Row:
        """The record as a bulk write takes it."""
        if self.origin:
            return {ORIGIN: self.origin, **self.body}
        return {"id": int(self.wire), **self.body} if self.wire else self.body


class Entries:
    """Makes the entries of one mapping. `fields` are Procore's, in rule order; `bytes_` knows uploads."""

    def __init__(self, about: Resource, mapping: Compiled, client: ProcoreClient, bytes_: Bytes) -> None:
        self._about, self._bytes = about, bytes_
        self._locks = Locks(client)
        self._carrier = about.field(mapping.procore.carrier) if mapping.procore.carrier else None
        self.fields = [about.field(one.procore.name) if one.procore else None for one in mapping.rules]
        flag = mapping.on_delete(SideName.PROCORE).flag
        self._flag = about.field(flag) if flag else None
        self.carried = self._carrier is not None and self._carrier.name == ORIGIN
        self.creates_in_bulk = bool(about.sync) and self.carried

    def draft(self, draft: Draft) -> Entry:
        """A new record. Who becomes a member stands in no body."""
        about = self._about
        pairs = self._pairs({index: value for index, value in draft.values.items() if value is not None})
        member = next((str(value) for _, one, value in pairs if one.name == about.create_id), "")
        if about.create_id and not member:
            return Entry({}, draft.scope, refused=refusal(f"It does not say which {about.create_id} it is."))
        if locked := self._locks.refusal(draft.scope, pairs):
            return Entry({}, draft.scope, refused=locked)
        kept = [(one, value) for _, one, value in pairs if one.name != about.create_id]
        if not self._with_uploads(kept, draft.scope, new=True):
            return Entry({}, draft.scope, refused=NO_BYTES)
        if draft.key and self._carrier is not None:
            kept.append((self._carrier, draft.key))
        bulk = self.creates_in_bulk and bool(draft.key) and all(one.bulk for one, _ in kept)
        return Entry(encode_body(kept), draft.scope, "", bulk, wire_id(member), mark=draft.key or "")

    def patch(self, patch: Patch) -> Entry:
        """A change. What cannot be emptied or taken back is refused here, by its rule."""
        about, wire = self._about, wire_id(patch.id)
        kept: list[tuple[ResourceField, Value]] = []
        turns: list[Turn] = []
        ticks: dict[int, bool] = {}
        pairs = self._pairs(patch.values)
        if locked := self._locks.refusal(patch.scope, pairs):
            return Entry({}, patch.scope, wire, refused=locked)
        for index, one, value in pairs:
            if one.by_act:
                turn = turn_of(about, one, index, value, patch.scope, wire)
                if isinstance(turn, Outcome):
                    return Entry({}, patch.scope, wire, refused=turn)
                turns.append(turn)
                if isinstance(value, bool):
                    ticks[index] = value
            elif one.name in about.update_needs and value is None and not about.patch_by_sync:
                why = refusal(f"Procore takes no empty {one.field.label}.", index)
                return Entry({}, patch.scope, wire, refused=why)
            else:
                kept.append((one, value))
        if not self._with_uploads(kept, patch.scope, new=False):
            return Entry({}, patch.scope, wire, refused=NO_BYTES)
        if patch.key is not None and self._carrier is not None:
            kept.append((self._carrier, patch.key))
        if patch.flag and self._flag is not None:
            kept.append((self._flag, True))
        alone = [pair for pair in kept if not pair[0].bulk] if about.patch_by_sync else []
        kept = [pair for pair in kept if pair not in alone]
        bulk = bool(about.sync) and not turns and not alone and all(one.bulk for one, _ in kept)
        return Entry(
            encode_body(kept),
            patch.scope,
            wire,
            bulk,
            turns=tuple(turns),
            ticks=ticks,
            alone=encode_body(alone),
            lacks=self._lacking(alone or kept),
        )

    def _with_uploads(self, kept: list[tuple[ResourceField, Value]], scope: str, *, new: bool) -> bool:
        """Put uploads for files, and into a new record what its file says and no other rule does;
        False where bytes are not at hand."""
        given = {one.name for one, _ in kept}
        for place, (one, value) in enumerate(kept[:]):
            if one.kind is not Kind.FILE or not isinstance(value, str):
                continue
            uuid, file = self._bytes.upload(scope, value), file_in(value)
            if not uuid or file is None:
                return False
            kept[place] = one, uuid
            if new:
                names = [name for name in one.fills if name != one.write and name not in given]
                kept += [(field, file.name) for name in names if (field := self._about.field(name))]
        return True

    def _lacking(self, kept: list[tuple[ResourceField, Value]]) -> tuple[ResourceField, ...]:
        """What an update of these fields has to carry besides."""
        names = {one.name for one, _ in kept}
        wanted = [name for name in self._about.update_needs if kept and name not in names]
        return tuple(one for name in wanted if (one := self._about.field(name)) is not None)

    def _pairs(self, values: Mapping[int, Value]) -> list[tuple[int, ResourceField, Value]]:
        found = [(index, self.fields[index], value) for index, value in values.items()]
        return [(index, one, value) for index, one, value in found if one is not None]


def refusal(reason: str, field: int | None = None) -> Outcome:
    """Refused before anything was sent."""
    return Outcome(Verdict.REFUSED, reason=reason, field=field)
