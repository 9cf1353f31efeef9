"""The steps of a plan as plain values: what ``--json`` prints, and what a saved plan holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .causes import Remark
    from .changes import Change
    from .steps import Step

SECRET = "[secret]"  # noqa: S105 - what stands for one


def step(found: Step) -> dict[str, Any]:
    """One step as plain values."""
    return {
        "key": found.key,
        "kind": found.kind,
        "name": found.name,
        "action": found.action.value,
        "cause": found.cause.value,
        "because_of": found.because_of,
        "old_name": found.old,
        "then": [each.value for each in found.then],
        "remarks": [remark(each) for each in found.remarks],
        "changes": [change(c) for c in found.changes],
        "at": found.source or None,
        "changed_in_dss": _who(found),
    }


def _who(found: Step) -> dict[str, Any] | None:
    """Who changed it in DSS and when, if the step answers that."""
    if found.live is None or not found.answers_dss:
        return None
    return {"by": found.live.saved_by, "on": found.live.saved_at}


def remark(found: Remark) -> dict[str, Any]:
    """One remark as plain values."""
    return {
        "topic": found.topic.value,
        "names": list(found.names),
        "about": found.about,
        "at": found.at or None,
    }


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


def sides(old: Any, new: Any) -> tuple[Any, Any]:
    """Both values of a change: beside true, a missing value is false."""
    if old is True or new is True:
        return old or False, new or False
    return old, new
