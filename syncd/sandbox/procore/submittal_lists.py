"""Lists of submittals, with the filters that look at approvers and specification sections (reference §12)."""

from __future__ import annotations

import re

from syncd.sandbox.message import Response
from syncd.sandbox.procore.read import listing
from syncd.sandbox.procore.resource import Endpoint, Resource
from syncd.sandbox.procore.state import State
from syncd.sandbox.procore.submittal_approvers import waiting
from syncd.sandbox.procore.table import Record, Values, Version
from syncd.sandbox.procore.wire import Call

__all__ = ["ELSEWHERE", "in_court", "listed"]

ELSEWHERE = ("ball_in_court_id", "approver_id", "response_id", "division")
"""Filters that look at other records than the submittal."""

_ASKED = re.compile(r"^filters\[(\w+)\](\[\d*\])?$")
_LISTING = Endpoint("GET", "", "list", view="list", view_key="")
_BIN = Endpoint("GET", "", "list", view="bin", view_key="")


def listed(state: State, resource: Resource, call: Call, args: dict[str, int], scope: int) -> Response:
    """The list, and the recycle bin, with the filters that look at approvers and sections."""
    binned = call.request.path.endswith("/recycle_bin")
    asked: dict[str, set[str]] = {}
    for key, value in call.request.query:
        found = _ASKED.match(key)
        if found and found[1] in ELSEWHERE:
            asked.setdefault(found[1], set()).update(part.strip() for part in value.split(","))

    def keep(record: Record, version: Version) -> bool:
        if version.values["deleted"] is not binned:
            return False
        return all(wanted & _elsewhere(state, name, record, version.values) for name, wanted in asked.items())

    return listing(state, resource, _BIN if binned else _LISTING, call, scope, keep)


def _elsewhere(state: State, name: str, record: Record, values: Values) -> set[str]:
    if name == "ball_in_court_id":
        return {str(one) for one in in_court(state, record, values)}
    if name == "division":
        section = state.options.more.get(values["specification_section"] or 0, {})
        return {str(section.get("number") or "")[:2]}
    key = "user" if name == "approver_id" else "response"
    every = state.tables["submittal_approvers"].within(record.id).values()
    return {str(one.now.values[key]) for one in every}


def in_court(state: State, record: Record, values: Values) -> list[int]:
    """The users whose answer an open submittal waits for."""
    return [] if values["closed_at"] else waiting(state, record.id)
