"""Runs a plan under lock, and records what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from dssdsl.engine.execute import Executor, Result, raise_if_failed
from dssdsl.engine.identity import LONGEST, attempt
from dssdsl.engine.ledger import Ledger
from dssdsl.engine.renames import Rename, as_renamed
from dssdsl.engine.write import Writer
from dssdsl.errors import Cancelled
from dssdsl.lang.fields import Fact
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import shape
from dssdsl.lang.live import Live
from dssdsl.lang.provider import PROVIDERS
from dssdsl.plan.steps import Action, Plan, Step
from dssdsl.state.journal import Journal
from dssdsl.state.snapshot import entry_of

from . import ownership
from .locks import CreatedElsewhere, HoldBack, Locks
from .prepare import exported
from .record import DeploymentInfo, record, sign

if TYPE_CHECKING:
    from dssdsl.deployment.prepare import Prepared
    from dssdsl.plan.events import Event
    from dssdsl.state.snapshot import Attempt, Entry

    from .context import Context


@frozen
class Deployment:
    """
    The result of a deployment.

    Attributes:
        plan: The plan.
        result: What was done; None if there was nothing to do.
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
        StepsFailed: Steps failed; what was done is recorded.
    """
    if nothing_to_do(context, prepared):
        return untouched(prepared)
    left_over = unfinished(context, prepared)
    try:
        with Locks(context, prepared.operation, listen) as locks:
            for project in sorted(prepared.snapshots):
                if project in context.session.project_keys:
                    locks.take(project, dirty=prepared.options.commit_others or left_over)
            prepared = as_agreed(context, prepared, agree)
            if nothing_to_do(context, prepared):
                return untouched(prepared)
            result = Running(context, prepared, locks).run(listen)
    except CreatedElsewhere:
        if not context.settings.lock_timeout:
            raise
        # There is a project to lock now, and time to wait for it.
        return deploy(context, plan_again(context, prepared, agree), listen, agree)
    raise_if_failed(result)
    return Deployment(prepared.plan, result, last(prepared), exported(prepared))


def nothing_to_do(context: Context, prepared: Prepared) -> bool:
    """Whether the plan changes nothing, and the state is up to date."""
    return not (
        prepared.plan
        or unfinished(context, prepared)
        or has_new_options(prepared)
        or any(ownership.is_former(context, s) for s in prepared.snapshots.values() if s.serial)
    )


def untouched(prepared: Prepared) -> Deployment:
    """The result where there is nothing to do."""
    return Deployment(prepared.plan, None, last(prepared), exported(prepared))


def last(prepared: Prepared) -> int:
    """The number of the last deployment."""
    return max((snapshot.serial for snapshot in prepared.snapshots.values()), default=0)


def unfinished(context: Context, prepared: Prepared) -> bool:
    """Whether a deployment was cut off, here or elsewhere, and is still to be recorded."""
    return context.journal_path.exists() or any(s.pending for s in prepared.snapshots.values())


def has_new_options(prepared: Prepared) -> bool:
    """Whether resources that stay as they are have options to record, such as protection."""
    for key, entry in prepared.plan.kept.items():
        stored = entry_of(prepared.snapshots, key)
        if stored is None or to_record(stored) != to_record(entry):
            return True
    return False


def to_record(entry: Entry) -> tuple[Any, ...]:
    """What the state must keep of a resource; the rest can be read again at any time."""
    return entry.id, entry.recorded, entry.protect, entry.retain, entry.needs, entry.exclusive


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


class Running:
    """One run of one plan, under lock."""

    def __init__(self, context: Context, prepared: Prepared, locks: Locks) -> None:
        self.context, self.prepared, self.locks = context, prepared, locks
        self.info = DeploymentInfo(
            prepared.operation,
            prepared.restores,
            prepared.plan.counts(),
            prepared.plan.config_hash,
            tuple({p.identity for p in prepared.program.projects} | set(prepared.snapshots)),
            frozenset(
                step.project
                for step in prepared.plan.steps
                if any(change.pointer.endswith("/gitCommitMode") for change in step.changes)
            ),
        )

    def run(self, listen: Callable[[Event], None]) -> Result:
        """Run the steps, and record what was done, even if some fail."""
        snapshots, journal = self.prepared.snapshots, Journal(self.context.journal_path)
        for project in sorted(snapshots):
            if project in self.context.session.project_keys:
                self.announce(project)
        self.locks.on_created = self.announce
        journal.begin(
            {project: snapshot.serial for project, snapshot in snapshots.items()},
            {project: snapshot.lineage for project, snapshot in snapshots.items()},
        )
        events = HoldBack(listen)
        writer = Writer(
            self.prepared.graph,
            self.prepared.reading.resolver,
            snapshots,
            self.context.session,
            PROVIDERS,
            Ledger(journal),
            self.locks,
            self.prepared.options.replaces,
        )
        executor = Executor(
            self.prepared.plan,
            self.prepared.graph,
            writer,
            events,
            self.context.settings.parallel,
            go_on=self.prepared.options.continue_on_error,
            stop=self.context.stop,
            program=self.prepared.program,
        )
        try:
            result = executor.run()
            try:
                self.locks.explain(result)
            except CreatedElsewhere:
                events.created_elsewhere()
                raise
            finally:
                events.release()
            self.record(result.entries, result.pending, listen)
            journal.end()
        finally:
            journal.close()
        self.prepared.reading.resolver.ids = dict(writer.ledger.ids)
        return result

    def announce(self, project: str) -> None:
        """Store what is about to be created, so that another machine can go on if this one dies."""
        snapshot = self.prepared.snapshots[project]
        listed = self.prepared.reading.observed.listed.get(project, {})
        wants, dss = self.prepared.reading.wants, self.context.session
        pending = {
            step.key.local: attempt(
                step.kind,
                (
                    one.id
                    for one in listed.get(step.kind, ())
                    if one.id and one.name == step.name and not is_replaced(step, one)
                ),
                dss,
                wants.get(step.key, {}),
                LONGEST,
            )
            for step in self.prepared.plan.steps
            if step.project == project and (step.makes or step.then or passes_for_a_run(step))
        }
        if pending:
            snapshot.pending |= pending
            if not snapshot.serial:
                sign(self.context, snapshot, self.info)
            snapshot.projects = sorted({*snapshot.projects, *self.info.projects})
            self.context.store.write(project, snapshot, over=snapshot.serial, keep=False)

    def record(
        self,
        entries: Mapping[Key, Entry | None],
        pending: Mapping[Key, Attempt],
        listen: Callable[[Event], None],
    ) -> None:
        """Store each project's snapshot."""
        context, snapshots = self.context, self.prepared.snapshots
        for step in self.prepared.plan.steps:
            if step.action is Action.RENAME and step.old and entries.get(step.key) is not None:
                # DSS rewrote what refers to it, also where our own step was not begun any more.
                rename = Rename(step.project, step.kind, step.old, step.name)
                for other in snapshots[step.project].entries.values():
                    other.recorded = as_renamed(other.recorded, (rename,)) or {}
                    if rename.by_name:
                        other.normalized = rename.apply_to_pointers(other.normalized)
        gone = set()
        after: dict[Key, Entry | None] = {**self.prepared.plan.kept, **entries}
        for key, entry in after.items():
            stored = snapshots[key.project].entries
            if entry is not None:
                stored[key.local] = entry
            else:
                stored.pop(key.local, None)
                if key.kind == PROJECT:
                    gone.add(key.project)
        context.session.forget_projects()
        there = context.session.project_keys - gone
        info = evolve(self.info, projects=tuple(p for p in snapshots if p in there))
        for project, snapshot in snapshots.items():
            snapshot.pending = {
                key.local: sent for key, sent in pending.items() if key.project == project
            }
            if project in gone:
                context.store.forget(project)
            elif project in there:
                self.locks.check(project, fresh=0)
                record(context, project, snapshot, info, listen)
            # Else it could not be made. What was known of it still stands: the key may not even see it.


def is_replaced(step: Step, live: Live) -> bool:
    """Whether the step deletes the object first: one that has its name and id afterwards is ours."""
    return step.action is Action.REPLACE and step.live is not None and step.live.id == live.id


def passes_for_a_run(step: Step) -> bool:
    """Whether the step writes what runs may write too: cut off, nobody could tell who wrote it."""
    known = shape(step.kind)
    return any(
        Fact.SET_BY_RUNS in place.facts | (owner.facts if owner else frozenset())
        for place, owner in (known.find(change.pointer) for change in step.changes)
    )
