"""Resources that have another name: in the program, or in DSS."""

from __future__ import annotations

from collections.abc import Callable

from dssdsl.engine.origins import ASIDE, in_order
from dssdsl.errors import Refused
from dssdsl.lang.keys import Key, projects_of
from dssdsl.lang.live import Live
from dssdsl.lang.resource import Resource
from dssdsl.plan.causes import Cause, Remark, Topic
from dssdsl.plan.changes import Effect
from dssdsl.plan.steps import Action, Step
from dssdsl.state.snapshot import Entry

from .consents import may_move, stays_behind
from .draft import Draft

Create = Callable[[Draft, Resource, Entry | None], None]
Change = Callable[[Draft, Resource, Entry | None, Live], None]


def find_renames(draft: Draft) -> None:
    """
    Order the resources to rename, and find those that somebody renamed in DSS.

    Before: the selection is known. After: ``renames``, ``aside`` and ``renamed_in_dss`` are filled;
    all later comparisons take the renames as done.
    """
    if draft.options.destroy:
        return
    live, matched = draft.observed.live, draft.observed.matched
    for key, _ in draft.dropped():
        if key in live and live[key].name != key.name:
            draft.renamed_in_dss[key.renamed(live[key].name)] = key.name
    for old, key in matched.followed.items():
        if (
            draft.entry(old) is None
            and key in draft.graph.resources
            and old not in draft.graph.resources
        ):
            draft.steps[old] = Step(old, Action.FORGET, cause=Cause.RENAMED_ALREADY, because_of=key)
    chosen = {k: o for k, o in matched.origins.to_rename.items() if k in draft.selected}
    left_out = {o: k for k, o in matched.origins.to_rename.items() if k not in draft.selected}
    for key in chosen:
        if (other := left_out.get(key)) is not None:
            draft.refusals.append(
                Refused(
                    f"{key.label} is free only once {other.label} has its new name, and the plan leaves that out",
                    at=draft.graph.resources[key].source,
                    fix=f'add --target "{other.local}", or do not exclude it',
                )
            )
    renames, draft.aside, draft.gone = in_order(
        {key: live[key].name for key in chosen},
        matched.origins.replaced & chosen.keys(),
        lambda key: _free(draft, key),
    )
    for project in projects_of(chosen):
        draft.renames[project] = tuple(r for r in renames if r.project == project)
        _look_at_code(draft, project)


def _look_at_code(draft: Draft, project: str) -> None:
    """Refuse code that refers to a former name, and point out where it has that name for anything else."""
    retired = [
        rename
        for rename in draft.renames[project]
        if rename.by_name and Key(project, rename.kind, rename.old) not in draft.graph.resources
    ]
    for rename in retired:
        about = Key(project, rename.kind, rename.new)
        for key, resource in draft.graph.resources.items():
            if key.project != project or key not in draft.selected:
                continue
            for at, refers in rename.left_in(resource):
                if not refers:
                    names = (rename.old, about.label)
                    draft.remarks.append(Remark(Topic.FORMER_NAME_IN_CODE, names, key, at))
                    continue
                draft.refusals.append(
                    Refused(
                        f'{resource.label}: its code names "{rename.old}", which is renamed to "{rename.new}"',
                        at=at,
                        fix=f'write "{rename.new}"',
                    )
                )


def _free(draft: Draft, key: Key) -> str:
    """A name that no object of the kind of *key* has or gets."""
    listed = draft.observed.listed.get(key.project, {}).get(key.kind, ())
    taken = {one.name for one in listed} | {
        each.name for each in draft.graph.resources if (each.project, each.kind) == (key.project, key.kind)
    }  # fmt: skip
    names = (f"{key.name}{number or ''}{ASIDE}" for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)


def rename(draft: Draft, resource: Resource, *, create: Create, change: Change) -> None:
    """
    Plan a resource that had another name; DSS rewrites what refers to it.

    Args:
        draft: The plan in the making.
        resource: A resource with ``renamed_from``.
        create: Plans it where DSS has neither name.
        change: Plans it where DSS has the new name already.
    """
    key, origins = resource.key, draft.observed.matched.origins
    entry, live = draft.entry(key), draft.observed.live.get(key)
    if key in origins.to_rename and live is not None:
        _rename(draft, resource, entry, live)
    elif live is None:
        create(draft, resource, entry)
    elif other := _both(draft, resource):
        draft.refuse(
            resource,
            f"it is renamed from {other.name}, and DSS has both",
            "remove renamed_from, or rename or delete one of them in DSS",
        )
    else:
        # Renamed already: by a deployment that was cut off, or in the UI.
        change(draft, resource, entry, live)


def _both(draft: Draft, resource: Resource) -> Key | None:
    """A former key of a resource that is recorded and in DSS, and that the program does not declare."""
    known = draft.entry(resource.key)
    for name in resource.due_names(known.renamed_from if known else ()):
        old = resource.key.renamed(name)
        if old not in draft.graph.resources and draft.entry(old) and old in draft.observed.live:
            return old
    return None


def _rename(draft: Draft, resource: Resource, entry: Entry | None, live: Live) -> None:
    if entry is None and not (resource.adopt or draft.options.adopt):
        draft.refuse(
            resource,
            f"{live.name}, which it is renamed from, was not deployed by this program",
            "add adopt=True to manage it under the new name, or remove renamed_from",
        )
        return
    recorded, normalized = (entry.recorded, entry.normalized) if entry else ({}, {})
    found = draft.compare(resource, recorded, normalized, live.document)
    changes = tuple(
        c for c in found.changes if c.effect is not Effect.SHOW and c.pointer != "/name"
    )
    if fixed := [c.field for c in changes if c.effect is Effect.REPLACE]:
        draft.refuse(
            resource,
            f"{', '.join(fixed)} is fixed at creation, and cannot change together with the name",
            "deploy it under its new name first, and change that afterwards",
        )
        return
    if not may_move(draft, resource, changes):
        return
    draft.add(
        resource,
        Action.RENAME,
        cause=Cause.RENAMED,
        changes=changes,
        live=live,
        entry=entry,
        old=live.name,
        aside=draft.aside.get(resource.key),
        remarks=(Remark(Topic.KEEPS_HISTORY), *stays_behind(changes)),
    )
