"""DSS formulas: what in them is SQL by mistake."""

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
    """What stands in a DSS formula for a word of SQL that it has, as a hint; None if it has none."""
    # Strings and regular expressions may hold anything.
    bare = STRINGS.sub('""', formula)
    found = {m.group(m.lastgroup).upper() for m in SQL_WORDS.finditer(bare) if m.lastgroup}
    words = [w for w in INSTEAD if w in {" ".join(f.split()) for f in found}]
    return ", ".join(f"{INSTEAD[w]} for {w}" for w in words) or None
