"""Managed folders and their files."""

from __future__ import annotations

import mimetypes
import shutil
from pathlib import Path
from typing import Any

from dssdsl.emulator.errors import illegal, not_found, null_pointer
from dssdsl.emulator.http import multipart
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import futures
from dssdsl.emulator.project.kinds import MANAGED_FOLDER
from dssdsl.emulator.rules import managed_storage, references
from dssdsl.emulator.rules.normalize import note_tags, received

from . import objects


def existing(call: Call) -> str:
    """Return the id of the folder in the path. Raises ``Refused`` if it does not exist."""
    if not call.project.has(MANAGED_FOLDER, call.name):
        raise not_found(f"managed folder does not exist: {call.project.key}.{call.name}")
    return call.name


@route("GET", "/projects/{project}/managedfolders")
def list_all(call: Call) -> Any:
    """List all managed folders."""
    names = call.project.store(MANAGED_FOLDER)
    if not call.dss.assumptions.folder_list_is_full:
        return objects.heads(call, MANAGED_FOLDER, ("name", "type", "tags"))
    return Response(f"[{','.join(call.project.answer(MANAGED_FOLDER, name) for name in names)}]")


@route("POST", "/projects/{project}/managedfolders")
def create(call: Call) -> Any:
    """Create a managed folder. Names need not be unique."""
    sent = call.document
    if not sent.get("name"):
        raise null_pointer("managedFolder.name")
    params = {key: value for key, value in (sent.get("params") or {}).items() if value is not None}
    document = managed_storage.folder(call.dss.instance, sent["name"], sent.get("type"), params)
    known = ("tags", "description", "shortDesc", "customFields", "checklists")
    document |= {key: sent[key] for key in known if sent.get(key) is not None}
    document["creationTag"] = call.project.stamp(call.login)
    stored = received(call.dss, MANAGED_FOLDER, document, None)
    folder = call.project.new_id(MANAGED_FOLDER)
    call.project.put(MANAGED_FOLDER, folder, stored, call.login)
    note_tags(call.project, stored["tags"])
    call.commit(f"Created managed folder: {call.project.key}.{sent['name']}")
    return Response(call.project.answer(MANAGED_FOLDER, folder))


@route("GET", "/projects/{project}/managedfolders/{name}")
def get(call: Call) -> Any:
    """Return a managed folder."""
    return Response(call.project.answer(MANAGED_FOLDER, existing(call)))


@route("PUT", "/projects/{project}/managedfolders/{name}")
def put(call: Call) -> Any:
    """Replace a managed folder's definition."""
    folder = existing(call)
    before = call.project.document(MANAGED_FOLDER, folder)
    stored = received(call.dss, MANAGED_FOLDER, call.document, before)
    if not stored.get("name"):
        raise null_pointer("managedFolder.name")
    call.project.put(MANAGED_FOLDER, folder, stored, call.login)
    note_tags(call.project, stored.get("tags", []))
    call.commit(f"Saved managed folder {call.project.key}.{folder}")
    return Response(call.project.answer(MANAGED_FOLDER, folder))


@route("DELETE", "/projects/{project}/managedfolders/{name}")
def delete(call: Call) -> Any:
    """Delete a managed folder and the recipes that read or write it."""
    folder = existing(call)
    references.delete_object(call.project, MANAGED_FOLDER, folder, call.login)
    call.commit(f"Deleted managed folder {call.project.key}.{folder}")
    if call.flag("dropData"):
        shutil.rmtree(_root(call, folder), ignore_errors=True)
    return {"msg": f"deleted managed folder {folder}"}


@route("POST", "/projects/{project}/actions/renameManagedFolder")
def rename(call: Call) -> Any:
    """Rename a managed folder; its id and location stay."""
    folder, name = call.document.get("id"), call.document.get("newName")
    if not folder or not call.project.has(MANAGED_FOLDER, folder):
        raise not_found(f"managed folder does not exist: {call.project.key}.{folder}")
    if not name:
        raise null_pointer("newName")
    document = call.project.document(MANAGED_FOLDER, folder)
    old, document["name"] = document["name"], name
    call.project.put(MANAGED_FOLDER, folder, document, call.login)
    call.commit(f"Renamed managed folder {old} to {name}")


def _root(call: Call, folder: str) -> Path:
    return call.dss.root / "folders" / call.project.key / folder


def _path(call: Call) -> str:
    """Return the path of a file in a folder, which clients send as it is or as one encoded segment."""
    return call.vars["path"].strip("/")


def _file(call: Call) -> Path:
    root = _root(call, existing(call)).resolve()
    path = (root / _path(call)).resolve()
    if not path.is_relative_to(root) or path == root:
        raise not_found(f"Invalid path: /{_path(call)}")
    return path


@route("GET", "/projects/{project}/managedfolders/{name}/contents/{path*}")
def contents(call: Call) -> Any:
    """List a folder's files, or return one of them."""
    if _path(call):
        file = _file(call)
        if not file.is_file():
            raise not_found(f"File not found: /{_path(call)}")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return Response(file.read_bytes(), kind)
    root = _root(call, existing(call))
    files = sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else []
    items = [
        {
            "path": f"/{path.relative_to(root).as_posix()}",
            "size": path.stat().st_size,
            "lastModified": int(path.stat().st_mtime * 1000),
        }
        for path in files
    ]
    return {"items": items}


@route("POST", "/projects/{project}/managedfolders/{name}/contents/{path*}")
def upload(call: Call) -> Any:
    """Write a file to a folder."""
    file = _file(call)
    file.parent.mkdir(parents=True, exist_ok=True)
    _, content = multipart.file(call.content, call.content_type)
    file.write_bytes(content)
    return {"path": f"/{_path(call)}", "size": len(content)}


@route("DELETE", "/projects/{project}/managedfolders/{name}/contents/{path*}")
def remove(call: Call) -> Any:
    """Delete a file of a folder. A missing one is no error."""
    file = _file(call)
    if file.is_dir():
        shutil.rmtree(file)
    else:
        file.unlink(missing_ok=True)


@route("GET", "/projects/{project}/managedfolders/{name}/usages")
def usages(call: Call) -> Any:
    """Return the recipes that use a managed folder."""
    return objects.usages(call, MANAGED_FOLDER)


@route(
    "POST",
    "/projects/{project}/managedfolders/{name}/actions/copyTo",
    approximate="responses as the client reads them",
)
def copy_to(call: Call) -> Any:
    """Copy a folder's files to another folder. The response is a finished future."""
    source, sent = _root(call, existing(call)), call.document
    key, name, mode = (
        sent.get("targetProjectKey"),
        sent.get("targetFolderId"),
        sent.get("writeMode"),
    )
    if mode not in ("OVERWRITE", "APPEND"):
        raise illegal(f"Unknown write mode: {mode}")
    other = call.dss.open(str(key), call.user)
    call.check("PUT", other, "managedfolders")
    if not other.has(MANAGED_FOLDER, str(name)):
        raise not_found(f"managed folder does not exist: {key}.{name}")
    target = call.dss.root / "folders" / other.key / str(name)
    if target != source:
        if mode == "OVERWRITE":
            shutil.rmtree(target, ignore_errors=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
    return futures.finished(call.dss, {"success": True})
