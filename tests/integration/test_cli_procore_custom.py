"""Custom fields by hand: said and printed by label, list values by theirs (reference procore-api §21)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from syncd.catalog import Scope, names, resource
from syncd.core.values import SideName
from syncd.sandbox.faults import Fault
from syncd.store import NewIntent
from tests.support.stages import run_here, run_json
from tests.support.step_makers import TABLES
from tests.support.step_site import Site, step_site

RESOURCES = [name for name in names() if resource(name).custom]
DEFINITIONS = "/rest/v1.1/companies/{}/custom_field_definitions"


@pytest.fixture(scope="module")
def keys(site: Site) -> dict[str, dict[str, str]]:
    """Every resource's custom fields, by label as Procore has them in a record."""
    return {
        name: {
            "Discipline": field(site, name, "Discipline", "lov_entry", "Structural", "Civil"),
            "Trades": field(site, name, "Trades", "lov_entries", "Steel", "Glass"),
            "Area, gross": field(site, name, "Area, gross", "decimal"),
        }
        for name in RESOURCES
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One sandbox for all of them."""
    with step_site(tmp_path_factory.mktemp("custom")) as made:
        yield made


def field(site: Site, name: str, label: str, kind: Any, *entries: str) -> str:
    """A custom field that the company makes for a resource; its key in records."""
    return f"custom_field_{site.sim.add_custom_field(TABLES[name], label, kind, *entries)}"


def entry(site: Site, key: str, label: str) -> int:
    """The id of a list's entry."""
    return site.sim.custom_entries(int(key.removeprefix("custom_field_")))[label]


def refused(site: Site, code: int, said: str, *words: str) -> None:
    """The command ends with this code and says this; nothing is changed or journalled."""
    changes, intent = site.count(), site.last_intent()
    done = run_here(site.stage, "procore", *words)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert (site.count(), site.last_intent()) == (changes, intent)


@pytest.mark.parametrize("name", RESOURCES)
def test_custom_fields_are_said_and_printed_by_label(
    site: Site, keys: dict[str, dict[str, str]], name: str
) -> None:
    """On every resource that has them: entries by label both ways, ids in Procore, and a label that other
    tools have too means the one on this tool."""
    here = site.fresh(name)
    said = ("custom.Discipline=Civil", "custom.Trades=Steel,Glass", "custom.Area, gross=12.50")

    [row] = run_json(site.stage, "procore", "update", name, here, *said)
    [shown] = run_json(site.stage, "procore", "look-up", name, here)

    stored, key = site.rows(name)[int(here.rpartition("/")[2])], keys[name]
    assert stored[key["Discipline"]] == entry(site, key["Discipline"], "Civil")
    assert sorted(stored[key["Trades"]]) == sorted(
        entry(site, key["Trades"], one) for one in ("Steel", "Glass")
    )
    said_back = {
        "custom.Discipline": "Civil",
        "custom.Trades": ["Glass", "Steel"],
        "custom.Area, gross": "12.5",
    }
    for printed in (row, shown):
        assert {one: printed[one] for one in said_back} == said_back


@pytest.mark.parametrize("name", ["projects", "files"])
def test_a_search_is_narrowed_and_ordered_by_label(
    site: Site, keys: dict[str, dict[str, str]], name: str
) -> None:
    """Of a list one of its values is enough; records without a value come last, whichever way round."""
    inside = ["--project", str(site.project)] if resource(name).scope is Scope.PROJECT else []
    search, key = ("procore", "search", name, *inside), keys[name]
    steel, glass = (entry(site, key["Trades"], one) for one in ("Steel", "Glass"))
    records = [site.makers.new(name, site.project) for _ in range(3)]
    for record, area in zip(records, (9, 10.5, None), strict=True):
        site.sim.put(TABLES[name], {key["Trades"]: [steel, glass], key["Area, gross"]: area}, record=record)
    three = [site.named(name, record) for record in records]

    wide = run_json(site.stage, *search, "--filter", "custom.Trades=Glass", "--sort", "-custom.Area, gross")
    told = run_json(site.stage, *search, "--filter", "custom.Area, gross=9.00", "--limit", "5")

    assert [row["id"] for row in wide if row["id"] in three] == [three[1], three[0], three[2]]
    assert all("Glass" in row["custom.Trades"] for row in wide)
    assert [row["id"] for row in told] == [three[0]]


def test_a_list_that_shows_no_custom_fields_is_not_narrowed_by_them(
    site: Site, keys: dict[str, dict[str, str]]
) -> None:
    """An empty answer would say that there is none such."""
    words = ("purchase-orders", "--project", str(site.project), "--filter", "custom.Discipline=Civil")

    refused(site, 1, "shows no custom fields", "search", *words)
    refused(site, 2, "no custom field 'Disciplin'", "search", *words[:-1], "custom.Disciplin=Civil")


def test_a_file_is_uploaded_with_its_labels_and_a_version_has_none(
    site: Site, keys: dict[str, dict[str, str]]
) -> None:
    """The create of a file takes custom fields as any create does; new bytes take none, and say what does."""
    (site.stage.folder / "plan.pdf").write_bytes(b"%PDF")
    words = ("plan.pdf", "custom.Discipline=Civil")
    key = keys["files"]["Discipline"]

    [made] = run_json(site.stage, "procore", "upload", "files", "--project", str(site.project), *words)

    stored = site.rows("files")[int(made["id"].rpartition("/")[2])]
    assert (made["custom.Discipline"], stored[key]) == ("Civil", entry(site, key, "Civil"))
    refused(site, 2, "with `update files`", "create-version", "files", made["id"], *words)
    refused(site, 2, "Images have no custom fields", "upload", "images", "--project", "1", "album=1", *words)


def test_a_new_record_is_made_found_and_cleared_with_its_label(
    site: Site, keys: dict[str, dict[str, str]]
) -> None:
    """A dry run shows the id that would be sent and sends none; an empty value clears."""
    words = ("vendors", "name=Invented Girders", "custom.Discipline=Structural")
    key = keys["vendors"]["Discipline"]
    changes = site.count()

    [call] = run_json(site.stage, "procore", "create", *words, "--dry-run")
    assert call["body"]["vendor"][key] == entry(site, key, "Structural")
    assert site.count() == changes
    [made] = run_json(site.stage, "procore", "create", *words)
    found = {one["id"]: one for one in run_json(site.stage, "procore", "search", "vendors")}
    [cleared] = run_json(site.stage, "procore", "update", "vendors", made["id"], "custom.Discipline=")

    assert made["custom.Discipline"] == found[made["id"]]["custom.Discipline"] == "Structural"
    assert cleared["custom.Discipline"] is None
    assert site.rows("vendors")[int(made["id"])][key] is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("vendors custom.Disciplin=Civil", "no custom field 'Disciplin'; did you mean 'Discipline'?"),
        (
            "vendors custom.Discipline=Civl",
            "none of Procore's list entries has the label 'Civl'; the nearest",
        ),
        ("vendors custom.Trades=Steel,Wood", "has the label 'Wood'"),
        ("vendors custom.ID=Civil custom.Discipline=Civil", "custom.Discipline is given twice"),
        ("vendors custom.?=Civil", "there is Discipline, Trades"),
        ("offices custom.Discipline=Civil", "Company offices have no custom fields in Procore's API"),
    ],
)
def test_a_word_that_means_no_custom_field_is_usage(
    site: Site, keys: dict[str, dict[str, str]], words: str, said: str
) -> None:
    """The nearest label or entry is named, and nothing is half-written."""
    name, *given = words.replace("custom.ID", keys["vendors"]["Discipline"].replace("_field_", ".")).split()

    refused(site, 2, said, "update", name, "1", "name=Half", *given)


def test_a_number_is_checked_before_it_is_sent(site: Site, keys: dict[str, dict[str, str]]) -> None:
    """Kinds come from the definition."""
    refused(site, 2, "custom.Area, gross takes a number", "update", "vendors", "1", "custom.Area, gross=wide")


def test_of_two_fields_with_one_label_the_id_says_which(site: Site, keys: dict[str, dict[str, str]]) -> None:
    """Neither is guessed, and both are printed by their ids."""
    twin = [field(site, "folders", "Shelf", "string").replace("_field_", ".") for _ in range(2)]
    here = site.fresh("folders")

    refused(site, 2, f"{twin[0]} or {twin[1]}", "update", "folders", here, "custom.Shelf=B")
    [row] = run_json(site.stage, "procore", "update", "folders", here, f"{twin[1]}=B")

    assert (row[twin[0]], row[twin[1]]) == (None, "B")


def test_where_definitions_are_closed_to_us_records_come_without_and_that_is_said(
    site: Site, keys: dict[str, dict[str, str]]
) -> None:
    """A write that needs none is done all the same; one that does is not begun."""
    site.world.add_fault(Fault("error", "procore", path=DEFINITIONS, value=403, times=None))
    try:
        done = run_here(site.stage, "procore", "create", "vendors", "name=Invented Beams", "--json")
        listed = run_here(site.stage, "procore", "search", "vendors")
        refused(site, 1, "custom_field_definitions", "update", "vendors", "1", "custom.Discipline=Civil")
    finally:
        site.world.faults.clear()

    assert (done.returncode, listed.returncode) == (0, 0)
    assert '"Invented Beams"' in done.stdout
    assert "custom." not in done.stdout
    for one in (done, listed):
        assert one.stderr.count("Custom fields are left out") == 1


def test_an_unknown_write_of_a_custom_field_is_settled_by_looking(
    site: Site, keys: dict[str, dict[str, str]]
) -> None:
    """What Procore shows under the label tells whether it arrived."""
    here = site.fresh("vendors")
    run_json(site.stage, "procore", "update", "vendors", here, "custom.Discipline=Civil")
    id = str(entry(site, keys["vendors"]["Discipline"], "Civil"))
    lost = NewIntent(
        "procore:vendors", None, None, SideName.PROCORE, "update", "", here, "update",
        sent={"custom.Discipline": id}, before={}, sent_at=0.0, settle_after=0.0,
    )  # fmt: skip
    with site.store.transaction() as tx:
        [intent] = tx.open_intents([lost])

    done = run_here(site.stage, "procore", "settle", str(intent))

    assert (done.returncode, "settled by looking" in done.stderr) == (0, True), done.stderr
