"""Values of metrics and results of data quality rules. The emulator computes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import (
    DATASET,
    EVALUATION_STORE,
    MANAGED_FOLDER,
    SAVED_MODEL,
    Kind,
)

from . import objects

_DATASET = "/projects/{project}/datasets/{name}"


_LAST = {
    f"{_DATASET}/metrics/last/{{partition}}": DATASET,
    "/projects/{project}/managedfolders/{name}/metrics/last": MANAGED_FOLDER,
    "/projects/{project}/evaluationstores/{name}/metrics/last": EVALUATION_STORE,
    "/projects/{project}/savedmodels/{name}/metrics/{version}": SAVED_MODEL,
}
_HISTORY = {
    f"{_DATASET}/metrics/history/{{partition}}": DATASET,
    "/projects/{project}/managedfolders/{name}/metrics/history": MANAGED_FOLDER,
    "/projects/{project}/evaluationstores/{name}/metrics/history": EVALUATION_STORE,
}
_APPROXIMATE = "empty, for nothing is computed"


def _last(kind: Kind) -> Callable[[Call], Any]:
    def values(call: Call) -> Document:
        """List the last values of an object's metrics: always none."""
        objects.existing(call, kind)
        return {"metrics": []}

    return values


def _history(kind: Kind) -> Callable[[Call], Any]:
    def values(call: Call) -> Document:
        """List all values of one of an object's metrics: always none."""
        objects.existing(call, kind)
        return {"metricId": call.param("metricLookup"), "values": []}

    return values


for pattern, kind in _LAST.items():
    route("GET", pattern, approximate=_APPROXIMATE)(_last(kind))
for pattern, kind in _HISTORY.items():
    route("GET", pattern, approximate=_APPROXIMATE)(_history(kind))


@route("GET", f"{_DATASET}/data-quality/last-rules-result", approximate=_APPROXIMATE)
def results(call: Call) -> Any:
    """List the last results of data quality rules: always none."""
    objects.existing(call, DATASET)
    return []


@route("GET", f"{_DATASET}/data-quality/rules-history", approximate=_APPROXIMATE)
def results_history(call: Call) -> Any:
    """List the results of data quality rules: always none."""
    objects.existing(call, DATASET)
    return []


@route(
    "DELETE",
    f"{_DATASET}/data-quality/history/{{partition}}",
    approximate=_APPROXIMATE,
)
def forget_results(call: Call) -> Any:
    """Delete the results of data quality rules, of which there are none."""
    objects.existing(call, DATASET)
