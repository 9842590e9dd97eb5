"""What stands in for a resource's own list, or takes its writes, where Procore does not answer these."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.catalog.resource import Path, Resource, Scope

__all__ = ["ViewRows", "view_part"]


@dataclass(frozen=True, slots=True)
class ViewRows:
    """Rows of a view of a project, that are records as well (reference procore-api §8).

    `views` lists the views; `rows` are the rows of one, whose id stands in its path, and so are its
    `columns`. `role` is that of the views that may be taken. `params` go with every call for rows.
    `keys` say which key of a row is which part of a record, `named` which column of the view is which
    part, by the column's name in any case. `proof` are the parts that a record's own show must hold alike:
    they prove that a row's id is the record's.
    """

    views: Resource
    rows: Resource
    columns: Path
    role: str
    params: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    named: tuple[tuple[str, str], ...]
    proof: tuple[tuple[str, ...], ...]


def view_part(name: str, title: str, template: str, page_limit: int = 1000) -> Resource:
    """A list of a project that is read for another resource's sake, and is none of its own."""
    return Resource(
        name=name,
        title=title,
        scope=Scope.PROJECT,
        wrapper="",
        fields=(),
        list=Path(template, project_in="query"),
        page_limit=page_limit,
        updated_filter=False,
        created_filter=False,
        parent="projects",
        tool="Budget",
    )
