"""The part of the start page that lists the templates of new programs."""

from __future__ import annotations

from pathlib import Path

from dssdsl import scaffold

from . import NOTE, cell
from .parts import replaced

PAGE = Path(__file__).parents[1] / "start.md"


def page() -> str:
    """The start page, with the table of templates."""
    lines = ["| template | what it contains |", "| --- | --- |"]
    lines += [f"| `{name}` | {cell(about)} |" for name, about in scaffold.templates().items()]
    text = PAGE.read_text(encoding="utf-8")
    return replaced(text, "templates", "\n".join([NOTE, "", *lines]))
