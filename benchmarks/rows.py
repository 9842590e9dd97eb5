"""Invented vendors: ten fields of text a record, all told by one number.

Nothing is stored: a row is made from its number whenever somebody asks, so a side of any
size costs the same memory. Edits are the only thing that is remembered.
"""

from __future__ import annotations

from syncd.core.values import Field, Kind
from syncd.mapping.compile import compile_all
from syncd.mapping.compiled import Mapping
from syncd.mapping.load import SourceFile
from syncd.mapping.schemas import FieldSchema, QuickbaseSchema, TableSchema

__all__ = ["FIELDS", "Row", "bench_mapping", "row"]

Row = tuple[str, ...]

FIELDS = (
    ("name", "Company Name", Kind.TEXT, "text"),
    ("trade_name", "Trade", Kind.TEXT, "text"),
    ("address", "Address", Kind.TEXT, "text"),
    ("city", "City", Kind.TEXT, "text"),
    ("state_code", "State", Kind.TEXT, "text"),
    ("zip", "Postal Code", Kind.TEXT, "text"),
    ("business_phone", "Phone", Kind.PHONE, "phone"),
    ("email_address", "Email", Kind.EMAIL, "email"),
    ("website", "Website", Kind.URL, "url"),
    ("notes", "Notes", Kind.TEXT, "text"),
)
KEY_FIELD = 16

_CITIES = ("Arbor Bay", "Birchford", "Cedar Run", "Dunmore", "Eastwick", "Fallow Hill", "Glenrock")
_STATES = ("CA", "NY", "TX", "WA", "OH")
_TRADES = ("Concrete", "Drywall", "Electrical", "Glazing", "Masonry", "Painting", "Roofing", "Steel")


def row(number: int) -> Row:
    """The ten values of one record."""
    return (
        f"Bench Vendor {number} LLC",
        _TRADES[number % 8],
        f"{number % 9000 + 100} Main Street",
        _CITIES[number % 7],
        _STATES[number % 5],
        f"{number % 90000 + 10000}",
        f"(555) {number % 900 + 100}-{number % 9000 + 1000}",
        f"office{number}@vendor.example",
        f"https://www.vendor{number}.example",
        f"Invented for measuring, number {number}",
    )


def bench_mapping() -> Mapping:
    """A mapping file of ten fields, compiled as an admin's would be."""
    lines = [
        "mapping: vendors",
        "procore: {resource: vendors, key: origin_id}",
        "quickbase: {table: Vendors, key: Procore ID}",
        "match: [[name]]",
        "create: [procore, quickbase]",
        "fields:",
        *(f"  - {{procore: {name}, quickbase: {label}}}" for name, label, _kind, _type in FIELDS),
    ]
    source = SourceFile("vendors.yaml", "\n".join(lines) + "\n")
    (made,) = compile_all([source], QuickbaseSchema("bench", (_table(),)))
    return made


def _table() -> TableSchema:
    fields = [
        FieldSchema(6 + place, label, type, Field(str(6 + place), label, kind))
        for place, (_name, label, kind, type) in enumerate(FIELDS)
    ]
    key = FieldSchema(
        KEY_FIELD, "Procore ID", "text", Field(str(KEY_FIELD), "Procore ID", Kind.TEXT), unique=True
    )
    return TableSchema("bench", "Vendors", (*fields, key))
