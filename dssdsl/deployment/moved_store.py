"""Finds a state that is not the project's last one, and moves a state to another store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from dssdsl.errors import Denied, Refused
from dssdsl.plan.events import Note
from dssdsl.settings import read_store, store_text
from dssdsl.state.snapshot import SnapshotError

from . import ownership
from .locks import Locks
from .record import DeploymentInfo, record, tagged_store

if TYPE_CHECKING:
    from dssdsl.plan.events import Event
    from dssdsl.state.snapshot import Snapshot

    from .context import Context


def check(
    context: Context,
    snapshots: Mapping[str, Snapshot],
    projects: Iterable[str],
    *,
    adopt: bool = False,
) -> list[str]:
    """
    Compare the state with the deployments that the projects' Git names.

    A key that may not read a project's Git checks nothing there.

    Args:
        context: The program and its stack.
        snapshots: The state, by project.
        projects: The projects to check.
        adopt: Whether a new state may begin where that of the last deployment is missing.

    Returns:
        What to show with the plan: states that are older than the last deployment, or missing.

    Raises:
        Refused: The last deployment stored its state in another store, or its state is missing.
    """
    remarks = []
    for project in projects:
        if project not in context.session.project_keys:
            continue
        try:
            tags = context.session.git(project).deployments()
        except Denied:
            continue
        serial = snapshots[project].serial if project in snapshots else 0
        last = max(tags, default=0)
        store = tagged_store(tags[last].message, context) if last > serial else None
        if store is None:
            continue
        where = context.store.where(project)
        here = f"has deployment {serial}" if serial else "has no state of it"
        mine = store_text(context.settings.store)
        if store != mine:
            raise Refused(
                f"the state of project {project} is in store {store}, with deployment {last}; {where} {here}",
                fix=f"run dssdsl state move '{mine}' --from '{store}', or set store in dssdsl.toml back to it",
            )
        if not serial and not adopt and project not in context.other_hosts:
            raise Refused(
                f"project {project} is at deployment {last} of this program, and {where} {here}",
                fix="restore it with dssdsl state repair, or name the store that has it with dssdsl state move --from, "
                "or pass --adopt to begin a new state with what DSS has",
            )
        remarks.append(
            f"project {project} is at deployment {last}, and {where} {here}: the deployments since are not known to this plan"
        )
    return remarks


@frozen
class Move:
    """
    A move of the state to another store, ready to be made.

    Attributes:
        source: The stack with the store that has the state.
        target: The stack with the other one.
        serials: The deployments in the history, by project; the current one is the last.
    """

    source: Context
    target: Context
    serials: Mapping[str, tuple[int, ...]]


def prepare(context: Context, to: str, source: str | None) -> Move:
    """
    Check that a state can be moved.

    Args:
        context: The program and its stack.
        to: The store to move it to, as in dssdsl.toml.
        source: The store that has it; by default the stack's.

    Raises:
        ProgramError: One is no store.
        Refused: The source has no state, or the target has one that is not an older one of the same lineage.
    """
    old = context.with_store(read_store(source)) if source is not None else context
    new = context.with_store(read_store(to))
    if store_text(old.settings.store) == store_text(new.settings.store):
        raise Refused(
            f"the state is in store {to} already", fix="pass --from STORE to name another source"
        )
    snapshots = ownership.current(old)
    if not snapshots:
        raise Refused(
            f"there is no state in store {store_text(old.settings.store)}",
            fix="pass --from STORE to name the store that has it",
        )
    for project, snapshot in snapshots.items():
        there = new.store.read(project)
        if there is None or not there.belongs_to(project, new.settings.host):
            continue
        copied = there.restores == snapshot.serial and there.serial == snapshot.serial + 1
        if there.lineage != snapshot.lineage or (there.serial > snapshot.serial and not copied):
            raise Refused(
                f"{new.store.where(project)} has a state of its own, of deployment {there.serial}",
                fix="delete it there if nobody needs it",
            )
    return Move(old, new, {p: tuple(old.store.serials(p)) for p in snapshots})


def move(change: Move, listen: Callable[[Event], None], *, commit_others: bool = False) -> int:
    """
    Copy history and state to the other store, as a new deployment there, and delete the current state here.

    Args:
        change: The move.
        listen: Called with what is worth knowing.
        commit_others: Whether to commit other users' pending changes too, in projects in explicit commit mode.

    Returns:
        The number of the deployment.

    Raises:
        Locked: Somebody is deploying.
    """
    old, new = change.source, change.target
    with Locks(old, "state move", listen) as locks:
        for project in change.serials:
            if project in old.session.project_keys:
                locks.take(project, commit_others=commit_others)
        snapshots = ownership.snapshots(old, change.serials)
        before = max(snapshot.serial for snapshot in snapshots.values())
        info = DeploymentInfo("state move", before, projects=tuple(snapshots))
        for project, snapshot in snapshots.items():
            base = None  # the one that the other store has
            for serial in old.store.serials(project):
                try:
                    past = old.store.past(project, serial)
                except SnapshotError as error:
                    text = f"deployment {serial} of project {project} is not moved: {error.problem}"
                    listen(Note(text))
                    continue
                past.base = base
                new.store.write(project, past, over=None)
                base = past.base
            snapshot.base = base
            new.store.write(project, snapshot, over=None, keep=False)
        there = {p: s for p, s in snapshots.items() if p in old.session.project_keys}
        number = record(new, there, info, listen)
        for project in snapshots:
            old.store.forget(project)
    return number
