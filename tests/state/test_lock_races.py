"""Several that want one lock."""

from __future__ import annotations

import contextlib
import threading

import pytest
from attrs import define, evolve, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dssdsl.errors import Locked
from dssdsl.state.holder import LEASE
from dssdsl.state.lock import FRESH, Lock, unlock
from tests.state.places import MemoryRecords, lock
from tests.support.effort import examples

from .clock import Clock, elsewhere


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
def test_a_store_that_overwrites_records_has_one_holder_at_the_first_write(seed):
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
def test_the_second_one_does_not_get_the_lock(lies):
    """
    Whatever the records says of the pin: what it lists counts.
    """
    records = Overtaken(lies=lies)

    with pytest.raises(Locked) as refused:
        lock(records).acquire()

    assert records.winner.me.since in str(refused.value)
    records.winner.check()
    records.winner.release()


def test_a_lock_that_was_overtaken_steps_back():
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
        """Remove the lock as `state unlock` does, and wait until what the others read last has expired."""
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
