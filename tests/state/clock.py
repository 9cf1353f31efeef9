"""A clock that tests move, and locks that live by it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from attrs import define, evolve, field

from dssdsl.state.lock import Lock
from tests.state.places import lock


@define
class Clock:
    """A clock that tests move; living locks renew themselves meanwhile."""

    now: float = 1000.0
    living: list[Lock] = field(factory=list)

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        for each in self.living:
            each.renew()


@contextlib.contextmanager
def held(records, clock=None, **options) -> Iterator[Lock]:
    """A lock that is held; its own thread sleeps, and the clock renews it."""
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
    """The same lock, on a machine that this one can't look at."""
    return evolve(mine, me=evolve(mine.me, machine="build-3", pid_space="elsewhere", pid=1))
