"""The shapes of documents: where DSS reads an object, a list or a plain value, as in its own new documents."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import failed
from dssdsl.emulator.project.kinds import DATASET, MANAGED_FOLDER, RECIPE, SCENARIO, ZONE

from . import payloads

_ROLES = ("main", "lookup", "model", "code_assets")
_ITEMS = {role: {"items": [{"ref": ""}]} for role in _ROLES}
_PART: Document = {"params": {}}
_TABLE = [{"name": "x", "type": "string"}, {"name": "y", "type": "string"}]

DOCUMENTS: dict[str, Document] = {
    DATASET.folder: {
        **defaults.fresh("dataset"),
        "formatParams": {"hiveSeparators": []},
        "params": {
            "filesSelectionRules": {"includeRules": [], "excludeRules": [], "explicitFiles": []},
            "variablesExpansionLoopConfig": {},
        },
        "schema": {"columns": [{"name": "", "type": "", "objectFields": [{}]}]},
    },
    RECIPE.folder: {**defaults.fresh("recipe"), "inputs": _ITEMS, "outputs": _ITEMS},
    SCENARIO.folder: {
        **defaults.fresh("scenario"),
        "triggers": [_PART],
        "reporters": [{"messaging": {}}],
        "params": {"steps": [_PART], "envSelection": {}},
    },
    MANAGED_FOLDER.folder: defaults.fresh("folder"),
    ZONE.folder: {**defaults.fresh("zone"), "items": [{"objectId": "", "objectType": ""}]},
}
"""The shape of an object's document, by the folder of its kind."""

PROJECT: Document = {
    **defaults.fresh("project"),
    "exposedObjects": {"objects": [{"rules": [{}]}]},
    "bundleContainerSettings": {},
    "bundleExporterSettings": {},
}
"""The shape of a project's document."""

_LISTS = {"steps": [{}], "orders": [{}], "computedColumns": [{}], "joins": [{"on": [{}]}]}
_LIKE = {"fuzzyjoin": "join", "geojoin": "join"}


def check(sent: Any, shape: Any, path: str = "$") -> None:
    """
    Refuse a document with an object, a list or a plain value where DSS reads another of the three.

    Args:
        sent: The document, or a part of it.

        shape: A document of that kind. What it does not have may have any form; the first item of
            a list stands for each.

        path: The place of the part.

    Raises:
        Refused: As DSS fails to read such JSON.
    """
    if sent is None or shape is None:
        return
    if _form(sent) != _form(shape):
        message = f"Expected {_form(shape)} but was {_form(sent)} at path {path}"
        raise failed(message, "com.google.gson.JsonSyntaxException")
    if isinstance(shape, dict):
        for key, value in shape.items():
            check(sent.get(key), value, f"{path}.{key}")
    elif isinstance(shape, list) and shape:
        for place, each in enumerate(sent):
            check(each, shape[0], f"{path}[{place}]")


def check_payload(recipe_type: str, payload: Any) -> None:
    """Refuse the settings of a visual recipe that are not of its shape."""
    kind = _LIKE.get(recipe_type, recipe_type)
    shape = payloads.fresh(kind, [("a", _TABLE), ("b", _TABLE)], {"groupKey": "x"})
    if shape is not None:
        shape |= {key: value for key, value in _LISTS.items() if key in shape}
        check(payload, shape)


def _form(value: Any) -> str:
    if isinstance(value, dict):
        return "BEGIN_OBJECT"
    return "BEGIN_ARRAY" if isinstance(value, list) else "STRING"
