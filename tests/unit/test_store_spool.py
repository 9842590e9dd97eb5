"""The spool: rows set aside come back by their place, and a full disk says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.values import SideName
from syncd.errors import Unavailable
from syncd.store.spool import IN_MEMORY, Spool, Spooled

TEXT = st.text(max_size=20)
ROWS = st.lists(
    st.builds(
        Spooled,
        identity=TEXT,
        scope=TEXT,
        values=TEXT,
        key=st.none() | TEXT,
        texts=st.lists(st.none() | TEXT, max_size=4).map(tuple),
        stamp=st.none() | st.floats(allow_nan=False),
        created=st.none() | st.floats(allow_nan=False),
    ),
    max_size=12,
)


def row(number: int, note: str = "") -> Spooled:
    """One row, told by a number."""
    return Spooled(str(number), "", f'["{number}{note}"]', None, (f"name {number}",), 1.0, None)


@given(st.lists(ROWS, max_size=4), st.data())
def test_rows_come_back_by_their_place(pages: list[list[Spooled]], data: st.DataObject) -> None:
    """Whatever was added, in whatever pages, is read again in any order and any number."""
    rows = [one for page in pages for one in page]
    with Spool(SideName.PROCORE, None) as spool:
        for page in pages:
            spool.add(page)
        places = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=20)) if rows else []
        assert len(spool) == len(rows)
        assert spool.rows(places) == [rows[place] for place in places]
        assert spool.rows(range(len(rows))) == rows


def test_rows_may_be_added_after_some_were_read(tmp_path: Path) -> None:
    """Reading does not move the place where the next page goes."""
    with Spool(SideName.PROCORE, tmp_path) as spool:
        spool.add([row(0), row(1)])
        assert spool.rows([0]) == [row(0)]
        spool.add([row(2)])
        assert spool.rows([0, 1, 2]) == [row(0), row(1), row(2)]


def test_numbers_are_equal_where_the_texts_are() -> None:
    """What two spools are joined by: equal for equal texts, zero for none."""
    keyed = Spooled("q1", "", "[]", "7", (None, "x"), None, None)
    plain = Spooled("7", "", "[]", None, ("acme", None), None, None)
    with Spool(SideName.PROCORE, None) as left, Spool(SideName.QUICKBASE, None) as right:
        left.add([plain])
        right.add([keyed, plain._replace(identity="q2")])
        assert left.identities[0] == right.keys[0]
        assert list(right.texts) == [0, left.texts[0]]
        assert left.keys[0] == 0


def test_many_rows_go_to_a_file_without_a_name(tmp_path: Path) -> None:
    """Beyond a few megabytes the rows leave memory, and nothing is left in the directory."""
    note = "x" * 40_000
    with Spool(SideName.QUICKBASE, tmp_path) as spool:
        for number in range(IN_MEMORY // len(note) + 5):
            spool.add([row(number, note)])
        assert spool.rows([3, 4]) == [row(3, note), row(4, note)]
        assert list(tmp_path.iterdir()) == []


def test_a_disk_that_cannot_take_them_is_named(tmp_path: Path) -> None:
    """The sentence says where there is no room, and that nothing was lost."""
    gone = tmp_path / "gone"
    with Spool(SideName.QUICKBASE, gone) as spool, pytest.raises(Unavailable) as caught:
        spool.add([row(1, "x" * IN_MEMORY)])
    assert str(gone) in caught.value.message
