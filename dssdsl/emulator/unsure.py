"""What the switches in ``guesses`` do to requests, documents and answers."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any

from .kinds import (
    DASHBOARD,
    DATASET,
    INSIGHT,
    MANAGED_FOLDER,
    RECIPE,
    SAVED_MODEL,
    SCENARIO,
    WEB_APP,
    Kind,
)
from .refusals import Refused

if TYPE_CHECKING:
    from .disk import Document
    from .guesses import Guesses
    from .routing import Call

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
_NEW = frozenset(
    (
        *("name", "projectKey", "type", "params", "managed"),
        *("formatType", "formatParams", "partitioning"),
    )
)
_SMALL = 1000
"""Answers of fewer bytes are never compressed."""


def check_version(call: Call) -> None:
    """Refuse a document that was read before somebody else saved its object."""
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


def new_dataset(guesses: Guesses, sent: Document) -> Document:
    """Return what counts of a dataset that is to be created."""
    if guesses.new_datasets_keep_all:
        return sent
    return {key: value for key, value in sent.items() if key in _NEW}


def scenario_id(call: Call, kind: Kind, sent: Document) -> str:
    """Return the id for a new scenario, which may be taken."""
    guesses = call.dss.guesses
    if sent.get("id") and guesses.scenario_ids_are_honoured:
        return str(sent["id"])
    name = str(sent["name"])
    if guesses.scenario_ids_keep_case:
        found = re.sub(r"[^A-Za-z0-9_]", "_", name)
    else:
        found = re.sub(r"[^A-Z0-9_]", "", name.upper()) or "SCENARIO"
    if guesses.scenario_ids_collide:
        return found
    number = 1
    while call.project.has(kind, found if number == 1 else f"{found}_{number}"):
        number += 1
    return found if number == 1 else f"{found}_{number}"


def variables(guesses: Guesses, sent: Document) -> Document:
    """Return variables as they are stored."""
    if guesses.variables_are_typed:
        return sent
    return {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in sent.items()
    }


def annotated(guesses: Guesses, payload: Any) -> Any:
    """Return the settings of a visual recipe as they are stored."""
    if not guesses.payloads_are_annotated or not isinstance(payload, dict):
        return payload
    found = {"engineType": "DSS", **payload}
    for name in ("keys", "values"):
        if isinstance(found.get(name), list):
            found[name] = [
                {**each, "$idx": place, "$selected": False} if isinstance(each, dict) else each
                for place, each in enumerate(found[name])
            ]
    for name in ("preFilter", "postFilter"):
        if isinstance(found.get(name), dict):
            found[name] = {**found[name], "$status": {"validated": True, "ok": True}}
    return found


def compressed(guesses: Guesses, content: bytes, accepted: str) -> bytes | None:
    """Return an answer's content compressed, or None where it is sent as it is."""
    if not guesses.answers_are_compressed or "gzip" not in accepted or len(content) < _SMALL:
        return None
    return gzip.compress(content, 1)
