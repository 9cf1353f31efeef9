"""Handlers shared by all objects that are one document: create, save, delete, list."""

from __future__ import annotations

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import not_found, null_pointer
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.project.kinds import Kind
from dssdsl.emulator.rules import references
from dssdsl.emulator.rules.normalize import note_tags, received


def existing(call: Call, kind: Kind) -> str:
    """Return the name of the object in the path. Raises ``Refused`` if it does not exist."""
    if not call.project.has(kind, call.name):
        raise not_found(f"{kind.noun} does not exist: {call.project.key}.{call.name}")
    return call.name


def answer(call: Call, kind: Kind) -> Response:
    """Return the object in the path."""
    return Response(call.project.answer(kind, existing(call, kind)))


def heads(call: Call, kind: Kind, keys: tuple[str, ...]) -> list[Document]:
    """List all objects with their id, project, version and these keys."""
    found = []
    for name in call.project.store(kind):
        document = call.project.document(kind, name)
        head = {"id": name, "projectKey": call.project.key}
        head |= {key: document[key] for key in keys if key in document}
        found.append({**head, "versionTag": call.project.tag(kind, name)})
    return found


def stage(call: Call, kind: Kind, document: Document, name: str = "") -> str:
    """Create an object without a commit, and return its name, which is generated if there is none."""
    if not name and not document.get("name"):
        raise null_pointer("name")
    name = name or call.project.new_id(kind)
    stored = received(
        call.dss, kind, {**document, "creationTag": call.project.stamp(call.login)}, None
    )
    call.project.put(kind, name, stored, call.login)
    note_tags(call.project, stored.get("tags", []))
    return name


def create(call: Call, kind: Kind, document: Document) -> str:
    """Create an object, and return its id."""
    name = stage(call, kind, document)
    call.commit(f"Created {kind.noun} {call.project.key}.{name}")
    return name


def save(call: Call, kind: Kind, document: Document) -> str:
    """Replace the object in the path without a commit, and return its name."""
    name = existing(call, kind)
    stored = received(call.dss, kind, document, call.project.document(kind, name))
    call.project.put(kind, name, stored, call.login)
    note_tags(call.project, stored.get("tags", []))
    return name


def put(call: Call, kind: Kind) -> Response:
    """Replace the object in the path by the body of the request."""
    name = save(call, kind, call.document)
    call.commit(f"Saved {kind.noun} {call.project.key}.{name}")
    return Response(call.project.answer(kind, name))


def delete(call: Call, kind: Kind) -> None:
    """Delete the object in the path, and what DSS deletes with it."""
    name = existing(call, kind)
    references.delete_object(call.project, kind, name, call.login)
    call.commit(f"Deleted {kind.noun} {call.project.key}.{name}")


def usages(call: Call, kind: Kind) -> list[Document]:
    """Return the recipes that read or write the object in the path."""
    name, key = existing(call, kind), call.project.key
    return [
        {
            "type": "RECIPE_INPUT"
            if name in call.project.flow().recipes[recipe][0]
            else "RECIPE_OUTPUT",
            "objectId": recipe,
            "objectProjectKey": key,
        }
        for recipe in call.project.users(name)
    ]
