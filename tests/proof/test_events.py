"""The event feed under the exhaustive sweep: dying anywhere neither loses an event nor doubles one."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.proof.scenarios import SCENARIOS, Scenario
from tests.proof.sweep import HANDS, Point, StoryWorld, play, points

Told = Counter[tuple[str, str, str, tuple[str, ...]]]
"""(table, kind, Procore id, fields) of each event."""

OTHERS = (*HANDS, "blind", "twice")
"""Troubles after which more is true than the story says: people edit more, an edit is shown in two
parts, and a vendor that deletes twice says that our delete was refused."""

STRIDE = 23


def told(world: StoryWorld) -> Told:
    """What the feed says."""
    with world.store.read() as tx:
        events = tx.occurrences(limit=1_000)
    return Counter((one.mapping, one.kind, one.procore_id, one.fields) for one in events)


def happened(world: StoryWorld) -> Told:
    """What people did in Procore once syncd knew it, by Procore's own history."""
    out: Told = Counter()
    if not world.story_of.warm:
        return out  # all of it was there when syncd came
    for table in world.tables:
        old = {row for row in table.p.rows if table.p.rows[row].versions[0].moment < 400.0}
        changed: dict[str, set[str]] = {}
        for one in table.p.history:
            if one.by != "person" or (one.before is None and one.id in old):
                continue
            if one.after is None:
                out[table.name, "deleted", one.id, ()] += 1
            elif one.before is None:
                out[table.name, "created", one.id, ()] += 1
            else:
                names = {table.setup.specs[index].name for index in one.fields}
                changed.setdefault(one.id, set()).update(names)
        for identity, names in changed.items():
            out[table.name, "updated", identity, tuple(sorted(names))] += 1
    return out


def wrong(story: Scenario, point: Point) -> str:
    """What the feed says too much, and what it leaves out; "" for nothing."""
    world, _problems = play(story, point)
    said, true = told(world), happened(world)
    return "" if said == true else f"{story.name}, {point}: too much {said - true}, missing {true - said}"


@pytest.mark.parametrize("story", SCENARIOS, ids=[one.name for one in SCENARIOS])
def test_a_story_is_told_once_wherever_syncd_dies(story: Scenario) -> None:
    """Each of people's changes in Procore makes one event, syncd's own make none; with every 23rd
    death and trouble of each story."""
    assert wrong(story, Point()) == ""
    some = [one for one in points(story) if one.when not in OTHERS]
    assert [line for point in some[::STRIDE] if (line := wrong(story, point))] == []
