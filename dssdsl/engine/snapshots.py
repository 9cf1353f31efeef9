"""Compares two deployments: which objects are the same, and what changed in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dssdsl.lang.canonical import leaf
from dssdsl.lang.fields import Fact
from dssdsl.lang.keys import Key
from dssdsl.lang.kinds import facts, shape, wire_of
from dssdsl.lang.overlay import removed
from dssdsl.lang.values import Document, holds_secret, map_leaves
from dssdsl.plan.changes import Change, Reason
from dssdsl.state.snapshot import Snapshot

from .diff import compare


def same(then: Snapshot, now: Snapshot) -> dict[Key, Key]:
    """
    Find what has another name in another snapshot.

    An object is the same if its id is, where DSS makes up ids, or else the moment of its creation.
    What has the same name and another creation is another object.

    Returns:
        By key in *then*: the key in *now*; only what is certain.
    """
    after = _marks(now)
    found = {}
    for mark, keys in _marks(then).items():
        others = after.get(mark, [])
        if len(keys) == len(others) == 1 and keys[0] != others[0]:
            found[keys[0]] = others[0]
    return found


def _marks(snapshot: Snapshot) -> dict[Any, list[Key]]:
    """The keys of what can be renamed, by what tells its object from others."""
    found: dict[Any, list[Key]] = {}
    for key, entry in snapshot.keyed():
        kind = facts(key.kind)
        mark = entry.id if kind.id_is_made_up else entry.created_at
        if kind.renamable and mark is not None:
            found.setdefault((key.kind, mark), []).append(key)
    return found


def named(snapshot: Snapshot) -> Callable[[Document], Document]:
    """A function that replaces ids that DSS made up by names."""
    names = {entry.id: key.name for key, entry in snapshot.keyed() if facts(key.kind).id_is_made_up}
    return lambda document: map_leaves(
        document, lambda leaf: names.get(leaf, leaf) if isinstance(leaf, str) else leaf
    )


def difference(old: Document, new: Document, kind: str) -> tuple[Change, ...]:
    """What changed between two recorded documents of a resource."""
    known = shape(kind, wire_of(new))
    changed = [
        Change(c.pointer, c.field, c.old, c.new, Reason.CHANGED_IN_CODE, secret=c.secret)
        for c in compare(new, None, {}, old, known).changes
    ]
    for pointer, value in removed(old, new, known):
        place, owner = known.find(pointer)
        name = owner.field if owner and owner.field else pointer.split("/")[1]
        if Fact.WRITE_ONLY not in place.facts and (held := leaf(value)) is not None:
            secret = holds_secret(value)
            changed.append(
                Change(pointer, name, held, None, Reason.REMOVED_FROM_CODE, secret=secret)
            )
    return tuple(changed)
