"""Nothing secret leaves: the words of every log record and error pass through `redact`.

Two nets: secrets that were registered by value, wherever they turn up, and shapes that
look like a credential even if nobody registered it.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

__all__ = ["Redactor", "redact", "redact_tree", "register_secret"]

MASK = "[redacted]"
SHORTEST = 6
"""A registered value shorter than this is not searched for: it would blot out innocent words."""

KEPT_PER_SLOT = 4
"""Values remembered for one slot: the newest, and those that may still be in flight."""

_NAME = r"access_token|refresh_token|client_secret|user_?token|app_?token|id_token|password|passwd|secret"
_SHAPES = (
    re.compile(r"(?i)\b(bearer|basic|qb-user-token|qb-temp-token)\s+[^\s\"',;]+"),
    re.compile(rf"(?i)([\"']?\b(?:{_NAME})[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;}}]+"),
    re.compile(r"(?i)((?:proxy-)?authorization[\"']?\s*[=:]\s*[\"']?)(?!bearer|basic|qb-)[^\s\"',;]+"),
    re.compile(r"(?i)([?&](?:code|signature|sig|x-amz-signature|x-amz-credential)=)[^\s&\"']+"),
    re.compile(r"([a-z][a-z0-9+.-]*://[^\s:/@\"']*:)[^\s@/\"']+(?=@)"),
)
_SECRET_KEY = re.compile(rf"(?i)^(?:{_NAME}|(?:proxy-)?authorization|.*_(?:token|secret|password))$")


class Redactor:
    """Knows the secrets of this process and blots them out of texts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[str, deque[str]] = {}
        self._values: tuple[str, ...] = ()

    def register(self, value: str, *, slot: str) -> None:
        """Remember a secret. A slot (`procore.access_token`) forgets its oldest values."""
        if len(value) < SHORTEST:
            return
        with self._lock:
            kept = self._slots.setdefault(slot, deque(maxlen=KEPT_PER_SLOT))
            if value in kept:
                return
            kept.append(value)
            spelt = {v for values in self._slots.values() for v in values}
            spelt |= {quote(v, safe="") for v in spelt}
            self._values = tuple(sorted(spelt, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text with every known secret and everything that looks like one masked."""
        for value in self._values:
            if value in text:
                text = text.replace(value, MASK)
        for shape in _SHAPES:
            text = shape.sub(_mask, text)
        return text

    def tree(self, value: Any, depth: int = 6) -> Any:
        """The same for nested values; what hangs under a secret's name is masked whole."""
        if isinstance(value, str):
            return self.text(value)
        if depth == 0:
            return MASK
        if isinstance(value, Mapping):
            return {
                key: MASK if item and _SECRET_KEY.match(str(key)) else self.tree(item, depth - 1)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.tree(item, depth - 1) for item in value]
        if value is None or isinstance(value, int | float):
            return value
        return self.text(str(value))


def _mask(found: re.Match[str]) -> str:
    kept = found.group(1)
    return f"{kept} {MASK}" if kept[-1].isalnum() else f"{kept}{MASK}"


_PROCESS = Redactor()


def register_secret(value: str, *, slot: str) -> None:
    """Remember a secret of this process, so that no log or error can show it."""
    _PROCESS.register(value, slot=slot)


def redact(text: str) -> str:
    """Mask every secret in a text."""
    return _PROCESS.text(text)


def redact_tree(value: Any) -> Any:
    """Mask every secret in nested values."""
    return _PROCESS.tree(value)
