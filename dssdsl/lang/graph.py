"""Who needs whom, and how references become names and ids."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError as StdlibCycleError
from graphlib import TopologicalSorter
from typing import Any

from attrs import define, field, frozen

from dssdsl.errors import CycleError, ProgramError

from .program import Program
from .resource import Elsewhere, Resource
from .values import Document, Initial, Output, Ref, Unknown, leaves, unfit

FLOW_KINDS = ("dataset", "managed_folder", "saved_model", "evaluation_store")
ID_KINDS = ("managed_folder", "saved_model", "evaluation_store", "zone")
"""Kinds whose id DSS makes up."""


@frozen
class Graph:
    """
    Resources and what each of them needs.

    Attributes:
        resources: By key, in the order of declaration.
        edges: For each key, the keys that must be there before it.
        external: What the program refers to and does not declare: (kind or "", project, name, resource).
    """

    resources: Mapping[str, Resource] = field(factory=dict)
    edges: Mapping[str, frozenset[str]] = field(factory=dict)
    external: tuple[tuple[str, str, str, Resource], ...] = ()

    def needs(self, key: str) -> frozenset[str]:
        """The keys that *key* needs."""
        return self.edges.get(key, frozenset())

    def order(self) -> list[str]:
        """List the keys so that each comes after all that it needs."""
        return order(self.edges)


def order(edges: Mapping[str, frozenset[str]]) -> list[str]:
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


def cycles(edges: Mapping[str, frozenset[str]]) -> Iterator[list[str]]:
    """Yield the cycles among keys that have none in common, each ending with the key it began with."""
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
    return program.lookup(str(target), project, FLOW_KINDS)


def build(program: Program) -> Graph:
    """
    Build the graph of what *program* declared.

    What is wrong with it is added to the program's faults.
    """
    edges: dict[str, set[str]] = {}
    external: dict[tuple[str, str, str], dict[str, Resource]] = {}

    def outside(kind: str, owner: str, name: str, by: Resource) -> None:
        external.setdefault((kind, owner, name), {}).setdefault(by.key, by)

    for resource in program.resources:
        needs = edges.setdefault(resource.key, set())
        if resource._faulty:
            continue
        for needed in resource.needs():
            if needed.exists:
                outside(needed.kind, _owner(needed), needed.identity, resource)
            elif needed.key != resource.key:
                needs.add(needed.key)
        try:
            document = resource.wanted()
        except ProgramError as error:
            program.fault(error.problem, at=error.at or resource.source, fix=error.fix)
            continue
        for leaf in leaves(document):
            ref = Ref(leaf.resource, resource) if isinstance(leaf, Output) else leaf
            if not isinstance(ref, Ref):
                continue
            target = target_of(ref, program)
            if target is None:
                prefix, _, local = str(ref.target).rpartition(".")
                outside("", prefix or _owner(resource), local, resource)
            elif target.exists:
                outside(target.kind, _owner(target), target.identity, resource)
            elif target.key not in program.keys:
                if not target._faulty:
                    program.fault(
                        f"{resource.label} refers to {target.label}, which is not declared",
                        at=resource.source,
                    )
            elif target.key != resource.key:
                needs.add(target.key)
    for name, value in program.exports.items():
        try:
            problem = unfit(value, "it", strict=False)
        except RecursionError:
            problem = "it is nested too deeply, or holds itself"
        if problem:
            program.fault(
                f'the output "{name}": {problem}', fix="export something that can be shown"
            )
        if isinstance(value, Output) and value.resource.exists:
            outside(
                value.resource.kind, _owner(value.resource), value.resource.identity, value.resource
            )
    for resource in program.resources:
        zone = None if resource._faulty else getattr(resource, "zone", None)
        if zone is not None and not zone.exists and zone.key in edges:
            # DSS keeps a zone's members in the zone, so the zone is written after them, in one request.
            edges[zone.key].add(resource.key)
            edges[resource.key].discard(zone.key)
    return Graph(
        resources={r.key: r for r in program.resources},
        edges={key: frozenset(n for n in needs if n in edges) for key, needs in edges.items()},
        external=tuple(
            (*what, by) for what, several in external.items() for by in several.values()
        ),
    )


def _owner(resource: Any) -> str:
    project = getattr(resource, "project", None)
    return project.identity if project is not None else "?"


def check(program: Program, graph: Graph) -> None:
    """Add to the program's faults what only the whole of it shows."""
    for resource in program.resources:
        if not resource._faulty:
            for error in resource.check(program):
                program.fault(error.problem, at=error.at, fix=error.fix, about=resource.source)
    labels = {r.key: r.label for r in program.resources}
    writers: dict[str, dict[str, Resource]] = {}
    flow: dict[str, set[str]] = {}
    for recipe in program.resources:
        if recipe.kind != "recipe" or recipe._faulty:
            continue
        for ref in recipe.refs("outputs"):
            place = flow_place(ref, program)
            labels[place] = f"dataset {flow_name(ref, program)}"
            writers.setdefault(place, {})[recipe.key] = recipe
            flow.setdefault(place, set()).add(recipe.key)
        for ref in recipe.refs("inputs"):
            flow.setdefault(recipe.key, set()).add(flow_place(ref, program))
    for place, several in writers.items():
        if len(several) > 1:
            name = labels[place].removeprefix("dataset ")
            *others, last = (f"{r.identity} at {r.source}" for r in several.values())
            program.fault(
                f"{'two' if len(several) == 2 else len(several)} recipes write {name}: {', '.join(others)} and {last}",  # noqa: PLR2004
                at=list(several.values())[1].source,
                fix="let each write a dataset of its own, and stack them",
            )
    told: set[frozenset[str]] = set()
    for edges in ({k: frozenset(v) for k, v in flow.items()}, graph.edges):
        for keys in cycles(edges):
            cycle = [labels.get(key, key) for key in keys]
            if frozenset(cycle) in told:
                continue
            told.add(frozenset(cycle))
            members = [r for r in program.resources if r.label in cycle]
            # A recipe's line says who needs whom; a dataset's does not.
            first = next(
                (r for r in members if r.kind != "dataset"), members[0] if members else None
            )
            program.fault(
                f"resources need each other: {' → '.join(cycle)}",
                at=first.source if first else None,
                fix="take one of the references away",
            )


def flow_place(ref: Ref, program: Program) -> str:
    """What names a dataset or folder among those of all projects."""
    target = target_of(ref, program)
    if target is not None:
        return f"{_owner(target)}.{target.identity}"
    name = str(ref.target)
    return name if "." in name else f"{_owner(ref.owner)}.{name}"


def flow_name(ref: Ref, program: Program) -> str:
    """How messages and the flow name what *ref* means."""
    target = target_of(ref, program)
    if target is None:
        return str(ref.target)
    if _owner(target) != _owner(ref.owner):
        return f"{_owner(target)}.{target.identity}"
    return target.identity


@define
class Resolver:
    """
    Turns references into what DSS writes for them.

    Attributes:
        program: Whose references they are.
        ids: The ids that are known, by key.
        found: The ids of existing objects that the program only refers to: (kind, project, name).
    """

    program: Program
    ids: Mapping[str, str] = field(factory=dict)
    found: Mapping[tuple[str, str, str], str] = field(factory=dict)

    def resolve(self, document: Any) -> Any:
        """Copy *document* with every reference resolved; what is not known yet is Unknown."""
        if type(document) is dict:
            return {name: self.resolve(value) for name, value in document.items()}
        if type(document) is list:
            return [self.resolve(value) for value in document]
        if type(document) is Initial:
            return Initial(self.resolve(document.value))
        if type(document) is Output:
            return self.id_of(document.resource)
        return self.name(document) if type(document) is Ref else document

    def name(self, ref: Ref) -> Any:
        """What DSS writes for *ref*."""
        target = target_of(ref, self.program)
        mine = _owner(ref.owner)
        if target is None:
            prefix, _, local = str(ref.target).rpartition(".")
            declared = self.program.find_project(prefix) if prefix else None
            prefix = declared.identity if declared else prefix
            for kind in FLOW_KINDS:
                if not local:
                    break
                if (kind, prefix or mine, local) in self.found:
                    local = self.found[kind, prefix or mine, local]
                    break
        else:
            prefix = _owner(target) if _owner(target) != mine else ""
            local = self.id_of(target)
        if not prefix or not ref.smart:
            return local
        return f"{prefix}.{local}"

    def id_of(self, target: Resource) -> Any:
        """The id of a resource, or Unknown."""
        if target.kind not in ID_KINDS:
            return target.identity
        if target.exists:
            known = self.found.get((target.kind, _owner(target), target.identity))
        else:
            known = self.ids.get(target.key)
        return known or Unknown(f"id of {target.label}")


def suggestions(name: str, known: Iterator[str] | list[str]) -> str | None:
    """A hint that names what is nearest to *name*."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return (
        f"did you mean {' or '.join(f'{c!r}'.replace(chr(39), chr(34)) for c in close)}?"
        if close
        else None
    )


Resolve = Callable[[Any], Document]
__all__ = [
    "FLOW_KINDS",
    "ID_KINDS",
    "Elsewhere",
    "Graph",
    "Resolver",
    "build",
    "check",
    "flow_name",
    "order",
    "suggestions",
    "target_of",
]
