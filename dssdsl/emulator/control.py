"""What can be asked of the emulator itself, under ``/__emulator/``, where that was allowed."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .refusals import Refused, illegal, not_emulated, unauthorized
from .routing import JSON, Raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from .app import Emulator

    Body = dict[str, Any]

PREFIX = "/__emulator"


def handle(dss: Emulator, method: str, path: str, content: bytes, authorization: str = "") -> Raw:
    """Carry out one request to the emulator itself; it is not logged."""
    try:
        if dss.controlled is not True and authorization != f"Bearer {dss.controlled}":
            raise unauthorized("The emulator is controlled by somebody else")
        act = _ACTS.get((method, path.removeprefix(PREFIX)))
        if act is None:
            raise not_emulated(f"{method} {path}")
        try:
            body = json.loads(content) if content else {}
            with dss.lock:
                found = act(dss, body)
        except OSError as error:
            raise illegal(str(error)) from error
        except (AttributeError, KeyError, TypeError, ValueError, re.error) as error:
            raise illegal(f"{type(error).__name__}: {error}") from error
    except Refused as refused:
        return Raw(json.dumps(refused.body()), status=refused.status)
    return Raw(json.dumps({} if found is None else found), JSON)


def _status(dss: Emulator, _: Body) -> Body:
    return {
        "pid": os.getpid(),
        "projects": dss.projects(),
        "requests": len(dss.requests),
        "faults": dss.faults.count(),
        "latency": dss.latency,
        "futurePolls": dss.future_polls,
        "time": dss.clock(),
    }


def _requests(dss: Emulator, body: Body) -> list[Body]:
    last = int(body.get("last", len(dss.requests)))
    return [asdict(each) for each in dss.requests[max(len(dss.requests) - last, 0) :]]


def _counts(dss: Emulator, _: Body) -> dict[str, int]:
    return dict(Counter(f"{each.method} {each.path}" for each in dss.requests))


def _refuse(dss: Emulator, body: Body) -> None:
    dss.refuse(
        body["match"],
        status=int(body.get("status", 500)),
        error_type=body.get("errorType", "java.lang.Exception"),
        message=body.get("message", "refused by the test"),
        times=int(body.get("times", 1)),
        after=bool(body.get("after", False)),
    )


def _cut(dss: Emulator, body: Body) -> None:
    dss.cut(body["match"], int(body.get("times", 1)), bool(body.get("after", False)))


def _delay(dss: Emulator, body: Body) -> None:
    dss.delay(body["match"], float(body["seconds"]), int(body.get("times", 1)))


def _kill(dss: Emulator, body: Body) -> None:
    pid = int(body["pid"])
    if pid <= 1 or pid == os.getpid():
        raise illegal(f"Invalid pid: {pid}")
    dss.kill(body["match"], pid, int(body.get("nth", 1)), bool(body.get("after", False)))


def _stale(dss: Emulator, body: Body) -> None:
    dss.stale(body["match"], int(body.get("writes", 1)), int(body.get("times", 1)))


def _no_faults(dss: Emulator, _: Body) -> None:
    dss.faults.clear()


def _latency(dss: Emulator, body: Body) -> None:
    dss.latency = float(body["seconds"])


def _futures(dss: Emulator, body: Body) -> None:
    dss.future_polls = int(body["polls"])


def _clock(dss: Emulator, body: Body) -> Body:
    if "stop" in body:
        dss.clock.stop(float(body["stop"]))
    elif "move" in body:
        dss.clock.move(float(body["move"]))
    else:
        dss.clock.reset()
    return {"time": dss.clock()}


def _edit(dss: Emulator, body: Body) -> None:
    if body["project"] not in dss.projects():
        raise illegal(f"There is no project {body['project']}")
    if not re.fullmatch(r"[^./\\][^/\\]*(/[^./\\][^/\\]*)*\.json", body["path"]):
        raise illegal(f"Invalid path: {body['path']}")

    def change(document: Body) -> None:
        _merge(document, body["merge"])

    dss.edit(body["project"], body["path"], change, body.get("login", "alice"))


def _save(dss: Emulator, body: Body) -> None:
    if body["project"] not in dss.projects():
        raise illegal(f"There is no project {body['project']}")
    dss.save(body["project"], Path(body["folder"]))


def _merge(document: Body, patch: Body) -> None:
    """Put a JSON merge patch on a document: null deletes a key, objects are merged."""
    for key, value in patch.items():
        if value is None:
            document.pop(key, None)
        elif isinstance(value, dict) and isinstance(document.get(key), dict):
            _merge(document[key], value)
        else:
            document[key] = value


_ACTS: dict[tuple[str, str], Callable[[Emulator, Any], Any]] = {
    ("GET", "/status"): _status,
    ("GET", "/requests"): _requests,
    ("DELETE", "/requests"): lambda dss, _: dss.clear_requests(),
    ("GET", "/requests/counts"): _counts,
    ("POST", "/faults/refuse"): _refuse,
    ("POST", "/faults/cut"): _cut,
    ("POST", "/faults/delay"): _delay,
    ("POST", "/faults/kill"): _kill,
    ("POST", "/faults/stale"): _stale,
    ("DELETE", "/faults"): _no_faults,
    ("PUT", "/latency"): _latency,
    ("PUT", "/futures"): _futures,
    ("PUT", "/clock"): _clock,
    ("POST", "/edit"): _edit,
    ("POST", "/load"): lambda dss, body: dss.load(Path(body["folder"]), body["project"]),
    ("POST", "/save"): _save,
    ("POST", "/reset"): lambda dss, _: dss.reset(),
    ("POST", "/settle"): lambda dss, _: dss.settle(),
}
