"""Many clients at once, and servers that die: no write is mixed up, and no answered write is lost."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from dataikuapi import DSSClient

from dssdsl.emulator import Emulator, InProcess, serve

from .test_datasets import managed
from .test_history import git

THREADS, REQUESTS = 16, 4000
SERVE = """
import sys, threading
from pathlib import Path
from dssdsl.emulator import Emulator
from dssdsl.emulator import serve
running = serve(Emulator(Path(sys.argv[1])))
print(running.url, flush=True)
threading.Event().wait()
"""


@pytest.fixture(params=["in process", "loopback"])
def host(request, dss):
    """Return a function that creates clients, each with a connection of its own."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(serve(dss)).url if request.param == "loopback" else "http://dss"

        def client() -> DSSClient:
            made = DSSClient(url, "emulator")
            made._session.trust_env = False
            stack.callback(made._session.close)
            if url == "http://dss":
                made._session.mount(url, InProcess(dss))
            return made

        yield client


def test_many_threads_of_two_clients(host, dss):
    """
    Each thread reads exactly what it wrote, and the files and Git contain each write.
    """
    clients = [host(), host()]
    keys = ["ONE", "TWO"]
    for key in keys:
        clients[0].create_project(key, key, "admin")
    for number in range(THREADS):
        managed(clients[0].get_project(keys[number % 2]), f"d{number}")
    rounds = REQUESTS // THREADS // 4
    barrier = threading.Barrier(THREADS)

    def work(number: int) -> None:
        project = clients[number // 2 % 2].get_project(keys[number % 2])
        dataset, barred = project.get_dataset(f"d{number}"), project.get_dataset(f"d{number}")
        barrier.wait()
        for turn in range(rounds):
            schema = {"columns": [{"name": f"c{number}_{turn}", "type": "string"}]}
            dataset.set_schema(schema)
            assert barred.get_schema()["columns"] == schema["columns"]
            settings = dataset.get_settings()
            assert settings.get_raw()["name"] == f"d{number}"
            assert settings.get_raw()["versionTag"]["versionNumber"] == 2 * turn + 1
            settings.get_raw()["shortDesc"] = f"{number}/{turn}"
            settings.save()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))

    for place, key in enumerate(keys):
        project = clients[1].get_project(key)
        folder = dss.project_folder(key)
        for number in range(place, THREADS, 2):
            last = json.loads((folder / f"datasets/d{number}.json").read_bytes())
            assert last["shortDesc"] == f"{number}/{rounds - 1}"
            assert last["schema"]["columns"][0]["name"] == f"c{number}_{rounds - 1}"
        assert git(folder, "status", "--porcelain") == ""
        assert git(folder, "fsck").strip() == ""
        mine = THREADS // 2
        assert int(git(folder, "rev-list", "--count", "HEAD")) == 2 + mine + 2 * mine * rounds
        assert len(project.list_datasets()) == mine


def test_concurrent_writes_of_one_object(host):
    """
    With many writers of one document, one of them wins completely.
    """
    project = host().create_project("P", "P", "admin")

    def work(number: int) -> None:
        values = {f"k{each}": number for each in range(20)}
        for _ in range(10):
            project.set_variables({"standard": values, "local": {}})
            assert len({*project.get_variables()["standard"].values()}) == 1

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))

    entries = project.get_project_git().log(count=1000)["entries"]
    assert len(entries) <= 2 + THREADS * 10


@contextlib.contextmanager
def served(root):
    """Start a serving process, yield it with its address, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(root)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_killed_server_has_stored_every_answered_write(tmp_path):
    """
    After each of several kills at random moments, the last answered write is stored.
    """
    rng = random.Random(5)
    answered, tried = {}, {}
    for life in range(4):
        with served(tmp_path) as (process, url):
            client = DSSClient(url, "emulator")
            project = client.get_project("P")
            if not life:
                project = client.create_project("P", "P", "admin")
                for name in "abcd":
                    managed(project, name)
            for name, number in answered.items():
                found = project.get_dataset(name).get_settings().get_raw()["shortDesc"]
                assert found in (f"{number}", f"{tried[name]}")
                answered[name] = int(found)
            assert project.get_project_git().get_status()["clean"]
            timer = threading.Timer(rng.uniform(0.05, 0.4), os.kill, (process.pid, signal.SIGKILL))
            timer.start()
            number = 1000 * life
            with contextlib.suppress(requests.RequestException):
                while True:
                    name, number = rng.choice("abcd"), number + 1
                    settings = project.get_dataset(name).get_settings()
                    settings.get_raw()["shortDesc"] = f"{number}"
                    tried[name] = number
                    settings.save()
                    answered[name] = number
                    if number % 7 == 0:
                        project.get_project_git().log(count=1)
            timer.join()
            client._session.close()
    assert answered

    with Emulator(tmp_path) as dss:
        folder = dss.project_folder("P")
        assert git(folder, "status", "--porcelain") == ""
        assert git(folder, "fsck").strip() == ""
        for name, number in answered.items():
            text = json.loads((folder / f"datasets/{name}.json").read_bytes())["shortDesc"]
            assert text in (f"{number}", f"{tried[name]}")
    assert not (tmp_path / "journals/P.jsonl").exists()


MOMENTS = {
    "before the journal": "History.record",
    "after the journal": "app_write",
    "while tags are written": "tags",
    "before Git": "git",
    "before the journal is deleted": "unlink",
    "before the index": "read_tree",
}
DYING = """
import os, signal, sys
from pathlib import Path
from dssdsl.emulator.project import project as project_module
from dssdsl.emulator.git import history
from dssdsl.emulator import Emulator
from dssdsl.emulator import InProcess
from dataikuapi import DSSClient

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

dss = Emulator(Path(sys.argv[1]))
client = DSSClient("http://dss", "emulator")
client._session.mount("http://dss", InProcess(dss))
project = client.create_project("P", "P", "admin")
project.set_variables({"standard": {"n": 1}, "local": {}})
moment, done = sys.argv[2], history.git
def git(folder, *args, **options):
    if moment == "git" and args[0] == "fast-import":
        die()
    if moment == "read_tree" and args[0] == "read-tree":
        die()
    found = done(folder, *args, **options)
    if moment == "unlink" and args[0] == "fast-import":
        die()
    return found
history.git = git
if moment == "History.record":
    history.History.record = die
elif moment == "app_write":
    project_module.write = die
elif moment == "tags":
    Path.replace = die
try:
    project.set_variables({"standard": {"n": 2}, "local": {}})
finally:
    dss.settle()
"""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_dies_at_a_chosen_moment(tmp_path, connect, moment):
    """
    Answered writes are stored after a restart; the interrupted one is complete or absent.
    """
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(tmp_path), MOMENTS[moment]], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL

    with Emulator(tmp_path) as dss:
        project = connect(dss).get_project("P")
        number = project.get_variables()["standard"]["n"]
        assert number == (1 if moment == "before the journal" else 2)
        folder = dss.project_folder("P")
        assert git(folder, "status", "--porcelain") == ""
        assert git(folder, "fsck").strip() == ""
        assert int(git(folder, "rev-list", "--count", "HEAD")) == 2 + number
        assert json.loads((folder / "variables.json").read_bytes()) == {"n": number}
