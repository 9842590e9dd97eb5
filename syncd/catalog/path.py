"""Where Procore takes a call: a path for the ids of a scope, and where else it wants them named."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NOWHERE", "Path"]


@dataclass(frozen=True, slots=True)
class Path:
    """A path template with `{company}`, `{project}`, `{parent}` and `{id}`; "" where there is none.

    `company_in` and `project_in` say where an endpoint wants `company_id` and `project_id`
    besides header and path: "query", "body" or "" (reference procore-api §0.2: the header does
    not replace it). `parent_in` is the query key that takes the parent record's id, if any.
    """

    template: str = ""
    company_in: str = ""
    project_in: str = ""
    parent_in: str = ""

    def __bool__(self) -> bool:
        return bool(self.template)

    def fill(self, *, company: str = "", project: str = "", parent: str = "", id: str = "") -> str:
        """The path for these ids."""
        return self.template.format(company=company, project=project, parent=parent, id=id)

    def at(self, company: str, scope: str, id: str = "") -> str:
        """The path in a scope as we name it: "", a project, or `project/record`."""
        project, _, parent = scope.partition("/")
        return self.fill(company=company, project=project, parent=parent, id=id)

    def query(self, company: str, scope: str) -> tuple[tuple[str, str], ...]:
        """The query parameters that name the company, the project and the parent record."""
        project, _, parent = scope.partition("/")
        found = [("company_id", company)] if self.company_in == "query" else []
        found += [("project_id", project)] if self.project_in == "query" else []
        found += [(self.parent_in, parent)] if self.parent_in else []
        return tuple(found)

    def body(self, company: str, scope: str) -> dict[str, int]:
        """The same for what such an endpoint wants beside the wrapper in a body."""
        found = {"company_id": int(company)} if self.company_in == "body" else {}
        if self.project_in == "body":
            found["project_id"] = int(scope.partition("/")[0])
        return found


NOWHERE = Path()
"""Where there is no such call."""
