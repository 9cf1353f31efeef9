"""A project's Git: log, tags, branches and remotes."""

from __future__ import annotations

from typing import Any

from dssdsl.emulator import defaults
from dssdsl.emulator.errors import illegal
from dssdsl.emulator.git import commits, remotes
from dssdsl.emulator.git import tags as git_tags
from dssdsl.emulator.git.worktree import checked, run
from dssdsl.emulator.http.call import Call
from dssdsl.emulator.http.routing import route
from dssdsl.emulator.instance import copying
from dssdsl.emulator.rules import git_operations

_BASE = "/projects/{project}/git"


@route("GET", f"{_BASE}/status")
def status(call: Call) -> Any:
    """Return the branch and the uncommitted changes."""
    return commits.status(call.project)


@route("GET", f"{_BASE}/actions/log")
def log(call: Call) -> Any:
    """Return commits, or those of one file."""
    count = int(call.param("count") or 1000)
    return commits.log(
        call.project,
        call.param("path"),
        call.param("startCommit"),
        count,
        addresses=call.dss.assumptions.log_names_addresses,
    )


@route("GET", f"{_BASE}/actions/diff", approximate="entries as the client reads them")
def diff(call: Call) -> Any:
    """Return the changes between commits."""
    return commits.diff(call.project, call.param("commitFrom"), call.param("commitTo"))


@route("GET", f"{_BASE}/tags")
def tags(call: Call) -> Any:
    """List the tags."""
    return git_tags.tags(call.project)


@route("POST", f"{_BASE}/tags")
def create_tag(call: Call) -> Any:
    """Tag a commit."""
    sent = call.document
    reference, message = sent.get("reference") or "HEAD", sent.get("message") or ""
    git_tags.create_tag(call.project, sent.get("name"), reference, message, call.login)


@route("POST", f"{_BASE}/actions/deleteTag")
def delete_tag(call: Call) -> Any:
    """Delete a tag."""
    git_tags.delete_tag(call.project, call.document.get("name", ""))


@route("POST", f"{_BASE}/actions/commit")
def commit(call: Call) -> Any:
    """Commit the uncommitted changes."""
    message = call.document.get("message")
    if not message:
        raise illegal("Missing commit message")
    git_operations.commit_all(call.project, message, call.login)


@route("POST", f"{_BASE}/actions/revertToRevision")
def revert_to(call: Call) -> Any:
    """Revert the project to a commit."""
    return git_operations.revert_to(call.project, call.param("commit"), call.login)


@route("POST", f"{_BASE}/actions/revertCommit")
def revert_commit(call: Call) -> Any:
    """Revert one commit."""
    return git_operations.revert_commit(call.project, call.param("commit"), call.login)


@route("POST", f"{_BASE}/actions/resetToLocalHeadState")
def reset(call: Call) -> Any:
    """Discard the uncommitted changes."""
    git_operations.reset(call.project)


@route("GET", f"{_BASE}/current-branch")
def branch(call: Call) -> Any:
    """Return the current branch."""
    return {"name": call.project.history.branch()}


@route("GET", f"{_BASE}/branches")
def branches(call: Call) -> Any:
    """List the branches of the project or of the remote."""
    refs = "refs/remotes" if call.flag("remote") else "refs/heads"
    return run(call.project, "for-each-ref", "--format=%(refname:short)", refs).split()


@route("POST", f"{_BASE}/branches", approximate="responses as the client reads them")
def create_branch(call: Call) -> Any:
    """Create a branch in the project, or in a duplicate of it, and switch to it."""
    sent = call.document
    name, start = checked(sent.get("name")), sent.get("commit") or ""
    start = commits.resolve(call.project, start)
    if sent.get("duplicateProject"):
        key = copying.claim_key(call.dss, sent.get("targetProjectKey"))
        copying.duplicate(call.dss, call.project, key, sent.get("targetProjectFolderId"))
        run(call.dss.project(key), "checkout", "--quiet", "-b", name, start)
        call.dss.project(key).reload()
    else:
        run(call.project, "branch", name, start)
        return git_operations.switch(call.project, name, call.login)
    return {"success": True, "output": ""}


@route("POST", f"{_BASE}/actions/switchBranch")
def switch(call: Call) -> Any:
    """Switch to another branch."""
    return git_operations.switch(call.project, call.param("branchName"), call.login)


@route("POST", f"{_BASE}/actions/deleteBranch", approximate="responses as the client reads them")
def delete_branch(call: Call) -> Any:
    """Delete a branch, or a remote branch."""
    sent = call.document
    name = checked(sent.get("name"))
    if sent.get("remote"):
        run(call.project, "branch", "-d", "-r", name)
        if sent.get("deleteRemotely"):
            run(call.project, "push", "origin", "--delete", name.partition("/")[2])
    else:
        run(call.project, "branch", "-D" if sent.get("forceDelete") else "-d", name)
    return {"success": True, "output": ""}


@route("GET", f"{_BASE}/remotes/{{name}}")
def remote(call: Call) -> Any:
    """Return the URL of a remote, or an empty document."""
    url = remotes.url(call.project, call.name)
    return {} if url is None else {"name": call.name, "url": url}


@route("POST", f"{_BASE}/remotes/{{name}}", approximate="remotes on this machine only")
def put_remote(call: Call) -> Any:
    """Set the URL of a remote."""
    remotes.put(call.project, call.name, call.document.get("url"))


@route("DELETE", f"{_BASE}/remotes/{{name}}")
def delete_remote(call: Call) -> Any:
    """Remove a remote."""
    remotes.remove(call.project, call.name)


@route("POST", f"{_BASE}/actions/fetch", approximate="remotes on this machine only")
def fetch(call: Call) -> Any:
    """Fetch from the remote."""
    return remotes.fetch(call.project)


@route("POST", f"{_BASE}/actions/push", approximate="remotes on this machine only")
def push(call: Call) -> Any:
    """Push a branch."""
    return remotes.push(call.project, call.param("branchName"))


@route("POST", f"{_BASE}/actions/pullRebase", approximate="remotes on this machine only")
def pull(call: Call) -> Any:
    """Pull: rebase the project's commits on the remote's."""
    return remotes.pull(call.project, call.param("branchName"))


@route(
    "POST", f"{_BASE}/actions/resetToRemoteHeadState", approximate="remotes on this machine only"
)
def reset_to_remote(call: Call) -> Any:
    """Reset the branch to its upstream branch."""
    remotes.reset(call.project)


@route("POST", f"{_BASE}/actions/dropAndRebuild")
def drop_and_rebuild(call: Call) -> Any:
    """Drop the Git history, and start a new one."""
    if not call.flag("iKnowWhatIAmDoing"):
        raise illegal("This loses the history of the project")
    git_operations.rebuild(call.project, call.login)


@route("GET", f"{_BASE}/lib-git-refs", approximate="as in the file")
def libraries(call: Call) -> Any:
    """Return the references of the project's library to other repositories."""
    return call.project.json("lib/external-libraries.json", defaults.EXTERNAL_LIBRARIES)
