"""`delete: {flag: FIELD}` sets that field, on both vendors, and nothing else of the record."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.values import SideName
from syncd.mapping.compiled import DeletePolicy, DeleteWord
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sides.port import Patch, Verdict
from tests.contract.test_side_procore import ProcoreBench, ProjectBench, VendorBench
from tests.contract.test_side_quickbase import QuickbaseBench

FAR = 1e9


def flagging(bench: ProcoreBench | QuickbaseBench, side: SideName, field: str) -> Patch:
    """The bench's side again, for a mapping that flags; and the patch that does it."""
    word = DeletePolicy(DeleteWord.FLAG, field)
    bench.mapping = replace(bench.mapping, delete=((side, word),))
    bench.side = bench.rig.vendors.side(bench.mapping, side)  # type: ignore[assignment]
    id = bench.put(bench.sample(1))
    return Patch(id, {}, bench.scope, flag=True)


def test_a_quickbase_row_is_flagged() -> None:
    """The checkbox is set, and every other field stays as it was."""
    bench = QuickbaseBench(QuickbaseSwitches())
    gone = bench.sim.create_field(bench.table, "Gone", "checkbox")
    patch = flagging(bench, SideName.QUICKBASE, str(gone))
    before = bench.stored(patch.id)
    (outcome,) = bench.side.update([patch], fresh_until=FAR)
    assert outcome.verdict is Verdict.DONE
    assert bench.sim.rows(bench.table)[int(patch.id)][gone] is True
    assert bench.stored(patch.id) == before


def test_a_flag_that_is_no_checkbox_any_more_is_no_success() -> None:
    """What the answer shows is not set was not done: it is refused, with the reason."""
    bench = QuickbaseBench(QuickbaseSwitches())
    nothing = bench.sim.create_field(bench.table, "Gone", "numeric")
    patch = flagging(bench, SideName.QUICKBASE, str(nothing))
    (outcome,) = bench.side.update([patch], fresh_until=FAR)
    assert outcome.verdict is Verdict.REFUSED
    assert outcome.reason


def test_a_procore_vendor_is_flagged_through_sync() -> None:
    """Bulk writes carry the flag too."""
    bench = VendorBench(ProcoreSwitches())
    patch = flagging(bench, SideName.PROCORE, "prequalified")
    (outcome,) = bench.side.update([patch], fresh_until=FAR)
    assert outcome.verdict is Verdict.DONE
    assert bench.sim.rows("vendors")[int(patch.id)]["prequalified"] is True


def test_a_procore_project_is_flagged() -> None:
    """Where a record has a checkbox of its own, it says that its row was deleted."""
    bench = ProjectBench(ProcoreSwitches())
    patch = flagging(bench, SideName.PROCORE, "active")
    bench.sim.put("projects", {"active": False}, record=int(patch.id))
    (outcome,) = bench.side.update([patch], fresh_until=FAR)
    assert outcome.verdict is Verdict.DONE
    assert bench.sim.rows("projects")[int(patch.id)]["active"] is True
