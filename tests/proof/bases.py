"""The one look inside: base honesty (B5). A baseline is a value its side's server really held."""

from __future__ import annotations

from syncd.core.values import Absent, decode_row
from syncd.store import Link, Store
from tests.proof.ledger import Ledger

__all__ = ["judge_bases"]


def judge_bases(ledger: Ledger, store: Store) -> list[str]:
    """B5, C1: each baseline stands in its record's own history, and each record in one link."""
    with store.read() as tx:
        links = tx.links(ledger.table.name, limit=100_000)
    out: list[str] = []
    for side, ids in (("p", [x.procore_id for x in links]), ("q", [x.quickbase_id for x in links])):
        if len(set(ids)) != len(ids):
            out.append(f"C1: a record of side {side} is in two links")
    for link in links:
        out += _of(ledger, link, "p", link.procore_id, link.base_procore)
        out += _of(ledger, link, "q", link.quickbase_id, link.base_quickbase)
    return out


def _of(ledger: Ledger, link: Link, side: str, id: str, base: str) -> list[str]:
    row = ledger.table.vendor(side).rows.get(id)
    if row is None:
        return [f"C1: link {link.id} names {id}, which never existed"]
    out = []
    for index, (spec, value) in enumerate(zip(ledger.table.setup.specs, decode_row(base), strict=False)):
        if isinstance(value, Absent):
            continue
        held = {str(one.values[index]) for one in row.versions if one.values is not None}
        if str(value) not in held and str(spec.store(side, value)) not in held:
            out.append(f"B5: the baseline of {spec.key} of {id} is {value!r}, which was never there")
    return out
