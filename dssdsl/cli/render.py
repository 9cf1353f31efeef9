"""Plans, results and errors, as lines: everything that a command shows."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING, Any

from . import sentences
from .screen import BLANK, Line, Span, line
from .table import details, reasons, table
from .values import compact, plural, took

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from dssdsl.errors import DssdslError
    from dssdsl.plan.steps import Plan
    from dssdsl.settings import Settings

    from .progress import Outcome

AT_ONCE = 12
"""Changed lines of one resource that are shown unasked."""
IN_ALL = 120
"""Changed lines of a plan that are shown unasked."""
MARKDOWN = 65_536
"""Characters that a comment on a pull request may have."""
DESTROYED = "Destroyed"
DESTRUCTIVE = ("--replace", "--delete-", "--move")
PAST = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "rename": "renamed",
    "move": "moved",
    "adopt": "adopted",
    "delete": "deleted",
    "forget": "forgotten",
    "keep": "kept",
}


def head(settings: Settings, program: Path | str) -> Line:
    """The first line of every command: the stack, its DSS, the program."""
    where = "embedded emulator" if settings.emulator is not None else settings.host
    return line(Span(f"Stack {settings.name} · {where} · {program}", "bold"))


def plan(
    plan: Plan,
    width: int,
    *,
    outputs: Mapping[str, Any] | None = None,
    full: bool = False,
    now: float | None = None,
) -> Iterator[Line]:
    """
    Draw a plan: the table, what changes, outputs, the summary.

    Args:
        plan: What is drawn.
        width: Columns.
        outputs: What the program exports.
        full: Whether every changed line is shown.
        now: The time; left out, the clock's.
    """
    yield BLANK
    if plan.steps:
        yield from table(plan, width, time.time() if now is None else now)
        yield BLANK
        changed = list(changes(plan, full=full))
        if changed:
            yield from changed
            yield BLANK
        if outputs:
            yield from said_outputs(outputs)
            yield BLANK
        yield line(f"  {plan.summary()}")
    else:
        yield nothing(plan)
    yield from remarks(plan)


def changes(plan: Plan, *, full: bool) -> Iterator[Line]:
    """What changes inside the resources of a plan."""
    limits = (None, None) if full else (AT_ONCE, IN_ALL)
    yield from details((s for s in plan.steps if s.action.value != "delete"), *limits)


def nothing(plan: Plan) -> Line:
    """What is said of a plan that does nothing."""
    if not plan.unchanged:
        return line("Nothing to do: nothing is deployed, and nothing is to be.")
    are = "is" if plan.unchanged == 1 else "are"
    return line(f"No changes. {plural(plan.unchanged, 'resource')} {are} as the program says.")


def remarks(plan: Plan) -> Iterator[Line]:
    """What is worth knowing beside the steps."""
    for found in plan.remarks:
        yield line(f"  note: {sentences.remark(found, plan.basis)}")
    for text in plan.not_checked:
        yield line(f"  not checked: {text}")


def drift(
    plan: Plan,
    width: int,
    *,
    full: bool = False,
    now: float | None = None,
    back: str = "what the program says",
) -> Iterator[Line]:
    """
    Draw what was changed in DSS; the plan holds nothing else.

    Args:
        plan: What is drawn.
        width: Columns.
        full: Whether every changed line is shown.
        now: The time; left out, the clock's.
        back: What the new side of an arrow is.
    """
    yield BLANK
    yield from table(plan, width, time.time() if now is None else now)
    yield BLANK
    changed = list(changes(plan, full=full))
    if changed:
        yield from changed
        yield BLANK
    yield line(
        f"  {plural(len(plan.steps), 'resource')} changed in DSS · {plan.unchanged} as deployed"
    )
    yield line(f"  the arrows show what it would take to put back {back}")
    yield from remarks(plan)


def warnings(found: Iterable[str]) -> Iterator[Line]:
    """What looks wrong in a program and may be meant."""
    for text in found:
        yield line(Span("warning: ", "yellow"), text)


def said_outputs(outputs: Mapping[str, Any]) -> Iterator[Line]:
    """What a program exports."""
    yield line(Span("Outputs", "bold"))
    for name in sorted(outputs):
        yield line(f"    {name}: {compact(outputs[name])}")


def finished(plan: Plan, seconds: float, serial: int, *, word: str = "Deployed") -> Line:
    """
    What is said when all is done.

    Args:
        plan: What was done.
        seconds: How long that took.
        serial: The deployment's number.
        word: What it is called.
    """
    counts = ", ".join(f"{n} {PAST[action]}" for action, n in plan.counts().items())
    text = f"{word} in {took(seconds)}: {counts or 'nothing changed'}."
    if word != DESTROYED and serial and plan.projects:
        text += f" Deployment {serial} of {', '.join(plan.projects)}."
    return line(Span(text, "green"))


def unfinished(outcome: Outcome, args: Iterable[str]) -> Iterator[Line]:
    """What is said when not all is done: what was, what not, and how to go on."""
    yield BLANK
    parts = [
        f"{len(outcome.done)} done",
        f"{len(outcome.failed)} failed" if outcome.failed else "",
        f"{len(outcome.skipped)} not begun" if outcome.skipped else "",
    ]
    yield line(f"  {', '.join(part for part in parts if part)}; what was done is recorded")
    yield line(f"  go on with: dssdsl {shlex.join(args)}")


def errors(error: DssdslError, *, agent: bool = False) -> Iterator[Line]:
    """
    Say what is wrong, where, and what to do.

    Args:
        error: One, or several in one.
        agent: Whether whoever reads it may act without its user; a cure that destroys says so.
    """
    found = list(error.each())
    for each in found:
        problem, *rest = each.problem.splitlines() or [""]
        yield line(Span("error: ", "red"), problem)
        yield from (line(f"       {text}") for text in rest)
        if each.at:
            yield line(f"  at   {each.at}")
        if each.fix:
            yield line(f"  fix  {each.fix}")
            if agent and any(flag in each.fix for flag in DESTRUCTIVE):
                yield line("       do not pass this flag unless the user has agreed")
    if len(found) > 1:
        yield line(plural(len(found), "fault"))


def lost(plan: Plan) -> Iterator[Line]:
    """The data that a plan deletes."""
    yield BLANK
    yield line(Span("The data of these is deleted, and nothing brings it back:", "red"))
    for step in plan.steps:
        if step.drop_data:
            yield line(f"  - {step.label}")


def markdown(plan: Plan, title: str = "dssdsl preview", *, now: float | None = None) -> str:
    """
    A plan for a pull request.

    Returns:
        Markdown of at most 65,536 characters; what did not fit is counted.
    """
    now = time.time() if now is None else now
    out = [
        f"### {title}",
        "",
        plan.summary().capitalize() if not plan.steps else f"**{plan.summary()}**",
        "",
    ]
    if plan.steps:
        out += ["| Plan | Type | Name | Why |", "| --- | --- | --- | --- |"]
    size = sum(len(text) + 1 for text in out)
    rows = [
        f"| {s.action.value} | {s.kind.replace('_', ' ')} | `{_cell(s.name or s.project)}` | {_cell('; '.join(reasons(s, now, plan.basis)))} |"
        for s in plan.steps
    ]
    tail = [f"* {sentences.remark(found, plan.basis)}" for found in plan.remarks] + [
        f"* not checked: {text}" for text in plan.not_checked
    ]
    room = MARKDOWN - 400
    for shown, row in enumerate(rows):
        if size + len(row) + 1 > room:
            out.append(f"| … | | | {plural(len(rows) - shown, 'more step')} |")
            break
        out.append(row)
        size += len(row) + 1
    out.append("")
    plain = ["".join(span.text for span in row) for row in changes(plan, full=True)]
    block = "\n".join(plain)
    if block and size + len(block) < room:
        fence = "`" * max(3, _longest_run(block) + 1)
        folded = [
            "<details><summary>Changes</summary>",
            "",
            f"{fence}diff",
            *map(_left, plain),
            fence,
            "</details>",
            "",
        ]
        out += folded
        size += sum(len(text) + 1 for text in folded)
    elif block:
        out += [f"{plural(len(plain), 'line')} of changes did not fit here.", ""]
    for text in tail:
        if size + len(text) + 1 > room:
            break
        out.append(text)
        size += len(text) + 1
    return "\n".join(out).rstrip()[: MARKDOWN - 1] + "\n"


def _left(text: str) -> str:
    """A changed line with its sign in the first column, where a diff has it."""
    bare = text.lstrip()
    return f"{bare[0]}{text[: len(text) - len(bare)]}{bare[1:]}" if bare[:1] in ("+", "-") else text


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _longest_run(text: str) -> int:
    longest = here = 0
    for letter in text:
        here = here + 1 if letter == "`" else 0
        longest = max(longest, here)
    return longest
