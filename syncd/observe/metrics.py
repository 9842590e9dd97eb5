"""What an operator can graph, on a Prometheus registry of our own.

Labels are vendors, lanes, statuses, mappings and sides; never a record's id or value.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["Metrics"]

_WAITS = (0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600)
_AGES = (0.5, 1, 2, 5, 10, 20, 30, 45, 60, 90)
_TOOK = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30)


class Metrics:
    """All of syncd's metrics. Make one a process and hand it to whoever measures."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.calls = Counter(
            "syncd_calls",
            "Calls that left, by the status that came back (0: none).",
            ("vendor", "lane", "status"),
            registry=registry,
        )
        self.call_seconds = Histogram(
            "syncd_call_seconds",
            "Seconds from request to complete body.",
            ("vendor",),
            buckets=_TOOK,
            registry=registry,
        )
        self.wait_seconds = Histogram(
            "syncd_budget_wait_seconds",
            "Seconds a call waited for the budget.",
            ("vendor", "lane"),
            buckets=_WAITS,
            registry=registry,
        )
        self.budget_left = Gauge(
            "syncd_budget_left",
            "Calls left in a window when it was last looked at.",
            ("vendor", "window"),
            registry=registry,
        )
        self.retries = Counter(
            "syncd_retries", "Calls repeated, by the kind of call.", ("vendor", "kind"), registry=registry
        )
        self.writes = Counter(
            "syncd_writes",
            "Records written, by outcome.",
            ("mapping", "side", "outcome"),
            registry=registry,
        )
        self.conflicts = Gauge("syncd_conflicts", "Open conflicts.", ("mapping",), registry=registry)
        self.held = Gauge("syncd_held", "Held records and fields.", ("mapping",), registry=registry)
        self.cycles = Counter("syncd_cycles", "Cycles finished.", ("mapping", "outcome"), registry=registry)
        self.cycle_seconds = Histogram(
            "syncd_cycle_seconds", "Seconds one cycle took.", ("mapping",), buckets=_WAITS, registry=registry
        )
        self.read_age_at_write = Histogram(
            "syncd_read_age_at_write_seconds",
            "Age of the reading that a write rested on, when the write left (P2: never over 60).",
            ("mapping", "side"),
            buckets=_AGES,
            registry=registry,
        )

    def render(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)
