"""Reads the past deployments from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from dssdsl.engine.snapshots import difference, named, same
from dssdsl.errors import NotFound
from dssdsl.plan.causes import Basis, Cause
from dssdsl.plan.steps import Action, Plan, Step
from dssdsl.resources import load_all
from dssdsl.state.lock import holder
from dssdsl.state.snapshot import Head, Outcome, Snapshot, SnapshotError, Unfinished

from .ownership import current as current_state
from .ownership import declared, in_history

if TYPE_CHECKING:
    from .context import Context


def no_state(project: str, serial: int) -> Snapshot:
    """Find no snapshot."""
    raise NotFound(f"project {project} has no deployment {serial}")


@frozen
class Deployed:
    """
    One deployment, in all of its projects.

    Attributes:
        heads: What the history lists of it, by project.
        load: Reads its snapshot of a project.
        cut_off: Whether it was cut off before it was recorded in all of its projects.
    """

    heads: Mapping[str, Head]
    load: Callable[[str, int], Snapshot] = field(default=no_state, repr=False)
    cut_off: bool = False

    @property
    def snapshots(self) -> dict[str, Snapshot]:
        """
        Its snapshots, by project.

        Raises:
            SnapshotError: One cannot be read.
        """
        return {
            project: head if isinstance(head, Snapshot) else self.load(project, head.serial)
            for project, head in self.heads.items()
        }

    @property
    def first(self) -> Head:
        """What it lists of the project with the highest serial."""
        return max(self.heads.values(), key=lambda head: head.serial)

    @property
    def number(self) -> int:
        """Its number: the highest serial of its projects."""
        return self.first.serial

    @property
    def result(self) -> Outcome:
        """How it ended: the worst of its projects."""
        results = {head.result for head in self.heads.values()}
        if self.cut_off or Outcome.INTERRUPTED in results:
            return Outcome.INTERRUPTED
        return Outcome.FAILED if Outcome.FAILED in results else Outcome.SUCCEEDED

    @property
    def succeeded(self) -> bool:
        """Whether all of it was done."""
        return self.result is Outcome.SUCCEEDED


@frozen
class Unreadable:
    """A deployment of one project that the store has and that cannot be read."""

    project: str
    serial: int
    error: SnapshotError

    def __str__(self) -> str:
        return f"deployment {self.serial} of {self.project} cannot be read: {self.error.problem}"


def deployments(context: Context, unreadable: list[Unreadable] | None = None) -> Iterator[Deployed]:
    """
    Yield the deployments, the newest first; each is read on demand.

    Args:
        context: Whose.
        unreadable: Gets what cannot be read; by default that is an error.

    Raises:
        SnapshotError: One cannot be read.
    """
    store = context.store
    waiting: dict[str, Head] = {}
    now = current_state(context)
    keys = dict.fromkeys([*(declared(context) or ()), *now])
    serials = {project: store.serials(project) for project in keys}
    left = {one.deployment for one in (s.cut_off for s in now.values()) if one is not None}

    def refill(project: str) -> None:
        while serials[project]:
            serial = serials[project].pop()
            try:
                past = store.head(project, serial)
            except SnapshotError as error:
                if unreadable is None:
                    raise
                unreadable.append(Unreadable(project, serial, error))
                continue
            if in_history(context, past, now.get(project), project):
                waiting[project] = past
                return

    for project in serials:
        refill(project)
    while waiting:
        # Clocks may differ; deployments of one number are of projects that were not deployed together.
        last = max(waiting.values(), key=lambda head: (head.serial, head.last_applied))
        together = {
            project: head
            for project, head in waiting.items()
            if head.deployment == last.deployment and (last.deployment or head is last)
        }
        yield Deployed(together, store.past, last.deployment in left)
        for project in together:
            del waiting[project]
            refill(project)


def cut_off(context: Context) -> tuple[Unfinished, bool] | None:
    """The operation that is running, or was cut off, and whether it is still running; None where there is none."""
    for project, snapshot in sorted(current_state(context).items()):
        if (one := snapshot.cut_off) is not None:
            by = (
                holder(context.store.lock_records(project))
                if project in context.session.project_keys
                else None
            )
            return one, by is not None and not by.dead
    return None


def deployment(context: Context, number: int) -> Deployed:
    """
    Find a deployment by its number; of two with the same number, the newer.

    Raises:
        NotFound: There is none.
        SnapshotError: A part of it cannot be read; other deployments do not matter.
    """
    unreadable: list[Unreadable] = []
    return reached(deployments(context, unreadable), number, unreadable)


def reached(
    past: Iterator[Deployed], number: int, unreadable: Sequence[Unreadable] = ()
) -> Deployed:
    """
    Find the next deployment of that number.

    Raises:
        NotFound: There is none.
        SnapshotError: A part of it is among the *unreadable*.
    """
    there = []
    for one in past:
        if one.number == number:
            incomplete = set(one.first.projects) - set(one.heads)
            for each in unreadable:
                if each.project in incomplete:
                    raise each.error
            return one
        there.append(str(one.number))
    for each in unreadable:
        if each.serial == number:
            raise each.error
    raise NotFound(
        f"there is no deployment {number}",
        fix=f"there are {', '.join(there)}: dssdsl history shows them"
        if there
        else "nothing was deployed yet",
    )


def current(context: Context) -> Deployed | None:
    """The current deployment, if there is one."""
    found = current_state(context)
    return Deployed(found) if found else None


def steps_back(context: Context, steps: int) -> Deployed:
    """
    Find the deployment some steps before the current one, of those that succeeded.

    Each deployment is on top of the one whose configuration was deployed before it. After a rollback to 3 that is 3, and
    the one before it 2, independent of deployments after 3. An edit of the state changes no configuration. A rollback that
    did not succeed is not counted, so that running it again goes to the same deployment.

    Raises:
        NotFound: There are fewer.
        SnapshotError: One that may be among the steps cannot be read.
    """
    unreadable: list[Unreadable] = []
    want: int | None = None
    left = steps
    start = current(context) is not None
    for one in deployments(context, unreadable):
        refuse_unreadable(unreadable, want)
        if want not in (None, one.number):
            continue
        want = None  # what it is on top of is the one before it
        if one.first.restores is not None:
            want = one.first.restores if one.succeeded else None
        elif start:
            start = False
        elif one.succeeded:
            left -= 1
            if not left:
                return one
    refuse_unreadable(unreadable, want)
    found = steps - left
    raise NotFound(
        f"there are not {steps} successful deployments before what is deployed now, only {found}"
        if found
        else "there is no successful deployment before what is deployed now",
        fix="dssdsl history shows them; --to goes to any of them",
    )


def refuse_unreadable(unreadable: list[Unreadable], want: int | None) -> None:
    """
    Raise the error of a deployment that cannot be read and may be the next one on the way back.

    Args:
        unreadable: Those that were met since the last look; emptied.
        want: The number of the next one; None where it is the one before.
    """
    for each in unreadable:
        if want in (None, each.serial):
            raise each.error
    unreadable.clear()


def diff(context: Context, number: int, other: int | None = None) -> Plan:
    """
    Compare a deployment with another one, or with the current one.

    Raises:
        NotFound: There is none of that number.
    """
    old = deployment(context, number).snapshots
    if other is not None:
        return changes(old, deployment(context, other).snapshots)
    now = current(context)
    return changes(old, now.snapshots if now else {})


def shown(context: Context, number: int) -> tuple[Deployed, Plan]:
    """
    A deployment, and what it changed.

    Raises:
        NotFound: There is none of that number.
    """
    unreadable: list[Unreadable] = []
    past = deployments(context, unreadable)
    found = reached(past, number, unreadable)
    later = len(unreadable)
    before = next(past, None)
    for each in unreadable[later:]:
        raise each.error  # it may be the one before
    return found, changes(before.snapshots if before else {}, found.snapshots)


def changes(then: Mapping[str, Snapshot], new: Mapping[str, Snapshot]) -> Plan:
    """What differs between two deployments, as a plan that nobody runs: from *then* to *new*."""
    load_all()
    steps: list[Step] = []
    unchanged = 0
    for project in sorted({*then, *new}):
        before = then.get(project) or Snapshot(project_key=project)
        after = new.get(project) or Snapshot(project_key=project)
        names, was, is_ = same(after, before), named(before), named(after)
        # What had the name of another object before, and has none of its own now.
        lost = [key for key, _ in before.keyed() if key in names and key not in names.values()]
        steps += [Step(key, Action.DELETE, Cause.DISAPPEARED) for key in sorted(lost)]
        known = {key for key, _ in after.keyed()}
        known |= {key for key, _ in before.keyed() if key not in names.values()}
        for key in sorted(known):
            old = names.get(key, key)
            moved = old == key and key in names.values()
            mine = after.entries.get(key.local)
            other = before.entries.get(old.local) if not moved else None
            if other is None:
                steps.append(Step(key, Action.CREATE, Cause.APPEARED))
            elif mine is None:
                steps.append(Step(key, Action.DELETE, Cause.DISAPPEARED))
            else:
                found = difference(was(other.recorded), is_(mine.recorded), key.kind)
                if old != key:
                    steps.append(Step(key, Action.RENAME, Cause.RENAMED, found, old=old.name))
                elif found:
                    steps.append(Step(key, Action.UPDATE, Cause.CHANGED, found))
                else:
                    unchanged += 1
    return Plan(
        tuple(steps), unchanged, projects=tuple(sorted({*then, *new})), basis=Basis.DEPLOYMENT
    )
