"""The query language: from the text of a `where` to a tree of filters (reference §3).

`{'6'.EX.'abc'}AND({7.GT.5}OR{2.AF.'2025-01-02T03:04:05Z'})`. AND binds closer than OR.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.sandbox.quickbase.wire import Refusal, refuse

__all__ = ["MOST_FILTERS", "OPERATORS", "All", "Any_", "Filter", "Node", "parse_where"]

OPERATORS = frozenset("CT XCT HAS XHAS EX XEX TV XTV SW XSW LT LTE GT GTE BF OBF AF OAF IR XIR".split())
MOST_FILTERS = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """One `{fid.OP.value}`."""

    fid: int
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class All:
    """Filters joined by AND."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """Filters joined by OR."""

    parts: tuple[Node, ...]


Node = Filter | All | Any_


def parse_where(text: str, escape: str = "none", reserved_words_upset: bool = False) -> Node | None:
    """The tree of a query; None for an empty one, which means every record.

    Raises Refusal (400) for bad syntax, an unknown operator, or more than 100 filters.
    """
    if not text.strip():
        return None
    parser = _Parser(text, escape, reserved_words_upset)
    node = parser.any_of()
    parser.skip_blanks()
    if parser.at < len(text):
        raise parser.bad("something follows the end of the query")
    return node


class _Parser:
    """Recursive descent over the text; `at` is the next character."""

    def __init__(self, text: str, escape: str, reserved_words_upset: bool) -> None:
        self.text = text
        self.escape = escape
        self.upset = reserved_words_upset
        self.at = 0
        self.depth = 0
        self.filters = 0

    def bad(self, why: str) -> Refusal:
        return refuse(f"Invalid query at character {self.at + 1}: {why}.")

    def skip_blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def word(self, word: str) -> bool:
        """Take a word if it comes next."""
        self.skip_blanks()
        if self.text.startswith(word, self.at):
            self.at += len(word)
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.word(word):
            raise self.bad(f"'{word}' is missing")

    def any_of(self) -> Node:
        parts = [self.all_of()]
        while self.word("OR"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def all_of(self) -> Node:
        parts = [self.one()]
        while self.word("AND"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self) -> Node:
        if self.word("("):
            self.depth += 1
            if self.depth > MOST_FILTERS:
                raise self.bad("the parentheses are nested too deeply")
            node = self.any_of()
            self.expect(")")
            self.depth -= 1
            return node
        self.expect("{")
        self.filters += 1
        if self.filters > MOST_FILTERS:
            raise refuse(f"A query may hold at most {MOST_FILTERS} filters.")
        fid = self.operand(".")
        self.expect(".")
        operator = self.bare(".}")
        if operator not in OPERATORS:
            raise self.bad(f"'{operator}' is not an operator")
        self.expect(".")
        value = self.value()
        self.expect("}")
        if not fid.isascii() or not fid.isdigit():
            raise self.bad(f"'{fid}' is not a field id")
        return Filter(int(fid), operator, value)

    def operand(self, stop: str) -> str:
        self.skip_blanks()
        if self.text[self.at : self.at + 1] in ("'", '"'):
            return self.quoted()
        return self.bare(stop)

    def bare(self, stop: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in stop:
            self.at += 1
        return self.text[start : self.at].strip()

    def value(self) -> str:
        """The value; unquoted it ends at a point, as the vendor reads `{12.EX.5.6}` as 5."""
        self.skip_blanks()
        if self.text[self.at : self.at + 1] in ("'", '"'):
            return self.quoted()
        text = self.bare(".}")
        self.bare("}")
        return text

    def quoted(self) -> str:
        quote = self.text[self.at]
        self.at += 1
        taken: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            following = self.text[self.at + 1 : self.at + 2]
            escaped = (self.escape == "backslash" and char == "\\" and following in ("'", '"', "\\")) or (
                self.escape == "doubled" and char == quote == following
            )
            if escaped and following:
                taken.append(following)
                self.at += 2
                continue
            self.at += 1
            if char == quote:
                return self._checked("".join(taken))
            taken.append(char)
        raise self.bad("a quote is not closed")

    def _checked(self, value: str) -> str:
        if self.upset and ("&" in value or {"AND", "OR"} & set(value.split())):
            raise self.bad("the value holds a reserved word")
        return value
