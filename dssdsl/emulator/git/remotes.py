"""The remotes of a project's Git, which must be on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import Refused

from . import undo
from .worktree import Worktree, checked, run


def known(project: Worktree) -> list[Document]:
    """Return name and URL of each remote."""
    config = project.folder / ".git" / "config"
    if "[remote " not in config.read_text(encoding="utf-8"):
        return []
    lines = run(project, "config", "--get-regexp", r"^remote\..*\.url$", fine=(1,)).splitlines()
    found = [line.partition(" ") for line in lines]
    return [{"name": name[len("remote.") : -len(".url")], "url": url} for name, _, url in found]


def url(project: Worktree, name: str) -> str | None:
    """Return the URL of a remote, or None if it does not exist."""
    return next((each["url"] for each in known(project) if each["name"] == name), None)


def put(project: Worktree, name: str, place: Any) -> None:
    """Set the URL of a remote."""
    checked(place)
    verb = "add" if url(project, name) is None else "set-url"
    run(project, "remote", verb, checked(name), place)


def remove(project: Worktree, name: str) -> None:
    """Remove a remote, if it exists."""
    if url(project, name) is not None:
        run(project, "remote", "remove", name)


def tracking(project: Worktree) -> Document:
    """Return how many commits the branch is ahead of and behind its upstream branch."""
    if not known(project):
        return {}
    span = "@{upstream}...HEAD"
    counts = run(project, "rev-list", "--left-right", "--count", span, fine=(128,)).split()
    return {"ahead": int(counts[1]), "behind": int(counts[0])} if counts else {}


def fetch(project: Worktree) -> Document:
    """Fetch from the remote."""
    return _try(project, "fetch", "--prune", "origin")


def push(project: Worktree, branch: str) -> Document:
    """Push a branch. The remote refuses it if it has commits that the project lacks."""
    name = checked(branch or project.history.branch())
    return _try(project, "push", "--set-upstream", "origin", name)


def pull(project: Worktree, branch: str) -> Document:
    """Rebase the project's commits on the remote's. A conflict changes nothing."""
    name = checked(branch or project.history.branch())
    if run(project, "status", "--porcelain"):
        return _outcome("There are uncommitted changes", success=False)
    found = fetch(project)
    if found["success"]:
        with undo.undoable(project):
            found = _try(project, "rebase", f"origin/{name}")
            if not found["success"]:
                run(project, "rebase", "--abort", fine=(128,))
            project.reload()
    return found


def reset(project: Worktree) -> None:
    """Reset the branch to its upstream branch; everything else is lost."""
    with undo.undoable(project):
        run(project, "reset", "--quiet", "--hard", "@{upstream}")
        project.reload()


def _try(project: Worktree, *args: str) -> Document:
    place = url(project, "origin")
    if place is None:
        return _outcome("There is no remote", success=False)
    if not Path(place.removeprefix("file://")).is_dir():
        return _outcome(
            f"The emulator only reaches remotes that are local folders: {place}", success=False
        )
    try:
        return _outcome(run(project, *args), success=True)
    except Refused as refused:
        return _outcome(refused.message, success=False)


def _outcome(output: str, *, success: bool) -> Document:
    return {"success": success, "logs": output.splitlines(), "output": output}
