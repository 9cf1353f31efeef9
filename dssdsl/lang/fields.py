"""
Facts about a resource's fields, written inside ``Annotated``.

A fact describes how DSS treats a field. The differ, the planner, the docs and the tests read it
from here, so that no provider decides it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
from attrs import define, frozen


class Fact(enum.Enum):
    """A fact about a field, independent of its value."""

    CREATE_ONLY = "fixed at creation; a change replaces the resource"
    MOVES_DATA = "a change points to another place; existing data is not moved"
    UNORDERED = "a set that DSS keeps as a list"
    WHOLE = "compared as one value"
    OPEN = "merged into what DSS has; entries of others stay"
    SET_BY_RUNS = "runs can change it: then it is written only if the program changes it"
    ELSEWHERE = "DSS stores it in the document of another object"
    WRITE_ONLY = "DSS never returns it; the recorded value counts"
    UNVERSIONED = "a change in DSS makes no new version of the object: every plan reads it"
    CLOSED = "a map that the program owns: names that it does not set are differences"
    EXACT = "absent, null, false, 0 and empty are different values here"
    LISTED = "a list in DSS; a program can write a single item"


create_only = Fact.CREATE_ONLY
moves_data = Fact.MOVES_DATA
unordered = Fact.UNORDERED
whole = Fact.WHOLE
laid_over = Fact.OPEN
set_by_runs = Fact.SET_BY_RUNS
elsewhere = Fact.ELSEWHERE
write_only = Fact.WRITE_ONLY
unversioned = Fact.UNVERSIONED
closed = Fact.CLOSED
exact = Fact.EXACT
listed = Fact.LISTED


class Blank(enum.Enum):
    """Which blank texts a field accepts. Without one, it accepts neither an empty text nor white space."""

    EMPTY = "an empty text is a value, too"
    SPACES = "white space is a value, such as a tab that separates columns"
    IF_ADOPTED = "an empty text is a value of an object that exists in DSS already"
    NO_ITEMS = "an empty list is a value, though the field is required"


may_be_empty = Blank.EMPTY
may_be_empty_if_adopted = Blank.IF_ADOPTED
may_be_spaces = Blank.SPACES
may_have_no_items = Blank.NO_ITEMS


class _Marker(enum.Enum):
    LEAVE = "no default is known: it stays as it is"
    REMOVE = "the key is removed"


LEAVE = _Marker.LEAVE
REMOVE = _Marker.REMOVE


@frozen(init=False)
class at:
    """
    The place of the field in the resource's document.

    Args:
        paths: Dotted paths; several if the field fills several places.
    """

    paths: tuple[str, ...]

    def __init__(self, *paths: str) -> None:
        self.__attrs_init__(paths)


@frozen(init=False)
class keyed:
    """The keys whose values identify an item of a list; ``a.b`` is a nested key."""

    by: tuple[str, ...]

    def __init__(self, *by: str) -> None:
        self.__attrs_init__(by)


@frozen
class resets_to:
    """The value that the field gets when the program no longer sets it."""

    value: Any


@frozen
class form:
    """
    What the field accepts, in the words of an error message.

    Attributes:
        text: In Python.
        yaml: In YAML, if that differs.
    """

    text: str
    yaml: str | None = None


@frozen
class checked_as:
    """What a plain string in this field names outside projects: connection, code_env, container, user, group, channel, …"""

    what: str


@frozen
class refers_to:
    """The kind of resource that this field names without needing it: DSS accepts one that does not exist."""

    kind: str


@define
class Shape:
    """
    What is known of one place in a document, and of the places below it.

    Attributes:
        field: The resource's field at this place, if any.
        facts: The facts of this place.
        key: The keys that identify the items of a list here.
        reset: The value when the program no longer sets it, or LEAVE, or REMOVE.
        children: The places below, by name; ``*`` is any name.
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
        """The place at the dotted *path*, created if it is new."""
        here = self
        for name in path.split("."):
            here = here.children.setdefault(name, Shape())
        return here

    def facts_at(self, pointer: str) -> frozenset[Fact]:
        """What is true of the place at a JSON pointer, and of the field that it belongs to."""
        place, owner = self.find(pointer)
        return place.facts | (owner.facts if owner else frozenset())

    def having(self, fact: Fact, at: str = "") -> Iterator[str]:
        """The pointers of the places that *fact* is true of, from here down; *at* is the pointer of this one."""
        if fact in self.facts:
            yield at
        for name, child in self.children.items():
            yield from child.having(fact, f"{at}/{name}")

    def find(self, pointer: str) -> tuple[Shape, Shape | None]:
        """
        Find the place at a JSON pointer.

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
    """Add the facts in *metadata* to the place *path* of *root*."""
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
    """Build the Shape of a class from the metadata of its fields, and of other places in *extra*."""
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
