"""Faults that tests set: a request is late, fails, is stale, or kills its client."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from attrs import Factory, define

from dssdsl.emulator.errors import Cut, Refused
from dssdsl.emulator.instance.dss import Dss

from .call import Response


@define
class Kill:
    """Kills the process of the client."""

    pid: int


@define
class Fault:
    """The outcome of the next matching requests."""

    match: re.Pattern[str]
    outcome: Refused | Cut | Response | Kill
    times: int = 1
    after: bool = False
    """Whether to carry out the request first."""

    skip: int = 0
    """How many matching requests to leave alone before."""


@define
class Delay:
    """A delay of the next matching requests."""

    match: re.Pattern[str]
    seconds: float
    times: int = 1
    skip: int = 0
    """How many matching requests to leave alone before."""


@define
class Stale:
    """The old states that answer the next matching reads."""

    match: re.Pattern[str]
    writes: int
    times: int = 1
    past: deque[Dss] = Factory(deque)
    """The state before each of the last writes, oldest first."""


_Due = TypeVar("_Due", bound="Fault | Delay")


class Faults:
    """The pending faults, oldest first."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self.delays: list[Delay] = []
        self.stale: list[Stale] = []

    def delay(self, match: str, seconds: float, times: int = 1, skip: int = 0) -> None:
        """Delay the next requests whose ``METHOD /path`` matches the regular expression."""
        self.delays.append(Delay(re.compile(match), seconds, times, skip))

    def pause(self, method: str, path: str) -> float:
        """Return the seconds to delay a request, and use up one delay."""
        delay = _next(self.delays, f"{method} {path}")
        return 0.0 if delay is None else delay.seconds

    def outdate(self, match: str, writes: int, times: int) -> None:
        """Answer the next reads whose ``GET /path`` matches the regular expression without the last writes."""
        self.stale.append(Stale(re.compile(match), writes, times, deque(maxlen=writes)))

    def keep(self, picture: Callable[[], Dss]) -> None:
        """Keep the state before a write, if a later read may need it."""
        if self.stale:
            taken = picture()
            for each in self.stale:
                each.past.append(taken)

    def past(self, method: str, path: str) -> Dss | None:
        """Return the old state that answers a read, and use it up once; None for the current state."""
        for each in self.stale:
            if each.past and each.match.search(f"{method} {path}"):
                each.times -= 1
                if each.times <= 0:
                    self.stale.remove(each)
                return each.past[0]
        return None

    def count(self) -> int:
        """Return the number of pending faults."""
        return len(self.pending) + len(self.delays) + len(self.stale)

    def clear(self) -> None:
        """Remove all faults."""
        self.pending.clear()
        self.delays.clear()
        self.stale.clear()

    def add(
        self,
        match: str,
        outcome: Refused | Cut | Response | Kill,
        *,
        times: int = 1,
        after: bool = False,
        skip: int = 0,
    ) -> None:
        """Fail the next requests whose ``METHOD /path`` matches the regular expression."""
        self.pending.append(Fault(re.compile(match), outcome, times, after, skip))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for a request, and use it up once."""
        return _next(self.pending, f"{method} {path}")


def _next(pending: list[_Due], line: str) -> _Due | None:
    """Return the first fault that is due for a request, and use it up once; the others count the request."""
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
