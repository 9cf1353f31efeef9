"""A lock that gives a data folder to one process at a time."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_FILE = "lock"
_PAUSE = 0.02
_LAST_WORDS = 10.0
"""Seconds to wait for the git of a killed process."""

_HELD: dict[Path, int] = {}


class InUse(Exception):
    """
    Another process, or another emulator in this one, has the folder open.

    Attributes:
        folder: The folder.

        pid: The process; None if it has not written its id yet.
    """

    def __init__(self, folder: Path, pid: int | None) -> None:
        who = "another process" if pid is None else f"process {pid}"
        super().__init__(f'"{folder}" is in use by {who}')
        self.folder, self.pid = folder, pid


class Lock:
    """
    The lock of a folder, until it is released or the process ends.

    The system releases the lock of a process that dies, but not before the gits that it started end:
    they inherit the lock, so that no process repairs files that they still write.

    Args:
        root: The folder.

        wait: Seconds to wait for another process.

    Raises:
        InUse: Another process still has the lock.
    """

    def __init__(self, root: Path, wait: float = 0.0) -> None:
        self.root = root.resolve()
        self._file = os.open(root / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
        begun = time.monotonic()
        while not _take(self._file):
            pid = _holder(self._file)
            patience = wait if pid is None or _alive(pid) else max(wait, _LAST_WORDS)
            if time.monotonic() - begun >= patience:
                os.close(self._file)
                raise InUse(root, pid)
            time.sleep(_PAUSE)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, f"{os.getpid():<20}".encode())
        _HELD[self.root] = self._file

    def release(self) -> None:
        """Release the lock."""
        if _HELD.get(self.root) == self._file:
            del _HELD[self.root]
            os.close(self._file)


def inherited(root: Path) -> tuple[int, ...]:
    """Return the file descriptors that a child process must inherit to write in a folder."""
    held = _HELD.get(root.resolve())
    return () if held is None or sys.platform == "win32" else (held,)


def _holder(file: int) -> int | None:
    os.lseek(file, 0, os.SEEK_SET)
    text = os.read(file, 20).strip()
    return int(text) if text.isdigit() else None


if sys.platform == "win32":
    import msvcrt

    _PLACE = 1 << 20  # behind the text, which other processes must be able to read

    def _take(file: int) -> bool:
        os.lseek(file, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _alive(_: int) -> bool:
        return True

else:
    import fcntl

    def _take(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
