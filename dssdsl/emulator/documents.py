"""JSON documents of DSS."""

from __future__ import annotations

import json
from typing import Any

Document = dict[str, Any]


def copied(document: Document) -> Document:
    """Return a deep copy."""
    found: Document = json.loads(json.dumps(document))
    return found


def compact(document: Any) -> str:
    """Write a document without spaces, as it is kept in memory."""
    return json.dumps(document, separators=(",", ":"))


def without_nulls(value: Any) -> Any:
    """Drop the members that are null, which Gson never writes."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value]
    return value
