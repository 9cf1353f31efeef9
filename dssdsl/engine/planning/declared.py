"""Declared resources: to create, to adopt, to change, or to leave as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from dssdsl.engine.diff import Difference
from dssdsl.engine.entries import entry_of
from dssdsl.errors import NotFound
from dssdsl.lang.live import Live
from dssdsl.lang.lookup import Lookup, dotted
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.paths import misfits, split
from dssdsl.lang.resource import Resource
from dssdsl.lang.values import Document, Text, settled
from dssdsl.lang.words import quoted
from dssdsl.plan.causes import Cause, Remark, Topic
from dssdsl.plan.changes import Change, Effect, Reason
from dssdsl.plan.steps import Action
from dssdsl.state.snapshot import Entry

from .consents import may_adopt, may_move, may_replace, stays_behind
from .draft import Draft
from .follow_ups import follow_ups
from .renamed import rename


def plan_declared(draft: Draft) -> None:
    """
    Decide what happens to each resource that the program declares.

    Before: the selection and the renames are known. After: each selected resource has a step, or
    its entry is kept; the entries of the others are kept as they are.
    """
    for key, resource in draft.graph.resources.items() if not draft.options.destroy else ():
        entry, live = draft.entry(key), draft.observed.live.get(key)
        ids = draft.observed.matched.ambiguous.get(key, ())
        if key not in draft.selected:
            if entry is not None and not draft.observed.matched.origins.of(key):
                draft.kept[key] = entry
        elif ids and (entry is None or live is None):
            draft.refuse(
                resource,
                f"DSS has {len(ids)} objects of that name: {', '.join(ids)}",
                'choose one with adopt="<id>", or rename the others in DSS',
            )
        elif resource.renamed_from:
            rename(draft, resource, create=create, change=change)
        elif live is None:
            create(draft, resource, entry)
        else:
            change(draft, resource, entry, live)


def create(draft: Draft, resource: Resource, entry: Entry | None) -> None:
    """Plan a resource that DSS does not have."""
    if old := draft.renamed_in_dss.get(resource.key):
        draft.refuse(
            resource,
            f'"{old}" was renamed to this in DSS',
            f'add renamed_from="{old}" to follow, or rename one of them',
        )
    elif resource.adopt and not resource.always_there:
        draft.refusals.append(
            NotFound(
                f"{resource.label} is to be adopted, and DSS does not have it",
                at=resource.source,
                fix=_near(draft, resource) or "remove adopt to create it",
            )
        )
    elif new := _renamed_in_dss(draft, resource):
        draft.refuse(
            resource,
            f'it was renamed to "{new}" in DSS',
            f'call it "{new}" and add renamed_from="{resource.identity}" to follow, or add renamed_from="{new}" to rename it back',
        )
    else:
        cause = Cause.NEW if entry is None else Cause.GONE
        draft.add(
            resource, Action.CREATE, cause=cause, then=follow_ups(draft, resource), entry=entry
        )


def _renamed_in_dss(draft: Draft, resource: Resource) -> str | None:
    """The name that DSS has now for what was deployed, unless the program declares that as well."""
    one = draft.observed.matched.moved.get(resource.key)
    taken = one is not None and resource.key.renamed(one.name) in draft.observed.live
    return one.name if one is not None and not taken else None


def _near(draft: Draft, resource: Resource) -> str | None:
    """A hint that names what DSS has under nearly the same name."""
    listed = draft.observed.listed.get(resource.key.project, {}).get(resource.kind, ())
    titles = {str((live.document or {}).get("name") or live.name): live.name for live in listed}
    return did_you_mean(resource.identity, [*titles, *titles.values()])


def change(draft: Draft, resource: Resource, entry: Entry | None, live: Live) -> None:
    """Plan a resource that DSS has."""
    key = resource.key
    if _refuse_misfits(draft, resource, live):
        return
    found = differences(draft, resource, entry, live)
    wanted = Lookup(draft.wants[key], draft.shapes[key])
    changes = tuple(_with_file(wanted, c) for c in found.changes if c.effect is not Effect.SHOW)
    draft.remarks += dict.fromkeys(
        _stays(resource, draft.wants[key], c)
        for c in found.changes
        if c.effect is Effect.SHOW and not any(c.effect is Effect.REPLACE for c in changes)
    )
    if entry is None:
        may_adopt(draft, resource, changes)  # a refused step is in the plan too, which shows it
    incomplete = entry is not None and entry.incomplete
    if changes or incomplete:
        act(draft, resource, changes, live, entry)
        return
    after = unchanged_entry(draft, resource, live, entry, found.normalized)
    if entry is None and not resource.always_there:
        draft.add(resource, Action.ADOPT, cause=Cause.EQUAL, live=live, entry=after)
    else:
        draft.unchanged += 1
        draft.kept[key] = after


def _refuse_misfits(draft: Draft, resource: Resource, live: Live) -> bool:
    """Refuse paths of ``raw`` that lead nowhere in what DSS holds."""
    want = settled(draft.wants[resource.key])
    before = len(draft.refusals)
    for path in resource.raw if live.document is not None else ():
        first = split(path)[0]
        for problem in misfits({first: want.get(first)}, live.document, draft.shapes[resource.key]):
            draft.refuse(resource, f"raw sets {path}, and {problem}", "write the path that DSS's own document has")  # fmt: skip
    return len(draft.refusals) > before


def differences(draft: Draft, resource: Resource, entry: Entry | None, live: Live) -> Difference:
    """What differs between a declared resource and what DSS has."""
    recorded, normalized = (entry.recorded, entry.normalized) if entry else (None, {})
    found = draft.compare(resource, recorded, normalized, live.document)
    if entry is None or not entry.incomplete:
        return found
    # Nobody knows what a write that was cut off did: values that runs may change are written again too.
    known = [
        c
        for c in found.changes
        if c.effect is not Effect.SHOW or c.reason is Reason.REMOVED_FROM_CODE
    ]
    again = draft.compare(resource, {}, {}, live.document)
    changes = {c.pointer: c for c in (*again.changes, *known)}
    return evolve(again, changes=tuple(changes.values()))


def unchanged_entry(
    draft: Draft,
    resource: Resource,
    live: Live,
    entry: Entry | None,
    normalized: Mapping[str, Any],
) -> Entry:
    """The entry of a resource that stays as it is."""
    return entry_of(
        resource,
        draft.wants[resource.key],
        draft.salt(resource.key.project),
        live,
        entry,
        origin="created" if resource.always_there else "adopted",
        normalized=normalized,
        needs=draft.graph.needs(resource.key),
    )


def act(
    draft: Draft,
    resource: Resource,
    changes: tuple[Change, ...],
    live: Live,
    entry: Entry | None,
) -> None:
    """Plan the step that *changes* take, if the user agrees to what it costs."""
    effects = {c.effect for c in changes}
    ours = entry is not None or resource.always_there
    action = Action.UPDATE if ours else Action.ADOPT
    remarks: tuple[Remark, ...] = ()
    if Effect.REPLACE in effects:
        fields = tuple(dict.fromkeys(c.field for c in changes if c.effect is Effect.REPLACE))
        may_replace(draft, resource, fields, entry)
        action = Action.REPLACE
        remarks = (Remark(Topic.FIXED_AT_CREATION, fields), Remark(Topic.REPLACED))
    elif Effect.MOVE in effects:
        may_move(draft, resource, changes)
        action = Action.MOVE if ours else action
        remarks = stays_behind(changes)
    again = action is Action.REPLACE or resource.computes_schema or (entry and entry.incomplete)
    draft.add(
        resource,
        action,
        cause=Cause.CHANGED if changes else Cause.INCOMPLETE,
        changes=changes,
        remarks=remarks,
        live=live,
        entry=entry,
        then=follow_ups(draft, resource) if again else (),
    )


def _with_file(wanted: Lookup, change: Change) -> Change:
    """*change* with the program's file that its new value comes from, if it comes from one."""
    value = wanted.look(change.pointer)
    return evolve(change, source=value.source) if isinstance(value, Text) else change


def _by_run(change: Change) -> str:
    """What a run may have changed at a place."""
    if change.pointer.endswith("/[]"):
        before, now = change.new or [], [key.removeprefix("+") for key in change.old or []]
        moves = [f"+ {key}" for key in now if key not in before]
        moves += [f"- {key}" for key in before if key not in now]
        return ", ".join(moves) or "another order"
    return f"{quoted(change.new)} → {quoted(change.old)}"


def _stays(resource: Resource, want: Document, change: Change) -> Remark:
    """The remark on a difference that stays."""
    if change.reason is not Reason.REMOVED_FROM_CODE:
        return Remark(Topic.SET_BY_RUN, (dotted(change.pointer), _by_run(change)), resource.key)
    paths, shape = type(resource).paths_of(change.field), type(resource).shape()
    wanted = Lookup(want, shape)
    if any(wanted.look(f"/{path.replace('.', '/')}") is not None for path in paths):
        return Remark(Topic.VALUE_STAYS, (change.pointer,), resource.key)
    return Remark(Topic.FIELD_STAYS, (change.field,), resource.key)
