"""
Facts about a resource's fields, written inside ``Annotated``.

A fact says what DSS does with a field; the differ, the planner, the docs and the tests
all read it from here, so that no provider has to.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from attrs import define, frozen


class Fact(enum.Enum):
    """One thing that is true of a field, whatever its value."""

    CREATE_ONLY = "fixed at creation; a change replaces the resource"
    MOVES_DATA = "a change points elsewhere; the data stays behind"
    UNORDERED = "a set that DSS keeps as a list"
    WHOLE = "compared as one value, whatever is inside"
    OPEN = "laid over what is there; others' entries stay"
    SET_BY_RUNS = "rewritten when things run; written back only if the code changed"
    ELSEWHERE = "kept by DSS in another object's document"
    WRITE_ONLY = "DSS does not tell it back; taken as what was recorded"
    CLOSED = "a map that counts whole: names that the program does not set are differences"
    EXACT = "absent, null, false, 0 and empty are values of their own here"
    LISTED = "a list in DSS, where one item will do in a program"


create_only = Fact.CREATE_ONLY
moves_data = Fact.MOVES_DATA
unordered = Fact.UNORDERED
whole = Fact.WHOLE
laid_over = Fact.OPEN
set_by_runs = Fact.SET_BY_RUNS
elsewhere = Fact.ELSEWHERE
write_only = Fact.WRITE_ONLY
closed = Fact.CLOSED
exact = Fact.EXACT
listed = Fact.LISTED


class _Marker(enum.Enum):
    LEAVE = "no default is known: left as it is"
    REMOVE = "the key is removed"


LEAVE = _Marker.LEAVE
REMOVE = _Marker.REMOVE


@frozen(init=False)
class at:
    """
    Where DSS keeps the field in the resource's document.

    Args:
        paths: Dotted paths; a field that fills several places names them all.
    """

    paths: tuple[str, ...]

    def __init__(self, *paths: str) -> None:
        self.__attrs_init__(paths)


@frozen(init=False)
class keyed:
    """What identifies an item of a list: the values under these keys (``a.b`` looks inside)."""

    by: tuple[str, ...]

    def __init__(self, *by: str) -> None:
        self.__attrs_init__(by)


@frozen
class resets_to:
    """The value a field goes back to when the program no longer sets it."""

    value: Any


@frozen
class form:
    """
    What the field takes, in the words of an error message.

    Attributes:
        text: As Python writes it.
        yaml: As YAML writes it, if that differs.
    """

    text: str
    yaml: str | None = None


@frozen
class checked_as:
    """The kind of thing a plain string in this field names: connection, code_env, container, user."""

    what: str


@define
class Shape:
    """
    What is known of one place in a document, and of the places below it.

    Attributes:
        field: The resource's field that stands here, if any.
        key: What identifies the items of a list here.
        reset: The value to go back to, or LEAVE, or REMOVE.
    """

    field: str | None = None
    facts: frozenset[Fact] = frozenset()
    key: tuple[str, ...] = ()
    reset: Any = LEAVE
    children: dict[str, Shape] = attrs.field(factory=dict)

    def child(self, name: str) -> Shape:
        """What is known of the place *name* below this one."""
        return self.children.get(name) or self.children.get("*") or NOTHING

    def place(self, path: str) -> Shape:
        """The place at the dotted *path*, made if it is new."""
        here = self
        for name in path.split("."):
            here = here.children.setdefault(name, Shape())
        return here

    def find(self, pointer: str) -> tuple[Shape, Shape | None]:
        """
        Find what is known at a JSON pointer.

        Returns:
            The place itself, and the nearest place at or above it that is a field.
        """
        here, owner = self, None
        for part in pointer.split("/")[1:]:
            if not (part.startswith("[") and part.endswith("]")) and part != "{}":
                here = here.child(part.replace("~1", "/").replace("~0", "~"))
            if here.field:
                owner = here
        return here, owner


NOTHING = Shape()


def add_place(root: Shape, path: str, metadata: Iterable[Any], name: str | None = None) -> None:
    """Add to *root* what *metadata* says of *path*."""
    place = root.place(path)
    place.field = name or place.field
    for item in metadata:
        if isinstance(item, Fact):
            place.facts |= {item}
        elif isinstance(item, keyed):
            place.key = item.by
        elif isinstance(item, resets_to):
            place.reset = item.value


def shape_of(fields: Mapping[str, Iterable[Any]], extra: Mapping[str, Iterable[Any]]) -> Shape:
    """Build the Shape of a class from its fields' metadata, and from what it says of inner places."""
    root = Shape()
    for name, metadata in fields.items():
        found = list(metadata)
        for item in found:
            if isinstance(item, at):
                for path in item.paths:
                    add_place(root, path, found, name)
    for path, metadata in extra.items():
        add_place(root, path, metadata)
    return root
