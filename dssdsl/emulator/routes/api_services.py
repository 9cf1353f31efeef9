"""API services, the code of whose endpoints may lie in files of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dssdsl.emulator import defaults, objects
from dssdsl.emulator.kinds import API_SERVICE
from dssdsl.emulator.refusals import exists, failed, illegal
from dssdsl.emulator.routing import Call, route

if TYPE_CHECKING:
    from dssdsl.emulator.disk import Document, Project

_ALL = "/projects/{project}/apiservices"
_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_ENDPOINT = re.compile(r"[^./\\][^/\\]*\Z")
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
    """Tell whether an endpoint keeps its code in the service's own file, as in older versions."""
    return any(each.get("id") == endpoint["id"] and "code" in each for each in before)


def _move_code(project: Project, name: str, endpoints: list[Document]) -> None:
    """Move code out of the endpoints into its files, and delete those of endpoints that go."""
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
    """Create an API service without endpoints. There is no DELETE of one."""
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


@route("GET", f"{_ALL}/{{name}}/packages")
def packages(_: Call) -> Any:
    """List an API service's packages: none was made; nor is there any of a missing service."""
    return []


@route("GET", f"{_ALL}/{{name}}/packages/{{package}}/summary")
def package(_: Call) -> Any:
    """Fail as DSS does for a package that is not there."""
    raise failed("Package directory does not exist")
