"""Several that use one store at once."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time

import pytest

from dssdsl.errors import Locked
from dssdsl.state.snapshot import Entry, SnapshotError
from tests.state.places import add, snapshot


def process(at, *words):
    """Another process on the same state."""
    if at.spec is None:
        pytest.skip("nobody else can open it")
    what, *rest = words
    return subprocess.Popen(
        [sys.executable, "-m", "tests.state.places", what, json.dumps(at.spec), *map(str, rest)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_parallel_deployments_lose_nothing(at):
    """
    Threads that deploy under lock, each with a store of its own, find what the others did.
    """
    failed = []

    def work(name):
        try:
            for i in range(2):
                add(at.open(), f"{name}-{i}")
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            failed.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == failed
    assert 8 == at.open().read("P").serial
    assert 8 == len(at.open().read("P").entries) - 1
    assert {} == at.open().lock_records("P").read()


def test_parallel_processes_lose_nothing(at):
    """
    The same with processes.
    """
    running = [process(at, "add", 2, f"{name}-") for name in "ab"]
    for each in running:
        each.communicate(timeout=120)

    assert [0, 0] == [each.returncode for each in running]
    assert 4 == at.open().read("P").serial
    assert 4 == len(at.open().read("P").entries) - 1


def test_one_of_several_late_writers_wins(at):
    """
    Where the place can compare and write at once, it holds even without a lock.
    """
    if at.spec is None or at.spec[0] not in ("local", "git", "s3"):
        pytest.skip("it cannot")
    at.open().write("P", snapshot(1), over=0)
    won, refused = [], []
    ready = threading.Barrier(6)

    def work(name):
        store = at.open()
        ready.wait()
        try:
            store.write("P", snapshot(2, by=name), over=1)
            won.append(name)
        except Locked:
            refused.append(name)

    threads = [threading.Thread(target=work, args=(str(i),)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (1, 5) == (len(won), len(refused))
    assert won == [at.open().read("P").by]


def test_a_reader_sees_the_old_or_the_new_snapshot(at):
    """
    Never a part of one, nor none.
    """
    many = {f"dataset/{i}": Entry(id="x" * 10_000) for i in range(50)}
    at.open().write("P", snapshot(1, entries=many), over=0)
    seen, over = [], threading.Event()

    def read():
        store = at.open()
        while not over.is_set():
            try:
                seen.append(store.read("P").serial)
            except (SnapshotError, AttributeError) as error:
                seen.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    for serial in range(2, 7):
        at.open().write("P", snapshot(serial, entries=many), over=serial - 1)
    over.set()
    reader.join()

    assert set(seen) <= set(range(1, 7))
    assert seen == sorted(seen)


def test_a_killed_writer_leaves_the_old_or_the_new_snapshot(at):
    """
    At whatever moment: what is read next is whole, and can be written again.
    """
    at.open().write("P", snapshot(1), over=0)
    for _ in range(2):
        writer = process(at, "write", 200, "x")
        writer.stdout.readline()
        time.sleep(random.uniform(0.01, 0.1))
        writer.kill()
        writer.wait()
        writer.stdout.close()
        time.sleep(0.05)  # a request that is under way ends after its sender

        found = at.open().read("P")
        assert set(range(1, found.serial + 1)) <= set(at.open().serials("P"))
        at.open().write("P", snapshot(found.serial + 1), over=found.serial)
