"""The options of the command line, each defined once for all commands."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from attrs import evolve, fields_dict, frozen

from dssdsl.plan.options import Options

from . import completion
from .help import OUTPUT, SAFETY, option

if TYPE_CHECKING:
    from dssdsl.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[Any], Any]


@frozen
class Asked:
    """
    The options that the user passed.

    Attributes:
        options: Those of the planner: targets, and what the user agrees to.
    """

    options: Options
    program: Path | None = None
    stack: str | None = None
    config: tuple[str, ...] = ()
    parallel: int | None = None
    lock_timeout: float | None = None
    yes: bool = False
    diff: bool = False
    expect_no_changes: bool = False

    def workspace(self, stack: str | None = None) -> Workspace:
        """The program and the stack; *stack* is the one where the user named none."""
        from dssdsl.settings import program_folder
        from dssdsl.workspace import Workspace

        return Workspace(
            self.program or program_folder(Path.cwd()),
            stack=self.stack or stack,
            config=self.values(),
            parallel=self.parallel,
            lock_timeout=self.lock_timeout,
        )

    def values(self) -> dict[str, str]:
        """
        Config values by name.

        Raises:
            click.BadParameter: One is not NAME=VALUE.
        """
        out = {}
        for text in self.config:
            name, equals, value = text.partition("=")
            if not equals or not name.strip():
                raise click.BadParameter(f'"{text}" is not NAME=VALUE', param_hint="--config")
            out[name.strip()] = value
        return out

    @property
    def looking(self) -> Options:
        """The options of a command that changes nothing: no consent is needed."""
        return evolve(
            self.options,
            adopt=True,
            moves=("*",),
            replaces=("*",),
            delete_unmanaged=True,
            delete_projects=True,
        )


PLANNER = tuple(fields_dict(Options))
OWN = tuple(name for name in fields_dict(Asked) if name != "options")


def stacked(*decorators: Decorator) -> Decorator:
    """Several decorators as one, the first one outermost."""
    return lambda function: functools.reduce(lambda f, d: d(f), reversed(decorators), function)


program = click.argument(
    "program",
    required=False,
    type=click.Path(path_type=Path),
    help="The program's file or folder. Default: `program` in dssdsl.toml, else project.py, "
    "project.yaml or project.json in this directory or above.",
)
stack = option(
    "-s",
    "--stack",
    metavar="NAME",
    shell_complete=completion.stacks,
    help="The stack to use. Default: $DSSDSL_STACK, else `default_stack` in dssdsl.toml, else "
    "its only stack.",
)
config = option(
    "--config",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a config value. It overrides the stack's value. Repeatable.",
)
how = stacked(
    option(
        "--json",
        is_flag=True,
        expose_value=False,
        section=OUTPUT,
        help="Print one JSON document on stdout. Progress goes to stderr.",
    ),
    option(
        "--no-color",
        is_flag=True,
        expose_value=False,
        section=OUTPUT,
        help="Print no colors. Setting $NO_COLOR has the same effect.",
    ),
    option(
        "--debug",
        is_flag=True,
        expose_value=False,
        section=OUTPUT,
        help="Print the traceback of every error.",
    ),
)
parallel = option(
    "--parallel",
    type=click.IntRange(1),
    metavar="N",
    help="Run at most N requests at once. Default: 8, or the stack's `parallel`.",
)
yes = option("-y", "--yes", is_flag=True, section=SAFETY, help="Do not ask for confirmation.")
lock_timeout = option(
    "--lock-timeout",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Wait this long if another deployment holds the lock. Default: 0, or the stack's `lock_timeout`.",
)
writing = stacked(yes, lock_timeout)
"""For a command that writes."""
commit_others = option(
    "--commit-others",
    is_flag=True,
    section=SAFETY,
    help="Also commit other users' pending changes (projects in explicit commit mode).",
)
continue_on_error = option(
    "--continue-on-error",
    is_flag=True,
    help="If a step fails, skip only the steps that need it and continue with the others.",
)
choice = stacked(
    option(
        "-t",
        "--target",
        "targets",
        multiple=True,
        metavar="GLOB",
        help="Plan only these resources, such as dataset/RAW_*. Missing resources that they need "
        "are included. Repeatable.",
    ),
    option(
        "--exclude",
        "excludes",
        multiple=True,
        metavar="GLOB",
        help="Leave these resources out of the plan. Repeatable.",
    ),
)
diff = option("--diff", is_flag=True, section=OUTPUT, help="Show every changed line.")
refreshing = option(
    "--refresh",
    is_flag=True,
    help="Read every managed object. By default, those that were saved since the last deployment; "
    "a commit that was reverted in DSS leaves no trace in the version of an object.",
)
expect = option(
    "--expect-no-changes",
    is_flag=True,
    section=SAFETY,
    help="Exit with code 7 if anything would change; apply nothing.",
)
consents = stacked(
    option(
        "--adopt",
        is_flag=True,
        section=SAFETY,
        help="Adopt objects that already exist in DSS, even if they differ from the program.",
    ),
    option(
        "--move",
        "moves",
        multiple=True,
        metavar="KEY",
        section=SAFETY,
        help="Allow KEY to move to a new location. Existing data is not moved. Repeatable.",
    ),
    option(
        "--replace",
        "replaces",
        multiple=True,
        metavar="KEY",
        section=SAFETY,
        help="Allow KEY to be deleted and created again. Its contents are lost. Repeatable.",
    ),
)
delete_adopted = option(
    "--delete-adopted",
    is_flag=True,
    section=SAFETY,
    help="Also delete adopted objects that the program no longer declares.",
)
delete_unmanaged = option(
    "--delete-unmanaged",
    is_flag=True,
    section=SAFETY,
    help="Delete a project even if it contains objects that the program does not manage.",
)
deletes = stacked(
    option(
        "--delete-data",
        is_flag=True,
        section=SAFETY,
        help="Delete the data of deleted datasets and folders too. Asks a second time, unless --yes is given.",
    ),
    delete_adopted,
    delete_unmanaged,
)
dropped_projects = stacked(
    option(
        "--delete-projects",
        is_flag=True,
        section=SAFETY,
        help="Delete projects that this stack deployed and the program no longer declares.",
    ),
    option(
        "--forget-projects",
        is_flag=True,
        section=SAFETY,
        help="Keep such projects in DSS and stop managing them.",
    ),
)
saved = option(
    "--plan",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Apply the plan in FILE without asking. Stop before the first write if anything has "
    "changed since it was saved.",
)
project = option(
    "--project", metavar="KEY", help="The project's key, if the program declares several projects."
)
program_option = option(
    "--program",
    type=click.Path(path_type=Path),
    metavar="PROGRAM",
    help="The program's file or folder. Default: `program` in dssdsl.toml, else project.py, "
    "project.yaml or project.json in this directory or above.",
)
loading = stacked(program, stack, config)
"""For a command that loads the program."""
beside = stacked(program_option, stack, config)
"""For a command that loads the program and takes other arguments."""
planning = stacked(
    loading, choice, refreshing, diff, expect, consents, deletes, dropped_projects, parallel
)
"""For a command that plans."""


def asked(function: F) -> F:
    """Pass the common options to *function* as one value, and its own by name."""

    @functools.wraps(function)
    def call(*args: Any, **said: Any) -> Any:
        planner = {name: said.pop(name) for name in PLANNER if name in said}
        mine = {name: said.pop(name) for name in OWN if name in said}
        return function(*args, Asked(Options(**planner), **mine), **said)

    return cast("F", call)
