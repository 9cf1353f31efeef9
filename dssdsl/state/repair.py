"""Finds the last good snapshot where the current one is damaged or missing."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from dssdsl.errors import NotFound

from .snapshot import Snapshot, SnapshotError
from .store import Store


@frozen
class Repair:
    """
    What can be read of a project's state.

    Attributes:
        damage: What is wrong with the current snapshot; None where it is good.
        good: The latest one that can be read: the current one, else the last of the history; None where there is none.
        skipped: Later deployments of the history that cannot be read either.
    """

    damage: str | None
    good: Snapshot | None
    skipped: tuple[int, ...] = ()

    @property
    def lost(self) -> str:
        """What is lost by going back to the good one; the next `up` finds the other resources by name."""
        if self.damage is None:
            return "nothing: the state is good"
        if self.good is None:
            return "everything: no deployment of the history can be read"
        later = f", and of deployments {', '.join(map(str, self.skipped))}" if self.skipped else ""
        return f"the changes after deployment {self.good.serial}{later}"


def unreadable(store: Store, project: str) -> Iterator[int]:
    """Yield the deployments of a project's history that cannot be read; all are tried."""
    for serial in store.serials(project):
        try:
            store.past(project, serial)
        except (SnapshotError, NotFound):
            yield serial


def examine(store: Store, project: str) -> Repair:
    """
    Read a project's current snapshot, or its history where that one cannot be read.

    Raises:
        SnapshotError: A newer dssdsl wrote the current one, which is needed to read it.
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
