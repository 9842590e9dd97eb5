"""Rules and mappings built by hand, for tests that are not about mapping files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from syncd.core.rule import Direction, Held, LinkLookup, OnEdit, Policy, Rule, as_it_is
from syncd.core.values import Field, Kind, SideName, Value
from syncd.mapping.compiled import Mapping, ProcoreEnd, QuickbaseEnd

__all__ = ["field", "mapping", "reference", "rule"]


def field(name: str, kind: Kind = Kind.TEXT, **rest: object) -> Field:
    """A field whose label is its name in capitals."""
    return replace(Field(name, name.title(), kind), **rest)  # type: ignore[arg-type]


def rule(
    name: str,
    kind: Kind = Kind.TEXT,
    *,
    direction: Direction = Direction.TWO_WAY,
    conflict: Policy = Policy.HOLD,
    first: Policy = Policy.HOLD,
    on_edit: OnEdit = OnEdit.REPORT,
    values: dict[str, str] | None = None,
    required: bool = False,
) -> Rule:
    """A rule between two fields of one name; `values` maps Procore words to Quickbase's."""
    back = {quickbase: procore for procore, quickbase in (values or {}).items()}

    def mapped(words: dict[str, str]) -> object:
        if not words:
            return as_it_is

        def translate(value: Value, _links: LinkLookup) -> Value | Held:
            if value is None:
                return value
            return words.get(str(value), Held(f"{value!r} is not in values:"))  # type: ignore[return-value]

        return translate

    return Rule(
        key=f"{name} = {name.title()}",
        fingerprint=f"{name}:{kind.value}",
        direction=direction,
        conflict=conflict,
        first=first,
        on_edit=on_edit,
        procore=field(name, kind),
        quickbase=field(name.title(), kind),
        to_quickbase=mapped(values or {}),  # type: ignore[arg-type]
        to_procore=mapped(back),  # type: ignore[arg-type]
        required=required,
    )


def reference(name: str, link: str, *, required: bool = False, conflict: Policy = Policy.HOLD) -> Rule:
    """A rule that goes through another mapping's links."""

    def across(side: SideName) -> object:
        def translate(value: Value, links: LinkLookup) -> Value | Held:
            if value is None:
                return None
            found = links.across(link, side, str(value))
            return found or Held(f"{link} {value} is not linked yet", (link, side, str(value)))

        return translate

    return replace(
        rule(name, Kind.REFERENCE, conflict=conflict),
        to_quickbase=across(SideName.PROCORE),
        to_procore=across(SideName.QUICKBASE),
        link=link,
        required=required,
    )


def mapping(name: str, rules: Sequence[Rule], **rest: object) -> Mapping:
    """A company-scoped mapping over these rules, creating on both sides."""
    base = Mapping(
        name=name,
        file=f"{name}.yaml",
        procore=ProcoreEnd(name),
        quickbase=QuickbaseEnd(f"tbl_{name}", "6", name=name.title()),
        rules=tuple(rules),
        create=frozenset(SideName),
        fingerprint=",".join(rule.fingerprint for rule in rules),
    )
    return replace(base, **rest)  # type: ignore[arg-type]
