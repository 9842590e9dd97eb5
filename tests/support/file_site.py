"""A site whose drawings are files in Procore and attachments in Quickbase, for tests of what crosses."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from syncd.clock import Clock, instant_text
from syncd.sandbox.procore.uploads import keep
from syncd.sandbox.seed import Seed
from syncd.store import Store
from tests.support.whole_stack import WholeStack

__all__ = ["PROJECTS", "Site"]

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
        files = {"projects": PROJECTS, "drawings": DRAWINGS, "photos": PHOTOS}
        self.stack = WholeStack(files, Seed(projects=1, vendors=0, rfis=0))
        if opened is not None:
            self.stack.store = opened(self.stack.clock)
            self.stack.vendors = self.stack.vendors_anew()
        self.quickbase, self.procore = self.stack.world.quickbase, self.stack.world.procore
        app = self.stack.world.info()["quickbase"]["app_id"]
        self.table(
            "Site Drawings",
            app,
            ("File Name", "text"),
            ("Notes", "text"),
            ("PDF", "file"),
            ("Folder", "text"),
        )
        self.table("Site Photos", app, ("Album", "text"), ("Picture", "file"), ("Notes", "text"))
        self.stack.sync()
        self.project = int(next(iter(self.stack.procore("projects"))))
        self.album = self.procore.put("albums", {"name": "Site"}, scope=self.project)
        self.row = self.stack.quickbase("Projects")[str(self.project)]["rid"]

    def table(self, name: str, app: str, *fields: tuple[str, str]) -> None:
        """A table of records in projects."""
        self.quickbase.create_table(app, name)
        key = self.quickbase.create_field(name, "Procore ID", "text")
        self.quickbase.set_field(name, key, unique=True)
        self.quickbase.create_relationship(name, "Projects", "Related Project")
        for label, kind in fields:
            self.quickbase.create_field(name, label, kind)

    def sync(self, *names: str, times: int = 3) -> None:
        """Cycles until everything has crossed; of the drawings, if nothing else is named."""
        for _ in range(times):
            self.stack.sync("projects", *(names or ("drawings",)))

    def uploaded(self, name: str, data: bytes) -> str:
        """Bytes that a person has brought to Procore's storage."""
        user = self.procore.who["person"].user_id
        return keep(self.procore.state, user, self.project, name, data)

    def put_file(self, name: str, data: bytes, record: int = 0, **more: Any) -> int:
        """A person's new file in Procore, or new version of one."""
        sent = {"upload_uuid": self.uploaded(name, data), **({} if record else {"name": name}), **more}
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

    def transfers(self) -> int:
        """How often bytes have moved so far, or were asked to."""
        calls = self.stack.world.stats.wire()["requests"]
        return sum(
            one["count"]
            for one in calls
            if any(word in one["path"] for word in ("storage", "/uploads", "/files/{table}"))
        )

    def rows(self) -> list[dict[str, Any]]:
        """The drawings of Quickbase by label."""
        return list(self.stack.quickbase("Site Drawings").values())

    def described(self, name: str) -> str | None:
        """What Procore says of a file."""
        files = self.stack.procore("files").values()
        return next(one["description"] for one in files if one["name"] == name)

    def number(self, name: str) -> int:
        """The id of a file in Procore."""
        return next(int(id) for id, one in self.stack.procore("files").items() if one["name"] == name)

    def detach(self, row: int) -> None:
        """A person removes every version of a row's attachment."""
        table, state = self.quickbase.table("Site Drawings"), self.quickbase.state
        key = str(self.quickbase.fid("Site Drawings", "PDF"))
        state.write(table, row, {key: ()}, state.by_credential("person"))

    def check_out(self, name: str) -> None:
        """A person keeps a file to themselves for a day."""
        until = instant_text(self.stack.clock.now() + 86_400.0)
        self.procore.put("files", {"checked_out_until": until}, record=self.number(name), scope=self.project)

    def recycle(self, name: str) -> None:
        """A person deletes a file in Procore."""
        self.procore.recycle("files", self.number(name))

    # -- photos -----------------------------------------------------------------------

    def photo(self, name: str, data: bytes) -> int:
        """A person's new image in Procore's first album."""
        sent = {"image_category_id": self.album, "image_name": name, "upload_uuid": self.uploaded(name, data)}
        return self.procore.put("images", sent, scope=self.project)

    def picture(self, name: str, data: bytes, record: int = 0) -> int:
        """A person's new row with a picture, or another picture in one."""
        sent: dict[Any, Any] = {"Picture": {"fileName": name, "data": base64.b64encode(data).decode()}}
        sent |= {"3": record} if record else {"Related Project": self.row, "Album": "Site"}
        return self.quickbase.upsert("Site Photos", [sent], merge=3 if record else None)[0]

    def photos(self) -> dict[str, bytes]:
        """Procore's images by name."""
        state = self.procore.state
        values = [one.now.values for one in state.tables["images"].records.values()]
        uploads = {one["filename"]: state.storage.named(one["upload_uuid"]) for one in values}
        return {name: one.content for name, one in uploads.items() if one is not None}

    def pictures(self) -> list[tuple[str, bytes]]:
        """Quickbase's newest pictures."""
        key = str(self.quickbase.fid("Site Photos", "Picture"))
        found = [row.values.get(key, ()) for row in self.quickbase.table("Site Photos").rows.values()]
        return [(some[-1].name, some[-1].data) for some in found if some]
