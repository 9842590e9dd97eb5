"""Known: what a Procore record was last known to hold, and in which fields a reading is news.

Baselines say it for nearly all. Where a record was told to have moved on from its baseline (an
open conflict, an edit not yet decided), a digest of each such field is noted beside the digest of
the baseline it stands against, so that a note is void as soon as that baseline moves. Digests
are keyed with the record, so they say nothing of values and cannot be compared across records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from syncd.core.filevalue import same_version, unlearned
from syncd.core.values import ABSENT, Absent, Value, encode_row

__all__ = ["Notes", "carried", "digest", "moved", "noted"]

SIZE = 12
"""Characters of a digest: by accident, one edit in 3·10¹⁴ would look like none."""

Notes = Sequence[Value | Absent]
"""One note a field, as text: the baseline's digest (empty where there is none) and the value's."""


def digest(identity: str, value: Value | Absent) -> str:
    """A value of that record's as a short text that does not tell it; "" for one that is absent."""
    if isinstance(value, Absent):
        return ""
    key = hashlib.sha256(identity.encode()).digest()
    return hashlib.blake2b(
        encode_row([unlearned(value)]).encode(), key=key, digest_size=SIZE // 2
    ).hexdigest()


def moved(identity: str, base: Notes, notes: Notes, values: Sequence[Value | Absent]) -> list[int]:
    """The places of the fields in which `values` differ from what was known.

    A field that was never known, or is not in this reading, has not moved.
    """
    found = []
    for index, (old, note, now) in enumerate(zip(base, notes, values, strict=True)):
        if isinstance(now, Absent):
            continue
        told = _told(identity, old, note)
        if told:
            if told != digest(identity, now):
                found.append(index)
        elif not isinstance(old, Absent) and not same_version(old, now):
            found.append(index)
    return found


def noted(
    identity: str, base: Notes, notes: Notes, values: Sequence[Value | Absent], leave: Collection[int] = ()
) -> str:
    """The notes to keep after a reading, packed; "" where the baseline says it all.

    Fields in `leave`, and those that the reading lacks, keep the note they have.
    """
    out: list[Value | Absent] = []
    for index, (old, note, now) in enumerate(zip(base, notes, values, strict=True)):
        if index in leave or isinstance(now, Absent):
            out.append(note if _told(identity, old, note) else ABSENT)
        elif not isinstance(old, Absent) and same_version(old, now):
            out.append(ABSENT)
        else:
            out.append(digest(identity, old) + digest(identity, now))
    return "" if all(isinstance(one, Absent) for one in out) else encode_row(out)


def carried(identity: str, base: Notes, notes: Notes, values: Sequence[Value | Absent]) -> str:
    """Notes against `values`, which take the baseline's place, that say what was known before."""
    out: list[Value | Absent] = []
    for old, note, now in zip(base, notes, values, strict=True):
        told, here = _told(identity, old, note) or digest(identity, old), digest(identity, now)
        out.append(here + told if told and told != here else ABSENT)
    return "" if all(isinstance(one, Absent) for one in out) else encode_row(out)


def _told(identity: str, old: Value | Absent, note: Value | Absent) -> str:
    """The digest that a note holds, "" if there is none or its baseline has moved since."""
    if not isinstance(note, str) or note[:-SIZE] != digest(identity, old):
        return ""
    return note[-SIZE:]
