"""Snapshots in a folder beside the program."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from dssdsl.state.files import LockFiles, exclusive, names, storage_errors, write_atomic
from dssdsl.state.lock import LockRecords
from dssdsl.state.snapshot import Head, Snapshot
from dssdsl.state.store import no_such, numbers, refuse_stale


@frozen
class LocalStore:
    """Keeps snapshots under *folder*: ``<PROJECT>.json`` and ``<PROJECT>/history/<serial>.json``."""

    folder: Path

    def read(self, project: str) -> Snapshot | None:
        """Give the current snapshot, or None."""
        text = self.text(project)
        return None if text is None else Snapshot.loads(text, self.where(project))

    def text(self, project: str) -> str | None:
        """Give the content of the file."""
        with storage_errors(self.folder):
            try:
                data = Path(self.where(project)).read_bytes()
            except FileNotFoundError:
                return None
        return data.decode("utf-8", errors="surrogateescape")

    def write(
        self, project: str, snapshot: Snapshot, *, over: int | None, keep: bool = True
    ) -> None:
        """Replace the file, after adding it to the history; one writer at a time."""
        text = snapshot.dumps()
        with storage_errors(self.folder), exclusive(self.folder / project / "writing"):
            refuse_stale(self.text(project), snapshot, over, project, self.where(project))
            if keep:
                write_atomic(self._history(project) / f"{snapshot.serial}.json", text)
            write_atomic(Path(self.where(project)), text)

    def forget(self, project: str) -> None:
        """Delete the file; the history stays."""
        with storage_errors(self.folder):
            Path(self.where(project)).unlink(missing_ok=True)

    def serials(self, project: str) -> list[int]:
        """List the deployments in the history."""
        return numbers(names(self._history(project)), ".json")

    def head(self, project: str, serial: int) -> Head:
        """Give what the history lists of a deployment."""
        return self.past(project, serial)

    def past(self, project: str, serial: int) -> Snapshot:
        """Give the snapshot of a deployment."""
        path = self._history(project) / f"{serial}.json"
        with storage_errors(self.folder):
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                raise no_such(project, serial, self.serials(project)) from None
        return Snapshot.loads(content.decode("utf-8", errors="surrogateescape"), str(path))

    def lock_records(self, project: str) -> LockRecords:
        """Give the files of the project's lock."""
        return LockFiles(self.folder / project / "lock")

    def projects(self) -> list[str]:
        """List the files of the folder."""
        found = names(self.folder)
        return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))

    def where(self, project: str) -> str:
        """Give the file's path."""
        return str(self.folder / f"{project}.json")

    def _history(self, project: str) -> Path:
        return self.folder / project / "history"
