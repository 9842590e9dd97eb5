"""Writing to Procore for a person: from words and documents to one journalled write."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from syncd.catalog import Resource, ResourceField
from syncd.catalog.custom import PREFIX
from syncd.cli.output import say
from syncd.cli.procore.asked import Place, found_resource, meant_verb, place_of, scope_fields
from syncd.cli.procore.closed import telling_why
from syncd.cli.procore.custom import Printer
from syncd.cli.procore.given import field_named, value_of
from syncd.cli.procore.shown import put_calls, put_one
from syncd.core.trust import MAX_READ_AGE
from syncd.core.values import Value
from syncd.errors import ConfigProblem, UsageProblem
from syncd.procore.calls import Calls
from syncd.procore.single import Write, call_of, carry_out
from syncd.procore.wire import placed

if TYPE_CHECKING:
    from syncd.cli.wiring import Wiring
    from syncd.http.message import Call

__all__ = ["made_write", "rehearse", "write_now"]


def made_write(
    about: Resource, word: str, record: str, given: Mapping[str, Any], project: str, parent: str
) -> Write:
    """One write, checked whole before anything is called. Raises UsageProblem."""
    verb = meant_verb(about, word)
    names = {one.name for one in scope_fields(about)}
    scopes = {
        name: str(value_of(field_named(about, name), value)) for name, value in given.items() if name in names
    }
    fields = {name: value for name, value in given.items() if name not in names}
    act = about.act(verb)
    member = about.create_id if verb == "create" else ""
    if member and fields.get(member) not in (None, ""):
        record = _member(record, str(value_of(field_named(about, member), fields.pop(member))))
    elif record and not member and verb in about.making:
        raise UsageProblem(f"Procore gives a new record its id; leave out {record!r}.")
    elif act is not None and about.create_id in act.takes and fields.get(about.create_id):
        record = _member(record, str(value_of(field_named(about, about.create_id), fields[about.create_id])))
    wants_id = bool(member) or verb not in about.making
    place = place_of(about, record, project, parent, scopes, wants_id=wants_id)
    if act is not None:
        values = _taken(about, (*act.takes, *_custom(about, verb)), fields)
        values = _completed(about, act.needs, values, place, f"{word} {about.name}")
    elif verb in ("delete", "restore"):
        if fields:
            raise UsageProblem(f"{word} takes no values, only the record.")
        values = []
    else:
        values = _written(about, verb, fields)
    here = tuple((one, placed(one, value, place.scope)) for one, value in values)
    return Write(about, verb, place.scope, place.id, here)


def rehearse(wiring: Wiring, write: Write, *, as_json: bool, first: Sequence[Call] = ()) -> None:
    """Print the call that would be made, after those that come `first`; nothing is sent, and nothing
    journalled."""
    company = wiring.settings.procore.company_id
    if not company:
        raise ConfigProblem("SYNCD_PROCORE__COMPANY_ID is not set, and the call would name the company.")
    if (
        write.verb == "update"
        and not write.by_sync
        and (lacking := _lacking(write.about, [one.name for one, _ in write.values]))
    ):
        say(f"Beside this, the call carries {', '.join(lacking)} as the record has it then.")
    put_calls([*first, call_of(Calls(company), write)], as_json=as_json)


def write_now(wiring: Wiring, write: Write, *, as_json: bool) -> None:
    """Carry it out and print the record as Procore says it is now. An act that only reads is not
    journalled."""
    from syncd.cli.procore.by_hand import write_by_hand

    wiring.settings.require_online()
    with telling_why(write.about, write.scope, write.id):
        if write.act is not None and write.act.method == "GET":
            done = carry_out(wiring.vendors.procore, write, wiring.clock.monotonic() + MAX_READ_AGE)
        else:
            done = write_by_hand(wiring, write)
    # What answers another verb may be no record of the resource: a file's new version has an id, too.
    is_record = write.act is None or write.act.answers == "record"
    if is_record and done.row is not None and "id" in done.row:
        row = Printer(wiring, found_resource(write.about.name), written=True).row(done.row, write.scope)
    else:
        row = {"id": write.identity}
    say(f"{write.word} {write.about.name} {row['id']}: done ({done.told})")
    put_one(row, as_json=as_json)


def _member(record: str, id: str) -> str:
    """The membership's id, from the word and from the field that names the member."""
    *outer, last = record.split("/") if record else [""]
    if record and last != id and "/" in record:
        raise UsageProblem(f"Two members are named: {last} and {id}.")
    if record and "/" not in record and last != id:
        outer = [last]  # the bare word is the project
    return "/".join([*outer, id])


def _written(about: Resource, verb: str, fields: Mapping[str, Any]) -> list[tuple[ResourceField, Value]]:
    """The values of a create or an update, each of a field that takes them then."""
    pairs = []
    for name, raw in fields.items():
        one = field_named(about, name)
        allowed = one.field.on_create if verb == "create" else one.field.on_update
        if not allowed or not one.write:
            when = _why_not(about, one)
            raise UsageProblem(f"{name} {when}.", hint=one.field.note)
        pairs.append((one, value_of(one, raw)))
    if verb == "create":
        given = {one.name for one, value in pairs if value is not None}
        missing = [
            one.name
            for one in about.required
            if not one.scope_id and one.name != about.create_id and one.name not in given
        ]
        if missing:
            raise UsageProblem(f"Procore needs {', '.join(missing)} to create {about.name}.")
    elif not pairs:
        raise UsageProblem("Say what to change, as field=value.")
    elif not about.show and (lacking := _lacking(about, fields)):
        raise UsageProblem(f"Procore needs {', '.join(lacking)} with every update of {about.name}.")
    return pairs


def _why_not(about: Resource, one: ResourceField) -> str:
    """Why the verb does not write the field, and what does."""
    if not one.write and (acts := [verb for verb in one.by_act if verb]):
        asked = " or ".join(f"`syncd procore {verb} {one.beside or about.name}`" for verb in acts)
        return f"is written by a call of its own: say {asked}"
    if one.field.on_create:
        return "is set when a record is created, and cannot be changed"
    return "cannot be set when a record is created" if one.field.on_update else "cannot be written"


def _lacking(about: Resource, named: Collection[str]) -> list[str]:
    """What every update carries and this one does not name."""
    return [name for name in about.update_needs if name not in named]


def _custom(about: Resource, verb: str) -> list[str]:
    """The custom fields that are known and go with an act that makes a record, as with any create."""
    return [one.name for one in about.fields if one.name.startswith(PREFIX)] if verb in about.making else []


def _taken(
    about: Resource, takes: tuple[str, ...], fields: Mapping[str, Any]
) -> list[tuple[ResourceField, Value]]:
    if fields and not takes:
        raise UsageProblem(f"It takes no values, only the record; {', '.join(fields)} was given.")
    pairs = [(field_named(about, name, takes), raw) for name, raw in fields.items()]
    return [(one, value_of(one, raw)) for one, raw in pairs]


def _completed(
    about: Resource,
    needs: tuple[str, ...],
    values: list[tuple[ResourceField, Value]],
    place: Place,
    what: str,
) -> list[tuple[ResourceField, Value]]:
    """The values with the record's own id where the body names the record, too."""
    given = {one.name for one, value in values if value is not None}
    for name in needs:
        one = about.field(name)
        if name in given or one is None:
            continue
        if one.read != ("id",) or not place.id:
            raise UsageProblem(f"{what} needs {', '.join(set(needs) - given)}.")
        values = [(one, place.id), *values]
        given.add(name)
    return values
