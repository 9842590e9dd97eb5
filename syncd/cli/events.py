"""`syncd events`: what happened to which Procore record, from the event feed."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.output import Json, moment, put_rows, say, value_text
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
    kind: Annotated[str, typer.Option("--kind", metavar="K", help="Only this kind, such as created.")] = "",
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Only those seen since: 2h, 7d, or an instant.")
    ] = "",
    after: Annotated[
        int | None,
        typer.Option(
            "--after", metavar="ID", min=0, help="Go on behind the event with this id, oldest first."
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST, help="The newest so many; with --after, the next so many.")
    ] = 50,
    json: Json = False,
) -> int:
    """List what happened in Procore, newest first: to which record, and to which fields of it.

    Kinds are created, updated, deleted, replied, reply updated and removed (from a project).
    Names of fields are told, never values; what syncd wrote itself is not told. With --follow the
    oldest comes first, and with --json each event is one line. A script that remembers the last id
    it has seen misses nothing with --after, however long it was away; --follow then knows no limit.
    """
    from syncd.cli.known import known_names
    from syncd.cli.stopping import heed_signals
    from syncd.cli.wiring import Wiring

    with Wiring() as wiring:
        known_names(wiring, [mapping] if mapping else ())
        filters = {"feed": mapping, "resource": _resource(resource), "kind": _kind(kind)}
        asked = _Asked(wiring, filters, since_when(since, wiring.clock.now()))
        if after and (oldest := asked.oldest_if_forgotten(after)):
            say(f"Events after {after} may be forgotten: the oldest that is kept is {oldest}.")
        if not follow:
            found = asked.newest(limit) if after is None else asked.page(after, limit)
            put_rows([event_object(one) for one in found], COLUMNS, as_json=json, none=_none(after))
            return 0
        heed_signals(wiring.stop)
        put = _put_line if json else _put_row
        for one in asked.follow(limit) if after is None else asked.behind(after):
            put(event_object(one))
    return 0


class _Asked:
    """What was asked for, read page by page."""

    def __init__(self, wiring: Wiring, filters: dict[str, str], since: float) -> None:
        """`filters` are what an event has to have, "" for anything."""
        self._wiring = wiring
        self._filters: dict[str, Any] = {name: value or None for name, value in filters.items()}
        self._filters["since"] = since

    def newest(self, limit: int) -> list[Occurrence]:
        """The newest so many, the newest first."""
        with self._wiring.store.read() as tx:
            return tx.occurrences(**self._filters, limit=limit, newest=True)

    def follow(self, limit: int) -> Iterator[Occurrence]:
        """The newest so many in the order they were seen, then each new one, until stopped."""
        with self._wiring.store.read() as tx:
            last = tx.newest_occurrence()  # what comes after is not in the list that comes first
        first = list(reversed(self.newest(limit)))
        yield from first
        yield from self.behind(max([last, *(one.id for one in first)]))

    def page(self, after: int, limit: int) -> list[Occurrence]:
        """The next so many behind that event, in the order they were seen."""
        with self._wiring.store.read() as tx:
            return tx.occurrences(**self._filters, after_id=after, limit=limit)

    def oldest_if_forgotten(self, after: int) -> int:
        """The oldest event's id where none up to that one is kept any more, else 0."""
        with self._wiring.store.read() as tx:
            oldest = tx.occurrences(limit=1)
        return oldest[0].id if oldest and oldest[0].id > after + 1 else 0

    def behind(self, last: int) -> Iterator[Occurrence]:
        """All behind that event, and each new one, until stopped."""
        while not self._wiring.stop.is_set():
            more = self.page(last, PAGE)
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


def _kind(word: str) -> str:
    """The kind, checked. Raises UsageProblem, with the nearest."""
    from syncd.catalog import instead
    from syncd.store.tables_feed import KINDS

    if word and word not in KINDS:
        raise UsageProblem(f"There is no kind of event {word!r}; {instead(word, KINDS)}")
    return word


def _none(after: int | None) -> str:
    return "No events yet." if after is None else "No events since then."


def _put_line(row: dict[str, Any]) -> None:
    sys.stdout.write(json_text.dumps(row, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _put_row(row: dict[str, Any]) -> None:
    print("\t".join(value_text(row[column]) for column in COLUMNS), flush=True)
