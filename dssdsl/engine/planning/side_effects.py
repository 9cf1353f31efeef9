"""The side effects of steps: objects that DSS deletes with others, or with their project, and changes that DSS makes itself."""

from __future__ import annotations

import json

from attrs import evolve

from dssdsl.engine.renames import as_renamed
from dssdsl.errors import Refused
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts
from dssdsl.lang.values import Document, sealed, settled
from dssdsl.plan.causes import Cause, Remark, Topic
from dssdsl.plan.changes import Change
from dssdsl.plan.steps import Action, Step

from .casualties import unmanaged_users
from .declared import unchanged_entry
from .draft import Draft
from .dropped import withdrawn
from .follow_ups import follow_ups

SHOWN = 8
"""Names that a refusal lists."""


def carry_on_replaces(draft: Draft) -> None:
    """
    Carry a replace on to what DSS deletes with it, and to what refers to it.

    Before: each resource has its own step. After: recipes of a replaced dataset or folder are
    replaced with it, and what else refers to it is updated; a recipe that dssdsl does not manage is
    a refusal.
    """
    queue = [key for key, step in draft.steps.items() if step.action is Action.REPLACE]
    while queue:
        key = queue.pop()
        for name in unmanaged_users(draft, key):
            draft.refusals.append(
                Refused(
                    f"{key.label} must be replaced, and DSS would delete recipe {name} with it, which dssdsl does not manage",
                    fix="declare that recipe too, or move it to another dataset",
                )
            )
        for other, needs in draft.graph.edges.items():
            if key in needs and _follow(draft, other, key) is Action.REPLACE:
                queue.append(other)


def _follow(draft: Draft, key: Key, replaced: Key) -> Action | None:
    """Have a resource follow the replace of what it refers to; gives its action, if that is new."""
    before, live = draft.steps.get(key), draft.observed.live.get(key)
    if live is None or (before and before.action in (Action.REPLACE, Action.CREATE)):
        return None
    if key not in draft.selected:
        draft.refusals.append(
            Refused(
                f"{replaced.label} must be replaced, and {key.label}, which the plan leaves out, with it",
                at=draft.graph.resources[key].source,
                fix=f'add --target "{key.local}", or do not exclude it',
            )
        )
        return None
    if before is None:
        draft.unchanged -= 1
        draft.kept.pop(key, None)
    resource = draft.graph.resources[key]
    along = facts(key.kind).goes_with_inputs
    renamed = before if before is not None and before.action is Action.RENAME else None
    if renamed is not None and not along:
        return None  # it is saved after its rename anyway
    action = Action.REPLACE if along else Action.UPDATE
    draft.add(
        resource,
        action,
        cause=Cause.FOLLOWS,
        because_of=replaced,
        changes=before.changes if before else (),
        live=live,
        entry=draft.entry(key),
        then=follow_ups(draft, resource) if along else (),
        old=renamed.old if renamed else None,
        aside=renamed.aside if renamed else None,
    )
    return action


def check_rewritten(draft: Draft) -> None:
    """
    Have what DSS may rewrite compared once more after a rename.

    Before: each resource has its own step. After: resources whose code has the former name of a
    renamed dataset as a text have one, too; it writes only what DSS changed.
    """
    for key, resource in draft.graph.resources.items():
        live, renames = draft.observed.live.get(key), draft.renames.get(key.project, ())
        if live is None or key not in draft.kept or key not in draft.selected or key in draft.steps:
            continue
        document = as_renamed(live.document, renames)
        texts = [r for r in renames if r.kind == "dataset" and r.may_rewrite(document)]
        if texts:
            draft.unchanged -= 1
            draft.kept.pop(key)
            draft.add(
                resource,
                Action.UPDATE,
                cause=Cause.MAY_BE_REWRITTEN,
                because_of=Key(key.project, texts[-1].kind, texts[-1].new),
                live=live,
                entry=draft.entry(key),
            )


def fold_projects(draft: Draft) -> None:
    """
    Leave to DSS what goes with a project that is deleted.

    Before: each resource in it has its own step. After: those steps only record that it is gone;
    a project with objects that dssdsl does not manage is refused, unless the user agrees, and so is
    one with resources that the plan leaves out.
    """
    deleted = {
        s.project: s
        for s in draft.steps.values()
        if s.kind == PROJECT and s.action is Action.DELETE
    }
    for project, step in deleted.items():
        inside = [s for s in draft.steps.values() if s.project == project and s is not step]
        for other in inside:
            if other.action in (Action.DELETE, Action.FORGET):
                draft.steps[other.key] = evolve(
                    other, action=Action.DELETE, cause=Cause.WITH_PROJECT, remarks=(), changes=()
                )
        _refuse_unmanaged(draft, project, inside)
        _refuse_retained(draft, project, inside)
        _refuse_left_out(draft, project)
        draft.steps[step.key] = evolve(step, remarks=(Remark(Topic.HISTORY_DELETED), *step.remarks))
    if draft.options.destroy:
        _withdraw_from_what_stays(draft, set(deleted))


def _refuse_unmanaged(draft: Draft, project: str, inside: list[Step]) -> None:
    others = list(draft.observed.unmanaged.get(project, ()))
    if not draft.options.delete_adopted:
        others += [s.label for s in inside if s.entry and s.entry.origin == "adopted"]
    if others and not draft.options.delete_unmanaged:
        what = ", ".join(others[:SHOWN]) + (" …" if len(others) > SHOWN else "")
        draft.refusals.append(
            Refused(
                f"project {project} holds what dssdsl does not manage: {what}",
                fix="pass --delete-unmanaged to delete it all, once its owners agree",
            )
        )


def _refuse_retained(draft: Draft, project: str, inside: list[Step]) -> None:
    retained = [s.label for s in inside if s.entry and s.entry.retain]
    if retained:
        what = ", ".join(retained[:SHOWN]) + (" …" if len(retained) > SHOWN else "")
        draft.refusals.append(
            Refused(
                f"project {project} would be deleted with what retain_on_delete keeps: {what}",
                fix="keep the project, or deploy these without retain_on_delete first",
            )
        )


def _refuse_left_out(draft: Draft, project: str) -> None:
    left_out = [
        key.label
        for key, _ in draft.dropped()
        if key.project == project and key not in draft.selected and key in draft.observed.live
    ]
    if left_out:
        what = ", ".join(left_out[:SHOWN]) + (" …" if len(left_out) > SHOWN else "")
        draft.refusals.append(
            Refused(
                f"project {project} would be deleted with what the plan leaves out: {what}",
                fix=f'keep the project with --exclude {project}, or include these: add --target "{project}/*", or do not exclude them',
            )
        )


def _withdraw_from_what_stays(draft: Draft, deleted: set[str]) -> None:
    """Take what the program set out of variables and permissions whose project stays."""
    stay = {s.project for s in draft.steps.values() if s.kind == PROJECT} - deleted
    for key, step in list(draft.steps.items()):
        if (
            step.cause is Cause.WITH_PROJECT
            and facts(step.kind).always_there
            and step.project in stay
            and step.entry is not None
            and step.live is not None
        ):
            changes = withdrawn(draft, step.kind, step.entry, step.live)
            action = Action.DELETE if changes else Action.FORGET
            draft.steps[key] = evolve(step, action=action, changes=changes, cause=Cause.DESTROYED)


def drop_moot(draft: Draft) -> None:
    """
    Leave to DSS what it does on its own: a deleted object leaves its zone, also if it is created again.

    Before: a zone has changes for members that go. After: it has those alone that DSS does not make.
    """
    gone = {
        (s.project, s.live.id): s.action
        for s in draft.steps.values()
        if s.action in (Action.DELETE, Action.REPLACE) and s.live
    }

    def moot(step: Step, change: Change) -> bool:
        action = gone.get((step.project, change.pointer.rpartition(":")[2].rstrip("]")))
        leaves = action is Action.DELETE or (action is Action.REPLACE and change.new is None)
        return leaves and change.pointer.startswith("/items/[")

    for key, step in list(draft.steps.items()):
        if (
            not facts(step.kind).holds_members
            or step.action is not Action.UPDATE
            or not step.changes
        ):
            continue
        left = tuple(c for c in step.changes if not moot(step, c))
        if left:
            draft.steps[key] = evolve(step, changes=left)
        elif step.live is not None and step.entry is not None:
            del draft.steps[key]
            draft.unchanged += 1
            draft.kept[key] = unchanged_entry(
                draft, draft.graph.resources[key], step.live, step.entry, step.entry.normalized
            )


def find_likely_renames(draft: Draft) -> None:
    """
    Point out where a delete and a creation look like a rename.

    Before: all steps are known. After: the remarks name each such pair, with the line to add. A pair
    is declared alike; or the program gives the new one a former name that this stack never had, and
    nothing else of its kind is deleted. Each delete is part of one pair.
    """
    gone: dict[tuple[str, str], dict[Key, str]] = {}
    alike: dict[tuple[str, str, str], list[Key]] = {}
    for step in draft.steps.values():
        if step.action is Action.DELETE and step.entry and facts(step.kind).renamable:
            text = _text(step.entry.recorded)
            gone.setdefault((step.project, step.kind), {})[step.key] = text
            alike.setdefault((step.project, step.kind, text), []).append(step.key)
    created = [step for step in draft.steps.values() if step.action is Action.CREATE]
    missed = []
    for step in created if gone else ():
        want = sealed(settled(draft.wants[step.key]), "")
        found = alike.get((step.project, step.kind, _text(want)))
        if found:
            _remark_rename(draft, step, gone[step.project, step.kind], found.pop(0))
        elif draft.graph.resources[step.key].names_done:
            missed.append(step)
    for step in missed:
        others = gone.get((step.project, step.kind), {})
        rivals = [m for m in missed if (m.project, m.kind) == (step.project, step.kind)]
        if len(others) == len(rivals) == 1:
            _remark_rename(draft, step, others, next(iter(others)))


def _remark_rename(draft: Draft, step: Step, gone: dict[Key, str], key: Key) -> None:
    del gone[key]
    former = (key.name, *draft.graph.resources[step.key].names_done)
    draft.remarks.append(
        Remark(Topic.LIKELY_RENAME, (key.label, *former), about=step.key, at=step.source)
    )


def _text(document: Document) -> str:
    """A document as text that is the same for equal ones."""
    return json.dumps(document, sort_keys=True, default=repr)
