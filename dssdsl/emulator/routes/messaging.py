"""Meanings and messaging channels."""

from __future__ import annotations

import re
from typing import Any

from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import exists, illegal, not_found
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids

_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_TYPES = ("DECLARATIVE", "VALUES_LIST", "VALUES_MAPPING", "PATTERN")
_CHANNELS = "/messaging-channels"
_MAIL = ("smtp", "aws-ses-mail", "microsoft-graph-mail")


def _meaning(call: Call) -> Document:
    found = call.dss.instance.meanings.get(call.name)
    if found is None:
        raise not_found(f"meaning does not exist: {call.name}")
    return found


@route("GET", "/meanings", approximate="responses as the client reads them")
def meanings(call: Call) -> Any:
    """List all meanings."""
    return [*call.dss.instance.meanings.values()]


@route("POST", "/meanings", approximate="responses as the client reads them")
def create_meaning(call: Call) -> Any:
    """Create a meaning."""
    call.admin()
    sent = without_nulls(call.document)
    name = sent.get("id")
    if not isinstance(name, str) or not _NAME.match(name) or sent.get("type") not in _TYPES:
        raise illegal("A meaning needs an id and a type")
    if name in call.dss.instance.meanings:
        raise exists(f"Meaning '{name}' already exists")
    call.dss.instance.meanings[name] = {"label": name, "description": "", **sent}
    call.dss.instance.save()
    return {"msg": f"created meaning {name}"}


@route("GET", "/meanings/{name}", approximate="responses as the client reads them")
def meaning(call: Call) -> Any:
    """Return a meaning."""
    return _meaning(call)


@route("PUT", "/meanings/{name}", approximate="responses as the client reads them")
def put_meaning(call: Call) -> Any:
    """Replace a meaning. DSS answers a DELETE with 405."""
    call.admin()
    _meaning(call)
    call.dss.instance.meanings[call.name] = {**without_nulls(call.document), "id": call.name}
    call.dss.instance.save()
    return call.dss.instance.meanings[call.name]


def _channel(call: Call) -> Document:
    found = call.dss.instance.channels.get(call.name)
    if found is None:
        raise not_found(f"messaging channel does not exist: {call.name}")
    return found


def _head(channel: Document) -> Document:
    return {key: channel[key] for key in ("id", "type", "family")}


@route("GET", _CHANNELS, approximate="responses as the client reads them")
def channels(call: Call) -> Any:
    """List all messaging channels, or those of one type or family."""
    kind, family = call.param("channelType"), call.param("channelFamily")
    return [
        _head(each)
        for each in call.dss.instance.channels.values()
        if kind in ("", each["type"]) and family in ("", each["family"])
    ]


@route("POST", _CHANNELS, approximate="responses as the client reads them")
def create_channel(call: Call) -> Any:
    """Create a messaging channel."""
    call.admin()
    sent = without_nulls(call.document)
    name, kind = sent.get("id") or ids.make(8), sent.get("type")
    if not kind:
        raise illegal("A messaging channel needs a type")
    if name in call.dss.instance.channels:
        raise exists(f"Messaging channel '{name}' already exists")
    call.dss.instance.channels[name] = {
        "id": name,
        "type": kind,
        "family": "mail" if kind in _MAIL else kind,
        "configuration": sent.get("configuration", {}),
        "permissions": sent.get("permissions", []),
    }
    call.dss.instance.save()
    return _head(call.dss.instance.channels[name])


@route("GET", f"{_CHANNELS}/{{name}}", approximate="responses as the client reads them")
def channel(call: Call) -> Any:
    """Return a messaging channel."""
    return _head(_channel(call))


@route("DELETE", f"{_CHANNELS}/{{name}}", approximate="responses as the client reads them")
def delete_channel(call: Call) -> Any:
    """Delete a messaging channel."""
    call.admin()
    _channel(call)
    del call.dss.instance.channels[call.name]
    call.dss.instance.save()


def _part(name: str, part: str) -> None:
    @route("GET", f"{_CHANNELS}/{{name}}/{name}", approximate="responses as the client reads them")
    def get(call: Call) -> Any:
        """Return a part of a messaging channel."""
        call.admin()
        return _channel(call)[part]

    @route("PUT", f"{_CHANNELS}/{{name}}/{name}", approximate="responses as the client reads them")
    def put(call: Call) -> Any:
        """Replace a part of a messaging channel."""
        call.admin()
        _channel(call)[part] = without_nulls(call.body)
        call.dss.instance.save()


_part("settings", "configuration")
_part("permissions", "permissions")
