"""The crash sweep of folders: die before and after each call and each commit from the making of a folder on,
until the next file is written.

In each turn people put two new files into one new folder two levels down, and have a third moved to another
that is new. Afterwards every folder stands there once, with the files in it (P2, P3, P4).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from syncd.clock import Clock
from tests.proof.file_sweep import FileSweep
from tests.proof.memory import ProofStore, fresh_store
from tests.support.cabinet import Cabinet

__all__ = ["FolderSweep"]


@dataclass(slots=True)
class FolderSweep(FileSweep):
    """The same dying, over a cabinet."""

    cycles: int = 4
    where: dict[str, str] = field(default_factory=dict)
    making: bool = False
    site: Cabinet = field(init=False)

    def __post_init__(self) -> None:
        def opened(clock: Clock) -> ProofStore:
            store = fresh_store(clock)
            store.fate = self._fate
            return store

        self.site = Cabinet(opened)
        self._start()
        self._people()
        self._rest()

    def _people(self) -> None:
        self.turn += 1
        turn, site = self.turn, self.site
        for name in ("a", "b"):
            self.where[f"{name} {turn}.pdf"] = f"Set {turn}/Issued"
            site.new(f"{name} {turn}.pdf", f"Set {turn}/Issued")
        if turn > 1:
            self.where[f"a {turn - 1}.pdf"] = f"Set {turn}/Void"
            site.edit(f"a {turn - 1}.pdf", f"Set {turn}/Void")

    def _dies(self, where: str) -> bool:
        what, _, path = where.partition(" /")
        if "POST" in what or "PATCH" in what:
            self.making = path.endswith("/folders")
        return self.making and FileSweep._dies(self, where)

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
        quiet = site.stack.sync("drawings")
        if any(one.updated or one.created for one in quiet.cycles):
            found.append("a quiet cycle wrote something")
        return found
