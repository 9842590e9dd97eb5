"""A site whose drawings are files in Procore and attachments in Quickbase, for tests of what crosses."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from syncd.clock import Clock
from syncd.sandbox.procore.uploads import keep
from syncd.sandbox.seed import Seed
from syncd.store import Store
from tests.support.whole_stack import WholeStack

__all__ = ["Site"]

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
match: [[name]]
create: [quickbase]
first: procore
fields:
  - {procore: name, quickbase: Project Name}
"""
DRAWINGS = """\
mapping: drawings
procore: {resource: files, projects: {linked: projects}}
quickbase: {table: Site Drawings, key: Procore ID}
match: [[project, name]]
create: [procore, quickbase]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: name, quickbase: File Name}
  - {procore: description, quickbase: Notes}
  - {procore: content, quickbase: PDF, as: file}
"""
PHOTOS = """\
mapping: photos
procore: {resource: images, projects: {linked: projects}}
quickbase: {table: Site Photos, key: Procore ID}
create: [procore, quickbase]
fields:
  - {procore: project, quickbase: Related Project, link: projects}
  - {procore: album, quickbase: Album, by: name}
  - {procore: content, quickbase: Picture, as: file}
"""


class Site:
    """One project with drawings on both sides. `people` act with their own credentials."""

    def __init__(self, opened: Callable[[Clock], Store] | None = None) -> None:
        files = {"projects": PROJECTS, "drawings": DRAWINGS}
        self.stack = WholeStack(files, Seed(projects=1, vendors=0, rfis=0))
        if opened is not None:
            self.stack.store = opened(self.stack.clock)
            self.stack.vendors = self.stack.vendors_anew()
        self.quickbase, self.procore = self.stack.world.quickbase, self.stack.world.procore
        app = self.stack.world.info()["quickbase"]["app_id"]
        self.table("Site Drawings", app, ("File Name", "text"), ("Notes", "text"), ("PDF", "file"))
        self.table("Site Photos", app, ("Album", "text"), ("Picture", "file"))
        self.stack.sync()
        self.project = int(next(iter(self.stack.procore("projects"))))
        self.row = self.stack.quickbase("Projects")[str(self.project)]["rid"]

    def table(self, name: str, app: str, *fields: tuple[str, str]) -> None:
        """A table of records in projects."""
        self.quickbase.create_table(app, name)
        key = self.quickbase.create_field(name, "Procore ID", "text")
        self.quickbase.set_field(name, key, unique=True)
        self.quickbase.create_relationship(name, "Projects", "Related Project")
        for label, kind in fields:
            self.quickbase.create_field(name, label, kind)

    def sync(self, times: int = 3) -> int:
        """Cycles until everything has crossed; the last one's exit code."""
        return [self.stack.sync("projects", *self.names).exit_code for _ in range(times)][-1]

    names: tuple[str, ...] = ("drawings",)

    def uploaded(self, name: str, data: bytes) -> str:
        """Bytes that a person has brought to Procore's storage."""
        user = self.procore.who["person"].user_id
        return keep(self.procore.state, user, self.project, name, data)

    def put_file(self, name: str, data: bytes, record: int = 0) -> int:
        """A person's new file in Procore, or new version of one."""
        sent = {"upload_uuid": self.uploaded(name, data), **({} if record else {"name": name})}
        return self.procore.put("files", sent, scope=self.project, record=record)

    def attach(self, name: str, data: bytes, record: int = 0, **values: Any) -> int:
        """A person's new row with an attachment, or a new version in one."""
        sent = {"PDF": {"fileName": name, "data": base64.b64encode(data).decode()}, **values}
        sent = {**sent, **({"3": record} if record else {"Related Project": self.row})}
        return self.quickbase.upsert("Site Drawings", [sent], merge=3 if record else None)[0]

    def held(self) -> list[str]:
        """The reasons of what stands on the list."""
        return [one.reason for one in self.stack.issues("drawings")]

    def files(self) -> dict[str, list[bytes]]:
        """Procore's files by name, with the bytes of their versions, the oldest first."""
        state, found = self.procore.state, {}
        for record in state.tables["files"].records.values():
            values = record.now.values
            uploads = [state.storage.named(one["upload"]) for one in reversed(values["versions"])]
            if not values["deleted"]:
                found[values["name"]] = [one.content for one in uploads if one is not None]
        return found

    def attached(self) -> dict[str, list[bytes]]:
        """Quickbase's attachments by the newest version's name, with the bytes of their versions."""
        fid = self.quickbase.fid("Site Drawings", "PDF")
        rows = self.quickbase.table("Site Drawings").rows.values()
        versions = [row.values.get(str(fid), ()) for row in rows]
        return {some[-1].name: [one.data for one in some] for some in versions if some}

    def moved(self) -> int:
        """Transfers of bytes so far: uploads asked for, attachments sent, files fetched."""
        calls = self.stack.world.stats.rows()
        return sum(one["count"] for one in calls if "/storage/" in one["path"] or "/files/" in one["path"])
