"""Plugins: their list and settings. The emulator runs none."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import not_found
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import futures
from dssdsl.emulator.rules import masking

_SETTINGS = "/plugins/{name}/settings"
_FRESH: Document = {"config": {}, "presets": [], "parameterSets": [], "permissions": []}
_OF_A_PROJECT = ("presets", "accessibleParameterSetDescs")


@route("GET", "/plugins", approximate="without parameter sets, which only a plugin knows")
def list_all(call: Call) -> Any:
    """List the plugins."""
    known = call.dss.plugins.items()
    return [{"id": name, "version": version, "isDev": False} for name, version in known]


def _place(call: Call) -> str:
    """Return the key of a plugin's settings, of the instance or of one project."""
    if call.name not in call.dss.plugins:
        raise not_found(f"plugin does not exist: {call.name}")
    project = call.param("projectKey")
    if project:
        call.dss.open(project, call.user)
        return f"{call.name}/{project}"
    call.admin("mayDevelopPlugins")
    return call.name


def _shown(call: Call) -> Document:
    fresh = {**_FRESH, "accessibleParameterSetDescs": []}
    stored = call.dss.instance.plugins.get(_place(call), {})
    known = {**fresh, **stored}
    if call.param("projectKey"):
        return {key: known[key] for key in _OF_A_PROJECT}
    return known


@route("GET", _SETTINGS, approximate="without parameter sets, which only a plugin knows")
def settings(call: Call) -> Any:
    """Return a plugin's settings, without parameter sets, which only the plugin knows."""
    return _shown(call)


@route("POST", _SETTINGS, approximate="without parameter sets, which only a plugin knows")
def put_settings(call: Call) -> Any:
    """Replace a plugin's settings, by POST. DSS encrypts their secrets."""
    known = (*_FRESH, "codeEnvName") if not call.param("projectKey") else ("presets",)
    sent = without_nulls(call.document)
    if call.dss.normalise:
        sent = masking.encrypted({key: sent[key] for key in known if key in sent})
    call.dss.instance.plugins[_place(call)] = sent
    call.dss.instance.save()


@route(
    "POST", f"{_SETTINGS}/future", approximate="without parameter sets, which only a plugin knows"
)
def put_settings_later(call: Call) -> Any:
    """Replace a plugin's settings. The response is a finished future."""
    put_settings(call)
    return futures.finished(call.dss, {"messages": {"messages": []}})
