"""
Every error that dssdsl raises.

* DssdslError
  - ProgramError             the program, or its configuration, is wrong (2)
    + CycleError             resources need each other
    + ConnectionNotFoundError  a connection that DSS does not have
    + Faults                 everything that is wrong with one program
  - Denied                   DSS does not let this key in, or not this far (3)
  - DssError                 DSS refused or failed an operation, or cannot be reached (4)
    + NotFound               an object that DSS does not have (6)
    + Exists                 an object that DSS has already
      - Unseen               … and this key may not see it (3)
    + Unreachable            no answer from DSS
    + StepsFailed            steps of a plan that failed
  - Refused                  a rule of dssdsl forbids it (5)
  - Cancelled                the user said no, or stopped it (8)
  - Locked                   somebody else is deploying (9)
  - TimedOut                 what DSS does in the background took too long (9)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from .hidden import hiding


class DssdslError(Exception):
    """
    An error that the user can act on.

    Args:
        problem: What is wrong, in the user's words, with no full stop.

        at: Where in the user's files, as ``file:line``.

        fix: What would make it right.

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
    """DSS does not let this key in, or not this far."""

    exit_code = 3


class DssError(DssdslError):
    """DSS refused or failed an operation."""

    exit_code = 4


class NotFound(DssError):
    """DSS does not have the object."""

    exit_code = 6


class Exists(DssError):
    """DSS has an object of that name already, whose ever it is."""


class Unseen(Denied, Exists):
    """DSS has an object of that name already, and the key may not see it."""


class Unreachable(DssError):
    """DSS did not answer."""


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
    """What DSS does in the background took too long."""

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


class Faults(_Several, ProgramError):
    """
    Everything that is wrong with one program, found in one run.

    Its exit code is the most telling one of its parts: a rule (5) only where nothing else is wrong.
    """

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        codes = [error.exit_code for error in self.each()]
        return min(codes, default=ProgramError.exit_code)


class StepsFailed(_Several, DssError):
    """
    Steps of a plan failed; the rest was done, and recorded.

    Its exit code says so, unless all that went wrong was that the key was not let in, or all was locked or too slow.
    """

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        errors = list(self.each())
        codes = {error.exit_code for error in errors}
        if len(codes) == 1 and codes <= {Denied.exit_code, Locked.exit_code}:
            return codes.pop()
        return DssError.exit_code
