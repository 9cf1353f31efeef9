"""Finds the columns that a DSS formula reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKENS = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<variable>\$\{[^}]*\})
    | (?P<text>"(?:\\.|""|[^"\\])*(?:"|\Z)|'(?:\\.|''|[^'\\])*(?:'|\Z))
    | (?P<number>\d+(?:\.\d+)?(?![\w$]))
    | (?P<name>(?:\w|\$(?!\{))+)
    | (?P<sign>\|\||&&|[=!<>]=|//|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_CONSTANTS = frozenset(["true", "false", "null", "PI", "variables", "cells", "value", "row"])
"""Words of the language that are no columns."""

_READERS = frozenset(["val", "strval", "numval"])
"""Functions whose first argument is the name of a column."""

_BINDERS = {"with": (1,), "filter": (1,), "objectFilter": (1, 2), "forEach": (1,)} | {
    "forEachIndex": (1, 2),
    "forRange": (3,),
}
"""Functions that give names to values, with the positions of these names among their arguments."""

_BEFORE_REGEX = frozenset(["", "(", ",", "=", "==", "!=", "&&", "||", "!", "+", "[", "?", ":"])


def columns_in(formula: str) -> list[str]:
    """
    The columns that a formula reads, each once, in the order of the text.

    Names that a project variable is part of are left out, as are the names that `forEach` and
    similar functions give to values.
    """
    tokens = list(_tokens(formula))
    bound = set(_bound(tokens))
    return list(dict.fromkeys(name for name in _names(tokens) if name not in bound))


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token, without white space; a regular expression is one token."""
    at, before, joined = 0, "", False
    while at < len(formula):
        if formula[at] == "/" and formula[at : at + 2] != "//" and before in _BEFORE_REGEX:
            found = re.compile(r"/(?:\\.|[^/\\\n])+/i?").match(formula, at)
            if found:
                yield "text", ""
                at, before, joined = found.end(), "text", False
                continue
        found = _TOKENS.match(formula, at)
        assert found is not None
        kind, text = str(found.lastgroup), found.group()
        at = found.end()
        if kind == "space":
            joined = False
            continue
        # `col_${x}` is one name, which is known when the recipe runs.
        parts = kind == "variable" or (kind == "name" and (joined or formula[at : at + 2] == "${"))
        joined = parts
        before = text if kind == "sign" else kind
        yield ("variable" if parts else kind), text


def _names(tokens: list[tuple[str, str]]) -> Iterator[str]:
    for at, (kind, text) in enumerate(tokens):
        if kind != "name" or text in _CONSTANTS:
            continue
        before = tokens[at - 1][1] if at else ""
        after = tokens[at + 1][1] if at + 1 < len(tokens) else ""
        if after == "(":
            if text in _READERS and (column := _literal(tokens, at + 2)):
                yield column
        elif before != ".":
            yield text


def _literal(tokens: list[tuple[str, str]], at: int) -> str | None:
    """The text at *at*, if it is a whole argument."""
    if at + 1 >= len(tokens) or tokens[at][0] != "text" or tokens[at + 1][1] not in (",", ")"):
        return None
    text = tokens[at][1]
    return None if "${" in text else re.sub(r"\\(.)", r"\1", text[1:-1])


def _bound(tokens: list[tuple[str, str]]) -> Iterator[str]:
    for at, (kind, text) in enumerate(tokens[:-1]):
        if kind == "name" and text in _BINDERS and tokens[at + 1][1] == "(":
            arguments = _arguments(tokens, at + 2)
            for position in _BINDERS[text]:
                if position < len(arguments) and len(arguments[position]) == 1:
                    yield arguments[position][0]


def _arguments(tokens: list[tuple[str, str]], at: int) -> list[list[str]]:
    """The texts of the tokens of each argument of a call whose first argument starts at *at*."""
    depth, found = 1, [[]]  # type: tuple[int, list[list[str]]]
    for _, text in tokens[at:]:
        depth += (text in ("(", "[")) - (text in (")", "]"))
        if depth == 0:
            break
        if text == "," and depth == 1:
            found.append([])
        else:
            found[-1].append(text)
    return found
