"""Runs a plan under lock, and records what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from dssdsl.engine.execute import Result, raise_if_failed
from dssdsl.errors import Cancelled, DssdslError, ProgramError, ProgramErrors
from dssdsl.lang.values import Secret, leaves
from dssdsl.plan.steps import Action, Plan
from dssdsl.state.snapshot import entry_of

from . import ownership
from .locks import CreatedElsewhere, Locks
from .prepare import exported
from .record import (
    tag,
)
from .running import Running

if TYPE_CHECKING:
    from dssdsl.deployment.prepare import Prepared
    from dssdsl.plan.events import Event
    from dssdsl.state.snapshot import Entry

    from .context import Context


@frozen
class Deployment:
    """
    The result of a deployment.

    Attributes:
        plan: The plan.
        result: The result; None if there was nothing to do.
        serial: The deployment's number.
        outputs: What the program exports.
    """

    plan: Plan
    result: Result | None
    serial: int
    outputs: Mapping[str, Any]


def deploy(
    context: Context,
    prepared: Prepared,
    listen: Callable[[Event], None],
    agree: Callable[[Plan], bool],
) -> Deployment:
    """
    Run a plan, and record it as a deployment of each of its projects.

    Args:
        context: Where.
        prepared: The plan.
        listen: Called with what happens.
        agree: Called with the new plan where somebody deployed after this one was made.

    Raises:
        Locked: Somebody else is deploying.
        Cancelled: The user stopped it, or does not agree to the new plan.
        StepsFailed: Steps failed; the finished ones are recorded.
    """
    if nothing_to_do(context, prepared):
        return untouched(prepared)
    refuse_unset_secrets(prepared)
    try:
        with Locks(context, prepared.operation, listen) as locks:
            for project in sorted(prepared.snapshots):
                if project in context.session.project_keys:
                    locks.take(project, commit_others=prepared.options.commit_others)
            prepared = as_agreed(context, prepared, agree)
            for project in prepared.untagged:
                tag(context, project, prepared.snapshots[project].serial, commit=True)
            if nothing_to_do(context, evolve(prepared, untagged=())):
                return untouched(prepared)
            result = Running(context, prepared, locks).run(listen)
    except CreatedElsewhere:
        if not context.settings.lock_timeout:
            raise
        # There is a project to lock now, and time to wait for it.
        return deploy(context, plan_again(context, prepared, agree), listen, agree)
    raise_if_failed(result)
    return Deployment(prepared.plan, result, last(prepared), exported(prepared))


def refuse_unset_secrets(prepared: Prepared) -> None:
    """
    Refuse a plan that writes secrets whose variables are not set, before it writes anything.

    Raises:
        ProgramErrors: There are some.
    """
    errors: dict[tuple[str, str], DssdslError] = {}
    for step in prepared.plan.steps:
        resource = prepared.graph.resources.get(step.key)
        if resource is not None and step.action not in (Action.DELETE, Action.FORGET):
            for leaf in leaves(prepared.reading.wants.get(step.key, {})):
                if isinstance(leaf, Secret) and not leaf.is_set:
                    errors[resource.source, leaf.variable] = ProgramError(
                        f'{step.label} needs the environment variable "{leaf.variable}" of a secret, which is not set',
                        at=resource.source,
                        fix=f"export {leaf.variable}=… before deploying",
                    )
    if errors:
        raise ProgramErrors([*errors.values()])


def nothing_to_do(context: Context, prepared: Prepared) -> bool:
    """Whether the plan changes nothing, and the state is up to date."""
    return not (
        prepared.plan
        or prepared.untagged
        or was_cut_off(context, prepared)
        or has_new_options(prepared)
        or prepared.reading.observed.matched.followed
        or any(ownership.is_former(context, s) for s in prepared.snapshots.values() if s.serial)
    )


def untouched(prepared: Prepared) -> Deployment:
    """The result where there is nothing to do."""
    return Deployment(prepared.plan, None, last(prepared), exported(prepared))


def last(prepared: Prepared) -> int:
    """The number of the last deployment."""
    return max((snapshot.serial for snapshot in prepared.snapshots.values()), default=0)


def was_cut_off(context: Context, prepared: Prepared) -> bool:
    """Whether a deployment was cut off, here or elsewhere, and is still to be recorded."""
    return context.journal_path.exists() or any(
        s.pending or s.cut_off for s in prepared.snapshots.values()
    )


def has_new_options(prepared: Prepared) -> bool:
    """Whether resources that stay as they are have options to record, such as protection."""
    for key, entry in prepared.plan.kept.items():
        stored = entry_of(prepared.snapshots, key)
        if stored is None or to_record(stored) != to_record(entry):
            return True
    return False


def to_record(entry: Entry) -> tuple[Any, ...]:
    """What the state must keep of a resource; the rest can be read again at any time."""
    return (
        entry.id, entry.recorded, entry.protect, entry.retain, entry.needs, entry.exclusive,
        entry.renamed_from,
    )  # fmt: skip


def as_agreed(context: Context, prepared: Prepared, agree: Callable[[Plan], bool]) -> Prepared:
    """
    *prepared*, or a new plan if somebody has deployed since.

    Raises:
        Cancelled: The new plan does something else, and the user does not agree to it.
    """
    now = ownership.snapshots(context, list(prepared.snapshots))
    if {key: snapshot.dumps() for key, snapshot in now.items()} == prepared.base:
        return prepared
    return plan_again(context, prepared, agree)


def plan_again(context: Context, prepared: Prepared, agree: Callable[[Plan], bool]) -> Prepared:
    """
    Make the plan again from what DSS holds now.

    Raises:
        Cancelled: It does something else, and the user does not agree to that.
    """
    context.session.forget_projects()
    found = prepared.again()
    if found.plan and essence(found.plan) != essence(prepared.plan) and not agree(found.plan):
        raise Cancelled(
            "nothing was changed: somebody else deployed meanwhile, and the plan differs"
        )
    return found


def essence(plan: Plan) -> list[tuple[Any, ...]]:
    """What is equal in plans that do the same."""
    return [
        (
            s.key,
            s.action,
            s.drop_data,
            s.then,
            [(c.pointer, c.old, c.new, c.effect) for c in s.changes],
        )
        for s in plan.steps
    ]
