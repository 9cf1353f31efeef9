"""Values, durations and counts in words."""

from __future__ import annotations

import json
import re
from typing import Any

NOTHING = "not set"
LONGEST = 60
"""Characters of a value that a line shows. The others are counted."""
_BARE = re.compile(r"[A-Za-z_/$.<\[][\w./:@${}+\-<>\[\]*]*")
_WORDS = ("true", "false", "null", "none")


def inline(value: Any, longest: int = LONGEST) -> str:
    """A value on one line, shortened if it is long. A string that could be mistaken for something else is quoted."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if "\n" in value:
            lines = value.count("\n") + (not value.endswith("\n"))
            return f"{lines} line{'s' * (lines != 1)} of text"
        if len(value) > longest:
            return f'"{value[:longest]}…" ({len(value) - longest:,} more characters)'
        bare = _BARE.fullmatch(value) and value.lower() not in _WORDS
        return value if bare else json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return str(value)
    text = compact(value)
    if len(text) > longest:
        return f"{text[:longest]}… ({len(text) - longest:,} more characters)"
    return text


def compact(value: Any) -> str:
    """*value* as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)


def parsed(value: Any) -> Any:
    """The map or list that a string contains as JSON, else the value itself."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def ago(seconds: float) -> str:
    """A time in the past, by its age."""
    for size, word in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {word} ago"
    return "just now"


def duration(seconds: float) -> str:
    """A duration."""
    if seconds < 9.95:  # noqa: PLR2004 - below ten seconds, tenths matter
        return f"{seconds:.1f} s"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 error``, ``2 errors``."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def singular(noun: str) -> str:
    """The singular of *noun*."""
    word = noun.replace("_", " ")
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return (
        word.removesuffix("s") if word.endswith("s") and not word.endswith("ss") else f"{word} item"
    )
