"""Reads and changes single places of a document, by their pointers."""

from __future__ import annotations

import copy
from typing import Any

from attrs import define, field, frozen

from .fields import REMOVE, Shape
from .items import is_items, item_at, item_keys, unescape


def dotted(pointer: str) -> str:
    """A pointer as people write it: ``schema.columns[day].type``."""
    text = pointer.removesuffix("/[]").removesuffix("/{}").replace("/[", "[").replace("/", ".")
    return unescape(text.lstrip("."))


@frozen
class _Items:
    """The items of one list by their keys; *owner* is the list, so that its id stays its own."""

    owner: list[Any]
    by_key: dict[str, Any]


@define
class Lookup:
    """
    Reads and changes one document by pointers; the items of each list are indexed once.

    The keys of items stay as they were at first, even if `drop` removes some.
    """

    document: Any
    shape: Shape
    _indexed: dict[int, _Items] = field(factory=dict, init=False)

    def look(self, pointer: str) -> Any:
        """The value at *pointer*, or None."""
        here, shape = self.document, self.shape
        for part in pointer.split("/")[1:]:
            if part.startswith("[") and isinstance(here, list):
                here = self._item(here, unescape(part)[1:-1], shape)
            else:
                name = unescape(part)
                shape = shape.child(name)
                here = here.get(name) if isinstance(here, dict) else None
        return here

    def drop(self, pointer: str, value: Any) -> None:
        """
        Put *value* at *pointer*, in place; the marker REMOVE removes the key or the item.

        A place that the document does not have stays absent.
        """
        above, _, last = pointer.rpartition("/")
        here, name = self.look(above), unescape(last)
        if isinstance(here, list) and value is REMOVE and last.startswith("["):
            item = self.look(pointer)
            position = next((n for n, other in enumerate(here) if other is item), None)
            if item is not None and position is not None:
                del here[position]
        elif isinstance(here, dict) and name in here:
            if value is REMOVE:
                del here[name]
            else:
                here[name] = copy.deepcopy(value)

    def _item(self, items: list[Any], key: str, shape: Shape) -> Any:
        if not is_items(items):
            return items[at] if (at := item_at(items, key, shape)) is not None else None
        known = self._items(items, shape)
        if key in known:
            return known[key]
        return items[at] if (at := item_at(items, key, shape)) is not None else None

    def _items(self, items: list[Any], shape: Shape) -> dict[str, Any]:
        if id(items) not in self._indexed:
            by_key = dict(zip(item_keys(items, shape), items, strict=True))
            self._indexed[id(items)] = _Items(items, by_key)
        return self._indexed[id(items)].by_key
