"""No resource that Procore lets us write is left out of the contract of sides."""

from __future__ import annotations

import inspect
from dataclasses import fields
from types import ModuleType
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
from tests.contract.sides import SideContract
from tests.contract.table_bench import TableBench
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


def _modules(name: str) -> list[ModuleType]:
    """The modules that have a bench of that resource."""
    return [
        module
        for module in MODULES
        if any(
            getattr(one, "resource", "") == name and isinstance(one, type) for one in vars(module).values()
        )
    ]


WRITTEN = [
    name for name in names() if any(one.writable and not one.scope_id for one in resource(name).fields)
]


@pytest.mark.parametrize("name", WRITTEN)
def test_the_contract_runs_for_every_resource_that_can_be_written(name: str) -> None:
    """Each has a bench, with a field that can be set and the one that says where records live."""
    fields = [one for one in resource(name).fields if one.name in benches()[name]]

    assert any(one.writable and not one.scope_id for one in fields)
    assert any(one.scope_id for one in fields) == any(one.scope_id for one in resource(name).fields)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_contract_runs_under_both_readings_for_every_resource(name: str) -> None:
    """A new switch, or a third reading of one, is taken up by the readings under which each resource is
    tried; sizes and lags are no readings."""
    tried = [switches for module in _modules(name) for switches in module.READINGS.values()]
    hints = get_type_hints(ProcoreSwitches)
    missing = {}
    for one in fields(ProcoreSwitches):
        there = {True, False} if hints[one.name] is bool else set(get_args(hints[one.name]))
        if untried := there - {getattr(switches, one.name) for switches in tried}:
            missing[one.name] = untried

    assert tried
    assert missing == {}


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.__name__.rpartition(".")[2])
def test_no_bench_is_left_out_of_the_readings(module: ModuleType) -> None:
    """Every class that runs the contract there runs it under each of the module's readings."""
    classes = [one for one in vars(module).values() if isinstance(one, type) and _runs(one, module)]

    assert classes
    assert inspect.getsource(module).count("def bench(self, reading: ProcoreSwitches)") == len(classes)


def _runs(one: type, module: ModuleType) -> bool:
    return issubclass(one, SideContract) and one.__module__ == module.__name__


def test_what_nobody_writes_says_why() -> None:
    """The others are read only, or changed by verbs alone."""
    others = {name for name in names() if name not in WRITTEN}

    assert others == {"companies", "company-roles", "budgets"}
    assert all(resource(name).not_written or resource(name).acts for name in others)
