"""
Locks: one deployment of a project at a time, wherever its state lives.

A lock is a note on the store's board, with a number. The highest number holds. Its holder pins the
same note anew under the next number again and again; who has seen one number for as long as the
lease says, by its own clock, may pin the next one and so take over. No clocks are compared, and a
board needs no more than to pin, list and take down. That it pins each number once makes it quick,
and is not leant on alone: what counts is what the board lists afterwards.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import platform
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from attrs import asdict, define, field, fields, frozen

from dssdsl.errors import DssdslError, Locked

LEASE = 60.0
"""Seconds without a sign of life after which others may take a lock over."""
BEATS = 4
"""Signs of life in each lease."""
MARGIN = 0.25
"""The part of a lease before its end in which its holder does not write any more."""
FRESH = 5.0
"""Seconds for which a look at the board is good: checks in between ask nobody."""
POLL = (0.1, 3.0)
"""Seconds between the looks of those who wait: the first, and the longest."""
PATIENCE = 10.0
"""Seconds after which a board on which nothing can be pinned is given up."""


class Board(Protocol):
    """
    Where a store pins the lock notes of one project: numbered, each made once.

    Its methods raise DssdslError or OSError where they cannot be answered.
    """

    def notes(self) -> dict[int, str]:
        """Every note, by its number."""

    def pin(self, number: int, text: str) -> bool:
        """Pin a note; False where there is one of that number already."""

    def take_down(self, number: int) -> None:
        """Take a note down, if it is there."""


@frozen
class Holder:
    """
    Who holds a lock.

    Attributes:
        who: Such as ``anna``.
        machine: Such as ``build-3``.
        pid: Its process.
        since: When it got it, in UTC.
        what: What it does: ``up``, ``destroy`` …
        program: The program that it deploys.
        nonce: Made up, to tell it from everybody else.
        lease: Seconds without a sign of life after which others may take over.
        place: Where process ids mean the same: this boot of this machine, this container.
        started: When the process began, so that a later one of the same id is not taken for it.
    """

    who: str
    machine: str
    pid: int
    since: str
    what: str
    program: str
    nonce: str
    lease: float = LEASE
    place: str = ""
    started: str = ""

    @classmethod
    def here(cls, what: str, program: str, lease: float = LEASE) -> Holder:
        """The holder that this process would be."""
        return cls(
            who=_user(),
            machine=platform.node(),
            pid=os.getpid(),
            since=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            what=what,
            program=program,
            nonce=uuid.uuid4().hex,
            lease=lease,
            place=_place(),
            started=_started(os.getpid()) or "",
        )

    def dumps(self) -> str:
        """Write it as JSON, on one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> Holder:
        """Read it; a note that is none of ours still holds, until nobody renews it."""
        try:
            said = json.loads(text)
            known = {f.name: said[f.name] for f in fields(cls) if f.name in said}
            return cls(**{**known, "pid": int(said["pid"]), "lease": float(known["lease"])})
        except (ValueError, TypeError, KeyError):
            return cls("somebody", "?", 0, "?", "?", "?", nonce=text)

    def __str__(self) -> str:
        return f'{self.who} on {self.machine} (process {self.pid}) since {self.since}, for {self.what} of "{self.program}"'

    @property
    def dead(self) -> bool:
        """Whether its process is known to be gone; of other machines nothing is known."""
        if not self.place or self.place != _place() or sys.platform == "win32":
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


def _place() -> str:
    """Where process ids mean the same as here."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{platform.node()} {uuid.getnode():x}"


def _started(pid: int) -> str | None:
    """When a process began, in what the system counts in; None where it does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def awake() -> float:
    """Seconds on a clock that nobody sets, and that goes on while the machine sleeps: others do not wait for that."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def _ignored(holder: Holder) -> None:
    """Tell nobody."""


@define
class Lock:
    """
    The lock of one project: `acquire` it, `check` it before each write, `release` it.

    Args:
        board: Where its notes are pinned.
        me: Who wants it.
        what: What it locks, for messages: ``project SALES``.
        clock: Gives seconds, for tests.
        pause: Waits for seconds, for tests.
        poll: Seconds between the looks of those who wait: the first, and the longest.
    """

    board: Board
    me: Holder
    what: str
    clock: Callable[[], float] = awake
    pause: Callable[[float], Any] = time.sleep
    poll: tuple[float, float] = POLL
    _text: str = field(init=False)
    _lost: Locked | None = field(default=None, init=False)
    _trouble: Exception | None = field(default=None, init=False)
    _beaten: float = field(default=0.0, init=False)
    _looked: float | None = field(default=None, init=False)
    _looking: threading.Lock = field(factory=threading.Lock, init=False)
    _ended: threading.Event = field(factory=threading.Event, init=False)
    _heart: threading.Thread | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._text = self.me.dumps()

    # -- getting it --------------------------------------------------------------------------

    def acquire(self, timeout: float = 0.0, waiting: Callable[[Holder], None] = _ignored) -> None:
        """
        Get the lock, and keep it until `release`.

        Args:
            timeout: Seconds to wait for it.
            waiting: Called with each holder that is waited for.

        Raises:
            Locked: Somebody else still holds it.
            DssdslError: The board cannot be read or written.
        """
        end = self.clock() + timeout
        seen: tuple[int, str] | None = None
        since, told, wait = 0.0, "", self.poll[0]
        while True:
            before = self.board.notes()
            top = max(before, default=0)
            holder = Holder.loads(before[top]) if top else None
            if holder is not None and (top, holder.nonce) != seen:
                seen, since = (top, holder.nonce), self.clock()
            if (
                holder is None or holder.dead or self.clock() - since >= holder.lease
            ) and self._take(top + 1, before):
                self._beat_on()
                return
            if holder is None:
                # Somebody was faster since we looked, and may be through already.
                notes = self.board.notes()
                if not notes and self.clock() < end + PATIENCE:
                    self.pause(self.poll[0])
                    continue
                if not notes:
                    raise Locked(
                        f"{self.what} cannot be locked: what is pinned there does not show up",
                        fix="look what else removes it, or keep state elsewhere: store = … in dssdsl.toml",
                    )
                holder = Holder.loads(notes[max(notes)])
            left = end - self.clock()
            if left <= 0:
                raise self._taken(holder)
            if told != holder.nonce:
                told = holder.nonce
                waiting(holder)
            self.pause(min(wait * random.uniform(0.5, 1), left))  # noqa: S311 - not for secrets
            wait = min(wait * 1.5, self.poll[1])

    def _take(self, number: int, before: dict[int, str]) -> bool:
        """Pin a note, and tell from what is listed then whether it holds."""
        sent = self.clock()
        try:
            self.board.pin(number, self._text)
            after = self.board.notes()
            if not self._mine(after.get(number)):
                return False
            others = {n: text for n, text in after.items() if n != number}
            if max(after) != number or any(before.get(n) != text for n, text in others.items()):
                # Somebody came in between, whom we did not see when we decided: they keep it.
                self.board.take_down(number)
                return False
            for other in others:
                self.board.take_down(other)
        except BaseException:
            self._withdraw()
            raise
        # The first write looks once more: a board may have let somebody overwrite our note.
        self._beaten, self._looked, self._lost, self._trouble = sent, None, None, None
        return True

    def _mine(self, text: str | None) -> bool:
        return text is not None and self.me.nonce in text

    def _withdraw(self) -> None:
        """Take our notes down after something went wrong, which is what will be told."""
        with contextlib.suppress(DssdslError, OSError):
            self._take_down()

    def _take_down(self) -> None:
        for number, text in self.board.notes().items():
            if self._mine(text):
                self.board.take_down(number)

    def _taken(self, holder: Holder) -> Locked:
        return Locked(
            f"{self.what} is locked by {holder}",
            fix="wait for it with --lock-timeout, or, if that deployment is dead, say dssdsl state unlock",
        )

    # -- keeping it --------------------------------------------------------------------------

    def _beat_on(self) -> None:
        self._ended.clear()
        self._heart = threading.Thread(target=self._live, name=f"lock of {self.what}", daemon=True)
        self._heart.start()

    def _live(self) -> None:
        while not self._ended.wait(self.me.lease / BEATS) and self._lost is None:
            self.beat()

    def beat(self) -> None:
        """Show the others that this one lives; where that does not get through, the lease decides."""
        sent = self.clock()
        try:
            notes = self._look()
            if self._lost is not None or self._ended.is_set():
                return
            number = max(notes) + 1
            self.board.pin(number, self._text)
            notes = self._look()
            for other in notes.keys() - {number} if self._lost is None else ():
                if self._mine(notes[other]):
                    self.board.take_down(other)
        except (DssdslError, OSError) as error:
            self._trouble = error
        else:
            self._beaten = sent

    def check(self) -> None:
        """
        Make sure that the lock is still held; call it before each write.

        It asks the board where the last look at it is older than `FRESH`.

        Raises:
            Locked: It is lost.
        """
        with self._looking:
            if self._looked is None or self.clock() - self._looked >= FRESH:
                try:
                    self._look()
                except (DssdslError, OSError) as error:
                    self._trouble = error
            silent = self.clock() - self._beaten
            if self._lost is None and silent >= self.me.lease * (1 - MARGIN):
                why = f": {self._trouble}" if self._trouble else ""
                self._lose(f"it could not be renewed for {silent:.0f} s{why}")
            if self._lost is not None:
                raise self._lost

    def _look(self) -> dict[int, str]:
        """The notes on the board; whoever pinned the highest holds."""
        now = self.clock()
        notes = self.board.notes()
        if not self._mine(top := notes.get(max(notes, default=0))):
            # While a heartbeat moves it, a list that is not made at one instant may lack our note.
            notes = self.board.notes()
            top = notes.get(max(notes, default=0))
        if self._mine(top):
            self._looked = now
        elif self._ended.is_set():
            pass
        elif top is None:
            self._lose("somebody unlocked it")
        else:
            self._lose(f"it was taken over by {Holder.loads(top)}")
        return notes

    def _lose(self, why: str) -> None:
        self._lost = Locked(
            f"the lock of {self.what} is lost: {why}",
            fix="run it again when nobody else deploys: what was done is known",
        )

    # -- giving it back ----------------------------------------------------------------------

    def release(self) -> None:
        """Give the lock back, if it is still held; without it, its lease has to pass for the others."""
        self._ended.set()
        if self._heart is not None:
            self._heart.join(self.me.lease / BEATS)
            self._heart = None
        self._take_down()


def holder(board: Board) -> Holder | None:
    """Who holds the lock, or None."""
    notes = board.notes()
    return Holder.loads(notes[max(notes)]) if notes else None


def unlock(board: Board) -> Holder | None:
    """
    Take a lock away from whoever holds it; what still runs notices before its next write.

    Returns:
        Who held it, or None.
    """
    notes = board.notes()
    for number in sorted(notes):
        board.take_down(number)
    return Holder.loads(notes[max(notes)]) if notes else None
