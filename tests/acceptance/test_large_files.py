"""Large files cross real sockets between processes byte for byte, in bounded memory."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from requests_toolbelt import MultipartEncoder

from syncd.sandbox.quickbase.web import MOUNT
from tests.support.file_site import PROJECTS
from tests.support.peak import peaks
from tests.support.stages import run_here, run_json
from tests.support.step_site import Site, step_site

MB = 1_000_000

SPARE = 12 * MB
"""Bytes beyond the peak of a command that moves no file. The promise is 150 MB; here a file that was
held whole would be seen."""

DRAWINGS = """\
mapping: drawings
procore: {resource: files, projects: {linked: projects}}
quickbase: {table: Site Drawings, key: Procore ID}
create: [procore]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: name, quickbase: File Name}
  - {procore: content, quickbase: PDF, as: file}
"""


@contextmanager
def drawing_site(folder: Path) -> Iterator[Site]:
    """A site whose projects are linked, with a table for drawings beside them."""
    with step_site(folder, download_link="redirect") as site:
        for name, text in (("projects", PROJECTS), ("drawings", DRAWINGS)):
            (site.stage.folder / "mappings" / f"{name}.yaml").write_text(text)
        quickbase = site.world.quickbase
        quickbase.create_table(quickbase.app_id, "Site Drawings")
        key = quickbase.create_field("Site Drawings", "Procore ID", "text")
        quickbase.set_field("Site Drawings", key, unique=True)
        quickbase.create_relationship("Site Drawings", "Projects", "Related Project")
        quickbase.create_field("Site Drawings", "File Name", "text")
        quickbase.create_field("Site Drawings", "PDF", "file")
        assert run_here(site.stage, "sync", "projects").returncode == 0
        yield site


def attached(site: Site, source: Path) -> None:
    """A person's new drawing in Quickbase, attached by the form of its web application."""
    quickbase = site.world.quickbase
    project = next(iter(quickbase.rows("Projects")))
    [row] = quickbase.upsert("Site Drawings", [{"File Name": source.name, "Related Project": project}])
    table, field = quickbase.table("Site Drawings").dbid, quickbase.fid("Site Drawings", "PDF")
    with source.open("rb") as file, requests.Session() as browser:
        form = MultipartEncoder([("file", (source.name, file, "application/pdf"))])
        headers = {
            "QB-Realm-Hostname": quickbase.realm,
            "Authorization": f"QB-USER-TOKEN {quickbase.person_token}",
            "Content-Type": form.content_type,
        }
        address = f"{site.world.base_url}{MOUNT}/{table}/{row}/{field}"
        answer = browser.post(address, data=form, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text


def filled(path: Path, size: int) -> str:
    """Fill a file with noise; its SHA-256."""
    digest, dice = hashlib.sha256(), random.Random(1)
    with path.open("wb") as file:
        for _ in range(size // MB):
            piece = dice.randbytes(MB)
            file.write(piece)
            digest.update(piece)
    return digest.hexdigest()


@pytest.mark.parametrize("size", [20 * MB, pytest.param(95 * MB, marks=pytest.mark.slow)])
def test_a_large_attachment_crosses_and_comes_back_in_bounded_memory(tmp_path: Path, size: int) -> None:
    """Attached in Quickbase by hand, synced to Procore in segments, downloaded by its signed link, uploaded
    again as a new version: byte for byte, and the peak of each process stays near that of an idle one."""
    with drawing_site(tmp_path / "site") as site:
        source, target = site.stage.folder / "plans.pdf", site.stage.folder / "back.pdf"
        expected = filled(source, size)
        attached(site, source)

        idle, synced = peaks(site.stage, ("sync", "projects"), ("sync", "drawings"))
        [link] = run_json(site.stage, "links", "drawings")
        id = link["procore_id"]
        quiet, down, up = peaks(
            site.stage,
            ("procore", "look-up", "files", id),
            ("procore", "download", "files", id, "--to", target.name),
            ("procore", "create-version", "files", id, source.name),
        )

        assert target.stat().st_size == size
        assert hashlib.sha256(target.read_bytes()).hexdigest() == expected
        grown = {"sync": synced - idle, "download": down - quiet, "create-version": up - quiet}
        assert {name: more for name, more in grown.items() if more >= SPARE} == {}
