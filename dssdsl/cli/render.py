"""Plans and results, as a screen shows them."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING, Any

from . import sentences
from .details import changed_lines
from .layout import Paragraph, paragraph
from .screen import BLANK, Drawing, Line, Span, line
from .table import PlanTable
from .values import compact, duration, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dssdsl.plan.steps import Plan
    from dssdsl.settings import Settings

    from .progress import Outcome

AT_ONCE = 12
"""Changed lines of one resource that are shown without --diff."""
IN_ALL = 120
"""Changed lines of a plan that are shown without --diff."""
DESTROYED = "Destroyed"


def title(settings: Settings, program: str) -> str:
    """The first line of a command: the stack, its DSS and the program."""
    where = "embedded emulator" if settings.emulator is not None else settings.host
    name = settings.program
    derived = f' · program "{name}" (from its {name.derived})' if name.derived else ""
    return f"Stack {settings.name} · {where} · {program}{derived}"


def plan(
    plan: Plan,
    *,
    outputs: Mapping[str, Any] | None = None,
    full: bool = False,
    summary: bool = True,
    now: float | None = None,
) -> Iterator[Line | Drawing]:
    """
    Show a plan: the table, the changed lines, the outputs, the summary.

    Args:
        plan: The plan.
        outputs: What the program exports.
        full: Whether to show every changed line.
        summary: Whether to count the steps.
        now: The time, in seconds since 1970. Default: now.
    """
    yield BLANK
    if plan.steps:
        yield from _steps(plan, full=full, now=now)
        if outputs:
            yield from exported(outputs)
            yield BLANK
        if summary:
            yield paragraph(plan.summary(), "  ")
    else:
        yield nothing(plan)
    yield from remarks(plan)


def drift(
    plan: Plan,
    *,
    full: bool = False,
    now: float | None = None,
    deployed: str = "the program's value",
) -> Iterator[Line | Drawing]:
    """
    Show changes made in DSS.

    Args:
        plan: The changes, and nothing else.
        full: Whether to show every changed line.
        now: The time, in seconds since 1970. Default: now.
        deployed: What is on the left of an arrow; the value in DSS is on its right.
    """
    yield BLANK
    yield from _steps(plan.reversed(), full=full, now=now)
    changed = f"{plural(len(plan.steps), 'resource')} changed in DSS"
    yield paragraph(f"{changed} · {plan.unchanged:,} as deployed", "  ")
    yield paragraph(f"an arrow points from {deployed} to the value in DSS", "  ")
    yield from remarks(plan)


def _steps(plan: Plan, *, full: bool, now: float | None) -> Iterator[Line | Drawing]:
    yield PlanTable(plan, time.time() if now is None else now)
    yield BLANK
    changed = list(changes(plan, full=full))
    if changed:
        yield from changed
        yield BLANK


def changes(plan: Plan, *, full: bool) -> Iterator[Line | Drawing]:
    """The changed lines of the resources of a plan."""
    limits = (None, None) if full else (AT_ONCE, IN_ALL)
    yield from changed_lines((s for s in plan.steps if s.action.value != "delete"), *limits)


def nothing(plan: Plan) -> Line:
    """What a plan without steps means."""
    if not plan.unchanged:
        return line("Nothing to do: the program declares nothing, and nothing is deployed.")
    match = "matches" if plan.unchanged == 1 else "match"
    return line(f"No changes. {plural(plan.unchanged, 'resource')} {match} the program.")


def remarks(plan: Plan) -> Iterator[Drawing]:
    """Notes beside the steps of a plan."""
    for found in plan.remarks:
        yield paragraph(sentences.remark(found, plan.basis), "  note: ")
    for text in plan.not_checked:
        yield paragraph(text, "  not checked: ")


def warnings(found: Iterable[str]) -> Iterator[Drawing]:
    """What looks wrong in a program, but can be intended."""
    for text in found:
        yield paragraph(text, Span("warning: ", "yellow"))


def unchecked(sources: Sequence[str]) -> Iterator[Drawing]:
    """The columns that could not be checked, by where they come from."""
    if sources:
        yield paragraph(f"columns that come from {', '.join(sources)}", "not checked: ")


def exported(outputs: Mapping[str, Any]) -> Iterator[Line]:
    """What a program exports."""
    yield line(Span("Outputs", "bold"))
    for name in sorted(outputs):
        yield line(f"    {name}: {compact(outputs[name])}")


def finished(plan: Plan, seconds: float, serial: int, *, word: str = "Deployed") -> Drawing:
    """
    The result of a plan that was applied.

    Args:
        plan: The plan.
        seconds: How long it took.
        serial: The deployment's number.
        word: The action, such as created.
    """
    counts = ", ".join(f"{n} {sentences.ACTIONS[action][1]}" for action, n in plan.counts().items())
    text = f"{word} in {duration(seconds)}: {counts or 'nothing changed'}."
    if word != DESTROYED and serial and plan.projects:
        text += f" Deployment {serial} of {', '.join(plan.projects)}."
    return Paragraph(text, style="green")


def unfinished(outcome: Outcome, args: Iterable[str]) -> Iterator[Line | Drawing]:
    """The result of a plan that was applied in part, and the command that continues it."""
    yield BLANK
    parts = [
        f"{len(outcome.done)} done",
        f"{len(outcome.failed)} failed" if outcome.failed else "",
        f"{len(outcome.begun)} not completed" if outcome.begun else "",
        f"{len(outcome.skipped) - len(outcome.begun)} not started"
        if len(outcome.skipped) > len(outcome.begun)
        else "",
    ]
    done = ", ".join(part for part in parts if part)
    yield paragraph(f"{done}. The state contains the finished steps.", "  ")
    yield line(f"  To continue: dssdsl {shlex.join(args)}")
    yield BLANK


def lost(plan: Plan) -> Iterator[Line]:
    """The data that a plan deletes."""
    yield BLANK
    yield line(Span("This data will be deleted. It cannot be restored:", "red"))
    for step in plan.steps:
        if step.drop_data:
            yield line(f"  - {step.label}")
