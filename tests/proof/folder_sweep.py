"""The crash sweep of folders: die before and after each call and each commit from the making of a folder on,
until the next file is written.

In each turn people put two new files into one new folder two levels down, and have a third moved to another
that is new. Afterwards every folder stands there once, with the files in it (P2, P3, P4).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.proof.dying import Dying
from tests.support.cabinet import Cabinet
from tests.support.whole_stack import WholeStack

__all__ = ["FolderSweep"]


@dataclass(slots=True)
class FolderSweep(Dying):
    """The same dying, over a cabinet."""

    mapping: str = "drawings"
    cycles: int = 4
    wait: float = 600.0
    making: str = "/folders"
    where: dict[str, str] = field(default_factory=dict)
    site: Cabinet = field(init=False)

    @property
    def stack(self) -> WholeStack:
        return self.site.stack

    def _open(self) -> None:
        self.site = Cabinet(self._opened)

    def _people(self) -> None:
        self.turn += 1
        turn, site = self.turn, self.site
        for name in ("a", "b"):
            self.where[f"{name} {turn}.pdf"] = f"Set {turn}/Issued"
            site.new(f"{name} {turn}.pdf", f"Set {turn}/Issued")
        if turn > 1:
            self.where[f"a {turn - 1}.pdf"] = f"Set {turn}/Void"
            site.edit(f"a {turn - 1}.pdf", f"Set {turn}/Void")

    def _problems(self) -> list[str]:
        site, found = self.site, []
        wanted = {f"/{path}" for path in self.where.values()}
        wanted |= {f"/Set {turn}" for turn in range(1, self.turn + 1)}
        wanted |= {f"/Set {turn}/Issued" for turn in range(1, self.turn + 1)}
        if sorted(wanted) != site.folders():
            found.append(f"the folders are {site.folders()}")
        files = [str(one["name"]) for one in site.stack.procore("files").values()]
        if sorted(files) != sorted(self.where):
            found.append(f"the files are {sorted(files)}")
        for name, path in self.where.items():
            if name in files and (site.said(name), site.stands(name)) != (path, path.rpartition("/")[2]):
                found.append(f"{name} stands in {site.stands(name)}, its row says {site.said(name)}")
        found += [f"listed: {reason}" for reason in site.held()]
        with self.store.read() as tx:
            found += [f"not settled: {one.sent}" for one in tx.pending("procore:folders")]
        return found + self._noise()
