"""A plan and a result as JSON; ``plan.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dssdsl.plan.as_json import step

from . import sentences
from .error_text import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dssdsl.plan.causes import Basis
    from dssdsl.plan.steps import Plan, Step

    from .progress import Outcome

VERSION = "1"


def plan(
    plan: Plan, *, stack: str, host: str, program: str, outputs: Mapping[str, Any]
) -> dict[str, Any]:
    """A plan as plain values."""
    return {
        "version": VERSION,
        "stack": stack,
        "host": host,
        "program": program,
        "steps": [worded(each, plan.basis) for each in plan.steps],
        "summary": {**plan.counts(), "unchanged": plan.unchanged},
        "basis": plan.basis.value,
        "notes": [sentences.remark(each, plan.basis) for each in plan.remarks],
        "not_checked": list(plan.not_checked),
        "outputs": dict(outputs),
        "config_hash": plan.config_hash,
    }


def worded(found: Step, basis: Basis) -> dict[str, Any]:
    """One step as plain values. Its reason and remarks are there as tokens and in words."""
    return {
        **step(found),
        "why": sentences.why(found, basis),
        "notes": [sentences.remark(each, basis) for each in found.remarks],
    }


def result(outcome: Outcome, seconds: float, serial: int | None) -> dict[str, Any]:
    """The result of a plan that was applied."""
    return {
        "done": sorted(outcome.done),
        "failed": {key: problem(error) for key, error in outcome.failed.items()},
        "skipped": dict(outcome.skipped),
        "seconds": round(seconds, 3),
        "deployment": serial,
    }
