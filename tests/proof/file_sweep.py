"""The crash sweep of files: die before and after each call and each commit while bytes are on their way.

One site lives through it all. In each turn people make a new file and a new version on either side, the
process dies at one step of what follows, and the next process goes on; the vendors' own records must then
show each version once on both sides, and a quiet cycle writes nothing (P2, P3, P4).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.proof.dying import Dying
from tests.support.file_site import Site
from tests.support.whole_stack import WholeStack

__all__ = ["FileSweep"]


@dataclass(slots=True)
class FileSweep(Dying):
    """Seven cycles bring it all across, each later than the one before by more than an upload may take and
    the vendor may lag."""

    mapping: str = "drawings"
    cycles: int = 7
    wait: float = 600.0
    expected: dict[str, list[bytes]] = field(default_factory=dict)
    _files: list[tuple[str, int]] = field(default_factory=list)
    _rows: list[tuple[str, int]] = field(default_factory=list)
    site: Site = field(init=False)

    @property
    def stack(self) -> WholeStack:
        return self.site.stack

    def _open(self) -> None:
        self.site = Site(self._opened)

    def _people(self) -> None:
        """A new file in Procore and a new row in Quickbase; a new version of those of the turn before."""
        self.turn += 1
        site, turn = self.site, self.turn
        if self._files:
            name, record = self._files[-1]
            site.put_file(name, f"second {name}".encode(), record)
            self.expected[name].append(f"second {name}".encode())
            name, record = self._rows[-1]
            site.attach(name, f"second {name}".encode(), record)
            self.expected[name].append(f"second {name}".encode())
        plan, door = f"plan {turn}.pdf", f"door {turn}.pdf"
        self._files.append((plan, site.put_file(plan, plan.encode())))
        self._rows.append((door, site.attach(door, door.encode(), **{"File Name": door})))
        self.expected |= {plan: [plan.encode()], door: [door.encode()]}

    def _problems(self) -> list[str]:
        site, found = self.site, []
        for where, there in (("Procore", site.files()), ("Quickbase", site.attached())):
            for name in {*there, *self.expected}:
                has, should = there.get(name, []), self.expected.get(name, [])
                if has != should:
                    found.append(f"{where}: {name} has {len(has)} versions, {has}, and should have {should}")
        if len(site.stack.procore("files")) != len(site.quickbase.rows("Site Drawings")):
            found.append("a record was lost or made twice")
        found += [f"listed: {reason}" for reason in site.held()]
        return found + self._noise()
