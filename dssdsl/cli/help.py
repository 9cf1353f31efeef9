"""The layout of ``--help``: options in sections, commands in the order of use, and where to read more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from click.types import OptionHelpExtra

COMMON, SAFETY, OUTPUT = "Common options", "Safety options", "Output options"

Rows = Sequence[tuple[str, str]]


class Option(click.Option):
    """An option that ``--help`` shows in the section *section*."""

    def __init__(self, *args: Any, section: str = COMMON, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.section = section

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        return {}  # the text says it in words


def option(*names: str, section: str = COMMON, **attributes: Any) -> Callable[[Any], Any]:
    """Do what ``click.option`` does, for an option in a section of ``--help``."""
    return click.option(*names, cls=Option, section=section, **attributes)


class Command(click.Command):
    """A command whose options are in sections; *page* of the docs describes it, or its group's page."""

    def __init__(self, *args: Any, page: str = "", **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.page = page

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = [p.get_help_record(ctx) for p in self.params if isinstance(p, click.Argument)]
        _lists(formatter, {"Arguments": [record for record in found if record]})

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows: dict[str, list[tuple[str, str]]] = {COMMON: [], SAFETY: [], OUTPUT: []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                rows[getattr(param, "section", OUTPUT)].append(record)
        if rows[COMMON] or rows[SAFETY]:
            _lists(formatter, rows)
        else:
            _lists(formatter, {"Options": rows[OUTPUT]})

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        page = self.page or getattr(ctx.parent and ctx.parent.command, "page", "")
        formatter.write_paragraph()
        formatter.write_text(f"Documentation: docs/{page} in the dssdsl repository")


class Group(Command, click.Group):
    """
    Commands in the order of use.

    Attributes:
        sections: Names of the commands by the title that ``--help`` shows above them.
        aliases: The command that each second name stands for.
    """

    command_class = Command
    group_class = type

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.sections: dict[str, list[str]] = {}
        self.aliases: dict[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, self.aliases.get(cmd_name, cmd_name))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        names = self.list_commands(ctx)
        sections = self.sections or {"Commands": names}
        _lists(formatter, {title: [self._row(n) for n in each] for title, each in sections.items()})
        super().format_options(ctx, formatter)

    def _row(self, name: str) -> tuple[str, str]:
        others = [alias for alias, of in self.aliases.items() if of == name]
        return ", ".join([name, *others]), first_sentence(self.commands[name].help or "")


def first_sentence(text: str) -> str:
    """The first sentence of a command's help."""
    paragraph = " ".join(text.strip().partition("\n\n")[0].split())
    return paragraph.partition(". ")[0].removesuffix(".") + "."


def _lists(formatter: click.HelpFormatter, sections: Mapping[str, Rows]) -> None:
    """Write one list for each section that has rows; all have the same width of the first column."""
    width = max((len(name) for rows in sections.values() for name, _ in rows), default=0)
    for title, rows in sections.items():
        if rows:
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), text) for name, text in rows])
