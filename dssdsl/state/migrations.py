"""Functions that bring stored snapshots of older versions up to date, in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

VERSION = "1.1"


def pending_by_key(document: dict[str, Any]) -> dict[str, Any]:
    """What is pending is told with the ids that are not ours; older snapshots know of none."""
    pending = document.get("pending", [])
    if not isinstance(pending, list):
        return document  # damaged: the model says how
    return {**document, "pending": {str(key): [] for key in pending}}


MIGRATIONS: list[tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = [
    ("1.1", pending_by_key),
]
"""(version that it makes, function), oldest first."""


def numbered(version: object) -> tuple[int, ...]:
    """
    Give a version as numbers, which compare as people mean it: 1.10 comes after 1.9.

    Raises:
        ValueError: It is no version.
    """
    if not isinstance(version, str) or not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){1,3}", version):
        raise ValueError(f"{version!r} is no version such as {VERSION}")
    return tuple(int(part) for part in version.split("."))


def migrate(document: dict[str, Any]) -> dict[str, Any]:
    """
    Apply the migrations that *document* has not had yet.

    Raises:
        ValueError: It does not say its version.
    """
    for version, step in MIGRATIONS:
        if numbered(document.get("version")) < numbered(version):
            document = {**step(document), "version": version}
    return document
