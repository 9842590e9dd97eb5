"""Procore's steps by hand: what is printed is what Procore holds, and every write is remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncd.cli.demo.stage import Stage
from tests.support.stages import run_here, run_json, staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One sandbox and one state for all of them; each test makes what it changes."""
    with staged(tmp_path_factory.mktemp("hand"), "projects", "vendors", "rfis") as made:
        yield made


def made(stage: Stage, *words: str) -> Any:
    """The one record that a command printed."""
    [row] = run_json(stage, "procore", *words)
    return row


def ended(stage: Stage, code: int, *words: str, said: str = "") -> str:
    """The command ends with this code, and says this; answers all it said."""
    done = run_here(stage, "procore", *words)
    assert done.returncode == code, done.stderr
    assert said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def asked(stage: Stage) -> int:
    """Requests that reached Procore so far."""
    stats = stage.person.stats()
    return sum(one["count"] for one in stats["requests"] if one["vendor"] == "procore")


def project_of(stage: Stage) -> str:
    """A project that has RFIs."""
    return str(stage.person.procore("projects")[0]["id"])


def test_a_search_prints_what_procore_lists(stage: Stage) -> None:
    """Every record once, by the catalogue's field names; a limit cuts, a filter narrows, both as asked."""
    there = {str(row["id"]): row["name"] for row in stage.person.procore("vendors")}
    name = next(iter(there.values()))

    whole = run_json(stage, "procore", "search", "vendors")
    few = run_json(stage, "procore", "search", "vendors", "--limit", "1")
    found = run_json(stage, "procore", "search", "vendors", "--filter", f"search={name}")

    assert {row["id"]: row["name"] for row in whole} == there
    assert len(few) == 1
    assert name in [row["name"] for row in found]
    assert len(found) < len(whole)


def test_a_search_in_a_project_names_records_by_project_and_id(stage: Stage) -> None:
    """The identity is the one that links and look-ups use."""
    project = project_of(stage)
    there = {f"{project}/{row['id']}" for row in stage.person.procore("rfis", project)}

    rows = run_json(stage, "procore", "search", "rfis", "--project", project)
    one = made(stage, "look-up", "rfis", rows[0]["id"])

    assert {row["id"] for row in rows} == there
    assert one["project"] == project
    assert one["question_body"], "only a show tells it, and a look-up is one"


def test_a_table_is_for_people(stage: Stage) -> None:
    """Without --json there are columns and no brackets."""
    done = run_here(stage, "procore", "search", "vendors")

    assert done.returncode == 0
    assert done.stdout.splitlines()[0].split()[:2] == ["id", "name"]


def test_what_is_not_there_is_a_failure_and_not_an_empty_answer(stage: Stage) -> None:
    """A look-up of nothing exits 1 and says so."""
    ended(stage, 1, "look-up", "vendors", "999999999", said="not found")


def test_a_created_record_is_printed_stored_and_remembered(stage: Stage) -> None:
    """The answer is Procore's record; history says who, what and what the vendor answered."""
    row = made(stage, "create", "vendors", "name=Invented Paving", "city=Lyon", "authorized_bidder=yes")

    there = next(one for one in stage.person.procore("vendors") if str(one["id"]) == row["id"])
    [line] = [one for one in run_json(stage, "history") if one["procore_id"] == row["id"]]
    assert (there["name"], there["city"]) == ("Invented Paving", "Lyon")
    assert row["authorized_bidder"] is True
    assert (line["mapping"], line["state"], line["reason"]) == (
        "procore:vendors",
        "create",
        "by hand: syncd procore create vendors",
    )
    assert line["response"].startswith("HTTP 20")
    assert run_json(stage, "procore", "unsettled") == []


def test_an_update_changes_what_it_names_and_remembers_what_was_there(stage: Stage) -> None:
    """Only the named field moves, history holds both values, and an empty value clears."""
    id = made(stage, "create", "vendors", "name=Invented Glass", "city=Nice", "zip=06000")["id"]

    made(stage, "update", "vendors", id, "city=Lille")
    cleared = made(stage, "update", "vendors", id, "zip=")

    lines = {one["field"]: one for one in run_json(stage, "history", "procore:vendors", id)}
    typo = run_here(stage, "history", "procore:vendor")
    assert (typo.returncode, "did you mean 'vendors'?" in typo.stderr) == (2, True)
    assert (cleared["city"], cleared["zip"], cleared["name"]) == ("Lille", None, "Invented Glass")
    assert (lines["city"]["before"], lines["city"]["after"]) == ("Nice", "Lille")


def test_values_come_from_a_document_and_words_win(stage: Stage) -> None:
    """A JSON object holds the values, numbers and flags as they are in JSON."""
    document = stage.folder / "project.json"
    document.write_text(
        '{"name": "Invented Tower", "square_feet": 1200, "total_value": 1.10, "active": true}'
    )

    row = made(stage, "create", "projects", "--from", str(document), "name=Invented Bridge")

    assert (row["name"], row["square_feet"], row["total_value"], row["active"]) == (
        "Invented Bridge",
        "1200",
        "1.1",
        True,
    )


def test_a_dry_run_says_the_call_and_makes_none(stage: Stage) -> None:
    """Method, path and body, no credential; nothing reaches the vendor and nothing is journalled."""
    before, lines = asked(stage), len(run_json(stage, "history"))

    [call] = run_json(stage, "procore", "create", "vendors", "name=Invented Steel", "--dry-run")
    done = run_here(stage, "procore", "create", "vendors", "name=Invented Steel", "--dry-run")

    assert call["method"] == "POST"
    assert call["body"]["vendor"] == {"name": "Invented Steel"}
    assert asked(stage) == before
    assert len(run_json(stage, "history")) == lines
    assert stage.environ["SYNCD_PROCORE__CLIENT_SECRET"] not in done.stdout


def test_a_record_goes_to_the_recycle_bin(stage: Stage) -> None:
    """RFIs have no DELETE: they are moved to the bin, where a search finds them."""
    project = project_of(stage)
    user = run_json(stage, "procore", "search", "rfis", "--project", project)[0]["rfi_manager"]
    words = ("subject=Invented question", "question_body=Why?", f"rfi_manager={user}")
    id = made(stage, "create", "rfis", "--project", project, *words)["id"]

    made(stage, "delete", "rfis", id)

    left = run_json(stage, "procore", "search", "rfis", "--project", project)
    binned = run_json(stage, "procore", "search", "rfis", "--project", project, "--deleted")
    assert id not in [row["id"] for row in left]
    assert id in [row["id"] for row in binned]


def test_a_member_is_added_to_a_project_and_taken_out(stage: Stage) -> None:
    """`add` and `remove` make and end a membership; the vendor itself stays."""
    project = project_of(stage)
    vendor = made(stage, "create", "vendors", "name=Invented Roofing")["id"]

    added = made(stage, "add", "project-vendors", f"{project}/{vendor}")
    inside = [
        row["id"] for row in run_json(stage, "procore", "search", "project-vendors", "--project", project)
    ]
    made(stage, "remove", "project-vendors", f"{project}/{vendor}")
    after = [
        row["id"] for row in run_json(stage, "procore", "search", "project-vendors", "--project", project)
    ]

    assert added["id"] == f"{project}/{vendor}"
    assert added["id"] in inside
    assert added["id"] not in after
    assert made(stage, "look-up", "vendors", vendor)["name"] == "Invented Roofing"


def test_a_linked_record_is_fetched_from_either_side(stage: Stage) -> None:
    """The link table leads across: a Quickbase id to Procore's record, a Procore id to Quickbase's."""
    assert run_here(stage, "sync").returncode in (0, 4)
    link = next(one for one in run_json(stage, "links", "vendors") if one["state"] == "live")

    theirs = made(stage, "fetch-linked", "vendors", "--quickbase", link["quickbase_id"])
    ours = made(stage, "fetch-linked", "vendors", "--procore", link["procore_id"], "--mapping", "vendors")

    row = next(one for one in stage.person.quickbase("Vendors") if one["id"] == link["quickbase_id"])
    assert theirs == made(stage, "look-up", "vendors", link["procore_id"])
    assert ours["id"] == link["quickbase_id"]
    assert ours["Company Name"] == row["Company Name"] == theirs["name"]
    ended(stage, 1, "fetch-linked", "vendors", "--quickbase", "99999", said="not linked")
    ended(
        stage,
        2,
        "fetch-linked",
        "vendors",
        "--quickbase",
        "1",
        "--mapping",
        "vendor",
        said="there is vendors",
    )
    ended(stage, 2, "fetch-linked", "offices", "--quickbase", "1", said="No mapping pairs Company offices")


def test_what_the_vendor_refuses_is_closed_with_its_words(stage: Stage) -> None:
    """A refusal exits 1, is journalled as refused, and blocks nothing."""
    id = made(stage, "create", "projects", "name=Invented Depot")["id"]

    ended(stage, 1, "update", "projects", id, "time_zone=Nowhere/Atall", said="time_zone")

    assert run_json(stage, "procore", "unsettled") == []
    assert made(stage, "update", "projects", id, "city=Metz")["city"] == "Metz"


def test_an_unknown_create_is_listed_and_never_repeated_blindly(stage: Stage) -> None:
    """The answer was lost: the same create is refused until a person says what became of it.

    Procore has no idempotency keys, so a second call would have made a second vendor.
    """
    words = ("create", "vendors", "name=Invented Twin")
    stage.person.fault(vendor="procore", method="POST", path="/rest/v1.0/vendors", kind="drop", times=1)

    ended(stage, 1, *words, said="unknown")
    [listed] = run_json(stage, "procore", "unsettled")
    ended(stage, 1, *words, said=f"settle {listed['id']} done")
    ended(stage, 1, "settle", str(listed["id"]), said="cannot tell")
    ended(stage, 0, "settle", str(listed["id"]), "done")

    assert (listed["mapping"], listed["verb"], listed["state"]) == ("procore:vendors", "create", "unknown")
    assert listed["sent"] == {"name": "Invented Twin"}
    assert run_json(stage, "procore", "unsettled") == []
    assert [one["name"] for one in stage.person.procore("vendors")].count("Invented Twin") == 1
    ended(stage, 2, "settle", str(listed["id"]), "done", said="is unsettled")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("frob vendors", "'frob' is nothing that can be done in Procore"),
        ("updat vendors 1 name=x", "did you mean 'update'?"),
        ("search vendor", "did you mean 'vendors'?"),
        ("search vendors --filter nam=x", "have no filter 'nam'"),
        ("search rfis --project 1 --filter status=opn", "did you mean 'open'?"),
        ("search rfis", "name it with --project"),
        ("search vendors --project 1", "leave out --project"),
        ("search projects --deleted", "no list of deleted Projects"),
        ("look-up vendors", "Name the record"),
        ("look-up rfis 1/2/3", "too many parts"),
        ("look-up vendors one", "is not a Procore id"),
        ("create vendors nam=x", "did you mean 'name'?"),
        ("create vendors city=x", "needs name"),
        ("create vendors 5 name=x", "leave out '5'"),
        ("create projects name=x flag=Redd", "did you mean 'Red'?"),
        ("create projects name=x total_value=much", "total_value takes a number"),
        ("create projects name=x square_feet=1.5", "takes a whole number"),
        ("create projects name=x start_date=soon", "takes a day such as"),
        ("update vendors 1", "Say what to change"),
        ("update vendors 1 name=a name=b", "given twice"),
        ("update rfis 1/2 question_body=x", "set when a record is created"),
        ("update rfis 1/2 status=open", "cannot be written"),
        ("delete vendors 1", "There is no 'delete' for vendors"),
        ("set-permission-template users 1", "it is for project-users."),
        ("lock projects 1", "it is for budgets."),
        ("restore rfis 1/2", "it is for change-events."),
        ("create project-users 1/2", "did you mean 'add'?"),
        ("create companies name=x", "cannot be written"),
        ("create vendors --from nowhere.json", "cannot be read"),
        ("fetch-linked vendors", "--quickbase or by --procore"),
        ("settle 99 perhaps", "done or not-done"),
    ],
)
def test_words_that_mean_nothing_are_usage(stage: Stage, words: str, said: str) -> None:
    """One sentence with what was probably meant, exit 2, and not one call."""
    before = asked(stage)

    ended(stage, 2, *words.split(), said=said)

    assert asked(stage) == before


@pytest.mark.parametrize("text", ["[1]", "{", '{"name": {"a": 1}}', '"x"', '{"name": "a", "name": "b"}'])
def test_a_document_that_holds_no_values_is_usage(stage: Stage, tmp_path: Path, text: str) -> None:
    """What is no object of values, or says one twice, is refused before anything is called."""
    document = tmp_path / "odd.json"
    document.write_text(text)

    ended(stage, 2, "create", "vendors", "--from", str(document))


def test_missing_settings_are_configuration(stage: Stage) -> None:
    """Reading and writing need credentials: exit 3, the setting by name."""
    done = run_here(stage, "procore", "search", "vendors", SYNCD_PROCORE__CLIENT_ID="")

    assert done.returncode == 3
    assert "SYNCD_PROCORE__CLIENT_ID" in done.stderr
    assert json.loads(run_here(stage, "procore", "unsettled", "--json").stdout) == []
