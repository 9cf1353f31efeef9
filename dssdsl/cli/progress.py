"""The progress of a plan that runs: a log, or on a terminal the running steps and a bar."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from .screen import Line, Screen, Span, line
from .sentences import ACTIONS
from .table import GLYPHS
from .values import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, Group

    from dssdsl.errors import DssdslError
    from dssdsl.plan.events import Event, Listener
    from dssdsl.plan.steps import Step

HEARTBEAT = 30.0
"""Seconds without output after which a log names the running steps."""
BAR = 24
"""Columns of the bar."""


@define
class Outcome:
    """What happened so far, by the keys of the steps."""

    done: list[str] = field(factory=list)
    failed: dict[str, DssdslError] = field(factory=dict)
    skipped: dict[str, str] = field(factory=dict)
    begun: list[str] = field(factory=list)
    running: dict[str, tuple[Step, float]] = field(factory=dict)
    since: float = field(factory=time.monotonic)
    lock: threading.RLock = field(factory=threading.RLock)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.since

    @property
    def touched(self) -> bool:
        """Whether any step was started."""
        return bool(self.done or self.failed or self.running)

    @property
    def ended(self) -> int:
        """The number of steps that are done."""
        return len(self.done)

    def record(self, event: Event) -> None:
        """Record what happened."""
        from dssdsl.plan.events import Done, Failed, Skipped, Started

        with self.lock:
            if isinstance(event, Started):
                self.running[event.step.key] = (event.step, time.monotonic())
                # A plan that is made again after a failure can start a step that was skipped.
                self.skipped.pop(event.step.key, None)
                self.begun = [key for key in self.begun if key != event.step.key]
                return
            if isinstance(event, (Done, Failed, Skipped)):
                self.running.pop(event.step.key, None)
            if isinstance(event, Done):
                self.done.append(event.step.key)
            elif isinstance(event, Failed):
                self.failed[event.step.key] = event.error
            elif isinstance(event, Skipped):
                self.skipped[event.step.key] = event.because
                if event.begun:
                    self.begun.append(event.step.key)

    def ages(self) -> list[tuple[Step, str]]:
        """The running steps, and for how long each one has been running."""
        now = time.monotonic()
        return [(step, duration(now - since)) for step, since in self.running.values()]


def ended(event: Event) -> Iterator[Line]:
    """The lines that stay after an event."""
    from dssdsl.plan.events import Done, Failed, Note, Skipped

    if isinstance(event, Done):
        word = ACTIONS[event.step.action.value][1]
        yield _row(event.step, f"{word} ({duration(event.seconds)})")
        yield from (line(f"     {text}") for text in event.notes)
    elif isinstance(event, Failed):
        yield line(Span("x  ", "red"), f"{event.step.label}  failed ({duration(event.seconds)})")
    elif isinstance(event, Skipped):
        because = "interrupted" if event.because == "interrupted" else f"skipped ({event.because})"
        if event.begun:
            because = f"{ACTIONS[event.step.action.value][1]}, not completed ({event.because})"
        yield line(Span(".  ", "dim"), f"{event.step.label}  {because}")
    elif isinstance(event, Note):
        yield line(event.text)


def _row(step: Step, text: str) -> Line:
    glyph, style = GLYPHS[step.action.value]
    return line(Span(f"{glyph:<3}", style), f"{step.label}  {text}")


def _doing(step: Step) -> str:
    return ACTIONS[step.action.value][0]


@contextmanager
def shown(screen: Screen, outcome: Outcome, total: int) -> Iterator[Listener]:
    """Show and record the events of a plan of *total* steps while the block runs."""
    with _live(screen, outcome, total) if screen.live else _logged(screen, outcome) as listen:
        yield listen


@contextmanager
def _logged(screen: Screen, outcome: Outcome) -> Iterator[Callable[[Event], None]]:
    """A line when a step starts, one when it ends, and a heartbeat."""
    from dssdsl.plan.events import Started

    over = threading.Event()
    latest = [time.monotonic()]

    def listen(event: Event) -> None:
        outcome.record(event)
        lines = list(ended(event))
        if isinstance(event, Started):
            lines = [_row(event.step, _doing(event.step))]
        with outcome.lock:
            latest[0] = time.monotonic()
            screen.show(lines)

    def beat() -> None:
        while not over.wait(min(1.0, HEARTBEAT / 4)):
            with outcome.lock:
                if time.monotonic() - latest[0] >= HEARTBEAT and outcome.running:
                    latest[0] = time.monotonic()
                    running = ", ".join(f"{step.label} ({age})" for step, age in outcome.ages())
                    screen.show([line(f"still running: {running}")])

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield listen
    finally:
        over.set()
        thread.join()


@contextmanager
def _live(screen: Screen, outcome: Outcome, total: int) -> Iterator[Callable[[Event], None]]:
    """Steps that ended scroll away; the running ones stay at the bottom, above the bar."""
    from rich.live import Live

    console = screen.console()
    with Live(
        Bottom(screen, outcome, total, console),
        console=console,
        transient=True,
        refresh_per_second=8,
        redirect_stdout=False,
        redirect_stderr=False,
    ):

        def listen(event: Event) -> None:
            outcome.record(event)
            for row in ended(event):
                console.print(screen.rich(row), soft_wrap=True)

        yield listen


@frozen
class Bottom:
    """The running steps, as many as the terminal has lines for, and the bar. It is drawn whenever anything is printed."""

    screen: Screen
    outcome: Outcome
    total: int
    console: Console

    def __rich__(self) -> Group:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        outcome, plain = self.outcome, self.screen.plain
        with outcome.lock:
            running, over = outcome.ages(), outcome.ended
        room = max(1, self.console.height - 4)
        rows = [_row(step, f"{_doing(step)} ({age})") for step, age in running[:room]]
        if len(running) > room:
            rows.append(line(f"   … and {len(running) - room} more"))
        bar = ProgressBar(
            total=max(self.total, 1),
            completed=over,
            width=BAR,
            style="dim",
            complete_style="green",
            finished_style="green",
        )
        last = Table.grid(padding=(0, 2))
        counts = f"{over}/{self.total} · {len(running)} running · {duration(outcome.seconds)}"
        last.add_row(bar, plain(counts))
        return Group(*map(self.screen.rich, rows), last)
