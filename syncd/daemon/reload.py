"""Hot reload: notice that mapping files changed; what is done about it is the service's.

A file put in place by rename is seen like an edit. The operating system's word only wakes us: what
counts is whether the files are other ones than before, so nothing is missed that changed before
anybody watched, or on a mount that sends no events (reference stack-and-style §2.11).
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


LOOK_MS = 1_000
"""How often the files are looked at though nothing was said."""

Files = dict[str, tuple[int, int]]


class Watcher:
    """Calls `changed` from its own thread whenever a mapping file was touched since this was made."""

    def __init__(self, directory: Path, changed: Callable[[], None], stop: threading.Event) -> None:
        self._directory = directory
        self._changed = changed
        self._stop = stop
        self._files = self._look()
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
                rust_timeout=LOOK_MS,
                yield_on_timeout=True,
            ):
                files = self._look()
                if files != self._files:
                    self._files = files
                    self._changed()
        except OSError as error:
            # Without the watcher SIGHUP still reloads, so the daemon goes on.
            get_logger("syncd.daemon").warning("reload.not_watching", reason=str(error))

    def _look(self) -> Files:
        """Time and size of each mapping file; what vanishes meanwhile is left out."""
        found: Files = {}
        try:
            for path in self._directory.iterdir():
                if _is_mapping(Change.modified, str(path)):
                    now = path.stat()
                    found[path.name] = (now.st_mtime_ns, now.st_size)
        except OSError:
            pass  # a folder in the making is looked at again
        return found


def _is_mapping(_change: Change, path: str) -> bool:
    name = Path(path).name
    return name.endswith((".yaml", ".yml")) and not name.startswith(".")
