"""Mapping names and record names as people type them, checked without calling a vendor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from syncd.cli.files import names_in, pick, read_mappings
from syncd.core.values import SideName
from syncd.errors import SyncdError, UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.store import Issue, Link, Tx

__all__ = [
    "all_names",
    "find_link",
    "issue_marks",
    "known_names",
    "link_marks",
    "link_of",
    "parse_record",
    "parse_target",
]

QUICKBASE_PREFIX = "qb:"

Mark = tuple[str, SideName, str, str, float, str]


def known_names(wiring: Wiring, wanted: Sequence[str]) -> tuple[str, ...]:
    """The names that were asked for, if there is a mapping or a memory of each.

    Nothing asked for: nothing is checked, and () means all. Raises UsageProblem; or
    ConfigProblem, where the name may stand in a file that cannot be read.
    """
    if not wanted:
        return ()
    known = all_names(wiring)
    if not set(wanted) <= set(known):
        from syncd.mapping.compile import compile_all

        compile_all(read_mappings(wiring.settings.mappings_dir), None)
    return pick(wanted, known)


def all_names(wiring: Wiring) -> list[str]:
    """Every mapping that a file defines or the state remembers, by name."""
    names: set[str] = set()
    try:
        names.update(names_in(read_mappings(wiring.settings.mappings_dir)))
    except SyncdError:
        pass  # a broken file must not hide what the state knows; `syncd check` tells about it
    with wiring.store.read() as tx:
        names.update(run.mapping for run in tx.runs(1_000))
    return sorted(names)


def parse_record(text: str) -> tuple[SideName, str]:
    """`123` or `55/123` is a Procore identity, `qb:17` a Quickbase record id."""
    if text.startswith(QUICKBASE_PREFIX):
        identity = text.removeprefix(QUICKBASE_PREFIX)
        side = SideName.QUICKBASE
    else:
        identity, side = text, SideName.PROCORE
    if not identity:
        raise UsageProblem("Name the record by its Procore id, or as qb:RECORD-ID.")
    return side, identity


def parse_target(text: str) -> tuple[str, str]:
    """`MAPPING` or `MAPPING:ID`; the id is "" for the whole mapping."""
    mapping, _, identity = text.partition(":")
    if not mapping:
        raise UsageProblem("Name a mapping, or one record of it as MAPPING:ID.")
    return mapping, identity


def link_of(tx: Tx, mapping: str, record: str) -> Link | None:
    """The link of a record named on the command line, None where no link holds it."""
    side, identity = parse_record(record)
    return tx.links_by(mapping, side, [identity]).get(identity)


def find_link(tx: Tx, mapping: str, record: str) -> Link:
    """The same where there must be one. Raises UsageProblem."""
    link = link_of(tx, mapping, record)
    if link is None:
        raise UsageProblem(f"No link of {mapping} holds {record}; `syncd links {mapping}` lists them.")
    return link


def link_marks(link: Link, due: float, why: str) -> list[Mark]:
    """Marks that have both records of a link read again."""
    return [
        (link.mapping, SideName.PROCORE, link.procore_id, link.scope, due, why),
        (link.mapping, SideName.QUICKBASE, link.quickbase_id, "", due, why),
    ]


def issue_marks(issue: Issue, due: float, why: str) -> list[Mark]:
    """Marks that have the records an issue is about read again."""
    out: list[Mark] = []
    if issue.procore_id and issue.procore_id != issue.scope:
        out.append((issue.mapping, SideName.PROCORE, issue.procore_id, issue.scope, due, why))
    if issue.quickbase_id:
        out.append((issue.mapping, SideName.QUICKBASE, issue.quickbase_id, "", due, why))
    return out
