"""Who could not be matched by e-mail address, as `syncd doctor` tells it from what cycles found."""

from __future__ import annotations

from syncd.cli.people import strangers, told
from tests.integration.test_names_of_users import Crowd


def test_people_without_a_counterpart_are_told_by_side_without_a_call() -> None:
    """One that Quickbase does not know and one that Procore does not, each with the address, once they
    were met; nobody is asked for it."""
    crowd = Crowd()
    crowd.rfi("Beam")
    crowd.rfi("Slab", rfi_manager_id=crowd.people["bo"])
    crowd.sync()
    assert told(crowd.stack.store) == []
    crowd.stack.clock.advance(5.0)
    beam = next(id for id, row in crowd.sim.rows("rfis").items() if row["subject"] == "Beam")
    crowd.stack.edit_procore("rfis", str(beam), rfi_manager_id=crowd.people["cy"])
    crowd.edit("Slab", Lead={"id": crowd.forms.add_person("Dan O'Dea", "Dan.O'Dea@example.com")})
    crowd.sync()
    calls = crowd.stack.world.stats.total()

    sentences = told(crowd.stack.store)

    assert sentences == [
        "1 person has no user of that e-mail address in Quickbase: cy.ro@example.com.",
        "1 person has no user of that e-mail address in Procore: dan.o'dea@example.com.",
    ]
    assert crowd.stack.world.stats.total() == calls


def test_somebody_in_many_fields_is_one_person() -> None:
    """Addresses are counted once a reason; one reason may name several, and other reasons none."""
    reason = "Team: Quickbase has no user with the e-mail address 'a@example.com' and 'b@example.com'"

    found = strangers([reason, reason.replace(" and 'b@example.com'", ""), "the e-mail address 'x' is odd"])

    assert found == {"Quickbase": {"a@example.com": 2, "b@example.com": 1}, "Procore": {}}
