"""Plans from the history: to go back to a deployment, and to verify the last one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import evolve

from dssdsl.engine.recorded import Past
from dssdsl.errors import NotFound, PlanRefused, ProgramErrors, Refused
from dssdsl.lang.values import holds_secret
from dssdsl.plan.causes import Basis, Remark, Topic
from dssdsl.plan.changes import DRIFT, Effect
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action
from dssdsl.resources import load_all
from dssdsl.settings import target as program_target

from . import history, prepare
from .record import fingerprint

if TYPE_CHECKING:
    from dssdsl.plan.changes import Change
    from dssdsl.plan.steps import Plan, Step
    from dssdsl.state.snapshot import Snapshot

    from .context import Context
    from .prepare import Prepared

LOOKING = Options(
    adopt=True, moves=("*",), replaces=("*",), delete_unmanaged=True, delete_projects=True
)
"""For a plan that nobody runs: nothing needs a consent."""
TOLD = 5
"""How many places of drift one refusal names."""


def roll_back(context: Context, number: int, options: Options | None = None) -> Prepared:
    """
    Plan how to go back, or forward again, to a deployment.

    Args:
        context: Where.
        number: The deployment.
        options: What the user asked for and agreed to.

    Raises:
        NotFound: There is no such deployment, or a project's part of it is gone.
        Refused: Somebody changed deployed objects in DSS, and no refresh recorded it.
        ProgramErrors: Everything that forbids the plan.
    """
    then = history.deployment(context, number)
    for project in then.first.projects:
        if project not in then.snapshots:
            raise NotFound(
                f"project {project} was part of deployment {number}, and its history is gone",
                fix="deploy the program of that time instead: git checkout it, and dssdsl up",
            )
    deployed = history.current(context)
    target = program_target(context.settings)
    live: frozenset[str] = frozenset()
    if deployed is not None:
        now = planned(context, Past(deployed.snapshots, target), LOOKING)
        refuse_drift(now.plan, now.snapshots)
        live = frozenset(now.reading.observed.live)
    past = Past(then.snapshots, target, deployed.snapshots if deployed else {}, live)

    def again() -> Prepared:
        return roll_back(context, number, options)

    prepared = planned(context, past, options or Options(), again)
    if refusals := refuse_secrets(prepared):
        raise PlanRefused(refusals, prepared.plan)
    remarks = dict.fromkeys((*past.remarks, *prepared.plan.remarks))
    plan = evolve(prepared.plan, remarks=tuple(remarks), config_hash=then.first.config_hash)
    return evolve(prepared, plan=plan, operation=f"rollback to {number}", restores=number)


def prepare_destroy(context: Context, options: Options) -> Prepared:
    """
    Plan to delete what the stack deployed, from its recorded state: the program does not load.

    Args:
        context: The program and its stack.
        options: What the user asked for and agreed to.

    Raises:
        ProgramError: Nothing was deployed: what is wrong with the program.
        ProgramErrors: Everything that forbids the plan.
    """
    deployed = history.current(context)
    if deployed is None:
        context.loaded  # noqa: B018 - raises what is wrong with the program
        raise NotFound("nothing was deployed yet", fix="run dssdsl up to deploy the program")
    past = Past(deployed.snapshots, program_target(context.settings))
    prepared = planned(context, past, options, lambda: prepare_destroy(context, options))
    remarks = (Remark(Topic.WITHOUT_PROGRAM), *prepared.plan.remarks)
    return evolve(prepared, plan=evolve(prepared.plan, remarks=remarks), operation="destroy")


def verify(context: Context) -> Prepared:
    """
    Compare the last deployment with DSS. The program doesn't matter.

    Returns:
        A plan whose steps are what differs; nobody runs it.

    Raises:
        NotFound: Nothing was deployed.
    """
    deployed = history.current(context)
    if deployed is None:
        raise NotFound("nothing was deployed yet", fix="dssdsl up deploys the program")
    past = Past(deployed.snapshots, program_target(context.settings))
    prepared = planned(context, past, LOOKING, whole=True)
    # A resource that only follows another one is as it was deployed.
    differ = tuple(s for s in prepared.plan.steps if s.changes or s.live is None)
    same = prepared.plan.unchanged + len(prepared.plan.steps) - len(differ)
    return evolve(prepared, plan=evolve(prepared.plan, steps=differ, unchanged=same))


def planned(
    context: Context,
    past: Past,
    options: Options,
    again: Callable[[], Prepared] | None = None,
    *,
    whole: bool = False,
) -> Prepared:
    """Plan from recorded configurations as from a program."""
    load_all()
    program, graph = past.program()
    return prepare.planned(
        context,
        program,
        graph,
        options,
        again or (lambda: planned(context, past, options, whole=whole)),
        projects=[*past.then, *past.now],
        whole=whole,
        basis=Basis.DEPLOYMENT,
    )


def refuse_drift(plan: Plan, snapshots: Mapping[str, Snapshot]) -> None:
    """
    Refuse to overwrite changes in DSS that nobody has acknowledged.

    What an operation wrote that was cut off is no change of somebody else.

    Raises:
        ProgramErrors: Each resource that somebody changed, and who.
    """
    refusals = []
    for step in plan.steps:
        places = [
            c.field
            for c in step.changes
            if c.reason in DRIFT
            and c.effect is not Effect.SHOW
            and not is_ours(step, c, snapshots.get(step.project))
        ]
        if places:
            by = f" by {step.live.saved_by}" if step.live and step.live.saved_by else ""
            told = ", ".join(list(dict.fromkeys(places))[:TOLD])
            refusals.append(
                Refused(
                    f"{step.label}: {told} was changed in DSS{by} since the last deployment",
                    fix="take it over with dssdsl refresh, or put it back with dssdsl up; dssdsl drift shows it",
                )
            )
    if refusals:
        raise ProgramErrors(refusals)


def is_ours(step: Step, change: Change, snapshot: Snapshot | None) -> bool:
    """Whether DSS holds at a place what an operation left that was cut off or failed."""
    if snapshot is None or snapshot.uncertain is None:
        return False
    writes = snapshot.uncertain.writes
    if change.pointer.endswith("/[]"):
        # DSS takes what is deleted out of the lists that refer to it.
        names = {local.partition("/")[2] for local in writes}
        differ = set(change.old or ()) ^ set(change.new or ())
        if all(str(item).rpartition(":")[2] in names for item in differ):
            return True
    wrote = writes.get(step.key.local)
    if not wrote:
        # A step without places: it was created, deleted, or DSS rewrote it because of another step.
        return wrote is not None
    return wrote.get(change.pointer) == fingerprint(change.old, snapshot.lineage)


def refuse_secrets(prepared: Prepared) -> list[Refused]:
    """Refusals for what would be created again with a secret that the state does not keep."""
    return [
        Refused(
            f"{step.label} would be deleted and created again, and the state does not keep its secret",
            fix="leave it out with --exclude, or deploy the program of that time",
        )
        for step in prepared.plan.steps
        if step.action is Action.REPLACE and holds_secret(prepared.reading.wants[step.key])
    ]
