"""Ends exchanges that last too long, wherever in them the vendor lingers.

A timeout of a socket is a limit on silence: a head, or the size of a chunk, that comes byte by
byte keeps it content for ever. So somebody else looks at the clock, and hangs up. The same
look ends a reading when a stop is asked for.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from syncd.clock import Clock

__all__ = ["Watch", "Watchdog", "WatchedAdapter"]

LOOK_EVERY = 0.1
"""Seconds between two looks at the exchanges that are going on."""

LINGER = 2.0
"""Seconds without an exchange after which the thread that looks ends."""

SHORTEST = 0.05
"""Seconds a socket is given at least: none at all would make it one that never blocks."""

_here = threading.local()
"""The watch of this thread's exchange, for the connection that carries it."""


class Watch:
    """One exchange: until when it may last (monotonic seconds), and what ends it before that.

    `cut` is empty while it may go on, then `deadline` or `stop`.
    """

    __slots__ = ("cut", "dog", "sock", "stop", "until")

    def __init__(self, dog: Watchdog, until: float, stop: threading.Event | None) -> None:
        self.dog = dog
        self.until = until
        self.stop = stop
        self.cut = ""
        self.sock: Any = None

    def carry(self, sock: Any) -> None:
        """The exchange goes over this socket, which is given the time that is left: a large body
        may take as long to be sent as everything may take together."""
        sock.settimeout(max(SHORTEST, self.dog.left(self)))
        self.dog.guard(self, sock)


class Watchdog:
    """Looks at every exchange over a real socket, in a thread that lives while there are any."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._watches: set[Watch] = set()
        self._running = False

    @contextmanager
    def watching(self, until: float, stop: threading.Event | None) -> Iterator[Watch]:
        """Watch what this thread's connections do within this."""
        watch = _here.watch = Watch(self, until, stop)
        try:
            yield watch
        finally:
            _here.watch = None
            if watch.sock is not None:
                with self._changed:
                    self._watches.discard(watch)

    def left(self, watch: Watch) -> float:
        """Seconds that are left for it."""
        return watch.until - self._clock.monotonic()

    def guard(self, watch: Watch, sock: Any) -> None:
        """Hang up on this socket when the exchange has lasted long enough."""
        with self._changed:
            watch.sock = sock
            self._watches.add(watch)
            if self._running:
                self._changed.notify()
            else:
                threading.Thread(target=self._look, name="watchdog", daemon=True).start()
                self._running = True

    def _look(self) -> None:
        with self._changed:
            while True:
                if not self._watches and not self._changed.wait(LINGER) and not self._watches:
                    self._running = False
                    return
                pause = LOOK_EVERY
                for watch in self._watches:
                    pause = min(pause, self._judge(watch))
                self._changed.wait(pause)

    def _judge(self, watch: Watch) -> float:
        """End the exchange if it is time to; seconds after which to look at it again."""
        if watch.cut:
            return LOOK_EVERY
        left = self.left(watch)
        stopped = watch.stop is not None and watch.stop.is_set()
        if left > 0 and not stopped:
            return left
        watch.cut = "stop" if stopped else "deadline"
        _hang_up(watch.sock)
        return LOOK_EVERY


class _Plain(HTTPConnection):
    """A connection that says over which socket an exchange goes."""

    def connect(self) -> None:
        super().connect()
        _carry(self.sock)

    def request(self, *arguments: Any, **more: Any) -> None:
        _carry(self.sock)  # none yet, where the connection is to be made first
        super().request(*arguments, **more)


class _Secure(HTTPSConnection):
    """The same over TLS."""

    def connect(self) -> None:
        super().connect()
        _carry(self.sock)

    def request(self, *arguments: Any, **more: Any) -> None:
        _carry(self.sock)
        super().request(*arguments, **more)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


_POOLS: Mapping[str, type[HTTPConnectionPool]] = {"http": _PlainPool, "https": _SecurePool}


class WatchedAdapter(HTTPAdapter):
    """An adapter whose connections are watched, through a proxy or not (a SOCKS proxy brings its own)."""

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        """Make the pools, of watched connections."""
        super().init_poolmanager(*arguments, **more)
        self.poolmanager.pool_classes_by_scheme = dict(_POOLS)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        """The pools for a proxy, of watched connections."""
        manager = super().proxy_manager_for(proxy, **more)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = dict(_POOLS)
        return manager


def _carry(sock: Any) -> None:
    watch: Watch | None = getattr(_here, "watch", None)
    if watch is not None and sock is not None:
        watch.carry(sock)


def _hang_up(sock: Any) -> None:
    """End a socket that another thread reads: its reading ends as if the vendor had hung up.

    TLS is passed by, because its object belongs to the thread that reads.
    """
    try:
        if isinstance(sock, socket.socket):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        else:
            sock.close()  # TLS within TLS, through a proxy
    except OSError:
        pass  # it has ended by itself
