"""The emulator is told over HTTP how to misbehave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from dataikuapi import DSSClient
from dataikuapi.utils import DataikuException

from dssdsl.emulator.app import Emulator
from dssdsl.emulator.server import serve


@pytest.fixture
def server():
    with Emulator(controlled=True) as dss, serve(dss) as running:
        yield running


@pytest.fixture
def client(server):
    return DSSClient(server.url, "emulator")


@pytest.fixture
def tell(server):
    """Return a function that asks something of the emulator itself."""

    def tell(method, where, /, **body):
        answer = requests.request(method, f"{server.url}/__emulator/{where}", json=body, timeout=9)
        answer.raise_for_status()
        return answer.json()

    return tell


def test_it_is_off_unless_asked_for(dss):
    with serve(dss) as server:
        answer = requests.get(f"{server.url}/__emulator/status", timeout=9)
    assert answer.status_code == 401


def test_refusing_and_cutting(client, tell):
    tell("POST", "faults/refuse", match="GET /projects", status=503, message="busy", times=2)
    for _ in range(2):
        with pytest.raises(DataikuException, match="busy"):
            client.list_project_keys()
    assert client.list_project_keys() == []
    tell("POST", "faults/cut", match="POST /projects", after=True)
    with pytest.raises(requests.ConnectionError):
        client.create_project("P", "P", "admin")
    assert client.list_project_keys() == ["P"]
    tell("POST", "faults/refuse", match=".")
    assert tell("GET", "status")["faults"] == 1
    tell("DELETE", "faults")
    assert client.list_project_keys() == ["P"]


def test_a_request_that_waits_holds_up_no_other(server, client, tell):
    tell("POST", "faults/delay", match="GET /projects", seconds=1)
    with ThreadPoolExecutor() as pool:
        begun = time.monotonic()
        slow = pool.submit(client.list_project_keys)
        time.sleep(0.2)
        DSSClient(server.url, "emulator").get_auth_info()
        assert time.monotonic() - begun < 0.9
        assert slow.result() == []
        assert time.monotonic() - begun >= 1


def test_requests_are_logged_and_counted(client, tell):
    client.list_project_keys()
    client.list_project_keys()
    assert tell("GET", "requests/counts") == {"GET /projects": 2}
    assert tell("GET", "requests")[0]["status"] == 200
    tell("DELETE", "requests")
    assert tell("GET", "requests") == []


def test_latency_and_futures(client, tell):
    tell("PUT", "latency", seconds=0.2)
    tell("PUT", "futures", polls=2)
    begun = time.monotonic()
    client.create_project("P", "P", "admin")
    assert time.monotonic() - begun >= 0.2
    future = client.get_project("P").delete()
    assert not future.has_result()
    assert future.peek_state()["hasResult"]


def test_edits_as_from_the_ui(client, tell):
    project = client.create_project("P", "P", "admin")
    patch = {"shortDesc": "By hand", "description": None, "settings": {"wikiSettings": {"x": 1}}}
    tell("POST", "edit", project="P", path="params.json", merge=patch, login="bob")
    assert project.get_metadata()["shortDesc"] == "By hand"
    assert project.get_settings().get_raw()["settings"]["wikiSettings"] == {
        "promoted": False,
        "x": 1,
    }
    assert project.get_project_git().log(count=1)["entries"][0]["author"] == "bob"
    for path in ("../../x.json", "a/../x.json", "/etc/x.json", "x", ".git/x.json"):
        with pytest.raises(requests.HTTPError):
            tell("POST", "edit", project="P", path=path, merge={})
    with pytest.raises(requests.HTTPError):
        tell("POST", "edit", project="NO", path="params.json", merge={})


def test_the_clock(client, tell):
    assert tell("PUT", "clock", stop=1_000_000) == {"time": 1_000_000}
    project = client.create_project("P", "P", "admin")
    made = client.get_project("P").get_timeline()["createdOn"]
    assert made == 1_000_000_000
    tell("PUT", "clock", move=60)
    project.set_metadata(project.get_metadata())
    assert project.get_timeline()["lastModifiedOn"] == 1_000_060_000
    assert tell("PUT", "clock")["time"] > 1_000_060
    assert tell("PUT", "clock", move=3600)["time"] > time.time() + 3500


def test_reset_and_nonsense(client, tell):
    client.create_project("P", "P", "admin")
    tell("POST", "settle")
    tell("POST", "reset")
    assert client.list_project_keys() == []
    for method, path, body in (
        ("POST", "faults/refuse", {}),
        ("POST", "faults/refuse", {"match": "("}),
        ("PUT", "latency", {"seconds": "x"}),
        ("GET", "nonsense", {}),
    ):
        with pytest.raises(requests.HTTPError):
            tell(method, path, **body)


_READER = """
import sys
import requests

while True:
    requests.get(sys.argv[1] + "/public/api/projects", auth=("emulator", ""), timeout=9)
"""


def test_a_client_is_killed(server, tell):
    with subprocess.Popen([sys.executable, "-c", _READER, server.url]) as client:
        tell("POST", "faults/kill", match="GET /projects", pid=client.pid, nth=3)
        assert client.wait(30) == -signal.SIGKILL
    assert tell("GET", "requests/counts")["GET /projects"] >= 3
    for pid in (0, 1, -1, os.getpid()):
        with pytest.raises(requests.HTTPError):
            tell("POST", "faults/kill", match="GET /projects", pid=pid)


def test_stale_reads(client, tell):
    tell("POST", "faults/stale", match="GET /projects", times=9)
    client.create_project("P", "P", "admin")
    assert client.list_project_keys() == []
    assert tell("GET", "status")["faults"] == 1
    tell("DELETE", "faults")
    assert client.list_project_keys() == ["P"]
