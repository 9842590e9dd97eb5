"""The shipped mappings against the sandbox's app as its own API describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from syncd.clock import ManualClock
from syncd.mapping.compile import check, compile_all
from syncd.mapping.load import read_directory
from syncd.mapping.schemas import QuickbaseSchema, TableSchema
from syncd.quickbase.schema import field_schema
from syncd.sandbox.message import Request
from syncd.sandbox.world import World

MAPPINGS = Path(__file__).parents[2] / "mappings"


def seeded_app() -> QuickbaseSchema:
    """The schema of a freshly seeded sandbox, read over its API."""
    world = World(ManualClock())
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


def test_the_shipped_mappings_work_against_the_sandbox_as_they_are() -> None:
    """No problem against the seeded app, and every rule found its field's id."""
    files, schema = read_directory(MAPPINGS), seeded_app()
    assert check(files, schema) == ()
    made = compile_all(files, schema)
    assert [one.name for one in made] == ["projects", "vendors", "rfis"]
    for mapping in made:
        assert mapping.quickbase.key.isdigit()
        assert all(one.quickbase is not None and one.quickbase.name.isdigit() for one in mapping.rules)
