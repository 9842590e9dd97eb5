"""What of an expression fails whatever the record holds: found when it is loaded, not record by record.

Constants are worked out with the same capped functions as on a record, so nothing here is slow or
large. What is not known yet is tried as a number, a text, a list and a tick: where none of them
works, nothing ever will.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from typing import Any

from jinja2 import nodes

from syncd.mapping.filters import FILTERS, OPERATORS, Refused

__all__ = ["Never", "refuse_never"]

_UNKNOWN = object()
_TRIES: tuple[Any, ...] = (Decimal(1), "1", ["1"], True)


MOST_PARTS = 4
"""What an operator or filter may be given; none of them takes more."""


class Never(Exception):
    """A part of the expression fails on every record. `str()` says why."""


def refuse_never(tree: nodes.Node) -> None:
    """Raise Never for a rebuilt expression of which a part can never work."""
    _known(tree)


def _known(node: nodes.Node) -> Any:
    """What a part comes to on every record, `_UNKNOWN` where that depends on the record."""
    if isinstance(node, nodes.Const):
        return node.value
    parts = [_known(one) for one in node.iter_child_nodes()]
    if isinstance(node, nodes.List):
        return _UNKNOWN if any(part is _UNKNOWN for part in parts) else parts
    if not isinstance(node, nodes.Filter):
        return _UNKNOWN
    if node.name == "decimal":
        return Decimal(parts[0])
    act = OPERATORS.get(node.name) or FILTERS[node.name]
    return _applied(node.name, act, parts)


def _applied(name: str, act: Callable[..., Any], parts: list[Any]) -> Any:
    if len(parts) > MOST_PARTS:
        raise Never(f"{name!r} does not take {len(parts) - 1} values")
    why = ""
    for tried in product(*(_TRIES if part is _UNKNOWN else (part,) for part in parts)):
        try:
            found = act(*tried)
        except Refused as refused:
            why = why or str(refused)
        except (TypeError, ValueError, ArithmeticError, LookupError):
            why = why or f"{name!r} does not take what it is given"
        else:
            return _UNKNOWN if any(part is _UNKNOWN for part in parts) else found
    raise Never(why)
