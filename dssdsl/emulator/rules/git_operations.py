"""Change a project's files through Git: commit, revert, reset, switch to another branch."""

from __future__ import annotations

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import Refused
from dssdsl.emulator.git import undo
from dssdsl.emulator.git.commits import resolve
from dssdsl.emulator.git.worktree import checked, run
from dssdsl.emulator.project.project import Project

_INVARIANT = ("name", "projectStatus", "shortDesc", "tags")


def commit_all(project: Project, message: str, login: str) -> None:
    """Commit the uncommitted changes, in explicit commit mode. Without any, do nothing."""
    if run(project, "status", "--porcelain"):
        with undo.undoable(project):
            run(project, "add", "-A")
            run(project, "commit", "--quiet", "-m", message, author=login)


def revert_to(project: Project, reference: str, login: str) -> Document:
    """
    Revert the project to a commit, in a new commit with the same tree.

    Some fields of the project keep their values: DSS restores them in another commit.
    """
    if run(project, "status", "--porcelain"):
        return {"success": False, "logs": ["There are uncommitted changes"]}
    target = resolve(project, reference)
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
    """Increment the version of each object that differs between two commits, if that is assumed."""
    if project.assumptions.reverts_advance_versions:
        changed = run(project, "diff", "--name-only", "--no-renames", new, old).splitlines()
        project.count_again(changed, login)


def _keep_invariants(
    project: Project, before: Document, kept: str | None, operation: str, login: str
) -> None:
    """Restore the project's own fields, with a commit if one changes."""
    params = project.params()
    params |= {key: before[key] for key in _INVARIANT if key in before}
    project.set_json("params.json", params)
    if kept is not None and kept != project.text("tags.json"):
        project.set_text("tags.json", kept)
    if project.changed():
        what = f"Updated invariant properties of project {project.key} after git {operation}"
        project.commit(f"{what} operation.", login)


def revert_commit(project: Project, reference: str, login: str) -> Document:
    """Revert one commit in a new one. A conflict changes nothing."""
    if run(project, "status", "--porcelain"):
        return {"success": False, "logs": ["There are uncommitted changes"]}
    target = resolve(project, reference)
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
    """Discard the uncommitted changes."""
    with undo.undoable(project):
        run(project, "reset", "--quiet", "--hard")
        run(project, "clean", "--quiet", "-fd")
        project.reload()


def switch(project: Project, branch: str, login: str) -> Document:
    """Switch to another branch, which may be a remote one."""
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
    """Drop the history, and start a new one with the project as it is."""
    project.settle()
    undo.finish_exchange(project.history)
    new = project.history.init(project.history.journal.with_suffix(".new").absolute())
    where = (f"--git-dir={new}", "--work-tree=.")
    message = f"Rebuilt git repository of project {project.key}"
    run(project, *where, "add", "-A")
    run(project, *where, "commit", "--quiet", "--allow-empty", "-m", message, author=login)
    undo.exchange(project.history, new)
