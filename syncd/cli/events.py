"""`syncd events`: what happened to which Procore record, from the event feed."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.output import Json, moment, put_rows, value_text
from syncd.errors import UsageProblem

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.store import Occurrence

__all__ = ["COLUMNS", "event_object", "events", "since_when"]

COLUMNS = (
    "id", "at", "kind", "resource", "scope", "procore_id", "quickbase_id", "fields", "mapping", "source",
)  # fmt: skip

LOOK_SECONDS = 1.0
"""How often `--follow` looks for more."""

PAGE = 1_000
MOST = 100_000


def events(
    follow: Annotated[bool, typer.Option("--follow", help="Go on and print new ones until stopped.")] = False,
    mapping: Annotated[
        str, typer.Option("--mapping", metavar="M", help="Only what this mapping has told.")
    ] = "",
    resource: Annotated[
        str, typer.Option("--resource", metavar="R", help="Only records of this Procore resource.")
    ] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Only those seen since: 2h, 7d, or an instant.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="The newest so many.")] = 50,
    json: Json = False,
) -> int:
    """List what happened in Procore, newest first: to which record, and to which fields of it.

    Kinds are created, updated, deleted, replied, reply updated and removed (from a project).
    Names of fields are told, never values; what syncd wrote itself is not told. With --follow the
    oldest comes first, and with --json each event is one line.
    """
    from syncd.cli.known import known_names
    from syncd.cli.stopping import heed_signals
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        known_names(wiring, [mapping] if mapping else ())
        asked = _Asked(wiring, mapping, _resource(resource), since_when(since, wiring.clock.now()))
        if not follow:
            rows = [event_object(one) for one in asked.newest(limit)]
            put_rows(rows, COLUMNS, as_json=json, none="No events yet.")
            return 0
        heed_signals(wiring.stop)
        put = _put_line if json else _put_row
        for one in asked.follow(limit):
            put(event_object(one))
    return 0


class _Asked:
    """What was asked for, read page by page."""

    def __init__(self, wiring: Wiring, mapping: str, resource: str, since: float) -> None:
        self._wiring = wiring
        self._filters: dict[str, Any] = {
            "feed": mapping or None,
            "resource": resource or None,
            "since": since,
        }

    def newest(self, limit: int) -> list[Occurrence]:
        """The newest so many, the newest first."""
        with self._wiring.store.read() as tx:
            return tx.occurrences(**self._filters, limit=limit, newest=True)

    def follow(self, limit: int) -> Iterator[Occurrence]:
        """The newest so many in the order they were seen, then each new one, until stopped."""
        with self._wiring.store.read() as tx:
            last = tx.newest_occurrence()  # what comes after is not in the list that comes first
        first = list(reversed(self.newest(limit)))
        last = max([last, *(one.id for one in first)])
        yield from first
        while not self._wiring.stop.is_set():
            with self._wiring.store.read() as tx:
                more = tx.occurrences(**self._filters, after_id=last, limit=PAGE)
            yield from more
            if more:
                last = more[-1].id
            else:
                self._wiring.clock.sleep(LOOK_SECONDS, self._wiring.stop)


def event_object(one: Occurrence) -> dict[str, Any]:
    """An event as `--json` has it."""
    return {
        "id": one.id,
        "at": moment(one.at),
        "kind": one.kind,
        "resource": one.resource,
        "scope": one.scope,
        "procore_id": one.procore_id,
        "quickbase_id": one.quickbase_id,
        "fields": list(one.fields),
        "mapping": one.mapping,
        "source": one.source,
    }


def since_when(text: str, now: float) -> float:
    """`2h` before now, or an instant, as epoch seconds; 0.0 for "". Raises UsageProblem."""
    from syncd.clock import parse_instant
    from syncd.mapping.model import seconds

    if not text:
        return 0.0
    try:
        return now - seconds(text)
    except ValueError:
        pass
    try:
        return parse_instant(text)
    except ValueError:
        raise UsageProblem(
            f"--since {text!r} is not a time.",
            hint="Write how long ago, such as 30m, 2h or 7d, or an instant such as 2026-01-05T08:00:00Z.",
        ) from None


def _resource(name: str) -> str:
    """The resource's name, checked. Raises UsageProblem, with a suggestion."""
    from syncd.cli.procore.asked import found_resource

    return found_resource(name).name if name else ""


def _put_line(row: dict[str, Any]) -> None:
    sys.stdout.write(json_text.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _put_row(row: dict[str, Any]) -> None:
    print("\t".join(value_text(row[column]) for column in COLUMNS), flush=True)
