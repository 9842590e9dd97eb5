"""People: they edit, create, delete and decide on both sides, between any two calls.

What they do at their n-th moment depends on the seed, on n and on what there is; they know
nothing of syncd but its lists of conflicts and brakes, as its commands show them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from syncd.core.values import SideName, Value
from syncd.mapping.compiled import DeleteWord
from tests.proof.table import Table

if TYPE_CHECKING:
    from tests.proof.world import World

__all__ = ["act", "new_record"]


def act(world: World, number: int) -> str:
    """Do one thing; the answer says what, for the trace."""
    rng = world.dice.at("people", number)
    ops = world.setup.ops
    op = rng.choices(list(ops), list(ops.values()))[0]
    table = rng.choice(world.tables)
    side = rng.choice("pq")
    return _OPS[op](world, table, side, rng)


def new_record(world: World, table: Table, side: str, rng: random.Random, name: str) -> str:
    """A person makes a record; "" where there is no project to make it in."""
    values: list[Value] = [spec.pick(side, rng) for spec in table.setup.specs]
    lead = table.setup.match[0][0]
    values[lead] = name
    scope = ""
    for index, spec in enumerate(table.setup.specs):
        if spec.link:
            values[index] = _parent(world, spec.link, side, rng, must=spec.required)
    if table.setup.project_rule is not None and side == "p":
        project = values[table.setup.project_rule]
        if not isinstance(project, str):
            return ""
        scope = project
    return table.vendor(side).create(values, "person", scope)


def _parent(world: World, name: str, side: str, rng: random.Random, *, must: bool) -> Value:
    parents = sorted(world.table(name).vendor(side).live())
    if not parents or (not must and rng.random() < 0.3):
        return None
    return rng.choice(parents)


def _edit(world: World, table: Table, side: str, rng: random.Random) -> str:
    vendor = table.vendor(side)
    live = list(vendor.live())
    if not live:
        return ""
    identity = rng.choice(live)
    changes: dict[int, Value] = {}
    for _ in range(2 if rng.random() < 0.2 else 1):
        index = rng.randrange(len(table.setup.specs))
        spec = table.setup.specs[index]
        if spec.link:
            if index == table.setup.project_rule and (side == "p" or rng.random() < 0.7):
                continue
            changes[index] = _parent(world, spec.link, side, rng, must=spec.required)
        elif index == table.setup.match[0][0] and rng.random() < 0.7:
            changes[index] = f"{rng.choice(['Firm', 'firm'])} {rng.randint(1, 12)}"
        else:
            changes[index] = spec.pick(side, rng)
    vendor.update(identity, changes)
    return f"{table.name} {side} {identity} := {changes}"


def _create(world: World, table: Table, side: str, rng: random.Random) -> str:
    world.made += 1
    name = f"New {world.made}" if rng.random() < 0.8 else f"Firm {rng.randint(1, 6)}"
    return f"{table.name} {side} + {new_record(world, table, side, rng, name)} {name}"


def _delete(world: World, table: Table, side: str, rng: random.Random) -> str:
    live = list(table.vendor(side).live())
    if not live:
        return ""
    identity = rng.choice(live)
    table.vendor(side).delete(identity)
    return f"{table.name} {side} - {identity}"


def _key(world: World, table: Table, side: str, rng: random.Random) -> str:
    """Type into the key field: nonsense, or into an empty one the id of some Procore record.

    The latter only while syncd is not at work: a create that is on its way merges with the
    record that has just got its key, and no reading could have told. Nor is the key typed over
    of a record that syncd made and does not know of yet: nothing else says whose it is.
    """
    made = [identity for identity in table.q.live() if table.q.rows[identity].maker == "syncd"]
    with world.store.read() as tx:
        known = tx.bases(table.name, SideName.QUICKBASE, made)
    rows = [identity for identity in table.q.live() if identity in known or identity not in made]
    if not rows:
        return ""
    identity = rng.choice(rows)
    text = "typed"
    if world.idle and table.q.key_of(identity) is None:
        text = rng.choice(["typed", *table.p.rows])
    if table.q.holder(text) is None:
        table.q.update(identity, {}, "person", text)
    return f"{table.name} q {identity} key := {text}"


def _word(world: World, table: Table, side: str, rng: random.Random) -> str:
    """Decide one listed thing, as `conflicts settle`, `approve` and `retry` do."""
    issues = world.issues(table.name)
    if not issues:
        return ""
    issue = rng.choice(issues)
    if issue.state == "brake":
        verdict = "approved"
    elif issue.state == "conflict":
        verdict = rng.choice(["procore", "quickbase"])
    else:
        verdict = "retry"
    world.decide(issue.id, verdict)
    return f"{table.name} says {verdict} on issue {issue.id} ({issue.state} {issue.field})"


def _rest(world: World, table: Table, side: str, rng: random.Random) -> str:
    live = list(table.vendor(side).live())
    if not live:
        return ""
    identity = rng.choice(live)
    last = table.vendor(side).last(identity)
    resting = not (last is not None and last.resting)
    table.vendor(side).rest(identity, resting)
    return f"{table.name} {side} {identity} {'rests' if resting else 'wakes'}"


def _restore(world: World, table: Table, side: str, rng: random.Random) -> str:
    """Take a deleted record out of the recycle bin, where its link still waits for it."""
    if any(policy.word is DeleteWord.UNLINK for _side, policy in table.setup.delete):
        return ""
    vendor = table.vendor(side)
    dead = [
        h.id for h in vendor.history if h.after is None and h.by == "person" and h.id not in vendor.live()
    ]
    if not dead:
        return ""
    identity = rng.choice(dead)
    return f"{table.name} {side} restore {identity} {vendor.restore(identity)}"


_OPS = {
    "edit": _edit,
    "create": _create,
    "delete": _delete,
    "key": _key,
    "word": _word,
    "rest": _rest,
    "restore": _restore,
}
