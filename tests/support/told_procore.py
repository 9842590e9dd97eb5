"""A Procore that answers what a test tells it to, and remembers every call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from syncd.clock import ManualClock
from syncd.errors import CallError
from syncd.http.governor import Governor
from syncd.http.message import Answer, Call, Headers
from syncd.procore.client import ProcoreClient

__all__ = ["ToldProcore", "told_client"]


class ToldProcore:
    """A sender. Each call takes the next of `answers`: a body, (body, headers), or an error to raise."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self.waiting = list(answers)
        self.calls: list[Call] = []

    def send(self, call: Call) -> Answer:
        """The next answer."""
        self.calls.append(call)
        told = self.waiting.pop(0)
        if isinstance(told, CallError):
            raise told
        body, headers = told if isinstance(told, tuple) else (told, {})
        return Answer(200, Headers(headers), b"", 2.0, 1.0, date=1_767_600_000.0, _parsed=body)


def told_client(*answers: Any) -> tuple[ProcoreClient, ToldProcore]:
    """A client of company 9 whose calls are answered so, and the sender that knows them."""
    sender = ToldProcore(answers)
    return ProcoreClient(sender, "9", cast(Governor, None), ManualClock()), sender
