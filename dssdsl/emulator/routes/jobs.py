"""Jobs and scenario runs: the emulator computes nothing, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dssdsl.emulator.kinds import DATASET
from dssdsl.emulator.refusals import not_found
from dssdsl.emulator.routing import Call, Raw, route

from . import scenarios

if TYPE_CHECKING:
    from dssdsl.emulator.disk import Document

_WHY = "The emulator computes nothing"


@route("GET", "/projects/{project}/jobs")
def list_all(call: Call) -> Any:
    """List the jobs that were started."""
    return [*_jobs(call).values()]


def _jobs(call: Call) -> dict[str, Document]:
    known: dict[str, Document] = call.dss.jobs.setdefault(call.project.key, {})
    return known


@route("POST", "/projects/{project}/jobs")
def start(call: Call) -> Any:
    """Start a job, which fails where there is anything to compute."""
    state = "FAILED" if _computes(call) else "DONE"
    name = f"Build_{len(_jobs(call)) + 1}"
    now = call.project.now()
    definition = {**call.document, "id": name, "projectKey": call.project.key}
    status = {
        "def": {**definition, "initiator": call.login, "initiationTimestamp": now},
        "state": state,
        "startTime": now,
        "endTime": now,
    }
    _jobs(call)[name] = {
        "baseStatus": {**status, "activities": {}},
        "globalState": {
            "done": int(state == "DONE"),
            "failed": int(state == "FAILED"),
            "running": 0,
            "total": 1,
        },
        "def": status["def"],
        "state": state,
    }
    return {"id": name}


def _computes(call: Call) -> bool:
    """Tell whether a job has anything to do: datasets that no recipe writes have nothing to build."""
    wanted = [each["id"] for each in call.document.get("outputs") or []]
    return not wanted or not all(
        call.project.has(DATASET, name) and call.project.producer(name) is None for name in wanted
    )


@route("GET", "/projects/{project}/jobs/{name}")
def get(call: Call) -> Any:
    """Return a job's status."""
    if call.name not in _jobs(call):
        raise not_found(f"job does not exist: {call.name}")
    return _jobs(call)[call.name]


@route("GET", "/projects/{project}/jobs/{name}/log")
def log(_: Call) -> Any:
    """Return a job's log."""
    return Raw(f"{_WHY}\n", "text/plain;charset=utf-8")


@route("POST", "/projects/{project}/jobs/{name}/abort")
def abort(_: Call) -> Any:
    """Abort a job, which is over."""
    return {}


def _run(call: Call, name: str) -> Document:
    now = call.project.now()
    return {
        "runId": f"run-{name}",
        "start": now,
        "end": now,
        "scenario": {"id": name, "projectKey": call.project.key},
        "trigger": {"trigger": {"id": "manual", "type": "manual"}, "runId": f"fire-{name}"},
        "result": {
            "type": "SCENARIO_DONE",
            "outcome": "FAILED",
            "thrown": {"errorType": "dssdsl.emulator.NotEmulated", "message": _WHY},
        },
    }


@route("POST", "/projects/{project}/scenarios/{name}/run")
def run(call: Call) -> Any:
    """Run a scenario, which fails; what is answered is the firing of its trigger."""
    name = scenarios.existing(call)
    return {
        "projectKey": call.project.key,
        "scenarioId": name,
        "runId": f"fire-{name}",
        "trigger": {"id": "manual", "type": "manual"},
        "cancelled": False,
    }


@route("GET", "/projects/{project}/scenarios/trigger/{name}/{trigger}")
def fired(call: Call) -> Any:
    """Return the firing of a trigger."""
    return {"runId": call.param("triggerRunId"), "cancelled": False, "trigger": {"id": "manual"}}


@route("GET", "/projects/{project}/scenarios/{name}/get-run-for-trigger")
def run_of_trigger(call: Call) -> Any:
    """Return the run that a trigger started."""
    return {"scenarioRun": _run(call, scenarios.existing(call))}


@route("GET", "/projects/{project}/scenarios/{name}/get-last-runs")
def last_runs(call: Call) -> Any:
    """List a scenario's runs: none is kept."""
    scenarios.existing(call)
    return []


@route("GET", "/projects/{project}/scenarios/{name}/{run}")
def run_details(call: Call) -> Any:
    """Return a run of a scenario."""
    name = scenarios.existing(call)
    if call.vars["run"] != f"run-{name}":
        raise not_found(f"scenario run does not exist: {call.vars['run']}")
    return {"scenarioRun": _run(call, name), "stepRuns": []}
