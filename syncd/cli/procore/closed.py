"""What a refusal may mean besides its words: a tool that is off in the project (procore-api §19)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from syncd.catalog import Resource
from syncd.errors import Forbidden, NotFound

__all__ = ["telling_why"]


@contextmanager
def telling_why(about: Resource, scope: str, id: str = "") -> Iterator[None]:
    """Calls about a resource of a project, or the record `id` of it. A 403 or 404 of theirs gets the hint
    that names the tool.

    Procore documents neither which of the two it answers where a tool is off, nor with which words.
    """
    try:
        yield
    except (Forbidden, NotFound) as problem:
        if about.tool and scope and problem.status and not problem.hint:
            project = scope.partition("/")[0]
            missing = "record" if id or "/" in scope else "project"
            first = f"There is no such {missing}, or the" if problem.status == 404 else "The"
            problem.hint = (
                f"{first} tool {about.tool} is off in project {project}, or closed to the user that "
                "syncd acts as."
            )
        raise
