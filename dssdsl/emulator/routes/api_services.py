"""API services. The code of their endpoints may be in files of its own."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import exists, failed, illegal
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import API_SERVICE
from dssdsl.emulator.project.project import Project

from . import objects

_ALL = "/projects/{project}/apiservices"
_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_ENDPOINT = re.compile(r"[^./\\][^/\\]*\Z")
_PACKAGE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\Z")
_EXTENSIONS = {"R_FUNCTION": "R", "CUSTOM_R_PREDICTION": "R"}


def _file(service: str, endpoint: Document) -> str:
    extension = _EXTENSIONS.get(str(endpoint.get("type")), "py")
    return f"lambda_services/{service}/endpoint-{endpoint.get('id')}.{extension}"


def _shown(project: Project, name: str) -> Document:
    document = project.document(API_SERVICE, name)
    head = {"id": name, "projectKey": project.key, "versionTag": project.tag(API_SERVICE, name)}
    for endpoint in document.get("endpoints", []):
        code = project.text(_file(name, endpoint))
        if code is not None and "code" not in endpoint:
            endpoint["code"] = code
    return {**head, **document}


def _inline(before: list[Document], endpoint: Document) -> bool:
    """Return whether an endpoint keeps its code in the service's own file, as in older versions."""
    return any(each.get("id") == endpoint["id"] and "code" in each for each in before)


def _move_code(project: Project, name: str, endpoints: list[Document]) -> None:
    """Move code from the endpoints to its files, and delete the files of removed endpoints."""
    before = project.document(API_SERVICE, name).get("endpoints", [])
    kept = {_file(name, endpoint) for endpoint in endpoints}
    for endpoint in endpoints:
        if not _ENDPOINT.match(str(endpoint.get("id"))):
            raise illegal(f"Invalid endpoint id: {endpoint.get('id')}")
        path = _file(name, endpoint)
        if "code" in endpoint and not _inline(before, endpoint):
            code = endpoint.pop("code")
            if code != project.text(path):
                project.set_text(path, code)
    for path in {_file(name, endpoint) for endpoint in before} - kept:
        if project.text(path) is not None:
            project.set_text(path, None)


@route("GET", _ALL)
def list_all(call: Call) -> Any:
    """List all API services."""
    keys = ("name", "authMethod", "publicAccess", "endpoints", "tags")
    return objects.heads(call, API_SERVICE, keys)


@route("POST", f"{_ALL}/{{name}}")
def create(call: Call) -> Any:
    """Create an API service without endpoints. DSS has no call to delete one."""
    if not _NAME.match(call.name):
        raise illegal(f"Invalid API service id: '{call.name}'")
    if call.project.has(API_SERVICE, call.name):
        raise exists(f"API service already exists: {call.project.key}.{call.name}")
    objects.stage(call, API_SERVICE, defaults.fresh("API service", name=call.name), call.name)
    call.commit(f"Created API service {call.project.key}.{call.name}")


@route("GET", f"{_ALL}/{{name}}/settings")
def settings(call: Call) -> Any:
    """Return an API service."""
    return _shown(call.project, objects.existing(call, API_SERVICE))


@route("PUT", f"{_ALL}/{{name}}/settings")
def put_settings(call: Call) -> Any:
    """Replace an API service."""
    name = objects.existing(call, API_SERVICE)
    _move_code(call.project, name, call.document.get("endpoints") or [])
    objects.save(call, API_SERVICE, call.document)
    call.commit(f"Saved API service {call.project.key}.{name}")


def _packages(call: Call) -> Path:
    return call.dss.root / "packages" / call.project.key / call.name


def _package(call: Call) -> Path:
    """Return the archive of the package in the path. Raises ``Refused`` if it does not exist."""
    file = _packages(call) / f"{call.vars['package']}.zip"
    if not _PACKAGE.match(call.vars["package"]) or not file.is_file():
        raise failed("Package directory does not exist")
    return file


@route("GET", f"{_ALL}/{{name}}/packages")
def packages(call: Call) -> Any:
    """List an API service's packages; the list is empty for a missing service."""
    folder = _packages(call) if call.project.has(API_SERVICE, call.name) else None
    files = sorted(folder.glob("*.json")) if folder else []
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]


@route(
    "POST",
    f"{_ALL}/{{name}}/packages/{{package}}",
    approximate="the archive contains the service only",
)
def create_package(call: Call) -> Any:
    """Create a package of the service as it is now, without its models."""
    name, package = objects.existing(call, API_SERVICE), call.vars["package"]
    if not _PACKAGE.match(package):
        raise illegal(f"Invalid package id: {package}")
    file = _packages(call) / f"{package}.zip"
    if file.exists():
        raise failed(f"Package already exists: {package}")
    file.parent.mkdir(parents=True, exist_ok=True)
    head = {"id": package, "createdOn": call.project.now(), "createdBy": call.login}
    notes = call.param("releaseNotes")
    service = json.dumps(_shown(call.project, name), indent=2)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("service.json", service)
    text = json.dumps({**head, **({"releaseNotes": notes} if notes else {})})
    file.with_suffix(".json").write_text(text, encoding="utf-8")


@route(
    "GET",
    f"{_ALL}/{{name}}/packages/{{package}}/summary",
    approximate="the archive contains the service only",
)
def summary(call: Call) -> Any:
    """Return the summary of a package."""
    return json.loads(_package(call).with_suffix(".json").read_text(encoding="utf-8"))


@route(
    "GET",
    f"{_ALL}/{{name}}/packages/{{package}}/archive",
    approximate="the archive contains the service only",
)
def package_archive(call: Call) -> Any:
    """Return a package."""
    return Response(_package(call).read_bytes(), "application/zip")


@route(
    "DELETE",
    f"{_ALL}/{{name}}/packages/{{package}}",
    approximate="the archive contains the service only",
)
def delete_package(call: Call) -> Any:
    """Delete a package."""
    file = _package(call)
    file.unlink()
    file.with_suffix(".json").unlink()
