"""The commands for past deployments: show them, compare them, go back to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import deploying, options
from .deploying import CHANGES, begin, document
from .help import Command, Group, option
from .options import Asked, asked, stacked
from .screen import line
from .values import plural

if TYPE_CHECKING:
    from dssdsl.workspace import Workspace

    from .output import Output


class Listing(Group):
    """Commands, of which ``list`` is the default."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=Listing, page="history.md", options_metavar="", subcommand_metavar="[list] | show N"
)
def history() -> None:
    """Show past deployments."""


@history.command("list")
@options.loading
@option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    metavar="N",
    help="List at most N deployments (default 20).",
)
@options.how
@click.pass_obj
@asked
def history_list(output: Output, asked: Asked, limit: int) -> int:
    """List the deployments, newest first (default)."""
    from . import history_text

    with asked.workspace() as workspace:
        begin(output, workspace)
        damaged: list[str] = []
        found = workspace.history(limit, damaged)
        output.document = {"deployments": [history_text.row(one) for one in found]}
        left = workspace.cut_off()
        output.document["unfinished"] = left and history_text.unfinished(*left)
        output.show([(), *history_text.listing(found)])
        if left:
            one, running = left
            output.show([line(f"  note: {history_text.cut_off(one, running=running)}")])
        output.show(line(f"  note: {text}") for text in damaged)
        return 0


@history.command("show")
@click.argument("number", type=click.IntRange(1), help="A deployment's number.")
@options.beside
@options.diff
@options.how
@click.pass_obj
@asked
def history_show(output: Output, asked: Asked, number: int) -> int:
    """Show one deployment and what it changed."""
    from . import history_text, render

    with asked.workspace() as workspace:
        begin(output, workspace)
        found, plan = workspace.deployment(number)
        output.document = {
            **history_text.row(found),
            "resources": history_text.resources(found),
            "changed": document(workspace, plan, {})["steps"],
        }
        output.show([(), *history_text.shown(found)])
        if plan:
            output.show(render.plan(plan, full=asked.diff, summary=False))
        else:
            output.show([(), line("  No resource changed.")])
        return 0


@click.command(cls=Command, page="history.md")
@click.argument("a", type=click.IntRange(1), help="A deployment's number.")
@click.argument(
    "b",
    type=click.IntRange(1),
    required=False,
    help="Another one. Default: what is deployed now.",
)
@stacked(options.beside, options.diff)
@options.how
@click.pass_obj
@asked
def diff(output: Output, asked: Asked, a: int, b: int | None) -> int:
    """Compare two deployments, or one with what is deployed now."""
    with asked.workspace() as workspace:
        begin(output, workspace)
        plan = workspace.diff(a, b)
        output.document = document(workspace, plan, {})
        which = f"deployment {b}" if b else "what is deployed now"
        if plan:
            output.show([(), line(f"Changes from deployment {a} to {which}:")])
        nothing = f"No difference: deployment {a} equals {which}."
        deploying.show_plan(output, asked, plan, None, nothing)
        return 0


@click.command(cls=Command, page="history.md")
@stacked(options.loading, options.diff, options.parallel)
@options.how
@click.pass_obj
@asked
def verify(output: Output, asked: Asked) -> int:
    """
    Read everything back from DSS and compare it with the recorded state.

    Exits with code 7 if anything differs.
    """
    from . import render

    with asked.workspace() as workspace:
        begin(output, workspace)
        plan = workspace.verify()
        output.document = document(workspace, plan, {})
        if not plan:
            count = plural(plan.unchanged, "resource")
            output.show([(), line(f"Verified: DSS matches the recorded state of {count}.")])
            output.show(render.remarks(plan))
            return 0
        output.show(render.drift(plan, full=asked.diff, deployed="the recorded value"))
        return CHANGES


@click.command(cls=Command, page="history.md#going-back")
@option(
    "--steps",
    type=click.IntRange(1),
    metavar="N",
    help="Deployments to go back (default 1). Rollbacks themselves aren't counted.",
)
@option(
    "--to",
    "number",
    type=click.IntRange(1),
    metavar="N",
    help="Go to deployment N, an earlier or a later one.",
)
@option(
    "--git",
    is_flag=True,
    help="Revert the whole projects with DSS's own Git, including other users' changes. Asks twice.",
)
@stacked(options.loading, options.choice, options.diff, options.expect, options.consents)
@options.delete_adopted
@options.delete_unmanaged
@options.dropped_projects
@options.parallel
@options.continue_on_error
@options.commit_others
@options.writing
@options.how
@click.pass_obj
@asked
def rollback(output: Output, asked: Asked, steps: int | None, number: int | None, git: bool) -> int:
    """
    Go back to an earlier deployment. Data stays.

    Plans from the configuration recorded then, shows the plan, asks, and applies it as a new deployment.
    `--to` a later deployment goes forward again. Refused if deployed resources were changed in DSS since.
    """
    if steps and number:
        raise click.UsageError("--steps and --to exclude each other: pass one of them")
    with asked.workspace() as workspace:
        begin(output, workspace)
        to = number or workspace.steps_back(steps or 1)
        if git:
            return _by_git(output, asked, workspace, to)
        output.show([line(f"Rollback to deployment {to}.")])
        task = deploying.Task(
            f"Go back to deployment {to}?",
            "Rolled back",
            f"Nothing to change: DSS and the state match deployment {to}.",
            outputs=False,
        )
        wanted = asked.options
        return deploying.deploy(
            output, asked, workspace, lambda: workspace.prepare_rollback(to, wanted), task
        )


def _by_git(output: Output, asked: Asked, workspace: Workspace, to: int) -> int:
    from . import history_text, prompt

    found = workspace.prepare_git_rollback(to)
    output.document = history_text.reverts(found, to)
    output.show([(), *history_text.reverting(found, to)])
    if not found.commits:
        output.show([line(f"Nothing to revert: the projects match deployment {to}.")])
        return 0
    if not asked.yes:
        prompt.agree(output, f"Revert the projects to deployment {to}?")
        if found.of_others:
            output.show([(), *history_text.lost(found), ()])
            prompt.agree(output, "Discard the changes of other users?")
    serial = workspace.git_rollback(found)
    output.document["deployment"] = serial
    output.show([(), line(f"Reverted to deployment {to}; this is deployment {serial}.")])
    return 0
