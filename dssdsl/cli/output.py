"""The output of a command: lines for people, or one document for programs."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any, TextIO

from attrs import define, field

from .screen import Drawing, Line, Screen, can_ask, screen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMS = ("text", "markdown", "json")


@define
class Output:
    """
    Where a command writes.

    Attributes:
        args: The command line. The command that continues a deployment repeats it.
        form: One of `FORMS`. In the last two, stdout gets one document and nothing else.
        debug: Whether to print the traceback of every error.
        out: The screen for the result.
        err: The screen for errors; beside a document, also for progress.
        stdout: The stream for documents.
        document: The JSON document, which the command fills.
        finished: Whether it is written.
    """

    args: Sequence[str]
    form: str
    debug: bool
    out: Screen
    err: Screen
    stdout: TextIO
    document: dict[str, Any] = field(factory=dict)
    finished: bool = False

    @classmethod
    def of(cls, args: Sequence[str]) -> Output:
        """Read the form of the output from the command line itself, for errors in it have the same form."""
        colour = "--no-color" not in args
        words = " ".join(args).replace("--format=", "--format ")
        form = next((form for form in FORMS if f"--format {form}" in words), "text")
        return cls(
            args=args,
            form="json" if "--json" in args else form,
            debug="--debug" in args,
            out=screen(sys.stdout, colour=colour),
            err=screen(sys.stderr, colour=colour),
            stdout=sys.stdout,
        )

    @property
    def json(self) -> bool:
        """Whether the output is JSON."""
        return self.form == "json"

    @property
    def may_ask(self) -> bool:
        """Whether a user can answer a question."""
        return not self.json and can_ask()

    def show(self, items: Iterable[Line | Drawing]) -> None:
        """Show lines and drawings to people. With JSON, show nothing."""
        if not self.json:
            self.log.show(items)

    @property
    def log(self) -> Screen:
        """The screen for progress."""
        return self.out if self.form == "text" else self.err

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Keep everything but the document away from stdout."""
        if self.form == "text":
            yield
            return
        with contextlib.redirect_stdout(sys.stderr):
            yield

    def write(self, document: str) -> None:
        """Write the document to stdout."""
        self.stdout.write(document)
        self.stdout.flush()

    def finish(self) -> None:
        """Write the JSON document, once, if that is what the user wants."""
        if self.json and not self.finished:
            self.finished = True
            text = json.dumps(
                self.document, indent=2, sort_keys=True, ensure_ascii=True, default=str
            )
            self.write(text + "\n")
