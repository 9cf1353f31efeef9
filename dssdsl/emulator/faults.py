"""Faults on demand: a chosen request is late, refused, answered otherwise, or its connection breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .refusals import Cut, Refused
    from .routing import Raw


@dataclass
class Fault:
    """What happens instead of, or after, the next requests that match."""

    match: re.Pattern[str]
    outcome: Refused | Cut | Raw
    times: int = 1
    after: bool = False
    """Whether the request is carried out first."""


@dataclass
class Delay:
    """How long the next requests that match have to wait."""

    match: re.Pattern[str]
    seconds: float
    times: int = 1


class Faults:
    """The faults that are still to come, oldest first."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []
        self.delays: list[Delay] = []

    def delay(self, match: str, seconds: float, times: int = 1) -> None:
        """Let the next requests whose ``METHOD /path`` match the regular expression wait."""
        self.delays.append(Delay(re.compile(match), seconds, times))

    def pause(self, method: str, path: str) -> float:
        """Return how long a request has to wait, which uses up one delay."""
        for delay in self.delays:
            if delay.match.search(f"{method} {path}"):
                delay.times -= 1
                if delay.times <= 0:
                    self.delays.remove(delay)
                return delay.seconds
        return 0.0

    def add(
        self, match: str, outcome: Refused | Cut | Raw, *, times: int = 1, after: bool = False
    ) -> None:
        """Let the next requests whose ``METHOD /path`` match the regular expression fail."""
        self.pending.append(Fault(re.compile(match), outcome, times, after))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for a request, which uses it up once."""
        line = f"{method} {path}"
        for fault in self.pending:
            if fault.match.search(line):
                fault.times -= 1
                if fault.times <= 0:
                    self.pending.remove(fault)
                return fault
        return None
