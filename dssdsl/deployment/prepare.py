"""Plans: what the program wants, the stores recorded and DSS holds, read and compared."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from dssdsl.dss.client_version import untested_client
from dssdsl.engine.planning import Draft, plan
from dssdsl.engine.policies import judge
from dssdsl.engine.read import Reader, Reading
from dssdsl.errors import PlanRefused, Refused
from dssdsl.lang.declared import KINDS
from dssdsl.lang.graph import Graph
from dssdsl.lang.keys import PROJECT
from dssdsl.lang.kinds import flow_items, where
from dssdsl.lang.program import Program
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Output, Secret, sealed, settled
from dssdsl.plan.causes import Basis, Remark, Topic
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Plan
from dssdsl.resources import load
from dssdsl.state.snapshot import Snapshot, all_entries

from . import ownership
from .impact import add_impact
from .moved_store import check
from .uncommitted import is_untagged

if TYPE_CHECKING:
    from .context import Context


@frozen
class Prepared:
    """
    A plan with all that running it takes.

    Attributes:
        plan: What is to be done.
        program: What declares it.
        graph: Who needs whom in it.
        reading: What DSS held when the plan was made.
        snapshots: The recorded state, by project; running the plan changes it.
        base: The same as text, as it was read, for those projects that had one.
        operation: What history calls it: ``up``, ``destroy``, ``rollback to 3``.
        again: Makes the plan again, from what DSS holds by then.
        options: What the user asked for and agreed to.
        restores: The number of the deployment that a rollback goes back to.
        untagged: Projects in explicit commit mode whose last deployment was cut off before its commit.
    """

    plan: Plan
    program: Program
    graph: Graph
    reading: Reading
    snapshots: Mapping[str, Snapshot]
    base: Mapping[str, str]
    operation: str
    again: Callable[[], Prepared]
    options: Options
    restores: int | None = None
    untagged: tuple[str, ...] = ()


def prepare(
    context: Context, options: Options, *, whole: bool = False, judged: bool = True
) -> Prepared:
    """
    Plan what `up` would do.

    Args:
        context: The program and its stack.
        options: What the user asked for.
        whole: Read every managed object, even if its version is unchanged; such a plan is never run.
        judged: Whether the program's policies see a plan that does something.

    Raises:
        ProgramErrors: Everything that is wrong with the program, or forbidden.
    """
    program, graph = context.loaded
    prepared = planned(
        context,
        program,
        graph,
        options,
        lambda: prepare(context, options, whole=whole, judged=judged),
        whole=whole,
    )
    try:
        ownership.refuse_strangers(context, graph, prepared.snapshots, prepared.plan)
    except Refused as error:
        raise PlanRefused([*error.each()], prepared.plan) from None
    warnings = (Remark(Topic.TEXT, (text,)) for text in (*untested_client(), *program.warnings))
    said = judge(prepared.plan, program) if judged and not whole else ()
    remarks = (*warnings, *prepared.plan.remarks, *said)
    return evolve(
        prepared,
        plan=evolve(prepared.plan, remarks=remarks, config_hash=config_hash(program)),
        operation="destroy" if options.destroy else "up",
    )


def planned(
    context: Context,
    program: Program,
    graph: Graph,
    options: Options,
    again: Callable[[], Prepared],
    *,
    projects: Collection[str] = (),
    whole: bool = False,
    basis: Basis = Basis.PROGRAM,
) -> Prepared:
    """
    Read what DSS holds, and plan what brings it in line with a program, wherever that comes from.

    Args:
        context: The stack.
        program: What declares the resources.
        graph: What each of them needs.
        options: What the user asked for.
        again: Makes the same plan from what DSS holds by then.
        projects: Projects whose state counts too.
        whole: Read every managed object, even if its version is unchanged.
        basis: Where the program comes from.

    Raises:
        ProgramErrors: Everything that is forbidden.
        Locked: Somebody else is deploying what looks like nobody's.
    """
    keys = [p.identity for p in program.projects]
    if basis is Basis.PROGRAM:
        recorded = ownership.read_all(context, keys)
    else:
        recorded = ownership.read(context, [*keys, *projects])
    snapshots = recorded.snapshots
    stale = check(
        context, snapshots, dict.fromkeys((*keys, *snapshots)), adopt=options.adopt or whole
    )
    base = {key: snapshot.dumps() for key, snapshot in snapshots.items()}
    for key in keys:
        snapshots.setdefault(key, Snapshot(project_key=key))
    load(kinds_of(graph, snapshots))
    reading = Reader(
        program,
        graph,
        snapshots,
        context.session,
        PROVIDERS,
        context.settings.parallel,
        whole=whole or options.refresh,
        destroy=options.destroy,
        load=load,
    ).read()
    shapes = {key: resource.shape() for key, resource in graph.resources.items()} | kind_shapes()
    told = options.destroy or options.delete_projects or options.forget_projects
    asks = not whole and not told
    dropped = ownership.refuse_dropped(context, keys, snapshots, basis) if asks else []
    try:
        made = plan(Draft(graph, reading.wants, snapshots, reading.observed, shapes, options))
    except PlanRefused as error:
        for text in (*of_other_hosts(context), *stale):
            context.tell(text)
        # What is there may be half of what somebody else deploys at this moment.

        from .locks import wait_for_others

        unknown = sorted(reading.observed.projects - set(base))
        if not unknown or not wait_for_others(context, unknown):
            refused = evolve(error.plan, basis=basis)
            raise PlanRefused(list(dict.fromkeys([*dropped, *error.each()])), refused) from None
        return again()
    if dropped and {s.project for s in made.steps} - set(keys):
        raise PlanRefused(dropped, evolve(made, basis=basis))
    texts = (Remark(Topic.TEXT, (text,)) for text in (*of_other_hosts(context), *stale))
    made = evolve(made, basis=basis, remarks=(*recorded.remarks, *made.remarks, *texts))
    managed = {*graph.resources, *(key for key, _ in all_entries(snapshots))}
    made = add_impact(context.session, made, managed, context.settings.parallel)
    untagged = tuple(p for p, one in sorted(snapshots.items()) if is_untagged(context, one))
    return Prepared(
        made,
        program,
        graph,
        reading,
        snapshots,
        base,
        "preview",
        again,
        options,
        untagged=untagged,
    )


def of_other_hosts(context: Context) -> list[str]:
    """Say which states are not used, and of which host they are."""
    return [
        f"the state in {context.store.where(project)} is of host {host}, and is not used: this stack's host is {context.settings.host}"
        for project, host in sorted(context.other_hosts.items())
    ]


def exported(prepared: Prepared) -> dict[str, Any]:
    """What the program exports, as far as it is known."""

    def plain(value: Any) -> Any:
        if isinstance(value, Output):
            found = prepared.reading.resolver.id_of(value.resource)
            return found if isinstance(found, str) else str(found)
        if isinstance(value, Resource):
            return value.identity
        if isinstance(value, Secret):
            return repr(value)
        if isinstance(value, Mapping):
            return {str(k): plain(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(v) for v in value]
        return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)

    return {name: plain(value) for name, value in prepared.program.exports.items()}


def kinds_of(graph: Graph, snapshots: Mapping[str, Snapshot]) -> set[str]:
    """The kinds that a plan reads or writes."""
    recorded = {key.kind for key, _ in all_entries(snapshots)}
    recorded |= {key.kind for one in snapshots.values() for key in one.pending_keys()}
    named = {kind for kind, *_ in graph.external}
    flow = flow_items() if "" in named else ()
    return (
        {r.kind for r in graph.resources.values()}
        | recorded
        | named
        | {*flow, *where("goes_with_inputs"), PROJECT}
    )


def kind_shapes() -> dict[str, Any]:
    """The shape of each kind, for what a program does not declare any more."""
    return {cls.kind: cls.shape() for cls in KINDS.values()}


def _code(function: Callable[..., Any]) -> str:
    """The source of a function of the program; where it has none, its name."""
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return repr(getattr(function, "__name__", ""))


def config_hash(program: Program) -> str:
    """
    The sha256 of all that the program declares, code included; the order of declarations does not matter.

    Hooks, policies and what protects resources count too: they decide what a plan may do.
    """
    resolver = Resolver(program)
    documents: dict[str, Any] = {
        r.key: sealed(settled(resolver.resolve(r.wanted())), "") for r in program.resources
    }
    options = {
        r.key: [r.protect, r.retain_on_delete]
        for r in program.resources
        if r.protect or r.retain_on_delete
    }
    functions = [
        *(
            [when, [*hook.globs], [*hook.actions], _code(hook.act)]
            for when, hooks in sorted(program.hooks.items())
            for hook in hooks
        ),
        *(_code(policy) for policy in program.policies),
    ]
    if options or functions:
        documents |= {"options": options, "functions": functions}
    text = json.dumps(documents, sort_keys=True, ensure_ascii=False, default=str)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
