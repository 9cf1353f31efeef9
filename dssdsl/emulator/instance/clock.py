"""A clock that can be set."""

from __future__ import annotations

from collections.abc import Callable


class Clock:
    """
    Tells the time in seconds.

    Args:
        source: Tells it as long as nobody sets the clock.
    """

    def __init__(self, source: Callable[[], float]) -> None:
        self._source, self._ahead = source, 0.0
        self._stopped: float | None = None

    def __call__(self) -> float:
        return self._source() + self._ahead if self._stopped is None else self._stopped

    def stop(self, seconds: float) -> None:
        """Stand still at a time."""
        self._stopped = seconds

    def move(self, seconds: float) -> None:
        """Go on by some seconds at once."""
        if self._stopped is None:
            self._ahead += seconds
        else:
            self._stopped += seconds

    def reset(self) -> None:
        """Tell the time as it is again."""
        self._ahead, self._stopped = 0.0, None
