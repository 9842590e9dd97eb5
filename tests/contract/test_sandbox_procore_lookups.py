"""The Procore simulator's small lists and its custom fields (reference §2, §5.2, §12, §17, §21)."""

from __future__ import annotations

import json

import pytest

from syncd.sandbox.procore.lookups import LISTS
from tests.support.procore_tables import Caller


@pytest.fixture
def box() -> Caller:
    """A fresh simulator with the invented tables."""
    return Caller()


def test_every_list_is_served_where_the_table_says(box: Caller) -> None:
    """An entry of each list is read at each of its paths, in the form and the scope of the path."""
    for about in LISTS:
        number = box.sim.add_option(about.option, f"Entry of {about.path}")
        places = {"company_id": box.sim.company_id, "project_id": box.project}
        path = about.path.removeprefix("/rest/").format(**places)
        query = f"project_id={box.project}&company_id={box.sim.company_id}&per_page=100"
        answer = box.get(f"{path}?{query}")
        rows = answer["data"] if path.startswith("v2.") else answer
        if about.form == "rows":
            found = {int(row["id"]): row[about.label] for row in rows}
            assert found[number] == f"Entry of {about.path}"
        else:
            key = number if about.form == "ids" else f"Entry of {about.path}"
            assert {"key": key, "value": f"Entry of {about.path}"} in rows
        if about.project_in:
            assert box.status("GET", f"{path}?company_id={box.sim.company_id}") == 400
        if about.company_in:
            assert box.status("GET", f"{path}?project_id={box.project}") == 400


def test_a_list_may_belong_to_one_project_and_carry_more_keys(box: Caller) -> None:
    """Cost codes of another project are not shown; keys besides id and name are."""
    box.sim.add_option("cost_codes", "Theirs", project=box.other, full_code="02-100")
    ours = box.sim.add_option("cost_codes", "Ours", project=box.project, full_code="01-100")
    row = {"id": ours, "name": "Ours", "full_code": "01-100"}
    assert box.get("v1.0/cost_codes?project_id={p}") == [row]
    rfi = {"subject": "S", "question": {"body": "?"}, "rfi_manager_id": box.sim.who["person"].user_id}
    path = "v1.0/projects/{o}/rfis"
    assert box.status("POST", path, {"rfi": {**rfi, "cost_code_id": ours}}) == 422
    assert box.status("POST", path.replace("{o}", "{p}"), {"rfi": {**rfi, "cost_code_id": ours}}) == 201


def test_lists_page_as_their_kind_does(box: Caller) -> None:
    """Most lists come in pages, permission templates come whole, and v2 gives 10 at a time."""
    for number in range(25):
        for kind in ("trades", "permission_templates", "wbs_codes"):
            box.sim.add_option(kind, f"{kind} {number}")
    trades = box.call("GET", "v1.0/companies/{c}/trades?per_page=20&page=2")
    assert (len(json.loads(trades.body)), trades.headers["Total"]) == (5, "25")
    templates = box.call("GET", "v1.0/companies/{c}/permission_templates?per_page=20")
    assert (len(json.loads(templates.body)), "Total" in templates.headers) == (25, False)
    codes = box.get("v2.0/companies/{c}/projects/{p}/wbs/codes")["data"]
    assert (len(codes), type(codes[0]["id"])) == (10, str)


def test_lists_take_filters(box: Caller) -> None:
    """By id, by a key that entries have, and by a part of the name; nonsense for an id is 400."""
    first = box.sim.add_option("permission_templates", "Viewer", type="project_tools")
    second = box.sim.add_option("permission_templates", "Admin", type="company_tools")

    def found(query: str) -> list[int]:
        return [row["id"] for row in box.get(f"v1.0/companies/{{c}}/permission_templates?{query}")]

    assert found("filters[type]=company_tools") == [second]
    assert found(f"filters[id][]={first}") == [first]
    assert found("filters[search]=ADM") == [second]
    assert found("filters[assignables_only]=true") == [first, second]
    assert box.status("GET", "v1.0/companies/{c}/permission_templates?filters[id]=x") == 400


def test_lists_of_a_tool_are_off_with_it(box: Caller) -> None:
    """A project without submittals has no submittal responses either."""
    box.sim.state.tools_off.add((box.project, "submittals"))
    assert box.status("GET", "v1.0/projects/{p}/submittal_responses") == 403
    assert box.status("GET", "v1.0/projects/{o}/submittal_responses") == 200


def test_custom_fields_are_written_by_key_and_read_with_their_type(box: Caller) -> None:
    """Scalars as they are, list entries by id, read with labels; null where nothing was written."""
    add = box.sim.add_custom_field
    text, number = add("projects", "Sponsor", "string"), add("projects", "Area", "decimal")
    flag, moment = add("projects", "Green", "boolean"), add("projects", "Blessed", "datetime")
    one, many = (
        add("projects", "Risk", "lov_entry", "Low", "High"),
        add("projects", "Uses", "lov_entries", "A", "B"),
    )
    low, uses = box.sim.custom_entries(one)["Low"], list(box.sim.custom_entries(many).values())
    sent = {text: "Ann", number: 2.5, flag: True, moment: "2026-05-19T14:00:00+02:00", one: low, many: uses}
    body = {
        "company_id": box.sim.company_id,
        "project": {f"custom_field_{key}": one for key, one in sent.items()},
    }
    shown = box.json("PATCH", "v1.0/projects/{p}", body)["custom_fields"]
    assert shown == {
        f"custom_field_{text}": {"data_type": "string", "value": "Ann"},
        f"custom_field_{number}": {"data_type": "decimal", "value": 2.5},
        f"custom_field_{flag}": {"data_type": "boolean", "value": True},
        f"custom_field_{moment}": {"data_type": "datetime", "value": "2026-05-19T12:00:00Z"},
        f"custom_field_{one}": {"data_type": "lov_entry", "value": {"id": low, "label": "Low"}},
        f"custom_field_{many}": {
            "data_type": "lov_entries",
            "value": [{"id": uses[0], "label": "A"}, {"id": uses[1], "label": "B"}],
        },
    }
    other = box.get("v1.0/projects/{o}?company_id={c}")["custom_fields"]
    assert other[f"custom_field_{one}"] == {"data_type": "lov_entry", "value": None}


def test_bad_custom_values_are_refused_and_nulls_change_nothing(box: Caller) -> None:
    """An entry of another list, text for a number: 422 by key. Null for what is empty moves no stamp."""
    risk = box.sim.add_custom_field("projects", "Risk", "lov_entry", "Low")
    area = box.sim.add_custom_field("projects", "Area", "decimal")
    foreign = box.sim.add_custom_field("rfis", "Kind", "lov_entry", "Odd")
    entry = box.sim.custom_entries(foreign)["Odd"]
    before = box.get("v1.0/projects/{p}?company_id={c}")
    box.clock.advance(60)

    def patch(**sent: object) -> tuple[int, dict[str, object]]:
        answer = box.call("PATCH", "v1.0/projects/{p}", {"company_id": box.sim.company_id, "project": sent})
        return answer.status, json.loads(answer.body)

    status, body = patch(**{f"custom_field_{risk}": entry, f"custom_field_{area}": "wide"})
    assert (status, body) == (
        422,
        {"errors": {f"custom_field_{risk}": ["is invalid"], f"custom_field_{area}": ["is not a number"]}},
    )
    assert patch(**{f"custom_field_{risk}": None, f"custom_field_{foreign}": entry}) == (200, before)


def test_sync_drops_custom_fields(box: Caller) -> None:
    """Items of a sync know no `custom_field_…`; they need a PATCH."""
    area = box.sim.add_custom_field("projects", "Area", "decimal")
    body = {"company_id": box.sim.company_id, "updates": [{"id": box.project, f"custom_field_{area}": 1}]}
    (entity,) = box.json("PATCH", "v1.0/projects/sync", body)["entities"]
    assert entity["custom_fields"][f"custom_field_{area}"]["value"] is None


def test_projects_are_found_by_custom_values(box: Caller) -> None:
    """`filters[custom_fields]` is a JSON object of values by definition; what is no object is 400."""
    risk = box.sim.add_custom_field("projects", "Risk", "lov_entry", "Low", "High")
    low = box.sim.custom_entries(risk)["Low"]
    box.sim.put("projects", {f"custom_field_{risk}": low}, record=box.other)

    def found(asked: str) -> list[int]:
        return [
            row["id"] for row in box.get(f"v1.1/projects?company_id={{c}}&filters[custom_fields]={asked}")
        ]

    assert found(f'{{{{"{risk}":{low}}}}}') == [box.other]
    assert found(f'{{{{"{risk}":[{low},5]}}}}') == [box.other]
    assert found(f'{{{{"{risk}":5}}}}') == []
    assert found("{{}}") == [box.project, box.other]
    assert box.status("GET", "v1.1/projects?company_id={c}&filters[custom_fields]=5") == 400


def test_definitions_and_entries_can_be_looked_up(box: Caller) -> None:
    """Definitions with labels, 100 a page at most; the entries of a list, the highest position on top."""
    risk = box.sim.add_custom_field("projects", "Risk", "lov_entry", "Low", "High")
    for number in range(120):
        box.sim.add_custom_field("rfis", f"Extra {number}", "string")
    path = "v1.1/companies/{c}/custom_field_definitions"
    assert len(box.get(f"{path}?per_page=500")) == 100
    (row,) = box.get(f"{path}?filters[with_label]=risk")
    assert (row["id"], row["label"], row["data_type"]) == (risk, "Risk", "lov_entry")
    assert [one["id"] for one in box.get(f"{path}?filters[id][]={risk}")] == [risk]
    entries = f"v1.0/custom_field_definitions/{risk}/custom_field_lov_entries"
    assert box.status("GET", entries) == 400
    rows = box.get(f"{entries}?company_id={{c}}")
    assert {row["label"]: row["id"] for row in rows} == box.sim.custom_entries(risk)
    assert rows[0]["position"] > rows[1]["position"]
    one = box.get(f"v1.0/custom_field_definitions/{risk}?company_id={{c}}&view=with_lov_entries")
    assert one["custom_field_lov_entries"] == rows
    assert box.status("GET", "v1.0/custom_field_definitions/5?company_id={c}") == 404


def test_field_sets_say_which_resource_a_definition_belongs_to(box: Caller) -> None:
    """One set for each resource that has custom fields, in the company and in its projects."""
    risk = box.sim.add_custom_field("projects", "Risk", "lov_entry", "Low")
    box.sim.add_custom_field("rfis", "Kind", "string")
    sets = box.get("v1.0/companies/{c}/configurable_field_sets?include_lov_entries=true")
    assert [one["class_name"] for one in sets] == ["Project", "Rfi"]
    shown = sets[0]["fields"][f"custom_field_{risk}"]
    assert (shown["custom_field_definition_id"], shown["label"]) == (risk, "Risk")
    assert [one["label"] for one in shown["lov_entries"]] == ["Low"]
    only = box.get(f"v1.0/projects/{{p}}/configurable_field_sets?types[]={sets[1]['type']}")
    assert [one["id"] for one in only] == [sets[1]["id"]]
    rows = box.get("v1.0/custom_field_metadata?company_id={c}&view=with_lov_entries")
    assert (rows[0]["custom_field_definition_id"], rows[0]["label"]) == (risk, "Risk")
    assert [row["source_type"] for row in rows] == [one["type"] for one in sets]
