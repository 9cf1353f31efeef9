"""Projects: list, create, delete."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import illegal
from dssdsl.emulator.git import commits
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import copying, futures
from dssdsl.emulator.instance.objects import DSS_VERSION
from dssdsl.emulator.project import loading
from dssdsl.emulator.project.kinds import DASHBOARD
from dssdsl.emulator.project.project import Project
from dssdsl.emulator.rules.normalize import note_tags, sorted_tags


@route("GET", "/projects")
def list_all(call: Call) -> Any:
    """List the projects that the user may see."""
    keys = [key for key in call.dss.projects() if call.sees(key)]
    return [_summary(call, call.dss.project(key)) for key in keys]


def _summary(call: Call, project: Project) -> Document:
    params = project.params()
    summary = {
        "projectKey": project.key,
        "name": params.get("name", project.key),
        "projectStatus": params.get("projectStatus", "Sandbox"),
        "projectType": params.get("projectType", "REGULAR"),
        "ownerLogin": params.get("owner"),
        "ownerDisplayName": params.get("owner"),
        "shortDesc": params.get("shortDesc"),
        "tags": params.get("tags", []),
        "versionTag": project.project_tag(),
        "creationTag": params.get("creationTag"),
    }
    if call.flag("includeLocation"):
        folder = call.dss.instance.folder_of(project.key)
        summary["projectLocation"] = [{"id": folder}]
    return {key: value for key, value in summary.items() if value is not None}


@route("GET", "/projects/{project}")
def get(call: Call) -> Any:
    """Return a project's summary."""
    return _summary(call, call.project)


@route("POST", "/projects")
def create(call: Call) -> Any:
    """Create a project, with the files that DSS adds."""
    sent = call.document
    call.may_create_projects()
    owner = sent.get("owner")
    if not owner:
        raise illegal("Missing owner")
    key = copying.claim_key(call.dss, sent.get("projectKey"))
    folder = call.param("projectFolderId") or "ROOT"
    if folder not in call.dss.instance.folders:
        raise illegal(f"Project folder '{folder}' does not exist")
    (call.dss.root / "projects" / key / "lib" / "python").mkdir(parents=True)
    project = call.dss.project(key)
    project.history.init()
    call.dss.add_project(key)
    _fill(project, sent, owner, call.login)
    project.commit(f"Created a new project: {key} ({key})", call.login)
    project.set_text(".gitignore", loading.GITIGNORE)
    project.commit("Initialize gitignore", call.login)
    if folder != "ROOT":
        call.dss.instance.move_project(key, folder)
    return {"msg": f"Created project {key}"}


def _fill(project: Project, sent: Document, owner: str, login: str) -> None:
    name = sent.get("name") or project.key
    made = project.stamp(login)
    document = defaults.fresh("project", name=name, owner=owner, creationTag=made)
    for field in ("permissions", "settings"):
        if sent.get(field):
            document[field] = (
                {**document[field], **sent[field]} if field == "settings" else sent[field]
            )
    day = _day(project)
    document["shortDesc"] = sent.get("shortDesc") or (
        f"The project *{name}* was created by {login} on {day}"
    )
    if sent.get("description"):
        document["description"] = sent["description"]
    document["tags"] = sorted_tags(sent.get("tags") or [])
    document["checklists"] = {"checklists": [_todo(project, login)]}
    ordered = [
        *("dashboardAuthorizations", "exposedObjects", "projectType", "projectAppType"),
        *("hasSetupSection", "owner", "permissionsVersion", "permissions"),
        *("additionalDashboardUsers", "tutorialProject", "settings", "name", "projectStatus"),
        *("metrics", "metricsChecks", "creationTag", "description", "shortDesc", "tags"),
        *("customFields", "checklists"),
    ]
    document = {field: document[field] for field in ordered if field in document}
    project.set_json("params.json", document)
    project.count_new(login)
    note_tags(project, document["tags"])
    project.set_json("lib/external-libraries.json", defaults.EXTERNAL_LIBRARIES)
    dashboard = defaults.fresh("dashboard", owner=owner, name=f"{name}'s default dashboard")
    dashboard["pages"][0]["id"] = project.new_id(DASHBOARD)
    dashboard["creationTag"] = made
    project.put(DASHBOARD, project.new_id(DASHBOARD), dashboard, login)


def _day(project: Project) -> str:
    when = time.gmtime(project.now() / 1000)
    last = {1: "st", 2: "nd", 3: "rd"}.get(when.tm_mday % 10, "th")
    ending = "th" if when.tm_mday in (11, 12, 13) else last
    return time.strftime(f"%b {when.tm_mday}{ending} %Y", when)


def _todo(project: Project, login: str) -> Document:
    texts = (
        "Create the project",
        "Set a project image (click on the color next to the project title)",
        f"Import your [first dataset](projects/{project.key}/datasets/new/)",
        "Organize your work by replacing this with a real todo",
    )
    items = [
        {
            "done": index == 0,
            "text": text,
            "createdOn": project.now(),
            "createdBy": login,
            "stateChangedOn": 0,
        }
        for index, text in enumerate(texts)
    ]
    return {"title": "Your new project's Todo", "createdOn": 0, "items": items}


@route("DELETE", "/projects/{project}")
def delete(call: Call) -> Any:
    """Delete a project. The response is a finished future."""
    key = call.project.key
    call.dss.drop_project(key)
    return futures.finished(call.dss, {"messages": [], "anyMessage": False, "success": True})


@route("GET", "/projects/{project}/timeline", approximate="from the project's Git")
def timeline(call: Call) -> Any:
    """Return the project's creator, contributors and changes, from its Git."""
    params, tag = call.project.params(), call.project.project_tag()
    made = params.get("creationTag", tag)
    entries = commits.log(call.project, "", "", 1000)["entries"]
    count = int(call.param("itemCount") or 100)
    return {
        "allContributors": [{"login": each} for each in sorted({e["author"] for e in entries})],
        "items": [_item(call.project, entry) for entry in entries[:count]],
        "createdBy": made["lastModifiedBy"],
        "createdOn": made["lastModifiedOn"],
        "lastModifiedBy": tag["lastModifiedBy"],
        "lastModifiedOn": tag["lastModifiedOn"],
    }


def _item(project: Project, entry: Document) -> Document:
    when = datetime.fromisoformat(entry["timestamp"])
    return {
        "time": int(when.timestamp() * 1000),
        "user": entry["author"],
        "action": entry["message"],
        "projectKey": project.key,
    }


@route("GET", "/projects/{project}/interest", approximate="always zero")
def interest(_: Call) -> Any:
    """Return how many users starred and watch a project: always zero, as the API can't do either."""
    return {"starCount": 0, "watchCount": 0}


@route("GET", "/futures/{id}")
def future(call: Call) -> Any:
    """Return the state of a long task."""
    return futures.state(call.dss, call.vars["id"], peek=call.flag("peek"))


@route("GET", "/futures")
def list_futures(call: Call) -> Any:
    """List the running tasks."""
    return futures.running(call.dss)


@route("DELETE", "/futures/{id}")
def abort(call: Call) -> Any:
    """Abort a task."""
    return futures.abort(call.dss, call.vars["id"])


@route("GET", "/auth/info", approximate="fields as clients read them")
def auth_info(call: Call) -> Any:
    """Return the user of the API key."""
    return {
        "authIdentifier": call.login,
        "groups": [*call.user.groups],
        "via": [],
        "associatedDSSUser": call.login,
        "userProfile": "DESIGNER",
    }


@route("GET", "/instance-info", approximate="fields as clients read them")
def instance_info(_: Call) -> Any:
    """Return the instance's identity and version."""
    return {
        "nodeId": "emulator",
        "nodeType": "DESIGN",
        "nodeName": "emulator",
        "dssVersion": DSS_VERSION,
        "dipInstanceId": "emulator",
    }
