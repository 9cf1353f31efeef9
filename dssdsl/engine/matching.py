"""Finds in DSS what the state recorded and what the program declares: which object belongs to which key."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen

from dssdsl.lang.keys import Key
from dssdsl.lang.live import Live
from dssdsl.lang.resource import Resource
from dssdsl.state.snapshot import Entry, Snapshot, all_entries, entry_of

from .identity import is_same, moved
from .origins import ASIDE, Origins, find_origins

Listed = Mapping[str, Mapping[str, tuple[Live, ...]]]
"""What DSS lists, by project and kind."""


@frozen
class Matched:
    """
    Which object belongs to which key.

    Attributes:
        live: By key: the deployed object, the one that gets its name, or else the one with the declared name.
        ambiguous: Keys whose name several objects have, with their ids.
        strangers: By recorded key: what has its name, and is another object than the one deployed.
        moved: By recorded key: what was deployed under it, and has another name in DSS now.
        replaced: By key: what leaves its name to another object, and is deleted.
        origins: Where the objects of resources come from that have former names.
        followed: By key under which something was recorded until now: its key from now on.
    """

    live: dict[Key, Live] = field(factory=dict)
    ambiguous: dict[Key, tuple[str, ...]] = field(factory=dict)
    strangers: dict[Key, Live] = field(factory=dict)
    moved: dict[Key, Live] = field(factory=dict)
    replaced: dict[Key, Live] = field(factory=dict)
    origins: Origins = field(factory=Origins)
    followed: Mapping[Key, Key] = field(factory=dict)

    def entry(self, snapshots: Mapping[str, Snapshot], key: Key) -> Entry | None:
        """What was recorded of the object of a key, under this key or a former one."""
        if origin := self.origins.of(key):
            return entry_of(snapshots, origin)
        if key in self.strangers or key in self.origins.taken:
            return None
        return entry_of(snapshots, key)


def match(
    resources: Mapping[Key, Resource], snapshots: Mapping[str, Snapshot], listed: Listed
) -> Matched:
    """
    Find the object of each recorded and declared key.

    A recorded one is identified by its id and creation, even if it has another name now. What the program
    declares beyond that is found by name, or by the id that it adopts.
    Where a rename was done and not recorded, the entry moves to DSS's name, in place.
    """
    found = _match(resources, snapshots, listed)
    if followed := _follow(found, resources, snapshots):
        found = evolve(_match(resources, snapshots, listed), followed=followed)
    return found


def _follow(
    found: Matched, resources: Mapping[Key, Resource], snapshots: Mapping[str, Snapshot]
) -> dict[Key, Key]:
    """Move the entries of what was renamed already, or put aside, in place; by key until now: the one from now on."""
    names = {origin: found.live[key].name for key, origin in found.origins.to_rename.items()}
    followed = {
        o: o.renamed(name) for o, name in names.items() if name != o.name and name.endswith(ASIDE)
    }
    followed |= {origin: key for key, origin in found.origins.renamed.items()}
    moving = {
        key: entry
        for origin, key in followed.items()
        if (entry := snapshots[origin.project].entries.pop(origin.local, None)) is not None
    }
    done = {key: resources[key].names_done for key in found.origins.renamed}
    former = {key: [origin.name] for origin, key in followed.items()}
    ids = {k: one.id for k, one in found.live.items()}
    ids |= {o.renamed(names[o]): found.live[k].id for k, o in found.origins.to_rename.items()}
    for key, entry in moving.items():
        update = {"id": ids[key], "renamed_from": done.get(key, former[key])}
        snapshots[key.project].entries[key.local] = entry.model_copy(update=update)
    return {origin: key for origin, key in followed.items() if key in moving}


def _match(
    resources: Mapping[Key, Resource], snapshots: Mapping[str, Snapshot], listed: Listed
) -> Matched:
    entries = dict(all_entries(snapshots))
    objects = Objects(listed)
    live = {key: one for key, entry in entries.items() if (one := objects.own(key, entry))}
    ids = {(key.project, key.kind, one.id) for key, one in live.items()}
    away = {
        key: one
        for key, one in moved({k: e for k, e in entries.items() if k not in live}, listed).items()
        if (key.project, key.kind, one.id) not in ids
    }
    known = {**live, **away}
    owners = {(key.project, key.kind, one.id): key for key, one in known.items()}

    def unowned(key: Key) -> list[Live]:
        return [one for one in objects.named(key) if (key.project, key.kind, one.id) not in owners]

    def current(key: Key) -> Live | None:
        others = unowned(key) if key not in entries else ()
        return known.get(key) or (others[0] if len(others) == 1 else None)

    def holding(key: Key) -> set[Key]:
        return {owners.get((key.project, key.kind, one.id), key) for one in objects.named(key)}

    origins = find_origins(resources, entries, current, holding)
    found = Matched(origins=origins)
    found.moved.update({key: one for key, one in away.items() if key not in origins.taken})
    found.live.update({key: one for key, one in live.items() if key not in origins.taken})
    # A run that was cut off put it out of the way.
    found.live.update({k: one for k, one in found.moved.items() if one.name.endswith(ASIDE)})
    for key in origins.replaced:
        found.replaced[key] = live.get(key) or objects.named(key)[0]
        found.live.pop(key, None)  # of what gets its name, below
    for key, origin in {**origins.to_rename, **origins.renamed}.items():
        if (one := current(origin)) is not None:
            found.live[key] = one
    keys: dict[Key, Resource | None] = {**dict.fromkeys(entries), **resources}
    for key, resource in keys.items():
        if key not in found.live and (key not in origins.taken or key in resources):
            _by_name(key, resource, found, objects, unowned(key), recorded=key in entries)
    return found


def _by_name(
    key: Key,
    resource: Resource | None,
    found: Matched,
    objects: Objects,
    named: list[Live],
    *,
    recorded: bool,
) -> None:
    """Find what has the name of a key whose own object is not there."""
    if recorded and key not in found.origins.taken:
        if len(named) == 1:
            found.strangers[key] = named[0]
        if resource is None:
            return
    elif resource is not None and isinstance(resource.adopt, str):
        named = [one for one in objects.of(key) if one.id == resource.adopt]
    if len(named) == 1:
        found.live[key] = named[0]
    elif named:
        found.ambiguous[key] = tuple(one.id for one in named)


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
