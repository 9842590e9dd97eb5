"""Settings for every test: reproducible properties, no network but loopback, no leaked settings."""

from __future__ import annotations

import gc
import ipaddress
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]  # one server for all modules of a worker

# The default run finds the same examples every time; `--hypothesis-profile=search` looks for new ones.
settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("suite")


def _is_local(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a unix socket, or a family that does not leave the machine
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and not _is_local(arguments[1]):
        raise RuntimeError(f"a test tried to reach {arguments[1]!r}; tests talk to this machine only")


sys.addaudithook(_refuse_the_network)


def pytest_collection_finish() -> None:
    """Collect garbage seldom: what was imported and collected stays to the end, and is much."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_the_developer() -> None:
    """Takes `SYNCD_*` out of the environment, so a developer's own credentials reach no test."""
    for name in [name for name in os.environ if name.startswith("SYNCD_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The directory that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent
