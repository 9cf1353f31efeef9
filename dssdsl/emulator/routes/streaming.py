"""Streaming endpoints."""

from __future__ import annotations

import re
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import exists, illegal
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import STREAMING_ENDPOINT

from . import objects

_ALL = "/projects/{project}/streamingendpoints"
_NAME = re.compile(r"[A-Za-z0-9_]+\Z")
_TYPES = ("kafka", "sqs", "httpsse")


def _create(call: Call, document: Document) -> Response:
    name = document.pop("id", None)
    if not isinstance(name, str) or not _NAME.match(name):
        raise illegal(f"Invalid streaming endpoint name: '{name}'")
    if call.project.has(STREAMING_ENDPOINT, name):
        raise exists(f"Streaming endpoint already exists: {call.project.key}.{name}")
    if document.get("type") not in _TYPES:
        raise illegal(f"Unknown streaming endpoint type: {document.get('type')}")
    document = {**defaults.fresh("streaming endpoint"), **document}
    objects.stage(call, STREAMING_ENDPOINT, document, name)
    call.commit(f"Created streaming endpoint {call.project.key}.{name}")
    return Response(call.project.answer(STREAMING_ENDPOINT, name))


@route("GET", _ALL, approximate="no file of a real project was available")
def list_all(call: Call) -> Any:
    """List all streaming endpoints in full."""
    names = call.project.store(STREAMING_ENDPOINT)
    return Response(
        f"[{','.join(call.project.answer(STREAMING_ENDPOINT, name) for name in names)}]"
    )


@route("POST", _ALL, approximate="no file of a real project was available")
def create(call: Call) -> Any:
    """Create a streaming endpoint."""
    return _create(call, without_nulls(call.document))


@route("POST", f"{_ALL}/managed", approximate="no file of a real project was available")
def create_managed(call: Call) -> Any:
    """Create a streaming endpoint whose topic DSS manages."""
    sent = without_nulls(call.document)
    connection = sent.get("creationSettings", {}).get("connectionId")
    kind = call.dss.instance.connection(connection)["type"].lower()
    params = {"connection": connection, "topic": f"${{projectKey}}_{sent.get('id')}"}
    return _create(
        call,
        {"id": sent.get("id"), "type": sent.get("type") or kind, "managed": True, "params": params},
    )


@route("GET", f"{_ALL}/{{name}}", approximate="no file of a real project was available")
def get(call: Call) -> Any:
    """Return a streaming endpoint."""
    return objects.answer(call, STREAMING_ENDPOINT)


@route("PUT", f"{_ALL}/{{name}}", approximate="no file of a real project was available")
def put(call: Call) -> Any:
    """Replace a streaming endpoint."""
    return objects.put(call, STREAMING_ENDPOINT)


@route("DELETE", f"{_ALL}/{{name}}", approximate="no file of a real project was available")
def delete(call: Call) -> Any:
    """Delete a streaming endpoint and the recipes that read or write it."""
    objects.delete(call, STREAMING_ENDPOINT)


@route("GET", f"{_ALL}/{{name}}/schema", approximate="no file of a real project was available")
def schema(call: Call) -> Any:
    """Return a streaming endpoint's columns."""
    name = objects.existing(call, STREAMING_ENDPOINT)
    return call.project.document(STREAMING_ENDPOINT, name).get("schema", {"columns": []})


@route("PUT", f"{_ALL}/{{name}}/schema", approximate="no file of a real project was available")
def put_schema(call: Call) -> Any:
    """Replace a streaming endpoint's columns."""
    name = objects.existing(call, STREAMING_ENDPOINT)
    document = call.project.document(STREAMING_ENDPOINT, name)
    objects.save(call, STREAMING_ENDPOINT, {**document, "schema": call.document})
    call.commit(f"Saved streaming endpoint {call.project.key}.{name}")
    return schema(call)


@route("GET", f"{_ALL}/{{name}}/usages")
def usages(call: Call) -> Any:
    """List the recipes that read or write a streaming endpoint."""
    return objects.usages(call, STREAMING_ENDPOINT)
