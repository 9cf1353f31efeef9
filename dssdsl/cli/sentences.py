"""Actions, causes, follow-ups and remarks in words. No other module puts them into words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dssdsl.columns.columns import Gap, Why
from dssdsl.lang.keys import PROJECT
from dssdsl.plan.causes import Basis, Cause, FollowUp, Remark, Topic
from dssdsl.plan.changes import Reason
from dssdsl.plan.steps import Step

SHOWN = 8
"""Names that one sentence lists, at most."""

ACTIONS: Mapping[str, tuple[str, str]] = {
    "create": ("creating", "created"),
    "update": ("updating", "updated"),
    "replace": ("replacing", "replaced"),
    "rename": ("renaming", "renamed"),
    "move": ("moving", "moved"),
    "adopt": ("adopting", "adopted"),
    "delete": ("deleting", "deleted"),
    "forget": ("forgetting", "forgotten"),
    "keep": ("keeping", "kept"),
}
"""What a step is doing while it runs, and what it did."""

FOLLOW_UPS: Mapping[FollowUp, str] = {
    FollowUp.DETECT_COLUMNS: "detect columns",
    FollowUp.COMPUTE_SCHEMAS: "compute output schemas",
}

CAUSES: Mapping[Cause, str] = {
    Cause.NEW: "new",
    Cause.GONE: "no longer in DSS",
    Cause.EQUAL: "already in DSS, equal",
    Cause.INCOMPLETE: "an earlier deployment of it was interrupted",
    Cause.FOLLOWS: "follows {because_of.label}, which is replaced",
    Cause.MAY_BE_REWRITTEN: "checked after {because_of.label} is renamed: its code has the former name",
    Cause.RENAMED: "renamed from {old}",
    Cause.RENAMED_ALREADY: "already renamed to {because_of.name}",
    Cause.ALREADY_GONE: "no longer in DSS",
    Cause.NOT_OURS: "deleted in DSS: what has its name now is another object, and stays",
    Cause.RETAINED: "retain_on_delete: it stays in DSS",
    Cause.ADOPTED_STAYS: "dssdsl did not create it: it stays in DSS (--delete-adopted deletes it)",
    Cause.PROJECT_KEPT: "its project is no longer in the program, and stays in DSS",
    Cause.DROPPED: "no longer in the program",
    Cause.DESTROYED: "destroyed",
    Cause.WITH_PROJECT: "with its project",
    Cause.APPEARED: "new",
    Cause.DISAPPEARED: "no longer deployed",
}
"""`Cause.CHANGED` is not here: the reasons of its changes say why."""

REASONS: Mapping[Reason, str] = {
    Reason.CHANGED_ON_BOTH_SIDES: "changed in the program and in DSS",
    Reason.CHANGED_IN_DSS: "changed in DSS",
    Reason.ADOPTED_DIFFERS: "already in DSS, differs",
    Reason.REMOVED_FROM_CODE: "no longer set by the program",
    Reason.CHANGED_IN_CODE: "changed in the program",
}
"""The first of several reasons counts. The other members of `Reason` change nothing."""

OF_A_DEPLOYMENT: Mapping[Cause | Reason, str] = {
    Cause.NEW: "part of that deployment",
    Cause.PROJECT_KEPT: "its project is not part of that deployment, and stays in DSS",
    Cause.DROPPED: "not part of that deployment",
    Reason.REMOVED_FROM_CODE: "not set in that deployment",
    Reason.CHANGED_IN_CODE: "",
    Reason.CHANGED_ON_BOTH_SIDES: "also changed in DSS",
}
"""Words for a plan whose reason is a deployment of the history, not the program."""


def why(step: Step, basis: Basis = Basis.PROGRAM) -> str:
    """Why a step is in a plan."""
    found: Cause | Reason = step.cause
    if step.cause is Cause.CHANGED:
        changed = reason(step)
        if changed is None:
            return ""
        found = changed
    text = _words(found, basis).format(because_of=step.because_of, old=step.old)
    if step.cause is Cause.ALREADY_GONE and step.kind == PROJECT:
        # DSS gives the same answer for a project that does not exist and for one that the key cannot see.
        text += ", or this key may not see it"
    return text


def _words(found: Cause | Reason, basis: Basis) -> str:
    if basis is Basis.DEPLOYMENT and found in OF_A_DEPLOYMENT:
        return OF_A_DEPLOYMENT[found]
    return CAUSES[found] if isinstance(found, Cause) else REASONS[found]


def reason(step: Step) -> Reason | None:
    """The most important reason among a step's changes."""
    reasons = {change.reason for change in step.changes}
    return next((each for each in REASONS if each in reasons), None)


def follow_up(found: FollowUp) -> str:
    """What DSS computes after a step."""
    return FOLLOW_UPS[found]


def remark(found: Remark, basis: Basis = Basis.PROGRAM) -> str:
    """A remark, with the resource that it is about."""
    text = TOPICS[found.topic](found, basis)
    return f"{found.about.label}: {text}" if found.about is not None else text


def _names(found: Remark, start: int = 0) -> str:
    names = found.names[start:]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _fixed(found: Remark, _: Basis) -> str:
    return f"{_names(found)} {'is' if len(found.names) == 1 else 'are'} fixed at creation"


def _created_by(found: Remark, _: Basis) -> str:
    login, when = found.names
    return f"the other object was created by {login}{f' on {when}' if when else ''}"


def _likely_rename(found: Remark, basis: Basis) -> str:
    label, *former = found.names
    names = ", ".join(f'"{name}"' for name in former)
    value = f"[{names}]" if len(former) > 1 else names
    text = f"it looks like {label} under another name"
    if basis is Basis.DEPLOYMENT:
        return f"{text}; they are handled as two objects"
    return f"{text}: to keep its data and history, add renamed_from={value} ({found.at})"


def _place(found: Remark) -> str:
    return found.names[0].lstrip("/").replace("/", ".")


def _text(found: Remark, _: Basis) -> str:
    return f"{found.names[0]} ({found.at})" if found.at else found.names[0]


TOPICS: Mapping[Topic, Callable[[Remark, Basis], str]] = {
    Topic.FIXED_AT_CREATION: _fixed,
    Topic.REPLACED: lambda *_: "settings that exist only in DSS are lost, except descriptions, tags and custom fields",
    Topic.DATA_STAYS_AT: lambda r, _: f"its data stays at {r.names[0]}",
    Topic.KEEPS_HISTORY: lambda *_: "its data, recipes and history stay",
    Topic.CREATED_BY: _created_by,
    Topic.LEAVES_NAME: lambda r, _: f"it is called {r.names[0]} now, and another object gets that name",
    Topic.FORMER_NAME_IN_CODE: lambda r, _: f'its code has "{r.names[0]}", the former name of {r.names[1]}: change it if it means that ({r.at})',
    Topic.DATA_DELETED: lambda *_: "its data is deleted too",
    Topic.DATA_KEPT: lambda *_: "its data stays",
    Topic.HISTORY_DELETED: lambda *_: "its history is deleted too",
    Topic.DELETES_RECIPES: lambda r, _: f"DSS also deletes recipe {_names(r)}, which dssdsl does not manage",
    Topic.BREAKS: lambda r, _: f"breaks {r.names[0]} {_names(r, 1)}, which dssdsl does not manage",
    Topic.BREAKS_ELSEWHERE: lambda r, _: f"breaks recipe {_names(r)} of another project",
    Topic.SHARED_WITH: lambda r, _: f"it is shared with project {r.names[0]}",
    Topic.SET_BY_RUN: lambda r, _: f"a run may have changed {r.names[0]}: {r.names[1]}; it stays",
    Topic.VALUE_STAYS: lambda r, _: f"{_place(r)} is no longer set; DSS keeps its value",
    Topic.FIELD_STAYS: lambda r, _: f"{r.names[0]} is no longer managed; DSS keeps its value",
    Topic.LIKELY_RENAME: _likely_rename,
    Topic.SECRET_STAYS: lambda r, _: f"the secret {_place(r)} stays as it is: its old value is not kept",
    Topic.SECRET_UNSET: lambda r, _: f"the secret {_place(r)} is not set: its old value is not kept",
    Topic.UPLOADS_STAY: lambda *_: "its uploaded files stay as they are now: the state does not keep files",
    Topic.UPLOADS_UNKNOWN: lambda *_: "its uploaded files are those that DSS still has: the state does not keep files",
    Topic.WITHOUT_PROGRAM: lambda *_: "the program does not load: this is planned from the recorded state, and hooks and policies do not run",
    Topic.FORMER_NAME: lambda r, _: f'the state of project {r.names[0]} names its program "{r.names[1]}"; up changes that to "{r.names[2]}"',
    Topic.TEXT: _text,
}  # fmt: skip


UNKNOWN: Mapping[Why, str] = {
    Why.SOURCE: "which declares none",
    Why.CODE: "whose code decides",
    Why.DATA: "whose data decides",
    Why.MODEL: "whose model decides",
    Why.TYPE: "of which dssdsl does not know what it writes",
    Why.SETTINGS: "which has settings that the program does not know",
    Why.CYCLE: "which is made of itself",
}


def unchecked(gap: Gap) -> str:
    """What columns come from that nobody knows, and why: ``ORDERS, which declares none``."""
    if "/" in gap.where:
        return f"{gap.where.rpartition('/')[2]} ({UNKNOWN[gap.why]})"
    return f"recipe {gap.where} ({UNKNOWN[gap.why]})"
