"""Deployments in words and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .screen import BLANK, Line, Span, line, pad
from .values import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dssdsl.deployment.git_rollback import Reverts
    from dssdsl.deployment.history import Deployed

COMMITS = 30
"""How many commits are listed."""


def row(found: Deployed) -> dict[str, Any]:
    """A deployment as plain values."""
    first = found.first
    return {
        "number": found.number,
        "when": first.last_applied,
        "by": first.by,
        "operation": first.operation,
        "counts": dict(first.counts),
        "projects": {project: s.serial for project, s in sorted(found.snapshots.items())},
        "config_hash": first.config_hash,
        "git_commits": {project: s.git_commit for project, s in sorted(found.snapshots.items())},
    }


def resources(found: Deployed) -> dict[str, list[str]]:
    """The keys of what was deployed, by project."""
    return {project: sorted(s.entries) for project, s in sorted(found.snapshots.items())}


def did(found: Deployed) -> str:
    """What a deployment did: ``1 create, 2 update``."""
    return ", ".join(f"{count} {action}" for action, count in found.first.counts.items())


def listing(found: Iterable[Deployed]) -> Iterator[Line]:
    """One line for each deployment."""
    rows = [
        (
            str(one.number),
            one.first.last_applied.replace("T", " ").removesuffix("Z"),
            one.first.by,
            one.first.operation,
            did(one),
        )
        for one in found
    ]
    if not rows:
        yield line("Nothing was deployed yet.")
        return
    title = ("No.", "When (UTC)", "By", "What", "Steps")
    wide = [max(len(each[n]) for each in (title, *rows)) for n in range(len(title))]
    for each in (title, *rows):
        text = "  ".join(pad(cell, width) for cell, width in zip(each, wide, strict=True))
        yield line(Span(text.rstrip(), "bold" if each is title else ""))


def shown(found: Deployed) -> Iterator[Line]:
    """What a deployment was."""
    first = found.first
    yield line(Span(f"Deployment {found.number}: {first.operation}", "bold"))
    yield line(f"  when      {first.last_applied}")
    yield line(f"  by        {first.by}")
    for project, snapshot in sorted(found.snapshots.items()):
        commit = f", on top of commit {snapshot.git_commit[:10]}" if snapshot.git_commit else ""
        yield line(
            f"  project   {project}: deployment {snapshot.serial}, {plural(len(snapshot.entries), 'resource')}{commit}"
        )
    yield line(f"  steps     {did(found) or 'none'}")


def reverting(found: Reverts, to: int) -> Iterator[Line]:
    """What a revert by DSS's Git takes away."""
    for project, commits in sorted(found.commits.items()):
        yield line(
            Span(
                f"{project} goes back to deployment {to} by DSS's Git, over these commits:", "bold"
            )
        )
        for commit in commits[:COMMITS]:
            mark = "!" if found.by_others(commit) else " "
            yield line(f"  {mark} {commit.when}  {commit.author}  {commit.subject}")
        if len(commits) > COMMITS:
            yield line(f"    … {plural(len(commits) - COMMITS, 'more commit')}")
        yield BLANK
    if found.commits:
        yield line(
            "  All that the projects hold goes back, what dssdsl does not manage included; data,"
        )
        yield line("  uploads, and a project's name, tags and status stay. State and history stay.")


def lost(found: Reverts) -> Iterator[Line]:
    """What others did and what would be gone."""
    yield line(Span(f"{plural(found.of_others, 'commit')} of others would be undone:", "red"))
    for project, commits in sorted(found.commits.items()):
        for commit in commits:
            if found.by_others(commit):
                yield line(f"  - {project}: {commit.subject}, by {commit.author}")


def reverts(found: Reverts, to: int) -> dict[str, Any]:
    """The same as plain values."""
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
