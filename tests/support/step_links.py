"""Mapping files that link a record of every resource that can be fetched by its link."""

from __future__ import annotations

import shutil
from typing import Any

from tests.support.stages import PLAIN, run_here
from tests.support.step_site import Site

__all__ = ["LINKED", "link_all"]

LINKED = {
    "projects": ("Projects", "name", "Project Name"),
    "vendors": ("Vendors", "name", "Company Name"),
    "rfis": ("RFIs", "subject", "Subject"),
    "users": ("People", "name", "Name"),
    "offices": ("Offices", "name", "Name"),
    "folders": ("Folders", "name", "Name"),
    "files": ("Files", "name", "Name"),
    "albums": ("Albums", "name", "Name"),
    "images": ("Images", "image_name", "Name"),
}
"""By resource: the Quickbase table that a mapping pairs it with, and the field with its label there."""

_PLAIN = ("projects", "vendors", "rfis")

_FILE = """\
mapping: {name}
procore:
  resource: {name}
{home}quickbase: {{table: {table}, key: Procore ID}}
direction: to-quickbase
create: [quickbase]
fields:
  - {{procore: {field}, quickbase: {label}}}
"""


def link_all(site: Site) -> None:
    """Write the mappings, make their tables, and sync once."""
    folder, quickbase = site.stage.folder / "mappings", site.world.quickbase
    for name, (table, field, label) in LINKED.items():
        if name in _PLAIN:
            shutil.copy(PLAIN / f"{name}.yaml", folder)
            continue
        made = quickbase.create_table(quickbase.app_id, table)
        quickbase.create_field(made, label, "text")
        quickbase.create_field(made, "Procore ID", "text", unique=True)
        inside: Any = site.sim.state.resources[name].parent == "project"
        home = "  projects: {linked: projects}\n" if inside else ""
        text = _FILE.format(name=name, home=home, table=table, field=field, label=label)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    done = run_here(site.stage, "sync")
    assert done.returncode in (0, 4), done.stderr
