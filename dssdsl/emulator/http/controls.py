"""What tests and tools ask of the requests to an emulator, and what is to go wrong with the next ones."""

from __future__ import annotations

import os

from dssdsl.emulator.errors import Cut, Refused

from .call import Raw
from .faults import Faults, Kill
from .log import LoggedRequest, RequestLog


class RequestControls:
    """The log of an emulator's requests, and the faults that are still to come."""

    def __init__(self) -> None:
        self.requests = RequestLog()
        self.faults = Faults()
        self.latency = 0.0

    def writes(self) -> list[LoggedRequest]:
        """Return the requests that were no mere reads."""
        return [each for each in self.requests if each.method not in ("GET", "HEAD")]

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self.requests.clear()

    def check_requests(
        self,
        match: str,
        times: int | None = None,
        *,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> None:
        """
        Raise ``AssertionError`` where there were fewer or more requests than there should be.

        Args:
            match: Regular expression that is searched in ``METHOD /path``.

            times: How many there should have been; without any number, one at least.

            at_least: The least.

            at_most: The most.
        """
        self.requests.check(match, times, at_least=at_least, at_most=at_most)

    def refuse(
        self,
        match: str,
        *,
        status: int = 500,
        error_type: str = "java.lang.Exception",
        message: str = "refused by the test",
        times: int = 1,
        after: bool = False,
        nth: int = 1,
    ) -> None:
        """
        Answer the next requests with an error.

        Args:
            match: Regular expression that is searched in ``METHOD /path``.

            status: The HTTP status.

            error_type: The class that DSS names.

            message: The text that it gives.

            times: How many requests.

            after: Whether the request is carried out first.

            nth: Which of the requests that match is the first.
        """
        refusal = Refused(status, error_type, message)
        self.faults.add(match, refusal, times=times, after=after, skip=nth - 1)

    def cut(self, match: str, times: int = 1, after: bool = False, nth: int = 1) -> None:
        """Break the connection of requests that match from the n-th on, before or after their work."""
        self.faults.add(match, Cut(), times=times, after=after, skip=nth - 1)

    def delay(self, match: str, seconds: float, times: int = 1, nth: int = 1) -> None:
        """Let requests that match, from the n-th on, wait before they are carried out."""
        self.faults.delay(match, seconds, times, nth - 1)

    def answer(self, match: str, status: int, content_type: str, body: bytes, nth: int = 1) -> None:
        """Answer the n-th request that matches with these bytes, such as a proxy's page."""
        self.faults.add(match, Raw(body, content_type, status), skip=nth - 1)

    def kill(self, match: str, pid: int | None = None, nth: int = 1, after: bool = False) -> None:
        """
        Kill a client at one of its requests.

        Args:
            match: Regular expression that is searched in ``METHOD /path``.

            pid: The client's process. None is this one, where the client is in it.

            nth: Which of the requests that match.

            after: Whether the request is carried out first.
        """
        self.faults.add(match, Kill(os.getpid() if pid is None else pid), skip=nth - 1, after=after)

    def stale(self, match: str, writes: int = 1, times: int = 1) -> None:
        """
        Answer the next reads that match as before the last writes, as a cache would.

        From now on everything is copied before each write, until that many reads were stale. Reads
        are not older than this call.

        Args:
            match: Regular expression that is searched in ``GET /path``.

            writes: How many writes the answers lack.

            times: How many reads.
        """
        self.faults.outdate(match, writes, times)
