"""The simulated purchase orders (reference §13, §18)."""

from __future__ import annotations

import pytest

from tests.support.tool_site import ORDERS, Site


@pytest.fixture
def site() -> Site:
    """A site as the reference calls it likely."""
    return Site()


def test_an_order_reads_money_and_percentages_as_text(site: Site) -> None:
    """Amounts follow from what is stored and are texts; they cannot be written."""
    made = site.order(retainage_percent=10, grand_total=5)
    assert (made["retainage_percent"], made["grand_total"], made["percentage_paid"]) == ("10.0", "0.0", "0.0")
    record = site.sim.state.tables["purchase_orders"].records[made["id"]]
    values = {**record.now.values, "grand_total": "200.0", "total_payments": "50.0"}
    site.sim.state.store(
        site.sim.state.resources["purchase_orders"], record, record.scope, values, site.sim.who["person"]
    )
    shown = site.box.get(f"{ORDERS}/{made['id']}?{site.at}")
    assert (shown["remaining_balance_outstanding"], shown["percentage_paid"]) == ("150.0", "25.0")


def test_the_list_of_orders_is_compact_by_itself(site: Site) -> None:
    """`view=extended` is needed for most of what an order has; one by itself tells its maker too."""
    site.order()
    [plain], [whole] = (site.box.get(f"{ORDERS}?{site.at}{view}") for view in ("", "&view=extended"))
    assert "contract_date" not in plain
    assert "contract_date" in whole
    assert "created_by_id" not in whole
    assert site.box.get(f"{ORDERS}/{whole['id']}?{site.at}")["created_by_id"]
    assert whole["vendor"] == {"id": site.vendor, "company": plain["vendor"]["company"]}


@pytest.mark.parametrize("status", [400, 403])
def test_an_approved_order_cannot_be_deleted(status: int) -> None:
    """The refusal's status is a switch; a draft goes to the list of the deleted."""
    site = Site(approved_delete=status)
    approved, draft = site.order(status="Approved")["id"], site.order()["id"]
    assert site.box.call("DELETE", f"{ORDERS}/{approved}?{site.at}").status == status
    assert site.box.call("DELETE", f"{ORDERS}/{draft}?{site.at}").status == 200
    assert site.listed(ORDERS) == [approved]
    assert site.listed(ORDERS, "&filters[include_deleted]=only") == [draft]


@pytest.mark.parametrize("ids", ["known", "ignored"])
def test_a_sync_of_orders_may_not_know_ids(ids: str) -> None:
    """An item with an id alone changes that order, or makes another; `origin_id` always finds its own."""
    site = Site(purchase_sync_ids=ids)
    made = site.order(origin_id="e1")["id"]
    body = {"project_id": site.project, "updates": [{"origin_id": "e1", "title": "One"}]}
    [found] = site.box.send("PATCH", f"{ORDERS}/sync", body)["entities"]
    assert (found["id"], found["title"]) == (made, "One")
    body["updates"] = [{"id": made, "title": "Two"}]
    [found] = site.box.send("PATCH", f"{ORDERS}/sync", body)["entities"]
    assert (found["id"] == made) is (ids == "known")
