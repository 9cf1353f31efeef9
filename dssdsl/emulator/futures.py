"""Long tasks: the emulator finishes them at once, and can say that they still run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import ids
from .refusals import illegal

if TYPE_CHECKING:
    from .app import Emulator


def finished(dss: Emulator, result: Any) -> dict[str, Any]:
    """
    Answer with a task that is done.

    It has an id even so: the client asks for the result of one without as ``/futures/None``.
    Where the emulator is told to let tasks be polled, it answers that this one runs.
    """
    job = ids.make(8)
    dss.futures[job] = {"result": result, "polls": dss.future_polls}
    return _running(job) if dss.future_polls else _done(job, result)


def state(dss: Emulator, job: str) -> dict[str, Any]:
    """Tell how far a task is."""
    known = dss.futures.get(job)
    if known is None:
        raise illegal("No future by that id")
    if known["polls"] > 1:
        known["polls"] -= 1
        return _running(job)
    return _done(job, known["result"])


def _running(job: str) -> dict[str, Any]:
    return {"jobId": job, "hasResult": False, "alive": True, "aborted": False, "unknown": False}


def _done(job: str, result: Any) -> dict[str, Any]:
    over = {"jobId": job, "hasResult": True, "alive": False, "aborted": False, "unknown": False}
    return {**over, "result": result}
