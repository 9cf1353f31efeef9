"""The command line: runs a command, turns errors into messages and exit codes."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dssdsl.errors import Cancelled, DssdslError, ProgramError
from dssdsl.hidden import Hidden, hiding

from . import signals
from .help import Group
from .output import Output
from .screen import Span, line, unattended

if TYPE_CHECKING:
    from collections.abc import Sequence


class Commands(Group):
    """All commands, imported when one of them is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if not self.commands:
            from . import commands

            commands.add_to(self)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), f"{text}") for code, text in EXIT_CODES.items()])
        super().format_epilog(ctx, formatter)


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        import dssdsl

        click.echo(f"dssdsl {dssdsl.__version__}")
        context.exit()


EXIT_CODES = {
    0: "done",
    1: "internal error",
    2: "usage, program or configuration error",
    3: "permission denied",
    4: "DSS refused or failed an operation, or cannot be reached",
    5: "refused by a rule: protection, data loss, a policy",
    6: "not found",
    7: "changes found: drift, verify, --expect-no-changes",
    8: "cancelled",
    9: "locked, or timed out",
}


@click.group(
    cls=Commands, page="README.md", context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
@click.option(
    "-C",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Run as if dssdsl was started in DIR.",
)
@click.pass_context
def cli(context: click.Context, folder: Path | None) -> None:
    """
    Manage Dataiku DSS projects as code. Declare datasets, recipes and scenarios in Python or YAML;
    `dssdsl up` brings DSS in line.

    \b
    dssdsl preview project.py --stack dev    Show what would change.
    dssdsl up project.py --stack dev         Show it, ask, and apply it.

    A stack is a DSS to deploy to, defined in dssdsl.toml. Without that file there is one stack, local:
    an emulator of DSS inside this process.
    """  # noqa: D301 - \b keeps click from wrapping a paragraph
    if folder is not None:
        context.with_resource(contextlib.chdir(folder))


def main() -> None:
    """Run the command line, and end the process with the exit code."""
    # Commands are short: the default thresholds cost a tenth of the time and free little.
    gc.set_threshold(100_000, 20, 100)
    signals.interrupt()
    code = run(sys.argv[1:])
    if code == Cancelled.exit_code:
        signals.leave(code)
    sys.exit(code)


def run(args: Sequence[str]) -> int:
    """Run one command line; return its exit code."""
    output = Output.of(args)
    with Hidden().active(), output.guarded():
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
    except click.exceptions.NoArgsIsHelpError as error:
        _hint(error, output)
        return ProgramError.exit_code
    except click.ClickException as error:
        failure = _usage(error)
    except BrokenPipeError:
        # The reader closed the pipe: drop what is still buffered.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except PermissionError as error:
        failure = ProgramError(f"no permission to read or write {error.filename}")
    except DssdslError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - anything else is an internal error
        return _bug(error, output)
    else:
        return code if isinstance(code, int) else 0
    return _fail(failure, output)


def _hint(error: click.exceptions.NoArgsIsHelpError, output: Output) -> None:
    """Show the help; in a folder without a program, show how to create one."""
    from dssdsl.settings import default_program, program_folder

    if error.ctx is None or error.ctx.parent is None:
        try:
            default_program(program_folder(Path.cwd()))
        except ProgramError:
            from .new import without_program

            output.err.show(without_program(Path.cwd()))
            return
    error.show(sys.stderr)


def _usage(error: click.ClickException) -> ProgramError:
    """A wrong command line, as an error like all others."""
    problem = error.format_message().removesuffix(".")
    context = getattr(error, "ctx", None)
    fix = f"run {context.command_path} --help" if context else None
    return ProgramError(problem[:1].lower() + problem[1:], fix=fix)


def _fail(error: DssdslError, output: Output) -> int:
    """Print an error that the user can act on; return the exit code."""
    from . import error_text

    _note(error, output)
    if output.debug:
        _trace(error)
    if not output.json:
        output.err.show(error_text.errors(error, agent=unattended()))
    return error.exit_code


def _bug(error: Exception, output: Output) -> int:
    """Print an internal error; return the exit code."""
    _trace(error)
    problem = f"internal error: {type(error).__name__}: {error}"
    found = DssdslError(problem, fix="please report it, with the lines above")
    _note(found, output)
    output.err.show([line(Span("error: ", "red"), found.problem), line(f"  fix  {found.fix}")])
    return found.exit_code


def _trace(error: Exception) -> None:
    sys.stderr.write(hiding().conceal("".join(traceback.format_exception(error))))


def _note(error: DssdslError, output: Output) -> None:
    """Add an error to the JSON document."""
    from . import error_text

    output.document["error"] = error_text.document(error)
