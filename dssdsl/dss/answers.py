"""Turns the answers of DSS, and their absence, into typed errors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from dssdsl.errors import Denied, DssError, Exists, NotFound, Rejected
from dssdsl.hidden import hiding

STARTING = (502, 503, 504)
AGAIN = "try again in a while: the host, or what stands before it, is not ready"
LOGS = "DSS's own log says more: run/backend.log, or Administration > Maintenance > Log files"
NO_DSS = "check that the stack's host is a DSS, with no login page before it"


def no_json(text: str) -> str:
    """What an answer is that is not JSON."""
    return "an HTML page" if "<html" in text[:500].lower() else "something that is not JSON"


def reason_of(error: BaseException) -> str:
    """Why there was no answer, in a few words."""
    reason: Any = error
    while getattr(reason, "args", None) and isinstance(reason.args[0], BaseException):
        reason = reason.args[0]
    reason = getattr(reason, "reason", reason)
    text = str(reason)
    for said, words in (
        ("NameResolutionError", "its name is not known"),
        ("Failed to resolve", "its name is not known"),
        ("Connection refused", "nothing listens there"),
        ("RemoteDisconnected", "it closed the connection without an answer"),
        ("Connection reset", "it broke the connection"),
        ("Broken pipe", "it broke the connection"),
        ("timed out", "it did not answer in time"),
        ("No route to host", "there is no route to it"),
        ("Network is unreachable", "there is no network"),
    ):
        if said in f"{type(reason).__name__}: {text}":
            return words
    text = text.split(": ", 1)[-1] if "object at 0x" in text else text
    return text.split("\n")[0]


SEES = ("GET", "HEAD", "OPTIONS")
KEEPS_METHOD = (307, 308)


def refuse_redirect(response: Any, session: Any, **_: Any) -> Any:
    """
    Raise an error for a redirect that would turn a write into a read, or send it to another host.

    requests follows 301, 302 and 303 with a GET: the answer is a success, and nothing is written.
    It sends no key to another host.

    Raises:
        DssError: It is one of those.
    """
    request, to = response.request, response.headers.get("Location")
    if to is None or not 300 <= response.status_code < 400:  # noqa: PLR2004  HTTP's redirects
        return response
    to = urljoin(request.url, to)
    reads = request.method in SEES
    if not session.should_strip_auth(request.url, to) and (
        reads or response.status_code in KEEPS_METHOD
    ):
        return response
    response.close()
    host, api, _ = to.partition("?")[0].partition("/dip/publicapi")
    mine = "/".join(request.url.split("/")[:3])
    path = request.url.partition("publicapi")[2].partition("?")[0]
    then = "" if reads else ", which would turn the write into a read; nothing was written"
    raise DssError(
        f"{mine} redirects {request.method} {path} to {to}{then}",
        fix=f'write host = "{host}" for the stack in dssdsl.toml' if api else NO_DSS,
    )


def raise_for_refusal(response: Any, key_from: str | None = None, **_: Any) -> Any:
    """
    Raise the error that fits *response*.

    dataikuapi drops the HTTP status when it raises, so we look at the response before it does.
    """
    status = response.status_code
    if status < 400:  # noqa: PLR2004  the first status that says no
        return response
    host = "/".join(response.url.split("/")[:3])
    what = f"{response.request.method} {response.url.partition('publicapi')[2].partition('?')[0] or response.url}"
    try:
        said = response.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        fix = AGAIN if status in STARTING else NO_DSS
        raise DssError(
            f"{host} answered {what} with {status} and {no_json(response.text)}", fix=fix
        )
    error, text = (
        str(said.get("errorType") or ""),
        str(said.get("detailedMessage") or said.get("message") or "no message"),
    )
    text = hiding().conceal(text).strip().split("\n")[0]
    if status == 401 and "NotAuthenticated" in error:  # noqa: PLR2004  HTTP says it so
        holder = (
            f"the environment variable {key_from}"
            if key_from
            else "the environment variable that holds the stack's key"
        )
        raise Denied(
            f"{host} does not know the API key",
            fix=f"check {holder}, or make a new key in DSS (Profile > API keys)",
        )
    if status in (401, 403) or error.endswith(("UnauthorizedException", "ForbiddenException")):
        raise Denied(
            f"DSS does not allow {what}: {text}",
            fix="ask an administrator for the right, or use another key",
        )
    if status == 404:  # noqa: PLR2004  HTTP says it so
        raise NotFound(f"DSS has nothing at {what}: {text}")
    if "already exists" in text or "already used" in text:
        raise Exists(
            f"DSS refused {what}: {text}", fix="run it again: the plan will show whose it is"
        )
    hint = (
        AGAIN
        if status in STARTING
        else LOGS
        if error.startswith("java.") and "IllegalArgument" not in error
        else None
    )
    refused = DssError if status >= 500 else Rejected  # noqa: PLR2004  HTTP's own failures
    raise refused(f"DSS refused {what}: {text} ({error.rpartition('.')[2] or status})", fix=hint)
