"""Command groups whose list is what you get without naming a subcommand.

`syncd links --json` lists, `syncd links add …` acts: the first word that is not a
subcommand's name means `list`.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

__all__ = ["ListingGroup"]

_HELP = ("-h", "--help")


class ListingGroup(TyperGroup):
    """A group that falls back to its `list` command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `list` in front unless a subcommand, or help for the group, is asked for."""
        if not args or (args[0] not in self.commands and args[0] not in _HELP):
            args = ["list", *args]
        return super().parse_args(ctx, args)
