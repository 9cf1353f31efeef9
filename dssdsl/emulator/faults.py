"""Faults on demand: a chosen request is refused, answered otherwise, or its connection breaks."""

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


class Faults:
    """The faults that are still to come, oldest first."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

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
