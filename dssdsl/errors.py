"""
Every error that dssdsl raises.

* DssdslError
  - ProgramError             the program, or its configuration, is wrong (2)
    + CycleError             resources need each other
    + ConnectionNotFoundError  a connection that DSS does not have
    + ProgramErrors          all errors of one program
      - PlanRefused          what forbids a plan, with the plan
  - Denied                   the key lacks a permission (3)
  - DssError                 DSS refused or failed an operation, or cannot be reached (4)
    + Rejected               a request that DSS answered with a refusal, and that changed nothing
    + NotFound               an object that DSS does not have (6)
    + Exists                 an object that DSS already has
      - Unseen               … and this key may not see it (3)
    + Unreachable            no answer from DSS
    + StepsFailed            steps of a plan that failed
  - Refused                  a rule of dssdsl forbids it (5)
  - Cancelled                the user said no, or stopped it (8)
  - Locked                   somebody else is deploying (9)
  - TimedOut                 a background task of DSS took too long (9)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from .hidden import hiding

MISFITS = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What Python raises for a value that does not have the expected form: a response of DSS, a part with errors."""


class DssdslError(Exception):
    """
    An error that the user can act on.

    Args:
        problem: The problem, in the user's words, without a full stop.

        at: Its place in the user's files, as ``file:line``.

        fix: What to do.

        field: The field of a declaration that it is about, if it is about one.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        problem: str,
        *,
        at: str | None = None,
        fix: str | None = None,
        field: str | None = None,
    ) -> None:
        hidden = hiding()
        problem = hidden.conceal(problem)
        super().__init__(problem)
        self.problem = problem
        self.at = at
        self.fix = fix and hidden.conceal(fix)
        self.field = field

    def __str__(self) -> str:
        lines = [self.problem]
        if self.at:
            lines.append(f"  at   {self.at}")
        if self.fix:
            lines.append(f"  fix  {self.fix}")
        return "\n".join(lines)

    def each(self) -> Iterator[DssdslError]:
        """Yield the single errors that this one stands for."""
        yield self


class ProgramError(DssdslError):
    """The program, or its configuration, is wrong."""

    exit_code = 2


class CycleError(ProgramError):
    """Some resources need each other."""


class ConnectionNotFoundError(ProgramError):
    """The program names a connection that DSS does not have."""


class Denied(DssdslError):
    """the key lacks a permission."""

    exit_code = 3


class DssError(DssdslError):
    """DSS refused or failed an operation."""

    exit_code = 4


class Rejected(DssError):
    """DSS answered that the request is wrong (HTTP 4xx): it changed nothing."""


class NotFound(Rejected):
    """DSS does not have the object."""

    exit_code = 6


class Exists(Rejected):
    """DSS already has an object of that name."""


class Unseen(Denied, Exists):
    """DSS has an object of that name already, and the key may not see it."""


class Unreachable(DssError):
    """DSS did not answer."""


class NotComputed(DssError):
    """DSS cannot compute the columns that a recipe writes."""


class Refused(DssdslError):
    """A rule of dssdsl forbids it."""

    exit_code = 5


class Cancelled(DssdslError):
    """The user said no, or stopped it."""

    exit_code = 8


class Locked(DssdslError):
    """Somebody else is deploying."""

    exit_code = 9


class TimedOut(DssdslError):
    """A background task of DSS took too long."""

    exit_code = 9


class _Several(DssdslError):
    def __init__(self, errors: Sequence[DssdslError]) -> None:
        super().__init__("; ".join(e.problem for e in errors))
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(str(e) for e in self.errors)

    def each(self) -> Iterator[DssdslError]:
        for error in self.errors:
            yield from error.each()


class ProgramErrors(_Several, ProgramError):
    """
    All errors of one program, found in one run.

    Its exit code is the most telling one of its parts: 5 (a rule) only if nothing else is wrong.
    """

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        codes = [error.exit_code for error in self.each()]
        return min(codes, default=ProgramError.exit_code)


class PlanRefused(ProgramErrors):
    """
    A plan that may not run.

    Args:
        errors: What forbids it.

        plan: What it would do, a `dssdsl.plan.steps.Plan`.
    """

    def __init__(self, errors: Sequence[DssdslError], plan: Any) -> None:
        super().__init__(errors)
        self.plan = plan


class StepsFailed(_Several, DssError):
    """
    Steps of a plan failed; the others are done and recorded.

    Its exit code is 4, unless every step failed for lack of a permission, a lock or a timeout.
    """

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        errors = list(self.each())
        codes = {error.exit_code for error in errors}
        if len(codes) == 1 and codes <= {Denied.exit_code, Locked.exit_code}:
            return codes.pop()
        return DssError.exit_code
