"""Quickbase's users by e-mail address: fields of users hold ids, people know addresses (reference §4.3, §9).

Every user that a record shows is learned for nothing. For others the directory is asked, all addresses
of a batch in one call. Whether the token may ask is found out; where it may not, addresses are sent as
they are, which the vendor may take or refuse.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from syncd.clock import Clock
from syncd.errors import Forbidden, NotFound, Rejected
from syncd.http.message import Call, Lane
from syncd.quickbase.answers import understood
from syncd.quickbase.client import QuickbaseClient

__all__ = ["AGE", "CLOSED", "FRESH", "MOST_PEOPLE", "People", "address_in"]

MOST_PEOPLE = 50_000
"""Addresses kept; what was used longest ago goes first."""

AGE = 3_600.0
"""Seconds for which a user's address is believed."""

FRESH = 60.0
"""Seconds for which the directory is not asked again for somebody it does not have."""

CLOSED = 6 * 3_600.0
"""Seconds after which a directory that is closed to us is tried again."""

MOST_ASKED = 100
"""Addresses in one question."""

MOST_PAGES = 50
"""Pages of one answer; each costs a call."""


def address_in(user: Any) -> str:
    """The address that a user in a record shows, in small letters; "" where it shows none."""
    found = user.get("email") if isinstance(user, dict) else None
    return found.strip().casefold() if isinstance(found, str) else ""


class People:
    """The users of the realm as far as they are known, shared by all tables and threads."""

    def __init__(self, client: QuickbaseClient, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._ids: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._missed: dict[str, float] = {}
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def learn(self, user: Any) -> None:
        """Take in a user as a record shows it."""
        address = address_in(user)
        if address and user.get("id"):
            self._keep(address, str(user["id"]))

    def ids(self, addresses: Iterable[str], lane: Lane) -> dict[str, str]:
        """The ids of these (small-letter) addresses, those of nobody left out; where the directory is
        closed to us, an address stands for itself. Raises what asking raises."""
        wanted = sorted(set(addresses))
        asked = [one for one in wanted if not self._known(one) and not self._missing(one)]
        if asked and not self._closed:
            self._ask(asked, lane)
        found = {one: id for one in wanted if (id := self._known(one))}
        return {one: one for one in wanted} | found if self._closed else found

    @property
    def _closed(self) -> bool:
        return self._clock.monotonic() < self._closed_until

    def _known(self, address: str) -> str:
        with self._lock:
            kept = self._ids.get(address)
            if kept is None or self._clock.monotonic() - kept[1] > AGE:
                return ""
            self._ids.move_to_end(address)
            return kept[0]

    def _missing(self, address: str) -> bool:
        return self._clock.monotonic() < self._missed.get(address, 0.0)

    def _keep(self, address: str, id: str) -> None:
        with self._lock:
            self._ids[address] = (id, self._clock.monotonic())
            self._ids.move_to_end(address)
            self._missed.pop(address, None)
            while len(self._ids) > MOST_PEOPLE:
                self._ids.popitem(last=False)

    def _ask(self, addresses: Sequence[str], lane: Lane) -> None:
        try:
            for at in range(0, len(addresses), MOST_ASKED):
                for user in self._listed(addresses[at : at + MOST_ASKED], lane):
                    address = str(user.get("emailAddress") or "").strip().casefold()
                    if address and user.get("hashId"):
                        self._keep(address, str(user["hashId"]))
        except (Forbidden, NotFound, Rejected):
            self._closed_until = self._clock.monotonic() + CLOSED
            return
        until = self._clock.monotonic() + FRESH
        gone = [one for one in addresses if not self._known(one)]
        self._missed = {one: at for one, at in self._missed.items() if self._missing(one)}
        self._missed.update(dict.fromkeys(gone[:MOST_PEOPLE], until))

    def _listed(self, addresses: Sequence[str], lane: Lane) -> Iterator[dict[str, Any]]:
        token = ""
        for _ in range(MOST_PAGES):
            body = {"emails": list(addresses), "nextPageToken": token}
            answer = self._client.send(Call("POST", "/users", json=body, lane=lane))
            with understood(answer, "a question for users"):
                found = answer.json()
                users = [one for one in found["users"] if isinstance(one, dict)]
                token = str((found.get("metadata") or {}).get("nextPageToken") or "")
            yield from users
            if not token:
                return
