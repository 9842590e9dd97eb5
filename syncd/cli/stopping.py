"""SIGTERM and SIGINT set the stop event; a second one ends the process at once."""

from __future__ import annotations

import os
import signal
import threading

__all__ = ["heed_signals"]


def heed_signals(stop: threading.Event) -> None:
    """From now on signals ask for a clean end: what is in flight is recorded first.

    Whoever asks twice means it. That is safe too: the journal settles it at the next start.
    """

    def handle(_number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
