"""Pieces: what of one record's write goes by a call of its own, and whether it still may.

Quickbase takes a file in a call of its own, after the record's other fields. The answer to those
tells of a file that a person attached meanwhile: then ours may not go over it.
"""

from __future__ import annotations

from collections.abc import Sequence

from syncd.core.filevalue import same_version
from syncd.core.values import Absent, Kind, SideName
from syncd.sides.port import Patch
from syncd.sync.decide import LinkPlan
from syncd.sync.workbench import Workbench

__all__ = ["Piece", "moved_since", "parts"]

Piece = tuple[LinkPlan, Patch]


def parts(work: Workbench, side: SideName, todo: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What is sent first, and the files that follow by themselves: only where a call for other fields
    of their record goes ahead of them."""
    first: list[Piece] = []
    later: list[Piece] = []
    for plan, patch in todo:
        files = _files(work, side, patch)
        if not files or (len(files) == 1 and len(patch.values) == 1 and patch.key is None):
            first.append((plan, patch))
            continue
        rest = {index: value for index, value in patch.values.items() if index not in files}
        pieces = [patch._replace(values={index: patch.values[index]}, key=None) for index in files]
        if rest or patch.key is not None:
            pieces.insert(0, patch._replace(values=rest))
        first.append((plan, pieces[0]))
        later += [(plan, one) for one in pieces[1:]]
    return first, later


def moved_since(plan: LinkPlan, side: SideName, patch: Patch) -> bool:
    """Whether the last answer shows, in a field to be written, something else than was decided on."""
    if plan.answer is None:
        return False
    now, before = plan.answer.values, plan.record(side).values
    return any(not isinstance(now[i], Absent) and not same_version(now[i], before[i]) for i in patch.values)


def _files(work: Workbench, side: SideName, patch: Patch) -> list[int]:
    if side is SideName.PROCORE:
        return []  # one call names the upload among the other fields
    fields = ((index, work.mapping.rules[index].field(side)) for index in patch.values)
    return [index for index, field in fields if field is not None and field.kind is Kind.FILE]
