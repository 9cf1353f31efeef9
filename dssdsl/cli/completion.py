"""The values that a shell completes: stacks and templates. Files, commands and options are click's own."""

from __future__ import annotations

from pathlib import Path

import click

from dssdsl.errors import DssdslError


def stacks(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The stacks of the ``dssdsl.toml`` that counts in this folder; none if it is wrong, for a shell shows no errors."""
    from dssdsl.settings import EMULATED, find
    from dssdsl.settings.file import SettingsFile

    try:
        path = find(Path.cwd())
        names = {EMULATED, *(SettingsFile.read(path).stacks if path else ())}
    except (DssdslError, OSError):
        return []
    return sorted(name for name in names if name.startswith(incomplete))


def templates(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """The templates of `dssdsl new`."""
    from dssdsl import scaffold

    return [name for name in scaffold.templates() if name.startswith(incomplete)]
