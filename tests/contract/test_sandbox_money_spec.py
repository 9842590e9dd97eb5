"""Real answers about budgets and documents, held to the description of the API of 2024."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.sandbox import Seed
from syncd.sandbox.procore.albums import ALBUMS
from syncd.sandbox.procore.budget_changes import BUDGET_CHANGES
from syncd.sandbox.procore.budget_lines import BUDGET_LINES
from syncd.sandbox.procore.budget_modifications import BUDGET_MODIFICATIONS
from syncd.sandbox.procore.budget_views import BUDGET_VIEWS, COLUMNS
from syncd.sandbox.procore.budgets import BUDGETS
from syncd.sandbox.procore.files import FILES
from syncd.sandbox.procore.folders import FOLDERS
from syncd.sandbox.procore.images import IMAGES
from syncd.sandbox.procore.uploads import keep
from tests.support.procore_sandbox import LittleWorld, little_world
from tests.support.procore_spec import SPEC, Description, Step, served

pytestmark = pytest.mark.skipif(
    not SPEC.exists(), reason="the description of the API lies beside the repository and is not here"
)

NEWER = {
    "GET /rest/v2.0/companies/{}/projects/{}/budget_line_items",
    "DELETE /rest/v2.0/companies/{}/projects/{}/budget_line_items/{}",
}
"""Operations that are newer than the description."""

SEEN_IN_ROWS = (
    "wbs_code",
    "budget_row_id",
    "budgeted",
    "uom",
    "unit_cost",
    "quantity",
    "calculation_strategy",
)
"""Keys of a view's rows that recorded real answers have besides."""

MONEY_KEYS = {
    "projects/budget_changes: data.custom_fields",
    *(f"budget_views/detail_rows: {key}" for key in (*SEEN_IN_ROWS, *COLUMNS)),
}
DOCUMENT_KEYS = {"images: daily_log_segment", "images: daily_log_segment_id", "images: projection"}
"""Keys that the description of 2024 does not tell of, and the newer list of operations does."""


def money_steps(box: LittleWorld) -> Iterator[Step]:
    """Budgets, lines, modifications and changes: method, path, body and the status to expect."""
    sim, project = box.world.procore, box.ids("v1.0/projects")[0]
    base, beside = f"v1.0/projects/{project}", {"project_id": project}
    kind = sim.add_option("line_item_types", "Labor", code="L")
    codes = [sim.add_option("cost_codes", name, project=project, full_code=name) for name in ("01", "02")]
    lines = []
    for code in codes:
        line = {"cost_code_id": code, "line_item_type_id": kind, "original_budget_amount": 5.5, "uom": "ls"}
        yield "POST", "v1.0/budget_line_items", {**beside, "budget_line_item": line}, 201
        lines.append(max(sim.rows("budget_lines")))
    one = f"v1.0/budget_line_items/{lines[0]}"
    yield "GET", f"{one}?project_id={project}", None, 200
    yield "PATCH", one, {**beside, "budget_line_item": {"quantity": 2}}, 200
    v2 = f"v2.0/companies/{box.company}/projects/{project}/budget_line_items"
    yield "GET", v2, None, 200
    yield "GET", f"v1.0/budget_views?project_id={project}", None, 200
    view = f"v1.0/budget_views/{box.ids(f'v1.0/budget_views?project_id={project}')[0]}"
    yield "GET", f"{view}/budget_detail_columns?project_id={project}", None, 200
    yield "GET", f"{view}/detail_rows?project_id={project}", None, 200
    yield from _transfers(box, base, lines)
    yield "DELETE", f"{v2}/{lines[1]}", None, 204
    yield "GET", f"{base}/budget", None, 200
    yield "POST", f"{base}/budget/lock", None, 201
    yield "DELETE", f"{base}/budget/lock?destroy_all_budget_line_item_transfers=true", None, 200


def _transfers(box: LittleWorld, base: str, lines: list[int]) -> Iterator[Step]:
    sim = box.world.procore
    moved = {"to_budget_line_item_id": lines[0], "transfer_amount": "4.5", "notes": "x", "origin_id": "o"}
    yield "POST", f"{base}/budget_modifications", {"budget_modification": moved}, 201
    one = f"{base}/budget_modifications/{max(sim.rows('budget_modifications'))}"
    yield "GET", f"{base}/budget_modifications", None, 200
    yield "GET", one, None, 200
    yield "PATCH", one, {"budget_modification": {"notes": "y"}}, 200
    yield "DELETE", one, None, 200
    wbs = [sim.rows("budget_lines")[line]["wbs_code"] for line in lines]
    pair = [
        {"wbs_code_id": code, "amount": amount, "type": kind, "adjustment_number": 1}
        for code, amount, kind in zip(wbs, (3, -3), ("change_event", "budget_change"), strict=True)
    ]
    yield "POST", f"{base}/budget_changes", {"status": "draft", "adjustment_line_items": pair}, 201
    one = f"{base}/budget_changes/{max(sim.rows('budget_changes'))}"
    yield "GET", f"{base}/budget_changes", None, 200
    yield "GET", one, None, 200
    yield "PATCH", one, {"status": "void"}, 200
    every = f"v2.0/companies/{box.company}/{base.removeprefix('v1.0/')}/budget_changes/adjustment_line_items"
    yield "GET", every, None, 200
    yield "DELETE", one, None, 204


def document_steps(box: LittleWorld) -> Iterator[Step]:
    """Folders, files, albums and images: method, path, body and the status to expect."""
    project = box.ids("v1.0/projects")[0]
    at = f"project_id={project}"
    yield from _documents(box, project, at)
    yield from _photos(box, project, at)


def _uploaded(box: LittleWorld, project: int) -> str:
    sim = box.world.procore
    return keep(sim.state, sim.who["syncd"].user_id, project, "a.pdf", b"bytes")


def _documents(box: LittleWorld, project: int, at: str) -> Iterator[Step]:
    sim = box.world.procore
    yield "POST", f"v1.0/folders?{at}", {"folder": {"name": "Plans"}}, 201
    folder = max(sim.rows("folders"))
    file = {"name": "a.pdf", "parent_id": folder, "upload_uuid": _uploaded(box, project)}
    yield "POST", f"v1.0/files?{at}", {"file": file}, 201
    one = max(sim.rows("files"))
    version = {"upload_uuid": _uploaded(box, project), "notes": "again"}
    yield "POST", f"v1.0/file_versions?{at}&file_id={one}", {"file_version": version}, 201
    newest = sim.rows("files")[one]["versions"][0]["id"]
    yield "GET", f"v1.0/file_versions/{newest}?{at}", None, 200
    for path in (f"v1.0/folders/{folder}?{at}", f"v1.0/files/{one}?{at}"):
        yield "GET", path, None, 200
    yield "GET", f"v1.0/files/{one}?{at}&show_latest_version_only=true", None, 200
    yield "PATCH", f"v1.0/folders/{folder}?{at}", {"folder": {"name": "Drawings"}}, 200
    yield "PATCH", f"v1.0/files/{one}?{at}", {"file": {"description": "x"}}, 200
    yield "GET", f"v1.0/folders?{at}", None, 200
    yield "GET", f"v1.0/projects/{project}/documents?view=extended&sort=-updated_at", None, 200
    yield "DELETE", f"v1.0/files/{one}?{at}", None, 200
    yield "DELETE", f"v1.0/folders/{folder}?{at}", None, 200


def _photos(box: LittleWorld, project: int, at: str) -> Iterator[Step]:
    sim = box.world.procore
    yield "POST", f"v1.0/image_categories?{at}", {"image_category": {"name": "Site"}}, 201
    album = max(sim.rows("albums"))
    place = sim.add_option("locations", "Roof", project=project)
    image = {"image_category_id": album, "location_id": place}
    body = {"upload_uuid": _uploaded(box, project), "image_name": "a.jpg", "image": image}
    yield "POST", f"v1.0/images?{at}", body, 201
    one = max(sim.rows("images"))
    for kind, number in (("image_categories", album), ("images", one)):
        yield "GET", f"v1.0/{kind}?{at}", None, 200
        yield "GET", f"v1.0/{kind}/{number}?{at}", None, 200
    sent = {"image_category": {"album_cover_id": one}}
    yield "PATCH", f"v1.0/image_categories/{album}?{at}", sent, 200
    yield "PATCH", f"v1.0/images/{one}?{at}", {"image": {"description": "x"}}, 200
    yield "DELETE", f"v1.0/images/{one}?{at}", None, 200
    yield "DELETE", f"v1.0/image_categories/{album}?{at}", None, 200


def test_every_answer_about_budgets_has_the_described_shape() -> None:
    """Budgets, lines, modifications and changes answer as described, nulls apart."""
    box = little_world(sizes=Seed(projects=1, vendors=1), uses_budget_changes=False)

    held = Description().hold(box, money_steps(box), NEWER)

    assert held.problems == {}
    assert held.more == MONEY_KEYS
    assert served((BUDGETS, BUDGET_LINES, BUDGET_MODIFICATIONS, BUDGET_CHANGES, BUDGET_VIEWS)) <= held.called


def test_every_answer_about_documents_has_the_described_shape() -> None:
    """Folders, files, albums and images answer as described, nulls apart."""
    box = little_world(sizes=Seed(projects=1, vendors=1))

    held = Description().hold(box, document_steps(box))

    assert held.problems == {}
    assert held.more == DOCUMENT_KEYS
    assert served((FOLDERS, FILES, ALBUMS, IMAGES)) <= held.called
