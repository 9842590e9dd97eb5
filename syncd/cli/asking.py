"""Handing work to a running daemon, and waking it after a person decided something.

One process writes to a state at a time. While the daemon holds the lock, a command that
would run cycles leaves a request in the store and waits for the daemon's answer.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from syncd.cli.output import say
from syncd.errors import Stopped, Unavailable

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring

__all__ = ["DAEMON", "ask_daemon", "daemon_runs", "wake"]

DAEMON = "syncd run"
"""How the daemon calls itself in the lock; one-shot commands have other names."""

MAX_WAIT = 6 * 3600.0
"""Longest wait for an answer: a cycle may sit out several hourly budgets."""

LOOK_EVERY = 0.25
REMARK_EVERY = 30.0


def daemon_runs(wiring: Wiring) -> bool:
    """Whether it is a daemon that holds this state."""
    return wiring.holder().startswith(DAEMON)


def ask_daemon(wiring: Wiring, kind: str, names: Sequence[str], only: str | None) -> dict[str, Any]:
    """Have the daemon run cycles; answers what it says. Raises Stopped, Unavailable."""
    detail = {"kind": kind, "names": list(names), "only": only}
    with wiring.store.transaction() as tx:
        request = tx.ask("sync", "", json.dumps(detail))
    say("The daemon holds this state; it was asked to do it.")
    waited = 0.0
    while waited < MAX_WAIT:
        with wiring.store.read() as tx:
            answer = tx.answer(request)
        if answer is not None:
            out: dict[str, Any] = json.loads(answer)
            return out
        if wiring.clock.sleep(LOOK_EVERY, wiring.stop):
            raise Stopped("Stopped waiting; the daemon still does what it was asked.")
        waited += LOOK_EVERY
        if waited % REMARK_EVERY < LOOK_EVERY:
            if not daemon_runs(wiring):
                break
            say(f"  still waiting ({waited:.0f} s); `syncd status` shows what the daemon does")
    raise Unavailable(
        "The daemon did not answer.", hint="Look at its log and at `syncd status`, then try again."
    )


def wake(wiring: Wiring, what: str, names: Collection[str]) -> None:
    """Have a running daemon, if there is one, run these mappings now, and do not wait for it."""
    if daemon_runs(wiring):
        with wiring.store.transaction() as tx:
            if names:
                tx.ask("sync", "", json.dumps({"kind": "incremental", "names": sorted(names)}))
        say(f"{what}; the running daemon carries it out.")
    else:
        say(f"{what}; the next `syncd sync` or `syncd run` carries it out.")
