"""Removals that `keep` leaves alone are told: how many, on which side, and where to look."""

from __future__ import annotations

import pytest

from syncd.cli.sync import show_report
from syncd.daemon.requests import report_json
from syncd.sandbox.seed import Seed
from syncd.sync.engine import Kind, Report
from tests.support.whole_stack import WholeStack

FILE = (
    "mapping: vendors\nprocore: {resource: vendors}\nquickbase: {table: Vendors, key: Procore ID}\n"
    "create: [procore]\nfields:\n  - {procore: name, quickbase: Company Name}\n"
)


def shown(report: Report, capsys: pytest.CaptureFixture[str]) -> str:
    """What `syncd sync` says of it."""
    body = report_json(report)
    body["cycles"] = [{**cycle, "waiting": 0} for cycle in body["cycles"]]
    capsys.readouterr()
    show_report(body, as_json=False)
    return capsys.readouterr().err


def test_linked_records_that_vanished_and_were_kept_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Two rows are deleted in Quickbase, and the mapping says nothing about deletes: their vendors stay in
    Procore, and the cycle that makes sure says so. It used to be silent; afterwards there is nothing new."""
    stack = WholeStack({"vendors": FILE}, Seed(projects=0, vendors=3, rfis=0))
    stack.sync()
    rows = stack.quickbase("Vendors")
    there = len(stack.procore("vendors"))
    stack.world.quickbase.delete("Vendors", [row["rid"] for row in list(rows.values())[:2]])

    first, sure, after = (stack.sync(wait=400, kind=kind) for kind in (Kind.RESYNC, *[Kind.INCREMENTAL] * 2))

    assert [one.cycles[0].kept for one in (first, sure, after)] == [{}, {"procore": 2}, {}]
    assert len(stack.procore("vendors")) == there
    said = "2 linked records were deleted in quickbase; those in procore were kept and sync no more"
    assert f"vendors: {said}, see `syncd history vendors`" in shown(sure, capsys)
    with stack.store.read() as tx:
        buried = [one.why for one in tx.history("vendors", None, None, limit=50) if one.what == "buried"]
    assert buried == ["deleted in quickbase; kept in procore"] * 2
