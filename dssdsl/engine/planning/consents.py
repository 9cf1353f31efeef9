"""Steps that need the user's consent: adopting an object that differs, replacing, leaving data behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dssdsl.engine.identity import creation
from dssdsl.lang.keys import PROJECT
from dssdsl.lang.resource import Resource
from dssdsl.lang.words import quoted
from dssdsl.plan.causes import Remark, Topic
from dssdsl.plan.changes import Change, Effect
from dssdsl.state.snapshot import Entry

from .draft import Draft

SHOWN = 3
"""Differences that a refusal names."""


def may_adopt(draft: Draft, resource: Resource, changes: Sequence[Change]) -> bool:
    """Whether dssdsl may manage an object that it did not create; a no is added to the refusals."""
    what = "it"
    if stranger := draft.observed.matched.strangers.get(resource.key):
        login, when = creation(stranger)
        created = " ".join(("which", login, "created", *(("on", when) if when else ())))
        what = f"it was deleted in DSS; another object of its name, {created},"
    if resource.adopt is False:
        draft.refuse(
            resource,
            f"{what} exists in DSS already, and adopt=False forbids to adopt it",
            "choose another name",
        )
        return False
    differ = [c for c in changes if not resource.always_there or c.old is not None]
    if not differ or resource.adopt or draft.options.adopt:
        return True
    shown = "; ".join(
        f"{c.field}, a secret"
        if c.secret
        else f"{c.field}: {quoted(c.old)} in DSS, {quoted(c.new)} in the program"
        for c in differ[:SHOWN]
    )
    more = f" and {len(differ) - SHOWN} more" if len(differ) > SHOWN else ""
    draft.refuse(
        resource,
        f"{what} exists in DSS already and differs ({shown}{more})",
        "add adopt=True or pass --adopt to manage it and bring it in line, or choose another name",
    )
    return False


def may_replace(
    draft: Draft, resource: Resource, fields: Iterable[str], entry: Entry | None
) -> bool:
    """Whether a resource may be deleted and created again; a no is added to the refusals."""
    what = f"{', '.join(fields)} is fixed at creation"
    if resource.protect or (entry is not None and (entry.protect or entry.protected_in_state)):
        draft.refuse(resource, f"{what}, and it is protected", "remove the protection first")
        return False
    if resource.kind == PROJECT and not (
        draft.options.delete_unmanaged and draft.agreed(resource.key, draft.options.replaces)
    ):
        draft.refuse(
            resource,
            f"{what}: to change it, the project must be deleted with everything in it, also what dssdsl does not manage, and created again",
            f"undo the change; or pass --replace {resource.identity} and --delete-unmanaged to agree, once the owners of its objects do",
        )
        return False
    if draft.agreed(resource.key, draft.options.replaces):
        return True
    adopted = entry.origin == "adopted" if entry is not None else not resource.always_there
    if adopted:
        draft.refuse(
            resource,
            f"{what}, and it existed before dssdsl managed it",
            f"pass --replace {resource.identity} to delete it and create it again",
        )
        return False
    if resource.holds_data:
        draft.refuse(
            resource,
            f"{what}: to change it, it must be deleted and created again, and its data is lost",
            f"pass --replace {resource.identity} to agree, or undo the change",
        )
        return False
    return True


def may_move(draft: Draft, resource: Resource, changes: Iterable[Change]) -> bool:
    """Whether a resource may point elsewhere and leave its data behind; a no is added to the refusals."""
    moved = [c for c in changes if c.effect is Effect.MOVE]
    if not moved or draft.agreed(resource.key, draft.options.moves):
        return True
    what = "; ".join(f"{c.field}: {quoted(c.old)} → {quoted(c.new)}" for c in moved)
    draft.refuse(
        resource,
        f"{what} points it to a new location, and its data stays at {quoted(moved[0].old)}",
        f"pass --move {resource.identity} to agree, or undo the change",
    )
    return False


def stays_behind(changes: Iterable[Change]) -> tuple[Remark, ...]:
    """Remarks on the data that *changes* leave behind."""
    return tuple(
        Remark(Topic.DATA_STAYS_AT, (quoted(c.old),)) for c in changes if c.effect is Effect.MOVE
    )
