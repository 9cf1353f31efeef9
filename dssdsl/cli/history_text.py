"""Deployments, as a screen shows them and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dssdsl.state.snapshot import Outcome

from .layout import Columns, paragraph
from .screen import BLANK, Drawing, Line, Span, line
from .sentences import ACTIONS
from .values import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dssdsl.deployment.git_rollback import Reverts
    from dssdsl.deployment.history import Deployed
    from dssdsl.state.snapshot import Unfinished

COMMITS = 30
"""Commits of a project that are listed, at most."""


def row(found: Deployed) -> dict[str, Any]:
    """A deployment as plain values."""
    first = found.first
    return {
        "number": found.number,
        "when": first.last_applied,
        "by": first.by,
        "operation": first.operation,
        "result": found.result.value,
        "counts": dict(first.counts),
        "projects": {project: s.serial for project, s in sorted(found.heads.items())},
        "config_hash": first.config_hash,
        "git_commits": {project: s.git_commit for project, s in sorted(found.heads.items())},
    }


def unfinished(one: Unfinished, running: bool) -> dict[str, Any]:
    """The operation that is running, or was cut off, as plain values."""
    result = "running" if running else Outcome.INTERRUPTED.value
    return {"when": one.since, "by": one.by, "operation": one.operation, "result": result}


def resources(found: Deployed) -> dict[str, list[str]]:
    """The keys of the deployed resources, by project."""
    return {project: sorted(s.entries) for project, s in sorted(found.snapshots.items())}


def did(found: Deployed) -> str:
    """The steps of a deployment: ``1 created, 2 updated``."""
    return ", ".join(
        f"{count} {ACTIONS[action][1]}" for action, count in found.first.counts.items()
    )


def listing(found: Sequence[Deployed]) -> Iterator[Line | Drawing]:
    """Deployments, one row each."""
    if not found:
        yield line("Nothing was deployed yet.")
        return
    rows = [
        (
            str(one.number),
            one.first.last_applied.replace("T", " ").removesuffix("Z"),
            one.first.by,
            one.first.operation,
            one.result.value,
            did(one),
        )
        for one in found
    ]
    yield Columns(rows, ("No.", "When (UTC)", "By", "Operation", "Result", "Steps"))


def cut_off(one: Unfinished, *, running: bool) -> str:
    """The operation that is running, or was cut off, as a sentence."""
    when = one.since.replace("T", " ").removesuffix("Z")
    if running:
        return f"{one.operation} by {one.by} is running since {when} UTC"
    return f"{one.operation} by {one.by} at {when} UTC was interrupted: run it again to finish it"


def shown(found: Deployed) -> Iterator[Line | Drawing]:
    """One deployment."""
    first = found.first
    rows = [("when", first.last_applied), ("by", first.by), ("result", found.result.value)]
    for project, snapshot in sorted(found.snapshots.items()):
        commit = f", on top of commit {snapshot.git_commit[:10]}" if snapshot.git_commit else ""
        count = plural(len(snapshot.entries), "resource")
        rows.append(("project", f"{project}: deployment {snapshot.serial}, {count}{commit}"))
    yield line(Span(f"Deployment {found.number}: {first.operation}", "bold"))
    yield Columns([*rows, ("steps", did(found) or "none")], indent=2)


def reverting(found: Reverts, to: int) -> Iterator[Line | Drawing]:
    """The commits that a revert by DSS's Git undoes."""
    for project, commits in sorted(found.commits.items()):
        yield line(Span(f"{project}: going back to deployment {to} undoes these commits", "bold"))
        rows = [
            (
                "!" if found.by_others(commit) else " ",
                commit.when[:16].replace("T", " "),
                commit.author,
                commit.subject,
            )
            for commit in commits[:COMMITS]
        ]
        yield Columns(rows, indent=2)
        if len(commits) > COMMITS:
            yield line(f"    … {plural(len(commits) - COMMITS, 'more commit')}")
        yield BLANK
    if found.commits:
        yield paragraph(
            "DSS's Git reverts everything in these projects, including what dssdsl does not manage. Data, uploads, the "
            "state, the history, and the name, tags and status of each project stay.",
            "  ",
        )
        yield BLANK


def lost(found: Reverts) -> Iterator[Line]:
    """The commits of other users that a revert undoes."""
    yield line(Span(f"{plural(found.of_others, 'commit')} of other users will be undone:", "red"))
    for project, commits in sorted(found.commits.items()):
        for commit in commits:
            if found.by_others(commit):
                yield line(f"  - {project}: {commit.subject}, by {commit.author}")


def reverts(found: Reverts, to: int) -> dict[str, Any]:
    """The commits that a revert by DSS's Git undoes, as plain values."""
    return {
        "to": to,
        "commits": {
            project: [
                {
                    "id": c.id,
                    "author": c.author,
                    "when": c.when,
                    "message": c.subject,
                    "by_others": found.by_others(c),
                }
                for c in commits
            ]
            for project, commits in sorted(found.commits.items())
        },
    }
