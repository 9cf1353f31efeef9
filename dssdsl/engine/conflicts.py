"""Whether an object is still as it was when a plan was made, and what was lost if it was not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dssdsl.lang.live import Live
from dssdsl.plan.steps import Step

from .renames import Rename, as_renamed

TAGS = frozenset({"versionTag", "creationTag"})
"""What each save rewrites."""


def bare(document: Any, without: Collection[str] = TAGS) -> Any:
    """Copy *document* without what says nothing of what somebody set."""
    if isinstance(document, dict):
        return {
            name: bare(value) for name, value in document.items()
            if name not in without and name not in TAGS and not name.startswith("$")
        }  # fmt: skip
    return [bare(each) for each in document] if isinstance(document, list) else document


def conflicts(
    before: Live, now: Live, renames: Sequence[Rename] = (), rewritten: Collection[str] = ()
) -> bool:
    """
    Tell whether somebody else has saved an object since it was read for the plan.

    Args:
        before: What the plan was made from.
        now: What DSS holds.
        renames: What this deployment has renamed since: DSS saves what names it, and nothing else of it.
        rewritten: Places at the top of the document that DSS rewrites when other objects are written.
    """
    if before.version is not None and before.version == now.version:
        return False
    if before.version is not None and not renames:
        return True
    old, new = before.document, now.document or {}
    if old is None:  # only its head was listed, and nothing but that can be compared
        old = dict(before.head or {})
        new = {name: value for name, value in new.items() if name in old}
    return bool(bare(as_renamed(old, tuple(renames)), rewritten) != bare(new, rewritten))


def overwritten(dss: Any, step: Step, before: Live, after: Live, saves: int) -> str | None:
    """
    Say whose save went under ours, if one did.

    DSS takes whole documents and compares nothing: what somebody saved between our read and our
    write is gone, and only the number of versions tells.

    Args:
        dss: The session.
        step: What was written.
        before: What was read right before it.
        after: What was read right after it.
        saves: How many saves it took.
    """
    if before.version is None or after.version is None or after.version <= before.version + saves:
        return None
    who = saved_by(dss, step) or "somebody"
    return (
        f"it was saved by {who} between our read and our write; "
        "that change may be lost: see the project's history"
    )


def saved_by(dss: Any, step: Step) -> str | None:
    """Who else, by the project's log, saved the object last; None where the log does not say."""
    for commit in dss.git(step.project).log(20):
        mine = dss.login is not None and dss.login in commit.author
        about = step.kind == "project" or step.name in commit.message
        if commit.author and not mine and about:
            return str(commit.author.partition("<")[0].strip() or commit.author)
    return None
