"""The group of commands, and what becomes of errors: the one place that catches all of them."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from typing import TYPE_CHECKING

import click

from dssdsl.errors import Cancelled, DssdslError, ProgramError, conceal

from . import signals
from .output import Output
from .screen import Span, line, unattended

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIASES = {"apply": "up", "plan": "preview"}


class Group(click.Group):
    """Commands, some of which have a second name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def _load(self) -> None:
        if not self.commands:
            from . import commands

            commands.add_to(self)


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"dssdsl {version('dssdsl')}")
        except PackageNotFoundError:
            click.echo("dssdsl, not installed")
        context.exit()


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version.",
)
def cli() -> None:
    """
    Dataiku DSS projects as code: declare them, see what would change, deploy.

    \b
    dssdsl preview project.py --stack dev     what would change
    dssdsl up project.py --stack dev          make it so, after asking

    Without a dssdsl.toml there is one stack, local, on an emulator in this process.

    \b
    Exit codes: 0 done, 1 a bug of ours, 2 program or usage wrong, 3 not let in,
    4 DSS refused or failed, 5 a rule forbids it, 6 not found, 7 changes found,
    8 cancelled, 9 locked or timed out.
    """  # noqa: D301 - click's mark for lines that are not to be wrapped


def main() -> None:
    """Run the command line, and end the process with the exit code."""
    # A command is over before there is much to collect, and to look for it took a tenth of its time.
    gc.set_threshold(100_000, 20, 100)
    signals.interrupt()
    code = run(sys.argv[1:])
    if code == Cancelled.exit_code:
        signals.leave(code)
    sys.exit(code)


def run(args: Sequence[str]) -> int:
    """Run one command line; gives its exit code."""
    output = Output.of(args)
    with output.guarded():
        code = _run(args, output)
    if output.json and not ({"--help", "-h", "--version"} & set(args) and code == 0):
        output.finish()
    return code


def _run(args: Sequence[str], output: Output) -> int:
    failure: DssdslError
    try:
        code = cli.main(args=list(args), prog_name="dssdsl", standalone_mode=False, obj=output)
    except (KeyboardInterrupt, click.Abort):
        failure = Cancelled("stopped")
    except click.ClickException as error:
        if not output.json:
            error.show(sys.stderr)
        _note(ProgramError(error.format_message()), output)
        return ProgramError.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except PermissionError as error:
        failure = ProgramError(f"{error.filename} may not be read or written")
    except DssdslError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - whatever it is, it is our bug
        return _bug(error, output)
    else:
        return code if isinstance(code, int) else 0
    return _fail(failure, output)


def _fail(error: DssdslError, output: Output) -> int:
    """Say what the user can act on; gives the exit code."""
    from . import render

    _note(error, output)
    if output.debug:
        _trace(error)
    if not output.json:
        output.err.show(render.errors(error, agent=unattended()))
    return error.exit_code


def _bug(error: Exception, output: Output) -> int:
    """Say what only we can act on; gives the exit code."""
    _trace(error)
    problem = f"a bug of dssdsl: {type(error).__name__}: {error}"
    found = DssdslError(problem, fix="report it to those who keep dssdsl, with the lines above")
    _note(found, output)
    output.err.show([line(Span("error: ", "red"), found.problem), line(f"  fix  {found.fix}")])
    return found.exit_code


def _trace(error: Exception) -> None:
    sys.stderr.write(conceal("".join(traceback.format_exception(error))))


def _note(error: DssdslError, output: Output) -> None:
    """Let JSON say it too."""
    from . import plan_json

    output.document["error"] = plan_json.errors(error)
