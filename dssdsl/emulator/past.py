"""What a project's Git tells: log, status, differences, tags; and how to go back."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from . import remotes, undo
from .history import git
from .refusals import Refused, failed, illegal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .disk import Document, Project

_FIELD, _RECORD = "\x1f", "\x1e"
_INVARIANT = ("name", "projectStatus", "shortDesc", "tags")
_STATES = {"A ": "added", "M ": "changed", "D ": "removed", " D": "missing", " M": "modified"}
_CHANGES = {"A": "ADD", "M": "MODIFY", "D": "DELETE", "R": "RENAME", "C": "COPY", "T": "MODIFY"}


def run(project: Project, *args: str, author: str = "dssuser", fine: tuple[int, ...] = ()) -> str:
    """
    Run git in the project once it has all that is queued; its failures are DSS's.

    Args:
        project: The project.

        args: What git is told.

        author: Who does it.

        fine: Exit codes that mean that there is nothing to print.
    """
    project.settle()
    try:
        return git(project.folder, *args, author=author)
    except subprocess.CalledProcessError as error:
        if error.returncode in fine:
            return ""
        message = error.stderr.decode(errors="replace").strip()
        raise failed(message, "org.eclipse.jgit.api.errors.JGitInternalException") from None


def checked(name: Any) -> str:
    """Return the name of a branch or tag, or refuse one that git would take for an option."""
    if not isinstance(name, str) or not name or name.startswith("-"):
        raise illegal(f"Invalid name: {name}")
    return name


def log(project: Project, path: str, start: str, count: int) -> Document:
    """Return commits, newest first, and the one to go on from."""
    form = _FIELD.join(("%H", "%an", "%ae", "%aI", "%B")) + _RECORD
    addresses = project.guesses.log_names_addresses
    where = ("--", path) if path else ()
    args = ("log", f"--format={form}", f"--max-count={count + 1}", commit(project, start), *where)
    entries = []
    for record in run(project, *args).split(_RECORD):
        if record.strip():
            name, author, address, when, message = record.strip("\n").split(_FIELD)
            entries.append(
                {
                    "commitId": name,
                    "author": f"{author} <{address}>" if addresses else author,
                    "timestamp": when,
                    "message": message.rstrip("\n"),
                }
            )
    more = {"nextCommit": entries[count]["commitId"]} if len(entries) > count else {}
    return {"entries": entries[:count], **more}


def commit(project: Project, reference: str) -> str:
    """Return the id of a commit, or refuse where there is none; without a reference, the newest."""
    try:
        return run(project, "rev-parse", "--verify", f"{reference or 'HEAD'}^{{commit}}").strip()
    except Refused:
        raise failed(f"Commit not found: {reference or 'HEAD'}") from None


def status(project: Project) -> Document:
    """Return what is not committed yet."""
    found: Document = {
        "currentBranch": project.history.branch(),
        "remotes": remotes.known(project),
        "trackingCount": remotes.tracking(project),
    }
    names = (*_STATES.values(), "conflicting", "untracked", "untrackedFolders")
    found |= {name: [] for name in names}
    for line in run(project, "status", "--porcelain", "-z").split("\0"):
        if line:
            state, path = line[:2], line[3:]
            if path.endswith("/"):
                found["untrackedFolders"].append(path)
            else:
                found[_STATES.get(state, "untracked")].append(path)
    changed = any(found[name] for name in names)
    return {**found, "clean": not changed, "hasUncommittedChanges": changed}


def diff(project: Project, before: str, after: str) -> Document:
    """Return what changed: between two commits, in one, or since the last one."""
    span: tuple[str, ...] = ("HEAD",)
    if before and after:
        span = (commit(project, before), commit(project, after))
    elif before:
        name = commit(project, before)
        parents = run(project, "rev-list", "--parents", "-n", "1", name).split()[1:]
        empty = run(project, "hash-object", "-t", "tree", "/dev/null").strip()
        span = (parents[0] if parents else empty, name)
    entries = list(_entries(project, span))
    return {
        "commitFrom": {"commitId": span[0]},
        "commitTo": {"commitId": span[-1]},
        "addedLines": sum(each["addedLines"] for each in entries),
        "removedLines": sum(each["removedLines"] for each in entries),
        "changedFiles": len(entries),
        "entries": entries,
    }


def _entries(project: Project, span: tuple[str, ...]) -> Iterator[Document]:
    counts = {}
    for line in run(project, "diff", "--numstat", "--no-renames", *span).splitlines():
        added, removed, path = line.split("\t", 2)
        counts[path] = [int(each) if each.isdigit() else 0 for each in (added, removed)]
    for line in run(project, "diff", "--name-status", "--no-renames", *span).splitlines():
        change, path = line.split("\t", 1)
        more, less = counts.get(path, (0, 0))
        yield {
            "changeType": _CHANGES.get(change[:1], "MODIFY"),
            "oldPath": "/dev/null" if change == "A" else path,
            "newPath": "/dev/null" if change == "D" else path,
            "path": path,
            "addedLines": more,
            "removedLines": less,
        }


def tags(project: Project) -> list[Document]:
    """Return the tags of the project's Git, which is asked only where its files say that they changed."""
    stamp = _stamp(project.folder / ".git")
    if project.known_tags is None or project.known_tags[0] != stamp:
        project.known_tags = stamp, _tags(project)
    return [dict(each) for each in project.known_tags[1]]


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes with every change of a tag: a ref's file is never written in place."""
    files = [each for each in (folder / "refs" / "tags").rglob("*") if each.is_file()]
    packed = folder / "packed-refs"
    stats = ((str(each), each.stat()) for each in (*files, *([packed] if packed.exists() else ())))
    return tuple(sorted((name, found.st_mtime_ns, found.st_ino) for name, found in stats))


def _tags(project: Project) -> list[Document]:
    fields = ("%(refname)", "%(objectname)", "%(*objectname)", "%(contents:subject)")
    form = _FIELD.join(fields)
    found = []
    for line in run(project, "for-each-ref", f"--format={form}", "refs/tags").splitlines():
        name, target, peeled, message = line.split(_FIELD)
        found.append(
            {
                "name": name,
                "shortName": name.removeprefix("refs/tags/"),
                "commit": peeled or target,
                "annotations": message if peeled else "",
                "readOnly": False,
            }
        )
    return found


def create_tag(project: Project, name: Any, reference: str, message: str, login: str) -> None:
    """Tag a commit; a tag of that name must not exist."""
    checked(name)
    if any(each["shortName"] == name for each in tags(project)):
        kind = "org.eclipse.jgit.api.errors.RefAlreadyExistsException"
        raise failed(f"tag '{name}' already exists", kind)
    target = commit(project, reference)
    run(project, "tag", "-a", "-m", message or name, name, target, author=login)


def delete_tag(project: Project, name: str) -> None:
    """Delete a tag, if there is one of that name."""
    if any(each["shortName"] == name for each in tags(project)):
        run(project, "tag", "-d", name)


def commit_all(project: Project, message: str, login: str) -> None:
    """Commit what was changed while commits are explicit; with nothing to commit, do nothing."""
    if run(project, "status", "--porcelain"):
        with undo.undoable(project):
            run(project, "add", "-A")
            run(project, "commit", "--quiet", "-m", message, author=login)


def revert_to(project: Project, reference: str, login: str) -> Document:
    """
    Make a commit whose tree is that of an earlier one.

    Some of the project's own fields stay as they were: DSS writes them back in a commit of its own.
    """
    if run(project, "status", "--porcelain"):
        return {"success": False, "logs": ["There are uncommitted changes"]}
    target = commit(project, reference)
    before, kept = project.params(), project.text("tags.json")
    message = f"Reverted project {project.key} to {target}"
    tree = f"{target}^{{tree}}"
    with undo.undoable(project):
        new = run(project, "commit-tree", tree, "-p", "HEAD", "-m", message, author=login)
        run(project, "reset", "--quiet", "--hard", new.strip())
        project.reload()
        _count(project, new.strip(), "HEAD^", login)
        _keep_invariants(project, before, kept, "revert", login)
    return {"success": True, "logs": []}


def _count(project: Project, new: str, old: str, login: str) -> None:
    """Count a version of each object that differs between two commits, if DSS does that."""
    if project.guesses.reverts_advance_versions:
        changed = run(project, "diff", "--name-only", "--no-renames", new, old).splitlines()
        project.count_again(changed, login)


def _keep_invariants(
    project: Project, before: Document, kept: str | None, operation: str, login: str
) -> None:
    """Give the project's own fields back what they held, in a commit where that changes one."""
    params = project.params()
    params |= {key: before[key] for key in _INVARIANT if key in before}
    project.set_json("params.json", params)
    if kept is not None and kept != project.text("tags.json"):
        project.set_text("tags.json", kept)
    if project.changed():
        what = f"Updated invariant properties of project {project.key} after git {operation}"
        project.commit(f"{what} operation.", login)


def revert_commit(project: Project, reference: str, login: str) -> Document:
    """Undo one commit in a new one; where later changes are in the way, nothing happens."""
    if run(project, "status", "--porcelain"):
        return {"success": False, "logs": ["There are uncommitted changes"]}
    target = commit(project, reference)
    message = f"Reverted commit {target} from project {project.key}"
    try:
        with undo.undoable(project):
            run(project, "revert", "--no-commit", target)
            run(project, "commit", "--quiet", "--allow-empty", "-m", message, author=login)
            project.reload()
            _count(project, "HEAD", "HEAD^", login)
    except Refused as refused:
        return {"success": False, "logs": refused.message.splitlines()}
    return {"success": True, "logs": []}


def reset(project: Project) -> None:
    """Throw away what is not committed."""
    with undo.undoable(project):
        run(project, "reset", "--quiet", "--hard")
        run(project, "clean", "--quiet", "-fd")
        project.reload()


def switch(project: Project, branch: str, login: str) -> Document:
    """Go to another branch, which may be known from a remote only."""
    before, kept, name = project.params(), project.text("tags.json"), checked(branch)
    try:
        with undo.undoable(project):
            left = run(project, "rev-parse", "HEAD").strip()
            run(project, "checkout", "--quiet", name, "--")
            project.reload()
            _count(project, "HEAD", left, login)
            _keep_invariants(project, before, kept, "switch", login)
    except Refused as refused:
        return {"success": False, "messages": {"messages": []}, "output": refused.message}
    return {"success": True, "messages": {"messages": []}, "output": ""}


def rebuild(project: Project, login: str) -> None:
    """Throw the history away, and begin a new one with the project as it is."""
    project.settle()
    undo.finish_exchange(project.history)
    new = project.history.init(project.history.journal.with_suffix(".new").absolute())
    where = (f"--git-dir={new}", "--work-tree=.")
    message = f"Rebuilt git repository of project {project.key}"
    run(project, *where, "add", "-A")
    run(project, *where, "commit", "--quiet", "--allow-empty", "-m", message, author=login)
    undo.exchange(project.history, new)
