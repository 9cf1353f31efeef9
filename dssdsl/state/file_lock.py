"""A lock between the processes of one machine, which ends with the process that holds it."""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from attrs import define, field

from dssdsl.errors import Locked

from .files import journal_errors
from .holder import Holder
from .lock import POLL

BYTE = 1 << 30
"""The byte that Windows locks: behind the text, so that others can read that."""


def _ignored(holder: Holder) -> None:
    """Do nothing."""


@define
class FileLock:
    """
    An exclusive lock on a file; the system releases it when the process ends, however it ends.

    Args:
        path: The file; it says who holds the lock.
        me: Who wants it.
        what: What it locks, for messages.
    """

    path: Path
    me: Holder
    what: str
    _file: IO[Any] | None = field(default=None, init=False)

    def acquire(self, timeout: float = 0.0, waiting: Callable[[Holder], None] = _ignored) -> None:
        """
        Acquire the lock.

        Args:
            timeout: Seconds to wait for it.
            waiting: Called with each holder that is waited for.

        Raises:
            Locked: Another process holds it.
            ProgramError: The file cannot be written.
        """
        with journal_errors(self.path.parent):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = self.path.open("a+", encoding="utf-8", errors="replace")
        try:
            self._wait(file, time.monotonic() + timeout, waiting)
            with journal_errors(self.path.parent):
                file.truncate(0)
                file.write(self.me.dumps())
                file.flush()
        except BaseException:
            file.close()
            raise
        self._file = file

    def _wait(self, file: IO[Any], end: float, waiting: Callable[[Holder], None]) -> None:
        reported = ""
        while not _try(file):
            file.seek(0)
            holder = Holder.loads(file.read())
            if time.monotonic() >= end:
                raise Locked(
                    f"{self.what} is in use by {holder}",
                    fix="wait for it with --lock-timeout, or end that process",
                )
            if reported != holder.nonce:
                reported = holder.nonce
                waiting(holder)
            time.sleep(POLL[0] * random.uniform(0.5, 1))  # noqa: S311 - not for secrets

    def check(self, fresh: float = 0.0) -> None:
        """Nobody can take it away."""

    def release(self) -> None:
        """Release the lock."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # on a full disk the text stays, and does no harm
                self._file.truncate(0)
            self._file.close()
            self._file = None


def _try(file: IO[Any]) -> bool:
    """Lock an open file, unless another process has."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
