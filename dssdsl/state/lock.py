"""
Locks: one deployment of a project at a time, wherever its state is kept.

A store keeps the records of a lock: numbered texts. The writer of the one with the highest number
holds the lock, and renews it by writing the same text under the next number. A process that sees the same
record for the whole lease, on their own clock, may write the next number and so take over. No two
clocks are compared. A store has to create, list and delete records, and no more: that it creates
each number only once makes locking fast, but what decides is the list that is read afterwards.
"""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from attrs import define, field

from dssdsl.errors import DssdslError, Locked

from .holder import Holder, uptime

RENEWALS = 4
"""Renewals in each lease."""
MARGIN = 0.25
"""The last part of a lease, in which its holder does not write any more unless it was renewed."""
FRESH = 5.0
"""Seconds for which a read of the records counts: checks within them send no request."""
POLL = (0.1, 3.0)
"""Seconds between two reads while waiting for a lock: the first, and the longest."""
SHORTEST = 0.001
"""Seconds of the shortest pause: one that rounding makes zero would never end the wait."""
PATIENCE = 10.0
"""Seconds to wait for a record that was created to be listed."""
ALMOST = 5.0
"""Seconds that waiting for a lock may take longer than asked, where its lease ends by then."""


class LockRecords(Protocol):
    """
    Where a store keeps the records of one project's lock.

    Its methods raise DssdslError or OSError where the store does not answer.
    """

    def read(self) -> dict[int, str]:
        """Read all records, by number."""

    def create(self, number: int, text: str) -> bool:
        """Create a record; False where there is one of that number."""

    def delete(self, number: int) -> None:
        """Delete a record, if it exists."""


def _now(record: str, now: float) -> float:  # noqa: ARG001 - the signature of Lock.first_seen
    """Remember nothing."""
    return now


def _ignored(holder: Holder) -> None:
    """Do nothing."""


@define
class Lock:
    """
    The lock of one project: `acquire` it, `check` it before each write, `release` it.

    Args:
        records: Where its records are kept.
        me: Who wants it.
        what: What it locks, for messages: ``project SALES``.
        first_seen: Gives when a record was first seen, for commands that end before its lease does.
        clock: Gives seconds, for tests.
        pause: Waits for seconds, for tests.
        poll: Seconds between two reads while waiting: the first, and the longest.
    """

    records: LockRecords
    me: Holder
    what: str
    first_seen: Callable[[str, float], float] = _now
    clock: Callable[[], float] = uptime
    pause: Callable[[float], Any] = time.sleep
    poll: tuple[float, float] = POLL
    _text: str = field(init=False)
    _lost: Locked | None = field(default=None, init=False)
    _trouble: Exception | None = field(default=None, init=False)
    _renewed: float = field(default=0.0, init=False)
    _checked: float | None = field(default=None, init=False)
    _checking: threading.Lock = field(factory=threading.Lock, init=False)
    _ended: threading.Event = field(factory=threading.Event, init=False)
    _renewal: threading.Thread | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._text = self.me.dumps()

    # -- acquiring ---------------------------------------------------------------------------

    def acquire(self, timeout: float = 0.0, waiting: Callable[[Holder], None] = _ignored) -> None:
        """
        Acquire the lock, and renew it until `release`.

        A holder that has not renewed it for its lease is replaced; where the lease ends within
        `ALMOST` seconds after *timeout*, that is waited for.

        Args:
            timeout: Seconds to wait for it.
            waiting: Called with each holder that is waited for.

        Raises:
            Locked: Somebody else still holds it.
            DssdslError: The records cannot be read or written.
        """
        end = self.clock() + timeout
        seen: tuple[int, str] | None = None
        since, reported, wait = 0.0, "", self.poll[0]
        while True:
            before = self.records.read()
            top = max(before, default=0)
            holder = Holder.loads(before[top]) if top else None
            if holder is not None and (top, holder.nonce) != seen:
                seen = top, holder.nonce
                since = self.first_seen(f"{top} {holder.nonce}", self.clock())
            if (
                holder is None or holder.dead or self.clock() - since >= holder.lease
            ) and self._take(top + 1, before):
                self._start_renewing()
                return
            if holder is None:
                # Somebody else was faster, and may have released it already.
                records = self.records.read()
                if not records and self.clock() < end + PATIENCE:
                    self.pause(self.poll[0])
                    continue
                if not records:
                    raise Locked(
                        f"{self.what} cannot be locked: the lock's record does not appear in the store",
                        fix="find out what else deletes it, or keep state elsewhere: store = … in dssdsl.toml",
                    )
                holder, since = Holder.loads(records[max(records)]), self.clock()
            now = self.clock()
            left, takeover = end - now, since + holder.lease
            if left <= 0 and takeover <= end + ALMOST and now - since > holder.lease / 2:
                left = takeover - now  # a holder that lives would have renewed it by now
            if left <= 0:
                raise self._taken(holder)
            if reported != holder.nonce:
                reported = holder.nonce
                waiting(holder)
            wanted = min(wait * random.uniform(0.5, 1), left)  # noqa: S311 - not for secrets
            self.pause(max(wanted, SHORTEST))
            wait = min(wait * 1.5, self.poll[1])

    def _take(self, number: int, before: dict[int, str]) -> bool:
        """Create a record, and see from what is listed then whether it holds the lock."""
        sent = self.clock()
        try:
            self.records.create(number, self._text)
            after = self.records.read()
            if not self._mine(after.get(number)):
                return False
            others = {n: text for n, text in after.items() if n != number}
            if max(after) != number or any(before.get(n) != text for n, text in others.items()):
                # Somebody else created one in between: they keep it.
                self.records.delete(number)
                return False
            for other in others:
                self.records.delete(other)
        except BaseException:
            self._withdraw()
            raise
        # The first write checks once more: a store may have let somebody overwrite our record.
        self._renewed, self._checked, self._lost, self._trouble = sent, None, None, None
        return True

    def _mine(self, text: str | None) -> bool:
        return text is not None and self.me.nonce in text

    def _withdraw(self) -> None:
        """Delete our records after an error, which is the one to report."""
        with contextlib.suppress(DssdslError, OSError):
            self._delete_mine()

    def _delete_mine(self) -> None:
        for number, text in self.records.read().items():
            if self._mine(text):
                self.records.delete(number)

    def _taken(self, holder: Holder) -> Locked:
        return Locked(
            f"{self.what} is locked by {holder}",
            fix="wait for it with --lock-timeout, or, if that process is gone, run dssdsl state unlock",
        )

    # -- keeping it --------------------------------------------------------------------------

    def _start_renewing(self) -> None:
        self._ended.clear()
        name = f"lock of {self.what}"
        self._renewal = threading.Thread(target=self._keep_renewing, name=name, daemon=True)
        self._renewal.start()

    def _keep_renewing(self) -> None:
        while not self._ended.wait(self.me.lease / RENEWALS) and self._lost is None:
            self.renew()

    def renew(self) -> None:
        """Renew the lock; where the store does not answer, `check` decides by the lease."""
        sent = self.clock()
        try:
            records = self._look()
            if self._lost is not None or self._ended.is_set():
                return
            number = max(records) + 1
            self.records.create(number, self._text)
            records = self._look()
            for other in records.keys() - {number} if self._lost is None else ():
                if self._mine(records[other]):
                    self.records.delete(other)
        except (DssdslError, OSError) as error:
            self._trouble = error
        else:
            self._renewed = sent

    def check(self, fresh: float = FRESH) -> None:
        """
        Make sure that the lock is still held; call it before each write.

        Args:
            fresh: Seconds for which the last read of the records counts; 0 reads them now.

        Raises:
            Locked: It is lost.
        """
        with self._checking:
            if self._checked is None or self.clock() - self._checked >= fresh:
                try:
                    self._look()
                except (DssdslError, OSError) as error:
                    self._trouble = error
            silent = self.clock() - self._renewed
            if self._lost is None and silent >= self.me.lease * (1 - MARGIN):
                why = f": {self._trouble}" if self._trouble else ""
                self._lose(f"it could not be renewed for {silent:.0f} s{why}")
            if self._lost is not None:
                raise self._lost

    def _look(self) -> dict[int, str]:
        """Read the records; the writer of the one with the highest number holds the lock."""
        now = self.clock()
        records = self.records.read()
        if not self._mine(top := records.get(max(records, default=0))):
            # A list that is not made at one instant may lack the record that a renewal is moving.
            records = self.records.read()
            top = records.get(max(records, default=0))
        if self._mine(top):
            self._checked = now
        elif self._ended.is_set():
            pass
        elif top is None:
            self._lose("somebody unlocked it")
        else:
            self._lose(f"it was taken over by {Holder.loads(top)}")
        return records

    def _lose(self, why: str) -> None:
        self._lost = Locked(
            f"the lock of {self.what} is lost: {why}",
            fix="run it again when nobody else is deploying: what it did is recorded in the journal",
        )

    # -- releasing ---------------------------------------------------------------------------

    def release(self) -> None:
        """Release the lock, if it is still held; if this fails, it ends with its lease."""
        self._ended.set()
        if self._renewal is not None:
            self._renewal.join(self.me.lease / RENEWALS)
            self._renewal = None
        self._delete_mine()


def holder(records: LockRecords) -> Holder | None:
    """Who holds the lock, or None."""
    found = records.read()
    return Holder.loads(found[max(found)]) if found else None


def unlock(records: LockRecords) -> Holder | None:
    """
    Take a lock away from its holder, which stops at its next check: within `FRESH` seconds.

    Returns:
        Who held it, or None.
    """
    found = records.read()
    for number in sorted(found):
        records.delete(number)
    return Holder.loads(found[max(found)]) if found else None
