"""The description of Procore's API of 2024, and real answers of the simulator held to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator, oas30_format_checker

from syncd.sandbox import Response
from syncd.sandbox.procore.resource import Resource
from tests.support.procore_sandbox import LittleWorld

__all__ = ["SPEC", "Description", "Held", "Step", "served"]

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "procore_openapi_2024-10_subset.json"
"""Where the description lies, beside the repository; tests are skipped where it is not."""

Step = tuple[str, str, Any, int]
"""One call: method, path below `/rest/`, body, and the status that it has to get."""


@dataclass(slots=True)
class Held:
    """What came of some steps: deviations by operation, operations called, keys nobody described."""

    problems: dict[str, list[str]] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    more: set[str] = field(default_factory=set)


class Description:
    """The paths, with anonymous parameters, and the schemas."""

    def __init__(self) -> None:
        whole = json.loads(SPEC.read_text())
        self._paths = {re.sub(r"{\w+}", "{}", path): methods for path, methods in whole["paths"].items()}
        self._components = _nullable(whole["components"])

    def hold(self, box: LittleWorld, steps: Iterable[Step], unknown: Iterable[str] = ()) -> Held:
        """Make the calls and hold every answer to the description, but for `unknown` operations."""
        held = Held()
        for method, path, body, status in steps:
            operation = f"{method} " + re.sub(r"/\d+", "/{}", "/rest/" + path.partition("?")[0])
            answer = box.call(method, path, body)
            assert answer.status == status, (operation, answer.status, answer.body)
            held.called.add(operation)
            if operation in unknown:
                continue
            found = self._check(operation, answer)
            if found:
                held.problems[operation] = found[:5]
            if status < 300:
                held.more |= self._unknown_keys(operation, answer)
        return held

    def _schema(self, operation: str, status: int) -> dict[str, Any] | None:
        method, _, shape = operation.partition(" ")
        about = self._paths.get(shape, {}).get(method.lower())
        assert about is not None, f"{operation} is not described"
        answer = about["responses"].get(str(status))
        assert answer is not None, f"{operation} is described without {status}"
        content = answer.get("content")
        if not content:
            return None
        return {**_nullable(content["application/json"]["schema"]), "components": self._components}

    def _check(self, operation: str, answer: Response) -> list[str]:
        schema = self._schema(operation, answer.status)
        if schema is None:
            return [] if not answer.body or answer.status >= 400 else ["a body that is not described"]
        validator = OAS30Validator(schema, format_checker=oas30_format_checker)
        return [
            f"{'/'.join(str(part) for part in error.path)}: {error.message[:200]}"
            for error in validator.iter_errors(json.loads(answer.body))
        ]

    def _unknown_keys(self, operation: str, answer: Response) -> set[str]:
        schema = self._schema(operation, answer.status)
        if schema is None:
            return set()
        kind = re.sub(r"^.*?/v\d\.\d/", "", operation).replace("/{}", "")
        found = _undescribed(schema, self._components, json.loads(answer.body))
        return {f"{kind}: {key}" for key in found}


def served(resources: Iterable[Resource]) -> set[str]:
    """The operations of these resources."""
    return {
        f"{endpoint.method} " + re.sub(r"{\w+}", "{}", endpoint.path)
        for resource in resources
        for endpoint in resource.endpoints
    }


def _nullable(node: Any) -> Any:
    """The schemas with every value allowed to be null, as in every recorded real answer.

    `oneOf` becomes `anyOf`: the views have no required keys, so that any answer fits several.
    """
    if isinstance(node, list):
        return [_nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    changed = {"anyOf" if key == "oneOf" else key: _nullable(one) for key, one in node.items()}
    if isinstance(changed.get("type"), str):
        changed["nullable"] = True
        if "enum" in changed and None not in changed["enum"]:
            changed["enum"] = [*changed["enum"], None]
    return changed


def _merged(schema: Any, components: dict[str, Any]) -> Any:
    """A schema without references, with the properties of all its alternatives."""
    while "$ref" in schema:
        schema = components["schemas"][schema["$ref"].rpartition("/")[2]]
    for one in schema.get("anyOf", ()):
        known = _merged(one, components)
        schema = {**schema, "properties": {**schema.get("properties", {}), **known.get("properties", {})}}
    return schema


def _undescribed(schema: Any, components: dict[str, Any], value: Any, where: str = "") -> Iterator[str]:
    """Keys of the answer that the schema does not know."""
    schema = _merged(schema, components)
    if isinstance(value, list):
        for one in value[:3]:
            yield from _undescribed(schema.get("items", {}), components, one, where)
    elif isinstance(value, dict) and "properties" in schema:
        for key, one in value.items():
            if key not in schema["properties"]:
                yield f"{where}{key}"
            else:
                yield from _undescribed(schema["properties"][key], components, one, f"{where}{key}.")
