"""Expressions in mapping files: Jinja's grammar, behind an allow-list of our own.

An expression is parsed, every node is checked against the list, operators and filters are
replaced by the capped functions of `filters.py`, and only then compiled. There are no
statements, calls, attributes, powers or formats, so there is nothing to escape through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.parser import Parser

from syncd.catalog import ResourceField, closest
from syncd.catalog.custom import PREFIX
from syncd.core.values import ABSENT, NUMERIC, Absent, Kind, Value, decimal_text
from syncd.mapping.filters import EMPTY, FILTERS, OPERATORS, TESTS, Empty, Refused, text_of
from syncd.mapping.never import Never, refuse_never

__all__ = [
    "BadExpression",
    "Expression",
    "cannot",
    "compile_expression",
    "reason_of",
    "slug",
]

MAX_SOURCE = 2_000
MAX_NODES = 200
MAX_CONSTANT = 10**15

_REFUSAL = "\x00cannot: "


class BadExpression(Exception):
    """An expression that is refused when it is loaded. `str()` is a sentence."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    `reads` are the names of the fields it is made of, as they stand in a raw record.
    `detail` means that one of them is only in a show. `custom` are those that are Procore's custom
    fields.
    """

    source: str
    reads: tuple[str, ...]
    run: Callable[[Mapping[str, Value | Absent]], Value | Absent]
    detail: bool = False
    custom: tuple[ResourceField, ...] = ()


def cannot(reason: str) -> str:
    """The value of an expression that failed on a record; `reason_of` reads it again.

    It is a text that no vendor can send, so it passes through staging tables unharmed and
    turns into a held field when the rule translates it.
    """
    return _REFUSAL + reason


def reason_of(value: object) -> str:
    """Why the expression that made `value` failed, "" if it did not."""
    return value[len(_REFUSAL) :] if isinstance(value, str) and value.startswith(_REFUSAL) else ""


def slug(label: str) -> str:
    """How a Quickbase label is written in an expression: `Project Name` is `project_name`."""
    word = re.sub(r"\W+", "_", label.casefold()).strip("_")
    return f"_{word}" if word[:1].isdigit() else word


def compile_expression(source: str, fields: Mapping[str, tuple[str, Kind]]) -> Expression:
    """Compile `source`. `fields` maps each word it may use to (raw field name, kind).

    Raises BadExpression for what is not allowed, not known, not Jinja, or fails on every record.
    """
    if len(source) > MAX_SOURCE:
        raise BadExpression(f"the expression is longer than {MAX_SOURCE} characters")
    tree = _parse(source)
    if sum(1 for _ in _all(tree)) > MAX_NODES:
        raise BadExpression(f"the expression has more than {MAX_NODES} parts; split it in two fields")
    used: dict[str, tuple[str, Kind]] = {}
    safe = _rebuilt(tree, fields, used)
    try:
        refuse_never(safe)
    except Never as never:
        raise BadExpression(f"the expression can never work: {never}") from never
    evaluate = _compiled(safe)
    reads = tuple(sorted({name for name, _ in used.values()}))
    if not reads:
        raise BadExpression("the expression reads no field; use `value:` for a constant")
    return Expression(source, reads, _runner(evaluate, used))


def _parse(source: str) -> nodes.Expr:
    try:
        parser = Parser(_ENVIRONMENT, source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise BadExpression(f"the expression cannot be read from {str(parser.stream.current)!r} on")
    except TemplateSyntaxError as error:
        words = str(error.message).replace("end of template", "end")
        raise BadExpression(f"the expression cannot be read: {words}") from error
    except RecursionError as error:
        raise BadExpression("the expression is nested too deeply") from error
    return tree


def _all(node: nodes.Node) -> Any:
    yield node
    for child in node.iter_child_nodes():
        yield from _all(child)


_BINARY: dict[type[nodes.BinExpr], str] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Mul: "*",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
}
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Call: "calls are not allowed; use a filter, such as name|upper",
    nodes.Pow: "powers (**) are not allowed",
    nodes.Mod: "% is not allowed; join text with ~",
    nodes.Getattr: "there is nothing behind a dot; use a field's own name",
    nodes.Dict: "pairs in braces are not allowed; use `values:`",
}


def _rebuilt(
    node: nodes.Node, fields: Mapping[str, tuple[str, Kind]], used: dict[str, tuple[str, Kind]]
) -> nodes.Expr:
    """The same expression made of allowed nodes only, with its operators as our functions."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        if f"{node.node.name}." == PREFIX:
            return _field(PREFIX + slug(node.attr), fields, used)
    for kind, sentence in _REFUSED.items():
        if isinstance(node, kind):
            raise BadExpression(sentence)
    if isinstance(node, nodes.Const):
        return _constant(node)
    if not isinstance(node, nodes.Name):
        return _composed(node, lambda inner: _rebuilt(inner, fields, used))
    return _field(node.name, fields, used)


def _field(
    word: str, fields: Mapping[str, tuple[str, Kind]], used: dict[str, tuple[str, Kind]]
) -> nodes.Name:
    """A field by the word it is called; `used` holds it by a name without a dot."""
    if word not in fields:
        raise BadExpression(_unknown(word, fields))
    name = word.replace(".", "__")
    used[name] = fields[word]
    return nodes.Name(name, "load")


def _composed(node: nodes.Node, again: Callable[[nodes.Node], nodes.Expr]) -> nodes.Expr:
    if isinstance(node, nodes.Concat):
        return _call("~", nodes.List([again(one) for one in node.nodes]))
    if isinstance(node, nodes.BinExpr) and type(node) in _BINARY:
        return _call(_BINARY[type(node)], again(node.left), again(node.right))
    if isinstance(node, nodes.And | nodes.Or):
        return type(node)(again(node.left), again(node.right))
    if isinstance(node, nodes.Not | nodes.Neg):
        return type(node)(again(node.node))
    if isinstance(node, nodes.Compare):
        return nodes.Compare(again(node.expr), [nodes.Operand(op.op, again(op.expr)) for op in node.ops])
    if isinstance(node, nodes.CondExpr):
        other = again(node.expr2) if node.expr2 is not None else nodes.Const("")
        return nodes.CondExpr(again(node.test), again(node.expr1), other)
    if isinstance(node, nodes.List):
        return nodes.List([again(one) for one in node.items])
    if isinstance(node, nodes.Getitem):
        return nodes.Getitem(again(node.node), _index(node.arg), "load")
    if isinstance(node, nodes.Filter | nodes.Test):
        return _named(node, again)
    raise BadExpression(f"{type(node).__name__.lower()} is not allowed in an expression")


def _named(node: nodes.Filter | nodes.Test, again: Callable[[nodes.Node], nodes.Expr]) -> nodes.Expr:
    table, word = (FILTERS, "filter") if isinstance(node, nodes.Filter) else (TESTS, "test")
    if node.name not in table or node.node is None:
        raise BadExpression(f"there is no {word} {node.name!r}; there are {', '.join(sorted(table))}")
    if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
        raise BadExpression(f"the {word} {node.name!r} takes plain arguments only")
    arguments = [again(one) for one in node.args]
    return type(node)(again(node.node), node.name, arguments, [], None, None)


def _constant(node: nodes.Const) -> nodes.Expr:
    value = node.value
    if isinstance(value, bool | str) or value is None:
        return node
    if not isinstance(value, int | float) or not abs(value) < MAX_CONSTANT:
        raise BadExpression("the expression holds a number that is too large")
    # Floats would round; every number in an expression is a decimal.
    return _call("decimal", nodes.Const(repr(value)))


def _index(node: nodes.Node) -> nodes.Expr:
    """A plain position or slice; anything else could reach an attribute."""
    parts = [node.start, node.stop, node.step] if isinstance(node, nodes.Slice) else [node]
    for part in parts:
        inner = part.node if isinstance(part, nodes.Neg) else part
        if inner is not None and not (isinstance(inner, nodes.Const) and type(inner.value) is int):
            raise BadExpression("only plain numbers may stand in square brackets")
    assert isinstance(node, nodes.Expr)
    return node


def _call(name: str, first: nodes.Expr, *rest: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(first, name, list(rest), [], None, None)


def _unknown(name: str, fields: Mapping[str, Any]) -> str:
    meant = closest(name, fields)
    return f"the expression reads {name!r}, which is not a field" + (
        f"; did you mean {meant!r}?" if meant else ""
    )


def _environment() -> Environment:
    env = Environment(undefined=StrictUndefined, optimized=False, autoescape=False)
    env.globals.clear()
    env.filters.clear()
    env.tests.clear()
    env.filters.update(FILTERS, decimal=Decimal, **OPERATORS)
    env.tests.update(TESTS)
    return env


_ENVIRONMENT = _environment()


def _compiled(tree: nodes.Expr) -> Callable[[dict[str, Any]], Any]:
    body: list[nodes.Node] = [nodes.Assign(nodes.Name("result", "store"), tree, lineno=1)]
    whole = nodes.Template(body, lineno=1)
    whole.set_environment(_ENVIRONMENT)
    template = _ENVIRONMENT.from_string(whole)

    def evaluate(names: dict[str, Any]) -> Any:
        context = template.new_context(names)
        for _ in template.root_render_func(context):
            pass
        return context.vars["result"]

    return evaluate


def _runner(
    evaluate: Callable[[dict[str, Any]], Any], used: Mapping[str, tuple[str, Kind]]
) -> Callable[[Mapping[str, Value | Absent]], Value | Absent]:
    plan = [(word, name, kind) for word, (name, kind) in used.items()]

    def run(raw: Mapping[str, Value | Absent]) -> Value | Absent:
        names: dict[str, Any] = {}
        for word, name, kind in plan:
            value = raw.get(name, ABSENT)
            if isinstance(value, Absent):
                return value  # it may say why it could not be read
            names[word] = _given(value, kind)
        try:
            return _result(evaluate(names))
        except Refused as error:
            return cannot(str(error))
        except (TypeError, ValueError, ArithmeticError, LookupError) as error:
            return cannot(f"the expression cannot be evaluated: {str(error)[:200]}")

    return run


def _given(value: Value, kind: Kind) -> Any:
    if value is None:
        return False if kind is Kind.CHECKBOX else EMPTY
    return Decimal(value) if kind in NUMERIC and isinstance(value, str) else value


def _result(value: Any) -> Value:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Empty):
        return None
    if isinstance(value, int | Decimal):
        return decimal_text(value)
    if isinstance(value, list):
        return sorted({text_of(item) for item in value} - {""}) or None
    return str(value) or None
