"""The watcher sees every change of the mapping files, whenever it came."""

from __future__ import annotations

import threading
from pathlib import Path

from syncd.daemon.reload import Watcher


def test_what_changed_before_anybody_watched_is_seen(tmp_path: Path) -> None:
    """A file edited between the first reading of the files and the first look of the watcher is taken
    up; it used to stay unnoticed until the next edit."""
    file = tmp_path / "vendors.yaml"
    file.write_text("mapping: vendors\n")
    stop, changed = threading.Event(), threading.Event()
    watcher = Watcher(tmp_path, changed.set, stop)
    file.write_text("mapping: vendors  # edited\n")
    try:
        watcher.start()
        assert changed.wait(20)
        changed.clear()
        (tmp_path / "more.yaml").write_text("mapping: more\n")
        assert changed.wait(20)
        changed.clear()
        (tmp_path / ".hidden.yaml").write_text("no mapping\n")
        assert not changed.wait(3)
    finally:
        stop.set()
