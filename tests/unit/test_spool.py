"""Files wait on disk for their next leg, and nothing of them is left by any end of the process."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from syncd.errors import Unavailable
from syncd.http.spool import RESERVE, STRIDE, Spool

PLENTY = RESERVE + 2_000_000


def spool(directory: Path, free: int = PLENTY) -> Spool:
    """A spool on a disk with so many bytes free."""
    return Spool(directory, lambda _: free)


def test_what_was_written_is_read_back_with_its_sum(tmp_path: Path) -> None:
    """Size and SHA-256 are known without reading the bytes again."""
    data = random.Random(1).randbytes(200_000)
    with spool(tmp_path).file("plan.pdf", len(data)) as file:
        for at in range(0, len(data), 7_000):
            file.write(data[at : at + 7_000])
        file.seek(0)

        assert file.read() == data
        assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_a_transfer_that_begins_again_replaces_what_was_written(tmp_path: Path) -> None:
    """After a connection that broke, size and sum are those of the bytes that came in the end."""
    with spool(tmp_path).file("plan.pdf") as file:
        file.write(b"half of")
        file.seek(0)
        file.truncate()
        file.write(b"whole")

        assert (file.size, file.sha256) == (5, hashlib.sha256(b"whole").hexdigest())


def test_a_sum_never_tells_of_other_bytes_than_the_file_holds(tmp_path: Path) -> None:
    """Writing over what is there, or cutting a part of it, is refused: the sum could not follow."""
    with spool(tmp_path).file("plan.pdf") as file:
        file.write(b"whole")
        with pytest.raises(ValueError, match="its start"):
            file.truncate(2)
        file.seek(1)
        with pytest.raises(ValueError, match="its end"):
            file.write(b"x")


def test_a_spooled_file_has_no_name(tmp_path: Path) -> None:
    """While its bytes are on the disk no directory names them, so not even a crash leaves any there."""
    with spool(tmp_path).file("plan.pdf") as file:
        file.write(bytes(100_000))
        file.flush()

        assert list(tmp_path.iterdir()) == []


def test_a_file_for_which_there_is_no_room_is_refused_before_it_is_made(tmp_path: Path) -> None:
    """The sentence names the file, the place and both numbers; some room is always left to the state."""
    with (
        pytest.raises(Unavailable, match=r"no room for plan\.pdf in .*2,000,001 bytes.*69,108,864 are free"),
        spool(tmp_path).file("plan.pdf", 2_000_001),
    ):
        pass


def test_a_file_that_outgrows_what_was_announced_is_stopped_before_the_disk_is_full(tmp_path: Path) -> None:
    """A vendor that announces less than it sends cannot take the room of the state (P15)."""
    free = RESERVE + STRIDE
    with Spool(tmp_path, lambda _: free).file("plan.pdf", 10) as file:
        file.write(bytes(STRIDE))
        free -= STRIDE

        with pytest.raises(Unavailable, match="no room"):
            file.write(b"more")
