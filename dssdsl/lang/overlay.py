"""Lays a wanted document over what DSS holds, and takes from one document what another one has."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from .canonical import align, leaf
from .fields import NOTHING, Fact, Shape
from .items import as_items, escape, inside, is_items, is_patch, item_at, item_keys, part_of
from .values import DIGEST, Document, Initial, Secret, Text


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
    if is_patch(wanted):
        items = copy.deepcopy(document) if isinstance(document, list) else []
        for part, inner in wanted.items():
            position = item_at(items, part[1:-1], shape)
            if position is not None:
                items[position] = overlay(items[position], inner, shape, exclusive=exclusive)
        return items if isinstance(document, list) else copy.deepcopy(document)
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
    if as_items(wanted, shape) and Fact.WHOLE not in shape.facts:
        live = [i for i in document if isinstance(i, dict)] if isinstance(document, list) else []
        matched = align(wanted, live, shape)
        items = [
            overlay(live[i] if i is not None else None, item, inside(shape), exclusive=exclusive)
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


def restricted(
    document: Any, like: Any, shape: Shape = NOTHING, *, exclusive: frozenset[str] = frozenset()
) -> Any:
    """
    Copy *document* with only the places that *like* has.

    Of a map or list that the program owns whole, what others added is kept by its name alone: that
    it is there is known, and what they set in it stays theirs.
    """
    if is_patch(like) and isinstance(document, list):
        found = {part: item_at(document, part[1:-1], shape) for part in like}
        return {
            part: restricted(document[at], like[part], shape, exclusive=exclusive)
            for part, at in found.items()
            if at is not None
        }
    if (
        type(like) is dict
        and type(document) is dict
        and Fact.WHOLE not in shape.facts
        and DIGEST not in like
    ):
        owned = Fact.CLOSED in shape.facts or shape.field in exclusive
        more = [name for name in document if name not in like] if owned else []
        return {
            name: restricted(document[name], inner, shape.child(name), exclusive=exclusive)
            for name, inner in like.items()
            if name in document
        } | {
            name: {} if type(document[name]) is dict else copy.deepcopy(document[name])
            for name in more
        }
    if as_items(like, shape) and type(document) is list and Fact.WHOLE not in shape.facts:
        live = [item for item in document if isinstance(item, dict)]
        mine = {at: like[n] for n, at in enumerate(align(like, live, shape)) if at is not None}
        shared = Fact.OPEN in shape.facts and shape.field not in exclusive
        return [
            restricted(item, mine[at], inside(shape), exclusive=exclusive)
            if at in mine
            else _named(item, shape)
            for at, item in enumerate(live)
            if at in mine or not shared
        ]
    return copy.deepcopy(document)


def _named(item: Document, shape: Shape) -> Document:
    """Only what identifies an item."""
    out: Document = {}
    for path in shape.key:
        *above, last = path.split(".")
        if (value := part_of(item, path)) not in (None, ""):
            here = out
            for name in above:
                here = here.setdefault(name, {})
            here[last] = copy.deepcopy(value)
    return out


def plain(value: Any) -> Any:
    """Copy a wanted value as DSS gets it: what a creation sends included, secrets revealed."""
    if type(value) is dict:
        return {n: plain(v) for n, v in value.items() if not is_patch(v)}
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
    Yield the places that *recorded* has and *wanted* does not: pointer and recorded value.

    That includes items of a list only where the items of others stay. In other lists the place
    ``[]`` shows the difference, and in an exclusive map the place ``{}``.
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
            stays = set(matched)
            for position, item in enumerate(recorded):
                if position not in stays:
                    yield f"{where}/[{escape(keys[position])}]", item
