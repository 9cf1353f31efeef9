"""Stores a project's snapshot as its next deployment, and tags it in the project's Git."""

from __future__ import annotations

import getpass
import json
import platform
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dssdsl.dss.git import EXPLICIT
from dssdsl.errors import Denied
from dssdsl.lang.values import digest
from dssdsl.plan.events import Note
from dssdsl.settings import store_text
from dssdsl.state import archive
from dssdsl.state.snapshot import Outcome, Unfinished

from . import memory

if TYPE_CHECKING:
    from dssdsl.plan.events import Event
    from dssdsl.state.snapshot import Snapshot

    from .context import Context


@frozen
class DeploymentInfo:
    """
    What the history says of a deployment.

    Attributes:
        operation: Such as ``up`` or ``rollback to 3``.
        restores: The number of the deployment whose configuration it has; None where that is its own.
        counts: How many steps of each action were done.
        config_hash: The hash of the program; empty keeps the one before.
        projects: The keys of all projects of the deployment; empty keeps those before.
        switched: The keys of projects whose Git mode changes.
        result: How it ended.
        id: Random; the snapshots of one deployment share it.
    """

    operation: str
    restores: int | None = None
    counts: Mapping[str, int] = field(factory=dict)
    config_hash: str = ""
    projects: tuple[str, ...] = ()
    switched: frozenset[str] = frozenset()
    result: Outcome = Outcome.SUCCEEDED
    id: str = field(factory=lambda: uuid.uuid4().hex)


def me() -> str:
    """The user of this process, as ``user@machine``."""
    return f"{getpass.getuser()}@{platform.node()}"


def nothing(project: str) -> None:
    """Check nothing."""


def record(
    context: Context,
    snapshots: Mapping[str, Snapshot],
    info: DeploymentInfo,
    listen: Callable[[Event], None],
    *,
    check: Callable[[str], None] = nothing,
    number: int = 0,
) -> int:
    """
    Store *snapshots* as the next deployment of their projects, commit it where DSS does not, and tag it.

    If the key may not use a project's Git, the deployment gets no tag; a state in DSS needs that right.

    Args:
        context: The program and its stack.
        snapshots: The state, by project.
        info: What the history says.
        listen: Called with what is worth knowing.
        check: Called before a project's state is stored.
        number: The number that other projects of the deployment were recorded with, before it was cut off.

    Returns:
        The number of the deployment, which its projects share.

    Raises:
        Locked: Somebody else has deployed a project since its snapshot was read.
    """
    number = max(number, next_number(context, snapshots))
    for project, snapshot in sorted(snapshots.items()):
        check(project)
        over, other = snapshot.serial, snapshot.cut_off
        sign(context, snapshot, info)
        snapshot.serial = number
        mode = explicit(context, project)
        if other is not None and other.deployment != info.id:
            pass  # an edit of the state, while another operation is still to be finished
        elif not mode and info.result is Outcome.SUCCEEDED:
            snapshot.unfinished = None
        elif snapshot.unfinished is None or snapshot.unfinished.deployment != info.id:
            snapshot.unfinished = unfinished(info, {}, {})
        context.store.write(project, snapshot, over=over)
        try:
            memory.remember(context, snapshot)
        except OSError as error:
            # The state is stored: that this checkout wrote it is only a convenience.
            listen(Note(f"this checkout cannot remember its deployment: {error}"))
        try:
            tag(context, project, number, commit=mode, switched=project in info.switched)
        except Denied as error:
            listen(
                Note(
                    f"deployment {number} has no name in the Git of project {project}: {error.problem}"
                )
            )
        prune(context, project)
    return number


def prune(context: Context, project: str) -> None:
    """Delete the oldest deployments of a project's history and their tags, if the stack keeps only so many."""
    keep = context.settings.history
    if keep is None:
        return
    serials = context.store.serials(project)
    if len(serials) <= keep:
        return
    oldest = context.store.head(project, serials[-keep])
    names = context.store.history_files(project)
    context.store.prune(project, archive.unused(names, oldest))
    untag(context, project, before=oldest.serial)


def untag(context: Context, project: str, *, before: int | None = None) -> None:
    """Delete the tags of a project's deployments, or of those *before* a number."""
    git = context.session.git(project)
    try:
        for serial in git.deployments():
            if before is None or serial < before:
                git.delete_deployment(serial)
    except Denied:
        return  # a key that may not use the project's Git has made no tags


def explicit(context: Context, project: str) -> bool:
    """Whether a project is in explicit commit mode, as far as the key may know."""
    try:
        return context.session.git(project).mode() == EXPLICIT
    except Denied:
        return False


def next_number(context: Context, snapshots: Mapping[str, Snapshot]) -> int:
    """The number of the next deployment of some projects; notes in each snapshot the commit that it is on top of."""
    taken = [0]
    for project, snapshot in snapshots.items():
        git = context.session.git(project)
        try:
            taken += git.deployments()
            snapshot.git_commit = next((commit.id for commit in git.log(1)), None)
        except Denied:
            snapshot.git_commit = None
        taken.append(snapshot.serial)
        if not snapshot.serial:
            # A store that outlives the project knows of deployments before it was deleted.
            taken += context.store.serials(project)
    return max(taken) + 1


def tag(
    context: Context, project: str, serial: int, *, commit: bool, switched: bool = False
) -> None:
    """
    Tag a deployment in the project's Git.

    Args:
        context: The program and its stack.
        project: The project's key.
        serial: The number of the deployment.
        commit: Whether to commit first, because DSS does not.
        switched: Whether the deployment changed the commit mode: changes from before DSS began to commit automatically
            is committed by nobody else.
    """
    git = context.session.git(project)
    if commit or (switched and git.uncommitted() is not None):
        git.commit(f"dssdsl: deployment {serial} of {context.program_name}")
    git.tag_deployment(serial, _title(context) + store_text(context.settings.store))


def begin(
    context: Context,
    project: str,
    snapshot: Snapshot,
    info: DeploymentInfo,
    *,
    writes: Mapping[str, Mapping[str, str]] | None = None,
    renames: Mapping[str, str] | None = None,
) -> None:
    """Store that an operation begins, so that any machine can finish it."""
    snapshot.unfinished = unfinished(info, writes or {}, renames or {})
    if not snapshot.serial:
        sign(context, snapshot, info)
    snapshot.projects = sorted({*snapshot.projects, *info.projects})
    context.store.write(project, snapshot, over=snapshot.serial, keep=False)


def unfinished(
    info: DeploymentInfo, writes: Mapping[str, Mapping[str, str]], renames: Mapping[str, str]
) -> Unfinished:
    """What the state says of an operation that begins."""
    return Unfinished(
        operation=info.operation,
        restores=info.restores,
        config_hash=info.config_hash,
        deployment=info.id,
        by=me(),
        since=now(),
        writes={key: dict(places) for key, places in writes.items()},
        renames=dict(renames),
    )


def _title(context: Context) -> str:
    return f"{context.program_name}, stack {context.settings.name}, store "


def tagged_store(message: str, context: Context) -> str | None:
    """The store that the tag of a deployment names; None where the tag is of another program or stack."""
    title = _title(context)
    return message.removeprefix(title).strip() if message.startswith(title) else None


def sign(context: Context, snapshot: Snapshot, info: DeploymentInfo) -> None:
    """Record in *snapshot* what made it, where and when."""
    snapshot.host = context.settings.host
    snapshot.stack = context.settings.name
    snapshot.program = context.program_name
    snapshot.projects = sorted(info.projects or snapshot.projects)
    snapshot.config_hash = info.config_hash or snapshot.config_hash
    snapshot.operation, snapshot.restores = info.operation, info.restores
    snapshot.counts, snapshot.by = dict(info.counts), me()
    snapshot.result = info.result
    snapshot.deployment = info.id
    snapshot.last_applied = now()


def interrupted(context: Context, snapshots: Mapping[str, Snapshot], number: int) -> None:
    """
    Record an operation that was cut off, and that another one follows, with what is known of its result.

    Args:
        context: The program and its stack.
        snapshots: The state of the projects that it left unrecorded; it is on top of the new deployment afterwards.
        number: Its number in other projects; 0 where it was recorded in none.
    """
    there = {p: s for p, s in snapshots.items() if p in context.session.project_keys}
    number = max(number, next_number(context, there))
    for project, snapshot in sorted(there.items()):
        if (one := snapshot.cut_off) is None:
            continue
        over, snapshot.serial = snapshot.serial, number
        snapshot.operation, snapshot.restores = one.operation, one.restores
        snapshot.config_hash = one.config_hash or snapshot.config_hash
        snapshot.counts, snapshot.by, snapshot.result = {}, one.by, Outcome.INTERRUPTED
        snapshot.deployment, snapshot.last_applied = one.deployment, one.since
        context.store.write(project, snapshot, over=over)


def fingerprint(value: Any, lineage: str) -> str:
    """A digest of a value of a document; DSS returns nothing for what is empty."""
    return digest(json.dumps(value or None, sort_keys=True, default=str), lineage)[:16]


def now() -> str:
    """The time, as snapshots have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
