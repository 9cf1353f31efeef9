"""Detects that somebody else saved an object: since the plan was made, or during our own write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dssdsl.lang.live import Live
from dssdsl.plan.steps import Step

from .renames import Rename, as_renamed, blurred

TAGS = frozenset({"versionTag", "creationTag"})
"""What each save rewrites."""


def bare(document: Any, without: Collection[str] = TAGS) -> Any:
    """Copy *document* without what every save rewrites."""
    if isinstance(document, dict):
        return {
            name: bare(value) for name, value in document.items()
            if name not in without and name not in TAGS and not name.startswith("$")
        }  # fmt: skip
    return [bare(each) for each in document] if isinstance(document, list) else document


def conflicts(
    before: Live,
    now: Live,
    renames: Sequence[Rename] = (),
    rewritten: Collection[str] = (),
    gone: Collection[str] = (),
    login: str | None = None,
) -> bool:
    """
    Whether somebody else has saved an object since it was read for the plan, or created another one.

    Args:
        before: What the plan was made from.
        now: What DSS holds.
        renames: What this deployment has renamed since: DSS rewrites the references to it, and nothing else.
        rewritten: Top-level keys that DSS rewrites when other objects are written.
        gone: The ids of what this deployment has deleted since: DSS removes the items that refer to it.
        login: As whom this deployment writes: DSS saves what it rewrites in that name.
    """
    if is_another(before, now):
        return True
    if before.version is not None and before.version == now.version:
        return False
    if before.version is not None and not renames and not gone:
        return True
    old, new = before.document, now.document or {}
    if old is None:  # only its head was listed, and nothing but that can be compared
        if gone and now.saved_by not in (None, login):
            return True
        old = dict(before.head or {})
        new = {name: value for name, value in new.items() if name in old}
    old = without(bare(as_renamed(old, renames), rewritten), gone)
    new = without(bare(new, rewritten), gone)
    # What DSS rewrites in code is not known to the letter: names alone are no edit.
    return bool(old != new and blurred(old, renames) != blurred(new, renames))


def is_another(before: Live, now: Live) -> bool:
    """Whether an object was created after another one of its id was read."""
    return None not in (before.created_at, now.created_at) and before.created_at != now.created_at


def without(document: Any, gone: Collection[str]) -> Any:
    """Copy *document* without the items of lists that refer to what is gone."""
    if isinstance(document, dict):
        return {name: without(value, gone) for name, value in document.items()}
    if isinstance(document, list) and gone:
        return [without(each, gone) for each in document if not refers(each, gone)]
    return document


def refers(item: Any, gone: Collection[str]) -> bool:
    """Whether an item of a list, such as what a step builds, stands for something that is gone."""
    return isinstance(item, dict) and any(item.get(name) in gone for name in ("itemId", "objectId"))


def overwritten(dss: Any, step: Step, before: Live, after: Live, saves: int) -> str | None:
    """
    Report a save of somebody else that our own write may have overwritten, or None.

    DSS replaces whole documents without comparing them. A save between our read and our write
    is lost, and only the version number shows it.

    Args:
        dss: The session.
        step: The step that wrote it.
        before: The object as read right before the write.
        after: The object as read right after the write.
        saves: How many saves the write took.
    """
    if before.version is None or after.version is None or after.version <= before.version + saves:
        return None
    who = saved_by(dss, step) or "somebody"
    return (
        f"{who} saved it while dssdsl wrote it; that change may be lost: see the project's history"
    )


def saved_by(dss: Any, step: Step) -> str | None:
    """Who else saved the object last, by the project's log; None if the log does not say."""
    for commit in dss.git(step.project).log(20):
        mine = dss.login is not None and dss.login in commit.author
        about = step.kind == "project" or step.name in commit.message
        if commit.author and not mine and about:
            return str(commit.author.partition("<")[0].strip() or commit.author)
    return None
