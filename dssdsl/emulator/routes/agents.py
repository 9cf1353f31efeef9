"""Agents, which are a kind of saved models, and agent tools."""

from __future__ import annotations

import re
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import exists, illegal, not_found
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import AGENT_TOOL, SAVED_MODEL
from dssdsl.emulator.project.project import Project

from . import objects

_AGENTS, _TOOLS = "/projects/{project}/agents", "/projects/{project}/agents/tools"
_TYPES = ("PYTHON_AGENT", "PLUGIN_AGENT", "TOOLS_USING_AGENT", "STRUCTURED_AGENT")
_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")


def _shown(project: Project, name: str) -> Document:
    document = project.document(SAVED_MODEL, name)
    versions = document.pop("inlineVersions", [])
    head = {"id": name, "projectKey": project.key, "type": document["savedModelType"]}
    return {
        **head,
        **document,
        "versions": versions,
        "versionTag": project.tag(SAVED_MODEL, name),
    }


def _existing(call: Call) -> str:
    name = objects.existing(call, SAVED_MODEL)
    if call.project.document(SAVED_MODEL, name).get("savedModelType") not in _TYPES:
        raise not_found(f"agent does not exist: {call.project.key}.{name}")
    return name


@route("GET", _AGENTS, approximate="responses as the client reads them")
def agents(call: Call) -> Any:
    """List all agents."""
    heads = objects.heads(call, SAVED_MODEL, ("name", "savedModelType", "activeVersion", "tags"))
    found = [head for head in heads if head.get("savedModelType") in _TYPES]
    return [{**head, "type": head["savedModelType"]} for head in found]


@route("POST", _AGENTS, approximate="defaults as in files of real projects")
def create_agent(call: Call) -> Any:
    """Create an agent with one version."""
    sent = call.document
    kind = sent.get("type")
    if kind not in _TYPES:
        raise illegal(f"Unknown agent type: {kind}")
    stamp = call.project.stamp(call.login)
    version: Document = {"versionId": "v1", "versionTag": stamp, "creationTag": stamp}
    if kind == "PLUGIN_AGENT":
        version["pluginAgentType"] = sent.get("pluginAgentType")
    document = defaults.fresh("model", name=sent.get("name"), savedModelType=kind)
    del document["contentType"], document["miniTask"]
    document |= {"activeVersion": "v1", "inlineVersions": [without_nulls(version)]}
    return {"id": objects.create(call, SAVED_MODEL, document)}


@route("GET", f"{_AGENTS}/{{name}}", approximate="responses as the client reads them")
def agent(call: Call) -> Any:
    """Return an agent with its versions."""
    return _shown(call.project, _existing(call))


@route("PUT", f"{_AGENTS}/{{name}}", approximate="responses as the client reads them")
def put_agent(call: Call) -> Any:
    """Replace an agent. Its name stays: DSS renames it only through the saved model."""
    name = _existing(call)
    before, document = call.project.document(SAVED_MODEL, name), dict(call.document)
    document["inlineVersions"] = document.pop("versions", before.get("inlineVersions", []))
    document.pop("type", None)
    objects.save(call, SAVED_MODEL, {**document, "name": before["name"]})
    call.commit(f"Saved saved model {call.project.key}.{name}")
    return _shown(call.project, name)


@route("DELETE", f"{_AGENTS}/{{name}}", approximate="responses as the client reads them")
def delete_agent(call: Call) -> Any:
    """Delete an agent and the recipes that use it."""
    _existing(call)
    objects.delete(call, SAVED_MODEL)


@route("GET", _TOOLS, approximate="responses as the client reads them")
def tools(call: Call) -> Any:
    """List all agent tools."""
    return {"tools": objects.heads(call, AGENT_TOOL, ("name", "type", "tags"))}


@route("POST", _TOOLS, approximate="defaults as in files of real projects")
def create_tool(call: Call) -> Any:
    """Create an agent tool, with the id that was sent if there is one."""
    sent = without_nulls(call.document)
    if not sent.get("type"):
        raise illegal("Missing type of the agent tool")
    name = sent.get("id") or call.project.new_id(AGENT_TOOL)
    if not _NAME.match(name):
        raise illegal(f"Invalid agent tool id: {name}")
    if call.project.has(AGENT_TOOL, name):
        raise exists(f"Agent tool already exists: {call.project.key}.{name}")
    wanted = {key: sent[key] for key in ("name", "type", "params") if key in sent}
    objects.stage(call, AGENT_TOOL, defaults.fresh("agent tool", **{"name": name, **wanted}), name)
    call.commit(f"Created agent tool {call.project.key}.{name}")
    return Response(call.project.answer(AGENT_TOOL, name))


@route("GET", f"{_TOOLS}/{{name}}", approximate="responses as the client reads them")
def tool(call: Call) -> Any:
    """Return an agent tool."""
    return objects.answer(call, AGENT_TOOL)


@route("PUT", f"{_TOOLS}/{{name}}", approximate="responses as the client reads them")
def put_tool(call: Call) -> Any:
    """Replace an agent tool."""
    return objects.put(call, AGENT_TOOL)


@route("DELETE", f"{_TOOLS}/{{name}}", approximate="responses as the client reads them")
def delete_tool(call: Call) -> Any:
    """Delete an agent tool."""
    objects.delete(call, AGENT_TOOL)
