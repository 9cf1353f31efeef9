"""In which order steps can be done."""

from __future__ import annotations

from collections.abc import Iterator

from dssdsl.lang.graph import order
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.plan.steps import Action, Step

from .draft import Draft

GOING = (Action.DELETE, Action.FORGET)


def ordered(draft: Draft) -> Iterator[Step]:
    """Yield the steps so that each comes after all that it needs; deletes last, in reverse."""
    rank = {key: n for n, key in enumerate(draft.graph.order())}
    steps = list(draft.steps.values())
    yield from sorted((s for s in steps if s.action not in GOING), key=lambda s: rank.get(s.key, 0))
    yield from delete_order([s for s in steps if s.action in GOING])


def delete_order(steps: list[Step]) -> list[Step]:
    """Order deletes so that nothing is deleted before what needs it; projects last."""
    by_key = {step.key: step for step in steps}
    edges = {key: needed_by_entry(step) & by_key.keys() - {key} for key, step in by_key.items()}
    backwards = [by_key[key] for key in reversed(order(edges))]
    return sorted(backwards, key=lambda step: step.kind == PROJECT)


def needed_by_entry(step: Step) -> frozenset[Key]:
    """The keys of what a resource needed when it was last deployed."""
    needs = step.entry.needs if step.entry is not None else ()
    return frozenset(Key.within(step.project, need) for need in needs)
