"""The interface of stores, and the code that they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dssdsl.errors import Locked, NotFound

from .lock import LockRecords
from .snapshot import Head, Snapshot


class Store(Protocol):
    """
    Keeps the current snapshot of each project, and every earlier one as its history.

    Every method raises a DssdslError where the store cannot be reached, or denies access.
    """

    def read(self, project: str) -> Snapshot | None:
        """
        Give the current snapshot, or None where there is none.

        Raises:
            SnapshotError: There is one, and it cannot be read.
        """

    def write(
        self, project: str, snapshot: Snapshot, *, over: int | None, keep: bool = True
    ) -> None:
        """
        Replace the current snapshot; a crash leaves either the old one or the new one.

        Args:
            project: The project's key.
            snapshot: The new one.
            over: The serial of the current one, as it was read; 0 where there was none; None replaces
                any state, such as a damaged one.
            keep: Whether to add it to the history; False while a deployment is running.

        Raises:
            Locked: The current one is not the one that was read: somebody else deployed meanwhile.
            SnapshotError: The current one is damaged or newer: it is not overwritten.
        """

    def forget(self, project: str) -> None:
        """Delete the current snapshot, if there is one; the history stays, unless it went with the project."""

    def serials(self, project: str) -> list[int]:
        """List the deployments in the history, the oldest first."""

    def head(self, project: str, serial: int) -> Head:
        """
        Give what the history lists of a deployment, which is less to read.

        Raises:
            NotFound: The history has none of that number.
            SnapshotError: It has one that cannot be read.
        """

    def past(self, project: str, serial: int) -> Snapshot:
        """
        Give the snapshot of a deployment.

        Raises:
            NotFound: The history has none of that number.
            SnapshotError: It has one that cannot be read.
        """

    def history_files(self, project: str) -> list[str]:
        """List the files of the history, as `archive` names them."""

    def prune(self, project: str, files: Sequence[str]) -> None:
        """Delete files of the history."""

    def text(self, project: str) -> str | None:
        """Give the current snapshot as it is stored, readable or not; None where there is none."""

    def lock_records(self, project: str) -> LockRecords:
        """Give the records of the project's lock."""

    def projects(self) -> list[str]:
        """List the keys of the projects that have a current snapshot, of any program."""

    def where(self, project: str) -> str:
        """Name the place of the project's current snapshot, for messages."""


def refuse_stale(
    stored: str | None, snapshot: Snapshot, over: int | None, project: str, where: str
) -> None:
    """
    Make sure that the current snapshot is the one that the writer has read.

    One of another project or host counts as none: it came with a copy of the project.

    Args:
        stored: The current snapshot, as it is stored.
        snapshot: The one to replace it.
        over: The serial that the writer has read; 0 for none; None where it does not matter.
        project: The project's key.
        where: Where it is stored, for messages.

    Raises:
        Locked: It is another one.
        SnapshotError: It is damaged or newer.
    """
    if over is None:
        return
    current = Snapshot.loads(stored, where) if stored is not None else None
    if current is not None and not current.belongs_to(project, snapshot.host):
        current = None
    if current is None:
        if over:
            raise Locked(
                f"somebody deleted the state of project {project} (deployment {over}) from {where} meanwhile",
                fix="find out who else deploys the project, then run it again",
            )
        return
    by = f" by {current.by}" if current.by else " by somebody else"
    if current.serial != over:
        raise Locked(
            f"project {project} was deployed{by} meanwhile (deployment {current.serial})",
            at=where,
            fix="run it again: the next plan starts from the current state",
        )
    if current.lineage != snapshot.lineage:
        raise Locked(
            f"project {project} was deployed{by} meanwhile, on top of another state (deployment {current.serial})",
            at=where,
            fix="run it again: the next plan starts from the current state",
        )


def no_such(project: str, serial: int, serials: Sequence[int]) -> NotFound:
    """Make the error for a deployment that the history does not have; it lists those that it has."""
    there = ", ".join(map(str, serials)) or "none"
    return NotFound(
        f"project {project} has no deployment {serial} in its history",
        fix=f"it has {there}: dssdsl history shows them",
    )


def numbers(names: Sequence[str], suffix: str = "") -> list[int]:
    """Give the numbers of those *names* that are a number and *suffix*, such as ``8.json``, in order."""
    stems = (n.removesuffix(suffix) for n in names if n.endswith(suffix))
    return sorted(int(stem) for stem in stems if stem.isascii() and stem.isdigit())
