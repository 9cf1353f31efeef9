"""The requests under ``/__emulator/``, which control the emulator where that is allowed."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict

from .errors import Refused, illegal, not_emulated, unauthorized
from .http.call import JSON, Response
from .http.running import PREFIX
from .instance.futures import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from .app import Emulator

    Body = dict[str, Any]


def handle(
    dss: Emulator, method: str, path: str, content: bytes, authorization: str = ""
) -> Response:
    """Carry out a request to the emulator itself. It is not logged."""
    try:
        if dss.controlled is not True and authorization != f"Bearer {dss.controlled}":
            raise unauthorized("This request needs the token of the emulator")
        act = _ACTS.get((method, path.removeprefix(PREFIX)))
        if act is None:
            raise not_emulated(f"{method} {path}")
        try:
            body = json.loads(content) if content else {}
            with dss.lock:
                found = act(dss, body)
        except OSError as error:
            raise illegal(str(error)) from error
        except AssertionError as error:
            raise Refused(409, "java.lang.AssertionError", str(error)) from error
        except _NONSENSE as error:
            raise illegal(f"{type(error).__name__}: {error}") from error
    except Refused as refused:
        return Response(json.dumps(refused.body()), status=refused.status)
    return Response(json.dumps({} if found is None else found), JSON)


_NONSENSE = (
    *(AttributeError, KeyError, TypeError, ValueError),
    *(OverflowError, RecursionError, re.error),
)


def _number(
    body: Body, name: str, default: float | None = None, least: int = 0, most: float = math.inf
) -> int:
    """Return an integer from the body."""
    found = int(body[name] if default is None else body.get(name, default))
    if not least <= found <= most:
        raise illegal(f"Invalid {name}: {found}")
    return found


def _seconds(body: Body, name: str = "seconds") -> float:
    """Return a time in seconds from the body."""
    found = float(body[name])
    if not 0 <= found <= _END_OF_TIME:
        raise illegal(f"{name} must not be negative: {found}")
    return found


_END_OF_TIME = 253402300799
"""The last second of the year 9999: Python has no later date."""


def _status(dss: Emulator, _: Body) -> Body:
    return {
        "pid": os.getpid(),
        "projects": dss.projects(),
        "requests": dss.requests.total,
        "faults": dss.faults.count(),
        "latency": dss.latency,
        "futurePolls": "never" if dss.future_polls == NEVER else dss.future_polls,
        "time": dss.clock(),
    }


def _requests(dss: Emulator, body: Body) -> list[Body]:
    known = dss.writes() if body.get("writes") else dss.requests
    last = _number(body, "last", len(known))
    return [asdict(each) for each in known[max(len(known) - last, 0) :]]


def _counts(dss: Emulator, _: Body) -> dict[str, int]:
    return dict(dss.requests.counts)


def _check(dss: Emulator, body: Body) -> Body:
    numbers = {
        name: None if body.get(name) is None else _number(body, name)
        for name in ("times", "atLeast", "atMost")
    }
    dss.check_requests(
        body["match"], numbers["times"], at_least=numbers["atLeast"], at_most=numbers["atMost"]
    )
    return {"count": dss.requests.count(body["match"])}


def _refuse(dss: Emulator, body: Body) -> None:
    dss.refuse(
        body["match"],
        status=_number(body, "status", 500, 200, 599),
        error_type=body.get("errorType", "java.lang.Exception"),
        message=body.get("message", "refused by the test"),
        times=_number(body, "times", 1, 1),
        after=bool(body.get("after", False)),
        nth=_number(body, "nth", 1, 1),
    )


def _cut(dss: Emulator, body: Body) -> None:
    after, nth = bool(body.get("after", False)), _number(body, "nth", 1, 1)
    dss.cut(body["match"], _number(body, "times", 1, 1), after, nth)


def _delay(dss: Emulator, body: Body) -> None:
    times, nth = _number(body, "times", 1, 1), _number(body, "nth", 1, 1)
    dss.delay(body["match"], _seconds(body), times, nth)


def _answer(dss: Emulator, body: Body) -> None:
    content_type = str(body.get("contentType", "text/html"))
    if not content_type.isprintable():
        raise illegal(f"Invalid content type: {content_type!r}")
    status, nth = _number(body, "status", 200, 200, 599), _number(body, "nth", 1, 1)
    dss.answer(body["match"], status, content_type, str(body["body"]).encode(), nth)


def _kill(dss: Emulator, body: Body) -> None:
    pid = int(body["pid"])
    if pid <= 1 or pid == os.getpid():
        raise illegal(f"Invalid pid: {pid}")
    dss.kill(body["match"], pid, _number(body, "nth", 1, 1), bool(body.get("after", False)))


def _stale(dss: Emulator, body: Body) -> None:
    dss.stale(body["match"], _number(body, "writes", 1, 1), _number(body, "times", 1, 1))


def _no_faults(dss: Emulator, _: Body) -> None:
    dss.faults.clear()


def _latency(dss: Emulator, body: Body) -> None:
    dss.latency = _seconds(body)


def _futures(dss: Emulator, body: Body) -> None:
    dss.future_polls = NEVER if body["polls"] == "never" else _number(body, "polls")


def _clock(dss: Emulator, body: Body) -> Body:
    if "stop" in body:
        dss.clock.stop(_seconds(body, "stop"))
    elif "move" in body:
        dss.clock.move(_seconds(body, "move"))
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
    """Apply a JSON merge patch: null deletes a key, objects are merged."""
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
    ("POST", "/requests/check"): _check,
    ("POST", "/faults/refuse"): _refuse,
    ("POST", "/faults/cut"): _cut,
    ("POST", "/faults/delay"): _delay,
    ("POST", "/faults/answer"): _answer,
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
