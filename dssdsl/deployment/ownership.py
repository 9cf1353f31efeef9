"""Decides whose state a project has: this program's, or another one's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from dssdsl.errors import ProgramError, Refused
from dssdsl.lang.graph import Graph
from dssdsl.lang.keys import Key
from dssdsl.lang.kinds import one_per_project
from dssdsl.lang.model import many
from dssdsl.plan.causes import Basis, Remark, Topic
from dssdsl.plan.steps import Action, Plan
from dssdsl.state.journal import Journal
from dssdsl.state.snapshot import Head, Snapshot, SnapshotError

from . import memory

if TYPE_CHECKING:
    from .context import Context

SHOWN = 5
"""How many resources a message lists."""


@frozen
class Recorded:
    """
    The recorded state of some projects.

    Attributes:
        snapshots: By project.
        remarks: What a plan says about them.
    """

    snapshots: dict[str, Snapshot]
    remarks: tuple[Remark, ...] = ()


def read(context: Context, projects: Iterable[str], *, claim: bool = False) -> Recorded:
    """
    Read the state of *projects*, and of those deployed with them; a journal left over is replayed on it.

    Args:
        context: The program and its stack.
        projects: Keys.
        claim: Whether to read the state of another program or stack too.

    Raises:
        Refused: A project belongs to another program or stack.
    """
    found: dict[str, Snapshot] = {}
    remarks = []
    queue = list(dict.fromkeys(projects))
    for project in queue:
        snapshot = context.store.read(project)
        if snapshot is None:
            continue
        if not snapshot.belongs_to(project, context.settings.host):
            if snapshot.project_key == project:  # else it came with a copy of the project
                context.other_hosts[project] = snapshot.host
            continue
        if not claim:
            check_owner(context, snapshot)
        if is_former(context, snapshot):
            names = (project, snapshot.program, context.program_name)
            remarks.append(Remark(Topic.FORMER_NAME, names))
        found[project] = snapshot
        queue += [p for p in snapshot.projects if p not in queue]
    Journal(context.journal_path).replay(found)
    return Recorded(found, tuple(remarks))


def read_all(context: Context, keys: Iterable[str]) -> Recorded:
    """
    Read the state of the projects with these *keys*, and of those that the stack deployed before.

    A project knows those that were deployed with it. Where one has no state, as when its key changed, the store is searched.

    Raises:
        Refused: A project belongs to another program or stack.
    """
    keys = list(keys)
    recorded = read(context, keys)
    if all(key in recorded.snapshots for key in keys):
        return recorded
    found = deployed(context)
    return read(context, [*keys, *found]) if set(found) - set(recorded.snapshots) else recorded


def deployed(context: Context, *, damaged: bool = False) -> list[str]:
    """
    The keys of all projects that this program and stack deployed.

    Args:
        context: The program and its stack.
        damaged: Whether to list projects whose state cannot be read, too: nobody knows who deployed them.
    """
    found = []
    for project in context.store.projects():
        try:
            snapshot = context.store.read(project)
        except SnapshotError:
            if damaged:
                found.append(project)
            continue
        host = context.settings.host
        if snapshot and snapshot.belongs_to(project, host) and is_own(context, snapshot):
            found.append(project)
    return found


def declared(context: Context) -> list[str] | None:
    """The keys of the program's projects; None if it does not load: what needs only state works without it."""
    try:
        return [p.identity for p in context.loaded[0].projects]
    except ProgramError:
        return None


def current(context: Context) -> dict[str, Snapshot]:
    """
    The recorded state of the stack, by project, whether or not the program loads.

    Raises:
        Refused: A project belongs to another program or stack.
    """
    keys = declared(context)
    return (
        snapshots(context, deployed(context)) if keys is None else read_all(context, keys).snapshots
    )


def known(context: Context) -> list[str]:
    """The keys of the stack's projects, also of those without a readable state."""
    keys = declared(context)
    return deployed(context, damaged=True) if keys is None else keys


def refuse_dropped(
    context: Context,
    declared: Iterable[str],
    recorded: Mapping[str, Snapshot],
    basis: Basis = Basis.PROGRAM,
) -> list[Refused]:
    """The refusals to touch projects that the stack deployed, and that the program or deployment does not have."""
    lacks = {
        Basis.PROGRAM: ("the program does not declare it any more", "declare it again, or "),
        Basis.DEPLOYMENT: ("it is not part of that deployment", ""),
    }
    why, first = lacks[basis]
    return [
        Refused(
            f"{owner(context.program_name, context.settings.name)} deployed project {project}, "
            f"and {why}",
            fix=f"{first}pass --forget-projects to keep it in DSS and stop managing it, "
            "or --delete-projects to delete it",
        )
        for project in sorted(set(recorded) - set(declared))
        if project in context.session.project_keys
    ]


def snapshots(context: Context, projects: Iterable[str]) -> dict[str, Snapshot]:
    """
    The recorded state of *projects*, and of those deployed with them, by project.

    Raises:
        Refused: A project belongs to another program or stack.
    """
    return read(context, projects).snapshots


def is_own(context: Context, snapshot: Head) -> bool:
    """
    Whether the state belongs to this program and stack.

    Under the name that the program had before its toml had one, only if this checkout has not deployed another state.
    """
    name = context.settings.program
    if snapshot.stack != context.settings.name:
        return False
    if snapshot.program == name.name:
        return True
    known = memory.lineage(context, snapshot.project_key)
    return snapshot.program == name.former and known in (None, snapshot.lineage)


def is_former(context: Context, snapshot: Snapshot) -> bool:
    """Whether the state belongs to this program under its former name: the toml has a ``name`` since."""
    return is_own(context, snapshot) and snapshot.program != context.program_name


def is_known(context: Context, snapshot: Snapshot) -> bool:
    """Whether this checkout deployed or claimed the state."""
    return memory.lineage(context, snapshot.project_key) == snapshot.lineage


def check_owner(context: Context, snapshot: Snapshot) -> None:
    """
    Make sure that the state belongs to this program and stack.

    Raises:
        Refused: It belongs to another one.
    """
    if is_own(context, snapshot):
        return
    fixes = [
        "if this program takes the project over, run dssdsl state claim",
        "otherwise, deploy to another project key",
    ]
    if context.settings.program.derived and snapshot.stack == context.settings.name:
        add = f'add name = "{snapshot.program}" to dssdsl.toml'
        fixes.insert(0, f"if this is the same program in another folder, {add}")
    raise Refused(
        f"project {snapshot.project_key} belongs to {owner(snapshot.program, snapshot.stack)}; "
        f"this is {owner(context.program_name, context.settings.name)}",
        fix="; ".join(fixes),
    )


def owner(program: str, stack: str) -> str:
    """A program and a stack, as messages name them."""
    return f'program "{program}", stack "{stack}"'


def in_history(context: Context, past: Head, current: Snapshot | None, project: str) -> bool:
    """Whether a past state leads to what is deployed now; a claim keeps the history."""
    if not past.belongs_to(project, context.settings.host):
        return False
    return is_own(context, past) or (current is not None and past.lineage == current.lineage)


def undeclared(graph: Graph, snapshot: Snapshot) -> list[Key]:
    """Recorded resources that the program does not declare; a rename counts as a declaration."""
    declared = set(graph.resources)
    for key, resource in graph.resources.items():
        declared |= {key.renamed(name) for name in many(resource.renamed_from)}
    return sorted(key for key, _ in snapshot.keyed() if key not in declared)


def refuse_strangers(
    context: Context, graph: Graph, recorded: Mapping[str, Snapshot], plan: Plan
) -> None:
    """
    Refuse to touch the state of another program that has the same name.

    A program that declares none of the recorded resources of its project is most likely not the one that deployed them,
    unless this checkout did.

    Raises:
        Refused: The plan would delete or forget all of them.
    """
    touched = {s.key.project for s in plan.steps if s.action in (Action.DELETE, Action.FORGET)}
    for project, snapshot in recorded.items():
        if Key.of_project(project) not in graph.resources or is_known(context, snapshot):
            continue
        # Every program of a project can declare those: to have one in common means nothing.
        named = [key for key, _ in snapshot.keyed() if key.kind not in one_per_project()]
        if not named or not set(named).issubset(undeclared(graph, snapshot)):
            continue
        if project not in touched and not is_former(context, snapshot):
            continue
        raise Refused(
            f"this program declares none of the resources that {owner(snapshot.program, snapshot.stack)} "
            f"deployed to project {project}: {listed(named)}",
            fix="if this program takes the project over and may delete them, run dssdsl state claim; "
            "otherwise, deploy to another project key",
        )


def listed(keys: Iterable[Key]) -> str:
    """Resources, as messages list them; the first few of many."""
    labels = [key.label for key in sorted(keys)]
    more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
    return ", ".join(labels[:SHOWN]) + more
