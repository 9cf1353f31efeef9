"""The commands; each is options, workspace, render, and imports what it needs itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dssdsl.errors import Cancelled, NotFound

from . import options
from .emulator import emulator
from .options import Asked, asked, stacked
from .screen import line
from .values import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dssdsl.engine.plan import Plan
    from dssdsl.workspace import Workspace

    from .output import Output

CHANGES = 7
"""The exit code for: there are changes."""
DRIFT = ("changed_in_dss", "changed_on_both_sides")


def add_to(group: click.Group) -> None:
    """Add all commands to *group*."""
    for command in (
        up,
        preview,
        destroy,
        refresh,
        drift,
        validate,
        outputs,
        graph,
        state,
        emulator,
    ):
        group.add_command(command)


def shown_path(path: Path) -> str:
    """A path as the user would write it from here."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def _begin(output: Output, workspace: Workspace) -> None:
    """Say where we are."""
    from . import render

    output.show([render.head(workspace.settings, shown_path(workspace.file))])


def _document(workspace: Workspace, plan: Plan, outputs: Mapping[str, Any]) -> dict[str, Any]:
    from . import plan_json

    settings = workspace.settings
    return plan_json.plan(
        plan,
        stack=settings.name,
        host=settings.host,
        program=shown_path(workspace.file),
        outputs=outputs,
    )


@click.command()
@options.planning
@options.how
@click.pass_obj
@asked
def preview(output: Output, asked: Asked) -> int:
    """Show what `up` would do, and do none of it. Also called plan."""
    from . import render

    with asked.workspace() as workspace:
        _begin(output, workspace)
        prepared = workspace.prepare(asked.options())
        known = workspace.outputs(prepared)
        output.document = _document(workspace, prepared.plan, known)
        output.show(render.plan(prepared.plan, output.out.width, outputs=known, full=asked.diff))
        return CHANGES if asked.expect_no_changes and prepared.plan else 0


@click.command()
@options.planning
@options.continue_on_error
@options.yes
@options.how
@click.pass_obj
@asked
def up(output: Output, asked: Asked) -> int:
    """Make DSS as the program says, after showing what changes. Also called apply."""
    return _deploy(output, asked, destroy=False)


@click.command()
@stacked(options.loading, options.choice, options.deletes, options.parallel)
@options.continue_on_error
@options.yes
@options.how
@click.pass_obj
@asked
def destroy(output: Output, asked: Asked) -> int:
    """Delete what the program deployed; data stays unless --delete-data."""
    return _deploy(output, asked, destroy=True)


def _deploy(output: Output, asked: Asked, *, destroy: bool) -> int:
    from . import plan_json, progress, prompt, render, signals

    with asked.workspace() as workspace:
        _begin(output, workspace)
        while True:
            prepared = workspace.prepare(asked.options(destroy=destroy))
            plan = prepared.plan
            known = {} if destroy else workspace.outputs(prepared)
            output.document = _document(workspace, plan, known)
            output.show(
                render.plan(
                    plan, output.out.width, outputs=None if destroy else known, full=asked.diff
                )
            )
            if plan and asked.expect_no_changes:
                return CHANGES
            if not plan:
                workspace.run(prepared)
                return 0
            if not asked.yes:
                prompt.consent(output, plan, "Delete these?" if destroy else "Apply these changes?")
            outcome = progress.Outcome()
            moved = Moved(asked.yes)
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
                output.show([line("Somebody deployed in between. What there is to do now:")])
                continue
            except BaseException:
                output.document["result"] = plan_json.result(outcome, outcome.seconds, None)
                output.show(render.unfinished(outcome, output.args))
                raise
            break
        output.document["result"] = plan_json.result(outcome, outcome.seconds, deployment.serial)
        output.show(
            [
                (),
                render.finished(
                    deployment.plan, outcome.seconds, deployment.serial, destroyed=destroy
                ),
            ]
        )
        if not destroy:
            output.document["outputs"] = dict(deployment.outputs)
            if deployment.outputs:
                output.show([(), *render.said_outputs(deployment.outputs)])
        return 0


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


@click.command()
@stacked(options.loading, options.choice, options.diff, options.parallel)
@options.how
@click.pass_obj
@asked
def drift(output: Output, asked: Asked) -> int:
    """Show what was changed in DSS since the last deployment; exits 7 if anything was."""
    from attrs import evolve

    from . import render

    with asked.workspace() as workspace:
        _begin(output, workspace)
        prepared = workspace.prepare(asked.looking(), whole=True)
        found = render.only(prepared.plan, DRIFT)
        same = prepared.plan.unchanged + len(prepared.plan.steps) - len(found.steps)
        found = evolve(found, unchanged=same)
        output.document = _document(workspace, found, workspace.outputs(prepared))
        if not found:
            output.show(
                [(), line("No drift. DSS holds what was deployed."), *render.remarks(found)]
            )
            return 0
        output.show(render.drift(found, output.out.width, full=asked.diff))
        return CHANGES


@click.command()
@stacked(options.loading, options.diff, options.parallel)
@options.yes
@options.how
@click.pass_obj
@asked
def refresh(output: Output, asked: Asked) -> int:
    """Take what DSS holds now for what was deployed last; writes the state, nothing else."""
    from . import prompt, render

    with asked.workspace() as workspace:
        _begin(output, workspace)
        prepared = workspace.prepare(asked.looking(), whole=True)
        found = render.only(prepared.plan, DRIFT[:1])
        output.document = _document(workspace, found, workspace.outputs(prepared))
        if not found:
            output.show([(), line("Nothing to take over. DSS holds what was deployed.")])
            return 0
        output.show(render.drift(found, output.out.width, full=asked.diff))
        if not asked.yes:
            prompt.consent(output, found, "Take this over into the state?")
        taken = workspace.refresh(prepared)
        output.document["taken"] = taken
        what = f"{plural(sum(taken.values()), 'change')} of {plural(len(taken), 'resource')}"
        output.show([(), line(f"Took over {what}; the next up starts from there.")])
        return 0


@click.command()
@options.loading
@options.how
@click.pass_obj
@asked
def validate(output: Output, asked: Asked) -> int:
    """Check the program by itself; DSS is not asked."""
    from . import render

    with asked.workspace() as workspace:
        _begin(output, workspace)
        program, found = workspace.loaded
        output.document = {
            "valid": True,
            "resources": sorted(found.resources),
            "warnings": program.warnings,
        }
        output.err.show(render.warnings(program.warnings))
        projects = ", ".join(p.identity for p in program.projects)
        output.show(
            [
                (),
                line(
                    f"The program is valid: {plural(len(found.resources), 'resource')} in {projects}."
                ),
            ]
        )
        return 0


@click.command()
@stacked(options.loading, options.parallel)
@options.how
@click.pass_obj
@asked
def outputs(output: Output, asked: Asked) -> int:
    """Show what the program exports."""
    from .values import compact

    with asked.workspace() as workspace:
        known = workspace.outputs(workspace.prepare(asked.looking()))
        output.document = dict(known)
        output.show(line(f"{name}: {compact(known[name])}") for name in sorted(known))
        return 0


@click.command()
@options.loading
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "dot", "mermaid"]),
    default="text",
    show_default=True,
)
@options.how
@click.pass_obj
@asked
def graph(output: Output, asked: Asked, form: str) -> int:
    """Show what needs what; DSS is not asked."""
    from . import graph_text

    with asked.workspace() as workspace:
        _, found = workspace.loaded
        output.document = graph_text.plain(found)
        output.show(line(text) for text in getattr(graph_text, form)(found))
        return 0


@click.group()
def state() -> None:
    """Look at what the last deployment left."""


@state.command("list")
@options.loading
@options.how
@click.pass_obj
@asked
def state_list(output: Output, asked: Asked) -> int:
    """List what is recorded."""
    from . import state_text

    with asked.workspace() as workspace:
        _begin(output, workspace)
        found = _snapshots(workspace)
        output.document = state_text.document(found)
        output.show([(), *state_text.listing(found)])
        return 0


@state.command("show")
@click.argument("key")
@stacked(
    options.stack,
    options.config,
    click.option("--program", type=click.Path(path_type=Path), help="The program's file."),
)
@options.how
@click.pass_obj
@asked
def state_show(output: Output, asked: Asked, key: str) -> int:
    """Show what is recorded of KEY, such as dataset/ORDERS; secrets only as that they are there."""
    import json

    from . import state_text

    with asked.workspace() as workspace:
        found = state_text.find(_snapshots(workspace), key)
        if found is None:
            raise NotFound(f'the state has no "{key}"', fix="dssdsl state list shows what it has")
        output.document = found
        text = json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False)
        output.show(line(row) for row in text.splitlines())
        return 0


def _snapshots(workspace: Workspace) -> dict[str, Any]:
    program, _ = workspace.loaded
    return workspace.snapshots([p.identity for p in program.projects])
