"""Resources that have another name: in the program, or in DSS."""

from __future__ import annotations

from collections.abc import Callable

from dssdsl.engine.renames import Rename
from dssdsl.lang.live import Live
from dssdsl.lang.resource import Resource
from dssdsl.plan.causes import Cause, Remark, Topic
from dssdsl.plan.changes import Effect
from dssdsl.plan.steps import Action, Step
from dssdsl.state.snapshot import Entry

from .consents import may_move, stays_behind
from .draft import Draft, old_key

Create = Callable[[Draft, Resource, Entry | None], None]
Change = Callable[[Draft, Resource, Entry | None, Live], None]


def find_renames(draft: Draft) -> None:
    """
    Find the resources to rename, and those that somebody renamed in DSS.

    Before: the selection is known. After: ``renames`` and ``renamed_in_dss`` have them; all later
    comparisons take the renames as done.
    """
    if draft.options.destroy:
        return
    live = draft.observed.live
    for key, _ in draft.dropped():
        if key in live and live[key].name != key.name:
            draft.renamed_in_dss[key.renamed(live[key].name)] = key.name
    for key, resource in draft.graph.resources.items():
        if resource.renamed_from and key not in live and old_key(resource) in live:
            rename = Rename(key.project, key.kind, resource.renamed_from, key.name)
            draft.renames[key.project] = (*draft.renames.get(key.project, ()), rename)


def rename(draft: Draft, resource: Resource, *, create: Create, change: Change) -> None:
    """
    Plan a resource that had another name; DSS rewrites what refers to it.

    Args:
        draft: The plan in the making.
        resource: A resource with ``renamed_from``.
        create: Plans it where DSS has neither name.
        change: Plans it where DSS has the new name already.
    """
    old, key = old_key(resource), resource.key
    entry, live, before = (
        draft.entry(old),
        draft.observed.live.get(key),
        draft.observed.live.get(old),
    )
    if live is not None:
        if entry is not None and before is not None and before.id != live.id:
            draft.refuse(
                resource,
                f"it is renamed from {resource.renamed_from}, and DSS has both",
                "remove renamed_from, or rename or delete one of them in DSS",
            )
            return
        # Renamed already: by a deployment that was cut off, or in the UI.
        change(draft, resource, draft.entry(key) or entry, live)
        _forget_old(draft, resource, entry, Cause.RENAMED_ALREADY)
    elif before is None:
        create(draft, resource, draft.entry(key))
        _forget_old(draft, resource, entry, Cause.ALREADY_GONE)
    else:
        _rename(draft, resource, entry, before)


def _rename(draft: Draft, resource: Resource, entry: Entry | None, before: Live) -> None:
    known = draft.entry(resource.key)
    if entry is None and known is not None and before.created_at == known.created_at is not None:
        entry = known  # renamed in the UI, and now renamed back
    if entry is None and not (resource.adopt or draft.options.adopt):
        draft.refuse(
            resource,
            f"{resource.renamed_from}, which it is renamed from, was not deployed by this program",
            "add adopt=True to manage it under the new name, or remove renamed_from",
        )
        return
    recorded, normalized = (entry.recorded, entry.normalized) if entry else ({}, {})
    found = draft.compare(resource, recorded, normalized, before.document)
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
        live=before,
        entry=entry,
        old=resource.renamed_from,
        remarks=(Remark(Topic.KEEPS_HISTORY), *stays_behind(changes)),
    )


def _forget_old(draft: Draft, resource: Resource, entry: Entry | None, cause: Cause) -> None:
    """Plan that the state drops the old name of a resource."""
    old = old_key(resource)
    if entry is not None and old not in draft.graph.resources:
        draft.steps[old] = Step(
            old, Action.FORGET, cause=cause, entry=entry, because_of=resource.key
        )
