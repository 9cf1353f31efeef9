"""Differences between two JSON documents, small where little has changed, and in time that grows with the documents."""

from __future__ import annotations

from typing import Any

SAME: list[Any] = []
"""The difference between equal documents."""


def difference(old: Any, new: Any) -> list[Any]:
    """
    What turns one JSON value into another; itself a JSON value.

    Objects are compared by key, lists and the lines of texts by position, after the part that they have in common at
    both ends.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        inside = {name: difference(old[name], value) for name, value in new.items() if name in old}
        changed = {name: delta for name, delta in inside.items() if delta}
        added = {name: value for name, value in new.items() if name not in old}
        gone = [name for name in old if name not in new]
        return ["object", changed, added, gone] if changed or added or gone else SAME
    if isinstance(old, list) and isinstance(new, list):
        return _of_lists(old, new)
    if isinstance(old, str) and isinstance(new, str) and old != new and "\n" in old:
        return ["text", _of_lists(old.split("\n"), new.split("\n"))]
    return SAME if type(old) is type(new) and old == new else ["value", new]


def _of_lists(old: list[Any], new: list[Any]) -> list[Any]:
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and not difference(old[start], new[start]):
        start += 1
    end = 0
    while end < shorter - start and not difference(old[-1 - end], new[-1 - end]):
        end += 1
    if len(old) != len(new):
        return ["items", start, len(old) - end, new[start : len(new) - end]]
    inside = {
        str(n): delta for n in range(start, len(old) - end) if (delta := difference(old[n], new[n]))
    }
    return ["list", inside] if inside else SAME


def applied(old: Any, delta: list[Any]) -> Any:
    """
    What `difference` compared *old* with.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: *delta* is not a difference to *old*.
    """
    if not delta:
        return old
    kind, *parts = delta
    if kind == "value":
        return parts[0]
    if kind == "text":
        return "\n".join(applied(old.split("\n"), parts[0]))
    if kind == "items":
        start, end, items = parts
        return [*old[:start], *items, *old[end:]]
    if kind == "list":
        found = list(old)
        for n, inner in parts[0].items():
            found[int(n)] = applied(found[int(n)], inner)
        return found
    if kind == "object":
        changed, added, gone = parts
        kept = {name: value for name, value in old.items() if name not in gone}
        return kept | {name: applied(old[name], inner) for name, inner in changed.items()} | added
    raise ValueError(f"{kind!r} is no difference")
