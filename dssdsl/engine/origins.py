"""
Which resources are to be renamed, from which names, and in which order.

A program gives a resource its former names, oldest first. The object that it is about is recorded
under one of them: the oldest that is there, for a stack may have missed several renames. A rename is
done once: the state records the former names that it came by, so that these names are free for others.

Names can form chains (A→B, B→C) and cycles (A→B, B→A). A chain is renamed from its end. In a cycle one
object first goes out of the way, to a name that is free. A run that is cut off leaves each object
under some name, and the state or the time of its creation says which object it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from attrs import field, frozen

from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.lang.resource import Resource
from dssdsl.state.snapshot import Entry

from .renames import Rename

ASIDE = "__aside"
"""How a name ends that an object has only until the one that it is to get is free."""


@frozen
class Origins:
    """
    Where the objects of resources come from.

    Attributes:
        to_rename: By key of a resource: the recorded or former key of the object that gets its name.
        renamed: The same, where the object has the name already.
        replaced: Keys whose object leaves its name to another one, and is deleted.
    """

    to_rename: Mapping[Key, Key] = field(factory=dict)
    renamed: Mapping[Key, Key] = field(factory=dict)
    replaced: frozenset[Key] = frozenset()

    def of(self, key: Key) -> Key | None:
        """The key under which the object of a resource is recorded, if that is another one."""
        return self.to_rename.get(key) or self.renamed.get(key)

    @property
    def taken(self) -> frozenset[Key]:
        """All keys whose object is another resource's now."""
        return frozenset({*self.to_rename.values(), *self.renamed.values()})


def find_origins(
    resources: Mapping[Key, Resource],
    entries: Mapping[Key, Entry],
    current: Callable[[Key], Live | None],
    holding: Callable[[Key], Collection[Key]],
) -> Origins:
    """
    Find what is to be renamed.

    Args:
        resources: What the program declares.
        entries: What the state records.
        current: Returns the object of a recorded key, under any name; if there is none, the object that has its name.
        holding: Returns the keys of the objects that have the name of a key; if the key is not recorded, the key itself.
    """
    aside = {
        (key.project, key.kind, name): key
        for key, entry in entries.items()
        if key not in resources and key.name.endswith(ASIDE)
        for name in entry.renamed_from
    }
    found: dict[Key, Key] = {}
    for key, resource in resources.items():
        due = resource.due_names(entries[key].renamed_from if key in entries else ())
        one = current(key) if due else None
        if one is not None and one.name != key.name and one.name in due:
            found[key] = key  # renamed in DSS, and now renamed back
        elif due:
            origin = _origin(key, due, resources, entries, current, aside)
            if origin is not None:
                found[key] = origin
    renamed = {k: o for k, o in found.items() if (one := current(o)) and one.name == k.name}
    moving = {k: o for k, o in found.items() if k not in renamed}
    replaced = {k for k in moving if resources[k].displaces}
    while True:
        # A name that is in use becomes free only if its owner gets another one.
        leaving = {o for k, o in (*moving.items(), *renamed.items()) if o != k} | replaced
        stuck = [k for k in moving if not leaving.issuperset(holding(k))]
        if not stuck:
            break
        for key in stuck:
            del moving[key]
    replaced = {k for k in replaced & moving.keys() if k not in moving.values() and holding(k)}
    return Origins(moving, renamed, frozenset(replaced))


def _origin(
    key: Key,
    due: Iterable[str],
    resources: Mapping[Key, Resource],
    entries: Mapping[Key, Entry],
    current: Callable[[Key], Live | None],
    aside: Mapping[tuple[str, str, str], Key],
) -> Key | None:
    """The key of the object that one of the former names of *key* stands for."""
    former = [key.renamed(name) for name in due]
    for old in former:  # a run that was cut off put it out of the way
        if (held := aside.get((key.project, key.kind, old.name))) is not None:
            return held
    there = [old for old in former if current(old) is not None]
    known = [old for old in there if old in entries]
    later = {name for old in known for name in entries[old].renamed_from}
    # A name by which the object went before it got a later one, and one that others use, come last.
    known.sort(key=lambda old: (old.name in later, old in resources))
    return next(iter(known), None) or next((old for old in there if old not in resources), None)


def in_order(
    names: Mapping[Key, str],
    replaced: Collection[Key],
    free: Callable[[Key], str],
) -> tuple[list[Rename], dict[Key, str], dict[Key, str]]:
    """
    Order renames so that each new name is free.

    Args:
        names: By key of a resource: the name that its object has now.
        replaced: Keys whose object leaves its name to another one, and is deleted.
        free: Gives a free name for an object that goes out of the way.

    Returns:
        The renames in order; and by key of a resource: the name that its object has until its own turn
        comes, or of a replaced one, the name that it goes to.
    """
    gone = {key: free(key) for key in sorted(replaced)}
    first = [Rename(key.project, key.kind, key.name, name) for key, name in gone.items()]
    aside = dict[Key, str]()
    left, then = dict(sorted(names.items())), list[Rename]()
    while left:
        used = {(key.project, key.kind, name) for key, name in left.items()}
        ready = [key for key in left if (key.project, key.kind, key.name) not in used]
        if not ready:  # a cycle
            key = next(iter(left))
            aside[key] = free(key.renamed(left[key]))
            first.append(Rename(key.project, key.kind, left[key], aside[key]))
            left[key] = aside[key]
        for key in ready:
            then.append(Rename(key.project, key.kind, left.pop(key), key.name))
    return [*first, *then], aside, gone
