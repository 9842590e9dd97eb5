"""What a table of the Procore simulator can say, with invented resources (reference §0.2, §17, §19, §20)."""

from __future__ import annotations

import json

import pytest

from tests.support.procore_tables import Caller


@pytest.fixture
def box() -> Caller:
    """A fresh simulator with the invented tables."""
    return Caller()


def test_a_deleted_record_is_gone_for_good(box: Caller) -> None:
    """DELETE of what has no recycle bin: 204 without a body, then 404, out of lists, told as a delete."""
    gate, other = box.gate(), box.gate("South")
    answer = box.call("DELETE", f"v1.0/gates/{gate}?project_id={{p}}")
    assert (answer.status, answer.body) == (204, b"")
    assert box.status("GET", f"v1.0/gates/{gate}?project_id={{p}}") == 404
    assert box.status("DELETE", f"v1.0/gates/{gate}?project_id={{p}}") == 404
    assert box.status("PATCH", f"v1.0/gates/{gate}", {"project_id": box.project, "gate": {}}) == 404
    assert [row["id"] for row in box.get("v1.0/gates?project_id={p}")] == [other]
    assert list(box.sim.rows("gates")) == [other]
    assert box.kinds("gates") == ["create", "create", "delete"]


def test_a_late_read_still_shows_what_was_deleted() -> None:
    """Under a lag, lists and shows go on giving the record for as long, in its place."""
    box = Caller(list_lag=30.0, read_lag=30.0)
    first, second = box.gate(), box.gate("South")
    box.clock.advance(60)
    box.sim.drop("gates", first)
    assert [row["id"] for row in box.get("v1.0/gates?project_id={p}")] == [first, second]
    assert box.status("GET", f"v1.0/gates/{first}?project_id={{p}}") == 200
    box.clock.advance(31)
    assert [row["id"] for row in box.get("v1.0/gates?project_id={p}")] == [second]
    assert box.status("GET", f"v1.0/gates/{first}?project_id={{p}}") == 404


def test_a_recycle_bin_takes_and_gives_back(box: Caller) -> None:
    """DELETE where there is a bin hides the record; restoring answers with it; neither twice."""
    at = f"company_id={box.sim.company_id}"
    badge = box.json("POST", "v1.0/badges", {"company_id": box.sim.company_id, "badge": {"name": "B"}})["id"]
    path = f"v1.0/badges/{badge}?{at}"
    assert box.call("DELETE", path).body == b""
    assert box.get(f"v1.0/badges?{at}") == []
    assert [row["id"] for row in box.get(f"v1.0/badges?{at}&filters[include_deleted]=only")] == [badge]
    assert box.status("GET", f"v1.0/badges?{at}&filters[include_deleted]=maybe") == 400
    assert [box.status(method, path) for method in ("GET", "DELETE")] == [404, 404]
    assert box.sim.rows("badges")[badge]["deleted_at"] is not None
    restored = box.json("PUT", f"v1.0/badges/{badge}/restore?{at}")
    assert (restored["deleted"], restored["deleted_at"]) == (False, None)
    assert [row["id"] for row in box.get(f"v1.0/badges?{at}&filters[include_deleted]=with")] == [badge]
    assert box.kinds("badges") == ["create", "delete", "update"]


def test_the_project_is_where_the_operation_wants_it(box: Caller) -> None:
    """In the query or in the body, and nowhere else: 400 without it or with nonsense, as for companies."""
    gate = {"gate": {"name": "N"}}
    assert box.status("GET", "v1.0/gates") == 400
    assert box.status("GET", "v1.0/gates?project_id=one") == 400
    assert box.status("GET", "v1.0/gates?project_id=7") == 404
    assert box.status("POST", "v1.0/gates?project_id={p}", gate) == 400
    assert box.status("POST", "v1.0/gates", {"project_id": box.project, **gate}) == 201
    assert box.get("v1.0/gates?project_id={o}") == []
    made = box.gate()
    assert box.status("GET", f"v1.0/gates/{made}?project_id={{o}}") == 404


def test_hidden_projects_and_tools_off_hold_there_too(box: Caller) -> None:
    """A project named in query or body is checked like one in the path; a tool may be off everywhere."""
    body = {"project_id": box.project, "gate": {"name": "N"}}
    box.sim.state.hidden["syncd"] = {box.project}
    assert [box.status("GET", "v1.0/gates?project_id={p}"), box.status("POST", "v1.0/gates", body)] == [
        404
    ] * 2
    box.sim.state.hidden.clear()
    box.sim.state.tools_off.add((box.project, "gates"))
    assert [box.status("GET", "v1.0/gates?project_id={p}"), box.status("POST", "v1.0/gates", body)] == [
        403
    ] * 2
    assert box.get("v1.0/gates?project_id={o}") == []
    box.sim.state.tools_off.add((0, "gates"))
    assert box.status("GET", "v1.0/companies/{c}/keys") == 403


def test_records_live_in_records_of_another_resource(box: Caller) -> None:
    """The parent comes from the path or a query key; a parent of another project, or none, is 404."""
    gate = box.gate()
    body = {"key": {"name": "K"}}
    key = box.json("POST", f"v1.0/keys?project_id={{p}}&gate_key={gate}", body)
    assert set(key) == {"id", "name", "gate_name"}
    assert box.status("POST", "v1.0/keys?project_id={p}", body) == 400
    assert box.status("POST", f"v1.0/keys?project_id={{o}}&gate_key={gate}", body) == 404
    assert box.get(f"v1.0/keys?project_id={{p}}&gate_id={gate}") == [key]
    path = f"v1.0/projects/{{p}}/gates/{gate}/keys/{key['id']}"
    assert box.get(path) == key
    box.sim.drop("gates", gate)
    assert box.status("GET", path) == 404
    assert box.status("GET", f"v1.0/keys?project_id={{p}}&gate_id={gate}") == 404


def test_an_operation_may_mean_the_records_of_all_parents(box: Caller) -> None:
    """Across a project or the company; what a deleted or hidden parent holds is not in it."""
    gates = [box.gate("A"), box.gate("B"), box.gate("C", box.other)]
    keys = [box.sim.put("keys", {"name": str(gate)}, scope=gate) for gate in gates]
    assert [row["id"] for row in box.get("v1.0/projects/{p}/keys")] == keys[:2]
    assert [row["id"] for row in box.get("v1.0/companies/{c}/keys")] == keys
    changed = box.json("PATCH", f"v1.0/projects/{{p}}/keys/{keys[0]}", {"key": {"name": "New"}})
    assert changed["name"] == "New"
    assert box.status("PATCH", f"v1.0/projects/{{p}}/keys/{keys[2]}", {"key": {"name": "New"}}) == 404
    box.sim.drop("gates", gates[0])
    box.sim.state.hidden["syncd"] = {box.other}
    assert [row["id"] for row in box.get("v1.0/companies/{c}/keys")] == [keys[1]]


def test_a_singleton_is_there_from_the_projects_birth(box: Caller) -> None:
    """One object without an id in each project, changed by PATCH and by a call of its own."""
    assert box.get("v1.0/projects/{p}/seal") == {"locked": False, "note": None}
    assert box.json("PATCH", "v1.0/projects/{p}/seal", {"seal": {"note": "N"}})["note"] == "N"
    answer = box.call("POST", "v1.0/projects/{p}/seal/lock")
    assert (answer.status, json.loads(answer.body)) == (201, {"locked": True})
    assert box.status("POST", "v1.0/projects/{p}/seal/lock") == 422
    assert box.get("v1.0/projects/{p}/seal") == {"locked": True, "note": "N"}
    assert box.get("v1.0/projects/{o}/seal")["locked"] is False
    assert box.status("GET", "v1.0/projects/7/seal") == 404
    assert box.kinds("seals") == ["create", "create", "update", "update"]


def test_a_record_may_be_named_by_one_of_its_values(box: Caller) -> None:
    """A membership is named by its user: in paths, as `id`, and as the parent of others."""
    user = box.sim.who["person"].user_id
    made = box.json("POST", "v1.0/projects/{p}/passes", {"pass": {"user_id": user, "zone": "A"}})
    assert (made["id"], set(made)) == (user, {"id", "user", "zone", "updated_at"})
    assert made["user"] | {"job_title": None} == made["user"]
    assert box.get(f"v1.0/projects/{{p}}/passes/{user}")["zone"] == "A"
    assert box.status("GET", f"v1.0/projects/{{o}}/passes/{user}") == 404
    body = {"pass_stamp": {"name": "S"}}
    assert box.status("POST", f"v1.0/projects/{{p}}/passes/{user}/stamps", body) == 201
    assert box.status("DELETE", f"v1.0/projects/{{p}}/passes/{user}") == 204
    assert box.status("GET", f"v1.0/projects/{{p}}/passes/{user}/stamps") == 404
    box.sim.put("passes", {"user_id": user, "zone": "B"}, scope=box.project)
    assert box.get(f"v1.0/projects/{{p}}/passes/{user}")["zone"] == "B"


def test_the_table_says_which_stamps_are_shown(box: Caller) -> None:
    """Both, one or none, though every record has them; hidden fields are not shown either."""
    shown = box.get(f"v1.0/gates/{box.gate()}?project_id={{p}}")
    assert set(shown) == {"id", "name", "opened_on", "created_at", "custom_fields"}
    assert {"updated_at", "code"} <= set(box.sim.rows("gates")[shown["id"]])


def test_v2_wraps_answers_and_gives_ids_as_texts(box: Caller) -> None:
    """`data` round rows and records, ids as texts at any depth, 10 rows a page and 100 at most."""
    path = "v2.0/companies/{c}/projects/{p}/gates"
    entry = box.sim.custom_entries(box.sim.add_custom_field("gates", "Side", "lov_entry", "In"))["In"]
    key = next(iter(box.sim.state.custom.by_id.values())).key
    made = box.json("POST", path, {"name": "First", key: str(entry)})["data"]
    assert isinstance(made["id"], str)
    assert made["custom_fields"][key]["value"] == {"id": str(entry), "label": "In"}
    assert box.get(f"{path}/{made['id']}") == {"data": made}
    for number in range(119):
        box.gate(str(number))
    answer = box.call("GET", path)
    assert len(json.loads(answer.body)["data"]) == 10
    assert (answer.headers["Total"], answer.headers["Per-Page"]) == ("120", "10")
    assert len(box.get(f"{path}?per_page=500")["data"]) == 100
    assert Caller(over_max_page="refuse").status("GET", f"{path}?per_page=101") == 400
    assert len(box.get("v1.0/gates?project_id={p}&per_page=120")) == 120


def test_v2_has_an_error_of_its_own(box: Caller) -> None:
    """`error` with a code, a message, and a detail for each field; whatever shape v1 has."""
    path = "v2.0/companies/{c}/projects/{p}/gates"
    refused = box.call("POST", path, {"name": ""})
    error = json.loads(refused.body)["error"]
    assert refused.status == 422
    assert error["details"] == [{"code": "invalid", "message": "can't be blank", "source": "name"}]
    assert json.loads(box.call("GET", f"{path}/5").body)["error"]["code"] == "not_found"
    assert box.status("GET", "v2.0/companies/5/projects/{p}/gates") == 403
    assert box.status("GET", "v2.0/nowhere") == 404


def test_filters_of_days_and_plain_keys(box: Caller) -> None:
    """A range of days holds its bounds, a record without the day is in none; a plain key filters too."""
    first, second = box.gate("A", opened_on="2026-01-05"), box.gate("B", opened_on="2026-01-07")
    box.gate("C")

    def found(query: str) -> list[int]:
        return [row["id"] for row in box.get(f"v1.0/gates?project_id={{p}}&{query}")]

    assert found("filters[opened_on]=2026-01-05...2026-01-06") == [first]
    assert found("filters[opened_on]=2026-01-05...2026-01-07") == [first, second]
    assert found("name[]=A&name[]=B") == [first, second]
    assert found("name=A") == [first]
    assert len(found("filters[name]=A")) == 3


def test_references_keep_to_their_project(box: Caller) -> None:
    """An option or a record of another project is no value: 422; what the company has, is."""
    gate = box.gate()
    box.sim.state.options.put("zones", 5, "Zone", box.other, {})
    known = box.sim.state.known
    assert [known("zones", 5, box.project), known("zones", 5, box.other)] == [False, True]
    assert [known("gates", gate, box.project), known("gates", gate, box.other)] == [True, False]
    box.sim.drop("gates", gate)
    assert not known("gates", gate, box.project)


def test_paths_with_uuids_have_a_template(box: Caller) -> None:
    """An id that is a UUID stands for itself in statistics, like a number."""
    routes = box.sim._routes
    path = "/rest/v1.0/gates/0b0e1a52-6f3a-4a5c-9d59-0a3b6a3f1c11"
    assert routes.template(path) == "/rest/v1.0/gates/{id}"
    assert box.status("GET", path.removeprefix("/rest/") + "?project_id={p}") == 404
