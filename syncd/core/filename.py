"""Names of files on this machine: any name a vendor allows, written so that every disk takes it.

    local_name(name)          → what the file is called here
    given_name(local_name(n)) → n, always

A character that a disk refuses, or that would lead out of the directory, stands as `%` and two
hexadecimal digits for each of its UTF-8 bytes, and so does `%` itself.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

__all__ = ["LONGEST", "given_name", "local_name"]

LONGEST = 255
"""Bytes of a name that every usual disk takes."""

_REFUSED = frozenset('/\\:*?"<>|%')
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)))
)


def local_name(name: str) -> str:
    """The name for a file that a vendor calls `name`; it may still be longer than `LONGEST` bytes.

    Raises ValueError for no name at all.
    """
    if not name:
        raise ValueError("a file needs a name")
    text = "".join(_escaped(one) if one in _REFUSED or not one.isprintable() else one for one in name)
    if text[0] in ".- ~" or text.partition(".")[0].lower() in _DEVICES:
        text = _escaped(text[0]) + text[1:]  # hidden, an option to many commands, or a device
    if text[-1] in ". ":
        text = text[:-1] + _escaped(text[-1])
    return text


def given_name(local: str) -> str:
    """The vendor's name of a file that is called `local` here.

    A name that `local_name` cannot have written is taken as it stands, per cent signs and all.
    """
    try:
        name = unquote_to_bytes(local).decode("utf-8", "surrogatepass")
    except UnicodeError:
        return local
    return name if name and local_name(name) == local else local


def _escaped(one: str) -> str:
    """The character's bytes; half of one, as a surrogate, keeps its three."""
    return "".join(f"%{byte:02X}" for byte in one.encode("utf-8", "surrogatepass"))
