"""Names go to this machine's disk and come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.filename import given_name, local_name


@given(st.text(min_size=1))
def test_every_name_comes_back_from_the_disk_as_it_was(name: str) -> None:
    """Whatever a vendor calls a file, half characters among it: what was written here is read back."""
    assert given_name(local_name(name)) == name


@given(st.text(min_size=1))
def test_no_name_leads_anywhere_else(name: str) -> None:
    """It is one part of a path, printable, visible, no option of a command, and encodable."""
    local = local_name(name)

    assert not set(local) & set('/\\:*?"<>|')
    assert local.isprintable()
    assert local[0] not in ".-~ "
    assert local[-1] not in ". "
    local.encode()


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("Plan A.pdf", "Plan A.pdf"),
        ("Grundriß 1.pdf", "Grundriß 1.pdf"),
        ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
        ("A/B: 100%.pdf", "A%2FB%3A 100%25.pdf"),
        ("..", "%2E%2E"),
        ("-rf", "%2Drf"),
        ("con.txt", "%63on.txt"),
    ],
)
def test_a_plain_name_is_left_alone_and_others_stay_readable(name: str, local: str) -> None:
    """Only what a disk refuses is spelled out."""
    assert local_name(name) == local


@pytest.mark.parametrize("local", ["50% off.pdf", "a%20b.pdf", "%zz", "%FF.pdf", "plan.pdf"])
def test_a_name_that_did_not_come_from_here_is_taken_as_it_stands(local: str) -> None:
    """A browser's own spelling of a space is part of the name that a person chose to keep."""
    assert given_name(local) == local
