from __future__ import annotations

import io
import re
import time

import pytest

from dssdsl.cli import progress, render
from dssdsl.cli.screen import Screen
from dssdsl.errors import DssError
from dssdsl.plan.events import Done, Failed, Note, Skipped, Started

from .plans import WORLD

FIRST, SECOND, THIRD = WORLD.steps[:3]


def played(screen, events):
    outcome = progress.Outcome()
    with progress.shown(screen, outcome, 3) as listen:
        for event in events:
            listen(event)
    return outcome


def events():
    return (
        Started(FIRST),
        Done(FIRST, 0.44, ("3 columns detected",)),
        Started(SECOND),
        Failed(SECOND, 2.0, DssError("DSS refused it")),
        Skipped(THIRD, "recipe clean_orders failed"),
        Note("stopping"),
    )


def test_a_log_says_when_a_step_starts_and_ends():
    stream = io.StringIO()

    played(Screen(stream), events())

    assert stream.getvalue().splitlines() == [
        "+  dataset RAW_ORDERS  creating",
        "+  dataset RAW_ORDERS  created (0.4 s)",
        "     3 columns detected",
        "~  recipe clean_orders  updating",
        "x  recipe clean_orders  failed (2.0 s)",
        ".  dataset ORDERS_CLEAN  skipped (recipe clean_orders failed)",
        "stopping",
    ]


def test_a_terminal_shows_the_same_endings_and_a_bar(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")  # a dumb one gets no bar
    stream = io.StringIO()
    stream.isatty = lambda: True

    played(Screen(stream, 80, live=True), events())

    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    for ending in ("created (0.4 s)", "failed (2.0 s)", "skipped (recipe clean_orders failed)"):
        assert ending in text
    assert "1/3 · 0 running" in text


def test_the_result_is_known_afterwards():
    outcome = played(Screen(io.StringIO()), events())

    assert outcome.done == [FIRST.key]
    assert outcome.failed[SECOND.key].problem == "DSS refused it"
    assert outcome.skipped == {THIRD.key: "recipe clean_orders failed"}
    assert not outcome.running


def test_a_log_shows_a_sign_of_life(monkeypatch):
    monkeypatch.setattr(progress, "HEARTBEAT", 0.05)
    stream = io.StringIO()
    with progress.shown(Screen(stream), progress.Outcome(), 1) as listen:
        listen(Started(FIRST))
        time.sleep(0.3)

    assert "still running: dataset RAW_ORDERS (" in stream.getvalue()


def test_an_unfinished_run_shows_its_counts_and_how_to_continue():
    outcome = played(Screen(io.StringIO()), events())

    stream = io.StringIO()
    Screen(stream).show(render.unfinished(outcome, ["up", "my project.py", "-y"]))

    assert stream.getvalue().splitlines() == [
        "",
        "  1 done, 1 failed, 1 not started. The state contains the finished steps.",
        "  To continue: dssdsl up 'my project.py' -y",
        "",
    ]


@pytest.mark.parametrize("height", [5, 40])
def test_what_runs_never_fills_more_than_the_screen(height):
    outcome = progress.Outcome()
    for n, step in enumerate(WORLD.steps):
        outcome.running[str(n)] = (step, time.monotonic())

    screen = Screen(io.StringIO())
    console = screen.console()
    console.height = height
    drawn = progress.Bottom(screen, outcome, 20, console)

    assert len(console.render_lines(drawn)) < height
