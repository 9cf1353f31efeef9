"""Where snapshots live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from dssdsl.errors import Locked, NotFound
from dssdsl.state.lock import Board
from dssdsl.state.snapshot import Snapshot


class Store(Protocol):
    """
    Keeps one snapshot per stack and project, and every earlier one as its history.

    All methods raise DssdslError where the store cannot be reached, or does not let us in.
    """

    def read(self, project: str) -> Snapshot | None:
        """
        Give the current snapshot, or None where there is none.

        Raises:
            SnapshotError: It is there and cannot be read: never taken for none.
        """

    def write(self, project: str, snapshot: Snapshot, *, over: int, keep: bool = True) -> None:
        """
        Replace the current snapshot; a crash leaves either the old one or the new one.

        Args:
            project: The project's key.
            snapshot: What is now.
            over: The serial of the current one, as it was read; 0 where there was none.
            keep: Whether it goes into the history too; no while a deployment runs.

        Raises:
            Locked: The current one is not the one that was read: somebody else deployed meanwhile.
            SnapshotError: The current one is damaged or newer: it is not overwritten.
        """

    def forget(self, project: str) -> None:
        """Remove the current snapshot, if there is one; the history stays where it can."""

    def serials(self, project: str) -> list[int]:
        """List the deployments in the history, the oldest first."""

    def past(self, project: str, serial: int) -> Snapshot:
        """
        Give the snapshot that a deployment left.

        Raises:
            NotFound: The history has none of that number.
            SnapshotError: It is there and cannot be read.
        """

    def text(self, project: str) -> str | None:
        """Give the current snapshot as it is stored, readable or not; None where there is none."""

    def board(self, project: str) -> Board:
        """Give the place for the notes of the project's lock."""

    def where(self, project: str) -> str:
        """Say where the project's state is, for messages."""


def refuse_stale(
    stored: str | None, snapshot: Snapshot, over: int, project: str, where: str
) -> None:
    """
    Make sure that what is stored is what a writer has read.

    A snapshot of another project or host is none: it came with a copy of the project.

    Args:
        stored: The current snapshot, as it is stored.
        snapshot: What is to replace it.
        over: The serial that the writer has read; 0 for none.
        project: The project's key.
        where: Where it is stored, for messages.

    Raises:
        Locked: It is another one.
        SnapshotError: It is damaged or newer.
    """
    current = Snapshot.loads(stored, where) if stored is not None else None
    if current is not None and not current.belongs_to(project, snapshot.host):
        current = None
    if current is None:
        if over:
            raise Locked(
                f"the state of project {project} that was read (deployment {over}) is gone meanwhile from {where}",
                fix="see who else deploys it, and run it again",
            )
        return
    by = f" by {current.by}" if current.by else " by somebody else"
    if current.serial != over:
        raise Locked(
            f"project {project} was deployed{by} meanwhile (deployment {current.serial})",
            at=where,
            fix="run it again: the next plan starts from what is there now",
        )
    if current.lineage != snapshot.lineage:
        raise Locked(
            f"project {project} was deployed{by} meanwhile, from no state or another one (deployment {current.serial})",
            at=where,
            fix="run it again: the next plan starts from what is there now",
        )


def no_such(project: str, serial: int, serials: Sequence[int]) -> NotFound:
    """Tell that the history has no such deployment, and which it has."""
    there = ", ".join(map(str, serials)) or "none"
    return NotFound(
        f"project {project} has no deployment {serial} in its history",
        fix=f"it has {there}: dssdsl history shows them",
    )


def numbers(names: Sequence[str], suffix: str = "") -> list[int]:
    """Give those of *names* that are numbers, in order, such as ``8.json``."""
    stems = (n.removesuffix(suffix) for n in names if n.endswith(suffix))
    return sorted(int(stem) for stem in stems if stem.isascii() and stem.isdigit())
