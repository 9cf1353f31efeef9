"""The requests that the emulator was sent: the last of them, and how many there were of each."""

from __future__ import annotations

import re
from collections import Counter

from attrs import frozen

LAST = 10_000
"""How many requests are kept at least, as long as their bodies are small."""

BODIES = 64_000_000
"""How many characters of bodies are kept at most."""

PATHS = 100_000
"""How many methods and paths are counted on their own; those that come later count as one, ``*``."""


@frozen
class LoggedRequest:
    """A request that the emulator was sent."""

    method: str
    path: str
    query: str
    status: int
    login: str
    body: str


class RequestLog(list["LoggedRequest"]):
    """The last requests, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.total = 0
        self.counts: Counter[str] = Counter()
        """How many requests there were of each ``METHOD /path``, those that are not kept any more too."""

        self._size = 0

    def append(self, request: LoggedRequest) -> None:
        """Add a request; where there are too many, the oldest go."""
        super().append(request)
        line = f"{request.method} {request.path}"
        self.counts[line if line in self.counts or len(self.counts) < PATHS else "*"] += 1
        self.total += 1
        self._size += len(request.body)
        if len(self) > LAST + LAST // 10 or self._size > BODIES:
            self._trim()

    def _trim(self) -> None:
        first, size = len(self) - 1, len(self[-1].body)
        while first > len(self) - LAST and first and size + len(self[first - 1].body) <= BODIES:
            first -= 1
            size += len(self[first].body)
        del self[:first]
        self._size = size

    def clear(self) -> None:
        """Forget all requests, and their counts."""
        super().clear()
        self.counts.clear()
        self.total = self._size = 0

    def count(self, match: str) -> int:  # type: ignore[override]  # requests are told by what they ask
        """Return how many requests there were whose ``METHOD /path`` matches a regular expression."""
        pattern = re.compile(match)
        return sum(count for line, count in self.counts.items() if pattern.search(line))

    def check(
        self,
        match: str,
        times: int | None = None,
        *,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> None:
        """
        Check how many requests there were.

        Args:
            match: Regular expression that is searched in ``METHOD /path``.

            times: How many there should have been; without any number, one at least.

            at_least: The least.

            at_most: The most.

        Raises:
            AssertionError: There were fewer, or more; it says what was asked instead.
        """
        found = self.count(match)
        if times is None and at_least is None and at_most is None:
            at_least = 1
        low = times if times is not None else at_least
        high = times if times is not None else at_most
        if (low is None or found >= low) and (high is None or found <= high):
            return
        told = "any number" if high is None else high
        wanted = f"{low}" if low == high else f"{low or 0} to {told}"
        lines = [f"{count} x {line}" for line, count in self.counts.most_common(20)]
        asked = "\n  ".join(lines or ["nothing"])
        raise AssertionError(
            f"{found} requests match {match!r}, not {wanted}; what was asked:\n  {asked}"
        )
