"""Locks on files, which end with their process."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from dssdsl.errors import Locked, ProgramError
from dssdsl.state.file_lock import FileLock
from dssdsl.state.holder import Holder

HOLD = """
import sys, time
from pathlib import Path
from dssdsl.state.file_lock import FileLock
from dssdsl.state.holder import Holder
lock = FileLock(Path(sys.argv[1]), Holder.here("up", "sales"), "the journal")
lock.acquire()
print("holding", flush=True)
time.sleep(60)
"""


@pytest.fixture(name="path")
def _path(tmp_path):
    return tmp_path / "journal" / "sales.lock"


def lock(path, operation="destroy"):
    return FileLock(path, Holder.here(operation, "sales"), "the journal")


def test_one_holds_it_and_others_see_who(path):
    """
    Until it is released; waiting reports each holder once.
    """
    mine, other, reported = lock(path, "up"), lock(path), []
    mine.acquire()

    with pytest.raises(Locked, match=r'is in use by .* for up of "sales"') as refused:
        other.acquire(0.3, reported.append)

    assert [mine.me] == reported
    assert "end that process" in str(refused.value)
    mine.release()
    other.acquire()
    with pytest.raises(Locked, match="for destroy of"):
        mine.acquire()
    other.release()


def test_it_ends_with_its_process(path):
    """
    However that ends, and wherever it ran: nobody waits for a lease.
    """
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert "holding\n" == process.stdout.readline()
        with pytest.raises(Locked, match=f"process {process.pid}"):
            lock(path).acquire()
        process.send_signal(signal.SIGKILL)
    mine = lock(path)

    mine.acquire()

    mine.check()
    mine.release()


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path):
    """
    With the path, and what to do.
    """
    (tmp_path / "file").touch()

    with pytest.raises(ProgramError, match="the journal cannot be kept in"):
        lock(tmp_path / "file" / "sales.lock").acquire()
