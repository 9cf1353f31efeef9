"""
Which values a run may have changed, and what a write leaves as a run left it.

Runs of recipes and scenarios change variables and columns. A difference at such a place is theirs
only where one of them can have made it; else a person made it, and it is drift.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from dssdsl.lang.canonical import align, leaf
from dssdsl.lang.fields import Fact, Shape
from dssdsl.lang.items import escape, is_items
from dssdsl.lang.kinds import facts
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Initial, holds_secret


def candidates(document: Document, shape: Shape, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield the places of *document* that runs can change, and the name of each if it has its own."""
    for name, value in document.items():
        here, place = f"{where}/{escape(name)}", shape.child(name)
        if Fact.SET_BY_RUNS in place.facts:
            yield here, "" if name in shape.children else name
        elif isinstance(value, dict):
            yield from candidates(value, place, here)


def may_have_changed(
    resource: Resource, document: Document, *, written: bool, code: Iterable[str]
) -> frozenset[str]:
    """
    The places of a resource that a run may have changed.

    Args:
        resource: The resource. Its field ``set_by_runs`` decides, if it is set.
        document: What the program set in the last deployment.
        written: Whether a recipe writes it.
        code: The documents of what runs in its project, as text.
    """
    found = [*candidates(document, resource.shape())]
    if not found:
        return frozenset()
    decided = told(resource)
    if isinstance(decided, bool):
        return frozenset(pointer for pointer, _ in found if decided)
    if decided is not None:
        return frozenset(pointer for pointer, name in found if name in decided)
    if written:
        return frozenset(pointer for pointer, _ in found)
    calls = re.compile(facts(resource.kind).set_by_code or r"(?!)")
    writing = [text for text in code if calls.search(text)]
    return frozenset(
        pointer
        for pointer, name in found
        if any(re.search(rf"\b{re.escape(name or resource.identity)}\b", text) for text in writing)
    )


def told(resource: Resource) -> bool | list[str] | None:
    """What the program says about runs: all, none, or some names; None if it says nothing."""
    found = getattr(resource, "set_by_runs", None)
    return found if found is None or isinstance(found, bool) else [*found] if isinstance(found, (list, tuple)) else [found]  # fmt: skip


def as_text(document: Any) -> str:
    """The document of something that runs, as text in which names and calls can be found."""
    return json.dumps(document, default=repr, ensure_ascii=False)


def as_left(
    want: Any,
    recorded: Any,
    live: Any,
    shape: Shape,
    places: Collection[str],
    where: str = "",
) -> Any:
    """
    Copy *want* with what runs changed since the last deployment, at *places*.

    Values that the program changed since then are the program's. Values that DSS does not have any
    more come back.
    """
    if where in places:
        return _merged(want, recorded, live, shape)
    if type(want) is dict and isinstance(recorded, dict) and isinstance(live, dict):
        return {
            name: as_left(
                value,
                recorded.get(name),
                live.get(name),
                shape.child(name),
                places,
                f"{where}/{escape(name)}",
            )
            for name, value in want.items()
        }
    return want


def _merged(want: Any, recorded: Any, live: Any, shape: Shape) -> Any:
    if recorded is None or live is None or type(want) is Initial or holds_secret(want):
        return want
    if Fact.WHOLE not in shape.facts:
        if type(want) is dict and isinstance(recorded, dict) and isinstance(live, dict):
            return {
                name: _merged(value, recorded.get(name), live.get(name), shape.child(name))
                for name, value in want.items()
            }
        if is_items(want) and is_items(recorded) and is_items(live):
            return _merged_items(want, recorded, live, shape)
    return copy.deepcopy(live) if leaf(want, shape) == leaf(recorded, shape) else want


def _merged_items(
    want: list[Document], recorded: list[Document], live: list[Document], shape: Shape
) -> list[Document]:
    """Items: those that the program added or dropped, and those that runs added or dropped."""
    before, there = align(want, recorded, shape), align(want, live, shape)
    was = align(recorded, live, shape)
    kept = {i for i in before if i is not None}
    dropped = {was[i] for i in range(len(recorded)) if i not in kept}
    merged = {
        at: _merged(item, recorded[old] if old is not None else None, live[at], shape)
        for item, old, at in zip(want, before, there, strict=True)
        if at is not None
    }
    order = [i for i in range(len(live)) if i not in dropped or i in merged]
    known = [i for i in before if i is not None]
    if known != sorted(known):  # the program has another order than before
        mine = [at for at in there if at is not None]
        order = mine + [i for i in order if i not in merged]
    out = [(i, merged.get(i, live[i])) for i in order]
    after = -1
    for item, old, at in zip(want, before, there, strict=True):
        if at is not None:
            after = next(n for n, (i, _) in enumerate(out) if i == at)
        elif old is None:
            after += 1
            out.insert(after, (-1, item))
    return [copy.deepcopy(item) for _, item in out]
