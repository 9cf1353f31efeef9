"""Repairs a damaged state, and removes the lock of a dead process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dssdsl.errors import Locked
from dssdsl.state import lock, repair
from dssdsl.state.holder import Holder

from . import ownership
from .locks import Locks
from .record import DeploymentInfo, record

if TYPE_CHECKING:
    from dssdsl.plan.events import Event

    from .context import Context


def examine(context: Context) -> dict[str, repair.Repair]:
    """What can be restored of each project's state; only projects with damage are listed."""
    found = {}
    queue = ownership.known(context)
    for project in queue:
        one = repair.examine(context.store, project)
        others = one.good.projects if one.good else []
        queue += [other for other in others if other not in queue]
        wrong = one.damage is not None and (
            one.good is not None or context.store.text(project) is not None
        )
        if wrong:
            found[project] = one
    return found


def unreadable(context: Context) -> dict[str, tuple[int, ...]]:
    """Deployments of the history that cannot be read, by project."""
    keys = ownership.known(context)
    found = {key: tuple(repair.unreadable(context.store, key)) for key in keys}
    return {key: serials for key, serials in found.items() if serials}


def mend(
    context: Context,
    project: str,
    listen: Callable[[Event], None],
    *,
    commit_others: bool = False,
) -> int:
    """
    Replace a damaged snapshot with the last valid one of the history.

    Returns:
        The number of the deployment; 0 if the history has none, and the next `up` starts over.

    Raises:
        Locked: Somebody is deploying, or has repaired it.
    """
    with Locks(context, "state repair", listen) as locks:
        if project in context.session.project_keys:
            locks.take(project, commit_others=commit_others)
        found = repair.examine(context.store, project)
        if found.damage is None:
            raise Locked(
                f"somebody else repaired the state of project {project}", fix="run it again"
            )
        if found.good is None or project not in context.session.project_keys:
            context.store.forget(project)
            return 0
        context.store.write(project, found.good, over=None, keep=False)
        snapshot = found.good.model_copy(deep=True)
        snapshot.unfinished = None  # that of a deployment that is recorded
        info = DeploymentInfo("state repair", found.good.serial)
        return record(context, {project: snapshot}, info, listen)


def holders(context: Context) -> dict[str, Holder]:
    """Who holds the locks of the program's projects, by project."""
    found = {}
    for project in ownership.known(context):
        if project in context.session.project_keys and (
            who := lock.holder(context.store.lock_records(project))
        ):
            found[project] = who
    return found


def unlock(context: Context, project: str) -> Holder | None:
    """Release the lock of a project; gives who held it."""
    return lock.unlock(context.store.lock_records(project))
