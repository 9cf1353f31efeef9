"""Parses TOML, and finds the line of each table and key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from dssdsl.errors import ProgramError

_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")
_PAIR = re.compile(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=")

Place = tuple[str, ...]
"""The keys that lead to a value, outermost first."""


def read(path: Path) -> tuple[dict[str, Any], dict[Place, int]]:
    """
    Read a TOML file.

    Returns:
        The document, and the line of each table and key.

    Raises:
        ProgramError: The file is not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ProgramError("not UTF-8 text", at=str(path), fix="save it as UTF-8") from None
    try:
        return tomllib.loads(text), _lines(text)
    except tomllib.TOMLDecodeError as error:
        # tomllib tells the line in its message only.
        line = re.search(r"at line (\d+)", str(error))
        problem = re.sub(r" \(at .*\)$", "", str(error))
        raise ProgramError(
            f"{problem[:1].lower()}{problem[1:]}",
            at=f"{path}:{line[1] if line else text.count(chr(10)) + 1}",
            fix="correct the TOML syntax",
        ) from None


def value(text: str) -> Any:
    """
    Parse *text* as a TOML value, such as ``[1, 2]``.

    Raises:
        ValueError: It is not one.
    """
    return tomllib.loads(f"x = {text}")["x"]


def _lines(text: str) -> dict[Place, int]:
    lines: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            lines.setdefault(table, number)
        elif pair := _PAIR.match(line):
            parts = _parts(pair[1])
            for n in range(1, len(parts) + 1):
                lines.setdefault((*table, *parts[:n]), number)
    return lines


def _parts(dotted: str) -> Place:
    return tuple(p.strip("\"'") for p in re.findall(_KEY, dotted))
