"""The company's documents and pictures: folders with files, albums with images."""

from __future__ import annotations

import struct
import zlib

from syncd.sandbox.company.site import Site
from syncd.sandbox.procore.uploads import keep

__all__ = ["add_documents", "add_pictures", "picture", "sheet"]

_FILES = ("Site plan.pdf", "Door schedule.pdf")
_VIEWS = (("north-side.png", "North side from the gate"), ("level-2.png", "Level 2, slab"))


def add_documents(site: Site) -> None:
    """Folders, one within another, and files in every project; two folders only in Quickbase."""
    for at, project in enumerate(site.open_projects):
        drawings = site.procore.put("folders", {"name": "Drawings"}, scope=project)
        issued = site.procore.put("folders", {"name": "Issued", "parent_id": drawings}, scope=project)
        for name, folder in zip(_FILES, (issued, None), strict=True):
            bytes_of = sheet(f"{name}, project {at + 1}")
            sent = {"name": name, "parent_id": folder, "upload_uuid": _kept(site, project, name, bytes_of)}
            site.procore.put("files", sent, scope=project)
    for project in site.shared[:1]:
        home = {"Related Project": site.rids["Projects"][project]}
        [above] = site.add("Folders", [{**home, "Folder Name": "Permits"}])
        site.add("Folders", [{**home, "Folder Name": "City", "Parent Folder": above, "Private": True}])


def add_pictures(site: Site) -> None:
    """An album with images in every project; an album only in Quickbase."""
    gate = site.option("locations", "Gate")
    for at, project in enumerate(site.open_projects):
        album = site.procore.put("albums", {"name": "Progress"}, scope=project)
        for turn, (name, view) in enumerate(_VIEWS):
            colour = (40 + 9 * at % 200, 90 + 60 * turn, 120)
            sent = {
                "image_name": name,
                "description": view,
                "image_category_id": album,
                "location_id": gate if turn == 0 else None,
                "upload_uuid": _kept(site, project, name, picture(colour)),
            }
            site.procore.put("images", sent, scope=project)
    for project in site.shared[:1]:
        site.add("Albums", [{"Related Project": site.rids["Projects"][project], "Album Name": "Handover"}])


def _kept(site: Site, project: int, name: str, data: bytes) -> str:
    """The uuid of bytes that a person uploaded."""
    return keep(site.procore.state, site.procore.who["person"].user_id, project, name, data)


def sheet(text: str) -> bytes:
    """A document of one line; viewers open it as a page."""
    line = text.encode("ascii", "replace")
    drawn = b"BT /F1 18 Tf 40 60 Td (" + line.replace(b"(", b"[").replace(b")", b"]") + b") Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 120] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
    ]
    objects = [b"%d 0 obj\n%s\nendobj\n" % (number, part) for number, part in enumerate(parts, start=1)]
    return b"%PDF-1.4\n" + b"".join(objects) + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF\n"


def picture(colour: tuple[int, int, int], width: int = 64, height: int = 48) -> bytes:
    """A picture of one colour (red, green, blue), as PNG."""
    row = b"\0" + bytes(colour) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(row * height)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
