"""Snapshots in a folder beside the program."""

from __future__ import annotations

import os
from pathlib import Path

from attrs import frozen

from dssdsl.state.snapshot import Snapshot


@frozen
class LocalStore:
    """Keeps snapshots under *folder*: ``<PROJECT>.json`` and ``<PROJECT>/history/<serial>.json``."""

    folder: Path

    def read(self, project: str) -> Snapshot | None:
        """The last snapshot of *project*, or None."""
        path = self.folder / f"{project}.json"
        if not path.exists():
            return None
        return Snapshot.loads(path.read_text(encoding="utf-8"), str(path))

    def write(self, project: str, snapshot: Snapshot, *, over: int = 0, keep: bool = True) -> None:
        """Keep *snapshot*; a crash leaves either the old one or the new one."""
        text = snapshot.dumps()
        if keep:
            write_whole(self.folder / project / "history" / f"{snapshot.serial}.json", text)
        write_whole(self.folder / f"{project}.json", text)

    def forget(self, project: str) -> None:
        """Remove the snapshot of a project that is gone; its history stays."""
        (self.folder / f"{project}.json").unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is never seen half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
