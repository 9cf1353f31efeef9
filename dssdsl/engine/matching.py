"""Finds in DSS what the state recorded and what the program declares: which object belongs to which key."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.lang.resource import Resource
from dssdsl.state.snapshot import Entry, Snapshot, all_entries

from .identity import is_same

Listed = Mapping[str, Mapping[str, tuple[Live, ...]]]
"""What DSS lists, by project and kind."""


@frozen
class Matched:
    """
    Which object belongs to which key.

    Attributes:
        live: By key: the deployed object, or else the one with the declared name.
        ambiguous: Keys whose name several objects have, with their ids.
        strangers: By recorded key: what has its name, and is another object than the one deployed.
    """

    live: dict[Key, Live] = field(factory=dict)
    ambiguous: dict[Key, tuple[str, ...]] = field(factory=dict)
    strangers: dict[Key, Live] = field(factory=dict)


def match(
    resources: Mapping[Key, Resource], snapshots: Mapping[str, Snapshot], listed: Listed
) -> Matched:
    """
    Find the object of each recorded and declared key.

    A recorded one is identified by its id and creation, even if it has another name now. What the program
    declares beyond that is found by name, or by the id that it adopts.
    """
    entries = dict(all_entries(snapshots))
    objects = Objects(listed)
    found = Matched(live={k: one for k, e in entries.items() if (one := objects.own(k, e))})
    holders = {(key.project, key.kind, one.id): key for key, one in found.live.items()}
    keys: dict[Key, Resource | None] = dict.fromkeys(entries)
    keys |= dict(resources)
    for key, resource in list(keys.items()):
        if resource is not None and resource.renamed_from:
            keys.setdefault(key.renamed(resource.renamed_from), None)
    for key, resource in keys.items():
        if key in found.live:
            continue
        former = resource.renamed_from if resource is not None else None
        own = (None, key, key.renamed(former) if former else None)
        named = [
            one for one in objects.named(key) if holders.get((key.project, key.kind, one.id)) in own
        ]
        if key in entries:
            if len(named) == 1:
                found.strangers[key] = named[0]
            if resource is None:
                continue
        elif resource is not None and isinstance(resource.adopt, str):
            named = [one for one in objects.of(key) if one.id == resource.adopt]
        if len(named) == 1:
            found.live[key] = named[0]
        elif named:
            found.ambiguous[key] = tuple(one.id for one in named)
    return found


class Objects:
    """What DSS lists, by id and by name."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._ids: dict[tuple[str, str], dict[str, Live]] = {}
        self._names: dict[tuple[str, str], dict[str, list[Live]]] = {}

    def of(self, key: Key) -> tuple[Live, ...]:
        """All objects of the kind of *key* in its project."""
        return self._listed.get(key.project, {}).get(key.kind, ())

    def own(self, key: Key, entry: Entry) -> Live | None:
        """The object that was deployed under *key*, if it is there under its id."""
        kind = (key.project, key.kind)
        if kind not in self._ids:
            self._ids[kind] = {one.id: one for one in reversed(self.of(key))}
        one = self._ids[kind].get(entry.id)
        return one if one is not None and is_same(entry, one) else None

    def named(self, key: Key) -> list[Live]:
        """The objects that have the name of *key*."""
        kind = (key.project, key.kind)
        if kind not in self._names:
            names = self._names[kind] = {}
            for one in self.of(key):
                names.setdefault(one.name, []).append(one)
        return self._names[kind].get(key.name, [])
