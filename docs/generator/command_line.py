"""The page of the command line: what every command and option says of itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from dssdsl.cli.help import COMMON, OUTPUT, SAFETY, Group, first_sentence

from . import NOTE, cell
from .classes import plain


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command, by its whole name, groups before what is in them."""
    from dssdsl.cli import commands as all_
    from dssdsl.cli.main import cli

    all_.add_to(cli)

    def walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield name, command
        if isinstance(command, click.Group):
            for below in command.commands:
                yield from walk(f"{name} {below}", command.commands[below])

    yield from walk("dssdsl", cli)


def usage(name: str, command: click.Command) -> str:
    """How a command is called."""
    context = click.Context(
        command, help_option_names=["-h", "--help"]
    )  # click remembers the first
    return " ".join([name, *command.collect_usage_pieces(context)])


def parameter_row(option: click.Parameter) -> str:
    """An argument or option of a command, as a row of a table."""
    if isinstance(option, click.Argument):
        return f"| `{option.make_metavar(click.Context(click.Command('x')))}` | {cell(option.help or '')} |"
    assert isinstance(option, click.Option)
    value = ""
    if not option.is_flag:
        value = option.metavar or (
            "|".join(map(str, option.type.choices))
            if isinstance(option.type, click.Choice)
            else option.type.name.upper().partition(" ")[0]
        )
    names = ", ".join(
        f"`{n}{f' {value}' if value and n.startswith('--') else ''}`" for n in option.opts
    )
    return f"| {cell(names)} | {cell(option.help or '')} |"


def page() -> str:
    """The page of the command line."""
    from dssdsl.cli.main import EXIT_CODES

    found = dict(commands())
    main_ = found.pop("dssdsl")
    assert isinstance(main_, Group)
    lines = [
        *(NOTE, "", "# The command line", ""),
        "`dssdsl COMMAND --help` shows the same in a terminal.",
        *("", "| command | |", "| --- | --- |"),
    ]
    for names in main_.sections.values():
        for name in names:
            alias = [a for a, of in main_.aliases.items() if of == name]
            shown = ", ".join(f"`{n}`" for n in [name, *alias])
            text = first_sentence(main_.commands[name].help or "")
            lines.append(f"| [{shown}](#dssdsl-{name}) | {cell(text)} |")
    lines += [
        *("", "## Output options", "", "Every command takes them.", ""),
        *("| option | |", "| --- | --- |"),
        *(parameter_row(p) for p in found["dssdsl validate"].params if _section(p) == OUTPUT),
        "| `-h`, `--help` | Show the command's help and exit. |",
        *("", "## Exit codes", "", "| code | meaning |", "| --- | --- |"),
        *(f"| {code} | {text} |" for code, text in EXIT_CODES.items()),
        "",
    ]
    shared = {p.name for p in found["dssdsl validate"].params if _section(p) == OUTPUT}
    for name, command in found.items():
        text = plain(inspect.cleandoc(command.help or ""))
        lines += [f"## {name}", "", "```", usage(name, command), "```", "", text, ""]
        rows: dict[str, list[str]] = {title: [] for title in ("Arguments", COMMON, SAFETY, OUTPUT)}
        for param in command.params:
            if param.name not in shared:
                rows[_section(param)].append(parameter_row(param))
        for title, each in rows.items():
            lines += [f"| {title.lower()} | |", "| --- | --- |", *each, ""] if each else []
    return "\n".join(lines)


def _section(param: click.Parameter) -> str:
    return "Arguments" if isinstance(param, click.Argument) else getattr(param, "section", OUTPUT)
