"""Code studios, as documents only: none runs, and there are no templates to create new ones."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator.errors import illegal, unauthorized
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import CODE_STUDIO

from . import objects

_ALL = "/projects/{project}/code-studios"


@route("GET", _ALL, approximate="list items as the client reads them")
def list_all(call: Call) -> Any:
    """List all code studios."""
    return objects.heads(call, CODE_STUDIO, ("name", "templateId", "owner", "tags"))


@route("GET", f"{_ALL}/{{name}}")
def get(call: Call) -> Any:
    """Return a code studio."""
    return objects.answer(call, CODE_STUDIO)


@route("DELETE", f"{_ALL}/{{name}}")
def delete(call: Call) -> Any:
    """Delete a code studio with its files."""
    name = objects.existing(call, CODE_STUDIO)
    folder = call.project.folder
    for path in sorted((folder / CODE_STUDIO.folder / name).rglob("*")):
        if path.is_file():
            call.project.set_bytes(path.relative_to(folder).as_posix(), None)
    objects.delete(call, CODE_STUDIO)


@route("POST", f"{_ALL}/{{name}}/change-owner", approximate="returns the code studio")
def change_owner(call: Call) -> Any:
    """Change the owner of a code studio, by its owner or an administrator."""
    name, owner = objects.existing(call, CODE_STUDIO), call.param("newOwner")
    document = call.project.document(CODE_STUDIO, name)
    if not call.user.admin and document.get("owner") != call.login:
        raise unauthorized(f"You may not change the owner of the code studio {name}")
    if call.dss.instance.user_by_login(owner) is None:
        raise illegal(f"Unknown user: {owner}")
    call.project.put(CODE_STUDIO, name, {**document, "owner": owner}, call.login)
    call.commit(f"Saved {CODE_STUDIO.noun} {call.project.key}.{name}")
    return Response(call.project.answer(CODE_STUDIO, name))
