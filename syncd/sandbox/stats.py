"""How often what was called: the sandbox's own count, which benchmarks and tests rely on."""

from __future__ import annotations

from collections import Counter
from typing import Any

__all__ = ["Stats"]


class Stats:
    """Counts of requests by vendor, method, path template, status and credential.

    Status 0 is a request that no answer was ever made for (fault `late`); a lost answer counts
    under the status it had.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, str, int, str]] = Counter()

    def add(self, vendor: str, method: str, template: str, status: int, credential: str) -> None:
        """Count one request."""
        self.counts[vendor, method, template, status, credential] += 1

    def clear(self) -> None:
        """Start again at nothing."""
        self.counts.clear()

    def total(
        self,
        vendor: str | None = None,
        *,
        method: str | None = None,
        template: str | None = None,
        status: int | None = None,
        credential: str | None = None,
    ) -> int:
        """How many requests fit everything that is given."""
        wanted = (vendor, method, template, status, credential)
        return sum(
            count
            for key, count in self.counts.items()
            if all(want is None or want == have for want, have in zip(wanted, key, strict=True))
        )

    def wire(self) -> dict[str, Any]:
        """As `GET /sandbox/stats` shows it."""
        rows = [
            {"vendor": v, "method": m, "path": t, "status": s, "credential": c, "count": count}
            for (v, m, t, s, c), count in sorted(self.counts.items())
        ]
        vendors = {key[0] for key in self.counts}
        return {
            "total": self.counts.total(),
            "by_vendor": {vendor: self.total(vendor) for vendor in sorted(vendors)},
            "requests": rows,
        }
