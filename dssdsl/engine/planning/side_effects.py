"""What a plan's steps bring with them: what DSS deletes along, what goes with its project, what is moot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from dssdsl.engine.diff import compare
from dssdsl.engine.entries import entry_of
from dssdsl.errors import Refused
from dssdsl.lang.values import sealed, settled
from dssdsl.plan.changes import Change, Effect
from dssdsl.plan.steps import CONTAINED, HOLDS_DATA, Action, Step

if TYPE_CHECKING:
    from .planner import Planner

TOLD = 8
"""How many names a refusal lists."""


def cascade(planner: Planner) -> None:
    """Carry a replace on to what DSS deletes with it, and to what refers to it."""
    queue = [key for key, step in planner.steps.items() if step.action is Action.REPLACE]
    while queue:
        key = queue.pop()
        step = planner.steps[key]
        for name in planner.unmanaged_users(key, step.name) if step.kind in HOLDS_DATA else ():
            planner.refusals.append(
                Refused(
                    f"{step.label} must be replaced, and DSS would delete recipe {name} with it, which dssdsl does not manage",
                    fix="declare that recipe too, or move it to another dataset",
                )
            )
        for other, needs in planner.graph.edges.items():
            if key not in needs or (
                other in planner.steps
                and planner.steps[other].action in (Action.REPLACE, Action.CREATE)
            ):
                continue
            resource, live = planner.graph.resources[other], planner.observed.live.get(other)
            if live is None:
                continue
            entry = planner.entry(other)
            before = planner.steps.get(other)
            if before is None:
                planner.unchanged -= 1
                planner.kept.pop(other, None)
            together = resource.kind == "recipe"
            planner.add(
                resource,
                Action.REPLACE if together else Action.UPDATE,
                changes=before.changes if before else (),
                why=f"goes along with {step.label}",
                live=live,
                entry=entry,
                then=planner.follow_up(resource) if together else (),
            )
            if together:
                queue.append(other)


def fold_projects(planner: Planner) -> None:
    """What is in a project that is deleted goes with it, in one request."""
    gone = [s for s in planner.steps.values() if s.kind == "project" and s.action is Action.DELETE]
    for step in gone:
        inside = [s for s in planner.steps.values() if s.project == step.name and s.key != step.key]
        for other in inside:
            if other.action in (Action.DELETE, Action.FORGET):
                planner.steps[other.key] = evolve(
                    other, action=Action.DELETE, why=CONTAINED, notes=(), changes=()
                )
        theirs = list(planner.observed.unmanaged.get(step.name, ()))
        adopted = [
            s.label
            for s in inside
            if s.entry and s.entry.origin == "adopted" and not planner.options.delete_adopted
        ]
        if (theirs or adopted) and not planner.options.delete_unmanaged:
            others = [*theirs, *adopted]
            what = ", ".join(others[:TOLD]) + (" …" if len(others) > TOLD else "")
            planner.refusals.append(
                Refused(
                    f"project {step.name} holds what dssdsl does not manage: {what}",
                    fix="pass --delete-unmanaged to have it all deleted, once its owners agree",
                )
            )
        planner.steps[step.key] = evolve(step, notes=("its history goes too", *step.notes))
    stay = {s.name for s in planner.steps.values() if s.kind == "project"} - {s.name for s in gone}
    for key, step in list(planner.steps.items()):
        if (
            planner.options.destroy
            and step.why == CONTAINED
            and step.kind in ("variables", "permissions")
            and step.project in stay
        ):
            entry, live = step.entry, step.live
            if entry is not None and live is not None:
                found = compare(
                    {}, entry.recorded, entry.normalized, live.document, planner.shapes[step.kind]
                )
                changes = tuple(c for c in found.changes if c.effect is Effect.UPDATE)
                action = Action.DELETE if changes else Action.FORGET
                planner.steps[key] = evolve(step, action=action, changes=changes, why="destroyed")


def drop_moot(planner: Planner) -> None:
    """Leave to DSS what it does by itself: what is deleted leaves its zone, to be made again or not."""
    gone = {
        (s.project, s.live.id): s.action
        for s in planner.steps.values()
        if s.action in (Action.DELETE, Action.REPLACE) and s.live
    }

    def moot(step: Step, change: Change) -> bool:
        what = gone.get((step.project, change.pointer.rpartition(":")[2].rstrip("]")))
        leaves = what is Action.DELETE or (what is Action.REPLACE and change.new is None)
        return leaves and change.pointer.startswith("/items/[")

    for key, step in list(planner.steps.items()):
        if (
            step.kind != "zone"
            or step.action is not Action.UPDATE
            or step.live is None
            or step.entry is None
        ):
            continue
        left = tuple(c for c in step.changes if not moot(step, c))
        if left:
            planner.steps[key] = evolve(step, changes=left)
        elif step.changes:
            del planner.steps[key]
            planner.unchanged += 1
            planner.kept[key] = entry_of(
                planner.graph.resources[key],
                planner.wants[key],
                planner.snapshots[step.project].lineage,
                step.live,
                step.entry,
                origin=step.entry.origin,
                normalized=step.entry.normalized,
                needs=planner.graph.needs(key),
            )


def likely_renames(planner: Planner) -> None:
    """Say where a delete and a creation look like a rename."""
    gone = [
        s
        for s in planner.steps.values()
        if s.action is Action.DELETE and s.entry and s.kind in (*HOLDS_DATA, "recipe")
    ]
    for step in [s for s in planner.steps.values() if s.action is Action.CREATE]:
        want = sealed(settled(planner.wants[step.key]), "")
        for other in gone:
            if (
                other.kind == step.kind
                and other.project == step.project
                and other.entry
                and other.entry.recorded == want
            ):
                planner.notes.append(
                    f"{step.label} looks like {other.label} under another name: to keep its data and history, "
                    f'add renamed_from="{other.name}" ({step.source})'
                )
