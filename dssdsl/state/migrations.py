"""Functions that bring stored snapshots of older versions up to date, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

VERSION = "1.1"


def pending_by_key(document: dict[str, Any]) -> dict[str, Any]:
    """What is pending is told with the ids that are not ours; older snapshots know of none."""
    return {**document, "pending": {key: [] for key in document.get("pending", [])}}


MIGRATIONS: list[tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = [
    ("1.1", pending_by_key),
]
"""(version that it makes, function), oldest first."""


def migrate(document: dict[str, Any]) -> dict[str, Any]:
    """Apply the migrations that *document* has not had yet."""
    for version, step in MIGRATIONS:
        if str(document.get("version", "")) < version:
            document = {**step(document), "version": version}
    return document
