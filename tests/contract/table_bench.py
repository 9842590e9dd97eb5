"""A bench for any Procore resource: its fields as columns of the simulator's table, as data."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from syncd.core.values import SideName, Value, decimal_text
from syncd.sandbox.procore.resource import Resource
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.switches import draw
from tests.contract.sides import Bench, Values
from tests.support.vendor_rig import Rig, hand_mapping

__all__ = ["READINGS", "Column", "TableBench"]

OTHERWISE = ProcoreSwitches(
    lower_inclusive=False,
    quoted_range="required",
    list_order="updated_desc",
    over_max_page="refuse",
    unknown_filter="refuse",
    noop_bumps_updated=True,
    reply_bumps_rfi=False,
    money="cents",
    blank_text="null",
    submittal_patch_needs_number=True,
    submittal_number_twice="taken",
    approver_bumps_submittal=False,
    approver_answer="all",
    purchase_sync_ids="ignored",
    sync_order="shuffled",
    unseen=403,
    tool_off=404,
    recycled_show=200,
    error_shape="errors_list",
    new_user_active=False,
    user_patch_needs_names=False,
    user_patch_revives="refused",
    inactive_user_show=404,
    member_nulls="always",
    member_stamps="membership",
    add_again="refused",
    grand_total_fixed=True,
    modification_patch_needs_all=True,
    locked_budget=403,
    lines_v2=404,
    change_lines_v2=403,
    view_row_keys="ids",
    lock_again="refused",
    index_hides_bin=False,
    document_twice=409,
    version_order="oldest_first",
    album_delete="keeps",
    link_signing="anew",
    vendor_patch_needs_name=False,
    approved_delete=403,
)
"""The other reading of nearly everything that is not confirmed."""

READINGS = {
    "likely": ProcoreSwitches(),
    "otherwise": OTHERWISE,
    **{f"drawn {seed}": draw(ProcoreSwitches, random.Random(f"sides {seed}")) for seed in range(2)},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the mapping in the simulator: where it is stored, and the key of a person's write.

    `form` "id" is sent as a number, and `homed` ids carry the project in our words. A field without
    `stored` is not held by the record itself: it is the scope.
    """

    name: str
    stored: str = ""
    sent: str = ""
    form: str = "plain"
    homed: bool = False

    @property
    def key(self) -> str:
        """The key of a write."""
        return self.sent or self.stored


class TableBench(Bench):
    """One resource of the catalogue against its table in the simulator."""

    resource = ""
    table = ""
    columns: tuple[Column, ...] = ()
    extra: tuple[str, ...] = ()  # fields of the mapping that only a create fills
    carrier = ""

    def __init__(self, switches: ProcoreSwitches, tables: tuple[Resource, ...] = ()) -> None:
        self.rig = Rig(procore=self.read(switches), tables=tables)
        self.clock = self.rig.clock
        self.sim = self.rig.procore
        self.home = 0
        self.prepare()
        self.mapping = hand_mapping(
            self.resource, [*(one.name for one in self.columns), *self.extra], carrier=self.carrier
        )
        self.side = self.rig.vendors.side(self.mapping, SideName.PROCORE)

    def read(self, switches: ProcoreSwitches) -> ProcoreSwitches:
        """The reading, without what would make the resource unusable."""
        return switches

    def prepare(self) -> None:
        """What has to be there before the first record."""

    def in_project(self) -> None:
        """Let the records live in a new project."""
        self.home = self.sim.put("projects", {"name": "Tower"})
        self.scope = str(self.home)

    def option(self, kind: str, name: str, **more: Any) -> str:
        """The id of a new entry of a small list."""
        return str(self.sim.add_option(kind, name, **more))

    # -- what a person does ---------------------------------------------------------

    def sent(self, values: Values) -> dict[str, Any]:
        """A person's body for these values."""
        body: dict[str, Any] = {}
        for index, value in values.items():
            one = self.columns[index]
            if not one.stored:
                continue
            wire = one.form == "id" and isinstance(value, str)
            body[one.key] = int(str(value).rpartition("/")[2]) if wire else value
        return body

    def put(self, values: Values, key: str | None = None) -> str:
        number = self.sim.put(self.table, {**self.sent(values), **self.besides()}, scope=self.home)
        return self.named_by(number)

    def besides(self) -> dict[str, Any]:
        """What a person's create carries that is no column."""
        return {}

    def named_by(self, number: int) -> str:
        """The identity of a record of the table."""
        return f"{self.scope}/{number}" if self.scope else str(number)

    def number_of(self, id: str) -> int:
        """The record's number in the table, 0 if there is none."""
        number = int(id.rpartition("/")[2])
        return number if number in self.sim.rows(self.table) else 0

    def edit(self, id: str, values: Values) -> None:
        self.sim.put(self.table, self.sent(values), record=self.number_of(id))

    def delete(self, id: str) -> None:
        self.sim.drop(self.table, self.number_of(id))

    def stored(self, id: str) -> dict[int, Value] | None:
        row = self.sim.rows(self.table).get(self.number_of(id))
        if row is None:
            return None
        return {index: self.plain(one, row) for index, one in enumerate(self.columns)}

    def plain(self, one: Column, row: dict[str, Any]) -> Value:
        """A stored value in our form; written apart from the client's own reader."""
        if not one.stored:
            return self.scope
        raw = row[one.stored]
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, float | Decimal):
            return decimal_text(Decimal(str(raw)))
        return f"{self.scope.partition('/')[0]}/{raw}" if one.homed else str(raw)
