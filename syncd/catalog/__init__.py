"""Procore's resources as data: fields, paths, filters, abilities. No calls, no code per resource."""

from __future__ import annotations

from syncd.catalog.registry import closest, instead, names, resource
from syncd.catalog.resource import Act, Filter, Path, Resource, ResourceField, Scope, Send, Shape

__all__ = [
    "Act",
    "Filter",
    "Path",
    "Resource",
    "ResourceField",
    "Scope",
    "Send",
    "Shape",
    "closest",
    "instead",
    "names",
    "resource",
]
