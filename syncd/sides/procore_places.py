"""The folders that one mapping's files stand in, said by their paths: `by: path` with `missing: create`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from syncd.catalog.folders import FOLDERS
from syncd.catalog.lookups import LOOKUPS
from syncd.core.folderpath import BadPath, called, way_down
from syncd.errors import NotFound
from syncd.http.message import Lane
from syncd.mapping.compiled import Mapping as Compiled
from syncd.procore.client import ProcoreClient
from syncd.procore.folder_tree import MOST_LEVELS
from syncd.procore.names import Names, Unnamed
from syncd.procore.wire import identity
from syncd.sides.batch import write_parts
from syncd.sides.port import Draft, Outcome, Patch, Place, Record, Verdict

__all__ = ["FolderPlaces"]

_TREE = LOOKUPS["folders"]


class FolderPlaces:
    """Implements `sides.port.Places` for the rules at these indexes."""

    def __init__(self, client: ProcoreClient, names: Names, rules: Sequence[int]) -> None:
        self._client, self._names, self._rules = client, names, rules

    @classmethod
    def of_mapping(cls, client: ProcoreClient, names: Names, mapping: Compiled) -> FolderPlaces | None:
        """What the mapping has made; None where that is nothing."""
        rules = [one.rule for one in mapping.named if one.makes]
        return cls(client, names, rules) if rules else None

    def named(self, item: Draft | Patch) -> list[tuple[str, ...]]:
        """See `Places.named`."""
        found = []
        for path in (item.values.get(rule) for rule in self._rules):
            if not isinstance(path, str):
                continue
            try:
                names = way_down(path)
            except BadPath:
                continue
            if len(names) <= MOST_LEVELS:
                found.append(names)
        return found

    def standing(self, place: Place, made: str = "", *, anew: bool) -> list[str]:
        """See `Places.standing`. Raises NotFound while the project's folders are closed to us."""
        spots = self._spots(place, anew=anew)
        found = spots.get((place.above, place.name), [])
        if found or not made:
            return found
        self._learn(place, made)
        return [made]

    def make(self, place: Place, *, fresh_until: float) -> Outcome:
        """See `Places.make`. A name that differs from another's in case alone is refused: whether Procore
        tells them apart is not known, and people do not (§10.1)."""
        for (above, name), _ in self._spots(place, anew=False).items():
            if above == place.above and name.casefold() == place.name.casefold():
                return Outcome(Verdict.REFUSED, reason=f"there is {name!r}, which differs in case alone")

        def send(_: Sequence[Place]) -> list[Outcome]:
            above = int(place.above) if place.above.isdigit() else place.above
            body: dict[str, Any] = {"name": place.name} | ({"parent_id": above} if above else {})
            done = self._client.create(FOLDERS, place.scope, body, fresh_until)
            if done.row is None or "id" not in done.row:
                reason = "Procore's answer does not say which folder it is."
                return [Outcome(Verdict.UNKNOWN, reason=reason, response=done.told)]
            id = str(done.row["id"])
            self._learn(place, id)
            record = Record(identity(FOLDERS, place.scope, id), place.scope, (), read_at=done.sent)
            return [Outcome(Verdict.DONE, record, response=done.told)]

        return write_parts([[place]], send)[0]

    def _spots(self, place: Place, *, anew: bool) -> Mapping[tuple[str, str], list[str]]:
        try:
            return self._names.spots(_TREE, place.scope, Lane.WRITE, anew=anew)
        except Unnamed as problem:
            raise NotFound(f"{problem}.") from problem

    def _learn(self, place: Place, id: str) -> None:
        self._names.learn(
            _TREE, place.scope, {"id": id, "name": called(place.name), "parent_id": place.above or None}
        )
