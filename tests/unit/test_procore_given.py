"""Values that a person gives: each kind takes what means it, and says in one sentence what it takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from syncd.catalog import ResourceField, Send, resource
from syncd.cli.procore.asked import meant_verb, place_of, verbs_of
from syncd.cli.procore.given import field_named, split_words, value_of
from syncd.cli.procore.narrowed import narrowed, offered
from syncd.core.values import Field, Kind
from syncd.errors import UsageProblem


def of(kind: Kind, **rest: Any) -> ResourceField:
    """A field of that kind."""
    return ResourceField(Field("it", "It", kind, **rest), read=("it",), write="it", send=Send.TEXT)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.TEXT, "a = b", "a = b"),
        (Kind.TEXT, 12, "12"),
        (Kind.TEXT, "", None),
        (Kind.TEXT, None, None),
        (Kind.NUMBER, "1200.50", "1200.5"),
        (Kind.MONEY, Decimal("0.10"), "0.1"),
        (Kind.PERCENT, "-5", "-5"),
        (Kind.DAY, "2026-03-31", "2026-03-31"),
        (Kind.INSTANT, "2026-03-31T10:00:00+02:00", "2026-03-31T08:00:00Z"),
        (Kind.CHECKBOX, "Yes", True),
        (Kind.CHECKBOX, False, False),
        (Kind.REFERENCE, "55/7", "55/7"),
        (Kind.USER, 7, "7"),
        (Kind.REFERENCES, "9,7, 9", ["7", "9"]),
        (Kind.USERS, [7, 9], ["7", "9"]),
        (Kind.USERS, [], None),
        (Kind.CHOICES, "a, b", ["a", "b"]),
    ],
)
def test_what_means_a_value_is_taken(kind: Kind, raw: Any, value: Any) -> None:
    """Words from the command line and JSON's own types come to the same one form."""
    assert value_of(of(kind), raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "takes"),
    [
        (Kind.TEXT, True, "a text"),
        (Kind.TEXT, {"a": 1}, "a text"),
        (Kind.NUMBER, "many", "a number such as 1200.50"),
        (Kind.NUMBER, "NaN", "a number"),
        (Kind.MONEY, True, "a number"),
        (Kind.MONEY, [1], "a number"),
        (Kind.DAY, "31.03.2026", "a day such as 2026-03-31"),
        (Kind.DAY, "2026-02-30", "a day"),
        (Kind.INSTANT, "noon", "a moment such as"),
        (Kind.CHECKBOX, "1", "true or false"),
        (Kind.REFERENCE, "Paris", "a Procore id"),
        (Kind.USERS, "7,Ann", "Procore ids with commas"),
    ],
)
def test_what_means_none_is_told_what_would(kind: Kind, raw: Any, takes: str) -> None:
    """The field, what it takes and what it got stand in one sentence."""
    with pytest.raises(UsageProblem) as caught:
        value_of(of(kind), raw)

    assert caught.value.message.startswith(f"it takes {takes}")


def test_choices_and_whole_numbers_are_checked() -> None:
    """A choice has to be one of them, and a number without decimals whole."""
    with pytest.raises(UsageProblem, match="did you mean 'Red'"):
        value_of(of(Kind.CHOICE, choices=frozenset({"Red", "Green"})), "red")
    with pytest.raises(UsageProblem, match="whole number"):
        value_of(of(Kind.NUMBER, decimals=0), "1.5")
    assert value_of(of(Kind.NUMBER, decimals=0), "2.0") == "2"


def test_words_are_an_id_and_values() -> None:
    """One word without = is the record; a value may hold an equals sign itself."""
    assert split_words(["55/7", "name=a=b", "city="]) == ("55/7", {"name": "a=b", "city": ""})
    for words in (["1", "2"], ["a=1", "a=2"]):
        with pytest.raises(UsageProblem):
            split_words(words)


def test_a_field_is_found_or_the_nearest_one_named() -> None:
    """`among` narrows what is meant: an act takes a few fields only."""
    about = resource("vendors")

    assert field_named(about, "city").name == "city"
    with pytest.raises(UsageProblem, match="did you mean 'city'"):
        field_named(about, "cty")
    with pytest.raises(UsageProblem, match="there is name"):
        field_named(about, "city", ("name",))


def test_memberships_are_added_and_removed() -> None:
    """What is created and deleted elsewhere has words of its own there."""
    words = verbs_of(resource("project-vendors"))

    assert (words["add"], words["remove"]) == ("create", "delete")
    assert "add" not in verbs_of(resource("vendors"))
    with pytest.raises(UsageProblem, match="cannot be written: Roles belong"):
        meant_verb(resource("company-roles"), "create")


@pytest.mark.parametrize(
    ("name", "record", "project", "parent", "given", "identity"),
    [
        ("vendors", "7", "", "", {}, "7"),
        ("rfis", "55/7", "", "", {}, "55/7"),
        ("rfis", "7", "55", "", {}, "55/7"),
        ("rfis", "7", "", "", {"project": "55"}, "55/7"),
        ("rfi-replies", "55/3/7", "", "", {}, "55/3/7"),
        ("rfi-replies", "7", "55", "3", {}, "55/3/7"),
        ("rfi-replies", "7", "", "55/3", {}, "55/3/7"),
        ("rfi-replies", "7", "55", "", {"rfi": "3"}, "55/3/7"),
        ("budgets", "55", "", "", {}, "55"),
        ("budgets", "", "55", "", {}, "55"),
    ],
)
def test_a_record_is_named_in_any_of_these_ways(
    name: str, record: str, project: str, parent: str, given: dict[str, str], identity: str
) -> None:
    """Scope and id may come together, as options or as the scope's own field."""
    place = place_of(resource(name), record, project, parent, given, wants_id=True)

    assert place.identity == identity


@pytest.mark.parametrize(
    ("name", "record", "project", "parent"),
    [
        ("vendors", "", "", ""),
        ("vendors", "1/2", "", ""),
        ("vendors", "1", "5", ""),
        ("rfis", "7", "", ""),
        ("rfis", "55/7", "56", ""),
        ("rfis", "7", "55", "3"),
        ("rfis", "-7", "55", ""),
        ("rfis", "٧", "55", ""),
        ("rfi-replies", "7", "55", ""),
        ("budgets", "", "", ""),
    ],
)
def test_a_place_that_is_none_is_usage(name: str, record: str, project: str, parent: str) -> None:
    """A missing part, a part too many, two that differ, and what is no id."""
    with pytest.raises(UsageProblem):
        place_of(resource(name), record, project, parent, {}, wants_id=True)


def test_filters_go_on_top_of_what_every_list_is_asked_with() -> None:
    """One of them replaces a default of the same name; stamps begin a range; arrays keep their brackets."""
    projects = narrowed(resource("projects"), ["by_status=Active", "updated_at=2026-01-01"])
    rfis = narrowed(resource("rfis"), ["status=open", "status=closed", "rfi_manager_id=7", "id=3"])

    assert ("filters[by_status]", "Active") in projects.query
    assert ("filters[by_status]", "All") not in projects.query
    assert projects.since == (("filters[updated_at]", 1_767_225_600.0),)
    assert [value for name, value in rfis.query if name == "filters[status][]"] == ["open", "closed"]
    assert ("filters[rfi_manager_id]", "7") in rfis.query
    assert {"created_at", "updated_at", "id", "status"} <= set(offered(resource("rfis")))


def test_filters_take_ranges_and_names() -> None:
    """Days belong to the range that they end; a name is what its list says, and stands until that is read."""
    about, said = (
        resource("rfis"),
        ["updated_at=2026-01-01...2026-01-31", "created_at=...2026-01-31T00:00:00Z"],
    )
    named = narrowed(about, ["rfi_manager_id=Ann", "id=55/7"], lambda name, _, word: f"{name} {word}")
    spans = narrowed(about, said)

    assert spans.since == (("filters[updated_at]", 1_767_225_600.0), ("filters[created_at]", 0.0))
    assert spans.until == (("filters[updated_at]", 1_769_903_999.0), ("filters[created_at]", 1_769_817_600.0))
    assert named.own == (("filters[rfi_manager_id]", "rfi_manager_id Ann"), ("filters[id]", "7"))
    assert ("filters[rfi_manager_id]", "Ann") in narrowed(about, ["rfi_manager_id=Ann"]).own
    assert narrowed(about, ["custom.Zone=East"]).custom == (("custom.Zone", "East"),)


@pytest.mark.parametrize(
    "word",
    [
        "status",
        "status=",
        "stat=open",
        "status=opn",
        "updated_at=soon",
        "updated_at=...",
        "updated_at=2026-02-01...2026-01-31",
        "rfi_manager_id=?!",
        "id=first",
        "custom.",
        "number=1 number=2",
    ],
)
def test_filters_that_are_none_are_usage(word: str) -> None:
    """A name or a value that the list does not know, and one value too many, are said before the call."""
    with pytest.raises(UsageProblem):
        narrowed(resource("rfis"), word.split(" "))
