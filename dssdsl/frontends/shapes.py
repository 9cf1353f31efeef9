"""What a field takes, and which class an entry means, as the classes themselves say it."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from attrs import define, field, frozen

from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import File, Secret

SUFFIXES = ("Dataset", "Recipe", "Dimension", "Trigger")
"""What the classes of a family end in, and its types in YAML do not."""
ALIASES = {"group": "grouping"}
BODIES = ("params", "configuration", "payload")
"""What holds DSS's own words, in the classes that stand for any type."""


@define
class Takes:
    """
    What a field takes.

    Attributes:
        parts: Classes of values that may be written as a mapping.
        resources: Classes of resources that it refers to, by their names.
        text: Whether a string will do.
        flag: Whether true or false will do.
        number: Whether a number will do.
        file: Whether it is code, or another text that may be a file.
        secret: Whether it is a secret.
        items: What the items of a list take; empty if it takes no list.
        values: What the values of a mapping take; empty if it takes no mapping.
    """

    parts: list[type[Part]] = field(factory=list)
    resources: list[type[Resource]] = field(factory=list)
    text: bool = False
    flag: bool = False
    number: bool = False
    file: bool = False
    secret: bool = False
    items: list[Any] = field(factory=list)
    values: list[Any] = field(factory=list)

    @property
    def plain(self) -> bool:
        """Whether it takes what it gets, without any meaning to us."""
        return not (
            self.parts or self.resources or self.file or self.secret or self.items or self.values
        )


@cache
def takes(cls: type[Any], attribute: str) -> Takes:
    """What the field *attribute* of *cls* takes."""
    return of((cls.model_fields[attribute].annotation,))


def of(annotations: Iterable[Any]) -> Takes:
    """What a place with any of these annotations takes."""
    out = Takes()
    for member in (m for a in annotations for m in _members(a)):
        origin = get_origin(member)
        if origin is Literal:
            out.text = True
        elif inspect.isclass(origin) and issubclass(origin, Mapping):
            out.values += get_args(member)[1:]
        elif inspect.isclass(origin) and issubclass(origin, Sequence):
            out.items += get_args(member)[:1]
        elif inspect.isclass(member):
            _add(member, out)
    return out


def _add(member: type[Any], out: Takes) -> None:
    if issubclass(member, Part):
        out.parts += [c for c in concrete(member) if c not in out.parts]
    elif issubclass(member, Resource):
        out.resources.append(member)
    elif issubclass(member, File):
        out.file = True
    elif issubclass(member, Secret):
        out.secret = True
    out.text |= member is str
    out.flag |= member is bool
    out.number |= member in (int, float)


def _members(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for each in get_args(annotation):
            yield from _members(each)
    else:
        yield annotation


def concrete(cls: type[Any]) -> list[type[Any]]:
    """*cls* and its subclasses, as far as a program may write them."""
    found = [] if cls.__name__.startswith(("Any", "_")) or inspect.isabstract(cls) else [cls]
    for below in cls.__subclasses__():
        if below.__module__.startswith("dssdsl."):
            found += [c for c in concrete(below) if c not in found]
    return found


def norm(word: str) -> str:
    """A name as it is compared: only its letters and digits, in lower case."""
    return "".join(c for c in word.lower() if c.isalnum())


def bare(cls: type[Any]) -> str:
    """The name of a class without its family's suffix: what YAML writes as its type."""
    name = cls.__name__
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix) or name
    return name


def shown(cls: type[Any]) -> str:
    """How messages write the type of an entry that means *cls*."""
    name = bare(cls)
    if name.isupper() or any(c.isdigit() for c in name):
        return name.lower()
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@frozen
class Family:
    """
    Classes of which an entry's ``type`` says the one that is meant.

    Attributes:
        by_name: Classes by their names, without suffix.
        by_wire: Classes by DSS's own type, where only one class has it.
        any: The class that takes any type of DSS's.
    """

    classes: tuple[type[Any], ...]
    by_name: Mapping[str, type[Any]]
    by_wire: Mapping[str, type[Any]]
    any: type[Any] | None

    @classmethod
    @cache
    def of(cls, classes: tuple[type[Any], ...]) -> Family:
        """The family of *classes*."""
        general = next((c for c in classes if _takes_any_type(c)), None)
        named = [c for c in classes if c is not general]
        names: dict[str, type[Any]] = {}
        wires: dict[str, list[type[Any]]] = {}
        for each in named:
            for name in (each.__name__, bare(each), bare(each).removeprefix("On")):
                names.setdefault(norm(name), each)
            if isinstance(wire := getattr(each, "wire", None), str) and wire:
                wires.setdefault(norm(wire), []).append(each)
        for alias, name in ALIASES.items():
            if name in names:
                names.setdefault(alias, names[name])
        return cls(
            classes,
            names,
            {wire: found[0] for wire, found in wires.items() if len(found) == 1},
            general,
        )

    def find(self, word: str, entry: Mapping[str, Any]) -> type[Any] | None:
        """The class that the type *word* means in *entry*; None if it is none of its classes."""
        found = self.by_name.get(norm(word)) or self.by_wire.get(norm(word))
        if found is not None and self.any is not None:
            own = found.public_names()
            if any(body in entry and body not in own for body in BODIES):
                return None  # DSS's own type with DSS's own params: as it is
        return found

    def types(self) -> list[str]:
        """The types that messages name."""
        return sorted(shown(c) for c in self.classes if c is not self.any)


def _takes_any_type(cls: type[Any]) -> bool:
    names = cls.public_names()
    return "type" in names and any(body in names for body in BODIES)


def tagged(classes: Sequence[type[Any]]) -> bool:
    """Whether an entry says with ``type`` which of *classes* it means."""
    return len(classes) > 1 and all(
        hasattr(c, "wire") or c.__name__.endswith("Dimension") or _takes_any_type(c)
        for c in classes
    )


def fits(cls: type[Any], entry: Iterable[str]) -> bool:
    """Whether *cls* has all fields that *entry* sets, and *entry* all that it needs."""
    keys = set(entry)
    names = cls.public_names()
    needed = {n for n, a in names.items() if cls.model_fields[a].is_required()}
    return keys <= set(names) and needed <= keys
