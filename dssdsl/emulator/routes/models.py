"""Saved models and model evaluation stores."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.errors import illegal
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import EVALUATION_STORE, SAVED_MODEL

from . import objects

_CONTENT = {
    "MLFLOW_PYFUNC": "prediction/mlflow",
    "PROXY_MODEL": "prediction/proxy",
    "LLM_GENERIC": "llm/generic",
}
_HEAD = ("name", "savedModelType", "contentType", "activeVersion", "tags", "shortDesc")


@route("GET", "/projects/{project}/savedmodels", approximate="list items as the client reads them")
def list_models(call: Call) -> Any:
    """List all saved models."""
    found = []
    for name in call.project.store(SAVED_MODEL):
        document = call.project.document(SAVED_MODEL, name)
        task = (document.get("miniTask") or {}).get("taskType", "PREDICTION")
        head = {"id": name, "projectKey": call.project.key, "type": task}
        found.append({**head, **{key: document[key] for key in _HEAD if key in document}})
    return found


@route(
    "POST", "/projects/{project}/savedmodels", approximate="defaults as in files of real projects"
)
def create_model(call: Call) -> Any:
    """Create a saved model with external versions."""
    sent = call.document
    kind = sent.get("savedModelType")
    if kind not in _CONTENT:
        raise illegal(f"Cannot create a saved model of type {kind}")
    document = defaults.fresh("model", name=sent.get("name"), savedModelType=kind)
    document["contentType"] = _CONTENT[kind]
    if sent.get("predictionType"):
        document["miniTask"]["predictionType"] = sent["predictionType"]
    if sent.get("proxyModelConfiguration"):
        document["proxyModelConfiguration"] = sent["proxyModelConfiguration"]
    return {"id": objects.create(call, SAVED_MODEL, document)}


@route("GET", "/projects/{project}/savedmodels/{name}")
def get_model(call: Call) -> Any:
    """Return a saved model's settings."""
    return objects.answer(call, SAVED_MODEL)


@route("PUT", "/projects/{project}/savedmodels/{name}")
def put_model(call: Call) -> Any:
    """Replace a saved model's settings."""
    return objects.put(call, SAVED_MODEL)


@route("DELETE", "/projects/{project}/savedmodels/{name}")
def delete_model(call: Call) -> Any:
    """Delete a saved model and its train and scoring recipes."""
    objects.delete(call, SAVED_MODEL)


@route(
    "GET",
    "/projects/{project}/savedmodels/{name}/versions",
    approximate="those in the project's files, as the client reads them; the emulator trains nothing",
)
def versions(call: Call) -> Any:
    """List the versions that are in a saved model itself, as an agent's are; others are not in files."""
    document = call.project.document(SAVED_MODEL, objects.existing(call, SAVED_MODEL))
    active = document.get("activeVersion")
    return [
        {"id": each["versionId"], "active": each["versionId"] == active}
        for each in document.get("inlineVersions", [])
    ]


@route("GET", "/projects/{project}/savedmodels/{name}/usages")
def usages_of_model(call: Call) -> Any:
    """Return the recipes that use a saved model."""
    return objects.usages(call, SAVED_MODEL)


@route(
    "GET", "/projects/{project}/evaluationstores", approximate="list items as the client reads them"
)
def list_stores(call: Call) -> Any:
    """List all model evaluation stores."""
    found = []
    for name in call.project.store(EVALUATION_STORE):
        document = call.project.document(EVALUATION_STORE, name)
        flavor = document.get("mesFlavor", "TABULAR")
        if call.param("flavor") in ("", flavor):
            head = {"id": name, "projectKey": call.project.key, "mesFlavor": flavor}
            found.append({**head, "name": document.get("name"), "tags": document.get("tags", [])})
    return found


@route(
    "POST",
    "/projects/{project}/evaluationstores",
    approximate="defaults as in files of real projects",
)
def create_store(call: Call) -> Any:
    """Create a model evaluation store."""
    document = defaults.fresh("store", name=call.document.get("name"))
    if call.param("flavor") not in ("", "TABULAR"):
        document["mesFlavor"] = call.param("flavor")
    return {"id": objects.create(call, EVALUATION_STORE, document)}


@route("GET", "/projects/{project}/evaluationstores/{name}")
def get_store(call: Call) -> Any:
    """Return a model evaluation store's settings."""
    return objects.answer(call, EVALUATION_STORE)


@route("PUT", "/projects/{project}/evaluationstores/{name}")
def put_store(call: Call) -> Any:
    """Replace a model evaluation store's settings."""
    return objects.put(call, EVALUATION_STORE)


@route("DELETE", "/projects/{project}/evaluationstores/{name}")
def delete_store(call: Call) -> Any:
    """Delete a model evaluation store."""
    objects.delete(call, EVALUATION_STORE)


@route("GET", "/projects/{project}/evaluationstores/{name}/usages")
def usages_of_store(call: Call) -> Any:
    """Return the recipes that use a model evaluation store."""
    return objects.usages(call, EVALUATION_STORE)


@route(
    "GET",
    "/projects/{project}/evaluationstores/{name}/evaluations",
    approximate="empty, as the emulator evaluates nothing",
)
def evaluations(call: Call) -> Any:
    """List a store's evaluations: always none."""
    objects.existing(call, EVALUATION_STORE)
    return []


@route(
    "GET",
    "/projects/{project}/evaluationstores/{name}/latestEvaluationId",
    approximate="empty, as the emulator evaluates nothing",
)
def latest_evaluation(call: Call) -> Any:
    """Return the id of the newest evaluation: always empty."""
    objects.existing(call, EVALUATION_STORE)
    return Response("", "text/plain;charset=utf-8")
