"""Read a project's Git: log, status, differences."""

from __future__ import annotations

from collections.abc import Iterator

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import Refused, failed

from . import remotes
from .worktree import Worktree, run

_FIELD, _RECORD = "\x1f", "\x1e"
_STATES = {"A ": "added", "M ": "changed", "D ": "removed", " D": "missing", " M": "modified"}
_CHANGES = {"A": "ADD", "M": "MODIFY", "D": "DELETE", "R": "RENAME", "C": "COPY", "T": "MODIFY"}


def log(
    project: Worktree, path: str, start: str, count: int, *, addresses: bool = False
) -> Document:
    """
    Return commits, newest first, and the one to continue from.

    Args:
        project: The project.

        path: Only commits that change this file; empty for all.

        start: The newest commit to return; empty for the newest of the branch.

        count: The most commits to return.

        addresses: Whether authors have their email addresses.
    """
    form = _FIELD.join(("%H", "%an", "%ae", "%aI", "%B")) + _RECORD
    where = ("--", path) if path else ()
    args = ("log", f"--format={form}", f"--max-count={count + 1}", resolve(project, start), *where)
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


def resolve(project: Worktree, reference: str) -> str:
    """Return the id of a commit; without a reference, the newest. Raises ``Refused`` if it is missing."""
    if reference in ("", "HEAD"):
        project.settle(index=False)
        head = project.history.head()
        if head is not None:
            return head
    try:
        return run(project, "rev-parse", "--verify", f"{reference or 'HEAD'}^{{commit}}").strip()
    except Refused:
        raise failed(f"Commit not found: {reference or 'HEAD'}") from None


def status(project: Worktree) -> Document:
    """Return the branch and the uncommitted changes."""
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


def diff(project: Worktree, before: str, after: str) -> Document:
    """Return the changes between two commits, in one commit, or since the last one."""
    span: tuple[str, ...] = ("HEAD",)
    if before and after:
        span = (resolve(project, before), resolve(project, after))
    elif before:
        name = resolve(project, before)
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


def _entries(project: Worktree, span: tuple[str, ...]) -> Iterator[Document]:
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
