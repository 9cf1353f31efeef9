"""Visual analyses and their machine learning tasks."""

from __future__ import annotations

import json
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document, without_nulls
from dssdsl.emulator.errors import not_found
from dssdsl.emulator.http.call import Call, Response
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.project.kinds import ANALYSIS, DATASET
from dssdsl.emulator.rules import references

from . import objects

_LAB = "/projects/{project}/lab"


def _tasks(call: Call, analysis: str) -> list[Document]:
    folder, found = call.project.folder / "analysis" / analysis / "ml", []
    for path in sorted(folder.glob("*/params.json")):
        task = json.loads(path.read_bytes())
        ids = {"analysisId": analysis, "mlTaskId": path.parent.name}
        keys = ("taskType", "backendType", "predictionType", "targetVariable")
        head = {key: task[key] for key in keys if key in task}
        found.append({**ids, "mlTaskName": task.get("name", path.parent.name), **head})
    return found


@route("GET", _LAB, approximate="list items as the client reads them")
def list_all(call: Call) -> Any:
    """List all analyses."""
    found = []
    for name in call.project.store(ANALYSIS):
        document = call.project.document(ANALYSIS, name)
        head = {"analysisId": name, "analysisName": document.get("name")}
        found.append({**head, "inputDataset": document.get("inputDatasetSmartName")})
    return found


@route("POST", _LAB, approximate="defaults as in files of real projects")
def create(call: Call) -> Any:
    """Create an analysis of a dataset."""
    dataset = call.document.get("inputDataset")
    if not dataset or not call.project.has(DATASET, dataset):
        raise not_found(f"dataset does not exist: {call.project.key}.{dataset}")
    fresh = defaults.fresh("analysis", name=f"Analyze {dataset}", inputDatasetSmartName=dataset)
    return {"id": objects.create(call, ANALYSIS, fresh)}


@route("GET", f"{_LAB}/{{name}}")
def get(call: Call) -> Any:
    """Return an analysis."""
    return objects.answer(call, ANALYSIS)


@route("PUT", f"{_LAB}/{{name}}")
def put(call: Call) -> Any:
    """Replace an analysis."""
    return objects.put(call, ANALYSIS)


@route("DELETE", f"{_LAB}/{{name}}")
def delete(call: Call) -> Any:
    """Delete an analysis and its machine learning tasks."""
    name = objects.existing(call, ANALYSIS)
    references.delete_analysis(call.project, name)
    call.commit(f"Deleted analysis {call.project.key}.{name}")


@route("GET", f"{_LAB}/{{name}}/models", approximate="responses as the client reads them")
def tasks(call: Call) -> Any:
    """List an analysis's machine learning tasks."""
    return {"mlTasks": _tasks(call, objects.existing(call, ANALYSIS))}


@route("GET", "/projects/{project}/models/lab", approximate="responses as the client reads them")
def all_tasks(call: Call) -> Any:
    """List the machine learning tasks of all analyses."""
    names = call.project.store(ANALYSIS)
    return {"mlTasks": [task for name in names for task in _tasks(call, name)]}


_TASK = "/projects/{project}/models/lab/{name}/{task}"


def _task(call: Call) -> str:
    """Return the folder of the machine learning task in the path."""
    folder = f"analysis/{objects.existing(call, ANALYSIS)}/ml/{call.vars['task']}"
    if "/" in call.vars["task"] or call.project.text(f"{folder}/params.json") is None:
        raise not_found(f"ML task does not exist: {call.project.key}.{call.vars['task']}")
    return folder


@route("GET", f"{_TASK}/settings")
def task_settings(call: Call) -> Any:
    """Return a machine learning task's settings."""
    return Response(call.project.text(f"{_task(call)}/params.json") or "")


@route("POST", f"{_TASK}/settings")
def put_task_settings(call: Call) -> Any:
    """Replace a machine learning task's settings, by POST."""
    call.project.set_json(f"{_task(call)}/params.json", without_nulls(call.document))
    call.commit(f"Saved ML task {call.project.key}.{call.vars['task']}")


@route("GET", f"{_TASK}/status", approximate="the emulator trains nothing")
def task_status(call: Call) -> Any:
    """Return the status of a machine learning task, which was never trained."""
    _task(call)
    return {"guessing": False, "training": False, "fullModelIds": []}


@route("DELETE", _TASK, approximate="responses as the client reads them")
def delete_task(call: Call) -> Any:
    """Delete a machine learning task."""
    folder = call.project.folder / _task(call)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            call.project.set_bytes(path.relative_to(call.project.folder).as_posix(), None)
    call.commit(f"Deleted ML task {call.project.key}.{call.vars['task']}")
    return {"msg": f"deleted ML task {call.vars['task']}"}
