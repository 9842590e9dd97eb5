"""What `make test` runs of the proof: pinned seeds, a range, a few deaths, a few planted bugs.

`make prove` runs all of it (docs/proof.md).
"""

from __future__ import annotations

import pytest

from tests.proof.planted import BUGS
from tests.proof.pool import hunt, run_seed, swept
from tests.proof.scenarios import SCENARIOS
from tests.proof.shrink import replay, shrink

PINNED = (
    1, 13, 31, 64, 145, 179, 247, 311, 329, 375, 567, 719, 907, 1004, 1028, 1166, 1205, 1555, 1577, 1579,
    1604, 2201, 2298, 2669, 3067, 3299, 3387, 3929, 4346, 4655, 5356, 5432, 6159, 8248, 14419, 15255, 15743,
    15824, 17602, 19377, 19585, 19617,
)  # fmt: skip
"""Seeds that once failed; what each found is told in the history of the files it changed."""

RANGE = 25
"""Seeds of one test of a range: so few that two workers share a range evenly."""


@pytest.mark.parametrize("seed", PINNED)
def test_a_seed_that_once_failed_passes(seed: int) -> None:
    """Every bug the simulation found stays found."""
    assert run_seed(seed).problems == []


@pytest.mark.parametrize("first", [start + RANGE * part for start in (20_000, 30_000) for part in range(4)])
def test_seeds_that_the_long_proof_does_not_run_pass(first: int) -> None:
    """200 worlds, the same on any machine, end as the promises say."""
    for seed in range(first, first + RANGE):
        assert run_seed(seed).problems == [], f"python -m tests.proof seed {seed} --trace"


@pytest.mark.parametrize("number", range(len(SCENARIOS)), ids=[one.name for one in SCENARIOS])
def test_a_story_survives_some_of_its_deaths(number: int) -> None:
    """Every ninth place to die in each story; the long proof dies at all of them."""
    brought = swept(number, stride=9)
    assert brought.counts["runs"] > 5
    assert brought.problems == []


@pytest.mark.parametrize(
    "bug", ["whole record sent", "loser forgotten", "early ack", "base from the payload"]
)
def test_a_planted_bug_is_caught_and_leaves_nothing_behind(bug: str) -> None:
    """The judge can fail; and once the bug is out, the same seed passes again."""
    _bug, where, _line = hunt(bug, seeds=40)
    assert where.startswith("seed ")
    assert run_seed(int(where.removeprefix("seed "))).problems == []


def test_a_seed_replays_exactly() -> None:
    """Two runs of one seed tell the same story, line by line."""
    one, _ = replay(8, trace=True)
    two, _ = replay(8, trace=True)
    assert one.story
    assert one.story == two.story


def test_a_failing_seed_shrinks_and_still_fails() -> None:
    """Shrinking leaves out what does not matter, and never what does."""
    before, _ = replay(2, "early ack")
    skip, problems = shrink(2, "early ack")
    after, again = replay(2, "early ack", skip)
    assert problems
    assert again == problems
    assert len(after.happened) < len(before.happened)


@pytest.mark.parametrize("name", list(BUGS))
def test_a_planted_bug_breaks_something_that_is_there(name: str) -> None:
    """Each finds what it replaces: a bug left behind by a move of the code would end the long proof."""
    swaps = BUGS[name].swaps()

    assert swaps
    assert [attribute for owner, attribute, _new in swaps if not hasattr(owner, attribute)] == []
