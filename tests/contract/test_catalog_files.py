"""Folders, files, albums and images do what the catalogue says, through the client."""

from __future__ import annotations

import pytest

from syncd.catalog.registry import resource
from syncd.core.values import ABSENT, Value
from syncd.errors import CallError, NotFound, Rejected
from syncd.http.message import Lane
from syncd.procore.paging import Pass
from syncd.procore.ways import Listing
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.procore.uploads import keep
from tests.support.catalogue_desk import DRAWN, CatalogueDesk, read, shown

DOCUMENTS = ("folders", "files", "albums", "images")

READINGS = {
    "likely": ProcoreSwitches(),
    "otherwise": ProcoreSwitches(
        index_hides_bin=False,
        document_twice=409,
        version_order="oldest_first",
        download_link="direct",
        album_delete="keeps",
        list_order="updated_desc",
    ),
    **DRAWN,
}


class Site:
    """A project, and uploads that stand ready."""

    def __init__(self, switches: ProcoreSwitches) -> None:
        self.desk = CatalogueDesk(switches)
        self.sim = self.desk.sim
        self.project = str(self.sim.put("projects", {"name": "Tower"}))

    def upload(self, data: bytes = b"bytes", credential: str = "syncd") -> str:
        """The uuid of bytes that a credential has uploaded."""
        user = self.sim.who[credential].user_id
        return keep(self.sim.state, user, int(self.project), "given.bin", data)

    def made(self, name: str, values: dict[str, Value]) -> str:
        """The id of a new record."""
        return self.desk.made(name, values, self.project)

    def folder(self, name: str = "Plans", parent: str | None = None) -> str:
        """A new folder."""
        return self.made("folders", {"name": name, **({"parent": parent} if parent else {})})

    def file(self, name: str = "a.pdf", parent: str | None = None, data: bytes = b"bytes") -> str:
        """A new file."""
        sent: dict[str, Value] = {"name": name, "upload_uuid": self.upload(data)}
        return self.made("files", {**sent, **({"parent": parent} if parent else {})})

    def image(self, album: str, name: str = "a.jpg") -> str:
        """A new image."""
        return self.made("images", {"album": album, "image_name": name, "upload_uuid": self.upload()})

    def listed(self, name: str, id: str) -> dict[str, Value]:
        """What a row of the list says, in our values."""
        found = read(name, self.desk.rows(name, self.project)[id], self.project)
        return {key: value for key, value in found.items() if value is not ABSENT}  # type: ignore[misc]

    def placed(self, id: str) -> str:
        """A reference as it reads: ids of project records carry the project."""
        return f"{self.project}/{id}"

    def bin(self, name: str) -> list[str]:
        """The ids in the recycle bin."""
        listing = Listing(resource(name), resource(name).recycle_bin, self.project)
        walk = Pass(self.desk.client, listing, Lane.COMMAND)
        return [str(row["id"]) for page in walk.pages() for row in page.rows]


@pytest.fixture(params=READINGS.values(), ids=READINGS.keys())
def site(request: pytest.FixtureRequest) -> Site:
    """A project under one reading."""
    return Site(request.param)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_simulator_serves_every_path_of_the_catalogue(name: str) -> None:
    """No path, method or version of the entry is one that the simulator does not know."""
    assert CatalogueDesk().unserved(name) == []


# -- folders -------------------------------------------------------------------------


def test_every_field_of_a_folder_goes_out_and_comes_back(site: Site) -> None:
    """Privacy is written as explicit permissions; the path begins with the project (reference §10)."""
    parent = site.folder("Drawings")
    sent: dict[str, Value] = {"name": "Plans", "parent": parent, "private": True, "is_tracked": True}
    id = site.made("folders", sent)

    expected = {**sent, "parent": site.placed(parent)}
    assert shown("folders", site.desk.show("folders", id, site.project), expected, site.project) == {}
    found = site.listed("folders", id)
    assert {key: found[key] for key in expected} == expected
    assert found["name_with_path"] == "Tower/Drawings/Plans"
    assert site.listed("folders", parent)["has_children"] is True


def test_the_index_lists_folders_and_files_apart_and_none_that_is_deleted(site: Site) -> None:
    """One list for both, narrowed by kind; deleted ones are in the recycle bin only (reference §10.1)."""
    kept, gone = site.folder("Kept"), site.folder("Gone")
    file = site.file("a.pdf", gone)
    site.desk.clock.advance(5)

    site.desk.delete("folders", gone, site.project)

    assert list(site.desk.rows("folders", site.project)) == [kept]
    assert site.desk.rows("files", site.project) == {}
    assert (site.bin("folders"), site.bin("files")) == ([gone], [file])


def test_documents_are_found_by_the_time_of_their_change(site: Site) -> None:
    """The index takes a range of `updated_at`, so that a poll costs one call (reference §10.1, §22)."""
    site.folder("Old")
    site.desk.clock.advance(600)
    new = site.folder("New")

    assert list(site.desk.rows("folders", site.project, since=site.desk.clock.now() - 60)) == [new]


def test_a_folder_moves_and_is_renamed_and_its_content_follows(site: Site) -> None:
    """Paths of what stands in a folder are made of the folder's name (reference §10)."""
    top, inner = site.folder("Top"), site.folder("Inner")
    file = site.file("a.pdf", inner)

    site.desk.update("folders", inner, {"name": "Renamed", "parent": top}, site.project)

    assert site.listed("files", file)["name_with_path"] == "Tower/Top/Renamed/a.pdf"
    with pytest.raises(Rejected):
        site.desk.update("folders", top, {"parent": inner}, site.project)


def test_the_tree_shows_one_level_a_call(site: Site) -> None:
    """The root's folders come with empty lists of their own, whatever they hold (reference §10.1)."""
    top = site.folder("Top")
    inner = site.folder("Inner", top)
    site.file("a.pdf", top)

    root = site.desk.client.get("/rest/v1.0/folders", (("project_id", site.project),))
    level = site.desk.client.get(f"/rest/v1.0/folders/{top}", (("project_id", site.project),))

    assert [(str(one["id"]), one["folders"], one["files"]) for one in root["folders"]] == [(top, [], [])]
    assert [str(one["id"]) for one in level["folders"]] == [inner]
    assert [one["name"] for one in level["files"]] == ["a.pdf"]


# -- files ---------------------------------------------------------------------------


def test_every_field_of_a_file_goes_out_and_comes_back(site: Site) -> None:
    """The file names bytes that were uploaded before; the list tells size and version (reference §10)."""
    folder = site.folder()
    sent: dict[str, Value] = {
        "name": "a.pdf",
        "parent": folder,
        "description": "All of it",
        "private": True,
        "is_tracked": True,
    }
    id = site.made("files", {**sent, "upload_uuid": site.upload(b"12345")})

    expected = {**sent, "parent": site.placed(folder)}
    assert shown("files", site.desk.show("files", id, site.project), expected, site.project) == {}
    found = site.listed("files", id)
    assert (found["size"], found["version_number"], found["file_type"]) == ("5", "1", "pdf")
    lacking = {one.name for one in resource("files").fields if one.name not in found}
    assert lacking == {"description", "upload_uuid", "unique_name"}


def test_new_bytes_are_a_new_version_of_the_same_file(site: Site) -> None:
    """By `create-version` or an update, id and name stay and the number grows (reference §10)."""
    id = site.file(data=b"1")
    first = site.listed("files", id)["version_id"]

    site.desk.do("files", "create-version", id, {"upload_uuid": site.upload(b"22")}, site.project)
    second = site.listed("files", id)
    site.desk.update("files", id, {"upload_uuid": site.upload(b"333")}, site.project)
    third = site.listed("files", id)

    assert [second["version_number"], third["version_number"]] == ["2", "3"]
    assert [second["size"], third["size"]] == ["2", "3"]
    assert len({first, second["version_id"], third["version_id"]}) == 3
    latest = site.desk.do("files", "download", id, {}, site.project).row
    assert latest is not None
    assert [one["number"] for one in latest["file_versions"]] == [3]


def test_a_name_that_is_taken_is_refused_or_made_unique(site: Site) -> None:
    """400 or 409, unless Procore is asked for another name (reference §10.1)."""
    site.file("a.pdf")

    with pytest.raises(Rejected) as refused:
        site.file("a.pdf")
    assert refused.value.status in (400, 409)
    again: dict[str, Value] = {"name": "a.pdf", "unique_name": True, "upload_uuid": site.upload()}
    other = site.made("files", again)
    assert site.listed("files", other)["name"] == "a (1).pdf"
    with pytest.raises(Rejected) as clash:
        site.desk.update("files", other, {"name": "a.pdf"}, site.project)
    assert clash.value.status == 409


def test_only_the_user_who_uploaded_bytes_can_use_them_and_within_a_week(site: Site) -> None:
    """Another's upload, an unknown one and one that is a week old are refused (reference §10.2)."""
    mine, theirs = site.upload(), site.upload(credential="person")
    for uuid in (theirs, "01FZ8QATJYD0K7BZG2PP5GB4KN", "no-uuid"):
        with pytest.raises(Rejected):
            site.made("files", {"name": "b.pdf", "upload_uuid": uuid})
    site.desk.clock.advance(8 * 86_400)
    with pytest.raises(Rejected):
        site.made("files", {"name": "b.pdf", "upload_uuid": mine})


def test_a_deleted_file_is_in_the_recycle_bin(site: Site) -> None:
    """It leaves the list and is found deleted, so that absence alone proves nothing (reference §20)."""
    id = site.file()

    site.desk.delete("files", id, site.project)

    assert site.desk.rows("files", site.project) == {}
    assert site.bin("files") == [id]
    with pytest.raises(NotFound):
        site.desk.update("files", id, {"description": "x"}, site.project)


def test_custom_fields_of_documents_read_in_list_and_show(site: Site) -> None:
    """Folders and files take custom fields under their wrapper (reference §21)."""
    number = site.sim.add_custom_field("files", "Discipline", "string")
    id = site.file()
    body = {f"custom_field_{number}": "Structure"}

    site.desk.client.update(resource("files"), site.project, id, body, site.desk.soon)

    for row in (site.desk.show("files", id, site.project), site.desk.rows("files", site.project)[id]):
        assert row["custom_fields"][f"custom_field_{number}"]["value"] == "Structure"


# -- albums and images ---------------------------------------------------------------


def test_an_album_is_made_changed_and_deleted_for_good(site: Site) -> None:
    """The list has no filters; a cover is an image of the project (reference §11)."""
    id = site.made("albums", {"name": "Site", "private": True})
    image = site.image(id)

    site.desk.update("albums", id, {"name": "Whole site", "album_cover": image}, site.project)

    found = site.listed("albums", id)
    assert (found["name"], found["private"], found["count"]) == ("Whole site", True, "1")
    whole = read("albums", site.desk.show("albums", id, site.project), site.project)
    assert whole["album_cover"] == site.placed(image)
    site.desk.delete("albums", id, site.project)
    assert site.desk.rows("albums", site.project) == {}
    with pytest.raises(NotFound):
        site.desk.show("albums", id, site.project)


def test_every_field_of_an_image_goes_out_and_comes_back(site: Site) -> None:
    """Upload and name stand beside the wrapper; what is in it can be changed later (reference §11)."""
    album, other = (site.made("albums", {"name": name}) for name in ("One", "Two"))
    place = str(site.sim.add_option("locations", "Roof", project=int(site.project)))
    trade = str(site.sim.add_option("trades", "Roofing"))
    sent: dict[str, Value] = {
        "album": album,
        "image_name": "a.jpg",
        "description": "From above",
        "private": True,
        "location": place,
        "trades": [trade],
    }
    id = site.made("images", {**sent, "upload_uuid": site.upload(b"jpeg"), "log_date": "2026-01-05"})

    expected = {**sent, "album": site.placed(album)}
    found = site.listed("images", id)
    assert {key: found[key] for key in expected} == expected
    assert (found["size"], found["album_name"]) == ("4", "One")

    site.desk.update("images", id, {"album": other, "description": "Below", "private": False}, site.project)
    row = site.desk.show("images", id, site.project)
    changed: dict[str, Value] = {"album": site.placed(other), "description": "Below", "private": False}
    assert shown("images", row, changed, site.project) == {}


def test_images_are_listed_by_album_by_id_and_by_time(site: Site) -> None:
    """The album is a query key of its own, not one of the filters (reference §11)."""
    album, other = (site.made("albums", {"name": name}) for name in ("One", "Two"))
    one, two = site.image(album), site.image(other, "b.jpg")
    key = resource("images").filter("image_category_id")
    assert key is not None

    assert list(site.desk.rows("images", site.project, (key.key, album))) == [one]
    assert list(site.desk.rows("images", site.project, (resource("images").id_filter, two))) == [two]
    site.desk.clock.advance(600)
    new = site.image(album, "c.jpg")
    assert list(site.desk.rows("images", site.project, since=site.desk.clock.now() - 60)) == [new]


def test_a_deleted_image_is_recycled_unless_asked_for_good(site: Site) -> None:
    """`delete` keeps it in the bin, `delete-for-good` in nothing (reference §11)."""
    album = site.made("albums", {"name": "One"})
    one, two = site.image(album), site.image(album, "b.jpg")

    site.desk.delete("images", one, site.project)
    site.desk.do("images", "delete-for-good", two, {}, site.project)

    assert site.desk.rows("images", site.project) == {}
    assert list(site.sim.rows("images")) == [int(one)]


def test_an_image_needs_a_property_besides_its_bytes(site: Site) -> None:
    """At least one key has to stand in `image`, even with an upload (reference §11)."""
    for values in ({"image_name": "a.jpg"}, {"upload_uuid": site.upload(), "image_name": "a.jpg"}):
        with pytest.raises(Rejected):
            site.desk.create("images", values, site.project)


@pytest.mark.parametrize(("tool", "names"), [("Documents", DOCUMENTS[:2]), ("Photos", DOCUMENTS[2:])])
def test_a_project_without_the_tool_is_closed(site: Site, tool: str, names: tuple[str, ...]) -> None:
    """Folders and files are one tool, albums and images another (reference §19)."""
    site.sim.state.tools_off.add((int(site.project), tool))

    for name in names:
        with pytest.raises(CallError) as closed:
            site.desk.rows(name, site.project)
        assert closed.value.status in (403, 404)
