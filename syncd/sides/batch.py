"""Writes in parts: what a failed call means for its records, and halving a refused one.

Invariant: a record is UNSENT or REFUSED only where it is certain that the vendor did
nothing with it; whatever else goes wrong leaves it UNKNOWN.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

from syncd.errors import CallError, Forbidden, NotFound, Rejected, Stale, Stopped, Transient
from syncd.sides.port import Outcome, Verdict

__all__ = ["MOST_CALLS", "outcome_of", "write_parts"]

MOST_CALLS = 40
"""Calls that one batch may take while a refused part is halved again and again."""

Item = TypeVar("Item")


def outcome_of(problem: CallError) -> Outcome:
    """What a call that failed as a whole means for each record it carried."""
    if problem.maybe_acted:
        verdict = Verdict.UNKNOWN
    else:
        verdict = Verdict.UNSENT if isinstance(problem, Transient) else Verdict.REFUSED
    told = f"HTTP {problem.status}" if problem.status else "no answer"
    response = f"{told}, request {problem.request_id}" if problem.request_id else told
    return Outcome(verdict, reason=problem.detail or problem.message, response=response)


def write_parts(
    parts: Sequence[Sequence[Item]],
    send: Callable[[Sequence[Item]], list[Outcome]],
    refused: Callable[[CallError], Outcome] = outcome_of,
) -> list[Outcome]:
    """Send the parts one after the other; one outcome an item, in order.

    A part that is refused as a whole is halved until the culprits stand alone. After a
    call that did not reach the vendor, or whose fate is unknown, nothing more is sent.
    Raises Stale, Stopped, Forbidden and NotFound only while nothing has been sent.
    """
    outcomes: list[Outcome] = []
    waiting = deque(part for part in parts if part)
    acted, calls = False, 0
    while waiting:
        part = waiting.popleft()
        calls += 1
        try:
            outcomes += send(part)
        except (Stale, Stopped) as problem:
            if not acted:
                raise
            return [*outcomes, *_unsent(problem.message, part, waiting)]
        except (Forbidden, NotFound) as problem:
            if not acted and len(part) > 1:
                raise
            outcomes += [refused(problem)] * len(part)
        except Rejected as problem:
            if len(part) > 1 and calls < MOST_CALLS and not problem.maybe_acted:
                half = len(part) // 2
                waiting.extendleft((part[half:], part[:half]))
                continue
            outcomes += [refused(problem)] * len(part)
        except CallError as problem:
            outcomes += [outcome_of(problem)] * len(part)
            return [*outcomes, *_unsent("The call before it failed; it was not sent.", (), waiting)]
        acted = True
    return outcomes


def _unsent(reason: str, part: Sequence[Item], waiting: deque[Sequence[Item]]) -> list[Outcome]:
    left = len(part) + sum(len(one) for one in waiting)
    return [Outcome(Verdict.UNSENT, reason=reason)] * left
