"""References between objects: what else changes when an object is renamed or deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.project import dss_json
from dssdsl.emulator.project.flow import refs
from dssdsl.emulator.project.kinds import (
    ANALYSIS,
    CODE_TYPES,
    COMPUTABLES,
    DASHBOARD,
    DATASET,
    INSIGHT,
    KNOWLEDGE_BANK,
    MANAGED_FOLDER,
    RECIPE,
    SAVED_MODEL,
    SCENARIO,
    STATISTICS_WORKSHEET,
    STREAMING_ENDPOINT,
    ZONE,
    Kind,
    extension,
)
from dssdsl.emulator.project.project import Project

_PAYLOAD_KEYS = frozenset(
    (
        *("originLabel", "datasetName", "dataset", "rightInput", "leftInput", "datasetSmartName"),
        *("copySchemaFromDatasetWithName", "ref", "input", "inputDatasetSmartName"),
    )
)
_CASCADES = (DATASET, MANAGED_FOLDER, SAVED_MODEL, STREAMING_ENDPOINT, KNOWLEDGE_BANK)
"""Objects whose deletion deletes the recipes that read or write them."""


def kind_of_ref(project: Project, ref: str) -> Kind | None:
    """Return the kind of a recipe's input or output, which is a dataset's name or another object's id."""
    return next((kind for kind in COMPUTABLES if project.has(kind, ref)), None)


def delete_recipe(project: Project, name: str) -> None:
    """Delete a recipe and its payload; its outputs stay, and so does its item in a zone."""
    payload = f"recipes/{name}.{extension(project.document(RECIPE, name)['type'])}"
    if project.text(payload) is not None:
        project.set_text(payload, None)
    project.remove(RECIPE, name)
    relink_notebooks(project, name, None)


def relink_notebooks(project: Project, old: str, new: str | None) -> None:
    """Rename a recipe, or remove it, in the notebooks that it was created from."""
    for file in sorted((project.folder / "ipython_notebooks").glob("*.ipynb")):
        path = f"ipython_notebooks/{file.name}"
        text = project.text(path)
        if text is None or '"associatedRecipe"' not in text:
            continue
        content = json.loads(text)
        metadata = content.get("metadata", {})
        if metadata.get("associatedRecipe") != old:
            continue
        if new is None:
            del metadata["associatedRecipe"]
        else:
            metadata["associatedRecipe"] = new
        project.set_text(path, dss_json.dumps(content))


def delete_object(project: Project, kind: Kind, name: str, login: str) -> None:
    """
    Delete a dataset, folder, model or store, and what DSS deletes with it, in one commit.

    DSS deletes the recipes that read or write it, even those with other outputs, and the items of
    steps and triggers of scenarios that refer to it.
    """
    assumptions = project.assumptions
    spared = {
        DATASET: not assumptions.datasets_take_recipes_along,
        MANAGED_FOLDER: not assumptions.folders_take_recipes_along,
        SAVED_MODEL: not assumptions.models_take_recipes_along,
    }
    cascades = kind in _CASCADES and not spared.get(kind, False)
    recipes = project.users(name) if cascades else []
    for recipe in recipes:
        delete_recipe(project, recipe)
    project.remove(kind, name)
    leave_zones(project, {(kind.type, name), *((RECIPE.type, recipe) for recipe in recipes)})
    if kind is DATASET and project.text(f"explore/{name}.json") is not None:
        project.set_text(f"explore/{name}.json", None)
    if kind is DATASET:
        for analysis, document in _naming(project, ANALYSIS, name):
            if document.get("inputDatasetSmartName") == name:
                delete_analysis(project, analysis)
    if kind is not SCENARIO:
        for scenario, document in _naming(project, SCENARIO, name):
            if _drop_items(document, kind.type, name):
                project.put(SCENARIO, scenario, document, login)


def delete_analysis(project: Project, name: str) -> None:
    """Delete an analysis and its machine learning tasks."""
    folder = project.folder / "analysis" / name
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file():
            project.set_bytes(path.relative_to(project.folder).as_posix(), None)
    project.remove(ANALYSIS, name)


def leave_zones(project: Project, gone: set[tuple[str, str]]) -> None:
    """Remove objects, each by kind and name, from the zones that contain or share them."""
    for zone, text in [*project.store(ZONE).items()]:
        if not any(json.dumps(name) in text for _, name in gone):
            continue
        document = json.loads(text)
        for side in ("items", "shared"):
            document[side] = [
                item
                for item in document.get(side, [])
                if (item["objectType"], item["objectId"]) not in gone or "projectKey" in item
            ]
        project.put(ZONE, zone, document, None)


def rename_dataset(project: Project, old: str, new: str, login: str) -> None:
    """
    Rename a dataset in the whole project, as DSS does in one commit.

    Recipes refer to it in their inputs and outputs, payload and code; scenarios, zones, the project's
    settings and dashboards refer to it too. Its data does not move: ``params.path`` keeps the old name.
    """
    project.move(DATASET, old, new)
    _rename_recipes(project, old, new, login)
    explore = project.text(f"explore/{old}.json")
    if explore is not None:
        project.set_text(f"explore/{new}.json", explore)
        project.set_text(f"explore/{old}.json", None)
    for name in [name for name, text in project.store(SCENARIO).items() if old in text]:
        document = project.document(SCENARIO, name)
        if _rename_items(document, project, old, new):
            project.put(SCENARIO, name, document, login)
    for name in project.store(SCENARIO):
        _rename_code(project, f"scenarios/{name}.py", old, new)
    rename_in_zones(project, "DATASET", old, new)
    params = project.params()
    if _rename_rights(params, old, new):
        project.set_json("params.json", params)
    keys = {"datasetSmartName", "inputDatasetSmartName"}
    for kind in (DASHBOARD, INSIGHT, ANALYSIS, STATISTICS_WORKSHEET):
        for name, document in _naming(project, kind, old):
            if _replace(document, keys, old, new):
                project.put(kind, name, document, login)


def rename_in_zones(project: Project, kind_type: str, old: str, new: str) -> None:
    """Rename an object in the zones that contain or share it."""
    for zone, document in _naming(project, ZONE, old):
        changed = False
        for item in (*document.get("items", []), *document.get("shared", [])):
            same = (item["objectType"], item["objectId"]) == (kind_type, old)
            if same and "projectKey" not in item:
                item["objectId"], changed = new, True
        if changed:
            project.put(ZONE, zone, document, None)


def _rename_recipes(project: Project, old: str, new: str, login: str) -> None:
    names = {old: new, f"{project.key}.{old}": f"{project.key}.{new}"}
    for recipe in list(project.store(RECIPE)):
        document = project.document(RECIPE, recipe)
        named = _rename_refs(document, names)
        payload = project.payload(recipe)
        changed = payload
        if payload and old in payload:
            if document["type"] in CODE_TYPES:
                changed = _code(payload, project, old, new)
            else:
                changed = _payload(payload, old, new)
        if changed != payload:
            project.set_payload(recipe, document["type"], changed)
        if named or changed != payload:
            project.put(RECIPE, recipe, document, login)


def _rename_refs(recipe: Document, names: dict[str, str]) -> bool:
    changed = False
    for side in ("inputs", "outputs"):
        for role in (recipe.get(side) or {}).values():
            for item in role.get("items", []):
                if item.get("ref") in names:
                    item["ref"], changed = names[item["ref"]], True
    return changed


def _payload(payload: str, old: str, new: str) -> str:
    try:
        document = json.loads(payload)
    except ValueError:
        return payload
    return dss_json.dumps(document) if _replace(document, _PAYLOAD_KEYS, old, new) else payload


_QUOTED = r"""(?P<before>(?P<quote>["'])(?:{key}\.)?){old}(?P<after>(?P=quote))"""
_OPENS = (
    r"(?P<before>\b(?:Dataset|get_dataset)\(\s*(?:name\s*=\s*)?(?P<quote>[\"'])(?:{key}\.)?){old}(?P<after>(?P=quote))",
    r"(?P<before>\bdku(?:Read|Write)Dataset\([^()\"']*(?P<quote>[\"'])(?:{key}\.)?){old}(?P<after>(?P=quote))",
    r"(?P<before>\$\{{tbl:(?:{key}\.)?){old}(?P<after>\}})",
)
"""What opens a dataset: in Python, by the API, in R, in SQL. Of Python it was observed."""


def _code(code: str, project: Project, old: str, new: str) -> str:
    references = project.assumptions.renames_rewrite_references_only
    for pattern in _OPENS if references else (*_OPENS, _QUOTED):
        found = re.compile(pattern.format(key=re.escape(project.key), old=re.escape(old)))
        code = found.sub(rf"\g<before>{new}\g<after>", code)
    return code


def _rename_code(project: Project, path: str, old: str, new: str) -> None:
    code = project.text(path)
    if code and old in code:
        changed = _code(code, project, old, new)
        if changed != code:
            project.set_text(path, changed)


def _rename_rights(params: Document, old: str, new: str) -> bool:
    changed = False
    for item in params.get("exposedObjects", {}).get("objects", []):
        if (item.get("type"), item.get("localName")) == ("DATASET", old):
            item["localName"], changed = new, True
    for item in params.get("dashboardAuthorizations", {}).get("authorizations", []):
        ref = item.get("objectRef", {})
        if (ref.get("objectType"), ref.get("objectId")) == ("DATASET", old):
            ref["objectId"], changed = new, True
    return changed


def _naming(project: Project, kind: Kind, name: str) -> Iterable[tuple[str, Document]]:
    quoted = json.dumps(name)
    return [
        (each, json.loads(text)) for each, text in [*project.store(kind).items()] if quoted in text
    ]


def _visit(value: Any, visit: Callable[[Document], bool]) -> bool:
    changed = False
    if isinstance(value, dict):
        changed = visit(value)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            changed = _visit(each, visit) or changed
    return changed


def _replace(document: Any, keys: Iterable[str], old: str, new: str) -> bool:
    def visit(found: Document) -> bool:
        changed = False
        for key in keys:
            if found.get(key) == old:
                found[key], changed = new, True
        return changed

    return _visit(document, visit)


def _rename_items(document: Document, project: Project, old: str, new: str) -> bool:
    key = project.key

    def visit(found: Document) -> bool:
        if found.get("itemId") != old or found.get("type", "DATASET") != "DATASET":
            return False
        if found.get("projectKey", key) != key:
            return False
        found["itemId"] = new
        return True

    def script(found: Document) -> bool:
        code = found.get("script")
        changed = _code(code, project, old, new) if isinstance(code, str) else code
        if changed == code:
            return False
        found["script"] = changed
        return True

    items = _visit(document, visit)
    return _visit(document, script) or items


def _drop_items(document: Document, kind_type: str, name: str) -> bool:
    def visit(found: Document) -> bool:
        changed = False
        for key, value in found.items():
            if isinstance(value, list):
                kept = [
                    each
                    for each in value
                    if not isinstance(each, dict)
                    or each.get("itemId") != name
                    or each.get("type") != kind_type
                    or "projectKey" in each
                ]
                if len(kept) != len(value):
                    found[key], changed = kept, True
        return changed

    return _visit(document, visit)


def outputs(project: Project, recipe: str) -> list[tuple[Kind, str]]:
    """Return the objects of the project that are outputs of a recipe."""
    found = [
        (kind_of_ref(project, ref), ref)
        for ref in refs(project.document(RECIPE, recipe), "outputs")
    ]
    return [(kind, ref) for kind, ref in found if kind is not None]
