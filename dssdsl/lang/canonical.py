"""
One canonical form for wanted, recorded, normalized and live documents.

Another document decides which places of a document count. The result maps the JSON pointer of
each place to its leaf. In a pointer, ``[key]`` is the item of a list that *key* identifies, ``[]``
is the order of a list's items, ``{}`` the names in an exclusive map. Sets are sorted, secrets are
digests. Absent, null, false, 0 and empty are equal: DSS drops nulls and fills in such defaults.
"""

from __future__ import annotations

import copy
from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from .fields import NOTHING, Fact, Shape
from .values import DIGEST, Document, Initial, Secret, Text, digest, holds_secret

View = dict[str, Any]
"""A canonical document: by JSON pointer, the leaf of each place."""


def escape(name: str) -> str:
    """Write *name* as one part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    """Read the name that one part of a JSON pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")


def view(
    document: Any,
    like: Any,
    shape: Shape = NOTHING,
    *,
    salt: str = "",
    exclusive: frozenset[str] = frozenset(),
) -> View:
    """
    Give the canonical form of *document*, restricted to the places that *like* has.

    Args:
        document: The document to read.
        like: A partial document; only the places that it has count.
        shape: The facts about the places.
        salt: The salt for the digests of secrets.
        exclusive: The fields that own their whole map or list, although others may add to it.

    Returns:
        A leaf for each place, in the order of *like*; ``None`` where *document* has nothing.
    """
    out: View = {}
    _Viewer(out, salt, exclusive).walk(document, like, shape, "")
    return out


class Places(dict[str, Any]):
    """
    The places below one place, by their part of the pointer.

    A part that leads to more places ends with a slash. Any other value is a leaf, maps included.
    """


def nested(canonical: View) -> Places:
    """Give a canonical document as maps in maps; a list of items is a map by their keys."""
    root = Places()
    for pointer, value in canonical.items():
        *above, last = pointer.split("/")[1:]
        here = root
        for part in above:
            here = here.setdefault(f"{part}/", Places())
        here[last] = value
    return root


def agrees(
    document: Any, like: Any, shape: Shape = NOTHING, exclusive: frozenset[str] = frozenset()
) -> bool:
    """
    Check quickly whether *document* has every value that *like* has.

    True is certain: both then have the same canonical form. False is not: compare the canonical forms.
    """
    if type(like) is not type(document) or Fact.WHOLE in shape.facts:
        return bool(like == document)
    if type(like) is dict:
        counted = Fact.CLOSED in shape.facts or shape.field in exclusive
        if DIGEST in like or (counted and len(document) != len(like)):
            return False
        return all(
            name in document and agrees(document[name], inner, shape.child(name), exclusive)
            for name, inner in like.items()
        )
    if is_items(like):
        return len(document) == len(like) and all(
            agrees(mine, inner, shape, exclusive)
            for mine, inner in zip(document, like, strict=True)
        )
    return bool(like == document)


class _Viewer:
    def __init__(self, out: View, salt: str, exclusive: frozenset[str]) -> None:
        self.out, self.salt, self.exclusive = out, salt, exclusive

    def walk(self, document: Any, like: Any, shape: Shape, where: str) -> None:
        if type(like) is Secret or (type(like) is dict and DIGEST in like):
            self.out[where] = self.secret(document)
        elif type(like) is dict and Fact.WHOLE not in shape.facts:
            self.walk_map(document, like, shape, where)
        elif is_items(like) and Fact.WHOLE not in shape.facts:
            self.walk_items(document, like, shape, where)
        elif type(like) in (list, dict) and holds_secret(like):
            self.out[where] = leaf(self.masked(document, like), shape)
        else:
            self.out[where] = leaf(document, shape)

    def masked(self, document: Any, like: Any) -> Any:
        """Replace each value of *document* that differs from *like* by a digest: it may be the secret."""
        if type(like) is dict and DIGEST not in like and type(document) is dict:
            return {name: self.masked(value, like.get(name)) for name, value in document.items()}
        if type(like) is list and type(document) is list:
            rest = [None] * (len(document) - len(like))
            return [self.masked(d, w) for d, w in zip(document, [*like, *rest], strict=False)]
        if document is None or (document == like and not holds_secret(like)):
            return document
        return {DIGEST: self.secret(document)}

    def walk_map(self, document: Any, like: Document, shape: Shape, where: str) -> None:
        here = document if isinstance(document, dict) else {}
        if Fact.CLOSED in shape.facts or shape.field in self.exclusive:
            self.out[f"{where}/{{}}"] = sorted(here) or None
        for name, inner in like.items():
            if type(inner) is not Initial:
                self.walk(here.get(name), inner, shape.child(name), f"{where}/{escape(name)}")

    def walk_items(self, document: Any, like: list[Any], shape: Shape, where: str) -> None:
        live = [i for i in document if isinstance(i, dict)] if isinstance(document, list) else []
        keys = item_keys(like, shape)
        matched = align(like, live, shape)
        if Fact.OPEN in shape.facts and shape.field not in self.exclusive:
            order = [key for key, found in zip(keys, matched, strict=True) if found is not None]
        else:
            mine = {found: key for key, found in zip(keys, matched, strict=True)}
            spare = item_keys(live, shape)
            order = [mine.get(i) or f"+{spare[i]}" for i in range(len(live))]
        loose = {Fact.UNORDERED, Fact.OPEN} & shape.facts
        self.out[f"{where}/[]"] = (sorted(order) if loose else order) or None
        for key, item, found in zip(keys, like, matched, strict=True):
            inner = live[found] if found is not None else None
            self.walk(inner, item, shape, f"{where}/[{escape(key)}]")

    def secret(self, value: Any) -> str | None:
        if isinstance(value, dict):
            return value.get(DIGEST)
        if type(value) is Secret:
            value = value.reveal() if value.is_set else None
        return digest(str(value), self.salt) if value else None


def is_items(value: Any) -> bool:
    """Whether *value* is a list of objects, which are compared item by item."""
    return type(value) is list and bool(value) and type(value[0]) is dict and DIGEST not in value[0]


def leaf(value: Any, shape: Shape = NOTHING) -> Any:
    """Give the canonical form of one leaf."""
    if type(value) is Text:
        value = value.text
    if Fact.EXACT in shape.facts:
        return value
    if isinstance(value, str):
        return value.replace("\r\n", "\n") or None
    if isinstance(value, list) and Fact.UNORDERED in shape.facts and not is_items(value):
        return sorted(set(value), key=str) or None
    if isinstance(value, dict):
        return {k: leaf(v) for k, v in value.items() if leaf(v) is not None} or None
    if isinstance(value, list):
        return [leaf(v) for v in value] or None
    return value or None


def _part(item: Mapping[str, Any], path: str) -> Any:
    here: Any = item
    for name in path.split("."):
        here = here.get(name) if isinstance(here, Mapping) else None
    return here


def item_keys(items: Sequence[Mapping[str, Any]], shape: Shape) -> list[str]:
    """Name each item by what identifies it, else by its position; numbers tell equal ones apart."""
    keys: dict[str, None] = {}
    last: dict[str, int] = {}
    for position, item in enumerate(items):
        parts = [_part(item, path) for path in shape.key]
        name = key = ":".join(str(p) for p in parts if p not in (None, "")) or str(position)
        while key in keys:
            last[name] = last.get(name, 1) + 1
            key = f"{name}#{last[name]}"
        keys[key] = None
    return list(keys)


def align(
    wanted: Sequence[Mapping[str, Any]], live: Sequence[Mapping[str, Any]], shape: Shape
) -> list[int | None]:
    """
    Find the live item for each wanted item.

    What identifies an item decides. An item without a part of that (a step without a name) gets
    the first free live item that has the same other parts. Where nothing identifies items, their
    position decides.
    """
    if not shape.key:
        return [i if i < len(live) else None for i in range(len(wanted))]
    found: list[int | None] = [None] * len(wanted)
    identities = [_identity(item, shape) for item in wanted]
    theirs = _Identities([_identity(item, shape) for item in live])
    for complete in (True, False):
        for position, identity in enumerate(identities):
            if (None not in identity) is complete:
                found[position] = theirs.claim(identity)
    return found


def _identity(item: Mapping[str, Any], shape: Shape) -> tuple[Hashable, ...]:
    """The parts that identify an item; None where it has nothing or an empty string."""
    parts = (_part(item, path) for path in shape.key)
    return tuple(None if part in (None, "") else _hashable(part) for part in parts)


def _hashable(value: Any) -> Hashable:
    """A value that is equal where *value* is, and can be a key."""
    if isinstance(value, dict):
        return frozenset((name, _hashable(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(_hashable(inner) for inner in value)
    return value  # type: ignore[no-any-return]


class _Identities:
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


def overlay(
    document: Any,
    wanted: Any,
    shape: Shape = NOTHING,
    *,
    exclusive: frozenset[str] = frozenset(),
) -> Any:
    """
    Lay *wanted* over *document*, and leave all else in it as it is.

    Returns:
        A new document; *document* itself is not changed.
    """
    if type(wanted) is Initial:
        return copy.deepcopy(document) if document is not None else plain(wanted.value)
    if type(wanted) is dict and DIGEST in wanted:
        return copy.deepcopy(document)  # all that is known of a secret: it stays
    if type(wanted) is dict and Fact.WHOLE not in shape.facts:
        base = document if isinstance(document, dict) else {}
        closed = Fact.CLOSED in shape.facts or shape.field in exclusive
        out = {n: copy.deepcopy(v) for n, v in base.items() if n not in wanted and not closed}
        laid = {
            name: overlay(base.get(name), inner, shape.child(name), exclusive=exclusive)
            for name, inner in wanted.items()
        }
        # The order of keys stays DSS's own, so that an unchanged document stays the same text.
        return {
            **{n: laid[n] if n in laid else out[n] for n in base if n in laid or n in out},
            **{n: v for n, v in laid.items() if n not in base},
        }
    if is_items(wanted) and Fact.WHOLE not in shape.facts:
        live = [i for i in document if isinstance(i, dict)] if isinstance(document, list) else []
        matched = align(wanted, live, shape)
        items = [
            overlay(live[i] if i is not None else None, item, shape, exclusive=exclusive)
            for item, i in zip(wanted, matched, strict=True)
        ]
        if Fact.OPEN in shape.facts and shape.field not in exclusive:
            at = {i: item for i, item in zip(matched, items, strict=True) if i is not None}
            new = [item for i, item in zip(matched, items, strict=True) if i is None]
            return [at.get(i) or copy.deepcopy(item) for i, item in enumerate(live)] + new
        return items
    if wanted is not None and leaf(document, shape) == leaf(wanted, shape) and document is not None:
        return copy.deepcopy(document)
    return plain(wanted)


def plain(value: Any) -> Any:
    """Copy a wanted value as DSS gets it: what a creation sends included, secrets revealed."""
    if type(value) is dict:
        return {n: plain(v) for n, v in value.items()}
    if type(value) is list:
        return [plain(v) for v in value]
    if type(value) is Initial:
        return plain(value.value)
    if type(value) is Secret:
        return value.reveal()
    return value.text if type(value) is Text else value


def removed(
    recorded: Any, wanted: Any, shape: Shape = NOTHING, where: str = ""
) -> Iterator[tuple[str, Any]]:
    """
    Yield the places that *recorded* has and *wanted* does not: pointer and recorded value.

    That includes items of a list only where the items of others stay. In other lists the place
    ``[]`` shows the difference, and in an exclusive map the place ``{}``.
    """
    if isinstance(recorded, dict) and isinstance(wanted, dict) and Fact.WHOLE not in shape.facts:
        if DIGEST in recorded:
            return
        for name, value in recorded.items():
            here = f"{where}/{escape(name)}"
            if name not in wanted:
                if Fact.CLOSED not in shape.facts:
                    yield here, value
            else:
                yield from removed(value, wanted[name], shape.child(name), here)
    elif is_items(recorded) and isinstance(wanted, list) and Fact.WHOLE not in shape.facts:
        keys = item_keys(recorded, shape)
        matched = align(wanted, recorded, shape) if is_items(wanted) else []
        for item, found in zip(wanted, matched, strict=bool(matched)):
            if found is not None:
                yield from removed(recorded[found], item, shape, f"{where}/[{escape(keys[found])}]")
        if Fact.OPEN in shape.facts:
            stays = set(matched)
            for position, item in enumerate(recorded):
                if position not in stays:
                    yield f"{where}/[{escape(keys[position])}]", item
