"""Snapshots in a folder beside the program."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from dssdsl.errors import ProgramError
from dssdsl.state.lock import Board
from dssdsl.state.snapshot import Snapshot

from . import no_such, numbers, refuse_stale


@frozen
class LocalStore:
    """Keeps snapshots under *folder*: ``<PROJECT>.json`` and ``<PROJECT>/history/<serial>.json``."""

    folder: Path

    def read(self, project: str) -> Snapshot | None:
        """Give the current snapshot, or None."""
        text = self.text(project)
        return None if text is None else Snapshot.loads(text, self.where(project))

    def text(self, project: str) -> str | None:
        """Give the file as it is."""
        with told(self.folder):
            try:
                data = Path(self.where(project)).read_bytes()
            except FileNotFoundError:
                return None
        return data.decode("utf-8", errors="surrogateescape")

    def write(self, project: str, snapshot: Snapshot, *, over: int, keep: bool = True) -> None:
        """Replace the file, the history's copy first; no two writers at once."""
        text = snapshot.dumps()
        with told(self.folder), alone(self.folder / project / "writing"):
            refuse_stale(self.text(project), snapshot, over, project, self.where(project))
            if keep:
                write_whole(self._history(project) / f"{snapshot.serial}.json", text)
            write_whole(Path(self.where(project)), text)

    def forget(self, project: str) -> None:
        """Remove the file; the history stays."""
        with told(self.folder):
            Path(self.where(project)).unlink(missing_ok=True)

    def serials(self, project: str) -> list[int]:
        """List the history."""
        return numbers(_names(self._history(project)), ".json")

    def past(self, project: str, serial: int) -> Snapshot:
        """Give one of the history."""
        path = self._history(project) / f"{serial}.json"
        if not path.exists():
            raise no_such(project, serial, self.serials(project))
        return Snapshot.loads(
            path.read_bytes().decode("utf-8", errors="surrogateescape"), str(path)
        )

    def board(self, project: str) -> Board:
        """Give the folder of the lock's notes."""
        return FolderBoard(self.folder / project / "lock")

    def where(self, project: str) -> str:
        """Give the file's path."""
        return str(self.folder / f"{project}.json")

    def _history(self, project: str) -> Path:
        return self.folder / project / "history"


@frozen
class FolderBoard:
    """Lock notes as files of a folder."""

    folder: Path

    def notes(self) -> dict[int, str]:
        """Read them all."""
        found = {}
        for number in numbers(_names(self.folder)):
            path = self.folder / str(number)
            # One that was taken down since it was listed is none.
            with told(self.folder), contextlib.suppress(FileNotFoundError):
                found[number] = path.read_text(encoding="utf-8", errors="replace")
        return found

    def pin(self, number: int, text: str) -> bool:
        """Make a file; it appears whole, and only where there is none."""
        partial = self.folder / f"{number}.{_unique()}"
        with told(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                partial.write_text(text, encoding="utf-8")
                os.link(partial, self.folder / str(number))
            except FileExistsError:
                return False
            finally:
                partial.unlink(missing_ok=True)
        return True

    def take_down(self, number: int) -> None:
        """Remove a file."""
        with told(self.folder):
            (self.folder / str(number)).unlink(missing_ok=True)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say what is wrong with a folder that cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise ProgramError(
            f"state cannot be kept in {folder}: {error.strerror or error}",
            at=str(error.filename) if error.filename else None,
            fix="see to the rights and the space there, or keep state elsewhere: store = … in dssdsl.toml",
        ) from error


def _names(folder: Path) -> list[str]:
    with told(folder):
        try:
            return [each.name for each in folder.iterdir()]
        except FileNotFoundError:
            return []


def _unique() -> str:
    return f"{os.getpid()}-{threading.get_ident()}.tmp"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is never seen half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{_unique()}")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody else in this block has *path*; the system gives back what a dead process held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
            yield
