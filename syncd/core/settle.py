"""What a fresh look says about a write whose outcome is unknown. Pure.

An intent without an outcome is unknown, never "not done", and never expires. It is settled
by looking (architecture §5, "Creating" and "Unknown updates").
"""

from __future__ import annotations

from enum import StrEnum

from syncd.core.values import Absent, Field, Value, agree

__all__ = ["Settled", "adopted", "settle_field"]


class Settled(StrEnum):
    """What became of one field of an unknown write."""

    DONE = "done"
    NOT_DONE = "not done"
    WAIT = "wait"  # it may still act; look again later
    DOUBT = "doubt"  # neither what was sent nor what was there: a person decides


def settle_field(
    now: Value | Absent,
    sent: Value,
    before: Value | Absent,
    field: Field,
    *,
    late: bool,
    moved: bool = False,
) -> Settled:
    """Judge one field by a fresh reading.

    `late` is True once the vendor can no longer act on the request (its deadline and its
    visibility lag have passed by the vendor's own clock); before that "not done" and
    "something else" prove nothing, because the write may still land. `moved` is True if the
    record was changed since it was sent: then what looks like "not done" may as well be a
    person who put the old value back after our write had landed. What is done `once` is never taken
    for not done: a person says whether it may be done again.
    """
    if isinstance(now, Absent):
        return Settled.WAIT
    if agree(sent, now, field):
        return Settled.DONE
    if not late:
        return Settled.WAIT
    if isinstance(before, Absent) or now == before or agree(before, now, field):
        return Settled.DOUBT if moved or field.once else Settled.NOT_DONE
    return Settled.DOUBT


def adopted(
    found: Value | Absent, sent: Value, field: Field, *, touched: bool
) -> tuple[Value | Absent, bool]:
    """The baseline of a field of a record found after a lost create, and whether to hold.

    Equal to what was sent: the server's own form is the baseline. Different, and the record
    was touched since: what was sent is, so that the person's edit is seen. Different and
    untouched: the server stored something else; hold (the second item is True).
    """
    if isinstance(found, Absent):
        return found, False
    if agree(sent, found, field):
        return found, False
    if touched:
        return sent, False
    return found, True
