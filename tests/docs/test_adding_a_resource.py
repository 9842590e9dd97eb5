"""The guide for a new resource is followed here, with a resource that the product does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.catalog import names
from syncd.catalog.registry import joined
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.contract.sides import Bench, SideContract
from tests.contract.table_bench import OTHERWISE
from tests.docs.quantities import entry, table
from tests.docs.quantities.case import QuantityBench

PARTS = Path(__file__).parent / "quantities"
READINGS = {"likely": ProcoreSwitches(), "otherwise": OTHERWISE}


@pytest.mark.parametrize("part", ["entry", "table", "case"])
def test_the_guide_shows_what_is_run_here(project_root: Path, part: str) -> None:
    """Each piece of code in the guide stands, as it is, in the file that the contract runs with."""
    guide = (project_root / "docs" / "adding-a-resource.md").read_text()
    shown = re.findall(rf"```python\n# {part}\n(.*?)```", guide, re.DOTALL)

    assert len(shown) == 1
    assert shown[0] in (PARTS / f"{part}.py").read_text()


def test_the_product_does_not_have_it_yet() -> None:
    """The day it does, the guide needs another resource; and an entry joins only for a while."""
    name = entry.QUANTITIES.name
    assert name not in names()
    with joined(entry.QUANTITIES):
        assert names()[-1] == name
    assert name not in names()


class TestQuantities(SideContract):
    """What the guide makes keeps the contract of sides, under the likely reading and the other."""

    @pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
    def bench(self, request: pytest.FixtureRequest) -> Iterator[Bench]:
        """The resource under one reading."""
        with joined(entry.QUANTITIES):
            yield QuantityBench(request.param, tables=(table.QUANTITIES,))
