"""Checks of a whole program, before anything is read from DSS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dssdsl.errors import MISFITS

from .graph import Graph, cycles, flow_key, flow_name
from .keys import Key
from .program import Program
from .resource import Resource


def check(program: Program, graph: Graph) -> None:
    """Add the errors that only the whole program shows."""
    for resource in program.resources:
        if not resource._faulty:
            _check_one(resource, program)
    names: dict[Key, str] = {}
    writers: dict[Key, dict[Key, Resource]] = {}
    flow: dict[Key, set[Key]] = {}
    for recipe in program.resources:
        if recipe._faulty or recipe._spoilt:
            continue
        for ref in recipe.refs("outputs"):
            written = flow_key(ref, program)
            names[written] = flow_name(ref, program)
            writers.setdefault(written, {})[recipe.key] = recipe
            flow.setdefault(written, set()).add(recipe.key)
        for ref in recipe.refs("inputs"):
            flow.setdefault(recipe.key, set()).add(flow_key(ref, program))
    for written, several in writers.items():
        if len(several) > 1:
            one_writer(program, names[written], list(several.values()))
    no_cycles(program, {key: frozenset(needs) for key, needs in flow.items()}, graph.edges)


def _check_one(resource: Resource, program: Program) -> None:
    try:
        for error in resource.check(program):
            program.error(error.problem, at=error.at, fix=error.fix, about=resource.source)
    except MISFITS:
        # A value in one of its parts may be of any type: the program has an error about it already.
        if not resource._spoilt:
            raise


def one_writer(program: Program, name: str, recipes: Sequence[Resource]) -> None:
    """Add the error that several recipes write the same object."""
    *others, last = (f"{r.identity} at {r.source}" for r in recipes)
    many = "two" if len(recipes) == 2 else str(len(recipes))  # noqa: PLR2004 - the word for 2
    program.error(
        f"{many} recipes write {name}: {', '.join(others)} and {last}",
        at=recipes[1].source,
        fix="let each write a dataset of its own, and stack them",
    )


def no_cycles(program: Program, *graphs: Mapping[Key, frozenset[Key]]) -> None:
    """Add an error for each cycle in *graphs*; a cycle that two of them have is reported once."""
    reported: set[frozenset[Key]] = set()
    for edges in graphs:
        for cycle in cycles(edges):
            if frozenset(cycle) in reported:
                continue
            reported.add(frozenset(cycle))
            members = [program.keys[key] for key in cycle if key in program.keys]
            # The line of a recipe says what it needs; that of a dataset does not.
            first = next((r for r in members if r.refs("outputs")), next(iter(members), None))
            program.error(
                f"resources need each other: {' → '.join(key.label for key in cycle)}",
                at=first.source if first else None,
                fix="remove one of the references",
            )
