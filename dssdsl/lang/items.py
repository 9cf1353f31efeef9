"""The items of lists: what identifies them, and their places in pointers."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from .fields import Fact, Shape
from .values import DIGEST


def escape(name: str) -> str:
    """Write *name* as one part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    """Read the name that one part of a JSON pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")


def is_items(value: Any) -> bool:
    """Whether *value* is a list of objects, which are compared item by item."""
    return type(value) is list and bool(value) and type(value[0]) is dict and DIGEST not in value[0]


def as_items(value: Any, shape: Shape) -> bool:
    """Whether a wanted value is compared item by item: a list of objects, or none of them in a list that others share."""
    return is_items(value) or (Fact.OPEN in shape.facts and value == [] and type(value) is list)


def inside(shape: Shape) -> Shape:
    """What is known of the items of a list: the facts of the list itself are not theirs."""
    return Shape(children=shape.children)


def is_patch(value: Any) -> bool:
    """Whether a wanted map stands for single items of a list that DSS has: ``{"[1]": {"enabled": true}}``."""
    return (
        type(value) is dict and bool(value) and all(n[:1] == "[" and n[-1:] == "]" for n in value)
    )


def item_at(items: Sequence[Any], key: str, shape: Shape) -> int | None:
    """The position of the item of a list that *key* identifies, or a part of what identifies it, or its position."""
    if items and all(isinstance(item, Mapping) for item in items):
        keys = item_keys(items, shape)
        if key in keys:
            return keys.index(key)
        named = [
            n for n, item in enumerate(items) if key in [str(part_of(item, p)) for p in shape.key]
        ]
        if len(named) == 1:
            return named[0]
    return int(key) if key.isdigit() and int(key) < len(items) else None


def item_keys(items: Sequence[Mapping[str, Any]], shape: Shape) -> list[str]:
    """Name each item by what identifies it, else by its position; numbers tell equal ones apart."""
    keys: dict[str, None] = {}
    last: dict[str, int] = {}
    for position, item in enumerate(items):
        parts = [part_of(item, path) for path in shape.key]
        name = key = ":".join(str(p) for p in parts if p not in (None, "")) or str(position)
        while key in keys:
            last[name] = last.get(name, 1) + 1
            key = f"{name}#{last[name]}"
        keys[key] = None
    return list(keys)


def part_of(item: Mapping[str, Any], path: str) -> Any:
    here: Any = item
    for name in path.split("."):
        here = here.get(name) if isinstance(here, Mapping) else None
    return here


def identity_of(item: Mapping[str, Any], shape: Shape) -> tuple[Hashable, ...]:
    """The parts that identify an item; None where it has nothing or an empty string."""
    parts = (part_of(item, path) for path in shape.key)
    return tuple(None if part in (None, "") else hashable(part) for part in parts)


def hashable(value: Any) -> Hashable:
    """A value that is equal where *value* is, and can be a key."""
    if isinstance(value, dict):
        return frozenset((name, hashable(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(hashable(inner) for inner in value)
    return value  # type: ignore[no-any-return]


class Identities:
    """Items by what identifies them; each is given once."""

    def __init__(self, items: list[tuple[Hashable, ...]]) -> None:
        self.items = items
        self.free = set(range(len(items)))
        # By which parts are asked for: by the values of those parts, the positions, in order.
        self.positions: dict[tuple[int, ...], dict[Hashable, deque[int]]] = {}

    def claim(self, identity: tuple[Hashable, ...]) -> int | None:
        """Give the position of the first free item that has the same parts, and take it."""
        asked = tuple(n for n, part in enumerate(identity) if part is not None)
        if asked not in self.positions:
            positions = self.positions[asked] = defaultdict(deque)
            for position, item in enumerate(self.items):
                positions[tuple(item[n] for n in asked)].append(position)
        left = self.positions[asked].get(tuple(identity[n] for n in asked), ())
        while left:
            position = left.popleft()
            if position in self.free:
                self.free.remove(position)
                return position
        return None
