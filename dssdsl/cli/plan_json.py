"""A plan, a result and errors as JSON; ``plan.schema.json`` says what may stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .table import answers_dss
from .values import SECRET, sides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dssdsl.engine.diff import Change
    from dssdsl.engine.plan import Plan, Step
    from dssdsl.errors import DssdslError

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
        "steps": [
            {
                "key": step.key,
                "kind": step.kind,
                "name": step.name,
                "action": step.action.value,
                "why": step.why,
                "then": list(step.then),
                "notes": list(step.notes),
                "changes": [change(c) for c in step.changes],
                "at": step.source or None,
                "changed_in_dss": _who(step),
            }
            for step in plan.steps
        ],
        "summary": {**plan.counts(), "unchanged": plan.unchanged},
        "notes": list(plan.notes),
        "not_checked": list(plan.not_checked),
        "outputs": dict(outputs),
        "config_hash": plan.config_hash,
    }


def _who(step: Step) -> dict[str, Any] | None:
    """Who changed it in DSS and when, where that is what the step answers."""
    if step.live is None or not answers_dss(step):
        return None
    return {"by": step.live.by, "on": step.live.on}


def change(found: Change) -> dict[str, Any]:
    """One change as plain values; a secret is never shown."""
    old, new = sides(found.old, found.new)
    return {
        "path": found.pointer,
        "field": found.field,
        "old": SECRET if found.secret and old is not None else old,
        "new": SECRET if found.secret and new is not None else new,
        "reason": found.reason.value,
        "effect": found.effect.value,
    }


def result(outcome: Outcome, seconds: float, serial: int | None) -> dict[str, Any]:
    """What running a plan came to."""
    return {
        "done": sorted(outcome.done),
        "failed": {key: problem(error) for key, error in outcome.failed.items()},
        "skipped": dict(outcome.skipped),
        "seconds": round(seconds, 3),
        "deployment": serial,
    }


def problem(error: DssdslError) -> dict[str, Any]:
    """One error as plain values."""
    return {
        "problem": error.problem,
        "at": error.at,
        "fix": error.fix,
        "exit_code": error.exit_code,
    }


def errors(error: DssdslError) -> dict[str, Any]:
    """An error, or several in one, as plain values."""
    return {"exit_code": error.exit_code, "problems": [problem(each) for each in error.each()]}
