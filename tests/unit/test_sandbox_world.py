"""The frame of the sandbox: faults, statistics, ground truth, control surface, seeding."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

import pytest

from syncd.clock import ManualClock, parse_instant
from syncd.sandbox import Dropped, Fault, Request, Response, Seed, Switches, World
from syncd.sandbox.faults import KINDS, FaultError
from syncd.sandbox.procore.switches import ProcoreSwitches
from tests.support.procore_sandbox import LittleWorld, little_world


@pytest.fixture
def box() -> LittleWorld:
    """A world of 3 projects and 6 vendors."""
    box = little_world()
    box.token("syncd")
    box.token("person")
    return box


def _vendors(box: LittleWorld) -> Response:
    return box.call("GET", f"v1.0/vendors?company_id={box.company}")


def _rename(box: LittleWorld, name: str, credential: str = "syncd") -> Response:
    vendor = next(iter(box.world.procore.rows("vendors")))
    body = {"company_id": box.company, "vendor": {"name": name}}
    return box.call("PATCH", f"v1.0/vendors/{vendor}", body, credential)


def _name(box: LittleWorld) -> Any:
    return next(iter(box.world.procore.rows("vendors").values()))["name"]


def _query(box: LittleWorld) -> Response:
    quickbase = box.world.quickbase
    headers = {"qb-realm-hostname": quickbase.realm, "authorization": f"QB-USER-TOKEN {quickbase.user_token}"}
    body = json.dumps({"from": quickbase.table("Vendors").dbid, "select": [3]}).encode()
    return box.world.handle(Request("POST", "/quickbase/v1/records/query", (), headers, body))


def _control(box: LittleWorld, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
    raw = b"" if body is None else json.dumps(body).encode()
    answer = box.world.handle(Request(method, f"/sandbox/{path}", tuple(query.items()), {}, raw))
    return answer.status, json.loads(answer.body)


def test_an_error_before_acting_changes_nothing_and_counts(box: LittleWorld) -> None:
    """`error` refuses with its status in the vendor's shape, as often as `times` says."""
    before = _name(box)
    box.world.add_fault(Fault("error", "procore", "PATCH", "/rest/v1.0/vendors/{id}", 503, times=2))
    assert [_rename(box, "New").status for _ in range(3)] == [503, 503, 200]
    assert before != _name(box) == "New"
    assert box.world.procore.limits["syncd"].spike.used(box.clock.monotonic()) == 3


def test_a_dropped_answer_comes_after_the_act(box: LittleWorld) -> None:
    """`drop` acts, counts, and then raises; what the lost answer showed nobody has read."""
    box.world.add_fault(Fault("drop", path="/rest/v1.0/vendors/*"))
    mark = len(box.world.history)
    with pytest.raises(Dropped):
        _rename(box, "New")
    assert _name(box) == "New"
    assert [event.kind for event in box.world.history.events[mark:]] == ["update"]


def test_html_server_error_and_cut_bodies(box: LittleWorld) -> None:
    """`html` is a page, `server_error` JSON, `cut` stops in the middle of the body it announced."""
    box.world.add_fault(Fault("server_error", "procore"))
    failed = _vendors(box)
    assert (failed.status, json.loads(failed.body)) == (500, {"errors": "Internal server error"})
    box.world.add_fault(Fault("html", "procore", value=503))
    page = _vendors(box)
    assert (page.status, page.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert b"<h1>503 Service Unavailable</h1>" in page.body
    box.world.add_fault(Fault("html", "procore"))
    assert b"<h1>502 Bad Gateway</h1>" in _vendors(box).body
    box.world.add_fault(Fault("cut", "procore", value=10))
    cut = _vendors(box)
    assert len(cut.body) == 10
    assert int(cut.headers["Content-Length"]) > 10


def test_short_and_empty_lists(box: LittleWorld) -> None:
    """A short page keeps its totals, an empty list looks whole; only the rows that got out were read."""
    box.world.add_fault(Fault("short_page", "procore", value=2))
    mark = len(box.world.history)
    short = _vendors(box)
    assert (len(json.loads(short.body)), short.headers["Total"]) == (2, "6")
    assert len(box.world.history) - mark == 2
    box.world.add_fault(Fault("empty"))
    empty = _vendors(box)
    assert (empty.body, empty.headers["Total"], empty.status) == (b"[]", "0", 200)
    box.world.add_fault(Fault("short_page", "quickbase", value=1))
    found = json.loads(_query(box).body)
    assert (len(found["data"]), found["metadata"]["numRecords"], found["metadata"]["totalRecords"]) == (
        1,
        1,
        4,
    )
    box.world.add_fault(Fault("empty", "quickbase"))
    assert json.loads(_query(box).body)["metadata"]["totalRecords"] == 0


def test_lists_of_version_two_are_cut_and_emptied_too(box: LittleWorld) -> None:
    """Their rows stand under `data`; what is left stands there as well, and a single record is no list.

    Once a cut answer of version 2.0 was never simulated: only plain arrays were taken for lists.
    """
    project = box.ids("v1.0/projects")[0]
    for number in range(4):
        box.world.procore.put("budget_changes", {"status": "draft", "number": number + 1}, scope=project)
    path, mark = f"v1.0/projects/{project}/budget_changes", len(box.world.history)
    box.world.add_fault(Fault("short_page", "procore"))
    short = json.loads(box.call("GET", path).body)
    assert ([row["number"] for row in short["data"]], len(box.world.history) - mark) == ([1, 2], 2)
    box.world.add_fault(Fault("empty", "procore"))
    codes = f"v2.0/companies/{box.company}/projects/{project}/wbs/codes"
    empty = box.call("GET", codes)
    assert (json.loads(empty.body), empty.headers["Total"]) == ({"data": []}, "0")
    box.world.add_fault(Fault("short_page", "procore", value=0))
    one = max(box.world.procore.rows("budget_changes"))
    assert json.loads(box.call("GET", f"{path}/{one}").body)["data"]["number"] == 4


def test_acting_twice_and_late(box: LittleWorld) -> None:
    """`twice` makes two records of one create; `late` makes none now and one once the time has come."""
    body = {"company_id": box.company, "vendor": {"name": "Twin"}}
    box.world.add_fault(Fault("twice"))
    assert box.call("POST", "v1.0/vendors", body).status == 201
    box.world.add_fault(Fault("late", value=30))
    with pytest.raises(Dropped):
        box.call("POST", "v1.0/vendors", body)
    names = [row["name"] for row in box.world.procore.rows("vendors").values()]
    assert (names.count("Twin"), box.world.late) == (2, 1)
    box.clock.advance(31)
    box.world.tick()
    rows = box.world.procore.rows("vendors").values()
    assert [row["name"] for row in rows].count("Twin") == 3
    assert box.world.late == 0


def test_what_was_done_late_bears_the_time_at_which_it_was_done(box: LittleWorld) -> None:
    """A request that was due between two calls, a long time apart, is stamped with the moment it was due
    at, and not with that of the call that first shows it."""
    sent = box.clock.now()
    box.world.add_fault(Fault("late", value=30))
    with pytest.raises(Dropped):
        box.call("POST", "v1.0/vendors", {"company_id": box.company, "vendor": {"name": "Slow"}})
    box.clock.advance(700)
    box.call("GET", f"v1.0/vendors?company_id={box.company}")
    (made,) = [row for row in box.world.procore.rows("vendors").values() if row["name"] == "Slow"]
    assert parse_instant(made["created_at"]) == int(sent + 30)


def test_a_late_request_is_not_refused_by_the_limit_later(box: LittleWorld) -> None:
    """It was counted when it arrived."""
    box.world.add_fault(Fault("late", value=1))
    with pytest.raises(Dropped):
        _rename(box, "Late")
    box.world.procore.set_rate(0)
    box.clock.advance(2)
    box.world.tick()
    assert _name(box) == "Late"


def test_stale_reads_show_the_past_of_both_vendors(box: LittleWorld) -> None:
    """`stale` serves the state of so many seconds ago, and the history says which version that was."""
    before = _name(box)
    box.clock.advance(100)
    _rename(box, "New")
    box.clock.advance(5)
    box.world.add_fault(Fault("stale", value=60))
    assert json.loads(_vendors(box).body)[0]["name"] == before
    read, created = box.world.history.events[-6], box.world.history.changes()
    assert read.kind == "read"
    assert [event.kind for event in created if event.seq == read.version] == ["create"]
    assert json.loads(_vendors(box).body)[0]["name"] == "New"
    box.world.quickbase.delete("Vendors", [1])
    box.world.add_fault(Fault("stale", "quickbase", value=60))
    assert [len(json.loads(_query(box).body)["data"]) for _ in range(2)] == [4, 3]


def test_latency_skew_rate_and_tool_off(box: LittleWorld) -> None:
    """Latency passes time, skew moves the vendor's `Date`, rate shrinks the limit, tool_off refuses."""
    now = box.clock.now()
    box.world.add_fault(Fault("latency", value=7))
    box.world.add_fault(Fault("skew", "procore", value=3600))
    answer = _vendors(box)
    assert box.clock.now() == now + 7
    assert answer.headers["Date"] == "Mon, 05 Jan 2026 09:01:07 GMT"
    box.world.add_fault(Fault("tool_off", path="/rest/v1.0/vendors"))
    assert _vendors(box).status == 403
    box.world.add_fault(Fault("rate", "procore", value=2))
    assert _vendors(box).status == 429
    box.world.add_fault(Fault("rate", "quickbase", value=0))
    assert _query(box).status == 429
    box.world.reset()
    assert [_vendors(box).status, _query(box).status] == [200, 200]


def test_the_hook_is_asked_at_every_call(box: LittleWorld) -> None:
    """A program decides call by call, seeing vendor, request and template."""
    asked: list[tuple[str, str]] = []

    def hook(vendor: str, request: Request, template: str) -> Fault | None:
        asked.append((vendor, f"{request.method} {template}"))
        return Fault("error", value=502) if vendor == "quickbase" else None

    box.world.faults.hook = hook
    assert [_vendors(box).status, _query(box).status] == [200, 502]
    assert asked == [("procore", "GET /rest/v1.0/vendors"), ("quickbase", "POST /records/query")]


def test_faults_match_by_path_template_or_beginning() -> None:
    """With or without the mount, names in braces do not matter, `*` stands for any rest."""
    request, template = Request("GET", "/rest/v1.0/projects/5/rfis"), "/rest/v1.0/projects/{project_id}/rfis"
    for path in ("", "*", "/rest/*", "/procore/rest/v1.0/projects/5/rfis", "/rest/v1.0/projects/{id}/rfis"):
        assert Fault("drop", "procore", "GET", path).hits("procore", request, template)
    for path in ("/rest/v1.0/projects", "/rest/v1.0/projects/6/rfis", "/oauth/*"):
        assert not Fault("drop", path=path).hits("procore", request, template)
    assert not Fault("drop", "quickbase").hits("procore", request, template)
    assert not Fault("drop", method="POST").hits("procore", request, template)


def test_faults_described_wrongly_are_refused(box: LittleWorld) -> None:
    """An unknown kind, vendor or key, or a value no vendor could have, gets one sentence and 400."""
    odd_values = (
        {"kind": "rate"},
        {"kind": "latency", "value": "long"},
        {"kind": "rate", "value": {"day": 1}},
        {"kind": "rate", "value": {}},
        {"kind": "rate", "value": {"hour": None}},
        {"kind": "rate", "value": -1},
        {"kind": "short_page", "value": -1},
        {"kind": "cut", "value": 1.5},
        {"kind": "error", "value": 7},
        {"kind": "server_error", "value": 200},
        {"kind": "html", "value": 600},
        {"kind": "tool_off", "value": 403.5},
        {"kind": "latency", "value": -7},
        {"kind": "late", "value": -1},
        {"kind": "stale", "value": -60},
    )
    for bad in (
        {"kind": "odd"},
        {"kind": "drop", "vendor": "x"},
        {"kind": "drop", "color": 1},
        ["drop"],
        *odd_values,
    ):
        status, body = _control(box, "POST", "faults", bad)
        assert status == 400, bad
        assert body["error"].endswith(".")
    with pytest.raises(FaultError):
        Fault("drop", times=0)
    assert box.world.faults.waiting == []


def test_every_kind_of_fault_can_be_posted(box: LittleWorld) -> None:
    """Each kind goes in over the wire and out again with a reset."""
    statuses = ("error", "server_error", "html", "tool_off")
    for kind in KINDS:
        value = 503 if kind in statuses else 1
        assert _control(box, "POST", "faults", [{"kind": kind, "value": value, "times": None}])[0] == 200
    _, waiting = _control(box, "GET", "faults")
    assert len(waiting) == len(KINDS) - 2  # rate and skew stand at once
    assert _control(box, "POST", "reset", {})[0] == 200
    assert _control(box, "GET", "faults")[1] == []


def test_statistics_count_by_template_status_and_credential(box: LittleWorld) -> None:
    """Every request is counted once, under its template and who sent it."""
    box.world.stats.clear()
    _vendors(box)
    _rename(box, "New", "person")
    _query(box)
    _, stats = _control(box, "GET", "stats")
    assert stats["total"] == 3
    assert stats["by_vendor"] == {"procore": 2, "quickbase": 1}
    rows = {
        (r["vendor"], r["method"], r["path"], r["status"], r["credential"]): r["count"]
        for r in stats["requests"]
    }
    assert rows == {
        ("procore", "GET", "/rest/v1.0/vendors", 200, "syncd"): 1,
        ("procore", "PATCH", "/rest/v1.0/vendors/{id}", 200, "person"): 1,
        ("quickbase", "POST", "/records/query", 200, "syncd"): 1,
    }
    assert box.world.stats.total("procore", method="GET") == 1
    assert stats["limits"]["procore"]["syncd"]["refused"] == 0


def test_history_tells_changes_with_values_and_readings_with_versions(box: LittleWorld) -> None:
    """Who changed what from what to what, by which request; and which version whom was shown."""
    before = _name(box)
    mark = box.world.history.events[-1].seq
    _rename(box, "New", "person")
    _vendors(box)
    _, told = _control(box, "GET", "history", after=str(mark), vendor="procore")
    change, *reads = told["events"]
    assert (change["kind"], change["credential"], change["table"]) == ("update", "person", "vendors")
    assert (change["before"]["name"], change["after"]["name"]) == (before, "New")
    mine = [one for one in reads if one["credential"] == "syncd" and one["record"] == change["record"]]
    assert [one["version"] for one in mine] == [change["seq"]]
    assert mine[0]["request"] == change["request"] + 1
    assert told["next"] == told["events"][-1]["seq"]
    seqs = [event.seq for event in box.world.history]
    assert seqs == sorted(set(seqs))


def test_recycling_is_a_delete_in_the_history(box: LittleWorld) -> None:
    """The bin counts as deletion, coming back as a change."""
    rfi = next(iter(box.world.procore.rows("rfis")))
    box.world.procore.recycle("rfis", rfi)
    box.world.procore.recycle("rfis", rfi, back=True)
    kinds = [event.kind for event in box.world.history.changes()[-2:]]
    assert kinds == ["delete", "update"]


def test_the_same_seed_gives_the_same_world() -> None:
    """Ids, credentials and records repeat; a reset with data brings them back; another seed differs."""
    one, two = (World(ManualClock(), seed=5) for _ in range(2))
    one.seed_demo()
    two.seed_demo()
    assert one.info() == two.info()
    assert one.procore.rows("vendors") == two.procore.rows("vendors")
    info, rows = one.info(), dict(one.procore.rows("projects"))
    one.procore.put("projects", {"name": "More"})
    one.reset(data=True)
    assert (one.info(), one.procore.rows("projects")) == (info, rows)
    other = World(ManualClock(), seed=6)
    assert other.info()["procore"]["client_id"] != info["procore"]["client_id"]


def test_a_plain_reset_keeps_the_data(box: LittleWorld) -> None:
    """Without `data`, records and credentials stay, so that a running client goes on."""
    _rename(box, "Kept")
    assert _control(box, "POST", "reset")[0] == 200
    assert _name(box) == "Kept"
    assert box.world.stats.total() == 0


def test_seeding_mirrors_a_share_and_links_rfis() -> None:
    """Half of Procore's records stand in Quickbase too, equal and unlinked; some only there."""
    world = World(ManualClock(), sizes=Seed(projects=4, vendors=8, rfis=3, mirrored=1.0, only_quickbase=2))
    world.seed_demo()
    quickbase = world.quickbase
    assert [len(quickbase.rows(name)) for name in ("Projects", "Vendors", "RFIs")] == [6, 10, 12]
    related = quickbase.fid("RFIs", "Related Project")
    assert {row[related] for row in quickbase.rows("RFIs").values()} == {1, 2, 3, 4}
    key = quickbase.fid("Vendors", "Procore ID")
    assert {row[key] for row in quickbase.rows("Vendors").values()} == {""}
    names = [row["name"] for row in world.procore.rows("vendors").values()]
    label = quickbase.fid("Vendors", "Company Name")
    assert [row[label] for row in quickbase.rows("Vendors").values()][:8] == names


def test_info_names_everything_a_client_needs(box: LittleWorld) -> None:
    """URLs, company, realm, app, both credentials, and the settings by their names."""
    info = box.world.info()
    assert info["settings"]["SYNCD_PROCORE__COMPANY_ID"] == str(info["procore"]["company_id"])
    assert info["settings"]["SYNCD_QUICKBASE__BASE_URL"].endswith("/quickbase/v1")
    assert set(info["person"]) == {"procore", "quickbase"}
    assert _control(box, "GET", "info")[1] == json.loads(json.dumps(info))
    assert box.world.handle(Request("GET", "/elsewhere")).status == 404


def test_every_reading_of_the_switches_can_be_drawn() -> None:
    """A seed decides one reading of each open question; many seeds see them all."""
    drawn = [Switches.drawn(random.Random(seed)) for seed in range(60)]
    assert drawn[3] == Switches.drawn(random.Random(3))
    for name in ("lower_inclusive", "quoted_range", "tool_off", "sync_order", "window"):
        assert len({getattr(one.procore, name) for one in drawn}) >= 2
    assert len({one.quickbase for one in drawn}) > 50
    pages = {(one.procore.max_page, one.procore.over_max_page) for one in drawn}
    assert pages == {(size, over) for size in (100, 300, 2_000) for over in ("clamp", "refuse")}


def test_the_page_about_the_sandbox_names_every_switch_and_fault(project_root: Path) -> None:
    """Whoever reads docs/sandbox.md finds each switch of Procore and each kind of fault."""
    page = (project_root / "docs" / "sandbox.md").read_text()
    names = [*KINDS, *(one.name for one in dataclasses.fields(ProcoreSwitches))]
    assert [name for name in names if f"`{name}`" not in page] == []
