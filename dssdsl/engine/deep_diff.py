"""
Finds where two values differ, with deepdiff; no other module imports that library.

The import is slow, so it happens at the first comparison. Compare for equality before: an unchanged
project never needs deepdiff.

deepdiff has traps, which the options below and the canonical form avoid:

- ``group_by`` drops all but one of the items that have the same key, and ``ignore_order`` pairs
  items by position once all of them changed. So lists whose items have keys come as maps.
- A map that shares less than a third of its keys with the other one counts as one value
  (``threshold_to_diff_deeper``).
- Keys that start with two underscores are ignored (``ignore_private_variables``).
- 1, 1.0 and true differ by their types, and a long text costs a comparison line by line. So
  `_Leaves` compares the leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dssdsl.lang.canonical import Places

OPTIONS: dict[str, Any] = {
    "view": "tree",
    "ignore_order": False,
    "ignore_private_variables": False,
    "threshold_to_diff_deeper": 0,
}


def differing(old: Places, new: Places) -> set[str]:
    """Give the pointers of the leaves that differ between two canonical documents."""
    pointers: set[str] = set()
    for path, *sides in _compared(old, new, Places):
        for side in sides:
            pointers.update(_leaves("/" + "".join(path), side))
    return pointers


def differences(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """
    Find what differs inside two maps or two lists.

    Returns:
        By path (``steps[0].name``), the old value and the new value; None where one is absent.
    """
    rows = []
    for path, before, after in _compared(old, new, dict, list):
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
        rows.append(("".join(parts).lstrip("."), _or_none(before), _or_none(after)))
    return sorted(rows, key=lambda row: row[0])


def _compared(old: Any, new: Any, *inner: type) -> Iterator[tuple[list[Any], Any, Any]]:
    """Yield the keys that lead to each difference, the old value and the new value."""
    from deepdiff import DeepDiff

    found = DeepDiff(old, new, custom_operators=[_Leaves(inner)], **OPTIONS)
    for levels in found.values():
        for level in levels:
            yield level.path(output_format="list"), level.t1, level.t2


class _Leaves:
    """
    An operator of deepdiff that compares leaves by equality, and skips values that are equal.

    Args:
        inner: The types in which deepdiff looks for differences; every other value is a leaf.
    """

    def __init__(self, inner: tuple[type, ...]) -> None:
        self.inner = inner

    def match(self, level: Any) -> bool:
        """Whether deepdiff need not look inside."""
        old, new = level.t1, level.t2
        return type(old) is not type(new) or type(old) not in self.inner or bool(old == new)

    def give_up_diffing(self, level: Any, diff_instance: Any) -> bool:
        """Report two leaves that differ."""
        if level.t1 != level.t2:
            diff_instance.custom_report_result("values_changed", level)
        return True


def _leaves(pointer: str, value: Any) -> Iterator[str]:
    """Yield the pointers of the leaves at and below a place."""
    if isinstance(value, Places):
        for part, inner in value.items():
            yield from _leaves(pointer + part, inner)
    elif not _is_absent(value):
        yield pointer


def _or_none(value: Any) -> Any:
    return None if _is_absent(value) else value


def _is_absent(value: Any) -> bool:
    return type(value).__name__ == "NotPresent"
