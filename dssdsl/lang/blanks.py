"""Finds blank values: an empty name, a list of nothing. DSS refuses them late, or takes them for something else."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from .fields import Blank, resets_to

UNNAMED = ' ""'
"""The place of an entry whose name is empty."""


def blank(info: FieldInfo, value: Any, *, adopted: bool = False) -> str | None:
    """
    The place of the first blank text in the value of a field, or None.

    A field accepts its default and the value that it resets to, and what a `Blank` among its facts allows.

    Returns:
        ``""`` for the value itself or its only item, else the item or entry in it: ``" 2"``, ``' "day"'``, UNNAMED.
    """
    if Blank.EMPTY in info.metadata or value == info.default:
        return None
    if adopted and Blank.IF_ADOPTED in info.metadata:
        return None
    if any(isinstance(fact, resets_to) and fact.value == value for fact in info.metadata):
        return None
    if isinstance(value, (list, tuple, Mapping)) and not value:
        return "" if info.is_required() and Blank.NO_ITEMS not in info.metadata else None
    spaces = Blank.SPACES in info.metadata
    inside = isinstance(value, Mapping) and _maps_to_text(info.annotation)
    return next(_blanks(value, spaces=spaces, inside=inside), None)


def _blanks(value: Any, *, spaces: bool, inside: bool) -> Iterator[str]:
    """Yield the places of blank texts; those of a mapping's values only if they are *inside* the field's own type."""
    if isinstance(value, str):
        if not (value if spaces else value.strip()):
            yield ""
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value, 1):
            if isinstance(item, str) and any(
                True for _ in _blanks(item, spaces=spaces, inside=inside)
            ):
                yield f" {number}" if len(value) > 1 else ""
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if isinstance(name, str) and not name.strip():
                yield UNNAMED
            elif inside and any(True for _ in _blanks(item, spaces=spaces, inside=inside)):
                yield f' "{name}"'


def _maps_to_text(annotation: Any) -> bool:
    """Whether a field takes mappings whose values are its own; values of type Any are DSS's."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType, Annotated):
        return any(_maps_to_text(each) for each in args)
    return origin is Mapping and args[1] is not Any
