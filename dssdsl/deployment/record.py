"""Stores a project's snapshot as its next deployment, and tags it in the project's Git."""

from __future__ import annotations

import getpass
import platform
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import field, frozen

from dssdsl.dss.git import EXPLICIT
from dssdsl.errors import Denied
from dssdsl.plan.events import Note
from dssdsl.settings import store_text

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
        restores: The number of the deployment that it goes back to.
        counts: How many steps of each action it took.
        config_hash: The hash of the program; empty keeps the one before.
        projects: The keys of all projects of the deployment; empty keeps those before.
        switched: The keys of projects whose Git mode changes.
        id: Random; the snapshots of one deployment share it.
    """

    operation: str
    restores: int | None = None
    counts: Mapping[str, int] = field(factory=dict)
    config_hash: str = ""
    projects: tuple[str, ...] = ()
    switched: frozenset[str] = frozenset()
    id: str = field(factory=lambda: uuid.uuid4().hex)


def me() -> str:
    """The user of this process, as ``user@machine``."""
    return f"{getpass.getuser()}@{platform.node()}"


def record(
    context: Context,
    project: str,
    snapshot: Snapshot,
    info: DeploymentInfo,
    listen: Callable[[Event], None],
) -> None:
    """
    Store *snapshot* as the project's next deployment, commit it if DSS does not, and tag it.

    If the key may not use the project's Git, the deployment gets no tag; a state in DSS needs that right.

    Raises:
        Locked: Somebody else has deployed the project since the snapshot was read.
    """
    git = context.session.git(project)
    try:
        serials = list(git.deployments())
        snapshot.git_commit = next((commit.id for commit in git.log(1)), None)
    except Denied:
        serials, snapshot.git_commit = [], None
    over = snapshot.serial
    if not over:
        # A store that outlives the project knows of deployments before it was deleted.
        serials += context.store.serials(project)
    sign(context, snapshot, info)
    snapshot.serial = max([over, *serials]) + 1
    context.store.write(project, snapshot, over=over)
    try:
        memory.remember(context, snapshot)
    except (
        OSError
    ) as error:  # the state is stored: that this checkout wrote it is only a convenience
        listen(Note(f"this checkout cannot remember its deployment: {error}"))
    try:
        name(context, project, snapshot.serial, switched=project in info.switched)
    except Denied as error:
        listen(
            Note(
                f"deployment {snapshot.serial} has no name in the Git of project {project}: {error.problem}"
            )
        )


def name(context: Context, project: str, serial: int, *, switched: bool) -> None:
    """Tag a deployment in the project's Git, and commit it if DSS does not."""
    git = context.session.git(project)
    # What was changed before DSS began to commit by itself is committed by nobody else.
    left = switched and git.uncommitted() is not None
    if left or git.mode() == EXPLICIT:
        git.commit(f"dssdsl: deployment {serial} of {context.program_name}")
    git.tag_deployment(serial, _title(context) + store_text(context.settings.store))


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
    snapshot.deployment = info.id
    snapshot.last_applied = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
