"""
One canonical form for wanted, recorded, normalized and live.

A document is seen through another one that says which places matter: the result maps JSON
pointers to leaves. In a pointer ``[key]`` is the item of a list that *key* identifies, ``[]`` is
the order of a list's items, ``{}`` the names in an exclusive map. Absent, null, false, 0 and
empty are one and the same: DSS drops nulls and fills in such defaults.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .fields import NOTHING, REMOVE, Fact, Shape
from .values import DIGEST, Document, Initial, Secret, Text, digest, holds_secret

View = dict[str, Any]


def escape(name: str) -> str:
    """Write *name* as one part of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def view(
    document: Any,
    like: Any,
    shape: Shape = NOTHING,
    *,
    salt: str = "",
    exclusive: frozenset[str] = frozenset(),
) -> View:
    """
    See *document* through *like*.

    Args:
        document: What is looked at.
        like: A partial document; only the places that it has are looked at.
        shape: What is known of the places.
        salt: For the digests of secrets.
        exclusive: Fields whose map or list counts whole though it is laid over others'.

    Returns:
        A leaf for each place, in the order of *like*; ``None`` where *document* has nothing.
    """
    out: View = {}
    _Viewer(out, salt, exclusive).walk(document, like, shape, "")
    return out


def agrees(
    document: Any, like: Any, shape: Shape = NOTHING, exclusive: frozenset[str] = frozenset()
) -> bool:
    """
    Tell at a glance whether *document* holds all that *like* says.

    True is certain: then both are the same seen through *like*. False may only mean that the glance is not enough.
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
        """*document* with digests for all that is not word for word what *like* says: it may be the secret."""
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
            value = value.reveal()
        return digest(str(value), self.salt) if value else None


def is_items(value: Any) -> bool:
    """Whether *value* is a list of objects, which are compared one by one."""
    return type(value) is list and bool(value) and type(value[0]) is dict and DIGEST not in value[0]


def leaf(value: Any, shape: Shape = NOTHING) -> Any:
    """Write one leaf canonically."""
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
    """Name each item by what identifies it, else by its position; equals are numbered."""
    keys: list[str] = []
    seen: dict[str, int] = {}
    for position, item in enumerate(items):
        parts = [_part(item, path) for path in shape.key]
        key = ":".join(str(p) for p in parts if p not in (None, "")) or str(position)
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
    return keys


def align(
    wanted: Sequence[Mapping[str, Any]], live: Sequence[Mapping[str, Any]], shape: Shape
) -> list[int | None]:
    """
    Find for each wanted item the live item that it is.

    By what identifies items; an item that does not say all of it (a step without a name) is the
    first unclaimed one that agrees with what it says. By position where nothing identifies them.
    """
    if not shape.key:
        return [i if i < len(live) else None for i in range(len(wanted))]
    found: list[int | None] = [None] * len(wanted)
    free = dict.fromkeys(range(len(live)))
    identities = [[_part(item, path) for path in shape.key] for item in wanted]
    theirs = [[_part(item, path) for path in shape.key] for item in live]
    for complete in (True, False):
        for position, identity in enumerate(identities):
            if (
                found[position] is not None
                or all(p not in (None, "") for p in identity) != complete
            ):
                continue
            for candidate in free:
                if all(
                    p in (None, "") or p == q
                    for p, q in zip(identity, theirs[candidate], strict=True)
                ):
                    found[position] = candidate
                    del free[candidate]
                    break
    return found


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
    Yield the places that *recorded* has and *wanted* has no more: pointer and recorded value.

    An item that left a list is among them only where others' items stay; elsewhere the order of
    the list tells it, as the names in it tell it of a map that counts whole.
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
            for position, item in enumerate(recorded):
                if position not in matched:
                    yield f"{where}/[{escape(keys[position])}]", item


def drop(document: Document, pointer: str, shape: Shape, value: Any) -> None:
    """
    Put *value* at *pointer* of *document*, in place; the REMOVE marker takes the key away.

    Places that the document does not have are left alone.
    """
    here: Any = document
    *parents, last = pointer.split("/")[1:]
    for part in parents:
        if part.startswith("["):
            if not isinstance(here, list):
                return
            keys = item_keys(here, shape)
            key = part[1:-1].replace("~1", "/").replace("~0", "~")
            if key not in keys:
                return
            here = here[keys.index(key)]
        else:
            name = part.replace("~1", "/").replace("~0", "~")
            shape = shape.child(name)
            here = here.get(name) if isinstance(here, dict) else None
    name = last.replace("~1", "/").replace("~0", "~")
    if isinstance(here, list) and value is REMOVE and last.startswith("["):
        keys = item_keys(here, shape)
        if name[1:-1] in keys:
            del here[keys.index(name[1:-1])]
    elif isinstance(here, dict) and name in here:
        if value is REMOVE:
            del here[name]
        else:
            here[name] = copy.deepcopy(value)


def look(document: Any, pointer: str, shape: Shape) -> Any:
    """The value at *pointer* of *document*, or None."""
    here = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if part.startswith("[") and isinstance(here, list):
            keys = item_keys(here, shape)
            here = here[keys.index(name[1:-1])] if name[1:-1] in keys else None
        else:
            shape = shape.child(name)
            here = here.get(name) if isinstance(here, dict) else None
    return here
