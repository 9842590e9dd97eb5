"""`syncd check`: settings and mapping files, offline, every problem at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.cli.exits import Exit
from syncd.cli.output import Json, put_json, say
from syncd.errors import ConfigProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring

__all__ = ["check"]

NAMED = 5
"""Custom fields that are named; a mapping may use hundreds."""


def check(json: Json = False) -> int:
    """Check settings and mapping files without calling a vendor.

    Every problem in every file is listed as `file:line:column: what is wrong`. Whether
    tables, fields and permissions exist is what `syncd doctor` finds out.
    """
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        problems = _settings(wiring)
        names: list[str] = []
        custom: list[str] = []
        if not problems:
            problems, names, custom = _mappings(wiring)
        if json:
            put_json({"ok": not problems, "problems": problems, "mappings": names})
        elif problems:
            for line in problems:
                print(line)
        else:
            are = "mapping is" if len(names) == 1 else "mappings are"
            print(f"{len(names)} {are} well-formed: {', '.join(names)}.")
            say("Tables, fields and permissions are checked online by `syncd doctor`.")
            if custom:
                more = f" and {len(custom) - NAMED} more" if len(custom) > NAMED else ""
                say(f"So are Procore's custom fields: {', '.join(custom[:NAMED])}{more}.")
    return Exit.CONFIG if problems else Exit.DONE


def _settings(wiring: Wiring) -> list[str]:
    try:
        _ = wiring.settings
    except ConfigProblem as problem:
        return _lines(problem)
    return []


def _mappings(wiring: Wiring) -> tuple[list[str], list[str], list[str]]:
    """Problems, or else the mappings' names and the custom fields of Procore that they name."""
    from syncd.catalog.custom import PREFIX
    from syncd.cli.files import names_in, read_mappings
    from syncd.mapping.compile import compile_all

    try:
        files = read_mappings(wiring.settings.mappings_dir)
        made = compile_all(files, None)
    except ConfigProblem as problem:
        return _lines(problem), [], []
    fields = {rule.procore.name for one in made for rule in one.rules if rule.procore}
    return [], sorted(names_in(files)), sorted(name for name in fields if name.startswith(PREFIX))


def _lines(problem: ConfigProblem) -> list[str]:
    return list(problem.problems) or [f"{problem.message} {problem.hint}".strip()]
