"""The crash sweep of renewed images: die before and after each call and each commit from the making of a new
image on, until something else is written.

One row gets other bytes in each turn. Afterwards Procore has one image more, and the row is linked with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from syncd.clock import Clock
from tests.proof.file_sweep import FileSweep
from tests.proof.memory import ProofStore, fresh_store
from tests.support.gallery import Gallery

__all__ = ["ImageSweep"]


@dataclass(slots=True)
class ImageSweep(FileSweep):
    """The same dying, over a gallery."""

    cycles: int = 4
    row: int = 0
    making: bool = False
    site: Gallery = field(init=False)

    def __post_init__(self) -> None:
        def opened(clock: Clock) -> ProofStore:
            store = fresh_store(clock)
            store.fate = self._fate
            return store

        self.site = Gallery(opened)
        self._start()
        self._people()
        self._rest()

    def _cycle(self) -> None:
        self._lived("photos")

    def _people(self) -> None:
        self.turn += 1
        self.row = self.site.picture("view.jpg", f"view {self.turn}".encode(), self.row)

    def _dies(self, where: str) -> bool:
        what, _, path = where.partition(" /")
        if "POST" in what or "PATCH" in what:
            self.making = path.endswith("/images")
        return self.making and FileSweep._dies(self, where)

    def _problems(self) -> list[str]:
        site, found = self.site, []
        seen = [one[1].decode() for one in site.images()]
        if seen != [f"view {turn}" for turn in range(1, self.turn + 1)]:
            found.append(f"the images are {seen}")
        if site.linked() != [site.newest("view.jpg")]:
            found.append(
                f"rows are linked with {site.linked()}, the newest image is {site.newest('view.jpg')}"
            )
        found += [f"listed: {one.reason}" for one in site.stack.issues("photos")]
        quiet = site.stack.sync("photos")
        if any(one.updated or one.created for one in quiet.cycles):
            found.append("a quiet cycle wrote something")
        return found
