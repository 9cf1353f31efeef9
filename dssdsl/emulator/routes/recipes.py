"""Recipes: creation with outputs, payloads, names, output schemas."""

from __future__ import annotations

import json
import re
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import exists, illegal, not_found, null_pointer
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import dss_json, kinds
from dssdsl.emulator.project.flow import refs
from dssdsl.emulator.project.kinds import (
    CODE_TYPES,
    DATASET,
    KNOWLEDGE_BANK,
    MANAGED_FOLDER,
    RECIPE,
)
from dssdsl.emulator.project.project import Project
from dssdsl.emulator.rules import (
    managed_storage,
    payloads,
    references,
    schemas,
    shapes,
    uncertain,
    zones,
)
from dssdsl.emulator.rules.normalize import note_tags, received, text

from . import objects
from .datasets import add, free

_METADATA = ("description", "shortDesc", "tags", "checklists", "customFields")
_NAME = re.compile(r"[A-Za-z0-9_]+\Z")
_MANY_INPUTS = frozenset(("join", "vstack", "fuzzyjoin", "geojoin", "generate_features"))


def existing(call: Call) -> str:
    """Return the name of the recipe in the path. Raises ``Refused`` if it does not exist."""
    if not call.project.has(RECIPE, call.name):
        raise not_found(f"recipe does not exist: {call.project.key}.{call.name}")
    return call.name


@route("GET", "/projects/{project}/recipes")
def list_all(call: Call) -> Any:
    """List all recipes, with their versions and without their payloads."""
    project = call.project
    return Response(f"[{','.join(project.answer(RECIPE, name) for name in project.store(RECIPE))}]")


@route("GET", "/projects/{project}/recipes/{name}")
def get(call: Call) -> Any:
    """
    Return a recipe's definition, and its payload if it has one.

    For a missing recipe, DSS answers with an empty document and status 200.
    """
    if not call.project.has(RECIPE, call.name):
        return {}
    head = call.project.answer(RECIPE, call.name)
    payload = call.project.payload(call.name)
    if payload is None:
        return Response(f'{{"recipe":{head}}}')
    return Response(f'{{"recipe":{head},"payload":{json.dumps(payload)}}}')


@route("POST", "/projects/{project}/recipes")
def create(call: Call) -> Any:
    """Create a recipe: raw as sent, or with the settings that DSS guesses and the missing outputs."""
    sent = dict(call.document.get("recipePrototype") or {})
    settings = call.document.get("creationSettings") or {}
    kind = sent.get("type")
    if not kind:
        raise null_pointer("recipePrototype.type")
    raw = bool(settings.get("rawCreation"))
    if not raw and kind in _MANY_INPUTS and settings.get("virtualInputs"):
        items = [{"ref": _ref(each)} for each in settings["virtualInputs"]]
        sent["inputs"] = {"main": {"items": items}}
    elif not raw and kind in _MANY_INPUTS:
        sent["inputs"] = {}  # DSS 15 accepts no others, and has nothing to guess from
    name = _name(call.project, sent)
    if not raw:
        _check_inputs(call, sent)
        if settings.get("outputRetrievableKnowledgeName"):
            bank = {"ref": _knowledge_bank(call, settings), "appendMode": False}
            sent["outputs"] = {**sent.get("outputs", {}), "knowledge_bank": {"items": [bank]}}
        _outputs(call, sent, settings)
    padded = not raw or call.dss.assumptions.raw_recipes_get_params
    document = _fresh(call, sent, kind, padded=padded)
    call.project.put(RECIPE, name, document, call.login)
    payload = settings.get("rawPayload") if raw else _payload(call, kind, document, settings)
    if payload is not None:
        call.project.set_payload(name, kind, payload)
    note_tags(call.project, document.get("tags", []))
    zones.settle_recipe(call.project, name)
    call.commit(f"Created {kind} recipe: {call.project.key}.{name}")
    return {"name": name}


def _ref(virtual: Any) -> str:
    return str(virtual.get("originLabel")) if isinstance(virtual, dict) else str(virtual)


def _name(project: Project, sent: Document) -> str:
    written = refs(sent, "outputs")
    name = sent.get("name") or (f"compute_{written[0]}" if written else sent["type"])
    if not _NAME.match(name):
        raise illegal(f"Invalid recipe name: '{name}'")
    if project.has(RECIPE, name):
        raise exists(f"Recipe already exists: {project.key}.{name}")
    return str(name)


def _fresh(call: Call, sent: Document, kind: str, *, padded: bool) -> Document:
    document = {**defaults.fresh("recipe"), **sent, "creationTag": call.project.stamp(call.login)}
    if not call.dss.normalise:
        return received(call.dss, RECIPE, document, None)
    fresh = payloads.params(kind) if padded else None
    if fresh is not None or sent.get("params"):
        document["params"] = {**(fresh or {}), **(sent.get("params") or {})}
    document["inputs"], document["outputs"] = _roles(sent, "inputs"), _roles(sent, "outputs")
    return received(call.dss, RECIPE, document, None)


def _roles(recipe: Document, side: str, before: Document | None = None) -> Document:
    """Return a recipe's inputs or outputs as DSS stores them, without roles that have no items."""
    rest: Document = {"deps": []} if side == "inputs" else {"appendMode": False}
    found = {}
    for role, value in (recipe.get(side) or {}).items():
        items = [
            {
                "ref": text(item["ref"], "items.ref"),
                **rest,
                **{k: v for k, v in item.items() if k in rest and v is not None},
            }
            for item in value.get("items") or []
        ]
        if items or ((before or {}).get(side) or {}).get(role) == value:
            found[role] = {"items": items}
    return found


def _check_inputs(call: Call, sent: Document) -> None:
    for ref in refs(sent, "inputs"):
        key, _, name = ref.rpartition(".")
        if key and key != call.project.key:
            if key not in call.dss.projects():
                raise not_found(f"dataset does not exist: {ref}")
            continue
        if references.kind_of_ref(call.project, name) is None:
            raise not_found(f"dataset does not exist: {call.project.key}.{name}")


def _outputs(call: Call, sent: Document, settings: Document) -> None:
    by_role = settings.get("outputDatasetsCreationSettingsByRole") or {}
    for role, value in (sent.get("outputs") or {}).items():
        for item in value.get("items") or []:
            ref = item["ref"]
            if references.kind_of_ref(call.project, ref) is not None:
                continue
            wanted = (by_role.get(role) or {}).get(ref)
            if wanted is None and settings.get("createOutputDataset"):
                wanted = settings.get("outputDatasetSettings") or {}
            if wanted is not None:
                free(call.project, ref)
                made = managed_storage.dataset(call.dss.instance, call.project, ref, wanted)
                add(call, ref, made)
            elif settings.get("createOutputFolder"):
                item["ref"] = _output_folder(call, ref, settings.get("outputFolderSettings") or {})
            else:
                message = (
                    "Need to create output dataset or folder, but creationInfo params are "
                    "suppressing it"
                )
                raise illegal(message)


def _knowledge_bank(call: Call, settings: Document) -> str:
    name = settings["outputRetrievableKnowledgeName"]
    keys = ("embeddingLLMId", "vectorStoreType")
    wanted = {key: settings[key] for key in keys if settings.get(key)}
    return objects.stage(
        call, KNOWLEDGE_BANK, defaults.fresh("knowledge bank", name=name, **wanted)
    )


def _output_folder(call: Call, name: str, wanted: Document) -> str:
    sent = {"connection": wanted.get("connectionId")} if wanted.get("connectionId") else {}
    document = managed_storage.folder(call.dss.instance, name, wanted.get("typeOptionId"), sent)
    folder = call.project.new_id(MANAGED_FOLDER)
    document["creationTag"] = call.project.stamp(call.login)
    stored = received(call.dss, MANAGED_FOLDER, document, None)
    call.project.put(MANAGED_FOLDER, folder, stored, call.login)
    return folder


def _payload(call: Call, kind: str, document: Document, settings: Document) -> str | None:
    if kind in CODE_TYPES:
        script = settings.get("script")
        if script is None and kind == "sql_query":
            first = next(iter(refs(document, "inputs")), "")
            return f"SELECT *\n  FROM {first}"  # noqa: S608 - a text for people, nobody runs it
        return script if isinstance(script, str) else None
    inputs = [(ref, columns(call, ref)) for ref in _main(document)]
    if kind in _MANY_INPUTS and not inputs:
        return ""
    built = payloads.fresh(kind, inputs, settings)
    if kind == "sync":
        return ""
    return "" if built is None else dss_json.dumps(built)


def _main(document: Document) -> list[str]:
    main = document.get("inputs", {}).get("main", {})
    return [item["ref"] for item in main.get("items", [])]


def columns(call: Call, ref: str) -> list[Document]:
    """Return the columns of a recipe's input, of this project or another; a folder has none."""
    key, _, name = ref.rpartition(".")
    project = call.dss.project(key) if key and key in call.dss.projects() else call.project
    if not project.has(DATASET, name):
        return []
    found: list[Document] = project.document(DATASET, name).get("schema", {}).get("columns", [])
    return found


@route("PUT", "/projects/{project}/recipes/{name}")
def put(call: Call) -> Any:
    """Replace a recipe's definition and payload."""
    name = existing(call)
    sent = call.document.get("recipe")
    if not isinstance(sent, dict):
        raise null_pointer("recipe")
    shapes.check(sent, shapes.DOCUMENTS[RECIPE.folder])
    before = call.project.document(RECIPE, name)
    document = {"type": before["type"], **sent}
    text(document["type"], "type")
    if call.dss.normalise:
        for side in ("inputs", "outputs"):
            document[side] = _roles(document, side, before)
    stored = received(call.dss, RECIPE, document, before)
    call.project.put(RECIPE, name, stored, call.login)
    payload = call.document.get("payload")
    if isinstance(payload, str):
        call.project.set_payload(name, stored["type"], _stored(call, name, stored, payload))
    note_tags(call.project, stored.get("tags", []))
    zones.settle_recipe(call.project, name)
    call.commit(f"Saved recipe: {call.project.key}.{name}")
    return {"msg": f"saved recipe {name}"}


def _stored(call: Call, name: str, document: Document, payload: str) -> str:
    """Return a payload as DSS writes it: code unchanged, settings in DSS's form of JSON."""
    if document["type"] in CODE_TYPES or not call.dss.normalise:
        return payload
    try:
        sent = uncertain.annotated(call.dss.assumptions, json.loads(payload))
    except ValueError:
        return payload
    shapes.check_payload(document["type"], sent)
    before = call.project.payload(name)
    try:
        if before and json.dumps(json.loads(before)) == json.dumps(sent):
            return before
    except ValueError:
        return dss_json.dumps(sent)
    return dss_json.dumps(sent)


@route("DELETE", "/projects/{project}/recipes/{name}")
def delete(call: Call) -> Any:
    """Delete a recipe; its outputs stay."""
    name = existing(call)
    references.delete_recipe(call.project, name)
    references.leave_zones(call.project, {(RECIPE.type, name)})
    call.commit(f"Deleted recipe {call.project.key}.{name}")


@route("GET", "/projects/{project}/recipes/{name}/metadata")
def metadata(call: Call) -> Any:
    """Return a recipe's descriptions, tags and checklists."""
    document = call.project.document(RECIPE, existing(call))
    found = {key: document[key] for key in _METADATA if key in document}
    found["custom"] = document.get("customMeta", {"kv": {}})
    return found


@route("PUT", "/projects/{project}/recipes/{name}/metadata")
def put_metadata(call: Call) -> Any:
    """Replace a recipe's descriptions, tags and checklists."""
    name, sent = existing(call), call.document
    before = call.project.document(RECIPE, name)
    document = {key: value for key, value in before.items() if key not in _METADATA}
    document |= {key: value for key, value in sent.items() if key in _METADATA}
    if isinstance(sent.get("custom"), dict):
        document["customMeta"] = {"kv": {}, **sent["custom"]}
    stored = received(call.dss, RECIPE, document, before)
    call.project.put(RECIPE, name, stored, call.login)
    note_tags(call.project, stored.get("tags", []))
    call.commit(f"Saved recipe: {call.project.key}.{name}")
    return {"msg": f"updated metadata of {name}"}


@route("POST", "/projects/{project}/actions/renameRecipe")
def rename(call: Call) -> Any:
    """Rename a recipe and its payload; datasets do not change."""
    project, old = call.project, call.document.get("oldName")
    new = call.document.get("newName")
    if not old or not project.has(RECIPE, old):
        raise not_found(f"recipe does not exist: {project.key}.{old}")
    if not isinstance(new, str) or not _NAME.match(new):
        raise illegal(f"Invalid recipe name: '{new}'")
    if project.has(RECIPE, new):
        raise exists(f"Recipe already exists: {project.key}.{new}")
    kind = project.document(RECIPE, old)["type"]
    payload = project.payload(old)
    extension = kinds.extension(kind)
    project.move(RECIPE, old, new)
    if payload is not None:
        project.set_text(f"recipes/{old}.{extension}", None)
        project.set_text(f"recipes/{new}.{extension}", payload)
    references.rename_in_zones(project, RECIPE.type, old, new)
    references.relink_notebooks(project, old, new)
    call.commit(f"Renamed recipe {old} to {new}")


def _dimensions(call: Call, recipe: Document) -> dict[str, list[str]]:
    """Return the partition dimensions of each output that is files."""
    outputs = [ref for ref in refs(recipe, "outputs") if call.project.has(DATASET, ref)]
    documents = {ref: call.project.document(DATASET, ref) for ref in outputs}
    return {
        ref: [each["name"] for each in document.get("partitioning", {}).get("dimensions") or ()]
        for ref, document in documents.items()
        if "formatType" in document
    }


@route(
    "GET",
    "/projects/{project}/recipes/{name}/schema-update",
    approximate="without columns that only an engine knows",
)
def schema_update(call: Call) -> Any:
    """Return the schemas that the recipe computes for its outputs, and the differences."""
    name = existing(call)
    document = call.project.document(RECIPE, name)
    inputs = [(ref, columns(call, ref)) for ref in _main(document)]
    payload, hidden = call.project.payload(name) or "", _dimensions(call, document)
    computed = schemas.outputs(document, payload, inputs, hidden)
    computables, count = [], 0
    for ref, new in computed:
        if not call.project.has(DATASET, ref):
            continue
        old = call.project.document(DATASET, ref).get("schema", {}).get("columns", [])
        different = schemas.differences(old, new)
        count += len(different)
        if different:
            computables.append(
                {
                    "type": "DATASET",
                    "datasetName": ref,
                    "projectKey": call.project.key,
                    "newSchema": {"columns": new, "userModified": False},
                    "incompatibilities": different,
                    "previousSchemaWasEmpty": not old,
                }
            )
    return {"totalIncompatibilities": count, "computables": computables}


@route(
    "POST",
    "/projects/{project}/recipes/{name}/actions/updateOutputSchema",
    approximate="without columns that only an engine knows",
)
def update_output_schema(call: Call) -> Any:
    """Set the schema of an output of the recipe."""
    existing(call)
    output, new = call.document.get("computableId"), call.document.get("newSchema")
    if not output or not call.project.has(DATASET, output):
        raise not_found(f"dataset does not exist: {call.project.key}.{output}")
    if not isinstance(new, dict):
        raise null_pointer("newSchema")
    before = call.project.document(DATASET, output)
    document = {**before, "schema": {"userModified": False, **new}}
    stored = received(call.dss, DATASET, document, before)
    call.project.put(DATASET, output, stored, call.login)
    key = call.project.key
    call.commit(f"Updated schema of {key}.{output} from recipe in project {key}")
    return {"success": True, "messages": {"messages": []}}


@route("GET", "/projects/{project}/recipes/{name}/status", approximate="one engine, no messages")
def status(call: Call) -> Any:
    """Return a recipe's status: it runs on DSS's own engine."""
    existing(call)
    engine = {"type": "DSS", "label": "DSS", "statusMessages": {"messages": []}}
    messages = {"messages": [], "maxSeverity": "SUCCESS"}
    return {"selectedEngine": engine, "engines": [engine], "allMessagesForFrontend": messages}
