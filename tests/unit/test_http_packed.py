"""Packed answers over real sockets: what unpacks beyond its cap is stopped meanwhile, in little memory."""

from __future__ import annotations

import gzip
import hashlib
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest

from syncd.clock import SystemClock
from syncd.errors import Transient
from syncd.http import Wire
from syncd.http.courier import Courier
from tests.support.sockets import server

CAP = 1_000_000
ZEROS = 64 * 1024 * 1024
ONCE = gzip.compress(bytes(ZEROS), 1)
TWICE = gzip.compress(ONCE)
ROOM = 4_000_000
"""Bytes that reading may take at its peak: the cap, and a few pieces beside it."""


def by_wire(url: str) -> bytes:
    """An answer in JSON's place."""
    return Wire(SystemClock(), deadline=5).exchange("GET", url, max_bytes=CAP).body


def by_courier(url: str) -> bytes:
    """An answer that goes into a file."""
    into = BytesIO()
    done = Courier(SystemClock()).get(url, {}, into, CAP, "a file")
    assert done.sha256 == hashlib.sha256(into.getvalue()).hexdigest()
    return into.getvalue()


WAYS = pytest.mark.parametrize("fetch", [by_wire, by_courier])


@contextmanager
def answering(body: bytes, packed: str) -> Iterator[str]:
    """A vendor whose whole answer this is."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {packed}\r\nContent-Length: {len(body)}\r\n\r\n"
    with server(lambda peer: peer.sendall(head.encode() + body)) as url:
        yield url


@WAYS
@pytest.mark.parametrize(("body", "packed"), [(ONCE, "gzip"), (TWICE, "gzip, gzip")], ids=["once", "twice"])
def test_a_bomb_is_stopped_while_it_unpacks(fetch: Callable[[str], bytes], body: bytes, packed: str) -> None:
    """64 MB of zeros in 280 kB, or in 1 kB where they are packed twice: the cap is met in the memory
    of a few pieces, and the sentence says how large the answer may be."""
    with answering(body, packed) as url:
        tracemalloc.start()
        try:
            with pytest.raises(Transient, match="larger than 1,000,000 bytes"):
                fetch(url)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < ROOM


@WAYS
def test_what_is_packed_honestly_arrives_as_it_was(fetch: Callable[[str], bytes]) -> None:
    """A file was kept as it was packed, in place of what the vendor holds."""
    with answering(gzip.compress(b"plain bytes"), "gzip") as url:
        assert fetch(url) == b"plain bytes"


@WAYS
def test_what_is_called_packed_and_is_not_is_an_odd_answer(fetch: Callable[[str], bytes]) -> None:
    """It is tried again later, like any answer that was cut."""
    with answering(b"plain bytes", "gzip") as url, pytest.raises(Transient, match="broke off"):
        fetch(url)
