"""A plan as Markdown, for a comment on a pull request."""

from __future__ import annotations

import io
import re
import time
from typing import TYPE_CHECKING

from attrs import define, field

from . import sentences
from .render import changes
from .screen import CONTROL, Screen
from .table import reasons
from .values import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dssdsl.errors import DssdslError
    from dssdsl.plan.causes import Basis
    from dssdsl.plan.steps import Plan, Step

LIMIT = 65_536
"""Characters of a comment, at most: GitHub refuses longer ones."""
RESERVED = 400
"""Characters for the lines that say what does not fit."""


@define
class Page:
    """Lines, and how many characters may follow."""

    room: int = LIMIT - RESERVED
    lines: list[str] = field(factory=list)

    def add(self, *lines: str) -> bool:
        """Add all of *lines* if they fit."""
        size = sum(len(text) + 1 for text in lines)
        if size > self.room:
            return False
        self.lines += lines
        self.room -= size
        return True


def plan(
    plan: Plan, title: str, *, refused: Sequence[DssdslError] = (), now: float | None = None
) -> str:
    """
    Write a plan as Markdown: a table of its steps, its changed lines, its notes.

    Args:
        plan: The plan.
        title: The heading.
        refused: What forbids the plan.
        now: The time, in seconds since 1970. Default: now.

    Returns:
        At most 65,536 characters. What does not fit is counted.
    """
    now = time.time() if now is None else now
    page = Page()
    page.add(f"### {title}", "", f"**{plan.summary()}**", "")
    for error in refused:
        at, fix = (f" ({error.at})" if error.at else ""), (f": {error.fix}" if error.fix else "")
        page.add(f"* **refused:** {error.problem}{at}{fix}")
    page.add(*[""] * bool(refused))
    if plan.steps:
        page.add("| Plan | Type | Name | Why |", "| --- | --- | --- | --- |")
    for number, step in enumerate(plan.steps):
        if not page.add(_row(step, now, plan.basis)):
            page.lines.append(f"| … | | | {plural(len(plan.steps) - number, 'more step')} |")
            break
    page.lines.append("")
    shown = io.StringIO()
    Screen(shown).show(changes(plan, full=True))
    changed = shown.getvalue().splitlines()
    if changed and not page.add(*_folded(changed)):
        page.lines += [f"{plural(len(changed), 'line')} of changes did not fit here.", ""]
    notes = [
        *(sentences.remark(found, plan.basis) for found in plan.remarks),
        *(f"not checked: {text}" for text in plan.not_checked),
    ]
    for number, text in enumerate(notes):
        if not page.add(f"* {text}"):
            page.lines.append(f"* … {plural(len(notes) - number, 'more note')}")
            break
    return CONTROL.sub("?", "\n".join(page.lines).rstrip() + "\n")


def _row(step: Step, now: float, basis: Basis) -> str:
    name = step.name or step.project
    cells = (
        step.action.value,
        step.kind.replace("_", " "),
        f"`{step.old} → {name}`" if step.old else f"`{name}`",
        "; ".join(reasons(step, now, basis)),
    )
    escaped = (text.replace("|", "\\|").replace("\n", " ") for text in cells)
    return f"| {' | '.join(escaped)} |"


def _folded(changed: Sequence[str]) -> list[str]:
    """Changed lines in a block that the reader unfolds."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", "\n".join(changed))), default=0))
    return [
        "<details><summary>Changes</summary>",
        "",
        f"{fence}diff",
        *(re.sub(r"^( +)([+-])", r"\2\1", text) for text in changed),
        fence,
        "</details>",
        "",
    ]
