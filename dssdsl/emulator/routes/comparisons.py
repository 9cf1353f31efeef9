"""Comparisons of models and of evaluations, as documents only."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.errors import illegal, null_pointer
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import MODEL_COMPARISON

from . import objects

_ALL = "/projects/{project}/evaluationcomparisons"
_CLASSIC = frozenset(
    (
        *("BINARY_CLASSIFICATION", "REGRESSION", "MULTICLASS", "TIMESERIES_FORECAST"),
        *("CAUSAL_BINARY_CLASSIFICATION", "CAUSAL_REGRESSION"),
    )
)


@route("GET", _ALL, approximate="list items as the client reads them")
def list_all(call: Call) -> Any:
    """List all comparisons, or those of some types of task."""
    wanted = {*call.params.get("modelTaskTypes", ())}
    keys = ("displayName", "predictionType", "modelTaskType", "tags")
    found = objects.heads(call, MODEL_COMPARISON, keys)
    return [
        head
        for head in found
        if not wanted or head.get("modelTaskType", head.get("predictionType")) in wanted
    ]


def _create(call: Call, types: frozenset[str]) -> Any:
    sent = call.document
    name, kind = sent.get("displayName"), sent.get("predictionType")
    if not name:
        raise null_pointer("displayName")
    if kind not in types:
        raise illegal(f"Unknown type of task: {kind}")
    document = defaults.fresh("model comparison", displayName=name, modelTaskType=kind)
    new = call.project.new_id(MODEL_COMPARISON)
    objects.stage(call, MODEL_COMPARISON, document, new)
    call.commit(f"Created model comparison {call.project.key}.{new}")
    return {"id": new}


@route(
    "POST",
    "/projects/{project}/modelcomparisons",
    approximate="defaults as in files of real projects",
)
def create_of_models(call: Call) -> Any:
    """Create an empty comparison of models."""
    return _create(call, _CLASSIC)


@route("POST", _ALL, approximate="defaults as in files of real projects")
def create(call: Call) -> Any:
    """Create an empty comparison of evaluations."""
    return _create(call, _CLASSIC | {"LLM", "AGENT"})


@route("GET", f"{_ALL}/{{name}}")
def get(call: Call) -> Any:
    """Return a comparison."""
    return objects.answer(call, MODEL_COMPARISON)


@route("PUT", f"{_ALL}/{{name}}")
def put(call: Call) -> Any:
    """Replace a comparison."""
    return objects.put(call, MODEL_COMPARISON)


@route("DELETE", f"{_ALL}/{{name}}")
def delete(call: Call) -> Any:
    """Delete a comparison."""
    objects.delete(call, MODEL_COMPARISON)
