"""Errors, as a screen shows them and as plain values. It imports no module of plans: that would double the time to report a typo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .layout import paragraph
from .screen import Drawing, Line, Span, line
from .values import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dssdsl.errors import DssdslError

DESTRUCTIVE = ("--replace", "--delete-", "--move")
"""Options that delete or leave something behind."""


def errors(error: DssdslError, *, agent: bool = False) -> Iterator[Line | Drawing]:
    """
    Show errors: what is wrong, where, and what to do.

    Args:
        error: One error, or several in one.
        agent: Whether an agent reads it. A fix that deletes something then asks for the user's consent.
    """
    found = list(error.each())
    for each in found:
        problem, *rest = each.problem.splitlines() or [""]
        yield paragraph(problem, Span("error: ", "red"))
        yield from (paragraph(text, "       ") for text in rest)
        if each.at:
            yield paragraph(each.at, "  at   ")
        if each.fix:
            yield paragraph(each.fix, "  fix  ")
            if agent and any(flag in each.fix for flag in DESTRUCTIVE):
                yield paragraph("do not pass this flag unless the user has agreed", "       ")
    if len(found) > 1:
        yield line(plural(len(found), "error"))


def problem(error: DssdslError) -> dict[str, Any]:
    """One error as plain values."""
    return {
        "problem": error.problem,
        "at": error.at,
        "fix": error.fix,
        "exit_code": error.exit_code,
    }


def document(error: DssdslError) -> dict[str, Any]:
    """An error, or several in one, as plain values."""
    return {"exit_code": error.exit_code, "problems": [problem(each) for each in error.each()]}
