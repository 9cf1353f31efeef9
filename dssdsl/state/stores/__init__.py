"""Where snapshots live."""

from __future__ import annotations

from typing import Protocol

from dssdsl.state.snapshot import Snapshot


class Store(Protocol):
    """Keeps one snapshot per stack and project, and every earlier one as its history."""

    def read(self, project: str) -> Snapshot | None:
        """
        The last snapshot, or None where there has been none.

        Raises:
            DssdslError: It is there and cannot be read: never taken for none.
        """

    def write(self, project: str, snapshot: Snapshot, *, over: int = 0, keep: bool = True) -> None:
        """Keep *snapshot* as the last one, and in the history."""

    def forget(self, project: str) -> None:
        """Remove the snapshot of a project that is gone; its history stays where it can."""
