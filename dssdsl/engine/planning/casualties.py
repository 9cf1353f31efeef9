"""Objects that DSS deletes together with those of a plan, compared with the objects that the plan keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dssdsl.errors import Refused
from dssdsl.lang.keys import Key
from dssdsl.lang.kinds import facts, where
from dssdsl.lang.values import Document, settled
from dssdsl.plan.causes import Cause
from dssdsl.plan.steps import Action, Step

from .draft import Draft


def guard_what_stays(draft: Draft) -> None:
    """
    Refuse deletes with which DSS would delete recipes that the plan keeps.

    DSS deletes every recipe that reads or writes a deleted dataset, folder or model (observed on
    real servers), whoever made it.

    Before: all steps are known. After: each such recipe is deleted by the plan as well, or is saved
    without the object before, or the user agreed to lose what dssdsl does not manage; else the plan
    is refused.
    """
    for step in list(draft.steps.values()):
        if step.action is Action.DELETE and step.cause is not Cause.WITH_PROJECT:
            for user in users(draft, step.key):
                if refusal := _casualty(draft, step, user):
                    draft.refusals.append(refusal)


def _casualty(draft: Draft, step: Step, user: Key) -> Refused | None:
    """The refusal to lose *user* with what *step* deletes, unless the plan allows for it."""
    mine = draft.steps.get(user)
    if mine is not None and mine.action in (Action.DELETE, Action.REPLACE):
        return None
    if (
        mine is not None
        and mine.action is not Action.FORGET
        and not _still_refers(draft, step, user)
    ):
        return None  # it is saved without the object first
    problem = f"DSS deletes {user.label} together with {step.label}"
    entry = draft.entry(user)
    if entry is None and user not in draft.graph.resources:
        if draft.options.delete_unmanaged:
            return None
        return Refused(
            f"{problem}, and dssdsl does not manage it",
            fix="pass --delete-unmanaged to delete both, once its owners agree",
        )
    if mine is not None and mine.cause is Cause.RETAINED:
        why, fix = "it is declared with retain_on_delete", f"keep {step.label}, or deploy the recipe without retain_on_delete first"  # fmt: skip
    elif mine is not None:
        why, fix = "dssdsl did not create it", "pass --delete-adopted to delete both"
    else:
        why, fix = "the plan leaves it as it is", f'add --target "{user.local}", so that it is planned too'  # fmt: skip
    return Refused(f"{problem}, and {why}", fix=fix)


def guard_references(draft: Draft) -> None:
    """
    Refuse deletes of what the program still refers to in DSS's own form.

    DSS takes a deleted object out of the scenarios that name it (observed on real servers), so the
    next plan would put it back, and then name what does not exist.

    Before: all steps are known. After: no resource of the program names what the plan deletes.
    """
    gone = {
        (step.project, facts(step.kind).object_type, last_id(step)): step
        for step in draft.steps.values()
        if step.action is Action.DELETE
        and step.live is not None
        and step.cause is not Cause.WITH_PROJECT
        and facts(step.kind).object_type
    }
    for key, resource in draft.graph.resources.items() if gone else ():
        if draft.options.destroy or facts(key.kind).goes_with_inputs:
            continue
        for kind, name in dict.fromkeys(_items(settled(draft.wants[key]))):
            if step := gone.get((key.project, kind, name)):
                draft.refusals.append(
                    Refused(
                        f"{key.label} refers to {step.label}, which the plan deletes",
                        at=resource.source,
                        fix=f"remove {step.name} from it, or keep {step.label}",
                    )
                )


def _items(document: Any) -> Iterator[tuple[str, str]]:
    """Yield the objects of its own project that a document names, each by DSS's name of its kind, and its id."""
    if isinstance(document, Mapping):
        if isinstance(document.get("itemId"), str) and "projectKey" not in document:
            yield str(document.get("type", "")), document["itemId"]
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            yield from _items(each)


def _still_refers(draft: Draft, step: Step, user: Key) -> bool:
    last = last_id(step)
    return bool({last, f"{step.project}.{last}"} & refs(draft.wants.get(user, {})))


def last_id(step: Step) -> str:
    """The id that the object of a step has when it is deleted: its name may be another object's by then."""
    if step.live is None:
        return step.name
    return step.aside if step.aside and step.live.id == step.live.name else step.live.id


def users(draft: Draft, key: Key) -> list[Key]:
    """The recipes that DSS has and that read or write an object of the Flow, in order of their names."""
    if not facts(key.kind).flow_item:
        return []
    names, listed = _names(draft, key), draft.observed.listed.get(key.project, {})
    return sorted(
        draft.owners.get((key.project, kind, one.id)) or Key(key.project, kind, one.name)
        for kind in where("goes_with_inputs")
        for one in listed.get(kind, ())
        if names & refs(one.head or {})
    )


def unmanaged_users(draft: Draft, key: Key) -> list[str]:
    """The names of those that dssdsl does not manage."""
    return [
        user.name
        for user in users(draft, key)
        if draft.entry(user) is None and user not in draft.graph.resources
    ]


def _names(draft: Draft, key: Key) -> set[str]:
    """What recipes of its project call an object: its name, or the id that DSS made up."""
    live = draft.observed.live.get(key) or next(
        (step.live for step in (draft.steps.get(key),) if step is not None), None
    )
    name = live.id if live is not None else key.name
    return {name, f"{key.project}.{name}"}


def refs(recipe: Document) -> set[str]:
    """All that a recipe reads or writes, as its document names it."""
    return {
        str(item.get("ref"))
        for side in ("inputs", "outputs")
        for role in (recipe.get(side) or {}).values()
        for item in role.get("items", ())
    }
