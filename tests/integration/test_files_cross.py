"""Files cross between attachments and Procore's documents and photos, through the whole product."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.sync.engine import Kind
from tests.support.file_site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that is in agreement."""
    made = Site()
    yield made
    made.stack.store.close()


def test_new_files_and_new_versions_cross_both_ways_once(site: Site) -> None:
    """A file of one side becomes one of the other with its bytes, a new version becomes a new version,
    plain fields flow with them, and afterwards nothing is written (P3, P4)."""
    file = site.put_file("plan.pdf", b"first plan")
    row = site.attach("door.pdf", b"first door", **{"File Name": "door.pdf"})
    assert site.sync() == 0
    both = {"plan.pdf": [b"first plan"], "door.pdf": [b"first door"]}
    assert site.files() == site.attached() == both
    site.put_file("plan.pdf", b"second plan", file)
    site.attach("door v2.pdf", b"second door", row, Notes="wider")
    assert site.sync() == 0
    assert site.files() == {
        "plan.pdf": [b"first plan", b"second plan"],
        "door.pdf": [b"first door", b"second door"],
    }
    assert site.attached()["plan.pdf"] == [b"first plan", b"second plan"]
    assert {one["description"] for one in site.stack.procore("files").values()} == {None, "wider"}
    quiet = site.stack.sync("drawings", kind=Kind.SWEEP)
    assert [one.updated for one in quiet.cycles] == [{}]
    assert site.held() == []
