"""The shipped mappings against the sandbox's app as its own API describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from syncd.catalog.registry import names, resource
from syncd.clock import ManualClock
from syncd.mapping.compile import check, compile_all
from syncd.mapping.compiled import Mapping
from syncd.mapping.load import read_directory
from syncd.mapping.schemas import QuickbaseSchema, TableSchema
from syncd.quickbase.schema import field_schema
from syncd.sandbox.message import Request
from syncd.sandbox.seed import Seed
from syncd.sandbox.world import World

MAPPINGS = Path(__file__).parents[2] / "mappings"


@pytest.fixture(scope="module")
def app() -> QuickbaseSchema:
    """The schema of a freshly seeded sandbox, read over its API."""
    world = World(ManualClock(), sizes=Seed(whole=True))
    world.seed_demo()
    about = world.info()["quickbase"]
    headers = {
        "qb-realm-hostname": about["realm"],
        "authorization": f"QB-USER-TOKEN {about['user_token']}",
    }

    def get(path: str, **query: str) -> Any:
        request = Request("GET", f"/quickbase/v1{path}", query=tuple(query.items()), headers=headers)
        answer = world.handle(request)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    tables = []
    for table in get("/tables", appId=about["app_id"]):
        found = get(f"/tables/{table['id']}/relationships")["relationships"]
        parents = {int(one["foreignKeyField"]["id"]): str(one["parentTableId"]) for one in found}
        fields = tuple(field_schema(one, parents) for one in get("/fields", tableId=table["id"]))
        tables.append(TableSchema(table["id"], table["name"], fields, table["keyFieldId"]))
    return QuickbaseSchema(about["app_id"], tuple(tables))


@pytest.fixture(scope="module")
def shipped(app: QuickbaseSchema) -> list[Mapping]:
    """The shipped mappings as a command compiles them."""
    return compile_all(read_directory(MAPPINGS), app)


def test_the_shipped_mappings_work_against_the_sandbox_as_they_are(
    app: QuickbaseSchema, shipped: list[Mapping]
) -> None:
    """No problem offline or against the seeded app, and every rule found its field's id."""
    files = read_directory(MAPPINGS)
    assert check(files) == ()
    assert check(files, app) == ()
    for mapping in shipped:
        assert mapping.quickbase.key.isdigit()
        fields = [one.quickbase for one in mapping.rules if one.quickbase is not None]
        assert fields
        assert all(one.name.isdigit() for one in fields)


def test_every_resource_has_an_example_in_each_direction_it_can_go(shipped: list[Mapping]) -> None:
    """Of what Procore lets us write something goes there, and new records where it makes them; a budget's
    lock and an invitation are fields of projects and users."""
    by_resource = {one.procore.resource: one for one in shipped}
    assert set(by_resource) == set(names()) - {"budgets"}
    for name, mapping in by_resource.items():
        about = resource(name)
        sides = {side.value for side in mapping.create}
        makes = bool(about.create or about.sync)
        assert sides == ({"procore", "quickbase"} if makes else {"quickbase"}), name
        if any(one.writable and not one.scope_id for one in about.fields):
            assert mapping.direction.value == "two-way", name
    acts = {
        one.procore.name for name in ("projects", "users") for one in by_resource[name].rules if one.procore
    }
    assert {"budget_locked", "invited"} <= acts
