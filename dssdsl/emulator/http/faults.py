"""Faults on demand: a chosen request is late, refused, stale, or the last of its client."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from attrs import Factory, define

from dssdsl.emulator.errors import Cut, Refused
from dssdsl.emulator.instance.dss import Dss

from .call import Raw


@define
class Kill:
    """The process of the client ends at once."""

    pid: int


@define
class Fault:
    """What happens instead of, or after, the next requests that match."""

    match: re.Pattern[str]
    outcome: Refused | Cut | Raw | Kill
    times: int = 1
    after: bool = False
    """Whether the request is carried out first."""

    skip: int = 0
    """How many requests that match go by before."""


@define
class Delay:
    """How long the next requests that match have to wait."""

    match: re.Pattern[str]
    seconds: float
    times: int = 1
    skip: int = 0
    """How many requests that match go by before."""


@define
class Stale:
    """What the next reads that match are answered from."""

    match: re.Pattern[str]
    writes: int
    times: int = 1
    past: deque[Dss] = Factory(deque)
    """How all was before each of the last writes, oldest first."""


_Due = TypeVar("_Due", bound="Fault | Delay")


class Faults:
    """The faults that are still to come, oldest first."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self.delays: list[Delay] = []
        self.stale: list[Stale] = []

    def delay(self, match: str, seconds: float, times: int = 1, skip: int = 0) -> None:
        """Let the next requests whose ``METHOD /path`` match the regular expression wait."""
        self.delays.append(Delay(re.compile(match), seconds, times, skip))

    def pause(self, method: str, path: str) -> float:
        """Return how long a request has to wait, which uses up one delay."""
        delay = _next(self.delays, f"{method} {path}")
        return 0.0 if delay is None else delay.seconds

    def outdate(self, match: str, writes: int, times: int) -> None:
        """Let the next reads whose ``GET /path`` match the regular expression lack the last writes."""
        self.stale.append(Stale(re.compile(match), writes, times, deque(maxlen=writes)))

    def keep(self, picture: Callable[[], Dss]) -> None:
        """Keep how all is before a write, where a later read may want it."""
        if self.stale:
            taken = picture()
            for each in self.stale:
                each.past.append(taken)

    def past(self, method: str, path: str) -> Dss | None:
        """Return what a read is answered from, which uses up one stale answer; None is what is there."""
        for each in self.stale:
            if each.past and each.match.search(f"{method} {path}"):
                each.times -= 1
                if each.times <= 0:
                    self.stale.remove(each)
                return each.past[0]
        return None

    def count(self) -> int:
        """Return how many faults are still to come."""
        return len(self.pending) + len(self.delays) + len(self.stale)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self.pending.clear()
        self.delays.clear()
        self.stale.clear()

    def add(
        self,
        match: str,
        outcome: Refused | Cut | Raw | Kill,
        *,
        times: int = 1,
        after: bool = False,
        skip: int = 0,
    ) -> None:
        """Let the next requests whose ``METHOD /path`` match the regular expression fail."""
        self.pending.append(Fault(re.compile(match), outcome, times, after, skip))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for a request, which uses it up once."""
        return _next(self.pending, f"{method} {path}")


def _next(pending: list[_Due], line: str) -> _Due | None:
    """Return the first that is due for a request, which uses it up once; all others count the request."""
    due: _Due | None = None
    for each in [*pending]:
        if each.match.search(line):
            if each.skip:
                each.skip -= 1
            elif due is None:
                due = each
                each.times -= 1
                if each.times <= 0:
                    pending.remove(each)
    return due
