"""Knowledge banks."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import without_nulls
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import KNOWLEDGE_BANK

from . import objects

_ALL = "/projects/{project}/knowledge-banks"


@route("GET", _ALL, approximate="list items as the client reads them")
def list_all(call: Call) -> Any:
    """List all knowledge banks."""
    return objects.heads(call, KNOWLEDGE_BANK, ("name", "vectorStoreType", "tags"))


@route("POST", _ALL, approximate="defaults as in files of real projects")
def create(call: Call) -> Any:
    """Create a knowledge bank."""
    document = {**defaults.fresh("knowledge bank"), **without_nulls(call.document)}
    return Response(
        call.project.answer(KNOWLEDGE_BANK, objects.create(call, KNOWLEDGE_BANK, document))
    )


@route("GET", f"{_ALL}/{{name}}")
def get(call: Call) -> Any:
    """Return a knowledge bank."""
    return objects.answer(call, KNOWLEDGE_BANK)


@route("PUT", f"{_ALL}/{{name}}")
def put(call: Call) -> Any:
    """Replace a knowledge bank."""
    return objects.put(call, KNOWLEDGE_BANK)


@route("DELETE", f"{_ALL}/{{name}}")
def delete(call: Call) -> Any:
    """Delete a knowledge bank and the recipes that read or write it."""
    objects.delete(call, KNOWLEDGE_BANK)
