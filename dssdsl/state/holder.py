"""The process that holds a lock: who started it, where it runs, and whether it is still alive."""

from __future__ import annotations

import getpass
import json
import os
import platform
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from attrs import asdict, fields, frozen

LEASE = 60.0
"""Seconds without a renewal after which others may take over a lock."""


@frozen
class Holder:
    """
    A process that holds a lock, or wants to.

    Attributes:
        user: Such as ``anna``.
        machine: Such as ``build-3``.
        pid: Its process id.
        since: When it asked for the lock, in UTC.
        operation: ``up``, ``destroy`` …
        program: The program that it deploys.
        nonce: A random text, different for each holder.
        lease: Seconds without a renewal after which others may take over.
        pid_space: Where process ids have the same meaning: this boot of this machine, this container.
        started: When the process began, to tell it from a later one with the same id.
    """

    user: str
    machine: str
    pid: int
    since: str
    operation: str
    program: str
    nonce: str
    lease: float = LEASE
    pid_space: str = ""
    started: str = ""

    @classmethod
    def here(cls, operation: str, program: str, lease: float = LEASE) -> Holder:
        """Describe this process."""
        return cls(
            user=_user(),
            machine=platform.node(),
            pid=os.getpid(),
            since=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            operation=operation,
            program=program,
            nonce=uuid.uuid4().hex,
            lease=lease,
            pid_space=pid_space(),
            started=_started(os.getpid()) or "",
        )

    def dumps(self) -> str:
        """Write it as JSON, on one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> Holder:
        """Read it; a text in another form stands for an unknown holder, until its lease has passed."""
        try:
            document = json.loads(text)
            known = {f.name: document[f.name] for f in fields(cls) if f.name in document}
            return cls(**{**known, "pid": int(document["pid"]), "lease": float(known["lease"])})
        except (ValueError, TypeError, KeyError):
            return cls("somebody", "?", 0, "?", "?", "?", nonce=text)

    def __str__(self) -> str:
        return f'{self.user} on {self.machine} (process {self.pid}) since {self.since}, for {self.operation} of "{self.program}"'

    @property
    def dead(self) -> bool:
        """Whether the process is known to be gone; about other machines nothing is known."""
        if not self.pid_space or self.pid_space != pid_space() or sys.platform == "win32":
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except (PermissionError, OverflowError):
            return False
        now = _started(self.pid)
        return bool(self.started and now and now != self.started)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        return "somebody"


def boot() -> str:
    """Name this boot of this machine; in its containers, too."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"{platform.node()} {uuid.getnode():x}"


def pid_space() -> str:
    """Name the processes among which a process id is unique: this boot of this machine, this container."""
    try:
        return f"{boot()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return boot()


def _started(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; None where the system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def uptime() -> float:
    """Seconds on a clock that nobody can set, and that also runs while the machine is suspended."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
