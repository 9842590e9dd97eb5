"""How SQLite answers the questions that are asked for every record: by looking up, not by walking."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from syncd.clock import ManualClock
from syncd.core.values import SideName
from syncd.store import Store, history, issues, links, open_store, ours, pairs, sightings, strangers
from syncd.store.statement import Bulk, Statement, either, word
from syncd.store.tables import LinkRow

P, Q = SideName.PROCORE, SideName.QUICKBASE

LOOKED_UP = {
    "links by Procore id": (links._BY[P], "procore_id=?"),
    "links by Quickbase id": (links._BY[Q], "quickbase_id=?"),
    "bases of Procore": (links._BASES[P], "procore_id=?"),
    "bases of Quickbase": (links._BASES[Q], "quickbase_id=?"),
    "across": (links._ACROSS[P], "procore_id=?"),
    "strangers by identity": (strangers._BY_IDENTITY, "identity=?"),
    "strangers by key": (strangers._BY_KEY, "key=?"),
    "strangers by match": (strangers._BY_MATCH[3], "match_3=?"),
    "strangers dropped": (strangers._DROP, "identity=?"),
    "issues by Procore id": (issues._OF["procore"], "procore_id=?"),
    "issues by Quickbase id": (issues._OF["quickbase"], "quickbase_id=?"),
    "sightings by identity": (sightings._AMONG, "identity=?"),
    "sightings of a scope": (sightings._SIGHTED, "scope=?"),
    "sightings that are missing": (sightings._MISSING, "missing>?"),
    "what a mapping removed": (ours._REMOVALS, "verb=?"),
    "what a person made": (ours._MADE, "procore_id=?"),
    "what was removed of late": (history._REMOVALS, "ix_event_what_at"),
    "what was cleared of late": (history._CLEARS, "ix_event_what_at"),
    "issues that wait": (issues._WAITING, "waits_identity=?"),
}
PAGED = {
    "links": links._PAGE,
    "unmatched": strangers._UNMATCHED,
    "pairs": pairs._PAIRS[0],
    "key pairs": pairs._KEY_PAIRS,
}


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A store in memory."""
    opened = open_store("sqlite://", ManualClock())
    yield opened
    opened.close()


def plan(store: Store, statement: Statement) -> str:
    """SQLite's query plan as one text."""
    text, fixed = statement.on("sqlite")
    params = {name: fixed.get(name, "1") for name in re.findall(r":(\w+)", text)}
    rows = store.database._driver.execute(f"EXPLAIN QUERY PLAN {text}", params).fetchall()
    return "\n".join(row[3] for row in rows)


@pytest.mark.parametrize("name", LOOKED_UP)
def test_many_records_are_looked_up_one_by_one(store: Store, name: str) -> None:
    """An IN list of identities uses the index on them down to the identity itself."""
    statement, column = LOOKED_UP[name]
    assert column in plan(store, statement)


@pytest.mark.parametrize("name", PAGED)
def test_pages_are_read_in_index_order(store: Store, name: str) -> None:
    """A page costs what it holds: nothing is sorted, no table is scanned."""
    found = plan(store, PAGED[name])
    assert "TEMP B-TREE" not in found
    assert "SCAN" not in found


def test_a_bulk_write_in_another_order_is_a_bug() -> None:
    """Parameters by position must stand as the statement has them; a mistake is found at once."""
    from syncd.errors import Bug
    from syncd.store.columns import table
    from syncd.store.statement import adding

    with pytest.raises(Bug, match="bulk write"):
        adding(table(LinkRow), ["scope", "mapping"]).on("sqlite")
    assert isinstance(adding(table(LinkRow), ["mapping", "scope"]), Bulk)


def test_statements_are_compiled_once_a_dialect() -> None:
    """The second question finds the text ready; the two engines have texts of their own."""
    built: list[str] = []

    def build(dialect: str) -> object:
        built.append(dialect)
        return LinkRow.__table__.select().where(either(LinkRow.__table__.c.state, "a", "b"))  # type: ignore[attr-defined]

    statement = Statement(build)
    texts = {statement.on(dialect)[0] for dialect in ("sqlite", "postgresql", "sqlite", "postgresql")}
    assert built == ["sqlite", "postgresql"]
    assert all("'a'" in text for text in texts)
    assert str(word("x")) == "'x'"
