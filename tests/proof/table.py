"""One mapping in a simulated world: both its vendors, the engine's sides of them, its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from syncd.clock import Clock
from syncd.core.values import SideName, Value
from syncd.mapping.compiled import Mapping, ProcoreEnd
from syncd.sides.memory import MemorySide, MemoryVendor
from tests.proof.setup import Setup, TableSetup
from tests.proof.specs import engine_rule
from tests.support.rules import mapping

__all__ = ["Table", "make_table"]


@dataclass(slots=True)
class Table:
    """`p` and `q` are the vendors (Procore, Quickbase)."""

    setup: TableSetup
    p: MemoryVendor
    q: MemoryVendor
    mapping: Mapping
    sides: dict[SideName, MemorySide]

    @property
    def name(self) -> str:
        """The mapping's name."""
        return self.setup.name

    def vendor(self, side: str) -> MemoryVendor:
        """`p` or `q` by that letter."""
        return self.p if side == "p" else self.q


def make_table(
    setup: TableSetup,
    world: Setup,
    clock: Clock,
    ticks: Iterator[int],
    between: Callable[[], None],
    gate: Callable[[str, str, str], str],
) -> Table:
    """Both vendors of a mapping, empty, and the mapping as the engine gets it."""
    rules = [engine_rule(spec) for spec in setup.specs]
    made = mapping(
        setup.name,
        rules,
        procore=ProcoreEnd(setup.name, projects=setup.projects),
        match=setup.match,
        create=setup.create,
        delete=setup.delete,
        settle=setup.settle,
        project_rule=setup.project_rule,
        depends=setup.depends,
    )

    def vendor(side: str, skew: float) -> MemoryVendor:
        def keep(index: int, value: Value) -> Value:
            return setup.specs[index].store(side, value)

        def refuse(index: int, value: Value) -> str:
            return setup.specs[index].refuse(side, value)

        return MemoryVendor(
            clock,
            [one.procore if side == "p" else one.quickbase for one in rules],
            side,
            skew,
            page=world.page,
            keyed=side == "q",
            scope_field=setup.project_rule if side == "p" else None,
            tells_maker=setup.tells_maker,
            names_field=setup.names_field,
            seconds_a_call=world.seconds_a_call,
            keep=keep,
            refuse=refuse,
            gate=lambda prefix, call: gate(setup.name, prefix, call),
            between=between,
            ticks=ticks,
        )

    p, q = vendor("p", world.skews[0]), vendor("q", world.skews[1])
    return Table(
        setup,
        p,
        q,
        made,
        {
            SideName.PROCORE: MemorySide(SideName.PROCORE, p, setup.procore),
            SideName.QUICKBASE: MemorySide(SideName.QUICKBASE, q, setup.quickbase),
        },
    )
