"""Ctrl-C and SIGTERM: the first one lets running steps end, the second one stops at once."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def interrupt() -> None:
    """Let SIGTERM stop this process as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextlib.contextmanager
def stopping(stop: threading.Event) -> Iterator[None]:
    """Let the first signal set *stop*, and the next one interrupt, as long as the block runs."""
    if threading.current_thread() is not threading.main_thread():
        yield  # elsewhere Python does not let signals be caught
        return

    def handle(*_: Any) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    with contextlib.ExitStack() as stack:
        for which in SIGNALS:
            before = signal.getsignal(which)
            if before is not signal.SIG_IGN:  # who starts us deaf to it means it
                signal.signal(which, handle)
                stack.callback(signal.signal, which, before or signal.SIG_DFL)
        yield


def leave(code: int) -> None:
    """End the process, though workers that nobody waits for any more still wait for DSS."""
    from dssdsl.engine.execute import WORKER

    if any(thread.name.startswith(WORKER) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
