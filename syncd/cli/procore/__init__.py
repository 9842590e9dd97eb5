"""`syncd procore VERB RESOURCE …`: Procore's steps, done by hand."""

from __future__ import annotations

from syncd.cli.procore.command import app

__all__ = ["app"]
