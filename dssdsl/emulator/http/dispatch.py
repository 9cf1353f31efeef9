"""Carry out one request: find its handler, check the user's rights, and translate what fails."""

from __future__ import annotations

import json
import logging

from dssdsl.emulator.errors import Cut, Refused, failed, not_found, unauthorized
from dssdsl.emulator.instance import rights
from dssdsl.emulator.project.kinds import (
    DASHBOARD,
    DATASET,
    INSIGHT,
    MANAGED_FOLDER,
    RECIPE,
    SAVED_MODEL,
    SCENARIO,
    WEB_APP,
)

from .call import JSON, Call, Response
from .routing import find

_LOG = logging.getLogger(__name__)
_MISFITS = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What handlers raise on JSON whose values have other types than they expect."""

_VERSIONED = {
    "dashboards": DASHBOARD,
    "datasets": DATASET,
    "insights": INSIGHT,
    "managedfolders": MANAGED_FOLDER,
    "recipes": RECIPE,
    "savedmodels": SAVED_MODEL,
    "scenarios": SCENARIO,
    "webapps": WEB_APP,
}


def dispatch(call: Call) -> Response:
    """
    Carry out a request.

    Raises:
        Refused: DSS would answer with an error.
    """
    dss = call.dss
    handler, call.vars = find(call.method, call.path)
    if not dss.zones and call.path.split("/")[3:5] == ["flow", "zones"]:
        raise not_found(f"{call.method} {call.path}")
    if call.user.read_only and call.method not in ("GET", "HEAD"):
        raise unauthorized("You may not write: the API key is read-only")
    if "project" in call.vars:
        found = dss.open(call.vars["project"], call.user)
        known = rights.granted(dss.instance, call.user, found)
        rights.check(known, call.method, call.path, found.key)
    try:
        if dss.assumptions.stale_versions_are_refused:
            _check_version(call)
        result = handler(call)
        dss.finish_request()
    except BaseException as error:
        dss.abandon_request(call.vars.get("project"))
        if isinstance(error, (Refused, Cut)) or not isinstance(error, Exception):
            raise
        message = f"{type(error).__name__}: {error}"
        if call.content and isinstance(error, _MISFITS):
            message = f"Unexpected content: {message}"
            raise failed(message, "com.google.gson.JsonSyntaxException") from error
        _LOG.exception("%s %s failed", call.method, call.path)
        raise failed(message, "java.lang.RuntimeException") from error
    if isinstance(result, Response):
        return result
    return Response(json.dumps({} if result is None else result), JSON)


def _check_version(call: Call) -> None:
    """Raise ``Refused`` for a document with an older version than the stored object."""
    kind = _VERSIONED.get(call.path.split("/")[3]) if call.path.count("/") == 4 else None  # noqa: PLR2004 - /projects/P/datasets/X
    if kind is None or call.method != "PUT" or not isinstance(call.body, dict):
        return
    sent = call.body.get("recipe") if kind is RECIPE else call.body
    tag = sent.get("versionTag") if isinstance(sent, dict) else None
    if isinstance(tag, dict) and call.project.has(kind, call.vars["name"]):
        now = call.project.tag(kind, call.vars["name"])["versionNumber"]
        if tag.get("versionNumber") != now:
            message = f"{kind.noun} {call.vars['name']} was saved by somebody else since"
            raise Refused(409, "java.util.ConcurrentModificationException", message)
