"""A bar stands on a terminal and nowhere else."""

from __future__ import annotations

import io
from pathlib import Path

from syncd.cli.progress import LONG, bar, long_bar
from syncd.http.spool import Spool


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def test_a_transfer_is_shown_on_a_terminal() -> None:
    """With its name as it is, brackets among it, and how much of it has moved."""
    screen = Terminal()
    with bar("plan [1].pdf", 2_000_000, screen) as shown:
        shown.move(2_500_000)
        shown.move(-500_000)

    assert "plan [1].pdf" in screen.getvalue()
    assert "2.0/2.0 MB" in screen.getvalue()


def test_a_stream_that_is_read_by_a_program_gets_no_bar() -> None:
    """Nothing is written, however much moves."""
    log = io.StringIO()
    with bar("plan.pdf", None, log) as shown:
        shown.expect(10)
        shown.move(10)

    assert log.getvalue() == ""


def test_a_long_file_of_a_cycle_is_shown_in_and_out(tmp_path: Path) -> None:
    """Its bar stands where the file does, as it is written and as it is read again."""
    screen = Terminal()
    spool = Spool(tmp_path, watch=lambda what, size: long_bar(what, size, screen))
    with spool.file("plan.pdf", LONG) as file:
        file.write(bytes(LONG // 2))
        written = screen.getvalue()
        file.write(bytes(LONG // 2))
        file.seek(0)
        file.read(LONG // 4)

    assert "plan.pdf" in written
    assert "0.5/2.0 MB" in screen.getvalue()


def test_a_short_file_of_a_cycle_gets_no_bar(tmp_path: Path) -> None:
    """Nothing flickers by for a file that is across at once."""
    screen = Terminal()
    spool = Spool(tmp_path, watch=lambda what, size: long_bar(what, size, screen))
    with spool.file("note.txt") as file:
        file.write(bytes(1_000))

    assert screen.getvalue() == ""
