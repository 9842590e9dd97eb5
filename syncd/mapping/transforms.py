"""The closures that a compiled rule translates with.

Each takes a value of one side and the links, and returns the other side's value or `Held`.
"""

from __future__ import annotations

from collections.abc import Mapping

from syncd.core.rule import Held, LinkLookup, Translate, as_it_is
from syncd.core.values import Field, Kind, SideName, Value, other_side
from syncd.mapping.convert import Convert, compared, unchanged
from syncd.mapping.expressions import reason_of

__all__ = [
    "always",
    "by_link",
    "by_values",
    "computed",
    "defaulted",
    "joined",
    "nowhere",
    "parted",
    "parts_of",
    "plain",
    "told",
]


def plain(convert: Convert) -> Translate:
    """A conversion that needs no links."""
    if convert is unchanged:
        return as_it_is  # most rules, and the only step of theirs that runs for every record

    def translate(value: Value, _links: LinkLookup) -> Value | Held:
        return convert(value)

    return translate


def always(value: Value) -> Translate:
    """A constant, whatever the other side holds."""

    def translate(_: Value, _links: LinkLookup) -> Value | Held:
        return value

    return translate


def nowhere(_value: Value, _links: LinkLookup) -> Value | Held:
    """The way back of a rule that has none; only a rule that never goes there holds it."""
    return Held("this rule goes the other way only")


def computed(convert: Convert) -> Translate:
    """What an expression made; held, with the reason, where it failed on this record."""

    def translate(value: Value, _links: LinkLookup) -> Value | Held:
        reason = reason_of(value)
        return Held(reason) if reason else convert(value)

    return translate


def defaulted(translate: Translate, default: Value) -> Translate:
    """`translate`, with `default` where the source is empty."""

    def filled(value: Value, links: LinkLookup) -> Value | Held:
        return default if value is None else translate(value, links)

    return filled


def told(translate: Translate) -> Translate:
    """`translate`, holding what could not be said in words, with the reason."""

    def said(value: Value, links: LinkLookup) -> Value | Held:
        reason = reason_of(value)
        return Held(reason) if reason else translate(value, links)

    return said


def joined(separator: str, checked: Convert) -> Translate:
    """A list as one text, in order. Held where a part holds the separator: it could not be told apart."""
    mark = separator.strip() or separator

    def translate(value: Value, _links: LinkLookup) -> Value | Held:
        if not isinstance(value, list):
            return checked(value)
        torn = next((one for one in value if mark in one), None)
        if torn is not None:
            return Held(
                f"{_shown(torn)} holds {mark!r}, which stands between the parts; `join:` with another"
            )
        return checked(separator.join(value))

    return translate


def parted(separator: str, checked: Convert) -> Translate:
    """One text as the list of its parts."""

    def translate(value: Value, _links: LinkLookup) -> Value | Held:
        return checked(parts_of(value, separator) if isinstance(value, str) else value)

    return translate


def parts_of(text: str, separator: str) -> list[str] | None:
    """The parts of a text, in order and once each; None if there are none."""
    mark = separator.strip() or separator
    return sorted({part.strip() for part in text.split(mark)} - {""}) or None


def by_values(pairs: Mapping[str, Value], source: Field, checked: Convert) -> Translate:
    """A `values:` map. `pairs` are keyed by `compared`; what is not in it is held.

    Empty stays empty unless the map says otherwise; `checked` holds what the target refuses.
    """

    def translate(value: Value, _links: LinkLookup) -> Value | Held:
        known = compared(value, source)
        if known in pairs:
            return checked(pairs[known])
        if value is None:
            return checked(None)
        return Held(f"'{source.label}' holds {_shown(value)}, which `values:` does not name")

    return translate


def by_link(mapping: str, source_side: SideName, target: Field, checked: Convert) -> Translate:
    """A reference through the link table; held until the record it names is linked.

    Lists compare as sets: one missing entry holds the whole field, so that a list is never
    written half.
    """
    many = target.kind in (Kind.REFERENCES, Kind.USERS)

    def one(identity: str, links: LinkLookup) -> str | Held:
        found = links.across(mapping, source_side, identity)
        if found is not None:
            return found
        return Held(
            f"waits for {source_side.value} record {identity} of {mapping!r} to be linked",
            waits=(mapping, source_side, identity),
        )

    def translate(value: Value, links: LinkLookup) -> Value | Held:
        if value is None:
            return checked(None)
        if isinstance(value, list):
            found: list[str] = []
            for identity in value:
                there = one(identity, links)
                if isinstance(there, Held):
                    return there
                found.append(there)
            return checked(sorted(set(found)) or None)
        if isinstance(value, bool):
            return Held(f"{value!r} is not an identity on {other_side(source_side).value}")
        there = one(value, links)
        return there if isinstance(there, Held) else checked([there] if many else there)

    return translate


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value if not isinstance(value, str) else value[:60])
