"""Show a plan, ask, apply it, show the result: the part that all commands that deploy share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from dssdsl.errors import Cancelled, PlanRefused, ProgramError

from .layout import Paragraph
from .screen import line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dssdsl.deployment.prepare import Prepared
    from dssdsl.deployment.saved_plan import Saved
    from dssdsl.plan.steps import Plan
    from dssdsl.workspace import Workspace

    from .options import Asked
    from .output import Output

CHANGES = 7
"""The exit code if there are changes."""


def shown_path(path: Path) -> str:
    """A path, relative to the working directory if it is inside, or in a folder above."""
    path, here = path.absolute(), Path.cwd()
    if path.is_relative_to(here) or here.is_relative_to(path.parent):
        return Path(os.path.relpath(path, here)).as_posix()
    return str(path)


def shown_program(workspace: Workspace) -> str:
    """The program's file as the title shows it; a folder may have none, for commands that need only state."""
    try:
        return shown_path(workspace.file)
    except ProgramError:
        return "no program"


def begin(output: Output, workspace: Workspace) -> str:
    """Show the stack, its DSS and the program, and return this title."""
    from . import render

    title = render.title(workspace.settings, shown_program(workspace))
    output.show([Paragraph(title, style="bold")])
    workspace.tell = lambda text: output.show([line(text)])
    return title


def document(workspace: Workspace, plan: Plan, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as plain values, with its stack and program."""
    from . import plan_json

    settings = workspace.settings
    return plan_json.plan(
        plan,
        stack=settings.name,
        host=settings.host,
        program=shown_program(workspace),
        outputs=outputs,
    )


@frozen
class Task:
    """
    The texts and rules of a command that deploys.

    Attributes:
        question: The question before the plan is applied.
        done: The word for an applied plan.
        nothing: The text for a plan without steps. Default: that of `up`.
        outputs: Whether to show the program's outputs.
        agreed: Whether the user has confirmed the plan already. Then no other plan is applied.
    """

    question: str
    done: str
    nothing: str = ""
    outputs: bool = True
    agreed: bool = False


UP = Task("Apply these changes?", "Deployed")
DESTROY = Task("Delete these resources?", "Destroyed", outputs=False)


class NewPlan:
    """The plan that replaces the confirmed one, if somebody deployed in between."""

    def __init__(self, yes: bool) -> None:
        self.yes = yes
        self.plan: Plan | None = None

    def agree(self, plan: Plan) -> bool:
        """Keep the new plan. Apply it only if the user passed --yes."""
        self.plan = plan
        return self.yes

    def __bool__(self) -> bool:
        return self.plan is not None and not self.yes


def planned(
    output: Output,
    asked: Asked,
    workspace: Workspace,
    prepare: Callable[[], Prepared],
    title: str = "",
) -> Prepared:
    """
    Make a plan. One that is refused is shown before its refusals.

    Raises:
        PlanRefused: The plan may not run.
    """
    try:
        return prepare()
    except PlanRefused as error:
        from . import plan_markdown, render

        output.document = document(workspace, error.plan, {})
        if output.form == "markdown" and title:
            output.write(plan_markdown.plan(error.plan, title, refused=[*error.each()]))
        elif error.plan:
            output.show([*render.plan(error.plan, full=asked.diff), ()])
        raise


def show_plan(
    output: Output, asked: Asked, plan: Plan, outputs: Mapping[str, Any] | None, nothing: str = ""
) -> None:
    """Show a plan, or *nothing* if it has no steps."""
    from . import render

    if plan or not nothing:
        output.show(render.plan(plan, outputs=outputs, full=asked.diff))
    else:
        output.show([(), line(nothing), *render.remarks(plan)])


def deploy(
    output: Output,
    asked: Asked,
    workspace: Workspace,
    prepare: Callable[[], Prepared],
    task: Task,
) -> int:
    """
    Show a plan, ask, and apply it. If somebody deploys in between, show the new plan and ask again.

    Returns:
        The exit code.
    """
    from . import plan_json, progress, prompt, render, signals

    while True:
        prepared = planned(output, asked, workspace, prepare)
        plan = prepared.plan
        known = workspace.outputs(prepared) if task.outputs else {}
        output.document = document(workspace, plan, known)
        show_plan(output, asked, plan, known if task.outputs else None, task.nothing)
        if plan and asked.expect_no_changes:
            return CHANGES
        if not plan:
            workspace.run(prepared)
            return 0
        if not asked.yes and not task.agreed:
            prompt.consent(output, plan, task.question)
        outcome = progress.Outcome()
        newer = NewPlan(asked.yes or task.agreed)
        output.show([()])
        try:
            with (
                progress.shown(output.log, outcome, len(plan.steps)) as listen,
                signals.stopping(workspace.stop),
            ):
                deployment = workspace.run(prepared, listen, newer.agree)
        except Cancelled:
            if not newer:
                raise
            output.show([line("Somebody else has deployed in the meantime. The new plan:")])
            continue
        except BaseException:
            output.document["result"] = plan_json.result(outcome, outcome.seconds, None)
            if outcome.touched:
                output.show(render.unfinished(outcome, output.args))
            raise
        break
    output.document["result"] = plan_json.result(outcome, outcome.seconds, deployment.serial)
    output.show(
        [(), render.finished(deployment.plan, outcome.seconds, deployment.serial, word=task.done)]
    )
    if task.outputs:
        output.document["outputs"] = dict(deployment.outputs)
        if deployment.outputs:
            output.show([(), *render.exported(deployment.outputs)])
    return 0


def saved_plan(asked: Asked, path: Path, operation: str) -> Saved:
    """
    Read a saved plan.

    Raises:
        ProgramError: It is for another command, or the command line has options for planning.
    """
    from attrs import evolve

    from dssdsl.deployment import saved_plan as saved
    from dssdsl.plan.options import Options

    found = saved.load(path)
    if found.operation != operation:
        raise ProgramError(
            f"the saved plan is for {found.operation}, not for {operation}",
            at=str(path),
            fix=f"dssdsl {found.operation} --plan {path}",
        )
    given = evolve(asked.options, continue_on_error=False, commit_others=False)
    if given != Options():
        raise ProgramError(
            "options for planning don't apply to a saved plan",
            fix="leave them out, or save a new plan with them",
        )
    return found
