"""A list that lags behind shows what was there before our own write."""

from __future__ import annotations

from dataclasses import replace

from syncd.sandbox.seed import Seed
from syncd.sandbox.switches import Switches
from tests.support.file_site import PROJECTS
from tests.support.whole_stack import WholeStack

ALBUMS = """\
mapping: albums
procore: {resource: albums, projects: {linked: projects}}
quickbase: {table: Albums, key: Procore ID}
match: [[name]]
create: [quickbase]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: name, quickbase: Name}
"""


def test_an_album_that_is_shown_late_does_not_undo_the_edit_that_crossed() -> None:
    """Procore's answer to a write of an album has no stamp, and its list has: a list that still shows the
    name from before our write was once taken for a person's edit, and written over the person's own (P2)."""
    switches = Switches()
    late = replace(switches, procore=replace(switches.procore, list_lag=40.0, read_lag=40.0))
    sizes = Seed(projects=1, vendors=0, rfis=0)
    stack = WholeStack({"projects": PROJECTS, "albums": ALBUMS}, sizes, late)
    quickbase, procore = stack.world.quickbase, stack.world.procore
    quickbase.create_table(stack.world.info()["quickbase"]["app_id"], "Albums")
    quickbase.set_field("Albums", quickbase.create_field("Albums", "Procore ID", "text"), unique=True)
    quickbase.create_relationship("Albums", "Projects", "Related Project")
    quickbase.create_field("Albums", "Name", "text")
    album = procore.put("albums", {"name": "Site"}, scope=next(iter(procore.rows("projects"))))
    stack.sync(wait=100.0)
    stack.sync()
    ((key, row),) = stack.quickbase("Albums").items()
    assert row["Name"] == "Site"

    stack.edit_quickbase("Albums", key, Name="Yard")
    stack.sync(wait=100.0)
    assert procore.rows("albums")[album]["name"] == "Yard"
    stack.sync(wait=5.0)

    assert stack.quickbase("Albums")[key]["Name"] == "Yard"
    assert procore.rows("albums")[album]["name"] == "Yard"
