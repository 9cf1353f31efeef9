"""Finds SQL in DSS formulas, where it is a mistake."""

from __future__ import annotations

import re

STRINGS = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|(?<=[(,])\s*/(?:\\.|[^/\\])+/")

SQL_WORDS = re.compile(
    r"\b(?P<word>AND|OR|NOT)\b(?!\s*\()"
    r"|[\w\"')\]]\s+(?P<lower>and|or)\s+[\w\"'(\[!]"
    r"|\b(?P<null>IS\s+(?:NOT\s+)?NULL)\b"
    r"|(?P<unequal><>)"
    r"|(?<![=!<>~])(?P<equals>=)(?![=~])"
)

INSTEAD = {
    "AND": "&&", "OR": "||", "NOT": "!", "IS NULL": "isBlank(x)", "IS NOT NULL": "isNonBlank(x)",
    "<>": "!=", "=": "==",
}  # fmt: skip


def sql_in(formula: str) -> str | None:
    """A hint with the formula syntax for each SQL operator in a DSS formula; None if it has none."""
    # Strings and regular expressions can contain anything.
    bare = STRINGS.sub('""', formula)
    found = {m.group(m.lastgroup).upper() for m in SQL_WORDS.finditer(bare) if m.lastgroup}
    words = [w for w in INSTEAD if w in {" ".join(f.split()) for f in found}]
    return ", ".join(f"{INSTEAD[w]} for {w}" for w in words) or None
