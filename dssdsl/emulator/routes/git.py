"""A project's Git, as far as it needs no remote."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults, past
from dssdsl.emulator.refusals import illegal, not_emulated
from dssdsl.emulator.routing import Call, route

_BASE = "/projects/{project}/git"


@route("GET", f"{_BASE}/status")
def status(call: Call) -> Any:
    """Return the branch, and what is not committed."""
    return past.status(call.project)


@route("GET", f"{_BASE}/actions/log")
def log(call: Call) -> Any:
    """Return commits, of one file where a path is given."""
    count = int(call.param("count") or 1000)
    return past.log(call.project, call.param("path"), call.param("startCommit"), count)


@route("GET", f"{_BASE}/actions/diff")
def diff(call: Call) -> Any:
    """Return what changed between commits."""
    return past.diff(call.project, call.param("commitFrom"), call.param("commitTo"))


@route("GET", f"{_BASE}/tags")
def tags(call: Call) -> Any:
    """List the tags."""
    return past.tags(call.project)


@route("POST", f"{_BASE}/tags")
def create_tag(call: Call) -> Any:
    """Tag a commit."""
    sent = call.document
    reference, message = sent.get("reference") or "HEAD", sent.get("message") or ""
    past.create_tag(call.project, sent.get("name"), reference, message, call.login)


@route("POST", f"{_BASE}/actions/deleteTag")
def delete_tag(call: Call) -> Any:
    """Delete a tag."""
    past.delete_tag(call.project, call.document.get("name", ""))


@route("POST", f"{_BASE}/actions/commit")
def commit(call: Call) -> Any:
    """Commit what is not committed."""
    message = call.document.get("message")
    if not message:
        raise illegal("Missing commit message")
    past.commit_all(call.project, message, call.login)


@route("POST", f"{_BASE}/actions/revertToRevision")
def revert_to(call: Call) -> Any:
    """Make the project what it was at a commit."""
    return past.revert_to(call.project, call.param("commit"), call.login)


@route("POST", f"{_BASE}/actions/revertCommit")
def revert_commit(call: Call) -> Any:
    """Undo one commit."""
    return past.revert_commit(call.project, call.param("commit"), call.login)


@route("POST", f"{_BASE}/actions/resetToLocalHeadState")
def reset(call: Call) -> Any:
    """Throw away what is not committed."""
    past.reset(call.project)


@route("GET", f"{_BASE}/current-branch")
def branch(call: Call) -> Any:
    """Return the branch that the project is on."""
    return {"name": call.project.history.branch()}


@route("GET", f"{_BASE}/branches")
def branches(call: Call) -> Any:
    """List the branches."""
    if call.flag("remote"):
        return []
    names = past.run(call.project, "for-each-ref", "--format=%(refname:short)", "refs/heads")
    return names.split()


@route("POST", f"{_BASE}/branches")
def create_branch(call: Call) -> Any:
    """Create a branch in the same project."""
    sent = call.document
    if sent.get("duplicateProject"):
        raise not_emulated("a branch in a duplicate of the project")
    past.run(
        call.project, "branch", sent["name"], past.commit(call.project, sent.get("commit") or "")
    )
    return {"success": True, "output": ""}


@route("POST", f"{_BASE}/actions/switchBranch")
def switch(call: Call) -> Any:
    """Go to another branch."""
    return past.switch(call.project, call.param("branchName"))


@route("POST", f"{_BASE}/actions/deleteBranch")
def delete_branch(call: Call) -> Any:
    """Delete a branch."""
    force = "-D" if call.document.get("forceDelete") else "-d"
    past.run(call.project, "branch", force, call.document["name"])
    return {"success": True, "output": ""}


@route("GET", f"{_BASE}/remotes/{{name}}")
def remote(call: Call) -> Any:
    """Return where a remote is: there is none."""
    return {"name": call.name}


@route("GET", f"{_BASE}/lib-git-refs")
def libraries(call: Call) -> Any:
    """Return what the project's library takes from elsewhere."""
    return call.project.json("lib/external-libraries.json", defaults.EXTERNAL_LIBRARIES)
