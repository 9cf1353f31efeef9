"""Make operations of Git that change a project's files atomic."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .command import git
from .history import History
from .worktree import Worktree

_HALF_DONE = (
    *("rebase-merge", "rebase-apply", "sequencer"),
    *("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "REVERT_HEAD", "CHERRY_PICK_HEAD", "AUTO_MERGE"),
)
"""The files that git leaves in its folder during an operation."""


@contextlib.contextmanager
def undoable(project: Worktree) -> Iterator[None]:
    """
    Record the state of a project before the block changes its files, and restore it if the block fails.

    The record is beside the project's queue of commits. If the process dies in the block, the next
    one that opens the project finds the record and restores that state.
    """
    project.settle()
    note = _note(project.history)
    half = note.with_suffix(".tmp")
    half.write_text(json.dumps(_state(project.history)), encoding="utf-8")
    half.replace(note)
    try:
        yield
    except BaseException:
        undo(project.history)
        project.reopen()
        raise
    note.unlink()


def undo(history: History) -> None:
    """Restore the recorded state, if a process died in an operation."""
    note = _note(history)
    note.with_suffix(".tmp").unlink(missing_ok=True)  # half a record: the operation had not begun
    if not note.exists():
        return
    before = json.loads(note.read_text(encoding="utf-8"))
    repo, folder = history.folder / ".git", history.folder
    history.unlock()
    for name in _HALF_DONE:
        _remove(repo / name)
    (repo / "HEAD").write_text(before["head"])
    git(folder, "update-ref", "HEAD", before["commit"])
    _remove(repo / "index")
    git(folder, "read-tree", "--reset", "-u", before["tree"])
    git(folder, "clean", "--quiet", "-fd")
    git(folder, "read-tree", "HEAD")
    for branch in {*_branches(history)} - {*before["branches"]}:
        git(folder, "branch", "-D", branch)
    history.forget()
    note.unlink()


def _note(history: History) -> Path:
    history.journal.parent.mkdir(parents=True, exist_ok=True)
    return history.journal.with_suffix(".undo")


def _branches(history: History) -> list[str]:
    return git(
        history.folder, "for-each-ref", "--format=%(refname:short)", "refs/heads"
    ).splitlines()


def _state(history: History) -> dict[str, Any]:
    folder = history.folder
    tree = git(folder, "rev-parse", "HEAD^{tree}").strip()
    if git(folder, "status", "--porcelain"):  # uncommitted changes, in explicit commit mode
        index = folder / ".git" / "index-of-undo"
        git(folder, "read-tree", "HEAD", index=index)
        git(folder, "add", "-A", index=index)
        tree = git(folder, "write-tree", index=index).strip()
        index.unlink()
    return {
        "head": (folder / ".git" / "HEAD").read_text(),
        "commit": git(folder, "rev-parse", "HEAD").strip(),
        "tree": tree,
        "branches": _branches(history),
    }


def exchange(history: History, new: Path) -> None:
    """Replace a project's repository by another."""
    repo, old = history.folder / ".git", history.journal.with_suffix(".old")
    repo.rename(old)
    new.rename(repo)
    shutil.rmtree(old)


def finish_exchange(history: History) -> None:
    """Finish, or undo, the replacement of a repository in which a process died."""
    repo, old = history.folder / ".git", history.journal.with_suffix(".old")
    if old.exists() and not repo.exists():
        old.rename(repo)
    for left in (old, history.journal.with_suffix(".new")):
        _remove(left)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
