"""Shows a plan, asks, runs it, and says what came of it: what all commands that deploy have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from dssdsl.errors import Cancelled, ProgramError

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
"""The exit code for: there are changes."""


def shown_path(path: Path) -> str:
    """A path as the user would write it from here."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def begin(output: Output, workspace: Workspace) -> None:
    """Say where we are."""
    from . import render

    output.show([render.head(workspace.settings, shown_path(workspace.file))])
    workspace.tell = lambda text: output.show([line(text)])


def document(workspace: Workspace, plan: Plan, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as plain values, with where it is for."""
    from . import plan_json

    settings = workspace.settings
    return plan_json.plan(
        plan,
        stack=settings.name,
        host=settings.host,
        program=shown_path(workspace.file),
        outputs=outputs,
    )


@frozen
class Task:
    """
    What a command that deploys says.

    Attributes:
        question: What is asked before it is done.
        done: What is said when it is.
        nothing: What is said where there is nothing to do; left out, what `up` says.
        outputs: Whether the program's outputs are shown.
        agreed: Whether the plan was agreed to before: then nobody is asked, and another one is not run.
    """

    question: str
    done: str
    nothing: str = ""
    outputs: bool = True
    agreed: bool = False


UP = Task("Apply these changes?", "Deployed")
DESTROY = Task("Delete these?", "Destroyed", outputs=False)


class Moved:
    """Whether the plan that was agreed to became another, because somebody deployed in between."""

    def __init__(self, yes: bool) -> None:
        self.yes = yes
        self.plan: Plan | None = None

    def agree(self, plan: Plan) -> bool:
        """Agree to the new plan where the user said yes to whatever it is."""
        self.plan = plan
        return self.yes

    def __bool__(self) -> bool:
        return self.plan is not None and not self.yes


def show_plan(
    output: Output, asked: Asked, plan: Plan, outputs: Mapping[str, Any] | None, nothing: str = ""
) -> None:
    """Show what is to be done, or that there is nothing."""
    from . import render

    if plan or not nothing:
        output.show(render.plan(plan, output.out.width, outputs=outputs, full=asked.diff))
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
    Show a plan, ask, and run it; where somebody deployed in between, show the new one and ask again.

    Returns:
        The exit code.
    """
    from . import plan_json, progress, prompt, render, signals

    while True:
        prepared = prepare()
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
        moved = Moved(asked.yes or task.agreed)
        output.show([()])
        try:
            with (
                progress.shown(output.log, outcome, len(plan.steps)) as listen,
                signals.stopping(workspace.stop),
            ):
                deployment = workspace.run(prepared, listen, moved.agree)
        except Cancelled:
            if not moved:
                raise
            output.show([line("Somebody else deployed in the meantime. The new plan:")])
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
            output.show([(), *render.said_outputs(deployment.outputs)])
    return 0


def saved_plan(asked: Asked, path: Path, operation: str) -> Saved:
    """
    Read the plan that the user wants done.

    Raises:
        ProgramError: It is for another command, or the command line says what only a plan may say.
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
    said = evolve(asked.options(), continue_on_error=False, commit_others=False)
    if said != Options():
        raise ProgramError(
            "options for planning don't apply to a saved plan",
            fix="leave them out, or save a new plan with them",
        )
    return found
