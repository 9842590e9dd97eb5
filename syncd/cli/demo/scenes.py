"""What the demo plays: first contact, edits both ways, a conflict, a crash, a rate limit."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from typing import Any

from syncd.cli.demo.census import crossed, take_census
from syncd.cli.demo.edits import EDITS, make, seen
from syncd.cli.demo.stage import TO_PROCORE, TO_QUICKBASE, Crossing, Stage
from syncd.cli.output import put_table

__all__ = ["conflict", "crash", "edits", "first_contact", "rate_limit"]

Row = dict[str, Any]

LATENCY = 2.0
"""Seconds the vendor takes over the call in whose middle we are killed."""

MORE_CYCLES = 4
"""Cycles after the first: a reply waits for its RFI, which waits for its project."""

TRANSFERRED = 2_500.0
"""What a transfer moves from one budget line to another."""

NARROW = 10
"""Calls a window that the rate limit scene leaves us."""


def first_contact(stage: Stage) -> None:
    """Both sides have records, some of them the same; nothing is linked."""
    stage.title("First contact: records on both sides, none of them linked")
    stage.before = take_census(stage.person)
    report = stage.syncd("sync", "--json")
    for cycle in report.json or ():
        made = " ".join(f"{side} +{count}" for side, count in sorted(cycle["created"].items()))
        stage.tell(f"{cycle['mapping']}: {cycle['linked']} linked, created: {made or 'none'}")
    for _turn in range(MORE_CYCLES):
        if stage.syncd("sync").code == 0:
            break  # what waited for a parent or for a second look is through
    stage.now = take_census(stage.person)
    for one in crossed(stage.before, stage.now):
        stage.claim(one.whole, f"{one.resource}: {one.both} on each side, paired one to one, none doubled")


def edits(stage: Stage) -> None:
    """People edit and add on both sides; one cycle brings it across."""
    stage.title("People edit on both sides")
    person = stage.person
    made = [(edit, make(person, stage.now, edit)) for edit in EDITS]
    person.add_procore("projects", {"name": "Teal Pavilion", "project_number": "P-900", "city": "Salem"})
    person.write_quickbase("Vendors", {"Company Name": "Teal Glazing", "City": "Salem"})
    _ask_for_transfer(stage)
    kinds = len({edit.resource for edit in EDITS})
    stage.tell(f"{len(EDITS)} fields of {kinds} kinds of records, new records on each side, a transfer")
    for _turn in range(MORE_CYCLES):
        stage.syncd("sync")
        now = take_census(person)
        if all(seen(now, edit, identity) for edit, identity in made):
            break
    for edit, identity in made:
        direction = TO_QUICKBASE if edit.side == "procore" else TO_PROCORE
        shown = Crossing(edit.resource, direction, edit.field, str(edit.value), seen(now, edit, identity))
        _note(stage, shown)
    _note(
        stage,
        _new(now.linked("projects").values(), "projects", TO_QUICKBASE, "Project Name", "Teal Pavilion"),
    )
    _note(stage, _new(now.procore["vendors"].values(), "vendors", TO_PROCORE, "name", "Teal Glazing"))
    moved = now.procore["budget-modifications"].values()
    _note(stage, _new(moved, "budget-modifications", TO_PROCORE, "amounts", [TRANSFERRED, -TRANSFERRED]))
    _table(stage)


def _ask_for_transfer(stage: Stage) -> None:
    """A transfer between the first two lines of a budget that is not locked. The company has budget changes
    where it had modifications: this becomes one change with two opposite lines, as a draft."""
    lines = iter(stage.now.quickbase["budget-line-items"].values())
    to = next(lines)
    giver = next(line for line in lines if line["Related Project"] == to["Related Project"])
    ends = {"Related Project": to["Related Project"], "To Line": int(to["id"]), "From Line": int(giver["id"])}
    stage.person.write_quickbase("Budget Modifications", {**ends, "Amount": TRANSFERRED, "Notes": "Winter"})


def _new(rows: Iterable[Row], resource: str, direction: str, name: str, value: Any) -> Crossing:
    """A new record, and whether the other side has it."""
    found = any(row.get(name) == value for row in rows)
    return Crossing(resource, direction, "new record", str(value), found)


def conflict(stage: Stage) -> None:
    """The same field, edited on both sides: it alone is held, and a person settles it."""
    stage.title("A conflict: the same field edited on both sides")
    person = stage.person
    scope, rfi = _one_rfi(stage)
    key = f"{scope}/{rfi['id']}"
    row = _by_key(stage, "RFIs")[key]
    person.edit_procore("rfis", str(rfi["id"]), {"subject": "Beam depth at grid A"}, scope)
    person.write_quickbase("RFIs", {"Subject": "Beam depth at grid B", "Due Date": "2026-10-01"}, row["id"])
    report = stage.syncd("sync", "rfis")
    found = [one for one in stage.syncd("conflicts", "--json").json or () if one["procore_id"] == key]
    stage.claim(report.code == 4 and len(found) == 1, "`syncd sync` ends with 4, and the conflict is listed")
    due = next(one for one in person.procore("rfis", scope) if one["id"] == rfi["id"])["due_date"]
    stage.claim(str(due)[:10] == "2026-10-01", "the record's other field crossed all the same")
    for one in found:
        stage.tell(f"conflict {one['id']}: {one['field']}: {one['procore']!r} or {one['quickbase']!r}")
        stage.syncd("conflicts", "settle", str(one["id"]), "quickbase")
    stage.syncd("sync", "rfis")
    subject = next(one for one in person.procore("rfis", scope) if one["id"] == rfi["id"])["subject"]
    stage.claim(subject == "Beam depth at grid B", "settled for Quickbase: both sides say grid B")
    lost = [event for event in stage.syncd("history", "rfis", key, "--json").json or () if event["loser"]]
    stage.claim(
        any(e["loser"] == "Beam depth at grid A" for e in lost), "the losing value is kept in history"
    )


def crash(stage: Stage) -> None:
    """SIGKILL in the middle of a create that carries no key: no twin, nothing lost."""
    stage.title("A crash: syncd is killed while Procore makes a record")
    person = stage.person
    scope, _rfi = _one_rfi(stage)
    like = next(row for row in person.quickbase("RFIs") if row["Procore ID"].startswith(f"{scope}/"))
    copied = {name: like[name] for name in ("Related Project", "RFI Manager", "Question")}
    person.write_quickbase("RFIs", {**copied, "Subject": "Made while dying"})
    path = f"/rest/v1.0/projects/{scope}/rfis"
    person.fault(vendor="procore", method="POST", path=path, kind="latency", value=LATENCY, times=1)
    process = stage.start("sync", "rfis")
    arrived = stage.until(lambda: person.faults_left() == 0 or process.poll() is not None, 30.0)
    process.send_signal(signal.SIGKILL)
    process.wait()
    stage.claim(arrived and process.returncode == -signal.SIGKILL, "killed with the create under way")
    stage.until(lambda: _subjects(stage, scope).count("Made while dying") > 0, LATENCY + 10.0)
    stage.tell("Procore has made the record; syncd never saw the answer")
    stage.syncd("sync", "rfis")
    stage.syncd("sync", "rfis")
    stage.claim(_subjects(stage, scope).count("Made while dying") == 1, "one record in Procore, not two")
    linked = [
        row for row in person.quickbase("RFIs") if row["Subject"] == "Made while dying" and row["Procore ID"]
    ]
    stage.claim(len(linked) == 1, "found again and linked with its Quickbase record")
    _note(stage, Crossing("rfis", TO_PROCORE, "new record", "Made while dying", len(linked) == 1))


def rate_limit(stage: Stage) -> None:
    """A narrower budget: syncd waits for it, and loses nothing."""
    stage.title(f"A rate limit: Procore allows {NARROW} calls in 10 seconds from now on")
    person = stage.person
    person.fault(vendor="procore", kind="rate", value=NARROW)
    row = person.quickbase("Vendors")[0]
    person.write_quickbase("Vendors", {"City": "Northfield"}, row["id"])
    before = _refused(stage)
    begun = stage.clock.monotonic()
    said = stage.syncd("sync", "vendors")
    took = stage.clock.monotonic() - begun
    for line in [line for line in said.words.splitlines() if "budget." in line][:4]:
        stage.tell(f"log: {line}")
    found = {str(one["id"]): one["city"] for one in person.procore("vendors")}
    stage.claim(said.code == 0, f"the cycle ended well; with its waits it took {took:.0f} s")
    stage.claim(found.get(row["Procore ID"]) == "Northfield", "the edit arrived")
    refused = _refused(stage) - before
    stage.claim(
        refused <= 1, f"{refused} of its calls was refused: that one tells the limit, all others wait"
    )
    _note(
        stage,
        Crossing("vendors", TO_PROCORE, "City", "Northfield", found.get(row["Procore ID"]) == "Northfield"),
    )
    person.calm()


def _refused(stage: Stage) -> int:
    """How often Procore answered syncd with 429."""
    return sum(
        int(line["count"])
        for line in stage.person.stats()["requests"]
        if line["vendor"] == "procore" and line["status"] == 429 and line["credential"] == "syncd"
    )


def _note(stage: Stage, crossing: Crossing) -> None:
    stage.crossings.append(crossing)
    if not crossing.seen:
        stage.claim(False, f"{crossing.resource} {crossing.what}: {crossing.value!r} did not arrive")


def _table(stage: Stage) -> None:
    rows = [(c.resource, c.direction, c.what, c.value, "✓" if c.seen else "✗") for c in stage.crossings]
    put_table(("resource", "direction", "field", "value", "seen there"), rows)


def _rfis(stage: Stage) -> dict[str, list[Row]]:
    """Procore's RFIs by project."""
    projects = [str(row["id"]) for row in stage.person.procore("projects")]
    return {project: stage.person.procore("rfis", project) for project in projects}


def _one_rfi(stage: Stage) -> tuple[str, Row]:
    """Some RFI and its project."""
    return next((project, rfis[0]) for project, rfis in _rfis(stage).items() if rfis)


def _subjects(stage: Stage, project: str) -> list[str]:
    return [row["subject"] for row in stage.person.procore("rfis", project)]


def _by_key(stage: Stage, table: str) -> dict[str, Row]:
    """Quickbase's records by the Procore identity in their key field."""
    return {row["Procore ID"]: row for row in stage.person.quickbase(table) if row["Procore ID"]}
