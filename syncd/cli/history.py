"""`syncd history`: what was written, why, and what the vendor answered."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.output import Json, put_rows

__all__ = ["history"]


def history(
    mapping: Annotated[
        str, typer.Argument(metavar="[MAPPING]", help="Only this mapping, or procore:RESOURCE.")
    ] = "",
    record: Annotated[str, typer.Argument(metavar="[ID]", help="Procore id, or qb:RECORD-ID.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many.")] = 50,
    json: Json = False,
) -> int:
    """List what syncd did, newest first: the rule, the values before and after, the answer.

    What was done by `syncd procore` stands under procore:RESOURCE, such as procore:offices.
    """
    from syncd.cli.known import known_names, parse_record
    from syncd.cli.procore.asked import found_resource
    from syncd.cli.procore.by_hand import PREFIX
    from syncd.cli.rows import EVENT_COLUMNS, event_row
    from syncd.cli.wiring import Wiring
    from syncd.core.values import SideName

    side, identity = parse_record(record) if record else (None, None)
    with Wiring() as wiring:
        if mapping.startswith(PREFIX):
            found_resource(mapping.removeprefix(PREFIX))
        else:
            known_names(wiring, [mapping] if mapping else ())
        with wiring.store.read() as tx:
            events = tx.history(
                mapping or None,
                identity if side is SideName.PROCORE else None,
                identity if side is SideName.QUICKBASE else None,
                limit=limit,
            )
        put_rows([event_row(event) for event in events], EVENT_COLUMNS, as_json=json, none="No history yet.")
    return 0
