"""Write JSON byte for byte as DSS stores it: Gson's pretty print, with its escapes and numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from json import loads
from typing import Any

__all__ = ["dumps", "loads"]

_SPECIAL = re.compile("[\"\\\\\x00-\x1f<>&='\u2028\u2029]")
_SHORT = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f"}
_NESTED = ("arrayContent", "mapKeys", "mapValues")
_PLAIN_FROM, _PLAIN_TO = 1e-3, 1e7


def dumps(value: Any, *, compact_columns: bool = False) -> str:
    """
    Write a document as DSS does, without a newline at the end.

    Args:
        value: The document. Nulls are written too; DSS drops them before it writes.

        compact_columns: Put every schema column on one line, as DSS does since version 10 in
            datasets and knowledge banks.
    """
    writer = _Writer(compact_columns)
    writer.value(value, 0)
    return "".join(writer.parts)


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    return _SHORT.get(found) or f"\\u{ord(found):04x}"


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    return _string(text)


def _string(text: str) -> str:
    return f'"{_SPECIAL.sub(_escape, text)}"' if _SPECIAL.search(text) else f'"{text}"'


def _double(number: float) -> str:
    """Write a float as Java's ``Double.toString`` does: 1.0E7, and never an exponent with a sign."""
    size = abs(number)
    if size == 0 or _PLAIN_FROM <= size < _PLAIN_TO:
        return repr(number)
    if size != size or size == float("inf"):  # noqa: PLR0124 - only NaN is not itself
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(number)]
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    whole, rest = str(digits[0]), "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{whole}.{rest}E{int(exponent) + len(digits) - 1}"


class _Writer:
    def __init__(self, compact_columns: bool) -> None:
        self.parts: list[str] = []
        self.compact_columns = compact_columns

    def value(self, value: Any, depth: int, *, pretty: bool = True) -> None:
        if isinstance(value, str):
            self.parts.append(_string(value))
        elif value is None:
            self.parts.append("null")
        elif isinstance(value, bool):
            self.parts.append("true" if value else "false")
        elif isinstance(value, dict):
            self.members(value, depth, pretty=pretty)
        elif isinstance(value, (list, tuple)):
            self.elements(value, depth, pretty=pretty)
        else:
            self.parts.append(_double(value) if isinstance(value, float) else str(value))

    def members(self, value: dict[str, Any], depth: int, *, pretty: bool) -> None:
        if not value:
            self.parts.append("{}")
            return
        start = "\n" + "  " * (depth + 1) if pretty else ""
        colon = ": " if pretty else ":"
        before = "{" + start
        for key, member in value.items():
            self.parts.append(f"{before}{_key(key)}{colon}")
            before = "," + start
            if self.compact_columns and key == "columns" and _is_columns(member):
                self.columns(member, depth + 1)
            else:
                self.value(member, depth + 1, pretty=pretty)
        self.parts.append("\n" + "  " * depth + "}" if pretty else "}")

    def elements(self, value: Any, depth: int, *, pretty: bool) -> None:
        if not value:
            self.parts.append("[]")
            return
        start = "\n" + "  " * (depth + 1) if pretty else ""
        before = "[" + start
        for element in value:
            self.parts.append(before)
            before = "," + start
            self.value(element, depth + 1, pretty=pretty)
        self.parts.append("\n" + "  " * depth + "]" if pretty else "]")

    def columns(self, columns: list[dict[str, Any]], depth: int) -> None:
        for index, column in enumerate(columns):
            self.parts.append(("," if index else "[") + "\n" + "  " * (depth + 1))
            self.column(column, depth + 1)
        self.parts.append("\n" + "  " * depth + "]" if columns else "[]")

    def column(self, column: dict[str, Any], depth: int) -> None:
        """
        Write a column on one line.

        DSS's own writer of columns turns the pretty print back on when it leaves a nested column,
        so the members after one are indented again.
        """
        pretty = False
        for index, (key, member) in enumerate(column.items()):
            start = "\n" + "  " * (depth + 1) if pretty else ""
            self.parts.append(("," if index else "{") + start + _key(key))
            self.parts.append(": " if pretty else ":")
            if key in _NESTED and isinstance(member, dict):
                self.column(member, depth + 1)
                pretty = True
            elif key == "objectFields" and isinstance(member, list) and member:
                for place, field in enumerate(member):
                    start = "\n" + "  " * (depth + 2) if pretty else ""
                    self.parts.append(("," if place else "[") + start)
                    self.column(field, depth + 2)
                    pretty = True
                self.parts.append("\n" + "  " * (depth + 1) + "]")
            else:
                self.value(member, depth + 1, pretty=pretty)
        if not column:
            self.parts.append("{")
        self.parts.append("\n" + "  " * depth + "}" if pretty else "}")


def _is_columns(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, dict) and "name" in each and "type" in each for each in value
    )
