"""Discussions about the objects of a project, which are outside its Git."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import illegal, not_found, null_pointer
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids
from dssdsl.emulator.project.kinds import BY_TYPE

_ALL = "/projects/{project}/discussions/{type}/{object}"


def _file(call: Call) -> Path:
    return call.dss.root / "discussions" / call.project.key / "discussions.json"


def _all(call: Call) -> dict[str, list[Document]]:
    file = _file(call)
    found: dict[str, list[Document]] = {}
    if file.exists():
        found = json.loads(file.read_text(encoding="utf-8"))
    return found


def _key(call: Call) -> str:
    """Return the key of the object in the path. Raises ``Refused`` if it does not exist."""
    kind, name = call.vars["type"], call.vars["object"]
    known = BY_TYPE.get(kind)
    if known is None and kind not in ("PROJECT", "JUPYTER_NOTEBOOK"):
        raise illegal(f"Unknown type of object: {kind}")
    there = {
        "PROJECT": name == call.project.key,
        "JUPYTER_NOTEBOOK": call.project.text(f"ipython_notebooks/{name}.ipynb") is not None,
    }
    if not (call.project.has(known, name) if known else there[kind]):
        raise not_found(f"{kind} does not exist: {call.project.key}.{name}")
    return f"{kind}.{name}"


def _save(call: Call, key: str, discussion: Document) -> Document:
    """Add or replace a discussion."""
    known = _all(call)
    rest = [each for each in known.get(key, []) if each["id"] != discussion["id"]]
    known[key] = [*rest, discussion]
    file = _file(call)
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_suffix(".tmp")
    half.write_text(json.dumps(known, indent=2), encoding="utf-8")
    half.replace(file)  # atomic, if the process dies
    return discussion


def _one(call: Call, key: str) -> Document:
    for each in _all(call).get(key, []):
        if each["id"] == call.vars["discussion"]:
            return each
    raise not_found(f"discussion does not exist: {call.vars['discussion']}")


def _reply(call: Call) -> Document:
    text = call.document.get("reply")
    if not isinstance(text, str):
        raise null_pointer("reply")
    now = call.project.now()
    return {"id": ids.make(8), "author": call.login, "text": text, "time": now, "editedOn": 0}


@route("GET", _ALL, approximate="responses as the client reads them")
def list_all(call: Call) -> Any:
    """List the discussions about an object, without their replies."""
    found = _all(call).get(_key(call), [])
    return [{name: value for name, value in each.items() if name != "replies"} for each in found]


@route("POST", _ALL, approximate="responses as the client reads them")
def create(call: Call) -> Any:
    """Create a discussion about an object."""
    key, topic = _key(call), call.document.get("topic")
    if not isinstance(topic, str):
        raise null_pointer("topic")
    about = {"objectType": call.vars["type"], "objectId": call.vars["object"]}
    head = {"id": ids.make(8), "topic": topic, **about, "projectKey": call.project.key}
    open_since = {"closedOn": 0, "replies": [_reply(call)]}
    return _save(call, key, {**head, **open_since})


@route("GET", f"{_ALL}/{{discussion}}", approximate="responses as the client reads them")
def get(call: Call) -> Any:
    """Return a discussion with its replies."""
    return _one(call, _key(call))


@route("PUT", f"{_ALL}/{{discussion}}", approximate="responses as the client reads them")
def put(call: Call) -> Any:
    """Replace the topic of a discussion; its replies stay."""
    key = _key(call)
    before = _one(call, key)
    changed: Document = {
        name: call.document[name] for name in ("topic", "closedOn") if name in call.document
    }
    return _save(call, key, {**before, **changed})


@route("POST", f"{_ALL}/{{discussion}}/replies", approximate="responses as the client reads them")
def reply(call: Call) -> Any:
    """Add a reply to a discussion, before all others."""
    key = _key(call)
    before = _one(call, key)
    return _save(call, key, {**before, "replies": [_reply(call), *before["replies"]]})
