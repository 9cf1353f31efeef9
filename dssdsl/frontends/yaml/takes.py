"""What a field takes, read from its annotation."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from attrs import frozen

from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import File, Secret


@frozen
class Takes:
    """
    What a field takes.

    Attributes:
        parts: Classes of parts, which YAML writes as mappings.
        resources: Classes of resources, which YAML names.
        text: Whether it takes a string.
        flag: Whether it takes true or false.
        number: Whether it takes a number.
        file: Whether it takes code, or another text that may be in a file.
        secret: Whether it takes a secret.
        items: Annotations of a list's items; empty if it takes no list.
        values: Annotations of a mapping's values; empty if it takes no mapping.
    """

    parts: tuple[type[Part], ...] = ()
    resources: tuple[type[Resource], ...] = ()
    text: bool = False
    flag: bool = False
    number: bool = False
    file: bool = False
    secret: bool = False
    items: tuple[Any, ...] = ()
    values: tuple[Any, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether it takes values of DSS as they are."""
        return not (
            self.parts or self.resources or self.file or self.secret or self.items or self.values
        )


@cache
def takes(cls: type[Any], attribute: str) -> Takes:
    """What the field *attribute* of *cls* takes."""
    return takes_any((cls.model_fields[attribute].annotation,))


def takes_any(annotations: Iterable[Any]) -> Takes:
    """What a value takes that fits one of *annotations*."""
    members = [m for a in annotations for m in _members(a)]
    origins = [(get_origin(m), get_args(m)) for m in members]
    classes = [m for m in members if get_origin(m) is None and inspect.isclass(m)]

    def generic(base: type[Any]) -> list[tuple[Any, ...]]:
        return [args for of, args in origins if inspect.isclass(of) and issubclass(of, base)]

    def some(base: type[Any]) -> bool:
        return any(issubclass(c, base) for c in classes)

    return Takes(
        parts=tuple(dict.fromkeys(p for c in classes if issubclass(c, Part) for p in concrete(c))),
        resources=tuple(c for c in classes if issubclass(c, Resource)),
        text=str in classes or any(of is Literal for of, _ in origins),
        flag=bool in classes,
        number=int in classes or float in classes,
        file=some(File),
        secret=some(Secret),
        items=tuple(args[0] for args in generic(Sequence)),
        values=tuple(args[1] for args in generic(Mapping)),
    )


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
    """*cls* and its subclasses of dssdsl that a program can declare."""
    found = [] if cls.__name__.startswith(("Any", "_")) or inspect.isabstract(cls) else [cls]
    for below in cls.__subclasses__():
        if below.__module__.startswith("dssdsl."):
            found += [c for c in concrete(below) if c not in found]
    return found


def fits(cls: type[Any], entry: Iterable[str]) -> bool:
    """Whether *cls* has all fields that *entry* sets, and *entry* all fields that *cls* requires."""
    keys = set(entry)
    names = cls.public_names()
    needed = {n for n, a in names.items() if cls.model_fields[a].is_required()}
    return keys <= set(names) and needed <= keys
