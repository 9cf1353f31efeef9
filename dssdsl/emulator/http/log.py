"""The request log: the last requests, and the count of each."""

from __future__ import annotations

import re
from collections import Counter

from attrs import frozen

LAST = 10_000
"""The log keeps at least this many requests, if their bodies are small."""

BODIES = 64_000_000
"""The log keeps at most this many characters of bodies."""

PATHS = 100_000
"""The log counts this many methods and paths one by one; later ones count as ``*``."""


@frozen
class LoggedRequest:
    """A request to the emulator."""

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
        """The number of requests of each ``METHOD /path``, including those that the log dropped."""

        self._size = 0

    def append(self, request: LoggedRequest) -> None:
        """Add a request, and drop the oldest if there are too many."""
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
        """Remove all requests and counts."""
        super().clear()
        self.counts.clear()
        self.total = self._size = 0

    def count(self, match: str) -> int:  # type: ignore[override]  # by a pattern, not by an item
        """Return the number of requests whose ``METHOD /path`` matches a regular expression."""
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
        Check the number of requests.

        Args:
            match: Regular expression to search in ``METHOD /path``.

            times: The exact number. Without any number, at least one is expected.

            at_least: The minimum.

            at_most: The maximum.

        Raises:
            AssertionError: There were fewer, or more. The message lists the requests.
        """
        found = self.count(match)
        if times is None and at_least is None and at_most is None:
            at_least = 1
        low = times if times is not None else at_least
        high = times if times is not None else at_most
        if (low is None or found >= low) and (high is None or found <= high):
            return
        most = "any number" if high is None else high
        wanted = f"{low}" if low == high else f"{low or 0} to {most}"
        lines = [f"{count} x {line}" for line, count in self.counts.most_common(20)]
        listed = "\n  ".join(lines or ["none"])
        raise AssertionError(
            f"{found} requests match {match!r}, not {wanted}; the requests were:\n  {listed}"
        )
