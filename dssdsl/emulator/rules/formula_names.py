"""Which columns the text of a formula names."""

from __future__ import annotations

import re
from collections.abc import Collection

_PROJECT_VARIABLE = re.compile(r"\$\{[^}]*\}")
_CALL = re.compile(r"""\b(?:str|num)?val\(\s*(?:"([^"]*)"|'([^']*)')""")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"' + r"|'(?:\\.|[^'\\])*'", re.DOTALL)
_WORD = re.compile(r"(?<![\w.$])[\w$]+(?!\s*\()(?![\w$])")


def named_in(expression: str, columns: Collection[str]) -> set[str]:
    """Return the names among *columns* that an expression reads, bare or by `val`."""
    text = _PROJECT_VARIABLE.sub(" ", expression)
    called = {double or single for double, single in _CALL.findall(text)}
    bare = {*_WORD.findall(_QUOTED.sub(" ", text))}
    return (called | bare) & {*columns}
