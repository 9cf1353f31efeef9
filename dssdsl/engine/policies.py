"""Asks a program's policies about a plan, and runs its hooks."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dssdsl.errors import DssdslError, DssError, PlanRefused, ProgramError, Refused
from dssdsl.lang.hooks import Hook, Verdict
from dssdsl.lang.program import PACKAGE, Program
from dssdsl.plan.causes import Remark, Topic
from dssdsl.plan.steps import Plan, Step


def judge(plan: Plan, program: Program) -> tuple[Remark, ...]:
    """
    Ask each policy of *program* about *plan*.

    Returns:
        Their warnings.

    Raises:
        PlanRefused: Everything that they forbid, and the errors of the policies themselves.
    """
    refusals: list[DssdslError] = []
    remarks: list[Remark] = []
    for policy in program.policies if plan else ():
        at = place(policy, program)
        try:
            verdicts = list(verdicts_of(policy(plan)))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is the user's own
            refusals.append(
                ProgramError(f"policy {told(policy, error)}", at=whence(error, program))
            )
            continue
        for verdict in verdicts:
            text = f"{verdict.step.label}: {verdict.text}" if verdict.step else verdict.text
            if verdict.refused:
                refusals.append(Refused(text, at=at, fix=f'policy "{name(policy)}" forbids it'))
            else:
                remarks.append(Remark(Topic.TEXT, (text,), at=at))
    if refusals:
        raise PlanRefused(refusals, plan)
    return tuple(remarks)


def verdicts_of(said: Any) -> Iterator[Verdict]:
    """The verdicts that a policy returned or yielded: none, one or several."""
    for verdict in [said] if isinstance(said, Verdict) else said or ():
        if not isinstance(verdict, Verdict):
            raise TypeError(f"it gives {verdict!r}, which is neither refuse(…) nor warn(…)")
        yield verdict


def run_hooks(when: str, hooks: Iterable[Hook], step: Step, dss: Any, program: Program) -> None:
    """
    Run *hooks*, which match *step*.

    Raises:
        DssError: One of them raised.
    """
    for hook in hooks:
        try:
            with program.hidden.active():
                hook.act(step, dss.client)
        except DssdslError:
            raise
        except BaseException as error:  # a worker runs it: sys.exit would end that alone
            problem = f"{step.label}: hook {told(hook.act, error)}, {when} the step"
            raise DssError(
                program.hidden.conceal(problem),
                at=whence(error, program),
            ) from error


def name(function: Callable[..., Any]) -> str:
    """The name of a function, for messages."""
    return str(getattr(function, "__name__", function))


def told(function: Callable[..., Any], error: BaseException) -> str:
    """How a function of the user failed."""
    text = str(error).split("\n", 1)[0]
    return f'"{name(function)}" raised {type(error).__name__}{f": {text}" if text else ""}'


def place(function: Callable[..., Any], program: Program) -> str:
    """Where the program defines a function."""
    code = getattr(function, "__code__", None)
    return f"{program.shown(code.co_filename)}:{code.co_firstlineno}" if code else "?"


def whence(error: BaseException, program: Program) -> str | None:
    """The program's own lines in the traceback of *error*, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{program.shown(f.filename)}:{f.lineno}" for f in frames if not f.filename.startswith(PACKAGE)]  # fmt: skip
    return ", called at ".join(reversed(lines)) or None
