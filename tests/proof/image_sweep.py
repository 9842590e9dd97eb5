"""The crash sweep of renewed images: die before and after each call and each commit from the making of a new
image on, until something else is written.

One row gets other bytes in each turn. Afterwards Procore has one image more, and the row is linked with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.proof.dying import Dying
from tests.support.gallery import Gallery
from tests.support.whole_stack import WholeStack

__all__ = ["ImageSweep"]


@dataclass(slots=True)
class ImageSweep(Dying):
    """The same dying, over a gallery."""

    mapping: str = "photos"
    cycles: int = 4
    wait: float = 600.0
    making: str = "/images"
    row: int = 0
    site: Gallery = field(init=False)

    @property
    def stack(self) -> WholeStack:
        return self.site.stack

    def _open(self) -> None:
        self.site = Gallery(self._opened)

    def _people(self) -> None:
        self.turn += 1
        self.row = self.site.picture("view.jpg", f"view {self.turn}".encode(), self.row)

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
        return found + self._noise()
