"""Uploaded files, and the detection of formats and schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import failed, illegal
from dssdsl.emulator.http import multipart
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import futures
from dssdsl.emulator.project.kinds import DATASET
from dssdsl.emulator.rules import detection

from .datasets import existing, uploads


@route("POST", "/projects/{project}/datasets/{name}/uploaded/files")
def upload(call: Call) -> Any:
    """Add a file to a dataset. A file with the same name can't be replaced."""
    folder = uploads(call)
    if call.project.document(DATASET, call.name)["type"] != "UploadedFiles":
        raise illegal("Not an uploaded files dataset")
    name, content = multipart.file(call.content, call.content_type)
    target = folder / Path(name).name
    if not target.name or target.exists():
        raise failed(f"Cannot write file {name}")
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return {"path": f"/{target.name}", "length": len(content)}


@route("GET", "/projects/{project}/datasets/{name}/uploaded/files")
def uploaded(call: Call) -> Any:
    """List the uploaded files of a dataset."""
    folder = uploads(call)
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        {"filename": file.name, "path": f"/{file.name}", "length": file.stat().st_size}
        for file in files
    ]


@route(
    "POST",
    "/projects/{project}/datasets/{name}/actions/testAndDetectSettings/fsLike",
    approximate="CSV files only",
)
def detect_files(call: Call) -> Any:
    """Detect the format and columns of a dataset's files. The response is a future."""
    infer = bool((call.body or {}).get("inferStorageTypes"))
    return futures.finished(call.dss, detection.detect(_files(call), infer=infer))


def _files(call: Call) -> list[Path]:
    document = call.project.document(DATASET, existing(call))
    params = document.get("params", {})
    if document["type"] == "UploadedFiles":
        place = uploads(call)
    elif document["type"] == "FilesInFolder":
        place = call.dss.root / "folders" / call.project.key / str(params.get("folderSmartId"))
    else:
        path = str(params.get("path", "")).replace("${projectKey}", call.project.key).strip("/")
        place = call.dss.root / "files" / str(params.get("connection")) / path
    if place.is_file():
        return [place]
    return sorted(file for file in place.rglob("*") if file.is_file()) if place.is_dir() else []


@route(
    "POST",
    "/projects/{project}/datasets/{name}/actions/testAndDetectSettings/externalSQL",
    approximate="tables that the emulator was started with",
)
def detect_table(call: Call) -> Any:
    """Return the columns of a dataset's table, from the emulator's tables."""
    params = call.project.document(DATASET, existing(call)).get("params", {})
    tables = call.dss.tables.get(params.get("connection", ""), {})
    name = str(params.get("table", "")).replace("${projectKey}", call.project.key)
    schema = params.get("schema")
    found = tables.get(f"{schema}.{name}") if schema else None
    columns = found if found is not None else tables.get(name)
    if columns is None:
        message = f"Table not found: {f'{schema}.' if schema else ''}{name}"
        return {"table": {"ok": False}, "connectionOK": True, "errorMessage": message}
    new: Document = {"columns": [dict(each) for each in columns], "userModified": False}
    detected = {"newSchema": new, "detectedSchema": new}
    return {"connectionOK": True, "table": {"ok": True}, "schemaDetection": detected}
