"""Reads the past deployments from the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from dssdsl.engine.snapshots import difference, named, same
from dssdsl.errors import NotFound
from dssdsl.plan.causes import Basis, Cause
from dssdsl.plan.steps import Action, Plan, Step
from dssdsl.resources import load_all
from dssdsl.state.snapshot import Snapshot, SnapshotError

from .ownership import current as current_state
from .ownership import declared, in_history

if TYPE_CHECKING:
    from .context import Context


@frozen
class Deployed:
    """
    One deployment, in all of its projects.

    Attributes:
        snapshots: By project.
    """

    snapshots: Mapping[str, Snapshot]

    @property
    def first(self) -> Snapshot:
        """The snapshot of the project with the highest serial."""
        return max(self.snapshots.values(), key=lambda s: s.serial)

    @property
    def number(self) -> int:
        """Its number: the highest serial of its projects."""
        return self.first.serial

    @property
    def stands_for(self) -> int:
        """The deployment whose configuration it has: for a rollback, the one restored."""
        return self.first.restores or self.number


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
    Yield the deployments, the newest first; each is read when it is asked for.

    Args:
        context: Whose.
        unreadable: Gets what cannot be read; by default that is an error.

    Raises:
        SnapshotError: One cannot be read.
    """
    store = context.store
    waiting: dict[str, Snapshot] = {}
    now = current_state(context)
    keys = dict.fromkeys([*(declared(context) or ()), *now])
    serials = {project: store.serials(project) for project in keys}

    def refill(project: str) -> None:
        while serials[project]:
            serial = serials[project].pop()
            try:
                past = store.past(project, serial)
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
        last = max(waiting.values(), key=lambda s: (s.last_applied, s.serial))
        together = {
            project: snapshot
            for project, snapshot in waiting.items()
            if snapshot.deployment == last.deployment and (last.deployment or snapshot is last)
        }
        yield Deployed(together)
        for project in together:
            del waiting[project]
            refill(project)


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
            incomplete = set(one.first.projects) - set(one.snapshots)
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
    Find the deployment some steps before the current one.

    After a rollback to 3 the current one is 3, and the one before it is 2.

    Raises:
        NotFound: There are fewer.
        SnapshotError: One that may be among the steps cannot be read.
    """
    unreadable: list[Unreadable] = []
    past = list(deployments(context, unreadable))
    went = {one.number: one.stands_for for one in reversed(past)}
    now = past[0].number if past else 0
    while went.get(now, now) < now:
        now = went[now]
    # What only went back to another one is no step of its own.
    before = [one for one in past if one.stands_for == one.number and one.number <= now]
    target = before[steps] if steps < len(before) else None
    for each in unreadable:
        if target is None or each.serial >= target.snapshots.get(each.project, target.first).serial:
            raise each.error
    if target is not None:
        return target
    left = len(before) - 1
    only = f"only {left}" if left > 0 else "none"
    raise NotFound(
        f"there are not {steps} deployments before what is deployed now, {only}"
        if steps > 1
        else "there is no deployment before what is deployed now",
        fix="dssdsl history shows them; --to goes to any of them",
    )


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
        keys = {key for key, _ in (*before.keyed(), *after.keyed())} - set(names.values())
        for key in sorted(keys):
            old = names.get(key, key)
            mine, other = after.entries.get(key.local), before.entries.get(old.local)
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
