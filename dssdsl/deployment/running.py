"""One run of a plan: announces it in the state, executes it, and records its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import evolve

from dssdsl.engine.execute import Executor, Result
from dssdsl.engine.identity import LONGEST, attempt
from dssdsl.engine.ledger import Ledger
from dssdsl.engine.renames import as_renamed
from dssdsl.engine.write import Writer
from dssdsl.lang.fields import Fact
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts, shape
from dssdsl.lang.provider import PROVIDERS
from dssdsl.plan.steps import Action, Plan, Step
from dssdsl.state.journal import Journal
from dssdsl.state.snapshot import Outcome, Unfinished

from .locks import CreatedElsewhere, HoldBack, Locks
from .record import (
    DeploymentInfo,
    begin,
    explicit,
    fingerprint,
    interrupted,
    record,
    unfinished,
    untag,
)

if TYPE_CHECKING:
    from dssdsl.deployment.prepare import Prepared
    from dssdsl.plan.events import Event
    from dssdsl.state.snapshot import Entry, Snapshot

    from .context import Context


class Running:
    """One run of one plan, under lock."""

    def __init__(self, context: Context, prepared: Prepared, locks: Locks) -> None:
        self.context, self.prepared, self.locks = context, prepared, locks
        self.left: dict[str, Unfinished] = {}
        """The interrupted operation, by project."""
        self.number = 0
        """The number of the deployment, if it was recorded in other projects before it was cut off."""
        self.info = DeploymentInfo(
            prepared.operation,
            prepared.restores,
            config_hash=prepared.plan.config_hash,
            projects=tuple(
                {p.identity for p in prepared.program.projects} | set(prepared.snapshots)
            ),
            switched=frozenset(
                step.project
                for step in prepared.plan.steps
                if any(change.pointer.endswith("/gitCommitMode") for change in step.changes)
            ),
        )

    def run(self, listen: Callable[[Event], None]) -> Result:
        """Run the steps, and record the finished ones, even if others fail."""
        snapshots, journal = self.prepared.snapshots, Journal(self.context.journal_path)
        rest = self.cut_off()
        for project in sorted(rest):
            if project in self.context.session.project_keys and (
                self.prepared.plan or len(rest) > 1
            ):
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
            self.prepared.reading.observed.listed,
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
            self.record(result, rest, listen)
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
                    if facts(step.kind).id_is_made_up and one.name == step.name
                ),
                dss,
                wants.get(step.key, {}),
                LONGEST,
            )
            for step in self.prepared.plan.steps
            if step.project == project and (step.makes or step.then or passes_for_a_run(step))
        }
        snapshot.pending |= pending
        before = self.left.get(project) or Unfinished(operation="")
        writes = {
            **before.writes,
            **{
                step.key.local: before.writes.get(step.key.local, {}) | written(step, snapshot)
                for step in self.prepared.plan.steps
                if step.project == project
            },
        }
        renames = {
            step.key.local: step.key.renamed(step.old).local
            for step in self.prepared.plan.steps
            if step.project == project and step.action is Action.RENAME and step.old
        }
        begin(self.context, project, snapshot, self.info, writes=writes, renames=renames)

    def cut_off(self) -> dict[str, Snapshot]:
        """
        Handle an interrupted operation: finish it if it is the same one, otherwise record it as interrupted.

        Returns:
            The snapshots to record at the end, by project: all, or those that the same operation did not come to.
        """
        snapshots = self.prepared.snapshots
        mine = unfinished(self.info, {}, {})
        left = self.left = {p: s.cut_off for p, s in snapshots.items() if s.cut_off is not None}
        for id in {one.deployment for one in left.values()}:
            recorded = [s.serial for s in snapshots.values() if s.serial and s.deployment == id]
            of_it = {p: snapshots[p] for p, one in left.items() if one.deployment == id}
            same = all(left[project].same_as(mine) for project in of_it)
            if same and not recorded:
                self.info = evolve(self.info, id=id)
            elif same and not self.prepared.plan and len(of_it) == len(left):
                self.info, self.number = evolve(self.info, id=id), max(recorded)
                return of_it
            else:
                interrupted(self.context, of_it, max(recorded, default=0))
        return dict(snapshots)

    def record(
        self, result: Result, rest: Mapping[str, Snapshot], listen: Callable[[Event], None]
    ) -> None:
        """Store the snapshots of the projects in *rest*."""
        context, snapshots = self.context, self.prepared.snapshots
        for project, renames in result.renamed.items():
            # DSS rewrote what refers to it, also where our own step was not begun any more.
            for other in snapshots[project].entries.values():
                other.recorded = as_renamed(other.recorded, tuple(renames)) or {}
                for rename in renames:
                    if rename.by_name:
                        other.normalized = rename.apply_to_pointers(other.normalized)
        gone = set()
        after: dict[Key, Entry | None] = {**self.prepared.plan.kept, **result.entries}
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
        info = evolve(
            self.info,
            projects=tuple(p for p in snapshots if p in there),
            counts=done(self.prepared.plan, result),
            result=outcome(result),
        )
        for project in gone:
            if project in context.session.project_keys:
                untag(context, project)  # first: tags without a state say that the state is lost
            context.store.forget(project)
        # A project that could not be created is not recorded: its state stays, and the key may not even see it.
        kept = {project: snapshot for project, snapshot in rest.items() if project in there}
        for project, snapshot in kept.items():
            snapshot.pending = {
                key.local: sent for key, sent in result.pending.items() if key.project == project
            }
            if (
                snapshot.unfinished is not None
                and outcome(result) is not Outcome.SUCCEEDED
                and not explicit(context, project)
            ):
                # Of a failed deployment, the state keeps what is still unknown.
                for key in result.done:
                    if key.project == project:
                        snapshot.unfinished.writes.pop(key.local, None)
        record(
            context,
            kept,
            info,
            listen,
            check=lambda project: self.locks.check(project, fresh=0),
            number=self.number,
        )


def done(plan: Plan, result: Result) -> dict[str, int]:
    """How many steps of each action were done."""
    whole = set(result.done)
    return evolve(plan, steps=tuple(s for s in plan.steps if s.key in whole)).counts()


def outcome(result: Result) -> Outcome:
    """How a run ended."""
    if result.failed:
        return Outcome.FAILED
    return Outcome.INTERRUPTED if result.interrupted else Outcome.SUCCEEDED


def written(step: Step, snapshot: Snapshot) -> dict[str, str]:
    """The places that a step writes, each with a digest of its new value; secrets are left out."""
    return {
        change.pointer: fingerprint(change.new, snapshot.lineage)
        for change in step.changes
        if not change.secret
    }


def passes_for_a_run(step: Step) -> bool:
    """Whether the step writes what runs may write too: cut off, nobody could tell who wrote it."""
    known = shape(step.kind)
    return any(
        Fact.SET_BY_RUNS in place.facts | (owner.facts if owner else frozenset())
        for place, owner in (known.find(change.pointer) for change in step.changes)
    )
