"""Long tasks. The emulator finishes them at once, but can answer that they still run."""

from __future__ import annotations

import math
from typing import Any

from dssdsl.emulator.errors import illegal
from dssdsl.emulator.project import ids

from .dss import Dss

NEVER = math.inf
"""The number of polls of a task that never ends."""

_KEPT = 1000
"""The number of tasks to keep; the oldest finished ones go first."""


def finished(dss: Dss, result: Any) -> dict[str, Any]:
    """
    Answer with a finished task.

    It has an id even so: without one, the client would request its result as ``/futures/None``.
    If ``future_polls`` is set, the answer is that the task runs.
    """
    job = ids.make(8)
    dss.futures[job] = {"result": result, "polls": dss.future_polls, "aborted": False}
    if len(dss.futures) > _KEPT:
        over = (name for name, each in dss.futures.items() if not _runs(each))
        dss.futures.pop(next(over, next(iter(dss.futures))))
    return _running(job) if dss.future_polls else _done(job, result)


def state(dss: Dss, job: str, *, peek: bool = False) -> dict[str, Any]:
    """
    Return the state of a task.

    Args:
        dss: The DSS.

        job: The id of the task.

        peek: Whether DSS keeps the result of a finished task for another request.
    """
    known = _known(dss, job)
    if known["aborted"]:
        return {**_running(job), "alive": False, "aborted": True}
    if known["polls"] > 1:
        known["polls"] -= 1
        return _running(job)
    known["polls"] = 0
    if not peek:
        del dss.futures[job]
    return _done(job, known["result"])


def running(dss: Dss) -> list[dict[str, Any]]:
    """Return the running tasks."""
    return [_running(job) for job, known in dss.futures.items() if _runs(known)]


def abort(dss: Dss, job: str) -> dict[str, Any]:
    """Abort a task, unless it has finished, and return its state."""
    known = _known(dss, job)
    known["aborted"] = _runs(known)
    return {**_running(job), "alive": False, "aborted": True, "hasResult": not known["aborted"]}


def _runs(known: dict[str, Any]) -> bool:
    return bool(known["polls"]) and not known["aborted"]


def _known(dss: Dss, job: str) -> dict[str, Any]:
    known: dict[str, Any] | None = dss.futures.get(job)
    if known is None:
        raise illegal("No future by that id")
    return known


def _running(job: str) -> dict[str, Any]:
    return {"jobId": job, "hasResult": False, "alive": True, "aborted": False, "unknown": False}


def _done(job: str, result: Any) -> dict[str, Any]:
    over = {"jobId": job, "hasResult": True, "alive": False, "aborted": False, "unknown": False}
    return {**over, "result": result}
