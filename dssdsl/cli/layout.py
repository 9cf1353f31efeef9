"""Text in paragraphs and in columns, fitted to the screen that shows it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from attrs import frozen

from .screen import BLANK, Line, Screen, Span, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

GAP = 2
"""Spaces between columns."""
NARROWEST = 20
"""The least width of a column whose text is wrapped."""


@frozen
class Paragraph:
    """Text that is wrapped at words, beside its label; *style* is the text's."""

    text: str
    label: Line = BLANK
    style: str = ""

    def on(self, screen: Screen) -> Iterator[Line]:
        """Draw it. Words, such as an option or a path, stay whole."""
        label = self.label
        indent = " " * sum(len(span.text) for span in label)
        rows = [self.text]
        if screen.wrap:
            width = screen.width - len(indent)
            rows = textwrap.wrap(
                self.text, width, break_long_words=False, break_on_hyphens=False
            ) or [""]
        for row in rows:
            yield (*label, Span(row, self.style))
            label = line(indent)


def paragraph(text: str, *label: str | Span) -> Paragraph:
    """Put a paragraph together."""
    return Paragraph(text, line(*label))


@frozen
class Columns:
    """
    Rows of cells. The last column is wrapped; the others are neither wrapped nor cut.

    Attributes:
        rows: The cells. A cell can have several lines.
        titles: A title for each column, or none.
        indent: Spaces before the first column.
    """

    rows: Sequence[Sequence[str | Span]]
    titles: Sequence[str] = ()
    indent: int = 0

    def room(self, screen: Screen) -> int:
        """How wide the last column can be. Less than nothing where the others fill the screen."""
        return screen.width - self.indent - sum(width + GAP for width in self._widths(screen)[:-1])

    def _widths(self, screen: Screen) -> list[int]:
        from rich.cells import cell_len

        cells = [[line(cell)[0].text for cell in row] for row in (self.titles, *self.rows) if row]
        return [
            max(cell_len(part) for cell in column for part in screen.plain(cell).split("\n"))
            for column in zip(*cells, strict=True)
        ]

    def on(self, screen: Screen) -> Iterator[RenderableType]:
        """Draw them, if there are any."""
        from rich.padding import Padding
        from rich.table import Column, Table

        if not self.rows:
            return
        *widths, last = self._widths(screen)
        titles = self.titles or [""] * len(self.rows[0])
        # The widths are known, so that rich need not measure every cell, nor pad it.
        columns = [
            *(Column(width=width + GAP, no_wrap=True, overflow="ignore") for width in widths),
            Column(width=min(last, max(self.room(screen), NARROWEST)), overflow="fold"),
        ]
        for column, title in zip(columns, titles, strict=True):
            column.header = screen.plain(title)
        table = Table(
            *columns, box=None, padding=0, show_header=bool(self.titles), header_style="bold"
        )
        for row in self.rows:
            table.add_row(*(screen.rich(line(cell)) for cell in row))
        yield Padding.indent(table, self.indent)
