"""Mapping files that several tests of checks begin with."""

from __future__ import annotations

__all__ = ["PROJECTS", "RFIS"]

PROJECTS = """\
mapping: projects
procore: {resource: projects}
quickbase: {table: Projects, key: Procore ID}
fields:
  - {procore: name, quickbase: Project Name}
"""
RFIS = """\
mapping: rfis
procore: {resource: rfis, projects: {linked: projects}}
quickbase: {table: RFIs, key: Procore ID}
fields:
  - {procore: project, quickbase: Related Project, link: projects}
"""
