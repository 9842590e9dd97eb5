"""A large file crosses real sockets both ways."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

from syncd.catalog.registry import resource
from syncd.clock import SystemClock
from syncd.http import Lane, MemoryLedger, MemoryTokenStore
from syncd.procore.files import link_in
from syncd.sandbox.procore.switches import ProcoreSwitches
from syncd.sandbox.switches import Switches
from syncd.sandbox.world import World
from syncd.sandbox.wsgi import serve
from syncd.settings import ProcoreSettings, QuickbaseSettings, Settings
from syncd.sides.build import Vendors

SIZE = 40 * 1024 * 1024
"""Bytes of the file: three segments."""


def vendors_of(world: World) -> Vendors:
    """Clients of the world on its socket."""
    info = world.info()
    procore, quickbase = info["procore"], info["quickbase"]
    settings = Settings(
        procore=ProcoreSettings(**{**procore, "company_id": str(procore["company_id"])}),
        quickbase=QuickbaseSettings(**{**quickbase, "app_id": "bapp"}),
    )
    return Vendors(settings, MemoryLedger(), MemoryTokenStore(), SystemClock())


def filled(path: Path) -> str:
    """Fill a file with noise; its SHA-256."""
    digest, dice = hashlib.sha256(), random.Random(1)
    with path.open("wb") as file:
        for _ in range(SIZE // (1024 * 1024)):
            piece = dice.randbytes(1024 * 1024)
            file.write(piece)
            digest.update(piece)
    return digest.hexdigest()


def test_a_large_file_crosses_both_ways_over_sockets(tmp_path: Path) -> None:
    """The storage stands under a host name of its own; what comes back is what went (reference §10)."""
    source, target = tmp_path / "source.bin", tmp_path / "target.bin"
    expected = filled(source)
    world = World(SystemClock(), switches=Switches(procore=ProcoreSwitches(download_link="redirect")))
    with serve(world), source.open("rb") as file, target.open("w+b") as into:
        project = str(world.procore.put("projects", {"name": "Tower"}))
        vendors = vendors_of(world)

        uuid = vendors.files.upload(project, "source.bin", file)
        sent = {"name": "source.bin", "upload_uuid": uuid}
        deadline = SystemClock().monotonic() + 60
        row = vendors.procore.create(resource("files"), project, sent, deadline).row
        assert row is not None
        carried = vendors.files.download(link_in(row), into, lane=Lane.COMMAND)

    assert (carried.size, carried.sha256) == (SIZE, expected)
