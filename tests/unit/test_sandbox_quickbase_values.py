"""What each kind of field takes, how it is stored, and how it reads, blank or filled."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.sandbox.quickbase.switches import QuickbaseSwitches
from syncd.sandbox.quickbase.values import phone, rounded
from tests.support.quickbase_sandbox import LittleQuickbase, little_quickbase


@pytest.mark.parametrize(
    ("label", "sent", "read"),
    [
        ("Name", "O'Neil & <Sons>", "O'Neil & <Sons>"),
        ("Name", 12, "12"),
        ("Notes", "a\nb\rc\r\nd", "a\r\nb\r\nc\r\nd"),
        ("Trade", "Steel", "Steel"),
        ("Trade", ["Glass"], "Glass"),
        ("Tags", ["a", "c"], ["a", "c"]),
        ("Tags", "a; c", ["a", "c"]),
        ("Count", 18, 18),
        ("Count", "0012.50", 12.5),
        ("Count", 9007199254740993, 9007199254740992),
        ("Value", 1.005, 1.01),
        ("Value", -2.675, -2.68),
        ("Share", 0.12345, 0.123),
        ("Starts", "2026-01-31", "2026-01-31"),
        ("Starts", "01-31-2026", "2026-01-31"),
        ("Met", "2026-01-31T10:00:00+02:00", "2026-01-31T08:00:00Z"),
        ("Hour", "7:05", "07:05:00.000"),
        ("Active", "yes", True),
        ("Active", None, False),
        ("Phone", "555.123.4567 ext. 89", "(555) 123-4567 x89"),
        ("World Phone", "+44 20 7946 0000", "+442079460000"),
    ],
)
def test_values_are_stored_the_vendors_way(label: str, sent: Any, read: Any) -> None:
    """What was sent reads back reformatted, rounded or unchanged, and writing that again changes nothing."""
    box = little_quickbase()
    assert box.put({label: sent})["metadata"]["createdRecordIds"] == [1]
    assert box.read(1, label) == read
    assert box.put({"3": 1, label: read})["metadata"]["unchangedRecordIds"] == [1]


@pytest.mark.parametrize(
    ("label", "sent", "message"),
    [
        ("Name", True, 'Incompatible value for field with ID "{fid}".'),
        ("Name", "x" * 41, 'Value for field with ID "{fid}" is longer than 40 characters.'),
        ("Trade", "Wood", "The field with ID '{fid}' has an invalid choice."),
        ("Tags", ["a", "z"], "The field with ID '{fid}' has an invalid choice."),
        ("Count", "many", 'Incompatible value for field with ID "{fid}".'),
        ("Count", "1e400", 'Incompatible value for field with ID "{fid}".'),
        ("Starts", "2026-13-01", 'Incompatible value for field with ID "{fid}".'),
        ("Met", "2026-01-31 10:00:00", 'Incompatible value for field with ID "{fid}".'),
        ("Hour", "25:00", 'Incompatible value for field with ID "{fid}".'),
        ("Active", "perhaps", 'Incompatible value for field with ID "{fid}".'),
        ("Owner", {"id": "nobody"}, 'Incompatible value for field with ID "{fid}".'),
        ("Site", "1 Main St", 'Field with ID "{fid}" is read-only and cannot be changed.'),
        ("Plan", {"fileName": "a", "data": "?"}, "base64"),
    ],
)
def test_what_a_field_does_not_take_is_a_line_error(label: str, sent: Any, message: str) -> None:
    """Nothing is stored, the record is absent from `data`, and the text is the vendor's where known."""
    box = little_quickbase()
    answer = box.put({label: sent}, fieldsToReturn=[3])
    [text] = answer["metadata"]["lineErrors"]["1"]
    assert message.format(fid=box.f[label]) in text
    assert answer["data"] == []
    assert box.sim.rows(box.table) == {}


def test_users_are_taken_by_id_and_shown_whole() -> None:
    """A user field reads as an object; twenty users are the most of a list; e-mail is a switch."""
    box = little_quickbase()
    people = [box.sim.add_person(f"Person {n}", f"p{n}@sandbox.example") for n in range(21)]
    box.put({"Owner": {"id": people[0]}, "Team": [{"id": one} for one in people[:20]]})
    assert box.read(1, "Owner") == {
        "id": people[0],
        "name": "Person 0",
        "email": "p0@sandbox.example",
        "userName": "p0",
    }
    assert [one["id"] for one in box.read(1, "Team")] == people[:20]
    assert "lineErrors" in box.put({"Team": [{"id": one} for one in people]})["metadata"]
    by_email = {"Owner": {"email": "p1@sandbox.example"}}
    assert box.put(by_email)["metadata"]["createdRecordIds"] == [2]
    strict = little_quickbase(user_by_email=False)
    strict.sim.add_person("Person 1", "p1@sandbox.example")
    assert "lineErrors" in strict.put(by_email)["metadata"]


def test_blanks_read_as_the_type_says() -> None:
    """Text and days read "", numbers null, lists [], checkboxes false, files without versions."""
    box = little_quickbase()
    box.put({"Name": "x"})
    row = box.sim.rows(box.table)[1]
    blanks = {
        label: row[box.f[label]] for label in ("Notes", "Starts", "Met", "Count", "Tags", "Active", "Owner")
    }
    assert blanks == {
        "Notes": "",
        "Starts": "",
        "Met": "",
        "Count": None,
        "Tags": [],
        "Active": False,
        "Owner": None,
    }
    assert row[box.f["Plan"]] == {"url": "", "versions": []}


def test_blanks_read_the_other_way_with_the_switches() -> None:
    """Each unconfirmed shape has its other reading."""
    box = little_quickbase(
        empty_date="null", empty_list="null", empty_user="object", stamps_with_ms=True, whole_numbers="float"
    )
    box.put({"Count": 18})
    row = box.sim.rows(box.table)[1]
    assert [row[box.f[label]] for label in ("Starts", "Met", "Tags", "Owner")] == [None, None, None, {}]
    assert repr(row[box.f["Count"]]) == "18.0"
    assert row[2] == "2026-01-05T08:00:00.000Z"


@pytest.mark.parametrize(("switch", "sent"), [("null_write", None), ("empty_write", "")])
@pytest.mark.parametrize(("how", "read"), [("clear", None), ("ignore", 5), ("refuse", 5)])
def test_clearing_a_number_follows_the_switch(switch: str, sent: Any, how: str, read: Any) -> None:
    """A blank empties the field, is passed over, or is a line error."""
    chosen: dict[str, Any] = {switch: how}
    box = little_quickbase(**chosen)
    box.put({"Count": 5})
    answer = box.put({"3": 1, "Count": sent})
    assert box.read(1, "Count") == read
    assert ("lineErrors" in answer["metadata"]) == (how == "refuse")


def test_a_vendor_that_nothing_can_be_emptied_at_is_refused() -> None:
    """With both ways closed no client could do its work, so the switches don't allow it."""
    with pytest.raises(ValueError, match="clear"):
        QuickbaseSwitches(null_write="ignore", empty_write="refuse")


def test_a_new_choice_is_added_only_with_its_record() -> None:
    """Where a field takes new choices, a line that fails leaves its choices as they were."""
    box = little_quickbase()
    for label in ("Trade", "Tags"):
        box.sim.table(box.table).labelled(label).properties["allowNewChoices"] = True
    wood = {"Trade": "Wood", "Tags": ["a", "z"]}
    answer = box.put({**wood, "Count": "many"}, {**wood, "Tags": 5})
    assert set(answer["metadata"]["lineErrors"]) == {"1", "2"}
    assert _choices(box) == (["Steel", "Glass"], ["a", "b", "c"])
    box.put(wood, wood)
    assert _choices(box) == (["Steel", "Glass", "Wood"], ["a", "b", "c", "z"])


def _choices(box: LittleQuickbase) -> tuple[Any, ...]:
    table = box.sim.table(box.table)
    return tuple(table.labelled(label).properties["choices"] for label in ("Trade", "Tags"))


def test_a_log_field_grows_by_stamped_entries() -> None:
    """`appendOnly` never reads as it was written: each write adds `[MMM-DD-YY Name] text`."""
    box = little_quickbase()
    box.put({"Log": "first"})
    box.put({"3": 1, "Log": "second"})
    assert box.read(1, "Log") == "[JAN-05-26 Sync Service] first\r\n[JAN-05-26 Sync Service] second"


def test_milliseconds_are_stored_though_they_do_not_read() -> None:
    """A timestamp reads to whole seconds; writing that back drops the fraction, which is a change."""
    box = little_quickbase()
    box.put({"Met": "2026-01-31T08:00:00.750Z"})
    assert box.read(1, "Met") == "2026-01-31T08:00:00Z"
    assert box.put({"3": 1, "Met": "2026-01-31T08:00:00Z"})["metadata"]["updatedRecordIds"] == [1]


def test_an_address_is_written_by_its_parts() -> None:
    """The composite reads from six text fields of its own."""
    box = little_quickbase()
    box.put({"Site: Street 1": "1 Main St", "Site: City": "Springfield"})
    assert box.read(1, "Site") == "1 Main St, Springfield"


def test_phones_and_rounding_at_the_edges() -> None:
    """Short and long numbers keep their digits; halves go away from zero."""
    assert phone("no digits", False) == ""
    assert phone("123-4567", False) == "123-4567"
    assert phone("1 555 123 4567", False) == "1 (555) 123-4567"
    assert phone("5551234567x3", True) == "+15551234567 x3"
    assert [rounded(2.5, 0), rounded(-2.5, 0), rounded(0.285, 2)] == [3.0, -3.0, 0.29]
