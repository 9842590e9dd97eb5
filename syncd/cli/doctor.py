"""`syncd doctor`: what a cycle would meet, asked of both vendors and this machine."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from syncd.cli.exits import Exit
from syncd.cli.output import Json, put_rows
from syncd.errors import AuthProblem, ConfigProblem, SyncdError

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.mapping.compiled import Mapping

__all__ = ["doctor"]


def doctor(json: Json = False) -> int:
    """Check credentials, permissions, tables, tools per project and clocks, online.

    Costs a few calls. Exit codes: 0 all is well, 1 something is not, 3 settings, mapping
    files or credentials are wrong.
    """
    from syncd.cli.wiring import Wiring

    rows: list[dict[str, Any]] = []
    code: int = Exit.DONE
    with Wiring() as wiring:
        rows += _settings(wiring)
        rows += _state(wiring)
        try:
            mappings = wiring.load_mappings(strictly=True)
        except ConfigProblem as problem:
            code, mappings = Exit.CONFIG, []
            lines = problem.problems or (problem.message,)
            rows += [_row("mappings", False, line, problem.hint) for line in lines]
        except SyncdError as error:
            code, mappings = Exit.FAILED, []
            rows.append(_row("mappings", False, error.message, error.hint))
        else:
            rows.append(_row("mappings", True, f"{len(mappings)} fit the Quickbase app as it is now."))
            rows += _people(wiring, mappings)
        if not _signed_in(wiring):
            code = Exit.CONFIG
        rows += [_row(fact.topic, fact.ok, fact.text, fact.hint) for fact in wiring.vendors.doctor(mappings)]
        put_rows(rows, ("topic", "state", "reason", "hint"), as_json=json, none="Nothing to say.")
    if code == Exit.DONE and any(row["state"] == "bad" for row in rows):
        return Exit.FAILED
    return code


def _settings(wiring: Wiring) -> list[dict[str, Any]]:
    """Which settings were given and where they came from; raises ConfigProblem if some are missing."""
    wiring.settings.require_online()
    return [
        _row("setting", True, f"{origin.name} = {origin.value} from {origin.source}")
        for origin in wiring.settings.origins
    ]


def _signed_in(wiring: Wiring) -> bool:
    """Whether Procore takes our credentials; the facts that follow say why it does not."""
    try:
        wiring.vendors.procore.me()
    except AuthProblem:
        return False
    except SyncdError:
        pass  # not for the credentials' sake
    return True


def _state(wiring: Wiring) -> list[dict[str, Any]]:
    from syncd.store.facts import facts

    holder = wiring.holder()
    return [
        *(_row("state", True, fact) for fact in facts(wiring.store)),
        _row("state", True, f"In use: {holder}." if holder else "No other syncd uses this state."),
    ]


def _people(wiring: Wiring, mappings: Collection[Mapping]) -> list[dict[str, Any]]:
    """Whom rules `by: email` could not match, as far as cycles have met them; costs no call."""
    from syncd.cli.people import told

    if not any(one.people or any(named.by == "email" for named in one.named) for one in mappings):
        return []
    hint = "Add them there, or mend the address; then `syncd retry`. `syncd held` lists the fields."
    rows = [_row("people", False, sentence, hint) for sentence in told(wiring.store)]
    return rows or [_row("people", True, "Nobody is held for an e-mail address that the other side lacks.")]


def _row(topic: str, ok: bool, text: str, hint: str = "") -> dict[str, Any]:
    return {"topic": topic, "state": "ok" if ok else "bad", "reason": text, "hint": hint}
