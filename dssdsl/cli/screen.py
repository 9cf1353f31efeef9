"""Lines of styled text, and the screen that shows them."""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol, TextIO

import click
from attrs import define

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rich.console import Console, RenderableType
    from rich.text import Text

NO_TERMINAL = 120
"""Columns where there is no terminal."""
UNLIMITED = 100_000
"""Columns for rich, which cuts what is wider."""
AGENTS = ("CI", "CLAUDECODE", "CURSOR_AGENT", "GEMINI_CLI", "CODEX_SANDBOX", "AI_AGENT")
"""Variables of environments in which nobody answers a question."""
ASCII = str.maketrans(
    {
        "├": "|",
        "└": "`",
        "│": "|",
        "─": "-",
        "━": "-",
        "→": "->",
        "·": "-",
        "…": "...",
        "\N{EN DASH}": "-",
        "—": "-",
        "«": '"',
        "»": '"',
        "“": '"',
        "”": '"',
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters with which a value from DSS could control the terminal."""


class Span(NamedTuple):
    """A piece of a line; *style* is a colour's name, ``bold``, ``dim`` or empty."""

    text: str
    style: str = ""


Line = tuple[Span, ...]
BLANK: Line = ()


def line(*parts: str | Span) -> Line:
    """Put a line together."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


class Drawing(Protocol):
    """What depends on the screen that shows it, such as a table on its width."""

    def on(self, screen: Screen) -> Iterator[Line | RenderableType]:
        """Draw it as lines, or as what rich can print."""
        ...


@define
class Screen:
    """
    A stream, and what it can show.

    Attributes:
        stream: Where to write.
        width: Columns.
        wrap: Whether paragraphs are wrapped. A log keeps them on one line, where they can be searched for.
        colour: Whether styles are shown. They never carry a meaning of their own.
        ascii: Whether lines, arrows and dots are written in ASCII.
        live: Whether lines can be overwritten.
    """

    stream: TextIO
    width: int = NO_TERMINAL
    wrap: bool = False
    colour: bool = False
    ascii: bool = False
    live: bool = False

    def show(self, items: Iterable[Line | Drawing]) -> None:
        """Write lines and drawings."""
        for item in items:
            for each in [item] if isinstance(item, tuple) else item.on(self):
                text = self._line(each) if isinstance(each, tuple) else self._printed(each)
                click.echo(text, file=self.stream, color=self.colour)

    def plain(self, text: str) -> str:
        """*text* as the stream can show it: no control characters, and none that it cannot encode."""
        text = CONTROL.sub("?", text)
        text = text.translate(ASCII) if self.ascii else text
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        return text.encode(encoding, errors="replace").decode(encoding)

    def rich(self, row: Line) -> Text:
        """A line for rich."""
        from rich.text import Text

        return Text.assemble(*((self.plain(span.text), span.style) for span in row))

    def console(self, width: int = 0) -> Console:
        """A rich console for the stream. rich is imported here because most commands do without it."""
        from rich.console import Console

        return Console(
            file=self.stream,
            width=width or self.width,
            color_system="standard" if self.colour else None,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def _line(self, row: Line) -> str:
        text = "".join(
            _styled(self.plain(span.text), span.style) if self.colour else self.plain(span.text)
            for span in row
        )
        return text.rstrip()

    def _printed(self, drawn: RenderableType) -> str:
        console = self.console(UNLIMITED)
        with console.capture() as captured:
            console.print(drawn)
        return re.sub(" +$", "", captured.get(), flags=re.MULTILINE).removesuffix("\n")


def _styled(text: str, style: str) -> str:
    """Style one line as rich would, without importing it."""
    if style in ("bold", "dim"):
        return click.style(text, **{style: True})
    return click.style(text, fg=style) if style else text


def screen(
    stream: TextIO, environ: Mapping[str, str] | None = None, *, colour: bool = True
) -> Screen:
    """
    Find out what *stream* can show.

    Args:
        stream: Such as ``sys.stdout``.
        environ: The environment. Default: this process's own.
        colour: False if the user wants no colours.
    """
    env = os.environ if environ is None else environ
    terminal = stream.isatty()
    dumb = env.get("TERM") == "dumb"
    columns = shutil.get_terminal_size((80, 24)).columns if terminal else NO_TERMINAL
    if env.get("COLUMNS", "").isdigit():
        columns = int(env["COLUMNS"])
    return Screen(
        stream=stream,
        width=max(columns, 40),
        wrap=terminal,
        colour=colour and terminal and not dumb and not env.get("NO_COLOR"),
        ascii=not _can_encode(stream, "├─└│→·…"),
        live=terminal and not dumb and not unattended(env),
    )


def unattended(environ: Mapping[str, str] | None = None) -> bool:
    """Whether an agent or CI runs this process: nobody answers a question there."""
    env = os.environ if environ is None else environ
    return any(env.get(name, "") not in ("", "0", "false") for name in AGENTS)


def can_ask() -> bool:
    """Whether a user at a terminal can answer a question."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not unattended()


def _can_encode(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
