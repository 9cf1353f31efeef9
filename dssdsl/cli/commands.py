"""The commands; each is options, workspace, render, and imports what it needs itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import evolve

from . import deploying, options
from .deploying import CHANGES, begin, document, planned
from .emulator import emulator
from .help import OUTPUT, Command, Group, option
from .history import diff, history, rollback, verify
from .new import new
from .options import Asked, asked, stacked
from .output import FORMS
from .screen import line
from .state import state
from .values import plural

if TYPE_CHECKING:
    from dssdsl.deployment.prepare import Prepared

    from .output import Output


def add_to(group: Group) -> None:
    """Add all commands to *group*, in the order of use."""
    sections: dict[str, tuple[click.Command, ...]] = {
        "Start": (new,),
        "Deploy": (validate, preview, up, destroy, outputs, graph),
        "Changes made in DSS": (drift, verify, refresh),
        "Past deployments": (history, diff, rollback),
        "Administration": (state, emulator),
    }
    for title, found in sections.items():
        group.sections[title] = [str(command.name) for command in found]
        for command in found:
            group.add_command(command)
    group.aliases = {"plan": "preview", "apply": "up"}


@click.command(cls=Command, page="concepts.md#plan")
@options.planning
@option("--destroy", is_flag=True, help="Show what `destroy` would do.")
@option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Save the plan to FILE. `up --plan FILE` applies it.",
)
@option(
    "--format",
    type=click.Choice(FORMS),
    default="text",
    expose_value=False,
    section=OUTPUT,
    help="Print text (default), Markdown for a pull request, or JSON as --json does.",
)
@options.how
@click.pass_obj
@asked
def preview(output: Output, asked: Asked, out: Path | None) -> int:
    """Show what `up` would change. Change nothing. Alias: plan."""
    from . import plan_markdown, render

    with asked.workspace() as workspace:
        title = begin(output, workspace)
        prepared = planned(
            output, asked, workspace, lambda: workspace.prepare(asked.options), title
        )
        known = None if asked.options.destroy else workspace.outputs(prepared)
        output.document = document(workspace, prepared.plan, known or {})
        if output.form == "markdown":
            output.write(plan_markdown.plan(prepared.plan, title))
        else:
            output.show(render.plan(prepared.plan, outputs=known, full=asked.diff))
        if out is not None:
            workspace.save(prepared, out)
            command = "destroy" if asked.options.destroy else "up"
            output.show([(), line(f"Saved the plan. To apply it: dssdsl {command} --plan {out}")])
        return CHANGES if asked.expect_no_changes and prepared.plan else 0


@click.command(cls=Command, page="concepts.md#plan")
@options.planning
@options.saved
@options.continue_on_error
@options.commit_others
@options.writing
@options.how
@click.pass_obj
@asked
def up(output: Output, asked: Asked, plan: Path | None) -> int:
    """Show the plan, ask, and apply it. Alias: apply."""
    return _up(output, asked, plan, destroy=False)


@click.command(cls=Command, page="concepts.md#ownership-and-data")
@stacked(options.loading, options.choice, options.deletes, options.parallel)
@options.saved
@options.continue_on_error
@options.commit_others
@options.writing
@options.how
@click.pass_obj
@asked
def destroy(output: Output, asked: Asked, plan: Path | None) -> int:
    """
    Delete what the program deployed.

    The data of datasets and folders stays unless you pass --delete-data.
    """
    return _up(output, asked, plan, destroy=True)


def _up(output: Output, asked: Asked, plan: Path | None, *, destroy: bool) -> int:
    task = deploying.DESTROY if destroy else deploying.UP
    if plan is None:
        with asked.workspace() as workspace:
            begin(output, workspace)
            wanted = evolve(asked.options, destroy=destroy)
            return deploying.deploy(
                output, asked, workspace, lambda: workspace.prepare(wanted), task
            )
    saved = deploying.saved_plan(asked, plan, "destroy" if destroy else "up")
    with asked.workspace(saved.stack) as workspace:
        begin(output, workspace)
        return deploying.deploy(
            output,
            asked,
            workspace,
            lambda: workspace.prepare_saved(saved, asked.options),
            evolve(task, agreed=True),
        )


def _no_drift(prepared: Prepared) -> str:
    """What it means that nothing was changed in DSS."""
    if any(snapshot.entries for snapshot in prepared.snapshots.values()):
        return "No drift. DSS matches the last deployment."
    return "Nothing is deployed, so nothing can have been changed in DSS."


@click.command(cls=Command, page="concepts.md#changes-made-in-dss")
@stacked(options.loading, options.choice, options.diff, options.parallel)
@options.how
@click.pass_obj
@asked
def drift(output: Output, asked: Asked) -> int:
    """
    Show changes made in DSS since the last deployment.

    Exits with code 7 if there are any.
    """
    from dssdsl.plan.changes import DRIFT

    from . import render

    with asked.workspace() as workspace:
        begin(output, workspace)
        prepared = workspace.prepare(asked.looking, whole=True)
        found = prepared.plan.only(DRIFT)
        output.document = document(workspace, found, workspace.outputs(prepared))
        if not found:
            output.show([(), line(_no_drift(prepared)), *render.remarks(found)])
            return 0
        output.show(render.drift(found, full=asked.diff))
        return CHANGES


@click.command(cls=Command, page="concepts.md#changes-made-in-dss")
@stacked(options.loading, options.diff, options.parallel)
@options.writing
@options.how
@click.pass_obj
@asked
def refresh(output: Output, asked: Asked) -> int:
    """
    Update the recorded state from DSS.

    DSS is not changed. The next `up` still applies the program.
    """
    from dssdsl.plan.changes import Reason

    from . import prompt, render

    with asked.workspace() as workspace:
        begin(output, workspace)
        prepared = workspace.prepare(asked.looking, whole=True)
        found = prepared.plan.only([Reason.CHANGED_IN_DSS])
        output.document = document(workspace, found, workspace.outputs(prepared))
        if not found:
            output.show([(), line("Nothing to update. DSS matches the recorded state.")])
            return 0
        output.show(render.drift(found, full=asked.diff))
        if not asked.yes:
            prompt.consent(output, found, "Update the recorded state?")
        taken = workspace.refresh(prepared)
        output.document["taken"] = taken
        what = f"{plural(sum(taken.values()), 'change')} of {plural(len(taken), 'resource')}"
        output.show([(), line(f"Updated the state with {what}.")])
        return 0


@click.command(cls=Command)
@options.loading
@options.how
@click.pass_obj
@asked
def validate(output: Output, asked: Asked) -> int:
    """Check the program without contacting DSS."""
    from dssdsl.resources.recipes.known import Known

    from . import render, sentences

    with asked.workspace() as workspace:
        begin(output, workspace)
        program, found = workspace.loaded
        unchecked = [sentences.unchecked(gap) for gap in Known.of(program).unchecked()]
        output.document = {
            "valid": True,
            "resources": sorted(found.resources),
            "warnings": program.warnings,
            "not_checked": unchecked,
        }
        output.err.show(render.warnings(program.warnings))
        output.err.show(render.unchecked(unchecked))
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


@click.command(cls=Command)
@stacked(options.loading, options.parallel)
@options.how
@click.pass_obj
@asked
def outputs(output: Output, asked: Asked) -> int:
    """Show the values that the program exports."""
    from .values import compact

    with asked.workspace() as workspace:
        known = workspace.outputs(workspace.prepare(asked.looking, judged=False))
        output.document = dict(known)
        rows = [line(f"{name}: {compact(known[name])}") for name in sorted(known)]
        output.show(rows or [line("The program exports nothing.")])
        return 0


@click.command(cls=Command)
@options.loading
@option(
    "--format",
    "form",
    type=click.Choice(["text", "dot", "mermaid"]),
    default="text",
    section=OUTPUT,
    help="Print indented text (default), Graphviz or Mermaid.",
)
@options.how
@click.pass_obj
@asked
def graph(output: Output, asked: Asked, form: str) -> int:
    """Show which resources need which, without contacting DSS."""
    from . import graph_text

    with asked.workspace() as workspace:
        _, found = workspace.loaded
        output.document = graph_text.plain(found)
        output.show(line(text) for text in getattr(graph_text, form)(found))
        return 0
