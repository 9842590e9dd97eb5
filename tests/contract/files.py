"""What every side promises of files, whatever vendor is behind it.

A test class inherits `FilesContract` and overrides the fixture `bench`, as for the contract of records.
"""

from __future__ import annotations

import hashlib
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from syncd.clock import ManualClock
from syncd.core.filevalue import FileValue, file_in
from syncd.core.values import Value
from syncd.errors import NotFound, Stale
from syncd.http.spool import Spool, SpooledFile
from syncd.sides.port import Draft, Lane, Outcome, Patch, Record, Side, Verdict

__all__ = ["FilesBench", "FilesContract"]

SPOOL = Spool(Path(tempfile.gettempdir()))


class FilesBench(ABC):
    """A vendor whose records hold a file each, at rule `index`; `plain` is the rule of a text beside it.

    `replaces`: the bytes of a record can be replaced. `creates`: a new record comes with its bytes.
    """

    side: Side
    clock: ManualClock
    scope: str = ""
    index: int = 1
    plain: int = 0
    replaces: bool = True
    creates: bool = True

    @abstractmethod
    def put(self, name: str, data: bytes) -> str:
        """A person makes a record of these bytes; its id as the side names it."""

    @abstractmethod
    def again(self, id: str, name: str, data: bytes) -> None:
        """A person puts other bytes into a record."""

    @abstractmethod
    def versions(self, id: str) -> list[bytes]:
        """What the vendor holds of a record, the oldest first."""

    def draft(self, value: str) -> dict[int, Value]:
        """The values of a new record with that file."""
        return {self.plain: "made", self.index: value}

    def read(self, id: str) -> Record:
        """The record as a look-up shows it."""
        found = self.side.fetch(self.scope, [id], Lane.DUE)[id]
        assert isinstance(found, Record)
        return found

    def file(self, record: Record) -> FileValue:
        """The file that a reading names."""
        found = file_in(record.values[self.index])
        assert found is not None
        return found

    def poured(self, record: Record) -> bytes:
        """The bytes that the side reads for a reading."""
        with SPOOL.file("bytes") as into:
            self.side.read_file(record, self.index, into, Lane.FILES)
            into.seek(0)
            return into.read()

    def update(self, id: str, values: dict[int, Value], late: float = 60.0) -> Outcome:
        """One write of one record."""
        until = self.clock.monotonic() + late
        return self.side.update([Patch(id, values, self.scope)], fresh_until=until)[0]


def value_of(name: str, data: bytes) -> str:
    """A file of the other side, of which the content is known."""
    return FileValue(name, "elsewhere 1", len(data), hashlib.sha256(data).hexdigest()).text


@contextmanager
def taken(bench: FilesBench, name: str, data: bytes) -> Iterator[str]:
    """Bytes that the side has at hand, as the value that a write carries."""
    with SPOOL.file(name) as file:
        source: SpooledFile = file
        source.write(data)
        bench.side.take_file(bench.scope, value_of(name, data), source)
        yield value_of(name, data)
        bench.side.drop_files()


class FilesContract:
    """Inherit, and override `bench`."""

    @pytest.fixture
    def bench(self) -> FilesBench:
        """The vendor and its side, new for every test."""
        raise AssertionError("override this fixture")

    def test_a_reading_names_the_version_and_brings_its_bytes(self, bench: FilesBench) -> None:
        """Feeds and look-ups name the same version of the same file, its size if they tell any, and its
        bytes come whole."""
        id = bench.put("plan.pdf", b"one\r\n\x00\xff")

        pages = [*bench.side.everything(bench.scope, Lane.SWEEP)]
        (listed,) = [one for page in pages for one in page if one.id == id]
        record = bench.read(id)

        assert bench.file(listed) == bench.file(record) == bench.file(bench.read(id))
        assert bench.file(record).name == "plan.pdf"
        assert bench.file(record).size in (None, 7)
        assert not bench.file(record).sha256  # no vendor tells; only what was read is known
        assert bench.poured(record) == b"one\r\n\x00\xff"

    def test_other_bytes_are_another_version(self, bench: FilesBench) -> None:
        """A version's name names its bytes and no others: once a person has put other bytes there, a
        reading from before brings its own or none."""
        if not bench.replaces:
            pytest.skip("this vendor keeps the bytes a record came with")
        id = bench.put("plan.pdf", b"one")
        before = bench.read(id)

        bench.again(id, "plan.pdf", b"two")

        assert bench.file(bench.read(id)).version != bench.file(before).version
        assert bench.poured(bench.read(id)) == b"two"
        try:
            assert bench.poured(before) == b"one"
        except NotFound:
            pass

    def test_a_write_makes_one_version_of_the_bytes_at_hand(self, bench: FilesBench) -> None:
        """The answer names the version that was made, as a reading does afterwards."""
        if not bench.replaces:
            pytest.skip("this vendor keeps the bytes a record came with")
        id = bench.put("plan.pdf", b"one")

        with taken(bench, "plan.pdf", b"two") as value:
            outcome = bench.update(id, {bench.index: value})

        assert outcome.verdict is Verdict.DONE
        assert outcome.record is not None
        assert bench.file(outcome.record) == bench.file(bench.read(id))
        assert bench.versions(id) == [b"one", b"two"]

    def test_a_new_record_comes_with_its_bytes(self, bench: FilesBench) -> None:
        """A create that carries a file makes one record, of just these bytes."""
        if not bench.creates:
            pytest.skip("this vendor makes the record first")
        with taken(bench, "door.pdf", b"door") as value:
            until = bench.clock.monotonic() + 60.0
            (outcome,) = bench.side.create([Draft(bench.draft(value), bench.scope)], fresh_until=until)

        assert outcome.verdict is Verdict.DONE
        assert outcome.record is not None
        assert bench.file(outcome.record).name == "door.pdf"
        assert bench.versions(outcome.record.id) == [b"door"]

    def test_what_is_written_beside_a_file_makes_no_version(self, bench: FilesBench) -> None:
        """Bytes that are not sent stay as they are, under the name they had."""
        id = bench.put("plan.pdf", b"one")
        before = bench.file(bench.read(id)).version

        outcome = bench.update(id, {bench.plain: "beside.pdf"})

        assert outcome.verdict is Verdict.DONE
        assert bench.file(bench.read(id)).version == before
        assert bench.versions(id) == [b"one"]

    def test_without_its_bytes_a_write_is_not_sent(self, bench: FilesBench) -> None:
        """A value alone makes no version, nor do bytes that were dropped, nor a reading too old (P2)."""
        if not bench.replaces:
            pytest.skip("this vendor keeps the bytes a record came with")
        id = bench.put("plan.pdf", b"one")
        with taken(bench, "plan.pdf", b"two") as value, pytest.raises(Stale):
            bench.update(id, {bench.index: value}, late=-1.0)

        assert bench.update(id, {bench.index: value}).verdict is Verdict.UNSENT
        assert bench.versions(id) == [b"one"]

    def test_an_empty_file_is_refused_before_a_byte_is_sent(self, bench: FilesBench) -> None:
        """It is said which file it is; one whose size is not known yet is not refused."""
        assert "plan.pdf" in bench.side.refuses_file(value_of("plan.pdf", b""))
        assert bench.side.refuses_file(value_of("plan.pdf", b"x")) == ""
        assert bench.side.refuses_file(FileValue("plan.pdf", "1").text) == ""
