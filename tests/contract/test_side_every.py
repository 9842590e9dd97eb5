"""No resource that Procore lets us write is left out of the contract of sides."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args, get_type_hints

import pytest

from syncd.catalog.registry import names, resource
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.contract import (
    test_side_budgets,
    test_side_directory,
    test_side_documents,
    test_side_procore,
    test_side_tools,
)
from tests.contract.table_bench import READINGS, TableBench
from tests.contract.test_side_procore import ProcoreBench

MODULES = (test_side_budgets, test_side_directory, test_side_documents, test_side_procore, test_side_tools)


def benches() -> dict[str, set[str]]:
    """The fields that some bench of each resource writes or reads."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, TableBench) and one.resource and one.columns:
                found.setdefault(one.resource, set()).update(column.name for column in one.columns)
            elif isinstance(one, type) and issubclass(one, ProcoreBench) and one.fields:
                found.setdefault(one.resource, set()).update(one.fields)
    return found


WRITTEN = [
    name for name in names() if any(one.writable and not one.scope_id for one in resource(name).fields)
]


@pytest.mark.parametrize("name", WRITTEN)
def test_the_contract_runs_for_every_resource_that_can_be_written(name: str) -> None:
    """Each has a bench, with a field that can be set and the one that says where records live."""
    fields = [one for one in resource(name).fields if one.name in benches()[name]]

    assert any(one.writable and not one.scope_id for one in fields)
    assert any(one.scope_id for one in fields) == any(one.scope_id for one in resource(name).fields)


@pytest.mark.parametrize("name", [one.name for one in fields(ProcoreSwitches)])
def test_every_reading_of_a_switch_is_one_that_the_contract_runs_under(name: str) -> None:
    """A new switch, or a third reading of one, is taken up by the readings of the benches; sizes and
    lags are no readings."""
    hint = get_type_hints(ProcoreSwitches)[name]
    there = {True, False} if hint is bool else set(get_args(hint))

    assert there <= {getattr(one, name) for one in READINGS.values()}


def test_what_nobody_writes_says_why() -> None:
    """The others are read only, or changed by verbs alone."""
    others = {name for name in names() if name not in WRITTEN}

    assert others == {"companies", "company-roles", "budgets"}
    assert all(resource(name).not_written or resource(name).acts for name in others)
