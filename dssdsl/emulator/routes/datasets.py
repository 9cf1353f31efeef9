"""Datasets: definitions, schemas, metadata, names."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import exists, illegal, not_found, null_pointer
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import DATASET
from dssdsl.emulator.project.project import Project
from dssdsl.emulator.rules import managed_storage, references, uncertain
from dssdsl.emulator.rules.normalize import column, note_tags, received

from . import objects

_NAME = re.compile(r"[A-Za-z0-9_]+\Z")
_HEAVY = ("description", "metrics", "metricsChecks", "checks", "readWriteOptions")
_METADATA = ("description", "shortDesc", "tags", "checklists", "customFields")


def existing(call: Call) -> str:
    """Return the name of the dataset in the path. Raises ``Refused`` if it does not exist."""
    if not call.project.has(DATASET, call.name):
        raise not_found(f"dataset does not exist: {call.project.key}.{call.name}")
    return call.name


def free(project: Project, name: Any) -> str:
    """Return the name of a new dataset. Raises ``Refused`` if it is invalid or taken."""
    if not isinstance(name, str) or not _NAME.match(name):
        raise illegal(f"Invalid dataset name: '{name}'")
    if project.has(DATASET, name):
        raise exists(f"Dataset already exists: {project.key}.{name}")
    return name


def add(call: Call, name: str, document: Document) -> None:
    """Save a new dataset."""
    document["creationTag"] = call.project.stamp(call.login)
    stored = received(call.dss, DATASET, document, None)
    call.project.put(DATASET, name, stored, call.login)
    note_tags(call.project, stored.get("tags", []))


def save(call: Call, name: str, sent: Document, message: str) -> None:
    """Save an existing dataset."""
    before = call.project.document(DATASET, name)
    stored = received(call.dss, DATASET, sent, before)
    if not stored.get("type"):
        raise null_pointer("dataset.type")
    call.project.put(DATASET, name, stored, call.login)
    note_tags(call.project, stored.get("tags", []))
    call.commit(message)


@route("GET", "/projects/{project}/datasets")
def list_all(call: Call) -> Any:
    """List the definitions of all datasets."""
    project = call.project
    wanted = set(call.params.get("tags", []))
    found = [project.answer(DATASET, name) for name in project.store(DATASET)]
    if wanted:
        tagged = project.store(DATASET).items()
        keep = [bool(wanted & set(_tags(text))) for _, text in tagged]
        found = [text for text, kept in zip(found, keep, strict=True) if kept]
    if call.flag("foreign"):
        found += _foreign(call)
    if not call.dss.assumptions.dataset_list_is_full:
        found = [_light(text) for text in found]
    return Response(f"[{','.join(found)}]")


def _light(text: str) -> str:
    return json.dumps({key: each for key, each in json.loads(text).items() if key not in _HEAVY})


def _tags(text: str) -> list[str]:
    return list(json.loads(text).get("tags", []))


def _foreign(call: Call) -> list[str]:
    found = []
    for key in call.dss.projects():
        other = call.dss.project(key)
        if other is call.project:
            continue
        for item in other.params().get("exposedObjects", {}).get("objects", []):
            shared = any(r.get("targetProject") == call.project.key for r in item.get("rules", []))
            if shared and item["type"] == "DATASET" and other.has(DATASET, item["localName"]):
                found.append(other.answer(DATASET, item["localName"]))
    return found


@route("POST", "/projects/{project}/datasets")
def create(call: Call) -> Any:
    """Create a dataset as sent, with the defaults of its type."""
    sent = uncertain.new_dataset(call.dss.assumptions, call.document)
    name = free(call.project, sent.get("name"))
    kind = sent.get("type")
    if not kind:
        raise null_pointer("dataset.type")
    params = sent.get("params") or {}
    connection = params.get("connection")
    if connection is not None and kind != "UploadedFiles":
        call.dss.instance.connection(connection)
    document = {**defaults.fresh("dataset"), **sent, "params": params}
    if call.dss.normalise:
        document["params"] = managed_storage.params(kind, "", params)
        fresh = defaults.FORMAT_PARAMS.get(sent.get("formatType", ""), {})
        if sent.get("formatType"):
            document["formatParams"] = {**fresh, **(sent.get("formatParams") or {})}
    add(call, name, document)
    call.commit(f"Created dataset {call.project.key}.{name}")
    return Response(call.project.answer(DATASET, name))


@route("POST", "/projects/{project}/datasets/managed")
def create_managed(call: Call) -> Any:
    """Create a managed dataset; DSS chooses its location and format."""
    name = free(call.project, call.document.get("name"))
    settings = call.document.get("creationSettings") or {}
    add(call, name, managed_storage.dataset(call.dss.instance, call.project, name, settings))
    call.commit(f"Created managed dataset: {call.project.key}.{name}")
    return Response(call.project.answer(DATASET, name))


@route("GET", "/projects/{project}/datasets/{name}")
def get(call: Call) -> Any:
    """Return a dataset's definition, with its smart name, which is not stored."""
    text = call.project.answer(DATASET, existing(call))
    return Response(f'{text[:-1]},"smartName":"{call.name}"}}')


@route("PUT", "/projects/{project}/datasets/{name}")
def put(call: Call) -> Any:
    """Replace a dataset's definition."""
    name = existing(call)
    save(call, name, call.document, f"Saved dataset {call.project.key}.{name}")
    return {"msg": f"saved dataset {name}"}


@route("DELETE", "/projects/{project}/datasets/{name}")
def delete(call: Call) -> Any:
    """Delete a dataset and the recipes that read or write it."""
    name = existing(call)
    references.delete_object(call.project, DATASET, name, call.login)
    call.commit(f"Deleted dataset {call.project.key}.{name}")
    if call.flag("dropData"):
        shutil.rmtree(call.dss.root / "uploads" / call.project.key / name, ignore_errors=True)


@route("GET", "/projects/{project}/datasets/{name}/schema")
def schema(call: Call) -> Any:
    """Return a dataset's schema."""
    return call.project.document(DATASET, existing(call)).get("schema")


@route("PUT", "/projects/{project}/datasets/{name}/schema")
def put_schema(call: Call) -> Any:
    """Replace a dataset's schema."""
    name, sent = existing(call), call.document
    if not isinstance(sent.get("columns"), list):
        raise null_pointer("schema.columns")
    document = call.project.document(DATASET, name)
    columns = [column(each) for each in sent["columns"]] if call.dss.normalise else sent["columns"]
    modified = bool(sent.get("userModified", False))
    document["schema"] = {**sent, "columns": columns, "userModified": modified}
    save(call, name, document, f"Saved dataset schema for '{call.project.key}.{name}")
    return {"msg": "updated schema"}


@route("GET", "/projects/{project}/datasets/{name}/metadata")
def metadata(call: Call) -> Any:
    """Return a dataset's descriptions, tags and checklists."""
    document = call.project.document(DATASET, existing(call))
    found = {key: document[key] for key in _METADATA if key in document}
    found["custom"] = document.get("customMeta", {"kv": {}})
    return found


@route("PUT", "/projects/{project}/datasets/{name}/metadata")
def put_metadata(call: Call) -> Any:
    """Replace a dataset's descriptions, tags and checklists."""
    name, sent = existing(call), call.document
    document = call.project.document(DATASET, name)
    for key in _METADATA:
        document.pop(key, None)
    document |= {key: value for key, value in sent.items() if key in _METADATA}
    if isinstance(sent.get("custom"), dict):
        document["customMeta"] = {"kv": {}, **sent["custom"]}
    save(call, name, document, f"Saved dataset {call.project.key}.{name}")
    return {"msg": f"updated metadata of {name}"}


@route("POST", "/projects/{project}/actions/renameDataset")
def rename(call: Call) -> Any:
    """Rename a dataset in the whole project."""
    old, key = call.document.get("oldName"), call.project.key
    if not old or not call.project.has(DATASET, old):
        raise not_found(f"dataset does not exist: {key}.{old}")
    new = free(call.project, call.document.get("newName"))
    references.rename_dataset(call.project, old, new, call.login)
    uploads = call.dss.root / "uploads" / key
    if (uploads / old).is_dir():
        (uploads / old).rename(uploads / new)
    call.commit(f"Renamed dataset {key}.{old} to {key}.{new}")


@route("GET", "/projects/{project}/datasets/{name}/info", approximate="the emulator builds nothing")
def info(call: Call) -> Any:
    """Return a dataset's build information: it was never built."""
    kind = call.project.document(DATASET, existing(call))["type"]
    about = {"projectKey": call.project.key, "name": call.name, "type": kind}
    return {**about, "recipe": _recipe(call)}


def _recipe(call: Call) -> Any:
    producer = call.project.producer(call.name)
    return {"name": producer, "projectKey": call.project.key} if producer else {}


@route("GET", "/projects/{project}/datasets/{name}/usages")
def usages(call: Call) -> Any:
    """Return the recipes that use a dataset."""
    return objects.usages(call, DATASET)


@route(
    "GET",
    "/projects/{project}/datasets/{name}/partitions",
    approximate="one partition and no data",
)
def partitions(call: Call) -> Any:
    """Return a dataset's partitions: always one, as the emulator has no data."""
    existing(call)
    return ["NP"]


def uploads(call: Call) -> Path:
    """Return the folder of the uploaded files of the dataset in the path."""
    return call.dss.root / "uploads" / call.project.key / existing(call)


@route(
    "DELETE",
    "/projects/{project}/datasets/{name}/data",
    approximate="one partition and no data",
)
def clear(call: Call) -> Any:
    """Clear a dataset's data: delete its uploaded files, for the emulator has no other data."""
    shutil.rmtree(uploads(call), ignore_errors=True)
    return {"msg": "cleared", "log": []}


@route("GET", "/projects/X/datasets/templates", approximate="the defaults of the emulator")
def templates(_: Call) -> Any:
    """Return the defaults of a dataset. The project's key in this path is always X."""
    return {
        "dataset": defaults.fresh("dataset"),
        "abstractFSConfig": defaults.FILES,
        "abstractSQLConfig": defaults.TABLE,
        "csvFormat": defaults.FORMAT_PARAMS["csv"],
    }
