"""Custom fields where bulk writes do not know them (vendors, users), and where lists do not (orders)."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.seed import Seed
from syncd.sandbox.switches import Switches
from tests.support.step_makers import Makers
from tests.support.whole_stack import WholeStack

FILES = {
    "vendors": (
        "mapping: vendors\nprocore: {resource: vendors}\nquickbase: {table: Firms, key: Procore ID}\n"
        "create: [quickbase, procore]\nfields:\n  - {procore: name, quickbase: Name}\n"
        "  - {procore: city, quickbase: Town}\n  - {procore: custom.Rating, quickbase: Rating}\n"
    ),
    "users": (
        "mapping: users\nprocore: {resource: users}\nquickbase: {table: Firms, key: Procore ID}\n"
        "create: [quickbase]\nfields:\n  - {procore: last_name, quickbase: Name}\n"
        "  - {procore: job_title, quickbase: Town}\n  - {procore: custom.Rating, quickbase: Rating}\n"
    ),
}
STORED = {"vendors": ("name", "city"), "users": ("last_name", "job_title")}


def stack_of(resource: str, **switches: Any) -> tuple[WholeStack, str, dict[str, int]]:
    """One resource with a list for a custom field, a table for it; the field's key and its entries."""
    chosen = Switches(ProcoreSwitches(**switches))
    stack = WholeStack({resource: FILES[resource]}, Seed(projects=0, vendors=0, rfis=0), chosen)
    forms, sim = stack.world.quickbase, stack.world.procore
    table = forms.create_table(forms.app_id, "Firms")
    for label in ("Name", "Town", "Rating"):
        forms.create_field(table, label, "text")
    forms.create_field(table, "Procore ID", "text", unique=True)
    key = f"custom_field_{sim.add_custom_field(resource, 'Rating', 'lov_entry', 'Good', 'Best')}"
    return stack, key, {name: id for id, name in sim.state.options[key].items()}


@pytest.mark.parametrize("needs", [True, False], ids=["needs names", "takes one field"])
@pytest.mark.parametrize("resource", ["vendors", "users"])
def test_a_custom_field_crosses_both_ways_beside_what_is_written_in_bulk(resource: str, needs: bool) -> None:
    """Alone or with other fields, with the names that the single update may demand (reference §3.1, §5.1,
    §21); nothing else is changed, and a quiet cycle writes nothing."""
    readings = {"vendor_patch_needs_name": needs, "user_patch_needs_names": needs}
    stack, key, entries = stack_of(resource, **readings)
    sim, (name, town) = stack.world.procore, STORED[resource]
    made = str(Makers(sim).new(resource))
    before = dict(sim.rows(resource)[int(made)])
    stack.edit_procore(resource, made, **{key: entries["Good"]})
    stack.sync()
    assert stack.quickbase("Firms")[made]["Rating"] == "Good"

    stack.clock.advance(5.0)
    stack.edit_quickbase("Firms", made, Rating="Best")
    stack.sync()
    row = sim.rows(resource)[int(made)]
    assert row[key] == entries["Best"]
    assert (row[name], row[town]) == (before[name], before[town])

    stack.clock.advance(5.0)
    stack.edit_quickbase("Firms", made, Rating="Good", Town="Elsewhere", Name="Anew")
    stack.sync()
    row = sim.rows(resource)[int(made)]
    assert (row[name], row[town], row[key]) == ("Anew", "Elsewhere", entries["Good"])
    assert stack.issues(resource) == []

    writes = stack.world.stats.total(method="PATCH")
    for _ in range(2):
        stack.sync()
    assert stack.world.stats.total(method="PATCH") == writes


def test_a_new_vendor_comes_with_its_custom_field() -> None:
    """What is made in Quickbase is made in Procore with the list's value, in one call."""
    stack, key, entries = stack_of("vendors")
    stack.sync()
    stack.world.quickbase.upsert("Firms", [{"Name": "Invented Steel", "Town": "Salem", "Rating": "Best"}])

    stack.sync()

    (row,) = stack.world.procore.rows("vendors").values()
    assert (row["name"], row[key]) == ("Invented Steel", entries["Best"])


def test_a_custom_field_of_a_purchase_order_crosses_both_ways() -> None:
    """Procore's list of orders leaves custom fields out, so they are looked up one by one; once the rule
    was taken, and nothing ever crossed."""
    projects = (
        "mapping: projects\nprocore: {resource: projects}\nquickbase: {table: Projects, key: Procore ID}\n"
        "create: [quickbase]\nfields:\n  - {procore: name, quickbase: Project Name}\n"
    )
    orders = (
        "mapping: orders\nprocore: {resource: purchase-orders, projects: {linked: projects}}\n"
        "quickbase: {table: Orders, key: Procore ID}\ncreate: [quickbase]\nfields:\n"
        "  - {procore: project, quickbase: Related Project, link: projects}\n"
        "  - {procore: custom.Rating, quickbase: Rating}\n"
        "  - {quickbase: Said, from: \"'rated ' ~ custom.rating\"}\n"
    )
    stack = WholeStack({"projects": projects, "orders": orders}, Seed(projects=1, vendors=0, rfis=0))
    sim, forms = stack.world.procore, stack.world.quickbase
    table = forms.create_table(forms.app_id, "Orders")
    for label in ("Rating", "Said"):
        forms.create_field(table, label, "text")
    forms.create_field(table, "Procore ID", "text", unique=True)
    forms.create_relationship(table, "Projects", "Related Project")
    key = f"custom_field_{sim.add_custom_field('purchase_orders', 'Rating', 'string')}"
    project = next(iter(sim.rows("projects")))
    order = sim.put("purchase_orders", {"title": "Rebar", key: "Good"}, scope=project)
    for _ in range(2):
        stack.sync()
    name = f"{project}/{order}"
    assert stack.quickbase("Orders")[name]["Rating"] == "Good"
    assert stack.quickbase("Orders")[name]["Said"] == "rated Good"

    stack.edit_quickbase("Orders", name, Rating="Best")
    for _ in range(4):
        stack.sync()

    assert sim.rows("purchase_orders")[order][key] == "Best"
    assert stack.quickbase("Orders")[name]["Said"] == "rated Best"
    assert stack.issues("orders") == []
