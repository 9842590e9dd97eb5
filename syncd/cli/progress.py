"""A bar on the terminal while bytes move; nothing where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["LONG", "Bar", "bar", "long_bar"]

LONG = 2_000_000
"""Bytes from which on a file that a cycle brings across has a bar."""


class Bar:
    """How far a transfer is. Both methods do nothing where no bar is shown."""

    def __init__(self, shown: Progress | None = None, task: TaskID | None = None) -> None:
        self._shown, self._task = shown, task

    def expect(self, size: int) -> None:
        """The transfer will have so many bytes."""
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, total=size)

    def move(self, count: int) -> None:
        """So many more bytes have moved; fewer than none where it begins again."""
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, advance=count)

    def stand(self, place: int) -> None:
        """It stands there now, in bytes from its start."""
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, completed=place)


@contextmanager
def bar(what: str, size: int | None = None, stream: TextIO | None = None) -> Iterator[Bar]:
    """A bar for `what`, of `size` bytes or nobody knows yet how many, on stderr."""
    to = stream or sys.stderr
    if not to.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Shown

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Shown(*columns, console=Console(file=to)) as shown:
        yield Bar(shown, shown.add_task(what, total=size))


@contextmanager
def long_bar(what: str, size: int, stream: TextIO | None = None) -> Iterator[Callable[[int], None]]:
    """What tells a bar where the file `what` stands, of `size` bytes (0: nobody knows yet), from when it is
    clear that it is long. The bar fills twice: as the file comes, and as it goes."""
    with ExitStack() as stack:
        shown: list[Bar] = []

        def told(place: int) -> None:
            if not shown and max(size, place) >= LONG:
                shown.append(stack.enter_context(bar(what, size or None, stream)))
            for one in shown:
                one.stand(place)

        yield told
