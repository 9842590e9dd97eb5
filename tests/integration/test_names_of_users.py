"""People by e-mail address on both sides: Procore's references and Quickbase's fields of users."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.clock import ManualClock
from syncd.errors import ConfigProblem, Forbidden, Transient
from syncd.http.message import Answer, Call, Headers, Lane
from syncd.quickbase.people import AGE, CLOSED, FRESH, People
from tests.integration.test_names_over_the_stack import Office


class Crowd(Office):
    """The office, where managers and assignees are users of Quickbase too."""

    def __init__(self) -> None:
        super().__init__()
        self.users = {
            name: self.forms.add_person(f"{name} Ro", f"{name}.ro@example.com") for name in ("ana", "bo")
        }
        self.forms.create_field("RFIs", "Lead", "user")
        self.forms.create_field("RFIs", "Team", "multiuser")
        self.map()

    def map(self, *rules: str) -> None:
        """The manager and the assignees as users; other rules besides."""
        super().map(*rules)
        text = self.stack.files["rfis"].replace("quickbase: Manager", "quickbase: Lead")
        self.stack.files["rfis"] = f"{text}  - {{procore: assignees, quickbase: Team, by: email}}\n"

    def questions(self) -> int:
        """How often Quickbase's directory was asked."""
        return self.stack.world.stats.total("quickbase", template="/users")


@pytest.fixture
def crowd() -> Crowd:
    """An office of its own for every test."""
    return Crowd()


def test_users_cross_by_address_both_ways(crowd: Crowd) -> None:
    """One question names all addresses of a batch; users that records showed cost none."""
    crowd.rfi("Beam", assignee_ids=[crowd.people["bo"], crowd.people["ana"]])
    crowd.sync()

    row = crowd.row("Beam")
    assert row["Lead"]["email"] == "ana.ro@example.com"
    assert {one["email"] for one in row["Team"]} == {"ana.ro@example.com", "bo.ro@example.com"}
    assert crowd.questions() == 1

    crowd.edit("Beam", Lead={"id": crowd.users["bo"]}, Team=[{"id": crowd.users["ana"]}])
    crowd.sync()
    crowd.sync()

    record = crowd.record("Beam")
    assert record["rfi_manager"] == crowd.people["bo"]
    assert list(record["assignees"]) == [crowd.people["ana"]]
    assert crowd.questions() == 1
    assert crowd.held() == {}


def test_lists_of_users_are_emptied_both_ways(crowd: Crowd) -> None:
    """Nobody is somebody's choice too."""
    crowd.rfi("Beam", assignee_ids=[crowd.people["ana"]])
    crowd.sync()

    crowd.edit("Beam", Team=[])
    crowd.sync()

    assert list(crowd.record("Beam")["assignees"]) == []


def test_somebody_who_is_no_user_is_reported_and_the_rest_flows(crowd: Crowd) -> None:
    """Cy has no account in Quickbase: the field is held with the address, until there is one."""
    crowd.rfi("Beam")
    crowd.sync()
    crowd.stack.clock.advance(5.0)
    crowd.stack.edit_procore(
        "rfis", str(next(iter(crowd.sim.rows("rfis")))), rfi_manager_id=crowd.people["cy"], subject="Slab"
    )

    crowd.sync()
    crowd.sync()

    assert crowd.row("Slab")["Lead"]["email"] == "ana.ro@example.com"
    assert crowd.held() == {
        "rfi_manager = Lead": "quickbase refuses it: Lead: Quickbase has no user with the e-mail address "
        "'cy.ro@example.com'"
    }

    crowd.forms.add_person("Cy Ro", "cy.ro@example.com")
    crowd.stack.clock.advance(7 * 3600.0)
    crowd.sync_all()

    assert crowd.row("Slab")["Lead"]["email"] == "cy.ro@example.com"
    assert crowd.held() == {}


def test_a_user_of_quickbase_unknown_to_procore_is_reported(crowd: Crowd) -> None:
    """The other way round: the sentence names the nearest addresses of Procore."""
    crowd.rfi("Beam")
    crowd.sync()
    stranger = crowd.forms.add_person("Anna Ro", "anna.ro@example.com")

    crowd.edit("Beam", Lead={"id": stranger})
    crowd.sync()

    (reason,) = crowd.held().values()
    assert "none of Procore's users has the e-mail address 'anna.ro@example.com'" in reason
    assert "'ana.ro@example.com'" in reason


def test_a_name_is_not_enough_for_a_field_of_users(crowd: Crowd) -> None:
    """Two people may share a name; an address is one person's."""
    crowd.stack.files["rfis"] = crowd.stack.files["rfis"].replace("Team, by: email", "Team, by: name")

    with pytest.raises(ConfigProblem) as caught:
        crowd.stack.load()

    assert caught.value.problems == (
        "rfis.yaml:11:47: Quickbase field 'Team' holds users, who are known by their address: "
        "write `by: email`",
    )


class Directory:
    """Stands for the client: a directory of users that counts its questions."""

    def __init__(self, **users: str) -> None:
        self.users, self.asked = users, 0
        self.wrong: Exception | None = None

    def send(self, call: Call) -> Answer:
        """The users of the addresses that were asked for, one a page."""
        self.asked += 1
        if self.wrong:
            raise self.wrong
        wanted = [one for one in call.json["emails"] if one.partition("@")[0] in self.users]
        at = int(call.json["nextPageToken"] or 0)
        users: list[dict[str, Any]] = [
            {"emailAddress": one.upper(), "hashId": self.users[one.partition("@")[0]]}
            for one in wanted[at : at + 1]
        ]
        token = str(at + 1) if at + 1 < len(wanted) else ""
        body = {"users": users, "metadata": {"nextPageToken": token}}
        return Answer(200, Headers({}), b"", 0.0, 0.0, None, _parsed=body)


def made(**users: str) -> tuple[People, Directory, ManualClock]:
    """People over a directory."""
    directory, clock = Directory(**users), ManualClock()
    return People(directory, clock), directory, clock  # type: ignore[arg-type]


def test_addresses_are_asked_for_once_and_believed_for_an_hour() -> None:
    """Pages are followed; whoever is missing is asked for again after a minute, not sooner."""
    people, directory, clock = made(ana="1.a", bo="2.b")
    wanted = ["ana@example.com", "bo@example.com", "cy@example.com"]

    for _ in range(3):
        assert people.ids(wanted, Lane.WRITE) == {"ana@example.com": "1.a", "bo@example.com": "2.b"}
    assert directory.asked == 2

    clock.advance(FRESH + 1)
    directory.users["cy"] = "3.c"
    assert people.ids(wanted, Lane.WRITE)["cy@example.com"] == "3.c"
    assert directory.asked == 3
    clock.advance(AGE + 1)
    people.ids(wanted, Lane.WRITE)
    assert directory.asked == 6


def test_what_records_show_is_learned() -> None:
    """No question is asked for somebody who was seen."""
    people, directory, _ = made()

    people.learn({"id": "9.z", "email": "Zoe@Example.com", "name": "Zoe"})

    assert people.ids(["zoe@example.com"], Lane.WRITE) == {"zoe@example.com": "9.z"}
    assert directory.asked == 0


def test_a_closed_directory_lets_addresses_stand_for_themselves() -> None:
    """A token without the right to ask is found out once; the vendor then says whether it takes them."""
    people, directory, clock = made(ana="1.a")
    directory.wrong = Forbidden("no", status=403)

    for _ in range(2):
        assert people.ids(["ana@example.com"], Lane.WRITE) == {"ana@example.com": "ana@example.com"}
    assert directory.asked == 1

    directory.wrong = None
    clock.advance(CLOSED + 1)
    assert people.ids(["ana@example.com"], Lane.WRITE) == {"ana@example.com": "1.a"}
    directory.wrong = Transient("later")
    with pytest.raises(Transient):
        people.ids(["bo@example.com"], Lane.WRITE)
