"""Which resources a plan is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from dssdsl.errors import ProgramError
from dssdsl.lang.graph import Graph
from dssdsl.lang.keys import Key
from dssdsl.lang.near import did_you_mean

from .draft import Draft


def select(draft: Draft) -> None:
    """
    Choose the resources that ``--target`` and ``--exclude`` leave.

    Before: nothing is decided. After: ``selected`` has their keys; a glob that matches nothing is refused.
    """
    known = dict.fromkeys([*draft.graph.resources, *(key for key, _ in draft.dropped())])
    options = draft.options
    chosen = set(known)
    if options.targets:
        chosen = matching(draft, options.targets, known, "--target")
        if not options.destroy:
            for key in list(chosen):
                # A step cannot run without its dependencies, so missing ones are included.
                chosen |= {n for n in all_needs(draft.graph, key) if n not in draft.observed.live}
    if options.excludes:
        chosen -= matching(draft, options.excludes, known, "--exclude")
    draft.selected = frozenset(chosen)


def matching(draft: Draft, globs: Iterable[str], keys: Collection[Key], option: str) -> set[Key]:
    """The keys that *globs* match; a glob that matches none is refused, with a suggestion."""
    found: set[Key] = set()
    for glob in globs:
        hits = {key for key in keys if key.matches([glob])}
        if not hits:
            hint = did_you_mean(glob, [name for key in keys for name in key.names()])
            draft.refusals.append(
                ProgramError(
                    f'{option} "{glob}" matches no resource',
                    fix=hint or "dssdsl graph lists the resources",
                )
            )
        found |= hits
    return found


def all_needs(graph: Graph, key: Key) -> set[Key]:
    """All that *key* needs, and what that needs in turn."""
    found: set[Key] = set()
    queue = [key]
    while queue:
        new = graph.needs(queue.pop()) - found
        found |= new
        queue += new
    return found
