"""What really happened in one table, put together from both vendors' own histories.

Never from syncd's links or baselines: which records are one another's counterpart is told
by what each record was created as (`Row.origin`), by the key field, and by the world's twins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from syncd.core.values import Value
from syncd.sides.memory import Happened
from syncd.store import Event, Issue
from tests.proof.table import Table

__all__ = ["NOT_ACTED", "Edit", "Ledger", "Node"]

NOT_ACTED = ("before", "busy", "closed")
"""Faults of a write after which the vendor has done nothing."""

Node = tuple[str, str]
"""A side's letter and an identity."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of one record as a person left it."""

    order: int
    seq: int
    side: str
    id: str
    field: int
    value: Value
    born: bool

    @property
    def node(self) -> Node:
        """The record it was made on."""
        return (self.side, self.id)


@dataclass
class Ledger:
    """One table's past, and what the product lists about it."""

    table: Table
    issues: list[Issue]
    events: list[Event]
    twins: list[tuple[str, str]]
    parents: dict[str, Ledger] = field(default_factory=dict)
    blind: bool = False
    calm: Sequence[tuple[float, int, int]] = ()

    # -- records --------------------------------------------------------------------

    def past(self, side: str) -> list[Happened]:
        """Everything that was stored on a side."""
        return self.table.vendor(side).history

    def alive(self, node: Node) -> bool:
        """Whether the record exists now."""
        last = self.table.vendor(node[0]).last(node[1])
        return last is not None and last.values is not None

    def values(self, node: Node) -> tuple[Value, ...]:
        """What the record holds now, or held when it was deleted."""
        versions = self.table.vendor(node[0]).rows[node[1]].versions
        return next(one.values for one in reversed(versions) if one.values is not None)

    def resting(self, node: Node) -> bool:
        """Whether the record lies outside what the mapping takes up."""
        last = self.table.vendor(node[0]).last(node[1])
        return last is not None and last.resting

    def source_of(self, node: Node) -> Node | None:
        """The record as whose counterpart syncd created this one."""
        row = self.table.vendor(node[0]).rows[node[1]]
        if row.maker != "syncd" or row.origin is None:
            return None
        return ("p", row.origin) if node[0] == "q" else ("q", row.origin.rpartition(":")[2])

    def partners(self) -> Iterator[tuple[str, str]]:
        """(Procore, Quickbase) records that both exist and whose key field says they belong."""
        for q in self.table.q.live():
            p = self.table.q.key_of(q)
            if p is not None and self.alive(("p", p)):
                yield p, q

    @cached_property
    def groups(self) -> dict[Node, Node]:
        """The logical record each record belongs to, named by one of its records."""
        joined: dict[Node, Node] = {}

        def root(node: Node) -> Node:
            while joined.get(node, node) != node:
                node = joined[node]
            return node

        for one, two in self._belongings():
            joined[root(one)] = root(two)
        nodes = [(side, id) for side in "pq" for id in self.table.vendor(side).rows]
        return {node: root(node) for node in nodes}

    def family(self, node: Node) -> list[Node]:
        """The records of the other side that belong, or belonged, to this one."""
        root = self.groups[node]
        return [one for one, other in self.groups.items() if other == root and one[0] != node[0]]

    def _belongings(self) -> Iterator[tuple[Node, Node]]:
        for side in "pq":
            for id in self.table.vendor(side).rows:
                source = self.source_of((side, id))
                if source is not None and source[1] in self.table.vendor(source[0]).rows:
                    yield (side, id), source
        for id, row in self.table.q.rows.items():
            for version in row.versions:
                if version.key in self.table.p.rows and (
                    version.by == "syncd" or version is row.versions[-1]
                ):
                    yield ("q", id), ("p", str(version.key))

    # -- people ---------------------------------------------------------------------

    @cached_property
    def said_linked(self) -> set[tuple[str, str]]:
        """Pairs that history says were linked: while a record rests, its key is not written."""
        return {(one.procore_id, one.quickbase_id) for one in self.events if one.what == "link"}

    @cached_property
    def edits(self) -> list[Edit]:
        """Every field a person set, the first first."""
        out = []
        for side in "pq":
            for one in self.past(side):
                if one.by != "person" or one.after is None:
                    continue
                for index in one.fields:
                    made = Edit(one.order, one.seq, side, one.id, index, one.after[index], one.before is None)
                    out.append(made)
        return sorted(out, key=lambda edit: edit.order)

    def by_hand(self, node: Node, index: int, value: Value) -> bool:
        """Whether a person ever put this value there."""
        return any(e.node == node and e.field == index and e.value == value for e in self.edits)

    def killed(self, node: Node) -> Happened | None:
        """The last delete of a record that is gone."""
        if self.alive(node):
            return None
        return next((h for h in reversed(self.past(node[0])) if h.id == node[1] and h.after is None), None)

    def taken_back(self, edit: Edit) -> bool:
        """Whether the edit only restored what stood there before other edits by hand, none of
        which had crossed: to whoever compares with what was agreed, nothing happened."""
        since = edit.order
        for one in reversed(self.past(edit.side)):
            if one.id != edit.id or one.order >= edit.order or edit.field not in one.fields:
                continue
            if one.by != "person" or one.before is None:
                return False
            since = one.order
            if one.before[edit.field] == edit.value:
                break
        else:
            return False
        other = "q" if edit.side == "p" else "p"
        root = self.groups[edit.node]
        return not any(
            h.by == "syncd" and since < h.order < edit.order and edit.field in h.fields
            for h in self.past(other)
            if self.groups[other, h.id] == root
        )

    def put_back(self, edit: Edit) -> bool:
        """Whether the edit put back what stood there before a write of ours whose end nobody learned:
        then no reading can tell it from that write never having been done."""
        before = (h for h in reversed(self.past(edit.side)) if h.id == edit.id and h.order < edit.order)
        last = next((h for h in before if edit.field in h.fields), None)
        if last is None or last.by != "syncd" or last.before is None or last.after is None:
            return False
        key, wrote = self.table.setup.specs[edit.field].key, last.after[edit.field]
        told = any(
            one.field == key
            and one.after == wrote
            and edit.id == (one.procore_id if edit.side == "p" else one.quickbase_id)
            for one in self.events
        )
        return last.before[edit.field] == edit.value and not told

    # -- what the product lists -----------------------------------------------------

    def listed(self, p: str, q: str, key: str | None = None) -> bool:
        """Whether something is open about the pair (or the record: "" for the other), as a whole
        or in that field."""
        return any(
            one.closed is None
            and ((p and one.procore_id == p) or (q and one.quickbase_id == q))
            and one.field in ("", key)
            for one in self.issues
        )

    def same(self, index: int, p: Value, q: Value) -> bool:
        """Whether two values mean the same under the field's rule."""
        spec = self.table.setup.specs[index]
        if not spec.link:
            return spec.same(p, q)
        if p is None or q is None:
            return p == q
        parent = self.parents[spec.link]
        one, two = ("p", str(p)), ("q", str(q))
        if one not in parent.groups or two not in parent.groups:
            return False
        if not parent.alive(one) or not parent.alive(two):
            return True  # a deleted parent never cascades
        return parent.groups[one] == parent.groups[two] or (str(p), str(q)) in parent.said_linked
