"""Simulators of both vendors, stateful and honest: they imitate the vendor, not our client.

`World` holds them both; `Server` puts a world on a socket. In process a client calls
`world.handle(Request(...))`, which raises `Dropped` where a socket would see the connection end.
"""

from __future__ import annotations

from syncd.sandbox.faults import Dropped, Fault
from syncd.sandbox.message import Request, Response
from syncd.sandbox.seed import Seed
from syncd.sandbox.switches import Switches
from syncd.sandbox.world import World
from syncd.sandbox.wsgi import Server, serve

__all__ = ["Dropped", "Fault", "Request", "Response", "Seed", "Server", "Switches", "World", "serve"]
