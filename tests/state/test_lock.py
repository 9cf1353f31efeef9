"""Locks, on a store in memory and with a clock that tests move."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest
from attrs import evolve

from dssdsl.errors import Locked, Unreachable
from dssdsl.state.holder import LEASE, Holder
from dssdsl.state.lock import ALMOST, FRESH, MARGIN, holder
from tests.state.places import MemoryRecords, lock

from .clock import Clock, elsewhere, held


@pytest.fixture(name="clock")
def _clock():
    return Clock()


def test_a_silent_holder_is_replaced_after_its_lease(clock):
    """
    Who sees no sign of life for a lease takes over, no sooner; the old one does not write any more.
    """
    records = MemoryRecords()
    silent = elsewhere(lock(records, clock=clock, pause=clock.pause))
    silent.acquire()
    late = lock(records, clock=clock, pause=clock.pause)
    with pytest.raises(Locked):
        late.acquire(LEASE - ALMOST - 1)

    begun = clock.now
    late.acquire(LEASE + 10)

    assert clock.now - begun >= LEASE
    late.check()
    with pytest.raises(Locked, match="is lost"):
        silent.check()
    assert late.me == holder(records)
    silent.release()
    late.check()
    late.release()


def test_acquire_waits_for_the_end_of_a_lease(clock):
    """
    A timeout that ends a little before the lease is as good as one that ends with it.
    """
    records = MemoryRecords()
    silent = elsewhere(lock(records, clock=clock, pause=clock.pause))
    silent.acquire()
    late = lock(records, clock=clock, pause=clock.pause, poll=(7, 7))

    late.acquire(LEASE - ALMOST + 0.1)

    late.release()
    silent.release()


def test_acquire_waits_for_a_living_holder(clock):
    """
    A heartbeat keeps the lock for as long as it comes, however long that is.
    """
    records = MemoryRecords()
    with held(records, clock, poll=(5, 5)) as mine:
        clock.living.append(mine)
        waited = []
        other = elsewhere(lock(records, clock=clock, pause=clock.pause, poll=(5, 5)))

        with pytest.raises(Locked):
            other.acquire(10 * LEASE, waited.append)

        mine.check()
        assert [mine.me] == waited
        assert 1 == len(records.pinned)


def test_a_lock_renews_itself():
    """
    Who holds a lock for longer than its lease, and does nothing, still holds it.
    """
    records = MemoryRecords()
    with held(records, lease=0.4) as mine:
        other = elsewhere(lock(records))
        with pytest.raises(Locked):
            other.acquire(1.2)
        mine.check()


def test_a_check_is_cached_for_some_seconds(clock):
    """
    Checks ask the records once in a while, not before each write.
    """
    records = MemoryRecords()
    with held(records, clock) as mine:
        mine.check()
        asked = records.asked
        for _ in range(100):
            mine.check()
        assert asked == records.asked

        clock.now += FRESH
        mine.check()
        assert asked + 1 == records.asked


def test_a_connection_that_is_gone_ends_a_run_when_the_lease_is_in_danger(clock):
    """
    A store that does not answer is no reason to stop, until others may soon take over.
    """
    records = MemoryRecords()
    with held(records, clock) as mine:
        records.fails = Unreachable("the cable is out")
        safe = LEASE * (1 - MARGIN)
        for _ in range(4):
            clock.now += safe / 5
            mine.renew()
            mine.check()

        clock.now += safe / 5
        with pytest.raises(Locked, match="could not be renewed for 45 s: the cable is out"):
            mine.check()


def test_a_connection_that_comes_back_saves_the_lock(clock):
    """
    A heartbeat that gets through starts the lease anew.
    """
    records = MemoryRecords()
    with held(records, clock) as mine:
        records.fails = OSError("no network")
        clock.now += LEASE / 2
        mine.renew()
        records.fails = None
        mine.renew()
        clock.now += LEASE / 2
        mine.check()


def test_a_dead_process_here_is_replaced_at_once(clock):
    """
    Its number may even be another process's by now.
    """
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    records, mine = MemoryRecords(), lock(MemoryRecords())
    for gone in (
        evolve(mine.me, pid=process.pid, nonce="x"),
        evolve(mine.me, pid=os.getpid(), started="1", nonce="x"),
    ):
        records.pinned = {7: gone.dumps()}
        with held(records, clock) as heir:
            heir.check()
            assert {8} == set(records.pinned)


@pytest.mark.parametrize(
    "change",
    [{}, {"pid_space": "another boot", "pid": 0}, {"pid_space": ""}, {"pid": 1, "started": ""}],
)
def test_a_holder_that_may_live_is_not_declared_dead(change):
    """
    A process that lives, or of which nothing is known, keeps its lock.
    """
    records = MemoryRecords()
    records.pinned = {7: evolve(Holder.here("up", "sales"), nonce="x", **change).dumps()}

    with pytest.raises(Locked):
        lock(records).acquire()


def test_an_unreadable_record_holds_for_a_lease(clock):
    """
    What cannot be read is somebody's, until its time is over.
    """
    records = MemoryRecords()
    records.pinned = {3: "scribble"}
    mine = lock(records, clock=clock, pause=clock.pause)

    with pytest.raises(Locked, match="somebody"):
        mine.acquire(LEASE - ALMOST - 1)
    mine.acquire(LEASE + 10)
    mine.release()


def test_a_store_that_shows_no_records_is_an_error(clock):
    """
    Where what is pinned never shows up, nobody waits for ever.
    """

    class Blank(MemoryRecords):
        def read(self):
            return {}

    with pytest.raises(Locked, match="does not appear"):
        lock(Blank(), clock=clock, pause=clock.pause).acquire()


def test_a_failed_acquire_leaves_no_record(clock):
    """
    What was pinned before the records failed, or somebody pressed Ctrl-C, is taken down.
    """
    records = MemoryRecords()

    class Cut(MemoryRecords):
        def read(self):
            if records.pinned and not self.asked:
                self.asked += 1
                raise KeyboardInterrupt
            return records.read()

        def create(self, number, text):
            return records.create(number, text)

        def delete(self, number):
            records.delete(number)

    with pytest.raises(KeyboardInterrupt):
        lock(Cut()).acquire()

    assert {} == records.pinned


def test_a_process_ends_although_it_holds_a_lock():
    """
    The heartbeat does not keep a process alive.
    """
    code = "from tests.state.places import MemoryRecords, lock\nlock(MemoryRecords()).acquire()\n"
    assert 0 == subprocess.run([sys.executable, "-c", code], timeout=20, check=False).returncode


def test_a_released_lock_is_not_renewed():
    """
    A lock that was given back stays free.
    """
    records = MemoryRecords()
    with held(records, lease=0.08):
        time.sleep(0.1)
    time.sleep(0.1)
    assert {} == records.pinned
    assert [] == [t for t in threading.enumerate() if t.name.startswith("lock of")]
