"""Plans: what the program wants, the stores recorded and DSS holds, read and compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from dssdsl.engine.planning.planner import Planner
from dssdsl.engine.read import Reader, Refreshed
from dssdsl.errors import Faults
from dssdsl.lang.graph import FLOW_KINDS, Graph, Resolver
from dssdsl.lang.program import Program
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resource import KINDS, Resource
from dssdsl.lang.values import Output, Secret, sealed, settled
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Plan, full_key
from dssdsl.resources import load
from dssdsl.state.snapshot import Snapshot

from .impact import explain

if TYPE_CHECKING:
    from dssdsl.workspace import Workspace


@frozen
class Prepared:
    """
    A plan with all that running it takes.

    Attributes:
        plan: What is to be done.
        program: What declares it.
        graph: Who needs whom in it.
        refreshed: What DSS held when the plan was made.
        snapshots: By project: what was deployed last; running the plan changes them.
        base: The same as text, as it was read, for those projects that had one.
        operation: What history calls it: ``up``, ``destroy``, ``rollback to 3``.
        again: Makes the plan anew, from what is there by then.
        options: What the user asked for and agreed to.
    """

    plan: Plan
    program: Program
    graph: Graph
    refreshed: Refreshed
    snapshots: Mapping[str, Snapshot]
    base: Mapping[str, str]
    operation: str
    again: Callable[[], Prepared]
    options: Options


def planned(
    workspace: Workspace,
    program: Program,
    graph: Graph,
    options: Options,
    again: Callable[[], Prepared],
    *,
    projects: Collection[str] = (),
    whole: bool = False,
) -> Prepared:
    """
    Read what DSS holds, and plan what makes it as a program says; `Workspace.planned` tells more.

    Raises:
        Faults: Everything that is forbidden.
        Locked: Somebody else is deploying what looks like nobody's.
    """
    keys = [p.identity for p in program.projects]
    snapshots = workspace.snapshots([*keys, *projects])
    base = {key: snapshot.dumps() for key, snapshot in snapshots.items()}
    for key in keys:
        snapshots.setdefault(key, Snapshot(project_key=key))
    load(kinds_of(graph, snapshots))
    refreshed = Reader(
        program,
        graph,
        snapshots,
        workspace.session,
        PROVIDERS,
        workspace.settings.parallel,
        whole=whole,
        destroy=options.destroy,
    ).refresh()
    shapes = {key: resource.shape() for key, resource in graph.resources.items()} | kind_shapes()
    try:
        plan = Planner(
            graph, refreshed.wants, snapshots, refreshed.observed, shapes, options
        ).plan()
    except Faults:
        # What is there may be half of what somebody else deploys at this moment.

        from .locks import wait_for_others

        unknown = sorted(refreshed.observed.projects - set(base))
        if not unknown or not wait_for_others(workspace, unknown):
            raise
        return again()
    managed = {*graph.resources, *recorded_keys(snapshots)}
    plan = explain(workspace.session, plan, managed, workspace.settings.parallel)
    return Prepared(plan, program, graph, refreshed, snapshots, base, "preview", again, options)


def exported(prepared: Prepared) -> dict[str, Any]:
    """What the program exports, as far as it is known."""

    def plain(value: Any) -> Any:
        if isinstance(value, Output):
            found = prepared.refreshed.resolver.id_of(value.resource)
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
    recorded = {
        rest.partition("/")[0]
        for snapshot in snapshots.values()
        for rest in (*snapshot.entries, *snapshot.pending)
    }
    named = {kind for kind, *_ in graph.external}
    flow = FLOW_KINDS if "" in named else ()
    return (
        {r.kind for r in graph.resources.values()} | recorded | named | {*flow, "recipe", "project"}
    )


def recorded_keys(snapshots: Mapping[str, Snapshot]) -> set[str]:
    """The keys of all that snapshots have."""
    return {full_key(key, rest) for key, found in snapshots.items() for rest in found.entries}


def kind_shapes() -> dict[str, Any]:
    """The shape of each kind, for what a program does not declare any more."""
    return {cls.kind: cls.shape() for cls in KINDS.values()}


def config_hash(program: Program) -> str:
    """The sha256 of all that the program declares, code included; the order of declarations does not matter."""
    resolver = Resolver(program)
    documents = {
        r.key: sealed(settled(resolver.resolve(r.wanted())), "") for r in program.resources
    }
    text = json.dumps(documents, sort_keys=True, ensure_ascii=False, default=str)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
