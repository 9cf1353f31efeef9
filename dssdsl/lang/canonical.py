"""
One canonical form for wanted, recorded, normalized and live documents.

Another document decides which places of a document count. The result maps the JSON pointer of
each place to its leaf. In a pointer, ``[key]`` is the item of a list that *key* identifies, ``[]``
is the order of a list's items, ``{}`` the names in an exclusive map. Sets are sorted, secrets are
digests. Absent, null, false, 0 and empty are equal: DSS drops nulls and fills in such defaults.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any

from .fields import NOTHING, Fact, Shape
from .items import (
    Identities,
    as_items,
    escape,
    identity_of,
    inside,
    is_items,
    is_patch,
    item_at,
    item_keys,
)
from .values import DIGEST, Document, Initial, Secret, Text, digest, holds_secret

View = dict[str, Any]
"""A canonical document: by JSON pointer, the leaf of each place."""


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
    if as_items(like, shape):
        if Fact.OPEN in shape.facts and not like:
            return not document or shape.field not in exclusive
        return len(document) == len(like) and all(
            agrees(mine, inner, inside(shape), exclusive)
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
        elif as_items(like, shape) and Fact.WHOLE not in shape.facts:
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
        if is_patch(like) and isinstance(document, list):
            for part, inner in like.items():
                at = item_at(document, part[1:-1], shape)
                self.walk(
                    None if at is None else document[at], inner, shape, f"{where}/{escape(part)}"
                )
            return
        here = document if isinstance(document, dict) else {}
        if Fact.CLOSED in shape.facts or shape.field in self.exclusive:
            self.out[f"{where}/{{}}"] = sorted(here) or None
        patch = is_patch(like)
        for name, inner in like.items():
            if type(inner) is not Initial:
                self.walk(
                    here.get(name),
                    inner,
                    shape if patch else shape.child(name),
                    f"{where}/{escape(name)}",
                )

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
            self.walk(inner, item, inside(shape), f"{where}/[{escape(key)}]")

    def secret(self, value: Any) -> str | None:
        if isinstance(value, dict):
            return value.get(DIGEST)
        if type(value) is Secret:
            value = value.reveal() if value.is_set else None
        return digest(str(value), self.salt) if value else None


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


def align(
    wanted: Sequence[Mapping[str, Any]], live: Sequence[Mapping[str, Any]], shape: Shape
) -> list[int | None]:
    """
    Find the live item for each wanted item.

    What identifies an item decides. An item without a part of that (a step without a name) gets the
    live item that equals it where the program sets something, else the first one left over that has
    the same other parts. So an item that is put in front takes nothing from the ones behind it.
    """
    found: list[int | None] = [None] * len(wanted)
    identities = [identity_of(item, shape) for item in wanted]
    theirs = Identities([identity_of(item, shape) for item in live])
    rest = []
    for position, identity in enumerate(identities):
        if identity and None not in identity:
            found[position] = theirs.claim(identity)
        else:
            rest.append(position)
    for position, same in _equal(rest, wanted, live, shape, theirs).items():
        found[position] = same
    for position in rest:
        if found[position] is None:
            found[position] = theirs.claim(identities[position])
    return found


def _equal(
    positions: Sequence[int],
    wanted: Sequence[Mapping[str, Any]],
    live: Sequence[Mapping[str, Any]],
    shape: Shape,
    theirs: Identities,
) -> dict[int, int]:
    """The live item that equals each wanted one, for those at *positions* that have one; each is given once."""
    found: dict[int, int] = {}
    inner = inside(shape)
    for at in positions:
        if at < len(live) and at in theirs.free and agrees(live[at], wanted[at], inner):
            theirs.free.remove(at)
            found[at] = at
    # By the places that an item sets: the live items that are left, by what they hold there.
    held: dict[tuple[str, ...], dict[str, deque[int]]] = {}
    for at in positions if theirs.free else ():
        if at not in found:
            mine = view(wanted[at], wanted[at], inner)
            places = tuple(mine)
            if places not in held:
                held[places] = defaultdict(deque)
                for n in sorted(theirs.free):
                    held[places][repr(view(live[n], wanted[at], inner))].append(n)
            same = held[places].get(repr(mine), deque())
            while same and at not in found:
                n = same.popleft()
                if n in theirs.free:
                    theirs.free.remove(n)
                    found[at] = n
    return found
