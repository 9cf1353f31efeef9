"""Lines of styled text, and the screens that show them."""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from dataclasses import dataclass  # not attrs, which costs --version a third of its time
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NO_TERMINAL = 120
"""Columns where nobody tells: a log is read in something wide."""
AGENTS = ("CI", "CLAUDECODE", "CURSOR_AGENT", "GEMINI_CLI", "CODEX_SANDBOX", "AI_AGENT")
"""Variables of environments where nobody sits at the terminal."""
PLAIN = str.maketrans(
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
"""What a value from DSS could steer a terminal with."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; *style* is a colour's name, ``bold``, ``dim`` or empty."""

    text: str
    style: str = ""


Line = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """Put a line together."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


BLANK: Line = ()


def cells(text: str) -> int:
    """How many columns of a terminal *text* takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def pad(text: str, width: int) -> str:
    """*text* with spaces after it, up to *width* columns."""
    return text + " " * (width - cells(text))


def wrap(text: str, width: int) -> list[str]:
    """Break *text* between words into lines of at most *width* columns; a longer word is cut."""
    out: list[str] = []
    here = ""
    for word in text.split(" "):
        candidate = f"{here} {word}" if here else word
        if cells(candidate) <= width:
            here = candidate
            continue
        if here:
            out.append(here)
        *whole, here = _pieces(word, width)
        out += whole
    return [*out, here]


def _pieces(word: str, width: int) -> Iterator[str]:
    piece = ""
    for letter in word:
        if piece and cells(piece + letter) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


@dataclass
class Screen:
    """
    Where lines are shown.

    Attributes:
        stream: What is written to.
        width: Columns.
        colour: Whether styles are shown; they never carry a meaning of their own.
        ascii: Whether lines, arrows and dots are written with ASCII.
        live: Whether what was written can be written over.
    """

    stream: TextIO
    width: int = NO_TERMINAL
    colour: bool = False
    ascii: bool = False
    live: bool = False

    def text(self, line: Line) -> str:
        """One line, as it is written."""
        parts = []
        for span in line:
            text = CONTROL.sub("?", span.text)
            text = text.translate(PLAIN) if self.ascii else text
            parts.append(_paint(text, span.style) if self.colour and span.style else text)
        return "".join(parts).rstrip() if not self.colour else "".join(parts)

    def show(self, lines: Iterable[Line]) -> None:
        """Write the lines."""
        for each in lines:
            click.echo(self._sayable(self.text(each)), file=self.stream, color=self.colour)

    def _sayable(self, text: str) -> str:
        """*text* with what the stream cannot encode as question marks."""
        encoding = getattr(self.stream, "encoding", None) or "utf-8"
        return text.encode(encoding, errors="replace").decode(encoding)


def _paint(text: str, style: str) -> str:
    if style in ("bold", "dim"):
        return click.style(text, **{style: True})
    return click.style(text, fg=style)


def screen(
    stream: TextIO, environ: Mapping[str, str] | None = None, *, colour: bool = True
) -> Screen:
    """
    The screen behind *stream*.

    Args:
        stream: Such as ``sys.stdout``.
        environ: The environment; left out, this process's own.
        colour: False where the user wants none.
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
        colour=colour and terminal and not dumb and not env.get("NO_COLOR"),
        ascii=not _speaks(stream, "├─└│→·…"),
        live=terminal and not dumb and not unattended(env),
    )


def unattended(environ: Mapping[str, str] | None = None) -> bool:
    """Whether this is the environment of an agent or of CI, where nobody answers."""
    env = os.environ if environ is None else environ
    return any(env.get(name, "") not in ("", "0", "false") for name in AGENTS)


def can_ask() -> bool:
    """Whether somebody sits at a terminal and can answer."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not unattended()


def _speaks(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
