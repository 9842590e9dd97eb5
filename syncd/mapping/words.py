"""What a rule's words come to: its direction, its policies, its key and its meaning."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping

from syncd.catalog import ResourceField
from syncd.catalog.custom import PREFIX, labelled
from syncd.core.rule import Direction, OnEdit, Policy, Rule, Translate
from syncd.core.values import Kind, SideName
from syncd.mapping import transforms
from syncd.mapping.desk import Desk
from syncd.mapping.expressions import slug
from syncd.mapping.load import Place
from syncd.mapping.model import RuleModel
from syncd.mapping.schemas import FieldSchema

__all__ = ["ProcoreWords", "assembled", "directed", "fingerprint", "words_for"]


class _AnyWord(Mapping[str, tuple[str, Kind]]):
    """Offline, any word may be a Quickbase field; what it really is shows online."""

    def __getitem__(self, word: str) -> tuple[str, Kind]:
        return word, Kind.TEXT

    def __contains__(self, word: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class ProcoreWords(Mapping[str, tuple[str, Kind]]):
    """The fields of a resource, and its custom fields as `custom.` and the label as a word. `fields` are
    the custom ones by their names in raw records; offline any may be there."""

    def __init__(self, desk: Desk) -> None:
        about, schema = desk.resource, desk.procore
        known = schema.custom.get(about.name, ()) if schema and about.custom else ()
        usable = [
            (
                f"{PREFIX}{slug(one.label)}",
                labelled(one, PREFIX + one.label, detail=about.custom_detail),
            )
            for one in known
            if one.usable
        ]
        twice = {word for word, count in Counter(word for word, _ in usable).items() if count > 1}
        found = {word: field for word, field in usable if word not in twice}
        self.fields = {one.name: one for one in found.values()}
        self._anything = schema is None and about.custom
        self._words: dict[str, tuple[str, Kind]] = {
            one.name: (one.name, one.kind) for one in about.fields if one.kind is not Kind.FILE
        }
        self._words |= {word: (one.name, one.kind) for word, one in found.items()}

    def __getitem__(self, word: str) -> tuple[str, Kind]:
        if self._anything and word.startswith(PREFIX):
            return word, Kind.TEXT
        return self._words[word]

    def __contains__(self, word: object) -> bool:
        believed = self._anything and isinstance(word, str) and word.startswith(PREFIX)
        return believed or word in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def words_for(desk: Desk, target: SideName) -> Mapping[str, tuple[str, Kind]]:
    """The words that an expression towards `target` may use, with (raw field name, kind)."""
    if target is SideName.QUICKBASE:
        return ProcoreWords(desk)
    if desk.table is None:
        return _AnyWord()
    known = [one for one in desk.table.fields if one.kind_known and one.field.kind is not Kind.FILE]
    return {slug(one.label): (one.field.name, one.field.kind) for one in known}


def directed(desk: Desk, place: Place, model: RuleModel) -> Direction | None:
    """The rule's direction: the mapping's, narrowed by its own word or by its form."""
    whole = Direction(desk.model.direction)
    word = Direction(model.direction) if model.direction else None
    forced = None
    if model.procore is None:
        forced = Direction.TO_QUICKBASE
    elif model.quickbase is None:
        forced = Direction.TO_PROCORE
    if word and forced and word is not forced:
        missing = "Procore" if model.procore is None else "Quickbase"
        text = f"a rule without a {missing} field goes {forced.value} only, not {word.value}"
        desk.problem((*place, "direction"), text)
        return None
    narrow = forced or word or whole
    if whole is not Direction.TWO_WAY and narrow is not whole:
        at = (*place, "direction") if word else place
        desk.problem(at, f"the mapping goes {whole.value} only, and this rule would go {narrow.value}")
        return None
    return narrow


def fingerprint(*meaning: object) -> str:
    """A short hash of what a rule means: two rules that mean the same have the same."""
    text = json.dumps(meaning, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def assembled(
    desk: Desk,
    model: RuleModel,
    direction: Direction,
    *,
    key: str,
    meaning: str,
    procore: ResourceField | None,
    quickbase: FieldSchema | None,
    to_quickbase: Translate = transforms.nowhere,
    to_procore: Translate = transforms.nowhere,
) -> Rule:
    """The rule, with the policies that its words or the mapping's give it."""
    whole = desk.model
    create = set(whole.create)
    required = procore is not None and (procore.scope_id or ("procore" in create and procore.field.required))
    if quickbase is not None and "quickbase" in create and quickbase.field.required:
        required = True
    return Rule(
        key=key,
        fingerprint=meaning,
        direction=direction,
        conflict=Policy(model.conflict or whole.conflict),
        first=Policy(model.first or whole.first),
        on_edit=OnEdit(model.on_edit or whole.on_edit),
        procore=procore.field if procore else None,
        quickbase=quickbase.field if quickbase else None,
        to_quickbase=to_quickbase,
        to_procore=to_procore,
        create_only=model.on == "create",
        link=model.link or "",
        required=required,
    )
