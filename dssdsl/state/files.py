"""Files that several processes share: written atomically, locked, and as records of a lock."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from attrs import frozen

from dssdsl.errors import ProgramError

from .store import numbers


@contextmanager
def storage_errors(folder: Path, what: str = "state", setting: str = "store") -> Iterator[None]:
    """
    Report what is wrong with a folder that state is kept in.

    Args:
        folder: The folder.
        what: What is kept there.
        setting: The key of the toml that names another place.

    Raises:
        ProgramError: It cannot be read or written.
    """
    try:
        yield
    except OSError as error:
        raise ProgramError(
            f"{what} cannot be kept in {folder}: {error.strerror or error}",
            at=str(error.filename) if error.filename else None,
            fix=f"check permissions and free space there, or keep {what} elsewhere: {setting} = … in dssdsl.toml",
        ) from error


journal_errors = partial(storage_errors, what="the journal", setting="journal")
"""Reports what is wrong with the folder of the journal."""


def names(folder: Path) -> list[str]:
    """List the names in a folder; none where there is no such folder."""
    with storage_errors(folder):
        try:
            return [each.name for each in folder.iterdir()]
        except FileNotFoundError:
            return []


def write_atomic(path: Path, text: str) -> None:
    """Write a file so that readers see the old content or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{_unique()}")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _unique() -> str:
    return f"{os.getpid()}-{threading.get_ident()}.tmp"


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait until no other process is in this block for *path*; the system releases what a dead one held."""
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


@frozen
class LockFiles:
    """Keeps the records of a lock as files of a folder."""

    folder: Path

    def read(self) -> dict[int, str]:
        """Read all records."""
        found = {}
        for number in numbers(names(self.folder)):
            path = self.folder / str(number)
            # It may have been deleted since it was listed.
            with storage_errors(self.folder), contextlib.suppress(FileNotFoundError):
                found[number] = path.read_text(encoding="utf-8", errors="replace")
        return found

    def create(self, number: int, text: str) -> bool:
        """Create a file, whole, where there is none."""
        partial = self.folder / f"{number}.{_unique()}"
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                partial.write_text(text, encoding="utf-8")
                os.link(partial, self.folder / str(number))
            except FileExistsError:
                return False
            finally:
                with contextlib.suppress(OSError):
                    partial.unlink(missing_ok=True)
        return True

    def delete(self, number: int) -> None:
        """Delete a file."""
        with storage_errors(self.folder):
            (self.folder / str(number)).unlink(missing_ok=True)
