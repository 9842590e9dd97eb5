"""Files of a vendor in memory: every version has a name of its own, and its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from syncd.core.filevalue import FileValue, content_of, file_in
from syncd.core.values import Kind, Value
from syncd.errors import NotFound
from syncd.sides.memory_vendor import MemoryVendor

__all__ = ["LARGEST", "at_hand", "attach", "landed", "poured", "refusal"]

LARGEST = 1_000_000
"""Bytes of a file."""


def attach(vendor: MemoryVendor, name: str, data: bytes) -> str:
    """Bytes that somebody brings, as a value for a field of files: a version of its own."""
    version = f"{vendor.prefix}-file {len(vendor.blobs) + 1}"
    vendor.blobs[version] = data
    return FileValue(name, version, len(data)).text


def at_hand(vendor: MemoryVendor, values: Mapping[int, Value], taken: Mapping[str, bytes]) -> bool:
    """Whether the bytes of all files among these values were taken."""
    files = [file for index, value in values.items() if (file := _file(vendor, index, value)) is not None]
    return all(content_of(file.text) in taken for file in files)


def landed(vendor: MemoryVendor, values: Mapping[int, Value], taken: Mapping[str, bytes]) -> dict[int, Value]:
    """What the vendor stores of values that were sent: of a file, a version that it names itself."""
    out = dict(values)
    for index, value in values.items():
        file = _file(vendor, index, value)
        if file is not None:
            out[index] = attach(vendor, file.name, taken[content_of(str(value))])
    return out


def poured(vendor: MemoryVendor, id: str, index: int, value: object, into: BinaryIO) -> None:
    """The bytes of a version, if the record has it still. Raises NotFound."""
    last = vendor.last(id)
    now = file_in(last.values[index]) if last is not None and last.values is not None else None
    file = file_in(value)
    if file is None or now is None or now.version != file.version:
        raise NotFound(f"record {id} has another version by now", status=404)
    into.seek(0)
    into.truncate()
    into.write(vendor.blobs[file.version])


def refusal(value: str) -> str:
    """Why a file of this size is not taken; "" if it is."""
    file = file_in(value)
    if file is None or file.size is None or 0 < file.size <= LARGEST:
        return ""
    if not file.size:
        return f"{file.name} is empty."
    return f"{file.name} has {file.size} bytes; a file may have {LARGEST} at most."


def _file(vendor: MemoryVendor, index: int, value: Value) -> FileValue | None:
    spec = vendor.fields[index]
    return file_in(value) if spec is not None and spec.kind is Kind.FILE else None
