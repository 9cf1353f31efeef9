"""Questions to the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dssdsl.errors import Cancelled, ProgramError

from . import render
from .screen import BLANK, line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dssdsl.plan.steps import Plan

    from .output import Output


def consent(output: Output, plan: Plan, question: str) -> None:
    """
    Ask whether to apply a plan, and a second time if it deletes data.

    Raises:
        Cancelled: The user says no.
        ProgramError: There is no terminal to ask on.
    """
    output.show([BLANK])
    _needs_terminal(output, fix="pass --yes to apply")
    while (answer := _ask(f"{question}  yes / no / details")) in ("d", "details"):
        found = list(render.changes(plan, full=True))
        output.show([BLANK, *(found or [line("There are no more details.")]), BLANK])
    agreed = answer in ("y", "yes")
    if agreed and any(step.drop_data for step in plan.steps):
        output.show([*render.lost(plan), BLANK])
        agreed = _ask("Delete this data?  yes / no") in ("y", "yes")
    if not agreed:
        raise Cancelled("cancelled; nothing was changed")


def agree(output: Output, question: str) -> None:
    """
    Ask a question that is not about a plan.

    Raises:
        Cancelled: The user says no.
        ProgramError: There is no terminal to ask on.
    """
    _needs_terminal(output, fix="pass --yes to confirm")
    if _ask(f"{question}  yes / no") not in ("y", "yes"):
        raise Cancelled("cancelled; nothing was changed")


def ask(question: str, default: str, choices: Iterable[str] = ()) -> str:
    """Ask for a value; an empty answer is *default*."""
    shown = f"{question} ({', '.join(choices)})" if choices else question
    answer = click.prompt(shown, default=default, show_default=bool(default))
    return str(answer).strip()


def _needs_terminal(output: Output, fix: str) -> None:
    if not output.may_ask:
        raise ProgramError("no terminal to ask for confirmation; nothing was changed", fix=fix)


def _ask(question: str) -> str:
    """The answer in lower case. An empty one is no."""
    try:
        answer = click.prompt(question, default="no", show_default=False, prompt_suffix=" ")
    except click.Abort:
        click.echo()  # the cursor is behind the question
        raise
    return str(answer).strip().lower()
