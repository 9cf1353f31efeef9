"""Jobs and scenario runs: the emulator computes nothing, and says so."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import not_found
from dssdsl.emulator.http.call import Call, Raw
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import DATASET, SCENARIO

from . import scenarios

_WHY = "The emulator computes nothing"


@route("GET", "/projects/{project}/jobs", near="nothing is computed")
def list_all(call: Call) -> Any:
    """List the jobs that were started."""
    return [*_jobs(call).values()]


def _jobs(call: Call) -> dict[str, Document]:
    known: dict[str, Document] = call.dss.jobs.setdefault(call.project.key, {})
    return known


@route("POST", "/projects/{project}/jobs", near="nothing is computed")
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
        "baseStatus": {**status, "activities": _failures(call) if state == "FAILED" else {}},
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


def _failures(call: Call) -> Document:
    """Return why each thing to build was not: what would be run, and that it is not."""
    found: Document = {}
    for each in call.document.get("outputs") or []:
        recipe = call.project.producer(each["id"])
        what = f"recipe {recipe}" if recipe else "what makes it"
        failure = {"message": f"{_WHY}: {each['id']} was not built, {what} was not run"}
        name = f"{recipe or each['id']}_NP"
        head = {"activityId": name, "recipeName": recipe}
        found[name] = {**head, "state": "FAILED", "firstFailure": failure}
    return found


def _computes(call: Call) -> bool:
    """Tell whether a job has anything to do: datasets that no recipe writes have nothing to build."""
    wanted = [each["id"] for each in call.document.get("outputs") or []]
    return not wanted or not all(
        call.project.has(DATASET, name) and call.project.producer(name) is None for name in wanted
    )


@route("GET", "/projects/{project}/jobs/{name}", near="nothing is computed")
def get(call: Call) -> Any:
    """Return a job's status."""
    if call.name not in _jobs(call):
        raise not_found(f"job does not exist: {call.name}")
    return _jobs(call)[call.name]


@route("GET", "/projects/{project}/jobs/running", near="nothing is computed")
def running_of_project(_: Call) -> Any:
    """List a project's jobs that run: each ends at once."""
    return []


@route("GET", "/jobs/running", near="nothing is computed")
def running(_: Call) -> Any:
    """List all jobs that run: each ends at once."""
    return []


@route("GET", "/projects/{project}/jobs/{name}/log", near="nothing is computed")
def log(call: Call) -> Any:
    """Return a job's log."""
    failures = [each["firstFailure"]["message"] for each in _activities(get(call))]
    lines = failures or ["There is nothing to build"]
    return Raw("".join(f"{each}\n" for each in lines), "text/plain;charset=utf-8")


def _activities(job: Document) -> list[Document]:
    return [*job["baseStatus"]["activities"].values()]


@route("POST", "/projects/{project}/jobs/{name}/abort", near="nothing is computed")
def abort(call: Call) -> Any:
    """Abort a job, which is over."""
    get(call)
    return {}


# -- scenario runs ------------------------------------------------------------------------------


@route(
    "GET", "/projects/{project}/scenarios/testing-status", near="the counts that the client reads"
)
def testing_status(call: Call) -> Any:
    """Count how the last runs of the test scenarios ended, since the emulator was started."""
    outcomes: Counter[str] = Counter()
    for name in call.project.store(SCENARIO):
        runs = call.dss.jobs.get(f"{call.project.key}.{name}")
        if runs and call.project.document(SCENARIO, name).get("markedAsTest"):
            outcomes[[*runs.values()][-1]["result"]["outcome"]] += 1
    return {"nbTotalRanScenarios": outcomes.total(), "nbScenariosPerOutcome": outcomes}


def _runs(call: Call) -> dict[str, Document]:
    """Return the runs of the scenario in the path, oldest first."""
    name = scenarios.existing(call)
    known: dict[str, Document] = call.dss.jobs.setdefault(f"{call.project.key}.{name}", {})
    return known


def _one(call: Call, run: str) -> Document:
    if run not in _runs(call):
        raise not_found(f"scenario run does not exist: {run}")
    return _runs(call)[run]


@route("POST", "/projects/{project}/scenarios/{name}/run", near="nothing is computed")
def run(call: Call) -> Any:
    """Run a scenario, which fails; what is answered is the firing of its trigger."""
    runs, now = _runs(call), call.project.now()
    document = call.project.document(SCENARIO, call.name)
    moment = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y-%m-%d-%H-%M-%S")
    name = f"{moment}-{now % 1000:03}"
    while name in runs:  # two in one millisecond
        name += "_"
    about = {"id": call.name, "projectKey": call.project.key, "name": document.get("name")}
    about["markedAsTest"] = bool(document.get("markedAsTest"))
    trigger = {"id": "manual", "type": "manual"}
    runs[name] = {
        "runId": name,
        "start": now,
        "end": now,
        "scenario": about,
        "trigger": {"trigger": trigger, "runId": f"fire-{name}", "params": call.body or {}},
        "result": {
            "type": "SCENARIO_DONE",
            "outcome": "FAILED",
            "thrown": {"errorType": "dssdsl.emulator.NotEmulated", "message": _WHY},
        },
    }
    about = {"projectKey": call.project.key, "scenarioId": call.name}
    return {**about, "runId": f"fire-{name}", "trigger": trigger, "cancelled": False}


@route("GET", "/projects/{project}/scenarios/trigger/{name}/{trigger}", near="nothing is computed")
def fired(call: Call) -> Any:
    """Return the firing of a trigger."""
    name = call.param("triggerRunId")
    _one(call, name.removeprefix("fire-"))
    return {"runId": name, "cancelled": False, "trigger": {"id": call.vars["trigger"]}}


@route(
    "GET", "/projects/{project}/scenarios/{name}/get-run-for-trigger", near="nothing is computed"
)
def run_of_trigger(call: Call) -> Any:
    """Return the run that a trigger started."""
    return {"scenarioRun": _one(call, call.param("triggerRunId").removeprefix("fire-"))}


@route("GET", "/projects/{project}/scenarios/{name}/get-last-runs", near="nothing is computed")
def last_runs(call: Call) -> Any:
    """List a scenario's runs since the emulator was started, newest first."""
    return [*_runs(call).values()][::-1][: int(call.param("limit") or 10)]


@route("GET", "/projects/{project}/scenarios/{name}/get-runs-by-date", near="nothing is computed")
def runs_by_date(call: Call) -> Any:
    """List a scenario's runs between two days, the second one not included."""
    since, until = call.param("fromDate"), call.param("toDate")
    found = [*_runs(call).values()][::-1]
    return [each for each in found if since <= each["runId"][:10] and each["runId"][:10] < until]


@route("GET", "/projects/{project}/scenarios/{name}/{run}", near="nothing is computed")
def run_details(call: Call) -> Any:
    """Return a run of a scenario, of which no step was run."""
    return {"scenarioRun": _one(call, call.vars["run"]), "stepRuns": []}


@route("GET", "/projects/{project}/scenarios/{name}/{run}/log", near="nothing is computed")
def run_log(call: Call) -> Any:
    """Return the log of a run of a scenario."""
    _one(call, call.vars["run"])
    return Raw(f"{_WHY}\n", "text/plain;charset=utf-8")


@route("POST", "/projects/{project}/scenarios/{name}/abort", near="nothing is computed")
def abort_run(call: Call) -> Any:
    """Abort the run of a scenario, which is over."""
    scenarios.existing(call)
    return {}
