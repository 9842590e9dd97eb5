"""The contract case of the guide docs/adding-a-resource.md."""

from __future__ import annotations

from syncd.core.values import Value
from tests.contract.table_bench import Column, TableBench

__all__ = ["QuantityBench"]


class QuantityBench(TableBench):
    """Budgeted production quantities of a project: no two need differ, and nothing carries our mark."""

    resource = "budgeted-production-quantities"
    table = "budgeted_production_quantities"
    columns = (
        Column("project"),
        Column("unit_of_measure", "unit_of_measure"),
        Column("quantity", "quantity"),
        Column("cost_code", "cost_code", "cost_code_id", "id"),
    )
    named = 1
    clearable = (1, 2, 3)

    def prepare(self) -> None:
        self.in_project()
        self.codes = [self.option("cost_codes", name, project=self.home) for name in ("Forms", "Steel")]

    def sample(self, number: int) -> dict[int, Value]:
        return {0: self.scope, 1: f"unit {number}", 2: f"{number}.5", 3: self.codes[number % 2]}
