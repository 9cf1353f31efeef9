"""Statistics worksheets of datasets, as documents: the emulator computes no card."""

from __future__ import annotations

import json
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import not_found, null_pointer
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import DATASET, STATISTICS_WORKSHEET

from . import objects

_ALL = "/projects/{project}/datasets/{name}/statistics/worksheets"


def _of(document: Document) -> Any:
    return document.get("dataSpec", {}).get("inputDatasetSmartName")


def _enter(call: Call) -> None:
    """Select the worksheet in the path. Raises ``Refused`` if it is not one of the dataset's."""
    dataset = objects.existing(call, DATASET)
    call.vars["name"] = call.vars["worksheet"]
    name = objects.existing(call, STATISTICS_WORKSHEET)
    if _of(call.project.document(STATISTICS_WORKSHEET, name)) != dataset:
        raise not_found(f"statistics worksheet does not exist: {call.project.key}.{name}")


@route("GET", _ALL)
def list_all(call: Call) -> Any:
    """List a dataset's statistics worksheets in full."""
    dataset, found = objects.existing(call, DATASET), []
    for name in call.project.store(STATISTICS_WORKSHEET):
        shown = json.loads(call.project.answer(STATISTICS_WORKSHEET, name))
        if _of(shown) == dataset:
            found.append(shown)
    return found


@route("POST", _ALL, approximate="defaults as in files of real projects")
def create(call: Call) -> Any:
    """Create a statistics worksheet without cards."""
    sent = call.document
    document = defaults.fresh("statistics worksheet", name=sent.get("name"))
    dataset = objects.existing(call, DATASET)
    if not (sent.get("dataSpec") or {}).get("datasetSelection"):
        raise null_pointer("dataSpec.datasetSelection")
    document["dataSpec"] |= {**(sent.get("dataSpec") or {}), "inputDatasetSmartName": dataset}
    if sent.get("rootCard"):
        document["rootCard"] = sent["rootCard"]
    name = objects.create(call, STATISTICS_WORKSHEET, document)
    return Response(call.project.answer(STATISTICS_WORKSHEET, name))


@route("GET", f"{_ALL}/{{worksheet}}")
def get(call: Call) -> Any:
    """Return a statistics worksheet."""
    _enter(call)
    return objects.answer(call, STATISTICS_WORKSHEET)


@route("PUT", f"{_ALL}/{{worksheet}}")
def put(call: Call) -> Any:
    """Replace a statistics worksheet."""
    _enter(call)
    return objects.put(call, STATISTICS_WORKSHEET)


@route("DELETE", f"{_ALL}/{{worksheet}}")
def delete(call: Call) -> Any:
    """Delete a statistics worksheet."""
    _enter(call)
    objects.delete(call, STATISTICS_WORKSHEET)
