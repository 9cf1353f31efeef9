"""Copies of projects: duplicates, exports, imports and bundles."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import failed, illegal, not_found
from dssdsl.emulator.http import multipart
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import copying
from dssdsl.emulator.project import ids
from dssdsl.emulator.project.project import Project
from dssdsl.emulator.rules.normalize import note_tags

_MODES = {"NONE": ("uploads", "folders"), "MINIMAL": ("folders",), "SHARING": ("folders",)}
_BUNDLE = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_. -]*\Z")
_BUNDLES = "/projects/{project}/bundles"


@route("POST", "/projects/{project}/duplicate", approximate="without data, models and plugins")
def duplicate(call: Call) -> Any:
    """Duplicate a project; files in managed folders only in the mode FULL."""
    call.may_create_projects()
    sent = call.document
    mode = sent.get("duplicationMode") or "MINIMAL"
    if mode not in (*_MODES, "FULL"):
        raise illegal(f"Invalid duplication mode: {mode}")
    key = copying.claim_key(call.dss, sent.get("targetProjectKey"))
    folder, with_git = sent.get("targetProjectFolderId"), bool(sent.get("exportGitRepository"))
    without = _MODES.get(mode, ())
    made = copying.duplicate(
        call.dss, call.project, key, folder, with_git=with_git, without=without
    )
    copying.remap(made, sent.get("remapping") or {})
    params = made.params()
    copied = f"The project was copied from *{params.get('name')}* by {call.login}"
    params["name"], params["owner"] = sent.get("targetProjectName") or key, call.login
    params["shortDesc"] = f"{params.get('shortDesc', '')}\n{copied}".lstrip()
    params["tags"] = sorted({*params.get("tags", []), "duplicated"})
    made.set_json("params.json", params)
    note_tags(made, params["tags"])
    made.commit(f"Duplicated project {call.project.key} to {key}", call.login)
    return {"targetProjectKey": key, "success": True, "messages": {"messages": []}}


@route("POST", "/projects/{project}/export", approximate="without data, models and plugins")
def export(call: Call) -> Any:
    """Return an archive of a project."""
    content = copying.archive(call.dss, call.project, call.body or {})
    return Response(content, "application/zip")


def _import(call: Call, name: str) -> Path:
    return call.dss.root / "imports" / name


@route("POST", "/projects/import/upload", approximate="without data, models and plugins")
def upload(call: Call) -> Any:
    """Upload an archive, and return the id to import it by."""
    call.may_create_projects()
    _, content = multipart.file(call.content, call.content_type)
    name = ids.make(8)
    copying.unpack(content, _import(call, name))
    return {"id": name}


@route("POST", "/projects/import/{name}/process", approximate="without data, models and plugins")
def process(call: Call) -> Any:
    """
    Create a project from an archive.

    A failure has status 200, and a response that says why.
    """
    folder = _import(call, call.name)
    if not call.name.isalnum() or not folder.is_dir():
        raise illegal(f"No import by that id: {call.name}")
    manifest = json.loads((folder / "export-manifest.json").read_text(encoding="utf-8"))
    key = call.document.get("targetProjectKey") or manifest["originalProjectKey"]
    if key in call.dss.projects():
        return _result(f"Project key '{key}' is already used by another project")
    project = copying.create_from_archive(
        call.dss, folder, copying.claim_key(call.dss, key), call.login
    )
    copying.remap(project, call.document.get("remapping") or {})
    missing = copying.missing_connections(call.dss, project)
    if missing:
        call.dss.drop_project(key)
        return _result(f"Missing connections: {', '.join(missing)}")
    note_tags(project, project.params()["tags"])
    project.commit(f"Updated settings of project {key}", call.login)
    shutil.rmtree(folder)
    return {**_result(), "usedProjectKey": key}


def _result(error: str = "") -> Document:
    messages = [{"severity": "ERROR", "message": error}] if error else []
    return {"success": not error, "messages": messages}


def _exported(call: Call, name: str = "") -> Path:
    folder = call.dss.root / "bundles" / call.project.key
    if not name:
        return folder
    if not _BUNDLE.match(name):
        raise illegal(f"Invalid bundle id: {name}")
    return folder / f"{name}.zip"


@route("GET", f"{_BUNDLES}/exported", approximate="without data, models and plugins")
def exported(call: Call) -> Any:
    """List the exported bundles of a project."""
    files = sorted(_exported(call).glob("*.json"))
    return {"bundles": [json.loads(path.read_text(encoding="utf-8")) for path in files]}


@route("PUT", f"{_BUNDLES}/exported/{{name}}", approximate="without data, models and plugins")
def make_bundle(call: Call) -> Any:
    """Export a bundle of the project as it is now, without local variables."""
    file = _exported(call, call.name)
    if file.exists():
        raise illegal(f"Bundle {call.name} already exists for project {call.project.key}")
    file.parent.mkdir(parents=True, exist_ok=True)
    content = copying.archive(
        call.dss, call.project, {}, without=("localvariables.json",), bundle=call.name
    )
    file.write_bytes(content)
    about = {
        "bundleId": call.name,
        "projectKey": call.project.key,
        "releaseNotes": call.param("releaseNotes"),
        "exportManifest": {
            "exportUserInfo": {"exportedOn": call.project.now(), "exportedBy": call.login}
        },
        "state": {"type": "EXPORTED"},
    }
    file.with_suffix(".json").write_text(json.dumps(about), encoding="utf-8")
    return {"bundleId": call.name, **_result()}


@route(
    "GET", f"{_BUNDLES}/exported/{{name}}/archive", approximate="without data, models and plugins"
)
def bundle_archive(call: Call) -> Any:
    """Return a bundle; for a missing one, DSS fails without a message."""
    file = _exported(call, call.name)
    if not file.exists():
        return Response(b"", status=500)
    return Response(file.read_bytes(), "application/zip")


@route("DELETE", f"{_BUNDLES}/exported/{{name}}")
def delete_bundle(call: Call) -> Any:
    """Delete a bundle."""
    file = _exported(call, call.name)
    if not file.exists():
        raise not_found(f"bundle does not exist: {call.project.key}.{call.name}")
    file.unlink()
    file.with_suffix(".json").unlink()
    return {"msg": f"deleted bundle {call.name}"}


def _imported(call: Call, name: str = "") -> Path:
    folder = _exported(call) / "imported"
    return folder / _exported(call, name).name if name else folder


@route("GET", f"{_BUNDLES}/imported", approximate="without data, models and plugins")
def imported(call: Call) -> Any:
    """List the imported bundles of a project."""
    return {"bundles": [{"bundleId": path.stem} for path in sorted(_imported(call).glob("*.zip"))]}


@route(
    "POST",
    f"{_BUNDLES}/imported/actions/importFromStream",
    approximate="without data, models and plugins",
)
def import_bundle(call: Call) -> Any:
    """Import a bundle's archive to a project, without activating it."""
    name, content = multipart.file(call.content, call.content_type)
    _take_bundle(call, name, content)


@route(
    "POST",
    f"{_BUNDLES}/imported/actions/importFromArchive",
    approximate="without data, models and plugins",
)
def import_bundle_file(call: Call) -> Any:
    """Import a bundle's archive on DSS's machine to a project, without activating it."""
    file = _server_file(call)
    _take_bundle(call, file.name, file.read_bytes())
    return _result()


def _server_file(call: Call) -> Path:
    """Return the archive at a path on this machine, for administrators only."""
    call.admin()
    file = Path(call.param("archivePath"))
    if not file.is_file():
        raise illegal(f"Archive not found: {file}")
    return file


def _take_bundle(call: Call, name: str, content: bytes) -> None:
    folder = _import(call, ids.make(8))
    try:
        name = copying.unpack(content, folder).get("bundleId") or name.removesuffix(".zip")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    file = _imported(call, name)
    if file.exists():
        raise failed(f"Bundle already imported: {name}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _existing(call: Call) -> Path:
    file = _imported(call, call.name)
    if not file.exists():
        raise not_found(f"bundle does not exist: {call.project.key}.{call.name}")
    return file


@route(
    "POST",
    f"{_BUNDLES}/imported/{{name}}/actions/preload",
    approximate="without data, models and plugins",
)
def preload(call: Call) -> Any:
    """Prepare a bundle's code environments. The emulator installs nothing."""
    _existing(call)
    return _result()


@route(
    "POST",
    f"{_BUNDLES}/imported/{{name}}/actions/activate",
    approximate="without data, models and plugins",
)
def activate(call: Call) -> Any:
    """Activate a bundle."""
    folder = _import(call, ids.make(8))
    copying.unpack(_existing(call).read_bytes(), folder)
    enabled = (call.body or {}).get("scenariosActiveOnActivation") or {}
    try:
        copying.activate(call.dss, call.project, folder, enabled, call.login)
    finally:
        shutil.rmtree(folder)
    now = datetime.fromtimestamp(call.dss.clock(), UTC).isoformat(timespec="milliseconds")
    active = {"bundleId": call.name, "activatedOn": now.replace("+00:00", "+0000")}
    call.project.set_json("active-bundle.json", active)
    call.commit(f"Activated bundle {call.name}")
    call.project.reload()
    return _result()


@route("DELETE", f"{_BUNDLES}/imported/{{name}}")
def delete_imported(call: Call) -> Any:
    """Delete an imported bundle; the project does not change."""
    _existing(call).unlink()
    return {"msg": f"deleted bundle {call.name}"}


@route("POST", "/projectsFromBundle", approximate="without data, models and plugins")
def from_bundle(call: Call) -> Any:
    """Create a project from a bundle's archive."""
    return _project_of(call, multipart.file(call.content, call.content_type)[1])


@route("POST", "/projectsFromBundle/fromArchive", approximate="without data, models and plugins")
def from_bundle_file(call: Call) -> Any:
    """Create a project from a bundle's archive on DSS's machine."""
    return _project_of(call, _server_file(call).read_bytes())


def _project_of(call: Call, content: bytes) -> Document:
    call.may_create_projects()
    folder = _import(call, ids.make(8))
    try:
        manifest = copying.unpack(content, folder)
        key = copying.claim_key(call.dss, manifest["originalProjectKey"])
        project: Project = copying.create_from_archive(call.dss, folder, key, call.login)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    project.commit(f"Created project {key} from a bundle", call.login)
    return {"projectKey": key, **_result()}
