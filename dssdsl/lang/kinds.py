"""The facts of each kind of resource; they stand on its classes, and every table of kinds is made here."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from dssdsl import public

from .declared import FACTS, KINDS
from .fields import LEAVE, Shape
from .kind import Kind
from .model import Model
from .resource import Resource
from .values import Document

NAMES = tuple(sorted(Kind.__class_vars__ - Model.__class_vars__ - {"kind"}))
"""The facts of kinds."""


def facts(kind: str) -> type[Resource]:
    """
    The class with the facts of a kind: class variables such as ``holds_data``, which all its classes share.

    Raises:
        KeyError: There is no such kind.
    """
    for module in public.KINDS.get(kind, ()):
        if kind in FACTS:
            break
        import_module(
            f"dssdsl.{module}"
        )  # by name, for the classes of kinds stand above this module
    return FACTS[kind]


def known() -> tuple[str, ...]:
    """Every kind, in the order in which YAML declares them."""
    return tuple(dict.fromkeys((*public.KINDS, *FACTS)))


def table(fact: str) -> dict[str, Any]:
    """What *fact* is for each kind that has one, such as ``{"dataset": "datasets", …}`` for ``section``."""
    found = {kind: getattr(facts(kind), fact) for kind in known()}
    return {kind: value for kind, value in found.items() if value}


def where(fact: str) -> tuple[str, ...]:
    """The kinds of which *fact* is true, such as managed_folder and dataset for ``holds_data``."""
    return tuple(table(fact))


def flow_items() -> tuple[str, ...]:
    """The kinds that a plain name in a recipe may mean, first those that DSS itself refers to by name: datasets."""
    return tuple(sorted(where("flow_item"), key=lambda kind: not facts(kind).referred_by_name))


@cache
def of_plain_names() -> str:
    """The kind that a plain name in a recipe means if the program doesn't declare it: dataset."""
    return flow_items()[0]


def one_per_project() -> tuple[str, ...]:
    """The kinds of which every project has exactly one: the project itself, its variables, its permissions."""
    return tuple(k for k in known() if facts(k).always_there or not facts(k).contained)


def plural(kind: str) -> str:
    """What a state calls several resources of a kind; a kind that this version does not know gets an s."""
    return (facts(kind).plural if kind in known() else "") or f"{kind}s"


def classes(kind: str, wire: str = "") -> list[type[Resource]]:
    """
    The classes that programs declare resources of a kind with, as far as they are loaded.

    Args:
        kind: Such as ``recipe``.
        wire: DSS's type, such as ``shaker``: only the classes of that type, if there are any.
    """
    mine = list(dict.fromkeys(cls for cls in KINDS.values() if cls.kind == kind))
    return [cls for cls in mine if wire and getattr(cls, "wire", None) == wire] or mine


def shape(kind: str, wire: str = "") -> Shape:
    """What is known of the places in documents of a kind, whichever class declares it."""
    # More classes may be loaded the next time.
    return _shape(tuple(classes(kind, wire)))


@cache
def _shape(classes: tuple[type[Resource], ...]) -> Shape:
    found = Shape()
    for cls in classes:
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
