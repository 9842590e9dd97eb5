"""`POST /records/query`: find, sort, cut the page by size, and write the answer (§2.3)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.message import Response
from syncd.sandbox.quickbase.derived import getter
from syncd.sandbox.quickbase.field import TEXTS, Field
from syncd.sandbox.quickbase.filters import row_test
from syncd.sandbox.quickbase.moments import day_start, end_of_cut, to_day, to_instant, zone_offset
from syncd.sandbox.quickbase.realm import Realm
from syncd.sandbox.quickbase.shapes import renderer
from syncd.sandbox.quickbase.table import Table, Version
from syncd.sandbox.quickbase.where import All, Filter, Node, parse_where
from syncd.sandbox.quickbase.wire import Call, encode, integer, json_text, listing, mapping, refuse

__all__ = ["MOST_IDS", "Question", "answer", "find", "query"]

MOST_IDS = 50_000
FEW = 100
"""So many rows are tested sooner than a better index is asked."""


@dataclass(slots=True)
class Question:
    """What a query or a report asks of a table."""

    where: Any = None
    select: list[Any] = field(default_factory=list)
    sort: list[dict[str, Any]] = field(default_factory=list)
    skip: int = 0
    top: int = 0
    local_time: bool = False
    labels: dict[int, str] | None = None


def query(realm: Realm, call: Call) -> Response:
    """Answer a query. Raises Refusal (400) for a bad body, `where`, field or option."""
    body = call.body()
    table = realm.table(body.get("from"), call.token)
    options = mapping(body.get("options"), "options")
    sort = [*_sorting(body.get("groupBy")), *_sorting(body.get("sortBy"))]
    question = Question(
        body.get("where"),
        listing(body.get("select"), "select"),
        sort,
        integer(options.get("skip", 0), "skip"),
        integer(options.get("top", 0), "top"),
        bool(options.get("compareWithAppLocalTime")),
    )
    return answer(realm, table, question, call)


def _sorting(given: Any) -> list[dict[str, Any]]:
    """A `sortBy` or `groupBy`: a list, `false`, or nothing."""
    if not given:
        return []
    if not isinstance(given, list) or not all(isinstance(one, dict) and "fieldId" in one for one in given):
        raise refuse("'sortBy' has to be a list of {fieldId, order}.")
    return given


def answer(realm: Realm, table: Table, question: Question, call: Call) -> Response:
    """Rows, fields and metadata of one page; tells the history which versions it carries."""
    by_id = isinstance(question.where, list)
    lag = realm.switches.read_lag if by_id else realm.switches.list_lag
    rows = table.rows_at(realm.seen_at(call.as_of, lag))
    zone = realm.apps[table.app_id].time_zone if question.local_time else ""
    found = find(realm, table, rows, question.where, zone_offset(zone))
    if question.skip < 0 or question.top < 0:
        raise refuse("'skip' and 'top' may not be negative.")
    fields = realm.chosen(table, question.select) if question.select else _default_columns(table)
    found = _ordered(realm, table, rows, found, question.sort)
    page = _page(realm, table, rows, found, question, fields)
    realm.served(
        table, ((rid, rows[rid]) for rid in found[question.skip : question.skip + len(page)]), call.token
    )
    return _write(table, question, fields, page, len(found))


def _default_columns(table: Table) -> list[Field]:
    """What an empty `select` gives: the fields that appear by default."""
    return [one for one in table.fields.values() if one.flags.get("appearsByDefault", True)]


def find(realm: Realm, table: Table, rows: dict[int, Version], where: Any, offset: int = 0) -> list[int]:
    """Ids of the rows that a `where` (text, ids or None) matches, in order of record id."""
    if where is None or where == "":
        return list(rows)
    if isinstance(where, list):
        if not 1 <= len(where) <= MOST_IDS:
            raise refuse(f"A list of record ids has to hold 1 to {MOST_IDS} ids.")
        return sorted({rid for rid in (integer(one, "where") for one in where) if rid in rows})
    if not isinstance(where, str):
        raise refuse("'where' has to be a query or a list of record ids.")
    node = parse_where(where, realm.switches.quote_escape, realm.switches.reserved_words_upset)
    if node is None:
        return list(rows)
    test = row_test(realm, table, node, offset)
    likely = _Index(realm, table, offset).likely(node) if rows is table.rows else None
    return [rid for rid in (rows if likely is None else likely) if test(rows[rid].values)]


@dataclass(frozen=True, slots=True)
class _Index:
    """What the table's indexes know of a query; every row that matches is among what they name."""

    realm: Realm
    table: Table
    offset: int

    def likely(self, node: Node) -> list[int] | None:
        """Ids among which every match is, in order, where an index tells; None if none does."""
        if isinstance(node, Filter):
            return self._of_filter(node)
        if isinstance(node, All):
            best: list[int] | None = None
            for part in node.parts:
                ids = self.likely(part) if best is None or len(best) > FEW else None
                if ids is not None and (best is None or len(ids) < len(best)):
                    best = ids
            return best
        union: set[int] = set()
        for part in node.parts:
            ids = self.likely(part)
            if ids is None:
                return None
            union.update(ids)
        return sorted(union)

    def _of_filter(self, part: Filter) -> list[int] | None:
        about = self.table.fields.get(part.fid)
        if about is None or part.value.startswith("_FID_"):
            return None
        if part.fid == 3 and part.value.isascii() and part.value.isdigit():
            return _by_id(self.table.rids, part.op, int(part.value))
        if part.fid == 2 and part.op in ("AF", "OAF", "GT", "GTE"):
            try:
                return self.table.modified_from(self._earliest(part.value))
            except (ValueError, OverflowError):
                return None
        if part.op == "EX" and about.key in self.table.uniques and about.type in TEXTS:
            exact = part.value and ";" not in part.value and part.value.lower() == part.value.upper()
            if exact:
                rid = self.table.uniques[about.key].get(part.value)
                return [] if rid is None else [rid]
        return None

    def _earliest(self, value: str) -> str:
        """The first Date Modified that a comparison with `value` may let through.

        A plain day begins in the zone of the query; of an instant only what the switch
        `stamp_granularity` compares counts. Raises ValueError or OverflowError.
        """
        if len(value) == 10 and not value.isdigit():
            return day_start(to_day(value), self.offset)
        return to_instant(value)[: end_of_cut(self.realm.switches.stamp_granularity)]


def _by_id(rids: list[int], op: str, value: int) -> list[int] | None:
    if op in ("EX", "TV"):
        at = bisect_left(rids, value)
        return rids[at : at + 1] if rids[at : at + 1] == [value] else []
    if op in ("GT", "GTE"):
        return rids[bisect_right(rids, value) if op == "GT" else bisect_left(rids, value) :]
    if op in ("LT", "LTE"):
        return rids[: bisect_left(rids, value) if op == "LT" else bisect_right(rids, value)]
    return None


def _ordered(
    realm: Realm, table: Table, rows: dict[int, Version], found: list[int], sort: list[dict[str, Any]]
) -> list[int]:
    """Sorted as asked; otherwise in the order the switch says."""
    if not sort:
        if realm.switches.result_order == "reversed":
            found.reverse()
        elif realm.switches.result_order == "shuffled":
            realm.rng.shuffle(found)
        return found
    known = realm.chosen(table, [one["fieldId"] for one in sort])
    orders = {str(one["fieldId"]): str(one.get("order", "ASC")) for one in sort}
    for about in reversed(known):
        backwards = orders[about.key] == "DESC"
        if about.fid == 3:
            found.sort(reverse=backwards)
            continue
        get = getter(realm, table, about)
        found.sort(key=lambda rid, get=get: _sort_key(get(rows[rid].values)), reverse=backwards)  # type: ignore[misc]
    return found


def _sort_key(stored: Any) -> tuple[int, Any]:
    """Blanks first; texts without regard to case."""
    if stored in (None, "", ()):
        return 0, 0
    if isinstance(stored, str):
        return 1, stored.casefold()
    return (1, str(stored)) if isinstance(stored, tuple) else (1, stored)


def _page(
    realm: Realm,
    table: Table,
    rows: dict[int, Version],
    found: list[int],
    question: Question,
    fields: list[Field],
) -> list[str]:
    """The rows of the page as JSON: as many as asked for, allowed, and fitting; at least one."""
    render = renderer(realm, table, tuple(one.fid for one in fields))
    most = question.top or realm.switches.default_top or len(found)
    if realm.page_rows:
        most = min(most, realm.page_rows)
    page: list[str] = []
    room = realm.page_bytes
    for rid in found[question.skip : question.skip + most]:
        text = encode(render(rows[rid].values))
        room -= len(text)
        if room < 0 and page:
            break
        page.append(text)
    return page


def _write(table: Table, question: Question, fields: list[Field], page: list[str], total: int) -> Response:
    about: list[dict[str, Any]] = [{"id": one.fid, "label": one.label, "type": one.type} for one in fields]
    if question.labels is not None:
        for one in about:
            one["labelOverride"] = question.labels.get(one["id"], one["label"])
    metadata: dict[str, int] = {
        "totalRecords": total,
        "numRecords": len(page),
        "numFields": len(fields),
        "skip": question.skip,
    }
    if question.top:
        metadata["top"] = question.top
    text = f'{{"data":[{",".join(page)}],"fields":{encode(about)},"metadata":{encode(metadata)}}}'
    return json_text(text)
