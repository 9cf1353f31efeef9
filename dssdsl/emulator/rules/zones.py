"""The zones of objects: a recipe and its outputs share one."""

from __future__ import annotations

from collections.abc import Iterable

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import not_found
from dssdsl.emulator.project.kinds import BY_TYPE, COMPUTABLES, RECIPE, ZONE
from dssdsl.emulator.project.project import Project

from . import references
from .normalize import text

Item = dict[str, str]


def item(project: Project, sent: Document, *, must_exist: bool = True) -> Item:
    """
    Return an item as DSS stores it, with its keys in the order in which the client compares them.

    Args:
        project: The project.

        sent: The item.

        must_exist: Whether its object has to exist. DSS saves a zone with items of deleted objects.
    """
    key = sent.get("projectKey")
    kind, name = text(sent["objectType"], "objectType"), text(sent["objectId"], "objectId")
    if key and key != project.key:
        return {"projectKey": key, "objectId": name, "objectType": kind}
    found = BY_TYPE.get(kind)
    if must_exist and found is not None and not project.has(found, name):
        raise not_found(f"{found.noun} does not exist: {project.key}.{name}")
    return {"objectId": name, "objectType": kind}


def unit(project: Project, moved: Item) -> list[Item]:
    """Return an item and those that move with it: the recipe that writes it, and its other outputs."""
    name = moved["objectId"]
    if "projectKey" in moved:
        return [moved]
    if moved["objectType"] == RECIPE.type and project.has(RECIPE, name):
        recipe = name
    elif moved["objectType"] in {kind.type for kind in COMPUTABLES} and project.producer(name):
        recipe = str(project.producer(name))
    else:
        return [moved]
    written = [
        {"objectId": ref, "objectType": kind.type}
        for kind, ref in references.outputs(project, recipe)
    ]
    return [moved, *written, {"objectId": recipe, "objectType": RECIPE.type}]


def place(project: Project, items: Iterable[Item], zone: str) -> int:
    """
    Move items to a zone, each with the objects that share its zone, and return how many moved.

    The default zone's list of items stays empty: objects in no other zone are in it.
    """
    moved: dict[tuple[str, str], Item] = {}
    for each in items:
        for one in unit(project, each):
            moved.setdefault((one["objectType"], one["objectId"]), one)
    count = 0
    sources: dict[str, set[tuple[str, str]]] = {}
    for key, each in [*moved.items()]:
        source = project.zone_of(*key) if "projectKey" not in each else ""
        if source == zone:
            del moved[key]
        else:
            count += 1
            if source not in ("", "default"):
                sources.setdefault(source, set()).add(key)
    for source, keys in sources.items():
        document = project.document(ZONE, source)
        document["items"] = [
            each
            for each in document["items"]
            if (each["objectType"], each["objectId"]) not in keys or "projectKey" in each
        ]
        project.put(ZONE, source, document, None)
    if zone != "default" and moved:
        document = project.document(ZONE, zone)
        there = document["items"]
        document["items"] = [*there, *(each for each in moved.values() if each not in there)]
        project.put(ZONE, zone, document, None)
    return count


def settle_recipe(project: Project, recipe: str) -> None:
    """Put a new or changed recipe and its outputs in one zone: the first that one of them is in."""
    if not project.store(ZONE):
        return
    places = [project.zone_of(kind.type, ref) for kind, ref in references.outputs(project, recipe)]
    zones = [project.zone_of(RECIPE.type, recipe), *places]
    zone = next((each for each in zones if each != "default"), None)
    if zone is not None:
        place(project, [{"objectId": recipe, "objectType": RECIPE.type}], zone)


def create(project: Project, name: str, color: str | None, position: Document) -> str:
    """Create a zone and return its id. The first one creates the default zone's file too."""
    if not project.store(ZONE):
        first = defaults.fresh("zone", name="Default", color="#D1D8DA")
        project.put(ZONE, "default", first, None)
    zone = project.new_id(ZONE)
    fresh = defaults.fresh("zone", name=name, color=color or "#2ab1ac", position=position)
    project.put(ZONE, zone, fresh, None)
    return zone


def delete(project: Project, zone: str) -> None:
    """Delete a zone. Its items move to the default zone, whose file goes with the last other zone."""
    project.remove(ZONE, zone)
    if [*project.store(ZONE)] == ["default"]:
        project.remove(ZONE, "default")
