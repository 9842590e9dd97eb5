"""Who could not be matched by e-mail address: what cycles have found out, gathered from what is held."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncd.store import Store

__all__ = ["MOST_READ", "MOST_SHOWN", "strangers", "told"]

MOST_READ = 10_000
"""Held fields and records that are looked through."""

MOST_SHOWN = 20
"""Addresses that one line names."""

_QUOTED = r"""(?:'[^']+'|"[^"]+")"""
_LACKING = {
    "Quickbase": re.compile(rf"Quickbase has no user with the e-mail address ({_QUOTED}(?: and {_QUOTED})*)"),
    "Procore": re.compile(rf"none of Procore's [^:;]* has the e-mail address ({_QUOTED})"),
}
"""The sentences of the two sides' edges, by which vendor does not know the person."""


def strangers(reasons: Iterable[str]) -> dict[str, Counter[str]]:
    """By the vendor that does not know them: the addresses in these reasons, and in how many each is."""
    found = {vendor: Counter[str]() for vendor in _LACKING}
    for reason in reasons:
        for vendor, sentence in _LACKING.items():
            said = [part for match in sentence.finditer(reason) for part in re.findall(_QUOTED, match[1])]
            found[vendor].update({part[1:-1].casefold() for part in said})
    return found


def told(store: Store) -> list[str]:
    """A sentence for each vendor that does not know people whom the other side names; asks nobody."""
    with store.read() as tx:
        held = tx.issues(None, ("held",), open_only=True, limit=MOST_READ)
    return [
        _sentence(vendor, people)
        for vendor, people in strangers(one.reason for one in held).items()
        if people
    ]


def _sentence(vendor: str, people: Counter[str]) -> str:
    named = sorted(people.items(), key=lambda one: (-one[1], one[0]))
    shown = [f"{address} (held {count} times)" if count > 1 else address for address, count in named]
    more = f" and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
    whom = "1 person has" if len(shown) == 1 else f"{len(shown)} people have"
    return f"{whom} no user of that e-mail address in {vendor}: {', '.join(shown[:MOST_SHOWN])}{more}."
