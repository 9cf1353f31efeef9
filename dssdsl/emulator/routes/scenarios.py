"""Scenarios."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import exists, not_found, null_pointer
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project import ids
from dssdsl.emulator.project.kinds import SCENARIO
from dssdsl.emulator.rules import uncertain
from dssdsl.emulator.rules.normalize import note_tags, received, sorted_tags

_LIGHT = ("active", "description", "shortDesc", "tags", "checklists")
_SAMPLE = """# The script that runs when the scenario runs.
from dataiku.scenario import Scenario

scenario = Scenario()
"""
_STEP: Document = {
    "enabled": True,
    "alwaysShowComment": False,
    "runConditionType": "RUN_IF_STATUS_MATCH",
    "runConditionStatuses": ["SUCCESS", "WARNING"],
    "runConditionExpression": "",
    "resetScenarioStatus": False,
    "delayBetweenRetries": 10,
    "maxRetriesOnFail": 0,
}
_CONDITIONS = frozenset(("RUN_IF_STATUS_MATCH", "RUN_CONDITIONALLY", "RUN_ALWAYS", "DISABLED"))
_JOBS = frozenset(
    (
        *("RECURSIVE_BUILD", "NON_RECURSIVE_FORCED_BUILD", "RECURSIVE_FORCED_BUILD"),
        *("RECURSIVE_MISSING_ONLY_BUILD", "FIND_OUTPUTS_RECURSIVE_BUILD", "REVERSE_FORCED_BUILD"),
    )
)
_OUTCOMES = frozenset(("SUCCESS", "WARNING", "FAILED"))
_PARAMS: dict[str, Document] = {
    "build_flowitem": {
        "builds": [],
        "jobType": "RECURSIVE_BUILD",
        "autoUpdateSchemaBeforeEachRecipeRun": False,
        "stopAtFlowZoneBoundary": False,
        "refreshHiveMetastore": True,
        "handleWarningsAs": "WARNING",
    },
    "check_dataset": {
        "checks": [],
        "computeAutomaticRules": True,
        "ignorePartitionSelectionMode": False,
        "handleWarningsAs": "WARNING",
    },
    "custom_python": {"script": "", "envSelection": {"envMode": "INHERIT"}},
    "set_project_vars": {"variables": {}, "definitions": [], "evaluateValues": False},
    "define_vars": {"variables": {}, "definitions": [], "evaluateValues": False},
    "compute_metrics": {"computes": []},
    "clear_items": {"clears": []},
    "run_scenario": {"handleWarningsAs": "WARNING"},
}
_DELAYS = {"temporal": 5}
_TEMPORAL: Document = {
    "repeatFrequency": 1,
    "frequency": "Daily",
    "startingFrom": "",
    "daysOfWeek": [],
    "monthlyRunOn": "ON_THE_DAY",
    "minute": 0,
    "hour": 0,
    "timezone": "SERVER",
}
_REPORTER: Document = {
    "active": False,
    "phase": "END",
    "runConditionEnabled": False,
    "runCondition": "",
    "messaging": {},
}


def existing(call: Call) -> str:
    """Return the id of the scenario in the path. Raises ``Refused`` if it does not exist."""
    if not call.project.has(SCENARIO, call.name):
        raise not_found(f"scenario does not exist: {call.project.key}.{call.name}")
    return call.name


def settled(call: Call, document: Document, before: Document | None) -> Document:
    """
    Return a scenario as DSS stores it.

    Steps, triggers and reporters get ids and the defaults of their kind. A time trigger gets
    ``lastUpdate``, the time when its settings changed. What did not change stays as the version of
    DSS that saved it wrote it.

    Raises:
        Refused: DSS does not know a step's condition, and fails with a null pointer.
    """
    document = received(call.dss, SCENARIO, document, before)
    if not call.dss.normalise:
        return document
    params = document.setdefault("params", {})
    if document["type"] == "custom_python":
        params.setdefault("envSelection", {"envMode": "INHERIT"})
    else:
        params["steps"] = _each(params.get("steps"), before, _step)
    now = call.project.now()
    document["triggers"] = _each(
        document.get("triggers"), before, lambda sent, old: _trigger(sent, old, now)
    )
    document["reporters"] = _each(document.get("reporters"), before, _reporter)
    return document


def _each(
    sent: list[Document] | None,
    before: Document | None,
    settle: Callable[[Document, Document | None], Document],
) -> list[Document]:
    stored = before or {}
    parts = (stored.get("params", {}).get("steps"), stored.get("triggers"), stored.get("reporters"))
    old = {each.get("id"): each for part in parts for each in part or []}
    found = []
    for each in sent or []:
        known = old.get(each.get("id"))
        found.append(each if each == known else settle(each, known))
    return found


def _step(sent: Document, _: Document | None) -> Document:
    if sent.get("runConditionType", "DISABLED") not in _CONDITIONS:
        raise null_pointer("step.runConditionType")
    kind = sent.get("type", "")
    params = {**_copy(_PARAMS.get(kind, {})), "proceedOnFailure": False, **sent.get("params", {})}
    if "jobType" in params and params["jobType"] not in _JOBS:
        del params["jobType"]
    if "handleWarningsAs" in params and params["handleWarningsAs"] not in _OUTCOMES:
        params["handleWarningsAs"] = "WARNING"
    rest = {key: value for key, value in sent.items() if key not in ("id", "type", "params")}
    return {
        "id": sent.get("id") or ids.make(8),
        "type": kind,
        "name": sent.get("id") or "",
        **_copy(_STEP),
        **rest,
        "params": params,
    }


def _trigger(sent: Document, before: Document | None, now: int) -> Document:
    kind = sent.get("type", "")
    params = dict(sent.get("params") or {})
    if kind == "temporal":
        params = {**_copy(_TEMPORAL), **params}
        was = dict((before or {}).get("params") or {})
        since = was.pop("lastUpdate", None)
        params.pop("lastUpdate", None)
        params["lastUpdate"] = since if since is not None and params == was else now
    rest = {key: value for key, value in sent.items() if key not in ("id", "type", "params")}
    return {
        "id": sent.get("id") or ids.make(8),
        "type": kind,
        "name": "",
        "delay": _DELAYS.get(kind, 900),
        "active": False,
        **rest,
        "params": params,
    }


def _reporter(sent: Document, _: Document | None) -> Document:
    rest = {key: value for key, value in sent.items() if key != "id"}
    return {"id": sent.get("id") or ids.make(8), "name": "", **_copy(_REPORTER), **rest}


def _copy(document: Document) -> Document:
    copied: Document = json.loads(json.dumps(document))
    return copied


def _script(name: str) -> str:
    return f"scenarios/{name}.py"


def _save(call: Call, name: str, document: Document) -> None:
    call.project.put(SCENARIO, name, document, call.login)
    note_tags(call.project, document.get("tags", []))
    label = document.get("name", name)
    call.commit(f"Saved scenario {call.project.key}.{label} (id: {name})")


@route("GET", "/projects/{project}/scenarios")
def list_all(call: Call) -> Any:
    """List all scenarios, without steps and triggers."""
    found = []
    for name in call.project.store(SCENARIO):
        document = call.project.document(SCENARIO, name)
        head: Document = {"id": name, "projectKey": call.project.key}
        keys = ("name", "type", "active", "tags", "shortDesc", "markedAsTest", "automationLocal")
        head |= {key: document[key] for key in keys if key in document}
        if call.dss.assumptions.scenario_list_has_versions:
            head["versionTag"] = call.project.tag(SCENARIO, name)
        found.append({**head, "running": False})
    return found


@route("POST", "/projects/{project}/scenarios")
def create(call: Call) -> Any:
    """Create a scenario. Without an id, it gets one made from its name."""
    sent = dict(call.document)
    if not sent.get("name"):
        raise null_pointer("scenario.name")
    name = uncertain.scenario_id(call.project, sent)
    if call.project.has(SCENARIO, name):
        raise exists(f"Scenario already exists: {call.project.key}.{name}")
    made = {"creationTag": call.project.stamp(call.login)}
    document = settled(call, {**defaults.fresh("scenario"), **sent, **made}, None)
    call.project.put(SCENARIO, name, document, call.login)
    note_tags(call.project, document.get("tags", []))
    if document["type"] == "custom_python":
        call.project.set_text(_script(name), _SAMPLE)
    call.commit(f"Created scenario {call.project.key}.{name}")
    return {"id": name}


def _shown(call: Call, name: str) -> Response:
    text = call.project.answer(SCENARIO, name)
    params = json.dumps(call.project.document(SCENARIO, name).get("params", {}))
    return Response(f'{text[:-1]},"rawParams":{{"params":{params}}}}}')


@route("GET", "/projects/{project}/scenarios/{name}")
def get(call: Call) -> Any:
    """Return a scenario. DSS includes its parameters twice."""
    return _shown(call, existing(call))


@route("PUT", "/projects/{project}/scenarios/{name}")
def put(call: Call) -> Any:
    """Replace a scenario."""
    name = existing(call)
    before = call.project.document(SCENARIO, name)
    sent = {key: value for key, value in call.document.items() if key not in _SHOWN}
    document = settled(call, {"type": before["type"], **sent}, before)
    if document["type"] == "step_based" and call.project.text(_script(name)) is None:
        call.project.set_text(_script(name), "")
    _save(call, name, document)
    return {"msg": f"saved scenario {name}"}


_SHOWN = ("rawParams", "running", "nextRun", "start")


@route("DELETE", "/projects/{project}/scenarios/{name}")
def delete(call: Call) -> Any:
    """Delete a scenario."""
    name = existing(call)
    call.project.remove(SCENARIO, name)
    if call.project.text(_script(name)) is not None:
        call.project.set_text(_script(name), None)
    call.commit(f"Deleted scenario {call.project.key}.{name}")
    return {"msg": f"deleted scenario {name}"}


@route("GET", "/projects/{project}/scenarios/{name}/light")
def light(call: Call) -> Any:
    """Return a scenario's state."""
    document = call.project.document(SCENARIO, existing(call))
    head = {"id": call.name, "projectKey": call.project.key, "running": False}
    return {**head, **{key: document[key] for key in ("name", *_LIGHT) if key in document}}


@route("PUT", "/projects/{project}/scenarios/{name}/light")
def put_light(call: Call) -> Any:
    """Change a scenario's head; DSS ignores everything else, even steps."""
    name = existing(call)
    document = call.project.document(SCENARIO, name)
    before = document.get("tags", [])
    document |= {key: value for key, value in call.document.items() if key in _LIGHT}
    document["tags"] = sorted_tags(document.get("tags") or [], before)
    _save(call, name, without_nulls(document))
    return {"msg": f"saved scenario {name}"}


@route("GET", "/projects/{project}/scenarios/{name}/payload")
def payload(call: Call) -> Any:
    """Return a scenario's script."""
    return {"script": call.project.text(_script(existing(call))) or "", "extension": "py"}


@route("PUT", "/projects/{project}/scenarios/{name}/payload")
def put_payload(call: Call) -> Any:
    """Replace a scenario's script, which is stored as sent."""
    name = existing(call)
    if not isinstance(call.document.get("script"), str):
        raise null_pointer("payload.script")
    call.project.set_text(_script(name), call.document["script"])
    _save(call, name, call.project.document(SCENARIO, name))
    return {"msg": f"saved scenario {name}"}
