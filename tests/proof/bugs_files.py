"""Planted bugs about the bytes of files: only worlds that carry them can kill these."""

from __future__ import annotations

from typing import Any

from syncd.core import values
from syncd.core.filevalue import file_in
from syncd.core.reconcile import Result
from syncd.core.settle import Settled
from syncd.core.values import Kind
from syncd.sync import freight, settle
from tests.proof.planted import plant

__all__: list[str] = []


@plant("lost version made again", "a version whose answer was lost is brought again without looking", "files")
def _lost_version() -> list[tuple[Any, str, Any]]:
    real = settle.settle_field

    def field(now: Any, sent: Any, before: Any, there: Any, **more: Any) -> Settled:
        return Settled.NOT_DONE if there.kind is Kind.FILE else real(now, sent, before, there, **more)

    return [(settle, "settle_field", field)]


@plant("size is content", "two files of one size count as equal", "files")
def _size_is_content() -> list[tuple[Any, str, Any]]:
    def sized(text: str) -> str:
        file = file_in(text)
        return text if file is None or file.size is None else str(file.size)

    return [(values, "content_of", sized)]


@plant("equal files not compared", "a file goes over another before both were read", "files")
def _not_compared() -> list[tuple[Any, str, Any]]:
    def todo(_plan: Any, one: Any) -> bool:
        return bool(one.decision.result is Result.WRITE)

    return [(freight, "_todo", todo), (freight, "_stands_against", lambda *_: False)]
