"""The graph of a program: the dependencies of each resource."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from graphlib import CycleError as StdlibCycleError
from graphlib import TopologicalSorter
from typing import Any

from attrs import field, frozen

from dssdsl.errors import MISFITS, CycleError, ProgramError

from .keys import Key
from .kinds import flow_items, of_plain_names
from .program import Program
from .resource import Resource
from .values import IN_TEXT, Output, Ref, leaves, secret_in_text, unfit


@frozen
class Graph:
    """
    Resources and what each of them needs.

    Attributes:
        resources: By key, in the order of declaration.
        edges: By key: the keys that must exist before it.
        external: What the program refers to and does not declare: (kind or "", project, name, resource).
    """

    resources: Mapping[Key, Resource] = field(factory=dict)
    edges: Mapping[Key, frozenset[Key]] = field(factory=dict)
    external: tuple[tuple[str, str, str, Resource], ...] = ()

    def needs(self, key: Key) -> frozenset[Key]:
        """The keys that *key* needs."""
        return self.edges.get(key, frozenset())

    def order(self) -> list[Key]:
        """List the keys so that each comes after all that it needs."""
        return order(self.edges)


def order(edges: Mapping[Key, frozenset[Key]]) -> list[Key]:
    """
    List keys so that each comes after all that it needs.

    Raises:
        CycleError: Some need each other.
    """
    sorter = TopologicalSorter(
        {key: sorted(needs) for key, needs in edges.items()}
    )  # the same in every process
    try:
        return list(sorter.static_order())
    except StdlibCycleError as error:
        raise CycleError(
            f"resources need each other: {' → '.join(error.args[1])}",
            fix="take one of the references away",
        ) from None


def cycles(edges: Mapping[Key, frozenset[Key]]) -> Iterator[list[Key]]:
    """Yield cycles that share no key, each ending with the key that it starts with."""
    rest = dict(edges)
    while True:
        try:
            TopologicalSorter({key: sorted(needs) for key, needs in rest.items()}).prepare()
        except StdlibCycleError as error:
            cycle = list(error.args[1])
            yield cycle
            for key in cycle:
                rest[key] = frozenset()
        else:
            return


def target_of(ref: Ref, program: Program) -> Resource | None:
    """The resource that *ref* means: declared, or an existing one; None for a plain outside name."""
    target = ref.target
    if isinstance(target, Output):
        target = target.resource
    if isinstance(target, Resource):
        return target
    project = ref.owner.project if hasattr(ref.owner, "project") else None
    return program.lookup(str(target), project, flow_items())


def _unfit_to_export(value: Any) -> str | None:
    """Why an output cannot be shown, if it cannot."""
    try:
        if problem := unfit(value, "it", strict=False):
            return problem
    except RecursionError:
        return "it is nested too deeply, or holds itself"
    variable = secret_in_text(value)
    return IN_TEXT.format(variable) if variable is not None else None


def build(program: Program) -> Graph:
    """
    Build the graph of what *program* declared.

    Errors are added to the program's.
    """
    edges: dict[Key, set[Key]] = {}
    external: dict[tuple[str, str, str], dict[str, Resource]] = {}

    def outside(kind: str, owner: str, name: str, by: Resource) -> None:
        external.setdefault((kind, owner, name), {}).setdefault(by.key, by)

    for resource in program.resources:
        needs = edges.setdefault(resource.key, set())
        if resource._faulty:
            continue
        for needed in resource.needs():
            if needed.exists:
                outside(needed.kind, owner_of(needed), needed.identity, resource)
            elif needed.key != resource.key:
                needs.add(needed.key)
        try:
            document = resource.wanted()
        except ProgramError as error:
            program.error(error.problem, at=error.at or resource.source, fix=error.fix)
            continue
        except MISFITS:
            # A value in one of its parts may be of any type: the program has an error about it already.
            if not resource._spoilt:
                raise
        if resource._spoilt:
            continue
        for leaf in leaves(document):
            ref = Ref(leaf.resource, resource) if isinstance(leaf, Output) else leaf
            if not isinstance(ref, Ref):
                continue
            target = target_of(ref, program)
            if target is None:
                prefix, _, local = str(ref.target).rpartition(".")
                outside("", prefix or owner_of(resource), local, resource)
            elif target.exists:
                outside(target.kind, owner_of(target), target.identity, resource)
            elif target.key not in program.keys:
                if not target._faulty:
                    program.error(
                        f"{resource.label} refers to {target.label}, which is not declared",
                        at=resource.source,
                    )
            elif target.key != resource.key:
                needs.add(target.key)
    for name, value in program.exports.items():
        if problem := _unfit_to_export(value):
            program.error(
                f'the output "{name}": {problem}', fix="export something that can be shown"
            )
        if isinstance(value, Output) and value.resource.exists:
            outside(
                value.resource.kind,
                owner_of(value.resource),
                value.resource.identity,
                value.resource,
            )
    for resource in program.resources:
        zone = None if resource._faulty else getattr(resource, "zone", None)
        if zone is not None and not zone.exists and zone.key in edges:
            # DSS keeps a zone's members in the zone, so the zone is written after them, in one request.
            edges[zone.key].add(resource.key)
            edges[resource.key].discard(zone.key)
    _add_mentions(program, edges, outside)
    return Graph(
        resources={r.key: r for r in program.resources},
        edges={key: frozenset(n for n in needs if n in edges) for key, needs in edges.items()},
        external=tuple(
            (*what, by) for what, several in external.items() for by in several.values()
        ),
    )


def _add_mentions(
    program: Program,
    edges: dict[Key, set[Key]],
    outside: Callable[[str, str, str, Resource], None],
) -> None:
    """Order what resources mention and do not need, where no cycle comes of it: two scenarios may start each other."""
    for resource in program.resources:
        for kind, name in () if resource._faulty else resource.mentions():
            known = mentioned(kind, name, resource, program)
            if known is None:
                prefix, _, local = str(name).rpartition(".")
                project = program.find_project(prefix)
                owner = project.identity if project else prefix or owner_of(resource)
                outside(kind, owner, local, resource)
            elif known.exists:
                outside(known.kind, owner_of(known), known.identity, resource)
            elif known.key in edges and not reaches(edges, known.key, resource.key):
                edges[resource.key].add(known.key)


def mentioned(kind: str, name: Any, by: Resource, program: Program) -> Resource | None:
    """The resource of *kind* that *by* names and does not need; None for a plain outside name."""
    if isinstance(name, Resource):
        return name
    return program.lookup(str(name), getattr(by, "project", None), (kind,))


def reaches(edges: Mapping[Key, Collection[Key]], start: Key, goal: Key) -> bool:
    """Whether *start* is *goal*, or needs it, directly or not."""
    seen: set[Key] = set()
    queue = [start]
    while queue:
        key = queue.pop()
        if key == goal:
            return True
        if key not in seen:
            seen.add(key)
            queue += edges.get(key, ())
    return False


def owner_of(resource: Any) -> str:
    project = getattr(resource, "project", None)
    return project.identity if project is not None else "?"


def flow_key(ref: Ref, program: Program) -> Key:
    """The key of what a recipe reads or writes; of what the program does not declare, a dataset's."""
    target = target_of(ref, program)
    if target is not None:
        return Key(owner_of(target), target.kind, target.identity)
    project, _, name = str(ref.target).rpartition(".")
    return outside_key(project or owner_of(ref.owner), name)


def outside_key(project: str, name: str) -> Key:
    """The key that stands for a plain name outside the program, which can also be a folder's or a model's."""
    return Key(project, of_plain_names(), name)


def flow_name(ref: Ref, program: Program) -> str:
    """The name of what *ref* means, as the Flow shows it."""
    target = target_of(ref, program)
    if target is None:
        return str(ref.target)
    if owner_of(target) != owner_of(ref.owner):
        return f"{owner_of(target)}.{target.identity}"
    return target.identity
