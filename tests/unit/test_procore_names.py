"""Procore's lists of names: what leads to an id, what does not, and how many calls that costs."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.catalog.lookups import LOOKUPS, Lookup, lookup
from syncd.clock import ManualClock
from syncd.errors import Forbidden, Transient
from syncd.http.message import Lane
from syncd.procore.client import Listing, Page
from syncd.procore.names import AGE, FRESH, MOST_LISTS, Names, Unnamed, spoken

USERS, CODES = LOOKUPS["users"], LOOKUPS["cost-codes"]


class Lists:
    """Stands for the client: serves rows by path, and keeps what was asked, in which lane."""

    company = "1"

    def __init__(self, **rows: list[dict[str, Any]]) -> None:
        self.rows = rows
        self.asked: list[tuple[str, str, Lane]] = []
        self.wrong: Exception | None = None

    def page(self, listing: Listing, number: int, lane: Lane) -> Page:
        """The whole list on one page."""
        if self.wrong:
            raise self.wrong
        last = listing.path.template.rpartition("/")[2]
        self.asked.append((last, listing.scope, lane))
        rows = self.rows.get(last, [])
        return Page(rows, len(rows), 1000, False, 0.0, None)

    def get(self, path: str, query: tuple[tuple[str, str], ...], lane: Lane) -> Any:
        """What a filter may be set to."""
        last = path.rpartition("/")[2]
        self.asked.append((last, path.split("/")[4], lane))
        return self.rows.get(last, [])


def person(id: int, name: str, email: str | None) -> dict[str, Any]:
    """A user as the company's list has it."""
    return {"id": id, "name": name, "email_address": email}


PEOPLE = [
    person(1, "Ana Ruiz", "Ana@Example.com"),
    person(2, "Bo Lind", "bo@example.com"),
    person(3, "Bo Lind", None),
]


def made(**rows: list[dict[str, Any]]) -> tuple[Names, Lists, ManualClock]:
    """Names over lists that hold these rows."""
    lists, clock = Lists(**rows), ManualClock()
    return Names(lists, clock), lists, clock  # type: ignore[arg-type]


def test_a_word_leads_to_one_id_and_an_id_to_its_word() -> None:
    """Addresses may differ in case, and all questions of a list cost one call, in the asker's lane."""
    names, lists, _ = made(users=PEOPLE)

    assert names.id(USERS, "9", " ana@example.COM ", "email", Lane.WRITE) == "1"
    assert names.word(USERS, "9", "2", "email", Lane.POLL) == "bo@example.com"
    assert names.word(USERS, "8", "1", "name", Lane.POLL) == "Ana Ruiz"
    assert lists.asked == [("users", "", Lane.WRITE)]


def test_an_unknown_word_names_the_nearest_three() -> None:
    """The candidates are what a person would have meant; nothing is guessed."""
    names, _, _ = made(users=[person(n, name, None) for n, name in enumerate(("Ana", "Anna", "Hana", "Jo"))])

    with pytest.raises(Unnamed) as caught:
        names.id(USERS, "", "ana", "name", Lane.WRITE)

    text = str(caught.value)
    assert text.startswith("none of Procore's users has the name 'ana'; the nearest are 'Ana', ")
    assert text.count("'") == 2 * 4 + 1
    assert "'Jo'" not in text


def test_a_word_of_two_entries_names_both() -> None:
    """Two people of one name: neither is chosen, and their ids are said."""
    names, lists, clock = made(users=PEOPLE)
    clock.advance(FRESH * 2)

    with pytest.raises(Unnamed, match=r"'Bo Lind' names 2 of Procore's users \(ids 2, 3\)"):
        names.id(USERS, "", "Bo Lind", "name", Lane.WRITE)

    assert len(lists.asked) == 1


def test_the_list_is_read_again_once_for_what_is_not_on_it() -> None:
    """A thousand unknown words cost one call more, and a new entry is found as soon as it may be."""
    names, lists, clock = made(cost_codes=[{"id": 5, "name": "Concrete", "full_code": "03-300"}])
    names.id(CODES, "7", "03-300", "full_code", Lane.WRITE)

    for _ in range(3):
        with pytest.raises(Unnamed):
            names.id(CODES, "7", "04-200", "full_code", Lane.WRITE)
    assert len(lists.asked) == 1, "the list was read just now"

    clock.advance(FRESH + 1)
    lists.rows["cost_codes"].append({"id": 6, "name": "Masonry", "full_code": "04-200"})
    assert names.id(CODES, "7", "04-200", "full_code", Lane.WRITE) == "6"
    assert len(lists.asked) == 2
    with pytest.raises(Unnamed):
        names.id(CODES, "7", "05-100", "full_code", Lane.WRITE)
    assert len(lists.asked) == 2


def test_each_project_has_its_own_list_and_a_record_belongs_to_its_project() -> None:
    """What stands in a project is not looked for in another; the scope of a reply is its RFI's project."""
    names, lists, _ = made(cost_codes=[{"id": 5, "name": "Concrete", "full_code": "03-300"}])

    names.id(CODES, "7", "Concrete", "name", Lane.WRITE)
    names.id(CODES, "7/12", "Concrete", "name", Lane.WRITE)
    names.id(CODES, "8", "Concrete", "name", Lane.WRITE)

    assert [scope for _, scope, _ in lists.asked] == ["7", "8"]


def test_a_list_is_believed_for_a_quarter_of_an_hour() -> None:
    """A person who was renamed is seen after that, without anybody asking."""
    names, lists, clock = made(users=[person(1, "Ana", "ana@example.com")])
    names.word(USERS, "", "1", "name", Lane.POLL)
    lists.rows["users"] = [person(1, "Ana Ruiz", "ana@example.com")]

    assert names.word(USERS, "", "1", "name", Lane.POLL) == "Ana"
    clock.advance(AGE + 1)
    assert names.word(USERS, "", "1", "name", Lane.POLL) == "Ana Ruiz"


def test_inactive_people_have_words_but_no_word_leads_to_them() -> None:
    """An old RFI's manager is still called by his address; a new one is not given to him."""
    names, lists, _ = made(users=PEOPLE, inactive=[person(4, "Old Hand", "old@example.com")])

    assert names.word(USERS, "", "4", "email", Lane.POLL) == "old@example.com"
    with pytest.raises(Unnamed):
        names.id(USERS, "", "old@example.com", "email", Lane.WRITE)

    assert [path for path, _, _ in lists.asked] == ["users", "inactive"]


def test_an_id_without_a_word_says_so() -> None:
    """Somebody without an address, and somebody who is not on the list at all."""
    names, _, _ = made(users=PEOPLE)

    with pytest.raises(Unnamed, match="the one with id 3 of Procore's users has no e-mail address"):
        names.word(USERS, "", "3", "email", Lane.POLL)
    with pytest.raises(Unnamed, match="Procore's users do not show the one with id 77"):
        names.word(USERS, "", "77", "email", Lane.POLL)


def test_a_closed_list_is_not_asked_for_again_and_again() -> None:
    """Without the right to read it, one call a quarter of an hour says so; what is passing is raised."""
    names, lists, _ = made(users=PEOPLE)
    lists.wrong = Forbidden("no", detail="no right")
    for _ in range(3):
        with pytest.raises(Unnamed, match=r"Procore does not show us its users \(no right\)"):
            names.id(USERS, "", "bo@example.com", "email", Lane.WRITE)
        lists.wrong = AssertionError("asked again")

    other, lists, _ = made(users=PEOPLE)
    lists.wrong = Transient("later")
    with pytest.raises(Transient):
        other.id(USERS, "", "bo@example.com", "email", Lane.WRITE)


def test_lists_are_bounded_in_number_and_in_entries() -> None:
    """What was used longest ago is let go; a list too long to be kept is refused, once."""
    names, lists, _ = made(cost_codes=[{"id": 5, "name": "Concrete"}])
    for project in range(MOST_LISTS + 1):
        names.id(CODES, str(project), "Concrete", "name", Lane.WRITE)
    names.id(CODES, str(MOST_LISTS), "Concrete", "name", Lane.WRITE)
    assert len(lists.asked) == MOST_LISTS + 1
    names.id(CODES, "0", "Concrete", "name", Lane.WRITE)
    assert len(lists.asked) == MOST_LISTS + 2

    lists = Lists(users=PEOPLE)
    small = Names(lists, ManualClock(), most=2)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(Unnamed, match="Procore has more than 2 users; refer to them by id"):
            small.id(USERS, "", "bo@example.com", "email", Lane.WRITE)
    assert len(lists.asked) == 1


def test_options_of_a_filter_are_entries_too() -> None:
    """Submittal statuses are pairs of key and value (reference procore-api §12)."""
    names, lists, _ = made(status_id=[{"key": 11, "value": "Open"}, {"key": None, "value": "None"}])
    statuses = LOOKUPS["submittal-statuses"]

    assert names.id(statuses, "7", "Open", "name", Lane.WRITE) == "11"
    assert names.word(statuses, "7", "11", "name", Lane.POLL) == "Open"
    assert [(path, lane) for path, _, lane in lists.asked] == [("status_id", Lane.WRITE)]


def test_a_reference_without_a_list_can_only_be_read_where_answers_carry_the_word() -> None:
    """No call is made for a list that the API does not have."""
    names, lists, _ = made()
    sections = LOOKUPS["specification-sections"]

    assert spoken({"id": 1, "number": "03 30 00"}, sections, "number") == "03 30 00"
    with pytest.raises(Unnamed, match="Procore has no list of its specification sections"):
        names.id(sections, "7", "03 30 00", "number", Lane.WRITE)
    assert lists.asked == []


@pytest.mark.parametrize("target", LOOKUPS)
def test_every_list_says_what_its_words_are(target: str) -> None:
    """The words are those that mapping files know, each with a key at least."""
    about = LOOKUPS[target]
    assert about.words
    for by, keys in about.words:
        assert by in ("name", "email", "full_code", "number", "path")
        assert keys


def test_entries_of_a_custom_fields_list_are_named_by_label() -> None:
    """Each definition has a list of its own (reference procore-api §21)."""
    about = lookup("custom-field-entries/31")

    assert isinstance(about, Lookup)
    assert about.list.list.template == "/rest/v1.0/custom_field_definitions/31/custom_field_lov_entries"
    assert about.keys("label") == ("label",)
