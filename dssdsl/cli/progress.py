"""What is seen while a plan runs: a log, or on a terminal what runs now and how far it is."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import define, field

from .screen import Line, Screen, Span, line
from .table import GLYPHS
from .values import took

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dssdsl.errors import DssdslError
    from dssdsl.plan.events import Event, Listener
    from dssdsl.plan.steps import Step

HEARTBEAT = 30.0
"""Seconds of silence after which a log says what is running."""
DOING = {
    "create": ("creating", "created"),
    "update": ("updating", "updated"),
    "replace": ("replacing", "replaced"),
    "rename": ("renaming", "renamed"),
    "move": ("moving", "moved"),
    "adopt": ("adopting", "adopted"),
    "delete": ("deleting", "deleted"),
    "forget": ("forgetting", "forgotten"),
    "keep": ("keeping", "kept"),
}
BAR = 24


@define
class Outcome:
    """What happened so far."""

    done: list[str] = field(factory=list)
    failed: dict[str, DssdslError] = field(factory=dict)
    skipped: dict[str, str] = field(factory=dict)
    running: dict[str, tuple[Step, float]] = field(factory=dict)
    begun: float = field(factory=time.monotonic)
    lock: threading.RLock = field(factory=threading.RLock)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.begun

    @property
    def touched(self) -> bool:
        """Whether any step was begun."""
        return bool(self.done or self.failed or self.running)

    def take(self, event: Event) -> None:
        """Note what happened."""
        from dssdsl.plan.events import Done, Failed, Skipped, Started

        with self.lock:
            if isinstance(event, Started):
                self.running[event.step.key] = (event.step, time.monotonic())
                # It was tried before, and the plan was made anew.
                self.skipped.pop(event.step.key, None)
                return
            if isinstance(event, (Done, Failed, Skipped)):
                self.running.pop(event.step.key, None)
            if isinstance(event, Done):
                self.done.append(event.step.key)
            elif isinstance(event, Failed):
                event.error.at = event.error.at or event.step.source or None
                self.failed[event.step.key] = event.error
            elif isinstance(event, Skipped):
                self.skipped[event.step.key] = event.because


def ended(event: Event) -> Iterator[Line]:
    """The lines that an event leaves, if it leaves any."""
    from dssdsl.plan.events import Done, Failed, Note, Skipped

    if isinstance(event, Done):
        glyph, style = GLYPHS[event.step.action.value]
        word = DOING[event.step.action.value][1]
        yield line(
            Span(f"{glyph:<3}", style), f"{event.step.label}  {word} ({took(event.seconds)})"
        )
        yield from (line(f"     {text}") for text in event.notes)
    elif isinstance(event, Failed):
        yield line(Span("x  ", "red"), f"{event.step.label}  failed ({took(event.seconds)})")
    elif isinstance(event, Skipped):
        because = "interrupted" if event.because == "interrupted" else f"skipped ({event.because})"
        yield line(Span(".  ", "dim"), f"{event.step.label}  {because}")
    elif isinstance(event, Note):
        yield line(event.text)


@contextmanager
def shown(screen: Screen, outcome: Outcome, total: int) -> Iterator[Listener]:
    """Show what happens while the block runs; the listener is told of it."""
    with (_live if screen.live else _logged)(screen, outcome, total) as listen:
        yield listen


@contextmanager
def _logged(screen: Screen, outcome: Outcome, _: int) -> Iterator[Callable[[Event], None]]:
    """One line when a step starts and one when it ends, and a sign of life."""
    from dssdsl.plan.events import Started

    over = threading.Event()
    told = [time.monotonic()]

    def listen(event: Event) -> None:
        outcome.take(event)
        lines = list(ended(event))
        if isinstance(event, Started):
            glyph, style = GLYPHS[event.step.action.value]
            doing = DOING[event.step.action.value][0]
            lines = [line(Span(f"{glyph:<3}", style), f"{event.step.label}  {doing}")]
        with outcome.lock:
            told[0] = time.monotonic()
            screen.show(lines)

    def beat() -> None:
        while not over.wait(min(1.0, HEARTBEAT / 4)):
            with outcome.lock:
                if time.monotonic() - told[0] >= HEARTBEAT and outcome.running:
                    told[0] = time.monotonic()
                    screen.show([line(f"still running: {still(outcome)}")])

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield listen
    finally:
        over.set()
        thread.join()


def still(outcome: Outcome) -> str:
    """What is running, and for how long."""
    now = time.monotonic()
    return ", ".join(
        f"{step.label} ({took(now - since)})" for step, since in outcome.running.values()
    )


@contextmanager
def _live(screen: Screen, outcome: Outcome, total: int) -> Iterator[Callable[[Event], None]]:
    """Finished steps scroll away; running ones stay at the bottom, over one bar for the whole."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(
        file=screen.stream,
        width=screen.width,
        no_color=not screen.colour,
        highlight=False,
        markup=False,
        emoji=False,
    )

    class Bottom:
        def __rich__(self) -> Text:
            with outcome.lock:
                return Text.from_ansi(
                    "\n".join(screen.text(row) for row in bottom(outcome, total, console.height))
                )

    with Live(
        Bottom(),
        console=console,
        transient=True,
        refresh_per_second=8,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as live:

        def listen(event: Event) -> None:
            outcome.take(event)
            lines = list(ended(event))
            if lines:
                live.console.print(
                    Text.from_ansi("\n".join(screen.text(row) for row in lines)), soft_wrap=True
                )

        yield listen


def bottom(outcome: Outcome, total: int, height: int) -> Iterator[Line]:
    """What runs now, and the bar."""
    now = time.monotonic()
    running = list(outcome.running.values())
    room = max(1, height - 4)
    for step, since in running[:room]:
        glyph, style = GLYPHS[step.action.value]
        doing = DOING[step.action.value][0]
        yield line(Span(f"{glyph:<3}", style), f"{step.label}  {doing} ({took(now - since)})")
    if len(running) > room:
        yield line(f"   … and {len(running) - room} more")
    done = len(outcome.done) + len(outcome.failed) + len(outcome.skipped)
    full = BAR * done // max(total, 1)
    yield line(
        Span("━" * full, "green"),
        Span("─" * (BAR - full), "dim"),
        f"  {done}/{total} · {len(running)} running · {took(outcome.seconds)}",
    )


def quiet(outcome: Outcome) -> Callable[[Any], None]:
    """A listener that shows nothing."""
    return outcome.take
