"""What can be said on the command line, once for all commands."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

if TYPE_CHECKING:
    from dssdsl.engine.plan import Options
    from dssdsl.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[Any], Any]


@dataclass(frozen=True)
class Asked:
    """What the user said."""

    program: Path | None = None
    stack: str | None = None
    config: tuple[str, ...] = ()
    parallel: int | None = None
    lock_timeout: float | None = None
    yes: bool = False
    continue_on_error: bool = False
    target: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    diff: bool = False
    expect_no_changes: bool = False
    adopt: bool = False
    move: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    delete_data: bool = False
    delete_adopted: bool = False
    delete_unmanaged: bool = False
    commit_others: bool = False

    def workspace(self, stack: str | None = None) -> Workspace:
        """The program and the stack; *stack* is the one where the user named none."""
        from dssdsl.workspace import Workspace

        return Workspace(
            self.program or Path.cwd(),
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

    def options(self, *, destroy: bool = False) -> Options:
        """What the planner is told."""
        from dssdsl.engine.plan import Options

        return Options(
            targets=self.target,
            excludes=self.exclude,
            adopt=self.adopt,
            moves=self.move,
            replaces=self.replace,
            delete_data=self.delete_data,
            delete_adopted=self.delete_adopted,
            delete_unmanaged=self.delete_unmanaged,
            commit_others=self.commit_others,
            destroy=destroy,
            continue_on_error=self.continue_on_error,
        )

    def looking(self) -> Options:
        """What the planner is told by a command that only looks: nothing needs a consent then."""
        from dssdsl.engine.plan import Options

        return Options(
            targets=self.target,
            excludes=self.exclude,
            adopt=True,
            moves=("*",),
            replaces=("*",),
            delete_unmanaged=True,
        )


def stacked(*decorators: Decorator) -> Decorator:
    """Several decorators as one, the first one outermost."""
    return lambda function: functools.reduce(lambda f, d: d(f), reversed(decorators), function)


program = click.argument("program", required=False, type=click.Path(path_type=Path))
stack = click.option(
    "-s", "--stack", metavar="NAME", help="The stack, such as dev; default as dssdsl.toml says."
)
config = click.option(
    "--config",
    multiple=True,
    metavar="NAME=VALUE",
    help="A config value that counts before the stack's.",
)
how = stacked(
    click.option(
        "--json", "json_", is_flag=True, expose_value=False, help="Print one JSON document."
    ),
    click.option(
        "--no-color", is_flag=True, expose_value=False, help="No colours; so does NO_COLOR."
    ),
    click.option(
        "--debug", is_flag=True, expose_value=False, help="Errors come with their traceback."
    ),
)
parallel = click.option(
    "--parallel", type=click.IntRange(1), metavar="N", help="Requests at once (8)."
)
yes = stacked(
    click.option("-y", "--yes", is_flag=True, help="Do it without asking."),
    click.option(
        "--lock-timeout",
        type=click.FloatRange(0),
        metavar="SECONDS",
        help="Wait for somebody else who deploys the same (0).",
    ),
)
"""For a command that writes."""
commit_others = click.option(
    "--commit-others",
    is_flag=True,
    help="Commit what others left uncommitted along, in projects that commit nothing by themselves.",
)
continue_on_error = click.option(
    "--continue-on-error",
    is_flag=True,
    help="A step that fails stops only what needs it, not all the rest.",
)
choice = stacked(
    click.option(
        "-t",
        "--target",
        multiple=True,
        metavar="GLOB",
        help="Only these resources, with what they need.",
    ),
    click.option("--exclude", multiple=True, metavar="GLOB", help="All but these resources."),
)
diff = click.option("--diff", is_flag=True, help="Show every changed line.")
expect = click.option(
    "--expect-no-changes",
    is_flag=True,
    help="Exit 7 where there is something to do, and do nothing.",
)
consents = stacked(
    click.option("--adopt", is_flag=True, help="Take over what exists already, though it differs."),
    click.option(
        "--move", multiple=True, metavar="KEY", help="Point it elsewhere; its data stays behind."
    ),
    click.option(
        "--replace",
        multiple=True,
        metavar="KEY",
        help="Delete it and make it again, with what was in it.",
    ),
)
delete_adopted = click.option(
    "--delete-adopted",
    is_flag=True,
    help="Delete what was there before us, when the program drops it.",
)
delete_unmanaged = click.option(
    "--delete-unmanaged",
    is_flag=True,
    help="Delete a project with what dssdsl does not manage in it.",
)
deletes = stacked(
    click.option(
        "--delete-data", is_flag=True, help="Deletes take the data too; asks a second time."
    ),
    delete_adopted,
    delete_unmanaged,
)
saved = click.option(
    "--plan",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Do what a saved plan says, without asking; or nothing, if anything has moved since.",
)
loading = stacked(program, stack, config)
"""For a command that loads the program."""
planning = stacked(loading, choice, diff, expect, consents, deletes, parallel)
"""For a command that plans."""


def asked(function: F) -> F:
    """Give *function* what the user said as one value; what only it takes comes by name."""

    @functools.wraps(function)
    def call(*args: Any, **said: Any) -> Any:
        mine = {name: said.pop(name) for name in list(said) if name in Asked.__annotations__}
        return function(*args, Asked(**mine), **said)

    return cast("F", call)
