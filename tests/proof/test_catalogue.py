"""A sample of the catalogue worlds: the seeds under which they once found something."""

from __future__ import annotations

import pytest

from tests.proof.catalogue.door import run_seed
from tests.proof.catalogue.draw import SORTS, draw

PINNED = {
    10: "a tick that Procore takes only later met the new project's default, as if somebody had put it there",
    58: "Procore acted twice on an office, which does not say when it was made, and a row was made of it",
    84: "a vendor that was made inactive was not found after its answer was lost, and made again",
    1034: "an invitation of ours was shown late, and told as somebody else's change",
    750: "a purchase order's custom field was edited, which no list of orders shows",
    242: "bytes that a person attached between two calls of one write were gone over without a word",
    360: "a field that was written along with a budget's lock was told as somebody else's change",
    434: "a lock of ours that showed late was put over the person who had unlocked it meanwhile",
    443: "what a file holds was learned, and told as a change of it",
    123: "an old state of an office, which has no time stamp, was carried back over a person's edit",
}


FILES = {
    207: "a version that was replaced while it was read held its field for six hours",
    340: "a show that lagged behind its list gave older bytes, and others went over the newer",
    365: "bytes went over the same bytes under another name",
}
"""Seeds about files, whose worlds carry bytes."""


@pytest.mark.parametrize("seed", list(FILES))
def test_bytes_keep_the_promises(seed: int) -> None:
    """The same with bytes on their way between attachments and documents: each person's arrive or are
    listed, no version is made twice or of anything else, and in quiet none move."""
    assert run_seed(seed, about="files") == [], FILES[seed]


@pytest.mark.parametrize("seed", list(PINNED))
def test_the_whole_catalogue_keeps_the_promises(seed: int) -> None:
    """Real clients over both simulators, a few drawn resources with all they stand in, people and faults
    between any two calls: everything converges or is listed, and nothing is lost, doubled or wasted."""
    assert run_seed(seed) == [], PINNED[seed]


def test_every_resource_has_its_worlds() -> None:
    """The 500 seeds of the long proof are about every resource that a mapping can write, often enough."""
    met = [one.resource for seed in range(500) for one in draw(seed).sorts]
    assert {name for name in SORTS if met.count(name) < 20} == set()
