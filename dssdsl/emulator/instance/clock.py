"""A clock that can be set."""

from __future__ import annotations

from collections.abc import Callable


class Clock:
    """
    Returns the time in seconds.

    Args:
        source: Returns the time while the clock is not set.
    """

    def __init__(self, source: Callable[[], float]) -> None:
        self._source, self._ahead = source, 0.0
        self._stopped: float | None = None

    def __call__(self) -> float:
        return self._source() + self._ahead if self._stopped is None else self._stopped

    def stop(self, seconds: float) -> None:
        """Stop the clock at a time."""
        self._stopped = seconds

    def move(self, seconds: float) -> None:
        """Move the clock forward."""
        if self._stopped is None:
            self._ahead += seconds
        else:
            self._stopped += seconds

    def reset(self) -> None:
        """Return to the time of the source."""
        self._ahead, self._stopped = 0.0, None
