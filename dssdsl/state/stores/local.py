"""Snapshots in a folder beside the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import frozen

from dssdsl.state import archive
from dssdsl.state.archive import file_of
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
        with storage_errors(self.folder), exclusive(self.folder / project / "writing"):
            refuse_stale(self.text(project), snapshot, over, project, self.where(project))
            added = archive.files(snapshot, self._reader(project)) if keep else {}
            for name, text in added.items():
                write_atomic(self._history(project) / name, text)
            write_atomic(Path(self.where(project)), snapshot.dumps())

    def forget(self, project: str) -> None:
        """Delete the file; the history stays."""
        with storage_errors(self.folder):
            Path(self.where(project)).unlink(missing_ok=True)

    def serials(self, project: str) -> list[int]:
        """List the deployments in the history."""
        return numbers(names(self._history(project)), ".json")

    def head(self, project: str, serial: int) -> Head:
        """Give what the history lists of a deployment."""
        return archive.head(
            self._stored(project, serial), str(self._history(project) / file_of(serial))
        )

    def past(self, project: str, serial: int) -> Snapshot:
        """Give the snapshot of a deployment."""
        where = str(self._history(project) / file_of(serial))
        return archive.unpacked(self._stored(project, serial), where, self._reader(project))

    def history_files(self, project: str) -> list[str]:
        """List the files of the history."""
        return names(self._history(project))

    def prune(self, project: str, files: Sequence[str]) -> None:
        """Delete files of the history."""
        with storage_errors(self.folder):
            for name in files:
                (self._history(project) / name).unlink(missing_ok=True)

    def _stored(self, project: str, serial: int) -> str:
        text = self._reader(project)(file_of(serial))
        if text is None:
            raise no_such(project, serial, self.serials(project))
        return text

    def _reader(self, project: str) -> Callable[[str], str | None]:
        """A function that gives the content of a file of the history."""

        def read(name: str) -> str | None:
            with storage_errors(self.folder):
                try:
                    data = (self._history(project) / name).read_bytes()
                except FileNotFoundError:
                    return None
            return data.decode("utf-8", errors="surrogateescape")

        return read

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
