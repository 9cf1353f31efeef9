"""Goes back to a deployment with DSS's own Git: whole projects, including what dssdsl does not manage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from dssdsl.dss.git import Commit
from dssdsl.engine.recorded import Past
from dssdsl.errors import Locked, Refused
from dssdsl.plan.options import Options
from dssdsl.settings import target as program_target

from . import history, ownership, run
from .context import agreed
from .locks import Locks
from .record import DeploymentInfo, record
from .rollback import planned

if TYPE_CHECKING:
    from dssdsl.plan.events import Event
    from dssdsl.state.snapshot import Snapshot

    from .context import Context


@frozen
class Reverts:
    """
    What a rollback by Git would undo.

    Attributes:
        number: The deployment.
        login: The login that the key acts as.
        then: Its snapshots, by project.
        now: The current snapshots, by project.
        targets: By project: the commit that the deployment's tag names.
        commits: By project: the commits after it, the newest first; only projects with any.
    """

    number: int
    login: str | None
    then: Mapping[str, Snapshot]
    now: Mapping[str, Snapshot]
    targets: Mapping[str, str]
    commits: Mapping[str, tuple[Commit, ...]]

    @property
    def of_others(self) -> int:
        """How many of the commits are by others."""
        return sum(self.by_others(commit) for each in self.commits.values() for commit in each)

    def by_others(self, commit: Commit) -> bool:
        """Whether the author is not the key's user, as far as the author's name tells."""
        return not commit.by(self.login)


def prepare(context: Context, number: int) -> Reverts:
    """
    Find what reverting the projects to a deployment would undo.

    Raises:
        NotFound: There is no such deployment.
        Refused: A project has no tag of it, or did not exist then.
    """
    then = history.deployment(context, number).snapshots
    now = ownership.snapshots(context, list(then))
    new = sorted(set(now) - set(then))
    if new:
        raise Refused(
            f"project {', '.join(new)} did not exist at deployment {number}, and Git deletes no projects",
            fix=f"dssdsl rollback --to {number}, without --git",
        )
    targets, commits = {}, {}
    for project, snapshot in sorted(then.items()):
        targets[project] = tagged(context, project, snapshot.serial)
        if found := tuple(since(context, project, targets[project])):
            commits[project] = found
    return Reverts(number, context.session.login, then, now, targets, commits)


def tagged(context: Context, project: str, serial: int) -> str:
    """
    The commit that a deployment's tag names.

    Raises:
        Refused: The project's Git has no such tag.
    """
    if tag := context.session.git(project).deployments().get(serial):
        return tag.commit
    raise Refused(
        f"project {project} has no tag dssdsl/{serial} in its Git",
        fix="dssdsl rollback without --git needs none",
    )


def since(context: Context, project: str, target: str) -> Iterator[Commit]:
    """
    Yield the commits after one, the newest first.

    Raises:
        Refused: The commit is not in the history of the branch that the project is on.
    """
    for commit in context.session.git(project).commits():
        if commit.id == target:
            return
        yield commit
    raise Refused(
        f"the deployment's commit {target[:10]} is not in the history of project {project}'s branch",
        fix="switch back to the branch that was deployed, or roll back without --git",
    )


def revert(context: Context, found: Reverts, listen: Callable[[Event], None]) -> int:
    """
    Have DSS revert the projects, restore state and history, and deploy what the revert leaves out.

    Returns:
        The number of the new deployment.

    Raises:
        Locked: Somebody has changed or deployed one of them since *found*, or is deploying.
        DssError: DSS cannot revert one.
    """
    operation = f"rollback to {found.number} by Git"
    config_hash = next(iter(found.then.values())).config_hash
    info = DeploymentInfo(
        operation, found.number, config_hash=config_hash, projects=tuple(found.then)
    )
    with Locks(context, operation, listen) as locks:
        for project in sorted(found.targets):
            locks.take(project)
        now = prepare(context, found.number)
        if now.commits != found.commits or _texts(now.now) != _texts(found.now):
            raise Locked("somebody else changed the projects meanwhile", fix="run it again")
        for project, target in sorted(found.targets.items()):
            current = now.now.get(project)
            if current is None or project not in found.commits:
                continue
            past = {
                serial: context.store.past(project, serial)
                for serial in context.store.serials(project)
            }
            locks.check(project)
            context.session.git(project).revert_to(
                target, fix=f"dssdsl rollback --to {found.number}, without --git"
            )
            write_back(context, project, current, past)
            current.entries = {
                key: entry.model_copy(
                    update={
                        "protected_in_state": key in current.entries
                        and current.entries[key].protected_in_state
                    }
                )
                for key, entry in found.then[project].entries.items()
            }
            current.pending = {}
            record(context, {project: current}, info, listen)
    put_right(context, found, listen)
    last = history.current(context)
    return last.number if last else 0


def write_back(
    context: Context, project: str, current: Snapshot, past: Mapping[int, Snapshot]
) -> None:
    """Restore what the revert took from a store inside the project: later history, and the state."""
    store = context.store
    there = set(store.serials(project))
    stored = store.read(project)
    over = stored.serial if stored else 0
    base = stored.base if stored else None
    for serial in sorted(set(past) - there):
        past[serial].base = base
        store.write(project, past[serial], over=over)
        over, base = serial, past[serial].base
    current.base = base
    if over != current.serial:
        store.write(project, current, over=over, keep=False)


def put_right(context: Context, found: Reverts, listen: Callable[[Event], None]) -> None:
    """Deploy what a revert leaves: DSS keeps a project's name, short description, status and tags."""
    context.session.forget_projects()
    past = Past(found.then, program_target(context.settings), found.then, frozenset())
    prepared = planned(context, past, Options())
    if prepared.plan:
        operation = f"rollback to {found.number} by Git"
        run.deploy(
            context, evolve(prepared, operation=operation, restores=found.number), listen, agreed
        )


def _texts(snapshots: Mapping[str, Snapshot]) -> dict[str, str]:
    return {project: snapshot.dumps() for project, snapshot in snapshots.items()}
