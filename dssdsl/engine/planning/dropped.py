"""Deployed resources that the program no longer declares: to delete, to forget, or to refuse."""

from __future__ import annotations

from attrs import evolve

from dssdsl.engine.diff import compare
from dssdsl.engine.identity import creation
from dssdsl.errors import Refused
from dssdsl.lang.keys import PROJECT, Key
from dssdsl.lang.kinds import facts
from dssdsl.lang.live import Live
from dssdsl.plan.causes import Cause, Remark, Topic
from dssdsl.plan.changes import Change, Effect
from dssdsl.plan.steps import Action, Step
from dssdsl.state.snapshot import Entry, entry_of

from .casualties import unmanaged_users
from .draft import Draft


def plan_dropped(draft: Draft) -> None:
    """
    Decide what happens to each resource that was deployed and is not wanted any more.

    Before: what the program declares is planned. After: each selected one has a step or is
    refused; the entries of the others are kept.
    """
    for key, entry in draft.dropped():
        if key not in draft.selected:
            draft.kept[key] = entry
            continue
        step = Step(key, Action.FORGET, live=draft.observed.live.get(key), entry=entry)
        if stranger := draft.observed.matched.strangers.get(key):
            draft.steps[key] = evolve(
                step, cause=Cause.NOT_OURS, remarks=(Remark(Topic.CREATED_BY, creation(stranger)),)
            )
        elif step.live is None:
            draft.steps[key] = evolve(step, cause=Cause.ALREADY_GONE)
        elif draft.options.forget_projects and _project_dropped(draft, key):
            draft.steps[key] = evolve(step, cause=Cause.PROJECT_KEPT)
        elif facts(key.kind).always_there:
            withdraw(draft, step, entry, step.live)
        elif entry.protected_in_state or entry.protect:
            draft.refusals.append(_protected(draft, key, entry))
        elif entry.retain:
            draft.steps[key] = evolve(step, cause=Cause.RETAINED)
        elif entry.origin == "adopted" and not draft.options.delete_adopted:
            draft.steps[key] = evolve(step, cause=Cause.ADOPTED_STAYS)
        else:
            delete(draft, step)
    for key, live in draft.observed.matched.replaced.items():
        if key in draft.gone:
            _give_way(draft, key, live)


def _give_way(draft: Draft, key: Key, live: Live) -> None:
    """Plan to delete what leaves its name to another object."""
    aside = key.renamed(draft.gone[key])
    entry = entry_of(draft.snapshots, key)
    step = Step(aside, Action.FORGET, live=live, entry=entry, aside=aside.name)
    draft.steps[aside] = step
    delete(draft, step)
    step = draft.steps[aside]
    leaves = Remark(Topic.LEAVES_NAME, (live.name,))
    draft.steps[aside] = evolve(step, remarks=(leaves, *step.remarks))


def _project_dropped(draft: Draft, key: Key) -> bool:
    """Whether the program does not declare the resource's project any more."""
    return not draft.options.destroy and Key.of_project(key.project) not in draft.graph.resources


def delete(draft: Draft, step: Step) -> None:
    """Plan to delete a resource."""
    data = facts(step.kind).holds_data or step.kind == PROJECT
    lost = draft.options.delete_data and data and owns_data(step)
    remarks: list[Remark] = []
    if data:
        remarks.append(Remark(Topic.DATA_DELETED if lost else Topic.DATA_KEPT))
    if recipes := unmanaged_users(draft, step.key):
        remarks.append(Remark(Topic.DELETES_RECIPES, tuple(recipes)))
    draft.steps[step.key] = evolve(
        step,
        action=Action.DELETE,
        cause=Cause.DESTROYED if draft.options.destroy else Cause.DROPPED,
        drop_data=lost,
        remarks=tuple(remarks),
    )


def owns_data(step: Step) -> bool:
    """Whether DSS manages the data. The data of a source belongs to others and always stays."""
    key = facts(step.kind).owns_data_if
    return not key or bool(((step.live and step.live.document) or {}).get(key))


def withdraw(draft: Draft, step: Step, entry: Entry, live: Live) -> None:
    """Plan to take what the program set out of a document that every project has."""
    project = Key.of_project(step.project)
    if (
        draft.options.destroy
        and project in draft.selected
        and any(key == project for key, _ in draft.dropped())
    ):
        draft.steps[step.key] = evolve(step, cause=Cause.WITH_PROJECT)
        return
    changes = withdrawn(draft, step.kind, entry, live)
    draft.steps[step.key] = evolve(
        step,
        action=Action.DELETE if changes else Action.FORGET,
        changes=changes,
        cause=Cause.DROPPED,
    )


def withdrawn(draft: Draft, kind: str, entry: Entry, live: Live) -> tuple[Change, ...]:
    """The changes that take what the program set out of a document again."""
    found = compare({}, entry.recorded, entry.normalized, live.document, draft.shapes[kind])
    return tuple(c for c in found.changes if c.effect is Effect.UPDATE)


def _protected(draft: Draft, key: Key, entry: Entry) -> Refused:
    """The refusal to delete a protected resource."""
    if entry.protected_in_state:
        return Refused(
            f"{key.label} is protected in the state, and would be deleted",
            fix=f"run dssdsl state unprotect {key.local}, once its owners agree",
        )
    if resource := draft.graph.resources.get(key):
        return Refused(
            f"{key.label} is protected, and would be deleted",
            at=resource.source,
            fix="remove protect from the program and deploy, then delete it",
        )
    return Refused(
        f"{key.label} is protected, and the program does not declare it any more",
        fix="declare it again without protect, deploy, then remove it",
    )
