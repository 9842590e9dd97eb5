"""A bar stands on a terminal and nowhere else."""

from __future__ import annotations

import io

from syncd.cli.progress import bar


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
