"""The query language: which text is a query, what tree it makes, and which rows it finds."""

from __future__ import annotations

import pytest

from syncd.sandbox.quickbase.moments import relative_days, stamp
from syncd.sandbox.quickbase.where import All, Any_, Filter, parse_where
from syncd.sandbox.quickbase.wire import Refusal
from tests.support.quickbase_sandbox import LittleQuickbase, little_quickbase


def test_quotes_parentheses_and_precedence() -> None:
    """Field ids may be quoted either way, AND binds closer than OR, parentheses group."""
    a, b, c = Filter(6, "EX", "x"), Filter(7, "CT", "it's"), Filter(3, "GT", "0")
    assert parse_where("{'6'.EX.'x'}") == a
    assert parse_where('{"6".EX."x"} OR {7.CT."it\'s"}AND{3.GT.0}') == Any_((a, All((b, c))))
    assert parse_where('({6.EX.x}OR{7.CT."it\'s"})AND{3.GT.0}') == All((Any_((a, b)), c))
    assert parse_where("  ") is None


def test_an_unquoted_decimal_is_read_up_to_its_point() -> None:
    """`{12.EX.5.6}` means 5, as the vendor warns; quoted it means 5.6."""
    assert parse_where("{12.EX.5.6}") == Filter(12, "EX", "5")
    assert parse_where("{12.EX.'5.6'}") == Filter(12, "EX", "5.6")


@pytest.mark.parametrize(
    "text",
    [
        "{6.EX.'x'",
        "{6.EX.'x}",
        "6.EX.x",
        "{6.ex.'x'}",
        "{6.EX.'x'}and{7.EX.'y'}",
        "{name.EX.'x'}",
        "{6.EX.'x'}}",
        "({6.EX.'x'}",
        "{6.EX.'it's'}",
        "{6.EX.'x'}AND",
    ],
)
def test_bad_syntax_is_refused(text: str) -> None:
    """What is no query is a 400, never a query for something else."""
    with pytest.raises(Refusal) as caught:
        parse_where(text)
    assert caught.value.status == 400


def test_a_hundred_filters_are_the_most() -> None:
    """100 filters pass, the 101st makes the query a bad one."""
    assert parse_where("OR".join(["{3.EX.1}"] * 100)) is not None
    with pytest.raises(Refusal):
        parse_where("OR".join(["{3.EX.1}"] * 101))


def test_both_ways_to_escape_a_quote_and_reserved_words() -> None:
    """The switches for what is undocumented each change the reading."""
    assert parse_where("{6.EX.'it''s'}", "doubled") == Filter(6, "EX", "it's")
    assert parse_where(r"{6.EX.'it\'s'}", "backslash") == Filter(6, "EX", "it's")
    assert parse_where("{6.EX.'A AND B'}") == Filter(6, "EX", "A AND B")
    with pytest.raises(Refusal):
        parse_where("{6.EX.'A AND B'}", reserved_words_upset=True)


@pytest.fixture
def box() -> LittleQuickbase:
    """Four things that differ in every kind of field."""
    little = little_quickbase()
    owner = little.sim.add_person("Ann Invented", "ann@sandbox.example")
    little.put(
        {"Name": "Alpha", "Procore ID": "1", "Count": 5, "Starts": "2026-01-01", "Active": True},
        {"Name": "beta", "Procore ID": "2", "Count": 5.6, "Starts": "2026-01-05", "Tags": ["a", "b"]},
        {"Name": "Gamma; ray", "Procore ID": "3", "Starts": "2026-02-01", "Owner": {"id": owner}},
        {"Name": "", "Count": -1, "Met": "2026-01-05T12:00:00Z", "Team": [{"id": owner}], "Hour": "07:30"},
    )
    return little


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ("{Name.CT.'A'}", [1, 2, 3]),
        ("{Name.XCT.'alph'}", [2, 3, 4]),
        ("{Name.EX.'BETA'}", [2]),
        ("{Name.EX.'alpha;beta'}", [1, 2]),
        ("{Name.EX.'Gamma; ray'}", [3]),
        ("{Name.XEX.'alpha'}", [2, 3, 4]),
        ("{Name.EX.''}", [4]),
        ("{Name.SW.'ga'}", [3]),
        ("{Name.XSW.'ga'}", [1, 2, 4]),
        ("{Procore ID.EX.'2'}", [2]),
        ("{Procore ID.EX.'9'}", []),
        ("{Count.EX.5.6}", [1]),
        ("{Count.EX.'5.6'}", [2]),
        ("{Count.EX.''}", [3]),
        ("{Count.LT.5}", [4]),
        ("{Count.LTE.5}", [1, 4]),
        ("{Count.GT.'5'}", [2]),
        ("{Count.GTE.5}OR{Name.EX.''}", [1, 2, 4]),
        ("{Starts.BF.'2026-01-05'}", [1]),
        ("{Starts.OBF.2026-01-05}", [1, 2]),
        ("{Starts.AF.'01-05-2026'}", [3]),
        ("{Starts.OAF.'2026-01-05'}", [2, 3]),
        ("{Starts.EX.'2026-01-05'}", [2]),
        ("{Starts.IR.'this month'}", [1, 2]),
        ("{Starts.XIR.'this month'}", [3, 4]),
        ("{Starts.IR.'next month'}", [3]),
        ("{Starts.IR.'today'}", [2]),
        ("{Starts.IR.'last 7 days'}", [1]),
        ("{Met.OAF.'2026-01-05'}", [4]),
        ("{Met.AF.'2026-01-05'}", []),
        ("{Met.OBF.'2026-01-05'}", [4]),
        ("{Met.EX.'1767614400000'}", [4]),
        ("{Met.IR.'today'}", [4]),
        ("{Hour.BF.'08:00'}", [4]),
        ("{Active.EX.true}", [1]),
        ("{Active.EX.false}", [2, 3, 4]),
        ("{Tags.HAS.'a'}", [2]),
        ("{Tags.HAS.'c;b'}", [2]),
        ("{Tags.XHAS.'a'}", [1, 3, 4]),
        ("{Owner.TV.'ann@sandbox.example'}", [3]),
        ("{Owner.EX.'ann invented'}", [3]),
        ("{Owner.XTV.'ann'}", [1, 2, 4]),
        ("{Team.HAS.'ann'}", [4]),
        ("{3.EX.2}", [2]),
        ("{3.GT.2}", [3, 4]),
        ("{3.GTE.2}AND{3.LT.4}", [2, 3]),
        ("{3.LTE.1}", [1]),
        ("{Count.GT._FID_3}", [1, 2]),
        ("{3.GT.'_FID_Count'}", [4]),
        ("{3.XEX._FID_Count}", [1, 2, 3, 4]),
        ("{Count.EX._FID_Share}", [3]),
        ("{Starts.IR._FID_Name}OR{3.EX.1}", [1]),
    ],
)
def test_operators_find_what_they_should(box: LittleQuickbase, where: str, ids: list[int]) -> None:
    """Every operator on the kinds of field it is for, blanks included."""
    assert box.ids(_numbered(box, where)) == ids


def _numbered(box: LittleQuickbase, where: str) -> str:
    """The query with labels turned into field ids."""
    for label in sorted(box.f, key=len, reverse=True):
        where = where.replace("{" + label + ".", "{" + str(box.f[label]) + ".")
        where = where.replace("_FID_" + label, f"_FID_{box.f[label]}")
    return where


def test_a_value_the_field_cannot_compare_with_is_refused(box: LittleQuickbase) -> None:
    """A word for a number, a blank in an instant, and an unknown field are bad queries."""
    for where in ("{Count.GT.'many'}", "{2.AF.'2026-01-05 08:00:00'}", "{99.EX.'x'}", "{Starts.IR.'soon'}"):
        body = {"from": box.table, "select": [3], "where": _numbered(box, where)}
        assert box.send("POST", "/records/query", body).status == 400, where


@pytest.mark.parametrize(
    ("granularity", "after", "on_or_after"),
    [("ms", [2, 3], [2, 3]), ("second", [3], [1, 2, 3]), ("day", [], [1, 2, 3])],
)
def test_instants_compare_at_the_chosen_granularity(
    granularity: str, after: list[int], on_or_after: list[int]
) -> None:
    """AF and OAF on Date Modified look at milliseconds, seconds or days, as the switch says."""
    box = little_quickbase(stamp_granularity=granularity)
    box.put({"Name": "at .000"})
    box.clock.advance(0.4)
    box.put({"Name": "at .400"})
    box.clock.advance(5)
    box.put({"Name": "five seconds later"})
    moment = 1_767_600_000_000 + (200 if granularity == "ms" else 0)
    assert box.ids(f"{{2.AF.'{moment}'}}") == after
    assert box.ids(f"{{2.OAF.'{moment}'}}") == on_or_after
    assert box.ids(f"{{'2'.BF.'{moment}'}}") == [rid for rid in (1, 2, 3) if rid not in on_or_after]


@pytest.mark.parametrize(
    ("granularity", "found"), [("ms", [False, False]), ("second", [False, False]), ("day", [False, True])]
)
def test_a_whole_day_compares_as_one_where_the_switch_says_so(granularity: str, found: list[bool]) -> None:
    """Against a later instant of the same day, OAF finds a row only if days are compared, and AF never;
    the index of Date Modified answers as the comparison of every row would (history: it cut the day)."""
    box = little_quickbase(stamp_granularity=granularity)
    box.put({"Name": "at eight"})
    later = "2026-01-05T13:50:00Z"
    assert [box.ids(f"{{2.{op}.'{later}'}}") == [1] for op in ("AF", "OAF")] == found
    for op, one in zip(("AF", "OAF"), found, strict=True):
        assert (box.ids(f"{{1.{op}.'{later}'}}") == [1]) is one


def test_a_local_day_east_of_utc_begins_the_evening_before() -> None:
    """A row of that evening is modified on the day the app's zone says (history: the index hid it)."""
    box = little_quickbase()
    box.sim.state.apps[box.app].time_zone = "(UTC+09:00) Osaka, Sapporo, Tokyo"
    box.clock.advance(8 * 3600)
    box.put({"Name": "at 16:00 UTC, 01:00 there"})
    local = {"compareWithAppLocalTime": True}
    for fid in (1, 2):
        assert box.find(f"{{{fid}.OAF.'2026-01-06'}}", options=local) == [[1]]
        assert box.find(f"{{{fid}.AF.'2026-01-05'}}", options=local) == [[1]]
        assert box.find(f"{{{fid}.OAF.'2026-01-06'}}") == []


def test_years_of_fewer_digits_compare_like_others() -> None:
    """The year 1 is before every row, not after it."""
    box = little_quickbase()
    box.put({"Name": "a"})
    assert box.ids("{2.AF.'0001-01-01T00:00:00Z'}") == [1]
    assert box.ids("{2.BF.'0999-01-01T00:00:00Z'}") == []


def test_app_local_time_moves_the_edge_of_a_day() -> None:
    """A plain day against an instant is a UTC day, or the app's day if the call says so."""
    box = little_quickbase()
    box.put({"Met": "2026-01-06T02:00:00Z"})
    where = f"{{{box.f['Met']}.EX.'2026-01-06'}}"
    assert box.find(where) == [[1]]
    assert box.find(where, options={"compareWithAppLocalTime": True}) == []


def test_relative_ranges_end_where_they_should() -> None:
    """Weeks begin on Sunday; quarters and years on their first day; 'next' starts tomorrow."""
    now = stamp(1_767_600_000)
    assert relative_days("this week", now, 0) == ("2026-01-04", "2026-01-11")
    assert relative_days("last quarter", now, 0) == ("2025-10-01", "2026-01-01")
    assert relative_days("this year", now, 0) == ("2026-01-01", "2027-01-01")
    assert relative_days("the next 2 days", now, 0) == ("2026-01-06", "2026-01-08")
    assert relative_days("yesterday", now, 0) == ("2026-01-04", "2026-01-05")
