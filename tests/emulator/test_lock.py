"""One process per folder: others wait or fail, and a dead process releases its lock."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from dssdsl.emulator import Emulator, InUse, lock

HOLDS = """
import sys, time
from pathlib import Path
from dssdsl.emulator import Emulator
dss = Emulator(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.readline()
dss.close()
"""


@pytest.fixture
def other(tmp_path):
    """Return another process that has the folder open until a line is written to it."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


def test_the_error_names_the_process_that_has_the_folder(tmp_path, other):
    with pytest.raises(InUse, match=f'"{tmp_path}" is in use by process {other.pid}') as told:
        Emulator(tmp_path)
    assert told.value.pid == other.pid


def test_a_second_process_waits(tmp_path, other):
    begun = time.monotonic()
    with pytest.raises(InUse):
        Emulator(tmp_path, wait=0.3)
    assert 0.3 <= time.monotonic() - begun < 5
    timer = threading.Timer(0.3, lambda: other.communicate("done\n"))
    timer.start()
    with Emulator(tmp_path, wait=30):
        assert time.monotonic() - begun >= 0.6
    timer.join()


def test_a_dead_process_releases_its_lock(tmp_path, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    with Emulator(tmp_path) as dss:
        assert dss.projects() == []


def test_one_process_opens_a_folder_once(tmp_path):
    with Emulator(tmp_path) as dss:
        with pytest.raises(InUse, match=f"process {os.getpid()}"):
            Emulator(tmp_path)
        assert dss.projects() == []
    with Emulator(tmp_path), Emulator(tmp_path / "another"):
        pass


def test_unclosed_and_failed_emulators_release_their_lock(tmp_path):
    left = Emulator(tmp_path)
    del left
    gc.collect()
    (tmp_path / "instance.json").write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        Emulator(tmp_path)
    (tmp_path / "instance.json").unlink()
    with Emulator(tmp_path):
        pass


STARTS_GIT = """
import os, signal, subprocess, sys
from pathlib import Path
from dssdsl.emulator.git.command import git
from dssdsl.emulator import Emulator
dss = Emulator(Path(sys.argv[1]))
folder = Path(sys.argv[1]) / "projects" / "P"
folder.mkdir(exist_ok=True)
subprocess.Popen.communicate = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
git(folder, "-c", "alias.sleep=!sleep 1", "sleep")
"""


def test_the_lock_waits_for_the_git_of_a_dead_process(tmp_path, monkeypatch):
    """
    What it still writes would disturb repairs.
    """
    dead = subprocess.run([sys.executable, "-c", STARTS_GIT, str(tmp_path)], check=False)
    assert dead.returncode == -signal.SIGKILL
    with monkeypatch.context() as patch:
        patch.setattr(lock, "_LAST_WORDS", 0.0)
        with pytest.raises(InUse):
            Emulator(tmp_path)
    with Emulator(tmp_path) as dss:
        assert dss.projects() == ["P"]
