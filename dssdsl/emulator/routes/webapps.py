"""Web apps. Their code is in files of its own."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import illegal
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import WEB_APP
from dssdsl.emulator.project.project import Project

from . import objects

_FILES = {
    "html": "body.html",
    "css": "style.css",
    "js": "app.js",
    "python": "backend.py",
    "ui": "ui.R",
    "server": "server.R",
}
"""Parameters with code, and the file of each."""

_CODE = {"STANDARD": ("html", "css", "js", "python"), "SHINY": ("ui", "server")}
_TYPES = ("STANDARD", "DASH", "BOKEH", "STREAMLIT", "SHINY")


def _shown(project: Project, name: str) -> Document:
    document: Document = project.document(WEB_APP, name)
    version = {"versionTag": project.tag(WEB_APP, name)}
    document = {"id": name, "projectKey": project.key, **document, **version}
    params = document.setdefault("params", {})
    for key, file in _FILES.items():
        code = project.text(f"web_apps/{name}/{file}")
        if code is not None:
            params[key] = code
    return document


def _set_code(project: Project, name: str, params: Document) -> None:
    """Move code from the parameters to its files."""
    for key, file in _FILES.items():
        code = params.pop(key, None)
        path = f"web_apps/{name}/{file}"
        if code != project.text(path):
            project.set_text(path, code)


@route("GET", "/projects/{project}/webapps")
def list_all(call: Call) -> Any:
    """List all web apps."""
    return objects.heads(call, WEB_APP, ("name", "type", "tags", "shortDesc", "creationTag"))


@route("POST", "/projects/{project}/webapps", approximate="without DSS's sample code")
def create(call: Call) -> Any:
    """Create a web app without code. DSS would add a sample."""
    sent = call.document
    kind = str(sent.get("type"))
    if kind not in _TYPES and not kind.startswith("webapp_"):
        raise illegal(f"Unknown webapp type: {kind}")
    params = defaults.fresh(kind if kind in _TYPES else "STANDARD")
    document = defaults.fresh("web app", name=sent.get("name"), type=kind, params=params)
    name = objects.stage(call, WEB_APP, document)
    for key in _CODE.get(kind, ("python",) if kind in _TYPES else ()):
        call.project.set_text(f"web_apps/{name}/{_FILES[key]}", "")
    call.commit(f"Created web app {call.project.key}.{name}")
    return {"webAppId": name}


@route("GET", "/projects/{project}/webapps/{name}")
def get(call: Call) -> Any:
    """Return a web app with its code."""
    return _shown(call.project, objects.existing(call, WEB_APP))


@route("PUT", "/projects/{project}/webapps/{name}")
def put(call: Call) -> Any:
    """Replace a web app and its code. DSS answers a DELETE with 405."""
    document = {**call.document, "params": dict(call.document.get("params") or {})}
    _set_code(call.project, objects.existing(call, WEB_APP), document["params"])
    if not document["params"] and "params" not in call.project.document(WEB_APP, call.name):
        del document["params"]  # web apps of old DSS versions have none
    name = objects.save(call, WEB_APP, document)
    call.commit(f"Saved web app {call.project.key}.{name}")
    return _shown(call.project, name)


@route(
    "GET",
    "/projects/{project}/webapps/{name}/backend/state",
    approximate="the emulator runs no backend",
)
def state(call: Call) -> Any:
    """Return the state of the backend, which never runs."""
    name = objects.existing(call, WEB_APP)
    return {"projectKey": call.project.key, "webAppId": name, "futureInfo": {"alive": False}}


@route(
    "PUT",
    "/projects/{project}/webapps/{name}/backend/actions/stop",
    approximate="the emulator runs no backend",
)
def stop(call: Call) -> Any:
    """Stop the backend, which never runs."""
    objects.existing(call, WEB_APP)
