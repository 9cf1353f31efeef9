"""The Flow: its zones and its graph."""

from __future__ import annotations

import json
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import failed, illegal, not_found, null_pointer
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import COMPUTABLES, RECIPE, ZONE
from dssdsl.emulator.rules import references, zones
from dssdsl.emulator.rules.normalize import received

_NODES = {
    "DATASET": "COMPUTABLE_DATASET",
    "MANAGED_FOLDER": "COMPUTABLE_FOLDER",
    "SAVED_MODEL": "COMPUTABLE_SAVED_MODEL",
    "MODEL_EVALUATION_STORE": "COMPUTABLE_MODEL_EVALUATION_STORE",
    "STREAMING_ENDPOINT": "COMPUTABLE_STREAMING_ENDPOINT",
    "RETRIEVABLE_KNOWLEDGE": "COMPUTABLE_RETRIEVABLE_KNOWLEDGE",
}


def existing(call: Call) -> str:
    """Return the id of the zone in the path. The default zone always exists."""
    if call.name != "default" and not call.project.has(ZONE, call.name):
        raise not_found(f"flow zone does not exist: {call.project.key}.{call.name}")
    return call.name


def _shown(call: Call, zone: str) -> str:
    text = _stored(call, zone)
    if zone != "default" or not call.dss.assumptions.default_zone_lists_items:
        return text
    items = [
        {"objectId": name, "objectType": kind.type}
        for kind in (*COMPUTABLES, RECIPE)
        for name in call.project.store(kind)
        if call.project.zone_of(kind.type, name) == "default"
    ]
    return json.dumps({**json.loads(text), "items": items})


def _stored(call: Call, zone: str) -> str:
    if call.project.has(ZONE, zone):
        return call.project.answer(ZONE, zone)
    fresh = defaults.fresh("zone", name="Default", color="#D1D8DA")
    return json.dumps({"id": "default", **fresh})


@route("GET", "/projects/{project}/flow/zones")
def list_all(call: Call) -> Any:
    """List all zones with their items, the default zone first."""
    zones = ["default", *(each for each in call.project.store(ZONE) if each != "default")]
    return Response(f"[{','.join(_shown(call, zone) for zone in zones)}]")


@route("POST", "/projects/{project}/flow/zones")
def create(call: Call) -> Any:
    """Create a zone; names need not be unique."""
    name = call.document.get("name")
    if not name:
        raise null_pointer("zone.name")
    shown = call.project.params().get("settings", {}).get("flowDisplaySettings", {})
    manual = shown.get("zonesManualPositioning", False)
    position = {} if manual else call.document.get("position") or {}
    zone = zones.create(call.project, name, call.document.get("color"), position)
    call.commit(f"Created a new zone:{name}")
    return Response(_shown(call, zone))


@route("GET", "/projects/{project}/flow/zones/{name}")
def get(call: Call) -> Any:
    """Return a zone with its items."""
    return Response(_shown(call, existing(call)))


@route("PUT", "/projects/{project}/flow/zones/{name}")
def put(call: Call) -> Any:
    """Replace a zone. Its new items leave their previous zone."""
    zone, project = existing(call), call.project
    if not project.has(ZONE, zone):
        fresh = defaults.fresh("zone", name="Default", color="#D1D8DA")
        project.put(ZONE, "default", fresh, None)
    before = project.document(ZONE, zone)
    sent = {"items": before["items"], **call.document}
    sent.pop("position", None)
    if "position" in before:  # a zone of an older DSS has none
        sent["position"] = before["position"]
    items = [zones.item(project, each, must_exist=False) for each in sent["items"]]
    shared = [zones.item(project, each, must_exist=False) for each in sent.get("shared") or []]
    kept = [each for each in before["items"] if each in items]
    stored = received(call.dss, ZONE, {**sent, "items": kept, "shared": shared}, before)
    project.put(ZONE, zone, stored, None)
    zones.place(project, [each for each in items if each not in kept], zone)
    call.commit(f"Edited zone:{zone}")
    return Response(_shown(call, zone))


@route("DELETE", "/projects/{project}/flow/zones/{name}")
def delete(call: Call) -> Any:
    """Delete a zone. Its items move to the default zone."""
    zone = existing(call)
    if zone == "default":
        raise illegal("The default zone cannot be deleted")
    zones.delete(call.project, zone)
    call.commit(f"Deleted flow zone {call.project.key}.{zone}")


@route("POST", "/projects/{project}/flow/zones/{name}/items")
def add_item(call: Call) -> Any:
    """Move one item to a zone, with the objects that share its zone."""
    return _move(call, [call.document])


@route("POST", "/projects/{project}/flow/zones/{name}/add-items")
def add_items(call: Call) -> Any:
    """Move items to a zone, with the objects that share their zone."""
    if not isinstance(call.body, list):
        raise illegal("Expected a list of items")
    return _move(call, call.body)


def _move(call: Call, sent: list[Document]) -> Response:
    zone = existing(call)
    items = [zones.item(call.project, each) for each in sent]
    count = zones.place(call.project, items, zone)
    call.commit(f"Moved {count} items to zone: {zone}")
    return Response(_shown(call, zone))


@route("POST", "/projects/{project}/flow/zones/{name}/shared")
def share(call: Call) -> Any:
    """Share an item to another zone."""
    zone = existing(call)
    if not call.project.has(ZONE, zone):
        return Response(_shown(call, zone))
    document = call.project.document(ZONE, zone)
    item = zones.item(call.project, call.document)
    if item not in document["shared"]:
        document["shared"].append(item)
    call.project.put(ZONE, zone, document, None)
    call.commit(f"Edited zone:{zone}")
    return Response(_shown(call, zone))


@route("DELETE", "/projects/{project}/flow/zones/{name}/shared/{kind}/{item}")
def unshare(call: Call) -> Any:
    """Unshare an item from a zone."""
    zone = existing(call)
    if not call.project.has(ZONE, zone):
        return Response(_shown(call, zone))
    document = call.project.document(ZONE, zone)
    key, _, name = call.vars["item"].rpartition(".")
    document["shared"] = [
        each
        for each in document["shared"]
        if (each["objectType"], each["objectId"], each.get("projectKey", ""))
        != (call.vars["kind"], name, key)
    ]
    call.project.put(ZONE, zone, document, None)
    call.commit(f"Edited zone:{zone}")
    return Response(_shown(call, zone))


@route("GET", "/projects/{project}/flow/zones/{name}/graph")
def zone_graph(call: Call) -> Any:
    """Return the graph of a zone."""
    zone = existing(call)
    if zone == "default":
        raise failed("Cannot compute the graph of the default zone")
    items = {each["objectId"] for each in call.project.document(ZONE, zone)["items"]}
    nodes = {name: node for name, node in _graph(call).items() if node["ref"] in items}
    for node in nodes.values():
        for side in ("predecessors", "successors"):
            node[side] = [each for each in node[side] if each in nodes]
    return {"nodes": nodes}


@route("GET", "/projects/{project}/flow/graph", approximate="nodes as the client reads them")
def graph(call: Call) -> Any:
    """Return the Flow as a graph of objects and recipes."""
    return {"nodes": _graph(call)}


def _graph(call: Call) -> dict[str, Document]:
    project = call.project
    nodes: dict[str, Document] = {}
    for kind in COMPUTABLES:
        for name in project.store(kind):
            nodes[name] = _node(_NODES[kind.type], name, project.document(kind, name).get("type"))
    for recipe, (reads, writes) in project.flow().recipes.items():
        name = recipe if recipe not in nodes else f"recipe__{recipe}"
        node = _node("RUNNABLE_RECIPE", recipe, project.document(RECIPE, recipe)["type"])
        nodes[name] = node
        for ref in dict.fromkeys(reads):
            local = ref.removeprefix(f"{project.key}.")
            if local not in nodes:
                found = references.kind_of_ref(project, local)
                nodes[local] = _node(_NODES[found.type if found else "DATASET"], local, None)
            node["predecessors"].append(local)
            nodes[local]["successors"].append(name)
        for ref in dict.fromkeys(writes):
            if ref in nodes:
                node["successors"].append(ref)
                nodes[ref]["predecessors"].append(name)
    return nodes


def _node(kind: str, ref: str, sub_type: Any) -> Document:
    node: Document = {"type": kind, "ref": ref, "predecessors": [], "successors": []}
    return {**node, "subType": sub_type} if sub_type else node
