"""Tests set faults of the emulator over HTTP."""

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

from dssdsl.emulator import Emulator, serve


@pytest.fixture
def server():
    with Emulator(controlled=True) as dss, serve(dss) as running:
        yield running


@pytest.fixture
def client(server):
    return DSSClient(server.url, "emulator")


@pytest.fixture
def tell(server):
    """Return a function that sends a control request to the emulator."""

    def tell(method, where, /, **body):
        answer = requests.request(method, f"{server.url}/__emulator/{where}", json=body, timeout=9)
        answer.raise_for_status()
        return answer.json()

    return tell


def test_control_is_off_by_default(dss):
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


def test_the_nth_matching_request(client, tell):
    tell("POST", "faults/refuse", match="GET /projects", nth=2, message="busy")
    tell(
        "POST", "faults/answer", match="GET /projects", nth=3, status=502, body="<html>proxy</html>"
    )
    assert client.list_project_keys() == []
    with pytest.raises(DataikuException, match="busy"):
        client.list_project_keys()
    with pytest.raises(DataikuException, match="Unknown error: <html>proxy"):
        client.list_project_keys()
    assert client.list_project_keys() == []
    tell("POST", "faults/cut", match="GET /projects", nth=2)
    assert client.list_project_keys() == []
    with pytest.raises(requests.ConnectionError):
        client.list_project_keys()
    tell("POST", "faults/delay", match="GET /projects", nth=2, seconds=0.3)
    for least, most in ((0, 0.25), (0.3, 9)):
        begun = time.monotonic()
        client.list_project_keys()
        assert least <= time.monotonic() - begun < most


def test_a_delayed_request_blocks_no_other(server, client, tell):
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


def test_requests_are_asserted_on(client, tell):
    client.create_project("P", "P", "admin")
    client.list_project_keys()
    assert [each["method"] for each in tell("GET", "requests", writes=True)] == ["POST"]
    assert tell("POST", "requests/check", match="GET /projects$", times=1) == {"count": 1}
    assert tell("POST", "requests/check", match="DELETE", atMost=0) == {"count": 0}
    with pytest.raises(requests.HTTPError) as told:
        tell("POST", "requests/check", match="GET /projects$", atLeast=2)
    assert told.value.response.status_code == 409
    assert "1 x GET /projects" in told.value.response.json()["message"]


def test_futures_that_never_end(client, tell):
    project = client.create_project("P", "P", "admin")
    tell("PUT", "futures", polls="never")
    assert tell("GET", "status")["futurePolls"] == "never"
    future = project.delete()
    for _ in range(50):
        assert not future.has_result()
    (listed,) = client.list_futures()
    assert listed["jobId"] == future.job_id
    future.abort()
    assert future.get_state()["aborted"]
    assert not future.has_result()
    assert client.list_futures() == []
    tell("PUT", "futures", polls=0)
    assert client.create_project("Q", "Q", "admin").delete().has_result()


def test_latency_and_futures(client, tell):
    tell("PUT", "latency", seconds=0.2)
    tell("PUT", "futures", polls=2)
    begun = time.monotonic()
    client.create_project("P", "P", "admin")
    assert time.monotonic() - begun >= 0.2
    future = client.get_project("P").delete()
    assert not future.has_result()
    assert future.peek_state()["hasResult"]


def test_edits_as_in_the_ui(client, tell):
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


def test_reset_and_invalid_requests(client, tell):
    client.create_project("P", "P", "admin")
    tell("POST", "settle")
    tell("POST", "reset")
    assert client.list_project_keys() == []
    for method, path, body in (
        ("POST", "faults/refuse", {}),
        ("POST", "faults/refuse", {"match": "("}),
        ("PUT", "latency", {"seconds": "x"}),
        ("PUT", "latency", {"seconds": -1}),
        ("PUT", "latency", {"seconds": "nan"}),
        ("PUT", "futures", {"polls": -1}),
        ("PUT", "futures", {"polls": "sometimes"}),
        ("PUT", "clock", {"stop": 1e30}),
        ("PUT", "clock", {"move": "-inf"}),
        ("GET", "requests", {"last": "inf"}),
        ("POST", "faults/refuse", {"match": ".", "status": 42}),
        ("POST", "faults/cut", {"match": ".", "nth": 0}),
        ("POST", "faults/stale", {"match": ".", "writes": 0}),
        ("POST", "faults/answer", {"match": ".", "body": "", "contentType": "a\r\nb: c"}),
        ("POST", "requests/check", {"match": "("}),
        ("POST", "edit", {"project": "P", "path": "datasets/no.json", "merge": {}}),
        ("POST", "load", {"folder": "/nowhere", "project": "P"}),
        ("POST", "save", {"folder": "/nowhere", "project": "P"}),
        ("GET", "nonsense", {}),
    ):
        with pytest.raises(requests.HTTPError) as told:
            tell(method, path, **body)
        assert told.value.response.status_code in (400, 501), (path, body)
        assert told.value.response.json()["errorType"]
    assert tell("GET", "status")["faults"] == 0


@pytest.mark.parametrize("body", [b"{", b"[]", b"3", b"\xff", b"[" * 50_000])
def test_bodies_that_are_not_objects(server, body):
    for method, path in (("POST", "faults/refuse"), ("PUT", "latency"), ("POST", "edit")):
        url = f"{server.url}/__emulator/{path}"
        answer = requests.request(method, url, data=body, timeout=9)
        assert answer.status_code == 400, (path, answer.text)
        assert answer.json()["errorType"]


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
