"""Functions that bring stored snapshots of older versions up to date, in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

VERSION = "1.0"

MIGRATIONS: list[tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = []
"""(version that it makes, function), oldest first."""


def migrate(document: dict[str, Any]) -> dict[str, Any]:
    """Apply the migrations that *document* has not had yet."""
    for version, step in MIGRATIONS:
        if str(document.get("version", "")) < version:
            document = {**step(document), "version": version}
    return document
