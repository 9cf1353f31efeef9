"""Functions that bring stored snapshots of older versions up to date, in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

VERSION = "1.4"


def pending_by_key(document: dict[str, Any]) -> dict[str, Any]:
    """Pending steps record the ids of other people's objects; older snapshots have none."""
    pending = document.get("pending", [])
    if not isinstance(pending, list):
        return document  # damaged: the model says how
    return {**document, "pending": {str(key): [] for key in pending}}


ENTRY_FIELDS_OF_1_1 = {
    "echo": "normalized",
    "made": "created_at",
    "owed": "incomplete",
    "held": "protected_in_state",
    "created": "created_with",
}


def entry_fields(document: dict[str, Any]) -> dict[str, Any]:
    """Give the fields of entries the names that they have in the documentation."""
    entries = document.get("entries", {})
    if not isinstance(entries, dict):
        return document  # damaged: the model reports where
    return {**document, "entries": {key: renamed_entry(entry) for key, entry in entries.items()}}


def restores(document: dict[str, Any]) -> dict[str, Any]:
    """Record which deployment a rollback restored; before 1.2 only its operation says it."""
    found = re.match(r"rollback to (\d+)\b", str(document.get("operation", "")))
    return {**document, "restores": int(found[1]) if found else None}


def attempts(document: dict[str, Any]) -> dict[str, Any]:
    """Give what is pending the form of an attempt; before 1.3 nothing says who made what, and when."""
    pending = document.get("pending", {})
    if not isinstance(pending, dict):
        return document  # damaged: the model reports where
    return {**document, "pending": {key: {"before": ids} for key, ids in pending.items()}}


def renamed_entry(entry: Any) -> Any:
    """Rename the fields of one entry; the journal of an older dssdsl has entries too."""
    if not isinstance(entry, dict):
        return entry
    return {ENTRY_FIELDS_OF_1_1.get(name, name): value for name, value in entry.items()}


def results(document: dict[str, Any]) -> dict[str, Any]:
    """Count a deployment without a result as one that succeeded; before 1.4 nothing records how it ended."""
    return {**document, "result": "succeeded"}


MIGRATIONS: list[tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = [
    ("1.1", pending_by_key),
    ("1.2", lambda document: entry_fields(restores(document))),
    ("1.3", attempts),
    ("1.4", results),
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
