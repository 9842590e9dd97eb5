"""People at work in any resource: they make, edit, delete, bring back, and decide what is listed.

In Procore they do what the web application lets them, straight in the simulator; in Quickbase they
write rows. Whatever a vendor refuses did not happen.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tests.proof.catalogue.meaning import Sort, Word, token_of
from tests.proof.catalogue.office import Office, Refused
from tests.proof.catalogue.values import pick

if TYPE_CHECKING:
    from tests.proof.catalogue.world import CatalogueWorld

__all__ = ["People"]

SIDES = ("procore", "quickbase")


class People:
    """The person credential on both vendors."""

    def __init__(self, world: CatalogueWorld) -> None:
        self.world = world
        self.office = Office(world)

    def act(self, rng: random.Random) -> str:
        """Do one thing; the answer says what, for the trace."""
        ops = self.world.setup.ops
        op = rng.choices(list(ops), list(ops.values()))[0]
        deeds: dict[str, Callable[[Sort, str, random.Random], str]] = {
            "edit": self._edit,
            "create": self.make,
            "delete": self._delete,
            "word": self._word,
            "back": self._back,
            "bytes": self._bytes,
        }
        return deeds[op](rng.choice(self.world.sorts), rng.choice(SIDES), rng)

    # -- making ---------------------------------------------------------------------------

    def make(self, sort: Sort, side: str, rng: random.Random) -> str:
        """A person makes a record; "" where there is nothing for it to stand in."""
        sent = self._sent(sort, side, rng, self._token(sort))
        if sent is None or (side == "quickbase" and not sort.made):
            return ""
        return self._put(sort, side, sent)

    def twin(self, sort: Sort, rng: random.Random) -> None:
        """The same record made on both sides, before anything knows of the other."""
        token = self._token(sort)
        theirs = self._sent(sort, "procore", rng, token)
        if theirs is None:
            return
        made = self._try(lambda: self.office.new(sort, theirs))
        if not isinstance(made, int):
            return
        row = {
            word: self._across(sort, word, made, theirs.get(word)) for word in sort.words if not word.one_way
        }
        if any(row.get(word) is None for word in sort.words if word.needed and not word.one_way):
            return
        if sort.made:
            self._put(sort, "quickbase", row)

    def _across(self, sort: Sort, word: Word, made: int, sent: Any) -> Any:
        """Quickbase's value of what Procore's record holds; references by the row of equal lineage."""
        world = self.world
        values = world.records(sort)[made]
        if not word.ref:
            return sent if word.once else self._typed(world, sort, word, values)
        target = world.sort(word.ref)
        number = (
            world.sandbox.procore.scope_of(sort.sim, made)
            if word.kind == "home"
            else world.stored(sort, word, values)
        )
        if number is None:
            return None
        token = self.lineage("procore", target, number)
        return next(
            (rid for rid in world.rows(target) if self.lineage("quickbase", target, rid) == token), None
        )

    def _typed(self, world: CatalogueWorld, sort: Sort, word: Word, values: dict[str, Any]) -> Any:
        if word.kind == "file":
            return world.paper(word, values)
        said = world.said(sort, word, world.stored(sort, word, values))
        return bool(said) if word.kind in ("flag", "filled") else said

    def lineage(self, side: str, sort: Sort, number: int) -> str:
        """The token of a living record's name; of a pair, those of its parts."""
        rows = self.world.records(sort) if side == "procore" else self.world.rows(sort)
        if number not in rows:
            return ""
        word = sort.word(sort.lineage)
        if side == "quickbase":
            return token_of(rows[number].get(self.world.fid(sort, word.quickbase)))
        return token_of(self.world.said(sort, word, self.world.stored(sort, word, rows[number])))

    def _token(self, sort: Sort) -> str:
        if sort.resource == "budget-line-items":
            return self.world.codes.pop(0) if self.world.codes else ""
        self.world.made += 1
        return f"s{self.world.made}"

    def _sent(self, sort: Sort, side: str, rng: random.Random, token: str) -> dict[Word, Any] | None:
        """Everything a new record begins with; None where something it needs is not there."""
        sent: dict[Word, Any] = {}
        if not token:
            return None
        for word in sort.words:
            if word.one_way and word.kind != "home" and side == "quickbase":
                continue
            if word.one_way and not word.needed:
                continue
            value = pick(self.world, sort, word, token, rng, side)
            if word.procore == "email_address" and sort.resource == "users":
                value = f"{token}@example.com"
            if value is None and word.needed:
                return None
            sent[word] = value
        return sent

    def _put(self, sort: Sort, side: str, sent: dict[Word, Any]) -> str:
        if side == "procore":
            made = self._try(lambda: self.office.new(sort, sent))
        else:
            made = self._try(lambda: self.office.new_row(sort, sent))
        return f"{side} {sort.resource} + {made} {self._told(sent)}"

    # -- changing -------------------------------------------------------------------------

    def _edit(self, sort: Sort, side: str, rng: random.Random, words: Sequence[Word] | None = None) -> str:
        rows = self.world.records(sort) if side == "procore" else self.world.rows(sort)
        among = sort.words if words is None else words
        usable = [one for one in among if (one.edited if side == "procore" else one.typed)]
        usable = [one for one in usable if not (one.one_way and side == "procore")]
        if not rows or not usable:
            return ""
        number = rng.choice(sorted(rows))
        token = self.lineage(side, sort, number) if sort.lineage else ""
        chosen = rng.sample(usable, min(len(usable), 2 if rng.random() < 0.2 else 1))
        sent = {one: pick(self.world, sort, one, token, rng, side) for one in chosen}
        if sort.lineage and not token and any(one.procore == sort.lineage for one in sent):
            return ""
        if side == "procore":
            done = self._try(lambda: self.office.change(sort, number, sent))
        else:
            done = self._try(lambda: self.office.change_row(sort, number, sent))
        return f"{side} {sort.resource} {number} := {self._told(sent)} {done}"

    def _bytes(self, _sort: Sort, side: str, rng: random.Random) -> str:
        """Put other bytes into a file of the world."""
        sort = rng.choice([one for one in self.world.sorts if one.file is not None])
        return self._edit(sort, side, rng, [word for word in sort.words if word is sort.file])

    def _delete(self, sort: Sort, side: str, rng: random.Random) -> str:
        """Delete a row, or what Procore's web application lets a person delete."""
        rows = self.world.records(sort) if side == "procore" else self.world.rows(sort)
        if not rows or (side == "procore" and sort.archives):
            return ""
        number = rng.choice(sorted(rows))
        if side == "quickbase":
            self.world.sandbox.quickbase.delete(self.world.dbid(sort), [number])
            return f"{side} {sort.resource} - {number}"
        return f"{side} {sort.resource} - {number} {self._try(lambda: self.office.delete(sort, number))}"

    def _back(self, sort: Sort, side: str, rng: random.Random) -> str:
        """Bring something back from Procore's recycle bin."""
        sim = self.world.sandbox.procore
        binned = sorted(key for key, row in sim.rows(sort.sim).items() if row.get("deleted"))
        if not binned:
            return ""
        number = rng.choice(binned)
        done = self._try(lambda: sim.recycle(sort.sim, number, back=True))
        return f"procore {sort.resource} {number} comes back {done}"

    def _word(self, sort: Sort, side: str, rng: random.Random) -> str:
        """Decide one listed thing, as `conflicts settle`, `approve` and `retry` do."""
        issues = self.world.issues(sort.resource)
        if not issues:
            return ""
        issue = rng.choice(issues)
        verdict = {"brake": "approved", "conflict": rng.choice(SIDES)}.get(issue.state, "retry")
        self.world.decide(issue.id, verdict)
        pair = f"{issue.procore_id}/{issue.quickbase_id}"
        return f"{sort.resource} says {verdict} on {issue.state} {pair} {issue.field}"

    def _try(self, deed: Callable[[], Any]) -> Any:
        """What a deed brought; the refusal where the vendor did not take it."""
        try:
            return deed() or ""
        except Refused as refused:
            return f"refused: {refused}"

    def _told(self, sent: dict[Word, Any]) -> str:
        return str({one.procore: value for one, value in sent.items()})
