"""The table of a plan: the tree of resources under their projects, and why each changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from dssdsl.lang.keys import PROJECT
from dssdsl.plan.causes import Basis, Cause, Topic
from dssdsl.plan.changes import Effect, Reason
from dssdsl.plan.steps import Action

from . import sentences
from .details import blocks, brief
from .screen import BLANK, Line, Span, cells, line, pad, wrap
from .values import ago, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
GUTTER = 5
GAP = "  "
NARROWEST = 20
"""Columns that the reasons need to stand beside the plan; with fewer they go below."""


@frozen
class Row:
    """One line of the table."""

    glyph: str
    style: str
    tree: str
    stem: str
    kind: str
    name: str
    action: str
    why: tuple[str, ...]


def table(plan: Plan, width: int, now: float) -> Iterator[Line]:
    """
    Draw the steps of a plan.

    Args:
        plan: What is drawn.
        width: Columns.
        now: The time, in seconds since 1970, for how long ago something was.
    """
    rows = list(_rows(plan, now))
    kinds = max(cells(r.tree + r.kind) for r in rows)
    actions = max(len("Plan"), *(len(r.action) for r in rows))
    widest = width - GUTTER - kinds - len(GAP) * 2 - actions
    names = max([len("Name"), *(n for n in (cells(r.name) for r in rows) if n <= widest)])
    start = GUTTER + kinds + names + actions + 3 * len(GAP)
    beside = width - start >= NARROWEST
    below = GUTTER + 4 + len(GAP)
    title = f"{pad('Type', kinds)}{GAP}{pad('Name', names)}{GAP}{pad('Plan', actions)}{GAP}Why"
    yield line(" " * GUTTER, Span(title, "bold"))
    for row in rows:
        room = width - (start if beside else below)
        why = [piece for text in row.why for piece in wrap(text, max(room, 10))]
        first = f"{pad(row.action, actions)}{GAP}{why.pop(0)}" if beside and why else row.action
        head = line(
            Span(pad(row.glyph, GUTTER), row.style),
            f"{row.tree}{pad(row.kind, kinds - cells(row.tree))}{GAP}",
        )
        stem = pad(row.stem, kinds)
        if cells(row.name) > names:
            yield (*head, Span(row.name, row.style if row.action else ""))
            yield line(" " * GUTTER, stem, GAP, pad("", names), GAP, first)
        else:
            yield (*head, Span(pad(row.name, names)), Span(f"{GAP}{first}"))
        for piece in why:
            indent = start if beside else below
            yield line(" " * GUTTER, pad(row.stem, indent - GUTTER), piece)


def _rows(plan: Plan, now: float) -> Iterator[Row]:
    projects: dict[str, list[Step]] = {}
    for step in plan.steps:
        projects.setdefault(step.project, []).append(step)
    for key, steps in projects.items():
        own = next((step for step in steps if step.kind == PROJECT), None)
        if own is None:
            yield Row("", "", "", "", PROJECT, key, "", ())
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
    told = _why(step, now, basis)
    if step.then:
        then = f"then {', '.join(map(sentences.follow_up, step.then))}"
        told = f"{told}, {then}" if told else then
    fixed = bool(_fixed(step))  # then the reason has it already
    remarks = [r for r in step.remarks if not (fixed and r.topic is Topic.FIXED_AT_CREATION)]
    return (*([told] if told else ()), *(sentences.remark(r, basis) for r in remarks))


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
        told = brief(blocks(fixed)).removeprefix(f"{fields[0]}: ")
        by = f", changed in DSS{_who(step, now)}" if step.answers_dss else ""
        return f"{', '.join(fields)} {verb} fixed at creation: {told}{by}"
    told = brief(blocks(step.changes))
    if step.action is Action.REPLACE:
        return f"{why}, {told}"
    if step.action is Action.ADOPT:
        fields = list(dict.fromkeys(c.field for c in step.changes))
        differ = "differs" if len(fields) == 1 else "differ"
        return f"already in DSS, {plural(len(fields), 'field')} {differ}"
    reason = sentences.reason(step) if step.cause is Cause.CHANGED else None
    fresh = all(c.reason is Reason.ADOPTED_DIFFERS and c.old is None for c in step.changes)
    if fresh or not why or reason is Reason.CHANGED_IN_CODE:
        return told
    who = _who(step, now) if step.answers_dss else ""
    return f"{told}, {why}{who}"


def _who(step: Step, now: float) -> str:
    if step.live is None:
        return ""
    who = f" by {step.live.saved_by}" if step.live.saved_by else ""
    return f"{who}, {ago(now - step.live.saved_at)}" if step.live.saved_at else who


def details(steps: Iterable[Step], each: int | None, total: int | None) -> Iterator[Line]:
    """
    Say all that changes, resource by resource.

    Args:
        steps: What is told of; those whose row says it all are left out unless there is no limit.
        each: Changed lines of one resource that are shown at most.
        total: Changed lines that are shown at most.
    """
    left = total
    for step in steps:
        found = blocks(step.changes)
        if not found or (each is not None and len(found) == 1 and found[0].complete):
            continue
        if left is not None and left <= 0:
            yield line(Span("more changes are not shown: --diff shows them all", "dim"))
            return
        yield line(Span(step.label, "bold"))
        room = each
        hidden = 0
        for block in found:
            if room is not None and room <= 0:
                hidden += block.changed
                continue
            title = f"  {block.title}" + (f"  {block.beside}" if block.beside else "")
            yield line(title)
            shown = list(_until(block.lines, room))
            yield from (line("    ", *row) for row in shown)
            count = sum(1 for row in shown if row and row[0].style)
            hidden += block.changed - count
            room = None if room is None else room - count
            left = None if left is None else left - count
        if hidden:
            yield line(
                Span(f"    … {plural(hidden, 'more changed line')} (--diff shows all)", "dim")
            )


def _until(lines: Iterable[Line], room: int | None) -> Iterator[Line]:
    for row in lines:
        if room is not None and row and row[0].style:
            if room == 0:
                return
            room -= 1
        yield row


__all__ = ["BLANK", "GLYPHS", "details", "reasons", "table"]
