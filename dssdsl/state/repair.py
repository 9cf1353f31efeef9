"""Finds what is left where the current snapshot is damaged or gone."""

from __future__ import annotations

from attrs import frozen

from dssdsl.errors import NotFound

from .snapshot import Snapshot, SnapshotError
from .stores import Store


@frozen
class Repair:
    """
    What of a project's state can be read.

    Attributes:
        damage: What is wrong with the current snapshot; None where it is good.
        good: The latest one that can be read, the current one before those of the history; None where there is none.
        skipped: Deployments of the history, later than the good one, that cannot be read either.
    """

    damage: str | None
    good: Snapshot | None
    skipped: tuple[int, ...] = ()

    @property
    def lost(self) -> str:
        """What is lost by going back to the good one; the next `up` finds by name what it does not know."""
        if self.damage is None:
            return "nothing: the state is good"
        if self.good is None:
            return "everything: no deployment of the history can be read"
        later = f", and of deployments {', '.join(map(str, self.skipped))}" if self.skipped else ""
        return f"what was done after deployment {self.good.serial}{later}"


def examine(store: Store, project: str) -> Repair:
    """
    Look at a project's current snapshot, and at its history where that cannot be read.

    Raises:
        SnapshotError: The current one is of a newer dssdsl: it needs no repair, but that one.
        DssdslError: The store cannot be reached.
    """
    damage = None
    try:
        current = store.read(project)
        if current is not None:
            return Repair(None, current)
        damage = f"there is no state in {store.where(project)}"
    except SnapshotError as error:
        if error.newer:
            raise
        damage = error.problem
    skipped = []
    for serial in reversed(store.serials(project)):
        try:
            found = store.past(project, serial)
        except (SnapshotError, NotFound):
            skipped.append(serial)
            continue
        if found.project_key == project:  # else it came with a copy of another project
            return Repair(damage, found, tuple(sorted(skipped)))
    return Repair(damage, None, tuple(sorted(skipped)))


def last_good(store: Store, project: str) -> Snapshot | None:
    """
    Give the latest snapshot that can be read: the current one, else the last good one of the history.

    To put it in the place of a damaged one: `store.forget(project)`, then
    `store.write(project, snapshot, over=0)`.
    """
    return examine(store, project).good
