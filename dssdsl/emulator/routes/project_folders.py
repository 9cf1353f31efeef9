"""Project folders."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import illegal, not_found
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids


def _existing(call: Call, name: str) -> Document:
    found = call.dss.instance.folders.get(name)
    if found is None:
        raise not_found(f"project folder does not exist: {name}")
    return found


def _shown(call: Call, name: str) -> Document:
    stored = _existing(call, name)
    found = {key: stored[key] for key in stored if key not in ("owner", "permissions")}
    if name == "ROOT":
        folders = call.dss.instance
        keys = [key for key in call.dss.projects() if folders.folder_of(key) == "ROOT"]
        found["projectKeys"] = keys
    found["projectKeys"] = [key for key in found["projectKeys"] if call.sees(key)]
    return found


@route("GET", "/project-folders")
def root(call: Call) -> Any:
    """Return the root folder."""
    return _shown(call, "ROOT")


@route("GET", "/project-folders/{name}")
def get(call: Call) -> Any:
    """Return a folder with the keys of its projects."""
    return _shown(call, call.name)


@route("GET", "/project-folders/locate-project/{project}")
def locate(call: Call) -> Any:
    """Return the folder of a project."""
    return _shown(call, call.dss.instance.folder_of(call.project.key))


@route("POST", "/project-folders/{name}/children")
def create(call: Call) -> Any:
    """Create a subfolder."""
    parent = _existing(call, call.name)
    name = call.param("name") or (call.body or {}).get("name")
    if not name:
        raise illegal("Missing name of the project folder")
    folder = ids.make(7)
    call.dss.instance.folders[folder] = {
        "id": folder,
        "name": name,
        "parentId": call.name,
        "owner": call.login,
        "projectKeys": [],
        "childrenIds": [],
    }
    parent["childrenIds"].append(folder)
    call.dss.instance.save()
    return call.dss.instance.folders[folder]


@route("DELETE", "/project-folders/{name}")
def delete(call: Call) -> Any:
    """Delete an empty folder."""
    found = _existing(call, call.name)
    if call.name == "ROOT" or found["projectKeys"] or found["childrenIds"]:
        raise illegal(f"Project folder '{call.name}' is not empty")
    del call.dss.instance.folders[call.name]
    call.dss.instance.folders[found["parentId"]]["childrenIds"].remove(call.name)
    call.dss.instance.save()


@route("GET", "/project-folders/{name}/default-for-project-creation")
def default_for_creation(call: Call) -> Any:
    """Return the folder for new projects that are created here."""
    return _shown(call, call.name)


@route("GET", "/project-folders/{name}/settings")
def settings(call: Call) -> Any:
    """Return a folder's name, owner and permissions."""
    found = _existing(call, call.name)
    return {
        "name": found["name"],
        "owner": found.get("owner", "admin"),
        "permissions": found.get("permissions", []),
    }


@route("PUT", "/project-folders/{name}/settings")
def put_settings(call: Call) -> Any:
    """Replace a folder's name, owner and permissions."""
    found = _existing(call, call.name)
    if not call.document.get("name"):
        raise illegal("Missing name of the project folder")
    keys = ("name", "owner", "permissions")
    found |= {key: call.document[key] for key in keys if call.document.get(key) is not None}
    call.dss.instance.save()


@route("POST", "/project-folders/{name}/move")
def move(call: Call) -> Any:
    """Move a folder to another one, which must not be below it."""
    found, target = _existing(call, call.name), call.param("destination")
    above: str | None = target
    while above is not None:
        if above == call.name:
            raise illegal(f"Project folder '{call.name}' cannot be moved to '{target}'")
        above = _existing(call, above).get("parentId")
    folders = call.dss.instance.folders
    folders[found["parentId"]]["childrenIds"].remove(call.name)
    folders[target]["childrenIds"].append(call.name)
    found["parentId"] = target
    call.dss.instance.save()


@route("POST", "/project-folders/{name}/projects/{project}/move")
def move_project(call: Call) -> Any:
    """Move a project to another folder."""
    _existing(call, call.name)
    destination = call.param("destination")
    _existing(call, destination)
    call.dss.instance.move_project(call.project.key, destination)
