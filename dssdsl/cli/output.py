"""Where a command's words go: people read lines, programs read one JSON document."""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

from .screen import Line, Screen, can_ask, screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass
class Output:
    """
    What one command says.

    Attributes:
        args: The command line, for the line that says how to go on.
        json: Whether stdout gets one JSON document and nothing else.
        debug: Whether errors come with their traceback.
        out: The screen for what was asked for.
        err: The screen for errors, and for all the rest where stdout is for JSON.
        document: What JSON says; a command fills it.
    """

    args: Sequence[str]
    json: bool
    debug: bool
    out: Screen
    err: Screen
    stdout: TextIO
    document: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, args: Sequence[str]) -> Output:
        """Read from the command line how to say things: a wrong one must be told the same way."""
        colour = "--no-color" not in args
        return cls(
            args=args,
            json="--json" in args,
            debug="--debug" in args,
            out=screen(sys.stdout, colour=colour),
            err=screen(sys.stderr, colour=colour),
            stdout=sys.stdout,
        )

    @property
    def may_ask(self) -> bool:
        """Whether somebody can answer."""
        return not self.json and can_ask()

    def show(self, lines: Iterable[Line]) -> None:
        """Show lines to people; where stdout is for JSON, nobody is there to read them."""
        if not self.json:
            self.out.show(lines)

    @property
    def log(self) -> Screen:
        """Where what happens is shown while it happens."""
        return self.err if self.json else self.out

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep stdout clean for JSON, whatever prints."""
        if not self.json:
            yield
            return
        with contextlib.redirect_stdout(sys.stderr):
            yield

    def finish(self) -> None:
        """Write the JSON document."""
        if self.json:
            text = json.dumps(
                self.document, indent=2, sort_keys=True, ensure_ascii=True, default=str
            )
            self.stdout.write(text + "\n")
            self.stdout.flush()
