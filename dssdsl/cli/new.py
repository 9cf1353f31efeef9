"""The command that creates a program, and what `dssdsl` says where there is none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import completion, options
from .help import COMMON, Command, option
from .screen import BLANK, line
from .values import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .output import Output
    from .screen import Line

DEFAULT = "simple"


@click.command(cls=Command, page="start.md")
@click.argument(
    "template",
    required=False,
    shell_complete=completion.templates,
    help="multi-project, partitioned, regional, simple (default), snowflake-etl or yaml.",
)
@click.argument(
    "folder",
    metavar="[DIR]",
    required=False,
    type=click.Path(path_type=Path),
    help="A new or empty folder. Default: the current one.",
)
@option(
    "--name",
    metavar="NAME",
    section=COMMON,
    help="The program's name, which identifies it in its state. Default: the folder's name.",
)
@option(
    "--key", metavar="KEY", section=COMMON, help="The project key. Default: the name in upper case."
)
@option(
    "--host",
    metavar="URL",
    section=COMMON,
    help="The address of your DSS. Default: the emulator of DSS.",
)
@option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    default="github",
    section=COMMON,
    help="The CI to write a file for: github (default), gitlab or none.",
)
@options.how
@click.pass_obj
def new(
    output: Output,
    template: str | None,
    folder: Path | None,
    name: str | None,
    key: str | None,
    host: str | None,
    ci: str,
) -> int:
    """
    Create a program from a template.

    On a terminal, asks for what you don't pass.
    """
    from dssdsl import scaffold

    from . import prompt

    ask = output.may_ask
    if template is None:
        template = prompt.ask("Template", DEFAULT, scaffold.templates()) if ask else DEFAULT
    if folder is None:
        folder = Path(prompt.ask("Folder", ".") if ask else ".")
    if name is None:
        name = scaffold.name_of(folder)
        name = prompt.ask("Name of the program", name) if ask else name
    if key is None:
        key = scaffold.key_of(name)
        key = prompt.ask("Project key", key) if ask else key
    if host is None and ask:
        host = prompt.ask("Address of DSS (empty: the emulator)", "") or None
    files = scaffold.create(template, folder, scaffold.Answers(name, key, host, ci))
    output.document = {
        "template": template,
        "folder": str(folder.absolute()),
        "files": [path.as_posix() for path in files],
    }
    output.show(
        [
            line(f"Created {plural(len(files), 'file')} from the template {template}. Next:"),
            BLANK,
            *([line(f"  cd {folder}")] if folder.resolve() != Path.cwd() else []),
            *([line("  export DSS_API_KEY=…")] if host else []),
            line("  dssdsl preview   # show what would change"),
            line("  dssdsl up        # show it, ask, and apply it"),
            line("  pytest           # deploy the program to an empty emulator"),
        ]
    )
    return 0


def without_program(folder: Path) -> Iterator[Line]:
    """What to do in a folder without a program."""
    yield line(f"There is no program in {folder}.")
    yield BLANK
    yield line("  dssdsl new                # create one here; on a terminal, it asks")
    yield line(
        "  dssdsl new yaml sales     # create one from the template yaml in the folder sales"
    )
    yield line("  dssdsl preview PROGRAM    # use a program in another place")
    yield line("  dssdsl --help             # list the commands")
