"""Planted bugs that only the worlds of the whole catalogue can kill: what vendors do not tell."""

from __future__ import annotations

from typing import Any

from syncd.core import reconcile
from syncd.sync import adopted, birth, born
from syncd.sync.workbench import Workbench
from tests.proof.planted import plant

__all__: list[str] = []


@plant(
    "too late is nothing", "an edit of a field that only a create can carry is passed over", "project-users"
)
def _too_late_is_nothing() -> list[tuple[Any, str, Any]]:
    return [(reconcile, "_too_late", lambda *_: reconcile.NOTHING)]


@plant("old without stamp", "what has no time stamp is never taken for an old version", "offices")
def _old_without_stamp() -> list[tuple[Any, str, Any]]:
    return [(Workbench, "young", lambda *_: False)]


@plant("twin without time", "a record that does not say when it was made is never a twin", "offices")
def _twin_without_time() -> list[tuple[Any, str, Any]]:
    return [(birth, "_same", lambda *_: False)]


@plant("default is a word", "what a new record holds by default counts as somebody's word", "projects")
def _default_is_a_word() -> list[tuple[Any, str, Any]]:
    return [(module, "follows", lambda *_: False) for module in (born, adopted)]
