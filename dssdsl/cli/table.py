"""The table of a plan: the tree of resources under their projects, and why each changes."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from dssdsl.lang.keys import PROJECT
from dssdsl.plan.causes import Basis, Cause, Topic
from dssdsl.plan.changes import Effect, Reason
from dssdsl.plan.steps import Action

from . import sentences
from .details import blocks, brief
from .layout import NARROWEST, Columns
from .screen import Line, Screen, Span, line
from .values import ago, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from dssdsl.plan.changes import Change
    from dssdsl.plan.steps import Plan, Step

GLYPHS = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "delete": ("-", "red"),
    "replace": ("+-", "magenta"),
    "adopt": ("=", "cyan"),
    "rename": (">", "cyan"),
    "move": (">", "cyan"),
    "forget": (".", "dim"),
    "keep": (" ", ""),
}
TITLES = ("", "Type", "Name", "Plan", "Why")
GUTTER = 5
"""Columns of the glyphs, in front of the tree."""


@frozen
class Row:
    """One row of the table; *stem* continues its tree on the lines below it."""

    glyph: str
    style: str
    tree: str
    stem: str
    kind: str
    name: str
    action: str
    why: tuple[str, ...] = ()

    def beside(self, room: int) -> tuple[str | Span, ...]:
        """Its cells, with the reasons in a column *room* wide."""
        why = [piece for text in self.why for piece in _wrapped(text, room)]
        tree = [f"{self.tree}{self.kind}", *(self.stem for _ in why[1:])]
        glyph = Span(f"{self.glyph:<3}", self.style)
        return glyph, "\n".join(tree), self.name, self.action, "\n".join(why)

    def below(self, width: int) -> Iterator[Line]:
        """Its lines, with the reasons below it; the first one is beside it if it fits."""
        from rich.cells import cell_len

        parts = (f"{self.tree}{self.kind} {self.name}".rstrip(), self.action, *self.why[:1])
        beside = "  ".join(part for part in parts if part)
        reasons = self.why[1:]
        if GUTTER + cell_len(beside) > width:
            beside = "  ".join(parts[:2])
            reasons = self.why
        yield line(Span(f"{self.glyph:<{GUTTER}}", self.style), beside)
        stem = f"{'':{GUTTER}}{self.stem:<5}"
        for text in reasons:
            yield from (line(stem, piece) for piece in _wrapped(text, width - len(stem)))


@frozen
class PlanTable:
    """
    The steps of a plan: in columns, or where these do not fit, each reason below its step.

    Attributes:
        plan: The plan.
        now: The time, in seconds since 1970. Changes in DSS are shown by their age.
    """

    plan: Plan
    now: float

    def on(self, screen: Screen) -> Iterator[Line | RenderableType]:
        """Draw it."""
        rows = list(_rows(self.plan, self.now))
        room = Columns([evolve(row, why=()).beside(0) for row in rows], TITLES).room(screen)
        if room < NARROWEST:
            for row in rows:
                yield from row.below(screen.width)
        else:
            yield from Columns([row.beside(room) for row in rows], TITLES).on(screen)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)


def _rows(plan: Plan, now: float) -> Iterator[Row]:
    projects: dict[str, list[Step]] = {}
    for step in plan.steps:
        projects.setdefault(step.project, []).append(step)
    for key, steps in projects.items():
        own = next((step for step in steps if step.kind == PROJECT), None)
        if own is None:
            yield Row("", "", "", "", PROJECT, key, "")
        else:
            yield _row(own, "", "│" if len(steps) > 1 else "", now, plan.basis)
        inner = [step for step in steps if step is not own]
        for step in inner:
            last = step is inner[-1]
            yield _row(step, "└─ " if last else "├─ ", "" if last else "│", now, plan.basis)


def _row(step: Step, tree: str, stem: str, now: float, basis: Basis) -> Row:
    glyph, style = GLYPHS[step.action.value]
    answers = "!" if step.answers_dss else " "
    return Row(
        glyph=f"{answers}{glyph}",
        style=style,
        tree=tree,
        stem=stem,
        kind=step.kind.replace("_", " "),
        name=f"{step.old} → {step.name}" if step.old else step.name,
        action=step.action.value,
        why=reasons(step, now, basis),
    )


def reasons(step: Step, now: float, basis: Basis = Basis.PROGRAM) -> tuple[str, ...]:
    """Why a step is in the plan, what follows it, and what it keeps, loses or breaks, as sentences."""
    why = _why(step, now, basis)
    if step.then:
        then = f"then {', '.join(map(sentences.follow_up, step.then))}"
        why = f"{why}, {then}" if why else then
    fixed = bool(_fixed(step))  # the reason says it already
    remarks = [r for r in step.remarks if not (fixed and r.topic is Topic.FIXED_AT_CREATION)]
    return (*([why] if why else ()), *(sentences.remark(r, basis) for r in remarks))


def _fixed(step: Step) -> list[Change]:
    """The changes that make a step a replace."""
    replaced = step.action is Action.REPLACE
    return [c for c in step.changes if replaced and c.effect is Effect.REPLACE]


def _why(step: Step, now: float, basis: Basis) -> str:
    why = sentences.why(step, basis)
    if not step.changes:
        return why
    if fixed := _fixed(step):
        fields = list(dict.fromkeys(c.field for c in fixed))
        verb = "is" if len(fields) == 1 else "are"
        change = brief(blocks(fixed)).removeprefix(f"{fields[0]}: ")
        by = f", changed in DSS{_who(step, now)}" if step.answers_dss else ""
        return f"{', '.join(fields)} {verb} fixed at creation: {change}{by}"
    change = brief(blocks(step.changes))
    if step.action is Action.REPLACE:
        return f"{why}, {change}"
    if step.action is Action.ADOPT:
        fields = list(dict.fromkeys(c.field for c in step.changes))
        differ = "differs" if len(fields) == 1 else "differ"
        return f"already in DSS, {plural(len(fields), 'field')} {differ}"
    reason = sentences.reason(step) if step.cause is Cause.CHANGED else None
    fresh = all(c.reason is Reason.ADOPTED_DIFFERS and c.old is None for c in step.changes)
    if fresh or not why or reason is Reason.CHANGED_IN_CODE:
        return change
    who = _who(step, now) if step.answers_dss else ""
    return f"{change}, {why}{who}"


def _who(step: Step, now: float) -> str:
    if step.live is None:
        return ""
    who = f" by {step.live.saved_by}" if step.live.saved_by else ""
    return f"{who}, {ago(now - step.live.saved_at)}" if step.live.saved_at else who
