"""`syncd sandbox`: both vendors' simulators on one port, until stopped."""

from __future__ import annotations

import json
import socket
import threading
from typing import Annotated

import typer

from syncd.errors import Unavailable, UsageProblem

__all__ = ["sandbox"]

MOST_RECORDS = 1_000_000
"""Records to begin with; each takes some kilobytes, and nothing is ever written to disk."""


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 takes a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same data.")] = 0,
    projects: Annotated[int, typer.Option(min=0, help="How many projects to begin with.")] = 3,
    vendors: Annotated[int, typer.Option(min=0, help="How many vendors to begin with.")] = 6,
    rfis: Annotated[int, typer.Option(min=0, help="How many RFIs each project begins with.")] = 2,
) -> int:
    """Serve simulators of Procore and Quickbase until stopped.

    Prints one JSON line when ready: URLs, realm, app, company, credentials for syncd and
    for a person, and the SYNCD_* settings to use. Nothing is kept when it ends.
    """
    from syncd.cli.stopping import heed_signals
    from syncd.clock import SystemClock
    from syncd.sandbox.seed import Seed
    from syncd.sandbox.world import World
    from syncd.sandbox.wsgi import serve

    if projects + vendors + projects * rfis > MOST_RECORDS:
        raise UsageProblem(f"The sandbox keeps everything in memory: at most {MOST_RECORDS:,} records.")
    _require_free(port)
    sizes = Seed(projects=projects, vendors=vendors, rfis=rfis, whole=True)
    world = World(SystemClock(), seed=seed, sizes=sizes)
    world.seed_demo()
    stop = threading.Event()
    heed_signals(stop)
    with serve(world, port=port):
        print(json.dumps(world.info()), flush=True)
        while not stop.wait(1.0):
            pass
    return 0


def _require_free(port: int) -> None:
    """Raises Unavailable where another program has the port."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise Unavailable(
            f"Port {port} cannot be used: {error.strerror}.",
            hint="Stop the program that has it, or name another with --port.",
        ) from error
