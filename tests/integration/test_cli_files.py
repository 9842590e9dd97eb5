"""A person's files: uploaded from this machine, downloaded to it, and nothing half-done on either side."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncd.cli.procore.local import landing
from syncd.errors import UsageProblem
from syncd.sandbox.faults import Fault
from syncd.sandbox.procore.uploads import keep
from tests.support.stages import run_here, run_json
from tests.support.step_site import Site, step_site

NAME = "Level 1/2: 50%.pdf"
"""A name that Procore takes and no disk does."""

LOCAL = "Level 1%2F2%3A 50%25.pdf"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A sandbox whose links lead to Procore's host first, and on from there to the storage."""
    with step_site(tmp_path_factory.mktemp("files"), download_link="redirect") as made:
        yield made


def put(site: Site, data: bytes, name: str = NAME) -> str:
    """Our name of a file that a person has just put into the project."""
    uuid = keep(site.sim.state, site.sim.who["person"].user_id, site.project, name, data)
    # A folder of its own, because a folder has each name once.
    folder = site.makers.new("folders", site.project)
    sent = {"name": name, "parent_id": folder, "upload_uuid": uuid}
    return site.named("files", site.sim.put("files", sent, scope=site.project))


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes of every value."""
    return random.Random(seed).randbytes(size)


def refused(site: Site, *words: str, code: int) -> str:
    """What is said on stderr of a command that ends so; stdout stays empty."""
    done = run_here(site.stage, "procore", *words, "--json")
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    return done.stderr


def test_a_file_comes_and_goes_under_a_name_that_no_disk_takes(site: Site) -> None:
    """What is downloaded and uploaded again is the same file of the same name, byte for byte."""
    data = noise(300_000)
    [row] = run_json(site.stage, "procore", "download", "files", put(site, data))
    assert row["file"] == LOCAL
    assert (row["name"], row["size"], row["sha256"]) == (NAME, len(data), hashlib.sha256(data).hexdigest())
    assert (site.stage.folder / LOCAL).read_bytes() == data
    folder = site.makers.new("folders", site.project)

    words = ["upload", "files", LOCAL, "--project", str(site.project), f"parent={folder}"]
    [made] = run_json(site.stage, "procore", *words)

    record = site.rows("files")[int(made["id"].rpartition("/")[2])]
    assert record["name"] == NAME
    upload = site.sim.state.storage.named(record["versions"][0]["upload"])
    assert upload is not None
    assert upload.content == data
    assert upload.content_type == "application/pdf"


def test_a_target_is_replaced_only_where_it_is_said_and_appears_whole(site: Site, tmp_path: Path) -> None:
    """What was there stays unless --force says otherwise, and no part of a file is left anywhere."""
    record, target = put(site, b"new"), tmp_path / "plan.pdf"
    target.write_bytes(b"mine")
    words = ("download", "files", record, "--to", str(target))

    assert "say --force" in refused(site, *words, code=2)
    assert target.read_bytes() == b"mine"
    run_json(site.stage, "procore", *words, "--force")
    assert target.read_bytes() == b"new"
    (tmp_path / "file").mkdir()
    told = run_here(site.stage, "procore", "download", "files", record, "--to", str(tmp_path))
    assert told.returncode == 0, told.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == [LOCAL, "file", "plan.pdf"]


def test_of_two_that_make_a_target_the_second_is_told(tmp_path: Path) -> None:
    """What another program has put there meanwhile stays, and no part of ours is left beside it."""
    target = tmp_path / "plan.pdf"

    def meanwhile() -> None:
        with landing(target, force=False) as file:
            file.write(b"ours")
            target.write_bytes(b"theirs")

    with pytest.raises(UsageProblem, match="is there already"):
        meanwhile()

    assert target.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_a_transfer_that_breaks_leaves_nothing_behind(site: Site, tmp_path: Path) -> None:
    """Neither a target nor a part of one, and the sentence names no signed link."""
    record, target = put(site, noise(300_000)), tmp_path / "plan.pdf"
    site.world.add_fault(Fault("cut", path="/storage/*", times=2))

    said = refused(site, "download", "files", record, "--to", str(target), code=1)

    site.world.reset()
    assert "Procore, download" in said
    assert "sig=" not in said
    assert list(tmp_path.iterdir()) == []


def test_an_image_is_fetched_and_nothing_tells_its_link(site: Site, tmp_path: Path) -> None:
    """Not even the most talkative log, whichever host the link leads to (P13)."""
    uuid = keep(site.sim.state, site.sim.who["person"].user_id, site.project, "view.jpg", b"jpeg")
    sent = {"image_name": "view.jpg", "upload_uuid": uuid, "image_category_id": None}
    image = site.named("images", site.sim.put("images", sent, scope=site.project))

    words = ("procore", "download", "images", image, "--to", str(tmp_path))
    told = run_here(site.stage, *words, SYNCD_LOG_LEVEL="DEBUG")

    assert (tmp_path / "view.jpg").read_bytes() == b"jpeg"
    assert uuid not in told.stdout + told.stderr


def test_nothing_is_uploaded_for_a_record_that_is_not_there(site: Site) -> None:
    """A new version's file is looked up before a byte is sent."""
    (site.stage.folder / "plan.pdf").write_bytes(b"plan")
    uploads = len(site.sim.state.storage.uploads)

    refused(site, "create-version", "files", f"{site.project}/999999", "plan.pdf", code=1)

    assert len(site.sim.state.storage.uploads) == uploads


def test_an_upload_whose_outcome_is_unknown_is_not_made_twice(site: Site) -> None:
    """Bytes uploaded again have another name; it is still the same file, and so held until it is settled."""
    (site.stage.folder / "lost.pdf").write_bytes(b"lost")
    words = ("upload", "files", "lost.pdf", "--project", str(site.project))
    site.world.add_fault(Fault("drop", method="POST", path="/rest/v1.0/files", times=1))
    assert "unknown" in refused(site, *words, code=1)
    before = made_of(site, "lost.pdf")

    said = refused(site, *words, code=1)

    assert "nothing was sent" in said
    assert made_of(site, "lost.pdf") == before == 1
    [open_one] = run_json(site.stage, "procore", "unsettled")
    assert run_here(site.stage, "procore", "settle", str(open_one["id"]), "done").returncode == 0


def made_of(site: Site, name: str) -> int:
    """How many files of that name there are."""
    rows: list[Any] = list(site.rows("files").values())
    return sum(row["name"] == name for row in rows)
