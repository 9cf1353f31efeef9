"""Jobs and scenario runs. The emulator computes nothing, and their logs say so."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import not_found
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import DATASET, SCENARIO

from . import scenarios

_WHY = "The emulator computes nothing"


@route("GET", "/projects/{project}/jobs", approximate="the emulator computes nothing")
def list_all(call: Call) -> Any:
    """List all jobs, or the newest ones."""
    found = [*_jobs(call).values()]
    return found[-int(call.param("limit") or len(found)) :] if found else []


def _jobs(call: Call) -> dict[str, Document]:
    known: dict[str, Document] = call.dss.jobs.setdefault(call.project.key, {})
    return known


@route("POST", "/projects/{project}/jobs", approximate="the emulator computes nothing")
def start(call: Call) -> Any:
    """Start a job, which fails if there is anything to compute."""
    state = "FAILED" if _computes(call) else "DONE"
    now = call.project.now()
    while (name := f"Build_{_moment(now)}.{now % 1000:03}") in _jobs(call):
        now += 1
    outputs = [_output(call, each) for each in call.document.get("outputs") or []]
    definition = {**call.document, "id": name, "projectKey": call.project.key, "outputs": outputs}
    status = {
        "def": {**definition, "initiator": call.login, "initiationTimestamp": now},
        "state": state,
        "startTime": now,
        "endTime": now,
    }
    failures = _failures(call) if state == "FAILED" else {}
    by_recipe: dict[str, list[str]] = {}
    for activity, each in failures.items():
        by_recipe.setdefault(str(each["recipeName"]), []).append(activity)
    _jobs(call)[name] = {
        "baseStatus": {**status, "activities": failures, "activityIdsByRecipeName": by_recipe},
        "globalState": {
            "done": 0,
            "failed": len(failures),
            "running": 0,
            "total": len(failures),
        },
        "def": status["def"],
        "state": state,
    }
    return {"id": name}


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H-%M-%S")


def _output(call: Call, sent: Document) -> Document:
    """Return an output as in the definition of a job."""
    kind = "ManagedFolder" if sent.get("type") == "MANAGED_FOLDER" else "Dataset"
    return {
        f"target{kind}": sent["id"],
        f"target{kind}ProjectKey": sent.get("projectKey") or call.project.key,
        "targetPartition": sent.get("partition") or "NP",
    }


def _failures(call: Call) -> Document:
    """Return why each output was not built: the recipe to run, and that the emulator runs none."""
    found: Document = {}
    for each in call.document.get("outputs") or []:
        recipe = call.project.producer(each["id"])
        what = f"recipe {recipe}" if recipe else "the recipe for it"
        failure = {"message": f"{_WHY}: {each['id']} was not built, {what} was not run"}
        name = f"{recipe or each['id']}_NP"
        head = {"activityId": name, "recipeName": recipe}
        found[name] = {**head, "state": "FAILED", "firstFailure": failure}
    return found


def _computes(call: Call) -> bool:
    """Return whether a job has anything to build: some recipe writes one of its outputs."""
    wanted = [each["id"] for each in call.document.get("outputs") or []]
    return not wanted or not all(
        call.project.has(DATASET, name) and call.project.producer(name) is None for name in wanted
    )


@route("GET", "/projects/{project}/jobs/{name}", approximate="the emulator computes nothing")
def get(call: Call) -> Any:
    """Return a job's status."""
    if call.name not in _jobs(call):
        raise not_found(f"job does not exist: {call.name}")
    return _jobs(call)[call.name]


@route("GET", "/projects/{project}/jobs/running", approximate="the emulator computes nothing")
def running_of_project(_: Call) -> Any:
    """List the running jobs of a project: none, as each ends at once."""
    return []


@route("GET", "/jobs/running", approximate="the emulator computes nothing")
def running(_: Call) -> Any:
    """List all running jobs: none, as each ends at once."""
    return []


@route("GET", "/projects/{project}/jobs/{name}/log", approximate="the emulator computes nothing")
def log(call: Call) -> Any:
    """Return a job's log."""
    failures = [each["firstFailure"]["message"] for each in _activities(get(call))]
    lines = failures or ["There is nothing to build"]
    return Response("".join(f"{each}\n" for each in lines), "text/plain;charset=utf-8")


def _activities(job: Document) -> list[Document]:
    return [*job["baseStatus"]["activities"].values()]


@route("POST", "/projects/{project}/jobs/{name}/abort", approximate="the emulator computes nothing")
def abort(call: Call) -> Any:
    """Abort a job, which has finished."""
    get(call)
    return {}


# -- scenario runs ------------------------------------------------------------------------------


@route(
    "GET",
    "/projects/{project}/scenarios/testing-status",
    approximate="counts as the client reads them",
)
def testing_status(call: Call) -> Any:
    """Count the outcomes of the last runs of test scenarios, since the start of the emulator."""
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


@route(
    "POST", "/projects/{project}/scenarios/{name}/run", approximate="the emulator computes nothing"
)
def run(call: Call) -> Any:
    """Run a scenario, which fails if it has steps. The response is the firing of its trigger."""
    runs, now = _runs(call), call.project.now()
    document = call.project.document(SCENARIO, call.name)
    moment = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y-%m-%d-%H-%M-%S")
    name = f"{moment}-{now % 1000:03}"
    while name in runs:  # two in the same millisecond
        name += "_"
    about = {"id": call.name, "projectKey": call.project.key, "name": document.get("name")}
    about["markedAsTest"] = bool(document.get("markedAsTest"))
    trigger = {"id": "manual", "type": "manual"}
    idle = document["type"] == "step_based" and not document.get("params", {}).get("steps")
    thrown = {"errorType": "dssdsl.emulator.NotEmulated", "message": _WHY}
    outcome = {"outcome": "SUCCESS"} if idle else {"outcome": "FAILED", "thrown": thrown}
    runs[name] = {
        "runId": name,
        "start": now,
        "end": now,
        "scenario": about,
        "trigger": {"trigger": trigger, "runId": f"fire-{name}", "params": call.body or {}},
        "result": {"type": "SCENARIO_DONE", **outcome},
    }
    about = {"projectKey": call.project.key, "scenarioId": call.name}
    return {**about, "runId": f"fire-{name}", "trigger": trigger, "cancelled": False}


@route(
    "GET",
    "/projects/{project}/scenarios/trigger/{name}/{trigger}",
    approximate="the emulator computes nothing",
)
def fired(call: Call) -> Any:
    """Return the firing of a trigger."""
    name = call.param("triggerRunId")
    _one(call, name.removeprefix("fire-"))
    return {"runId": name, "cancelled": False, "trigger": {"id": call.vars["trigger"]}}


@route(
    "GET",
    "/projects/{project}/scenarios/{name}/get-run-for-trigger",
    approximate="the emulator computes nothing",
)
def run_of_trigger(call: Call) -> Any:
    """Return the run that a trigger started."""
    return {"scenarioRun": _one(call, call.param("triggerRunId").removeprefix("fire-"))}


@route(
    "GET",
    "/projects/{project}/scenarios/{name}/get-last-runs",
    approximate="the emulator computes nothing",
)
def last_runs(call: Call) -> Any:
    """List a scenario's runs since the start of the emulator, newest first."""
    return [*_runs(call).values()][::-1][: int(call.param("limit") or 10)]


@route(
    "GET",
    "/projects/{project}/scenarios/{name}/get-runs-by-date",
    approximate="the emulator computes nothing",
)
def runs_by_date(call: Call) -> Any:
    """List a scenario's runs between two days, without the second one."""
    since, until = call.param("fromDate"), call.param("toDate")
    found = [*_runs(call).values()][::-1]
    return [each for each in found if since <= each["runId"][:10] and each["runId"][:10] < until]


@route(
    "GET", "/projects/{project}/scenarios/{name}/{run}", approximate="the emulator computes nothing"
)
def run_details(call: Call) -> Any:
    """Return a run of a scenario, without steps."""
    return {"scenarioRun": _one(call, call.vars["run"]), "stepRuns": []}


@route(
    "GET",
    "/projects/{project}/scenarios/{name}/{run}/log",
    approximate="the emulator computes nothing",
)
def run_log(call: Call) -> Any:
    """Return the log of a run of a scenario."""
    _one(call, call.vars["run"])
    return Response(f"{_WHY}\n", "text/plain;charset=utf-8")


@route(
    "POST",
    "/projects/{project}/scenarios/{name}/abort",
    approximate="the emulator computes nothing",
)
def abort_run(call: Call) -> Any:
    """Abort the run of a scenario, which has finished."""
    scenarios.existing(call)
    return {}
