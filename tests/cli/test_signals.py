"""Ctrl-C and SIGTERM: once, and what runs ends and is recorded; twice, and it is over."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dssdsl.cli import signals
from dssdsl.emulator import Emulator, User, serve

ROOT = Path(__file__).parents[2]
PROGRAM = """
from dssdsl import *
Project("SALES")
before = None
for n in range(6):
    before = Dataset(f"D{n}", connection="filesystem_managed", depends_on=[before] if before else [])
"""


@pytest.fixture(name="dss")
def _dss(tmp_path):
    with Emulator(keys={"secret": User("ann")}) as dss, serve(dss) as server:
        (tmp_path / "project.py").write_text(PROGRAM)
        (tmp_path / "dssdsl.toml").write_text(
            f'[stacks.dev]\nhost = "{server.url}"\napi_key = {{ env = "KEY" }}\n'
        )
        yield dss


@contextlib.contextmanager
def started(folder, *args):
    """A command in a process of its own, which hears Ctrl-C."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "KEY": "secret"}
    # A shell starts what it puts into the background deaf to Ctrl-C, and its children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [sys.executable, "-m", "dssdsl", *args], cwd=folder, env=env, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        overdue = threading.Timer(50, process.kill)
        overdue.start()
        try:
            yield process
        finally:
            overdue.cancel()
            process.kill()


def until(process, line):
    """Read what a process prints until it has printed *line*."""
    seen = []
    for each in process.stdout:
        seen.append(each)
        if line in each:
            return "".join(seen)
    raise AssertionError("".join(seen))


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
def test_after_the_first_signal_running_steps_end_and_are_recorded(dss, tmp_path, which):
    """
    The step that runs is done and recorded, nothing new starts, the exit code is 8; the next up does the rest.
    """
    dss.faults.delay(r"POST /projects/SALES/datasets/managed", 1.0)
    with started(tmp_path, "up", "--yes") as process:
        until(process, "dataset D0  creating")
        process.send_signal(which)
        said = (
            until(process, "stopping: waiting for dataset D0; nothing new starts")
            + process.stdout.read()
        )
        assert process.wait() == 8

    assert "dataset D0  created" in said
    assert "dataset D1  interrupted" in said
    datasets = [p.stem for p in (dss.project_folder("SALES") / "datasets").glob("*.json")]
    assert datasets == ["D0"]
    state = (dss.project_folder("SALES") / "lib/.dataiku_framework/state.json").read_text()
    assert '"dataset/D0"' in state
    assert not list((tmp_path / ".dssdsl" / "journal").glob("*.jsonl"))
    with started(tmp_path, "up", "--yes") as process:
        said = process.stdout.read()
        assert process.wait() == 0
    assert "D0" not in said
    assert re.search(r"5 created", said)


def test_the_second_signal_stops_at_once_and_the_journal_has_it(dss, tmp_path):
    """
    Nobody waits for an answer that does not come; the next up finds out what became of it.
    """
    dss.faults.delay(r"POST /projects/SALES/datasets/managed", 4.0)
    with started(tmp_path, "up", "--yes") as process:
        until(process, "dataset D0  creating")
        time.sleep(0.5)  # until it is sent
        process.send_signal(signal.SIGINT)
        until(process, "stopping")
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said = process.stdout.read()
        assert process.wait() == 8

    assert time.monotonic() - begun < 2.5
    assert "Traceback" not in said
    journal = next((tmp_path / ".dssdsl" / "journal").glob("*.jsonl")).read_text()
    assert '"creating", "key": "SALES/dataset/D0"' in journal


def test_sigterm_before_anything_is_written_is_a_stop(dss, tmp_path):
    """
    While the plan is made there is nothing to record: it says that it stopped.
    """
    dss.latency = 0.8
    with started(tmp_path, "preview") as process:
        limit = time.monotonic() + 20
        while not dss.requests and time.monotonic() < limit:
            time.sleep(0.02)
        process.terminate()
        said = process.stdout.read()
        assert process.wait() == 8

    assert "stopped" in said


def test_handlers_are_put_back(monkeypatch):
    """
    Who calls commands from Python keeps his own handlers, and other threads have none to set.
    """
    mine = [signal.signal(which, lambda *_: None) for which in signals.SIGNALS]
    try:
        own = [signal.getsignal(which) for which in signals.SIGNALS]
        stop = threading.Event()
        with signals.stopping(stop):
            assert own != [signal.getsignal(which) for which in signals.SIGNALS]
            os.kill(os.getpid(), signal.SIGTERM)
            assert stop.wait(5)
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
        assert own == [signal.getsignal(which) for which in signals.SIGNALS]

        done = []

        def elsewhere():
            with signals.stopping(threading.Event()):
                done.append([signal.getsignal(which) for which in signals.SIGNALS])

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert [own] == done
    finally:
        for which, before in zip(signals.SIGNALS, mine, strict=True):
            signal.signal(which, before)
