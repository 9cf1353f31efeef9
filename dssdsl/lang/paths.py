"""
Paths into a document of DSS, as ``raw=`` and ``ignore_changes=`` write them.

``metrics.probes[1].enabled`` and ``schema.columns[day].comment`` name an item of a list by its
position, from 0, or by what identifies it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .fields import Fact, Shape
from .items import escape, is_patch, item_at, item_keys
from .values import DIGEST, Document, Initial, Text

PART = re.compile(r"\[([^\]]*)\]|[^.\[\]]+")


class WrongShape(ValueError):
    """A path that leads through something that is no map, or no list."""


def split(path: str) -> list[str]:
    """The parts of a path; items of lists are in brackets: ``["schema", "columns", "[day]"]``."""
    return [found[0] for found in PART.finditer(path)]


def pointer(parts: Sequence[str]) -> str:
    """The JSON pointer of a path."""
    return "".join(f"/{escape(part)}" for part in parts)


def put_in(document: Document, path: str, value: Any, shape: Shape) -> None:
    """
    Put *value* at a path of a wanted document, in place; maps are merged.

    An item of a list that the document does not have becomes a patch of the list that DSS has.

    Raises:
        WrongShape: The path leads through a text, a number, or an item that a declared list does not have.
    """
    _put(document, split(path), value, shape, "")


def _put(here: Any, parts: Sequence[str], value: Any, shape: Shape, where: str) -> None:
    part, rest = parts[0], parts[1:]
    place = f"{where}.{part}" if where and not part.startswith("[") else f"{where}{part}"
    if isinstance(here, list):
        at = item_at(here, part.strip("[]"), shape)
        if at is None:
            raise WrongShape(f"{where} has no item {part.strip('[]')} in the program")
        inner: Any = here[at]
        here[at] = _merged(inner, rest, value, shape, place)
    else:
        below = shape if part.startswith("[") else shape.child(part)
        here[part] = _merged(here.get(part), rest, value, below, place)


def _merged(inner: Any, rest: Sequence[str], value: Any, shape: Shape, place: str) -> Any:
    """What stands at a place once *value* is put at *rest* below it."""
    if type(inner) is Initial and (rest or isinstance(value, Mapping)):
        opened = inner.value
        if isinstance(opened, dict):
            inner = {name: each if type(each) is Initial else Initial(each) for name, each in opened.items()}  # fmt: skip
        else:
            inner = opened
    if not rest:
        if isinstance(value, Mapping) and isinstance(inner, dict):
            out = dict(inner)
            for name, each in value.items():
                out[name] = _merged(out.get(name), (), each, shape.child(name), f"{place}.{name}")
            return out
        return value
    if inner is None:
        inner = {}
    if not isinstance(inner, (dict, list)):
        what = "a text" if isinstance(inner, (str, Text)) else "no map"
        raise WrongShape(f"{place} is {what}")
    _put(inner, rest, value, shape, place)
    return inner


def send_once(document: Document, parts: Sequence[str], shape: Shape) -> str:
    """
    Make the value at a path one that only a creation sends, in place.

    A list on the way without an item means each of its items.

    Returns:
        The pointer of the place, with items by their keys.
    """
    return pointer(_send_once(document, parts, shape))


def _send_once(here: Any, parts: Sequence[str], shape: Shape) -> list[str]:
    part, rest = parts[0], parts[1:]
    if isinstance(here, list) and not part.startswith("["):
        for item in here:
            _send_once(item, parts, shape)
        return [*parts]
    if isinstance(here, list):
        at = item_at(here, part[1:-1], shape)
        if at is None:
            return [*parts]
        part = f"[{item_keys(here, shape)[at]}]"
        if (
            not rest
        ):  # the item itself stays the program's, for an item that is not sent would be removed
            keys = {path.partition(".")[0] for path in shape.key}
            for name in [name for name in here[at] if name not in keys]:
                _send_once(here[at], [name], shape)
            return [part]
        return [part, *_send_once(here[at], rest, shape)]
    below = shape if part.startswith("[") else shape.child(part)
    if isinstance(here, dict) and part in here:
        if rest and type(here[part]) is not Initial:
            return [part, *_send_once(here[part], rest, below)]
        if not rest and type(here[part]) is not Initial:
            here[part] = Initial(here[part])
    return [*parts]


def nowhere(here: Any, parts: Sequence[str], shape: Shape) -> tuple[str, list[str]] | None:
    """The first part of a path that leads nowhere in a wanted document, and the parts that it may have been meant to be."""
    if not parts or type(here) is Initial:
        return None
    part, rest = parts[0], parts[1:]
    if Fact.WHOLE in shape.facts:
        return part, []
    if isinstance(here, list) and part.startswith("["):
        at = item_at(here, part[1:-1], shape)
        if at is None:
            return part, [key.rpartition(":")[2] for key in item_keys(here, shape)]
        return nowhere(here[at], rest, shape)
    if isinstance(here, dict):
        if part.startswith("["):
            return part, [*here]
        if part in here:
            return nowhere(here[part], rest, shape.child(part))
        return None if part in shape.children else (part, [*here])
    return None


def misfits(wanted: Any, live: Any, shape: Shape, where: str = "") -> Iterator[str]:
    """Yield where *wanted* has a map, a list or an item that does not fit what DSS holds, in words."""
    if live is None or type(wanted) is Initial or holds_digest(wanted):
        return
    if isinstance(wanted, dict) and is_patch(wanted):
        if not isinstance(live, list):
            yield f"{where} is {_said(live)} in DSS, not a list"
            return
        for part, inner in wanted.items():
            at = item_at(live, part[1:-1], shape)
            if at is None:
                yield f"{where} has no item {part[1:-1]} in DSS"
            else:
                yield from misfits(inner, live[at], shape, f"{where}{part}")
    elif isinstance(wanted, dict):
        if not isinstance(live, dict):
            yield f"{where} is {_said(live)} in DSS, not a map"
            return
        for name, inner in wanted.items():
            below = f"{where}.{name}" if where else name
            yield from misfits(inner, live.get(name), shape.child(name), below)
    elif isinstance(wanted, list) != isinstance(live, list) or isinstance(live, dict):
        yield f"{where} is {_said(live)} in DSS, not {_said(wanted)}"


def holds_digest(value: Any) -> bool:
    """Whether a value is all that is known of a secret."""
    return type(value) is dict and DIGEST in value


def _said(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, Mapping):
        return "a map"
    return "a text" if isinstance(value, (str, Text)) else "a value"
