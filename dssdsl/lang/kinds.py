"""The facts of each kind of resource, by its name in keys; they stand on its classes."""

from __future__ import annotations

from functools import cache

from .fields import LEAVE, Shape
from .resource import KINDS, Resource
from .values import Document


def classes(kind: str, wire: str = "") -> list[type[Resource]]:
    """
    The classes that programs declare resources of a kind with.

    Args:
        kind: Such as ``recipe``.
        wire: DSS's type, such as ``shaker``: only the classes of that type, if there are any.
    """
    mine = list(dict.fromkeys(cls for cls in KINDS.values() if cls.kind == kind))
    return [cls for cls in mine if wire and getattr(cls, "wire", None) == wire] or mine


def facts(kind: str) -> type[Resource]:
    """
    The class whose ClassVars tell what is true of all resources of a kind.

    Raises:
        KeyError: No module that is loaded has a class of that kind.
    """
    found = classes(kind)
    if not found:
        raise KeyError(kind)
    return found[0]


@cache
def shape(kind: str, wire: str = "") -> Shape:
    """What is known of the places in documents of a kind, whichever class declares it."""
    found = Shape()
    for cls in classes(kind, wire):
        _merge(found, cls.shape())
    return found


def wire_of(document: Document) -> str:
    """The type that a document has in DSS."""
    found = document.get("type")
    return found if isinstance(found, str) else ""


def _merge(into: Shape, other: Shape) -> None:
    into.field = into.field or other.field
    into.facts |= other.facts
    into.key = into.key or other.key
    into.reset = other.reset if into.reset is LEAVE else into.reset
    for name, child in other.children.items():
        _merge(into.children.setdefault(name, Shape()), child)
