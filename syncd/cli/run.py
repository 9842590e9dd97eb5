"""`syncd run`: the daemon."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from syncd.cli.exits import Exit
from syncd.cli.output import say
from syncd.errors import SyncdError

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.daemon.service import Daemon

__all__ = ["run"]


def run() -> int:
    """Keep everything in agreement until stopped.

    SIGTERM and SIGINT end it cleanly within SYNCD_DRAIN_SECONDS; SIGHUP, or a changed
    mapping file, reloads the mappings. One daemon works on a state; a second is refused.
    """
    from syncd.cli.asking import DAEMON
    from syncd.cli.stopping import heed_signals
    from syncd.cli.wiring import Wiring

    wiring = Wiring()
    with wiring.lock(DAEMON):
        wiring.settings.require_online()
        daemon = _daemon(wiring)
        heed_signals(wiring.stop)
        signal.signal(signal.SIGHUP, lambda *_: daemon.reload())
        daemon.start()
        while not wiring.stop.wait(1.0):
            pass
        drained = daemon.drain(wiring.settings.drain_seconds)
        if drained:
            wiring.close()
    if not drained:
        # The journal knows what was in flight; the next start settles it.
        say("syncd: the last call did not end in time; it is settled at the next start")
        os._exit(Exit.FAILED)
    return Exit.DONE


def _daemon(wiring: Wiring) -> Daemon:
    from syncd.daemon.service import Daemon, Parts

    return Daemon(
        Parts(
            wiring.load_mappings,
            wiring.engine,
            lambda: _waiting_until(wiring),
            wiring.mappings_again,
        ),
        wiring.store,
        wiring.clock,
        mappings_dir=wiring.settings.mappings_dir,
        state_dir=wiring.state_dir,
        stop=wiring.stop,
        listen=wiring.listen,
    )


def _waiting_until(wiring: Wiring) -> float:
    """When the longest wait for budget ends, epoch seconds; 0 where nothing waits."""
    try:
        return max((view.waiting_until or 0.0 for view in wiring.budget()), default=0.0)
    except SyncdError:
        return 0.0  # the heartbeat must beat even when the state cannot be read
