"""Statistics worksheets of datasets, as documents: no card of them is computed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dssdsl.emulator import defaults, objects
from dssdsl.emulator.kinds import DATASET, STATISTICS_WORKSHEET
from dssdsl.emulator.refusals import not_found
from dssdsl.emulator.routing import Call, route

if TYPE_CHECKING:
    from dssdsl.emulator.disk import Document

_ALL = "/projects/{project}/datasets/{dataset}/statistics/worksheets"


def _dataset(call: Call) -> str:
    name = call.vars["dataset"]
    if not call.project.has(DATASET, name):
        raise not_found(f"dataset does not exist: {call.project.key}.{name}")
    return name


def _of(document: Document) -> Any:
    return document.get("dataSpec", {}).get("inputDatasetSmartName")


def _existing(call: Call) -> None:
    """Refuse where the worksheet in the path is none of the dataset's."""
    name = objects.existing(call, STATISTICS_WORKSHEET)
    if _of(call.project.document(STATISTICS_WORKSHEET, name)) != _dataset(call):
        raise not_found(f"statistics worksheet does not exist: {call.project.key}.{name}")


@route("GET", _ALL)
def list_all(call: Call) -> Any:
    """List a dataset's statistics worksheets in full."""
    dataset, found = _dataset(call), []
    for name in call.project.store(STATISTICS_WORKSHEET):
        shown = json.loads(call.project.answer(STATISTICS_WORKSHEET, name))
        if _of(shown) == dataset:
            found.append(shown)
    return found


@route("POST", _ALL)
def create(call: Call) -> Any:
    """Create a statistics worksheet without cards."""
    sent = call.document
    document = defaults.fresh("statistics worksheet", name=sent.get("name"))
    document["dataSpec"] |= {
        **(sent.get("dataSpec") or {}),
        "inputDatasetSmartName": _dataset(call),
    }
    if sent.get("rootCard"):
        document["rootCard"] = sent["rootCard"]
    return {"id": objects.create(call, STATISTICS_WORKSHEET, document)}


@route("GET", f"{_ALL}/{{name}}")
def get(call: Call) -> Any:
    """Return a statistics worksheet."""
    _existing(call)
    return objects.answer(call, STATISTICS_WORKSHEET)


@route("PUT", f"{_ALL}/{{name}}")
def put(call: Call) -> Any:
    """Replace a statistics worksheet."""
    _existing(call)
    return objects.put(call, STATISTICS_WORKSHEET)


@route("DELETE", f"{_ALL}/{{name}}")
def delete(call: Call) -> Any:
    """Delete a statistics worksheet."""
    _existing(call)
    objects.delete(call, STATISTICS_WORKSHEET)
