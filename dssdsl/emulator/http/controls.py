"""Check the requests to an emulator, and set faults for the next ones."""

from __future__ import annotations

import os

from dssdsl.emulator.errors import Cut, Refused

from .call import Response
from .faults import Faults, Kill
from .log import LoggedRequest, RequestLog


class RequestControls:
    """The request log of an emulator, and the pending faults."""

    def __init__(self) -> None:
        self.requests = RequestLog()
        self.faults = Faults()
        self.latency = 0.0

    def writes(self) -> list[LoggedRequest]:
        """Return the requests other than GET and HEAD."""
        return [each for each in self.requests if each.method not in ("GET", "HEAD")]

    def clear_requests(self) -> None:
        """Clear the request log."""
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
        Raise ``AssertionError`` unless the number of matching requests is as expected.

        Args:
            match: Regular expression to search in ``METHOD /path``.

            times: The exact number. Without any number, at least one is expected.

            at_least: The minimum.

            at_most: The maximum.
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
            match: Regular expression to search in ``METHOD /path``.

            status: The HTTP status.

            error_type: The class of the exception.

            message: The message.

            times: The number of requests.

            after: Whether to carry out the request first.

            nth: The first request to fail, counted among those that match.
        """
        refusal = Refused(status, error_type, message)
        self.faults.add(match, refusal, times=times, after=after, skip=nth - 1)

    def cut(self, match: str, times: int = 1, after: bool = False, nth: int = 1) -> None:
        """Break the connection of matching requests from the n-th on, before or after carrying them out."""
        self.faults.add(match, Cut(), times=times, after=after, skip=nth - 1)

    def delay(self, match: str, seconds: float, times: int = 1, nth: int = 1) -> None:
        """Delay matching requests from the n-th on."""
        self.faults.delay(match, seconds, times, nth - 1)

    def answer(self, match: str, status: int, content_type: str, body: bytes, nth: int = 1) -> None:
        """Answer the n-th matching request with these bytes, such as a proxy's page."""
        self.faults.add(match, Response(body, content_type, status), skip=nth - 1)

    def kill(self, match: str, pid: int | None = None, nth: int = 1, after: bool = False) -> None:
        """
        Kill a client at one of its requests.

        Args:
            match: Regular expression to search in ``METHOD /path``.

            pid: The client's process; None for this one.

            nth: The request, counted among those that match.

            after: Whether to carry out the request first.
        """
        self.faults.add(match, Kill(os.getpid() if pid is None else pid), skip=nth - 1, after=after)

    def stale(self, match: str, writes: int = 1, times: int = 1) -> None:
        """
        Answer the next matching reads without the last writes, like a cache.

        From now on the emulator copies everything before each write, until it has answered that
        many reads. No read is older than this call.

        Args:
            match: Regular expression to search in ``GET /path``.

            writes: How many writes the responses lack.

            times: The number of reads.
        """
        self.faults.outdate(match, writes, times)
