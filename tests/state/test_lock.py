"""Locks, on a store in memory and with a clock that tests move."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from attrs import define, evolve, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dssdsl.errors import Locked, Unreachable
from dssdsl.state.holder import LEASE, Holder, boot
from dssdsl.state.lock import ALMOST, FRESH, MARGIN, Lock, holder, unlock
from dssdsl.state.sightings import SightingFile
from tests.state.places import MemoryRecords, lock
from tests.support.effort import examples


@define
class Clock:
    """A clock that moves when it is told to; those who live give their sign meanwhile."""

    now: float = 1000.0
    living: list[Lock] = field(factory=list)

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        for each in self.living:
            each.renew()


@pytest.fixture(name="clock")
def _clock():
    return Clock()


@contextlib.contextmanager
def held(records, clock=None, **options) -> Iterator[Lock]:
    """A lock that is held; its own thread sleeps, the clock lets it live."""
    if clock is not None:
        options |= {"clock": clock, "pause": clock.pause}
    mine = lock(records, **options)
    mine.acquire()
    try:
        yield mine
    finally:
        records.fails = None
        mine.release()


def elsewhere(mine: Lock) -> Lock:
    """The same, on a machine of which nothing is known here."""
    return evolve(mine, me=evolve(mine.me, machine="build-3", pid_space="elsewhere", pid=1))


def test_threads_take_turns():
    """
    Of eight threads never two are in, and in the end all were, and nothing is left.
    """
    records, inside, seen, rounds = MemoryRecords(), [], [], []

    def work():
        for _ in range(25):
            mine = lock(records, poll=(0.0005, 0.005))
            mine.acquire(60)
            inside.append(1)
            mine.check()
            seen.append(len(inside))
            inside.pop()
            mine.release()
            rounds.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 8 * 25 == len(rounds)
    assert {1} == set(seen)
    assert {} == records.pinned


@pytest.mark.parametrize("seed", range(20))
def test_a_board_that_overwrites_has_one_holder_at_the_first_write(seed):
    """
    Where pinning never fails, several may think that they hold; when they write, one does.
    """
    records, count = MemoryRecords(honest=False), 6
    begin, all_in, wrote = threading.Barrier(count), threading.Barrier(count), []

    def work():
        mine = lock(records)
        begin.wait()
        got = False
        with contextlib.suppress(Locked):
            mine.acquire()
            got = True
        all_in.wait()
        with contextlib.suppress(Locked):
            if got:
                mine.check()
                wrote.append(mine)
        all_in.wait()
        mine.release()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == len(wrote)


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


def test_the_end_of_a_lease_is_waited_for(clock):
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


def test_commands_that_come_later_take_over_by_what_the_first_one_saw(clock, tmp_path):
    """
    None of them waits itself; but where the holder renewed the lock meanwhile, it keeps it.
    """
    records, seen = MemoryRecords(), SightingFile(tmp_path / "seen" / "P.json")

    def command():
        return lock(records, clock=clock, pause=clock.pause, first_seen=seen.first_seen)

    silent = elsewhere(lock(records, clock=clock, pause=clock.pause))
    silent.acquire()
    with pytest.raises(Locked):
        command().acquire()
    clock.now += LEASE / 2
    silent.renew()
    for _ in range(2):
        with pytest.raises(Locked):
            command().acquire()
        clock.now += LEASE - ALMOST - 1

    heir = command()
    with pytest.raises(Locked):
        lock(records, clock=clock, pause=clock.pause).acquire()
    clock.now += ALMOST + 1
    heir.acquire()
    heir.release()
    silent.release()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"record": "7 n", "machine": "another", "at": 0}',
        '{"record": "6 n", "machine": "HERE", "at": 0}',
        '{"record": "7 n", "machine": "HERE", "at": 200}',
        '{"record": "7 n", "machine": "HERE", "at": "then"}',
    ],
)
def test_a_sighting_of_something_else_does_not_count(tmp_path, text):
    """
    Of another machine, another record, before the machine's last start, or damaged.
    """
    path = tmp_path / "seen.json"
    path.write_text(text.replace("HERE", boot()), encoding="utf-8")

    assert 100 == SightingFile(path).first_seen("7 n", 100)
    assert 100 == SightingFile(path).first_seen("7 n", 130)


def test_sightings_need_no_place(tmp_path):
    """
    Where they cannot be written, each command waits for itself.
    """
    (tmp_path / "file").touch()

    assert 100 == SightingFile(tmp_path / "file" / "seen.json").first_seen("7 n", 100)


def test_a_holder_that_lives_is_waited_for(clock):
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


def test_the_heart_beats_by_itself():
    """
    Who holds a lock for longer than its lease, and does nothing, still holds it.
    """
    records = MemoryRecords()
    with held(records, lease=0.4) as mine:
        other = elsewhere(lock(records))
        with pytest.raises(Locked):
            other.acquire(1.2)
        mine.check()


def test_one_look_is_good_for_a_while(clock):
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
def test_who_may_live_is_not_declared_dead(change):
    """
    A process that lives, or of which nothing is known, keeps its lock.
    """
    records = MemoryRecords()
    records.pinned = {7: evolve(Holder.here("up", "sales"), nonce="x", **change).dumps()}

    with pytest.raises(Locked):
        lock(records).acquire()


def test_a_note_that_is_none_of_ours_holds_for_a_lease(clock):
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


@define
class Overtaken(MemoryRecords):
    """A store where somebody else is faster, between the look and the pin of whoever uses it."""

    real: MemoryRecords = field(factory=MemoryRecords)
    winner: Lock | None = None
    lies: bool = False

    def read(self):
        return self.real.read()

    def create(self, number, text):
        if self.winner is None:
            unlock(self.real)
            self.winner = lock(self.real)
            self.winner.acquire()
        return self.real.create(number, text) or self.lies

    def delete(self, number):
        self.real.delete(number)


@pytest.mark.parametrize("lies", [False, True])
def test_who_comes_second_does_not_hold(lies):
    """
    Whatever the records says of the pin: what it lists counts.
    """
    records = Overtaken(lies=lies)

    with pytest.raises(Locked) as refused:
        lock(records).acquire()

    assert records.winner.me.since in str(refused.value)
    records.winner.check()
    records.winner.release()


def test_who_was_overtaken_while_deciding_steps_back():
    """
    A note that came up between the look and the pin is somebody's who holds, though its number is lower.
    """
    records = Overtaken()
    records.real.pinned = {5: evolve(lock(records).me, pid=2**22 + 1, nonce="dead").dumps()}

    with pytest.raises(Locked):
        lock(records).acquire()

    records.winner.check()
    assert {1} == set(records.real.pinned)
    records.winner.release()


def test_a_board_that_shows_nothing_is_given_up(clock):
    """
    Where what is pinned never shows up, nobody waits for ever.
    """

    class Blank(MemoryRecords):
        def read(self):
            return {}

    with pytest.raises(Locked, match="does not appear"):
        lock(Blank(), clock=clock, pause=clock.pause).acquire()


def test_a_lock_that_could_not_be_taken_leaves_no_note(clock):
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


def test_a_program_ends_though_it_holds_a_lock():
    """
    The heartbeat does not keep a process alive.
    """
    code = "from tests.state.places import MemoryRecords, lock\nlock(MemoryRecords()).acquire()\n"
    assert 0 == subprocess.run([sys.executable, "-c", code], timeout=20, check=False).returncode


def test_nobody_beats_after_the_release():
    """
    A lock that was given back stays free.
    """
    records = MemoryRecords()
    with held(records, lease=0.08):
        time.sleep(0.1)
    time.sleep(0.1)
    assert {} == records.pinned
    assert [] == [t for t in threading.enumerate() if t.name.startswith("lock of")]


class Rivals(RuleBasedStateMachine):
    """Some who want one lock, in any order of events; time passes only where it is said to."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.records = Clock(), MemoryRecords()
        self.locks: dict[int, Lock] = {}

    def teardown(self) -> None:
        for each in self.locks.values():
            each._ended.set()

    @rule(who=st.integers(0, 3), patience=st.sampled_from([0, 10, LEASE + 20]))
    def acquire(self, who: int, patience: float) -> None:
        if who in self.locks:
            return
        one = elsewhere(lock(self.records, clock=self.clock, pause=self.clock.pause, poll=(5, 10)))
        with contextlib.suppress(Locked):
            one.acquire(patience)
            self.locks[who] = one
            self.clock.living.append(one)

    @rule(who=st.integers(0, 3))
    def die(self, who: int) -> None:
        """It runs on, for all it knows, but gives no sign any more."""
        self.clock.living = [each for each in self.clock.living if each is not self.locks.get(who)]

    @rule(who=st.integers(0, 3))
    def release(self, who: int) -> None:
        if one := self.locks.pop(who, None):
            one.release()
            self.clock.living = [each for each in self.clock.living if each is not one]

    @rule(seconds=st.integers(1, 100))
    def wait(self, seconds: int) -> None:
        for _ in range(0, seconds, 5):
            self.clock.pause(5)

    @rule()
    def unlocked(self) -> None:
        """Who says `state unlock` is told to be sure; the last look is good for some seconds."""
        unlock(self.records)
        self.clock.now += FRESH

    @invariant()
    def one_writes(self) -> None:
        writing = []
        for each in self.locks.values():
            with contextlib.suppress(Locked):
                each.check()
                writing.append(each)
        assert len(writing) <= 1


TestRivals = pytest.mark.proof(Rivals.TestCase)
TestRivals.settings = settings(
    max_examples=examples(20, 500), stateful_step_count=25, deadline=None
)
