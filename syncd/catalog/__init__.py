"""Procore's resources as data: fields, paths, filters, abilities. No calls, no code per resource."""

from __future__ import annotations

from syncd.catalog.registry import closest, names, resource
from syncd.catalog.resource import Filter, Path, Resource, ResourceField, Scope, Send

__all__ = ["Filter", "Path", "Resource", "ResourceField", "Scope", "Send", "closest", "names", "resource"]
