"""Which problems of a compilation are Quickbase's drift, and are lived with meanwhile.

Only what fits the table as the mapping last fitted it, and has run since, can be excused; what
never worked is a mistake in the file and stays refused (promise P12).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from syncd.mapping.compiled import Drift
from syncd.mapping.memory import Memory
from syncd.mapping.problems import Problem, Problems

__all__ = ["Excused"]

NOTHING_NEW = "no record is linked or created meanwhile"


@dataclass(slots=True)
class Excused:
    """What one compilation need not hold against each file; grows from round to round.

    `rules` are the rules that rest, `whole` the files whose mapping waits, `noted` what is
    only listed. `unproven` is set where something to be excused never fitted, or never ran.
    """

    memory: Memory = field(default_factory=Memory)
    rules: dict[str, dict[int, list[Problem]]] = field(default_factory=dict)
    whole: dict[str, list[Problem]] = field(default_factory=dict)
    noted: dict[str, list[Problem]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    unproven: bool = False

    def left(self, problems: Problems) -> list[Problem]:
        """The problems that are not excused yet, in order."""
        noted = {one for ones in self.noted.values() for one in ones}
        return sorted(problems.found - noted)

    def take(self, problems: Iterable[Problem]) -> bool:
        """Excuse more: single rules first, then what is left. False where nothing could be."""
        found = [one for one in problems if one.file not in self.whole and self._ran(one.file)]
        rules = [one for one in found if _rule(one) is not None and not self._rests(one)]
        for one in rules:
            index = _rule(one)
            assert index is not None
            self.rules.setdefault(one.file, {}).setdefault(index, []).append(one)
        if rules:
            return True
        rest = [one for one in found if _rule(one) is None]
        for one in rest:
            kept = self.noted if one.place[:1] == ("create",) else self.whole
            kept.setdefault(one.file, []).append(one)
        return bool(rest)

    def drift(self, file: str, rules: dict[int, str], cautious: bool) -> tuple[Drift, ...]:
        """What is listed of a mapping. `rules` are the keys of its resting rules by index,
        `cautious` whether records are neither linked nor created without them."""
        if file in self.whole:
            return (Drift("", _reason(self.whole[file])),)
        out = []
        for index, key in sorted(rules.items()):
            reason = _reason(self.rules[file][index])
            out.append(Drift(key, f"{reason}; {NOTHING_NEW}" if cautious else reason))
        if file in self.noted:
            out.append(Drift("create", _reason(self.noted[file])))
        return tuple(out)

    def _ran(self, file: str) -> bool:
        return bool(self.memory.ran.get(self.names.get(file, "")))

    def _rests(self, problem: Problem) -> bool:
        return _rule(problem) in self.rules.get(problem.file, {})


def _rule(problem: Problem) -> int | None:
    """The index of the rule a problem is about, None where it is about more."""
    place = problem.place
    return place[1] if len(place) > 1 and place[0] == "fields" and isinstance(place[1], int) else None


def _reason(problems: Iterable[Problem]) -> str:
    return "; ".join(str(one) for one in problems)
