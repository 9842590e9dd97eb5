"""APScheduler as a ticker and nothing more: it calls small functions at intervals.

Schedules live in mapping files and cursors, so the job store is memory. A tick that comes
late still runs, once (`misfire_grace_time=None, coalesce, max_instances=1`): the library's
default drops what is a second late (reference stack-and-style §2.1).
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

__all__ = ["Ticker"]

_DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class Ticker:
    """Calls functions every so many seconds, from its own thread, until stopped."""

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            job_defaults=_DEFAULTS, executors={"default": ThreadPoolExecutor(2)}, timezone="UTC"
        )
        logging.getLogger("apscheduler.scheduler").addFilter(_not_the_shutdown_race)

    def every(self, seconds: float, work: Callable[[], None]) -> None:
        """Add a function; it must be short and must not raise."""
        self._scheduler.add_job(work, "interval", seconds=seconds)

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more. Pausing first keeps a tick from racing the shutdown."""
        if self._scheduler.running:
            self._scheduler.pause()
            self._scheduler.shutdown(wait=False)


def _not_the_shutdown_race(record: logging.LogRecord) -> bool:
    """Drop the one known harmless record of a tick that met a closing pool."""
    return "cannot schedule new futures" not in record.getMessage()
