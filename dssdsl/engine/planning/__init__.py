"""
Computes the plan: a pure function of the wanted, the recorded and the live documents.

A plan is made by passes over one `Draft`. Each pass is a function that says in its docstring what
holds before it and after it; they run in the order of `PASSES`.
"""

from __future__ import annotations

from dssdsl.errors import PlanRefused
from dssdsl.lang.keys import projects_of
from dssdsl.plan.steps import Plan

from .casualties import guard_references, guard_what_stays
from .declared import plan_declared
from .draft import Draft
from .dropped import plan_dropped
from .order import ordered
from .renamed import find_renames
from .select import select
from .side_effects import (
    carry_on_replaces,
    check_rewritten,
    drop_moot,
    find_likely_renames,
    fold_projects,
)

PASSES = (
    select,
    find_renames,
    plan_declared,
    plan_dropped,
    carry_on_replaces,
    check_rewritten,
    fold_projects,
    drop_moot,
    find_likely_renames,
    guard_what_stays,
    guard_references,
)


def plan(draft: Draft) -> Plan:
    """
    Make the plan.

    Args:
        draft: What is wanted, recorded and live; the passes fill in the rest.

    Raises:
        PlanRefused: Everything that forbids the plan, at once, with the plan itself.
    """
    for each in PASSES:
        each(draft)
    made = Plan(
        steps=tuple(ordered(draft)),
        unchanged=draft.unchanged,
        kept=draft.kept,
        remarks=tuple(draft.remarks),
        not_checked=draft.observed.not_checked,
        projects=tuple(sorted({*projects_of(draft.graph.resources), *draft.snapshots})),
    )
    if draft.refusals:
        raise PlanRefused(draft.refusals, made)
    return made


__all__ = ["PASSES", "Draft", "plan"]
