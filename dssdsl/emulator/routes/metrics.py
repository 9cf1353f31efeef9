"""Values of metrics and results of data quality rules: nothing is computed, so there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dssdsl.emulator import objects
from dssdsl.emulator.kinds import DATASET, EVALUATION_STORE, MANAGED_FOLDER, SAVED_MODEL, Kind
from dssdsl.emulator.routing import Call, route

if TYPE_CHECKING:
    from dssdsl.emulator.disk import Document

_DATASET = "/projects/{project}/datasets/{name}"


def _last(call: Call, kind: Kind) -> Document:
    objects.existing(call, kind)
    return {"metrics": []}


def _history(call: Call, kind: Kind) -> Document:
    objects.existing(call, kind)
    return {"metricId": call.param("metricLookup"), "values": []}


@route("GET", f"{_DATASET}/metrics/last/{{partition}}", near="empty, for nothing is computed")
def of_dataset(call: Call) -> Any:
    """List the last values of a dataset's metrics: none was computed."""
    return _last(call, DATASET)


@route("GET", f"{_DATASET}/metrics/history/{{partition}}", near="empty, for nothing is computed")
def history_of_dataset(call: Call) -> Any:
    """List all values of one of a dataset's metrics: none was computed."""
    return _history(call, DATASET)


@route(
    "GET",
    "/projects/{project}/managedfolders/{name}/metrics/last",
    near="empty, for nothing is computed",
)
def of_folder(call: Call) -> Any:
    """List the last values of a folder's metrics: none was computed."""
    return _last(call, MANAGED_FOLDER)


@route(
    "GET",
    "/projects/{project}/managedfolders/{name}/metrics/history",
    near="empty, for nothing is computed",
)
def history_of_folder(call: Call) -> Any:
    """List all values of one of a folder's metrics: none was computed."""
    return _history(call, MANAGED_FOLDER)


@route(
    "GET",
    "/projects/{project}/evaluationstores/{name}/metrics/last",
    near="empty, for nothing is computed",
)
def of_store(call: Call) -> Any:
    """List the last values of a store's metrics: none was computed."""
    return _last(call, EVALUATION_STORE)


@route(
    "GET",
    "/projects/{project}/evaluationstores/{name}/metrics/history",
    near="empty, for nothing is computed",
)
def history_of_store(call: Call) -> Any:
    """List all values of one of a store's metrics: none was computed."""
    return _history(call, EVALUATION_STORE)


@route(
    "GET",
    "/projects/{project}/savedmodels/{name}/metrics/{version}",
    near="empty, for nothing is computed",
)
def of_model(call: Call) -> Any:
    """List the values of a model version's metrics: none was computed."""
    return _last(call, SAVED_MODEL)


@route("GET", f"{_DATASET}/data-quality/last-rules-result", near="empty, for nothing is computed")
def results(call: Call) -> Any:
    """List what the rules found last: none was computed."""
    objects.existing(call, DATASET)
    return []


@route("GET", f"{_DATASET}/data-quality/rules-history", near="empty, for nothing is computed")
def results_history(call: Call) -> Any:
    """List what the rules found: none was computed."""
    objects.existing(call, DATASET)
    return []


@route(
    "DELETE",
    f"{_DATASET}/data-quality/history/{{partition}}",
    near="empty, for nothing is computed",
)
def forget_results(call: Call) -> Any:
    """Forget what the rules found: none was computed."""
    objects.existing(call, DATASET)
