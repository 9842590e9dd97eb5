"""Hot reload: notice that mapping files changed; what is done about it is the service's.

A file put in place by rename is seen like an edit. Network and Docker mounts that send no
events need WATCHFILES_FORCE_POLLING=1 (reference stack-and-style §2.11).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import Change, watch

from syncd.observe.logging import get_logger

__all__ = ["Watcher"]

DEBOUNCE_MS = 800
"""Edits closer together than this are one change."""


class Watcher:
    """Calls `changed` from its own thread whenever a mapping file was touched."""

    def __init__(self, directory: Path, changed: Callable[[], None], stop: threading.Event) -> None:
        self._directory = directory
        self._changed = changed
        self._stop = stop
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch; ends by itself when the stop event is set."""
        self._thread.start()

    def _watch(self) -> None:
        try:
            for _changes in watch(
                self._directory,
                watch_filter=_is_mapping,
                stop_event=self._stop,
                debounce=DEBOUNCE_MS,
                raise_interrupt=False,
            ):
                self._changed()
        except OSError as error:
            # Without the watcher SIGHUP still reloads, so the daemon goes on.
            get_logger("syncd.daemon").warning("reload.not_watching", reason=str(error))


def _is_mapping(_change: Change, path: str) -> bool:
    name = Path(path).name
    return name.endswith((".yaml", ".yml")) and not name.startswith(".")
