"""ProgramErrors on demand, the log of requests, and the loopback server."""

from __future__ import annotations

import base64
import io
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

from .test_datasets import managed


@pytest.fixture
def server(dss):
    with serve(dss) as running:
        yield running


def test_a_refusal_before_and_after(project, dss):
    dss.refuse(r"POST /projects/SALES/datasets/managed", message="disk full")
    with pytest.raises(DataikuException, match="disk full"):
        managed(project, "a")
    assert project.list_datasets() == []
    dss.refuse(r"POST .*/managed", status=502, error_type="Proxy", message="gone", after=True)
    with pytest.raises(DataikuException, match="Proxy: gone"):
        managed(project, "a")
    assert [each["name"] for each in project.list_datasets()] == ["a"]


def test_a_fault_happens_the_given_number_of_times(client, dss):
    dss.refuse("GET /projects$", times=2)
    for _ in range(2):
        with pytest.raises(DataikuException, match="refused by the test"):
            client.list_project_keys()
    assert client.list_project_keys() == []


def test_a_cut_connection_in_process(project, dss):
    dss.cut("PUT .*/variables")
    with pytest.raises(requests.ConnectionError):
        project.set_variables({"standard": {"x": 1}, "local": {}})
    assert project.get_variables()["standard"] == {}
    dss.cut("PUT .*/variables", after=True)
    with pytest.raises(requests.ConnectionError):
        project.set_variables({"standard": {"x": 1}, "local": {}})
    assert project.get_variables()["standard"] == {"x": 1}


def test_bytes_instead_of_a_response(client, dss):
    dss.answer("GET /projects", 503, "text/html", b"<html>maintenance</html>")
    with pytest.raises(DataikuException, match="Unknown error: <html>maintenance"):
        client.list_project_keys()


def test_the_log_of_requests(project, dss):
    dss.clear_requests()
    project.get_variables()
    project.set_variables({"standard": {}, "local": {}})
    assert [(each.method, each.path) for each in dss.requests] == [
        ("GET", "/projects/SALES/variables"),
        ("PUT", "/projects/SALES/variables"),
    ]
    (write,) = dss.writes()
    assert write.login == "admin"
    assert write.status == 200
    assert '"standard"' in write.body


def test_latency(client, dss):
    dss.latency = 0.05
    start = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.list_project_keys(), range(8)))
    assert 0.05 <= time.perf_counter() - start < 0.3


@pytest.mark.parametrize("prefix", ["/dip/publicapi", "/public/api", ""])
@pytest.mark.parametrize("form", ["name", "password", "bearer"])
def test_prefixes_and_headers_of_keys(server, prefix, form):
    token = base64.b64encode(b"emulator:" if form == "name" else b":emulator").decode()
    header = "Bearer emulator" if form == "bearer" else f"Basic {token}"
    url = f"{server.url}{prefix}//projects/"
    with requests.get(url, headers={"Authorization": header}, timeout=5) as answer:
        assert answer.json() == []
        assert answer.headers["DSS-API-Version"] == "1"
        assert answer.headers["Content-Type"] == "application/json;charset=utf-8"


def test_statuses(server, project):
    auth = ("emulator", "")
    cases = [("/projects/NO", 403), ("/projects/SALES/datasets/no", 404), ("/nothing", 501)]
    for path, status in cases:
        with requests.get(f"{server.url}/public/api{path}", auth=auth, timeout=5) as answer:
            assert answer.status_code == status
            assert "errorType" in answer.json()
    with requests.get(f"{server.url}/public/api/projects", auth=("no", ""), timeout=5) as answer:
        assert answer.status_code == 401


def test_the_client_on_loopback(server, dss):
    with DSSClient(server.url, "emulator")._session as session:
        client = DSSClient(server.url, "emulator")
        client._session = session
        session.auth = ("emulator", "")
        project = client.create_project("LOOP", "Loop", "admin")
        dataset = project.create_upload_dataset("up")
        dataset.uploaded_add_file(io.BytesIO(b"a,b\n"), "me.csv")
        assert dataset.uploaded_list_files()[0]["path"] == "/me.csv"
        start = time.perf_counter()
        for _ in range(50):
            project.get_variables()
        assert (time.perf_counter() - start) / 50 < 0.02
        dss.cut("GET .*/variables")
        with pytest.raises(requests.ConnectionError):
            project.get_variables()
        assert project.get_variables()["local"] == {}


def test_many_threads(server, dss, connect):
    client = connect(dss)
    project = client.create_project("P", "P", "admin")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: managed(project, f"d{n}"), range(40)))
    assert len(project.list_datasets()) == 40
    assert len(project.get_project_git().log()["entries"]) == 42


def test_reads_without_the_last_writes(project, client, dss):
    managed(project, "a")
    dss.stale("GET /projects/SALES/datasets/$|GET /projects/SALES/datasets$", writes=2, times=2)
    names = lambda: [each["name"] for each in project.list_datasets()]  # noqa: E731
    assert names() == ["a"]  # nothing was written since
    managed(project, "b")
    managed(project, "c")
    managed(project, "d")
    assert project.get_dataset("d").exists()
    dss.stale("GET /projects$")
    client.create_project("NEW", "New", "admin")
    assert client.list_project_keys() == ["SALES"]
    assert client.list_project_keys() == ["NEW", "SALES"]
    assert names() == ["a", "b", "c"]  # before the new project, and before d
    assert names() == ["a", "b", "c"]
    assert names() == ["a", "b", "c", "d"]
    assert dss.faults.stale == []


def test_a_stale_read_of_what_the_ui_changed(project, dss):
    managed(project, "a")
    dss.stale("GET .*/datasets/a$")
    dss.edit("SALES", "datasets/a.json", lambda document: document.update(shortDesc="By hand"))
    dataset = project.get_dataset("a")
    assert not dataset.get_settings().short_description
    assert dataset.get_settings().short_description == "By hand"


_CLIENT = """
import os, sys
from pathlib import Path
from dataikuapi import DSSClient
from dssdsl.emulator import Emulator
from dssdsl.emulator import InProcess

dss = Emulator(Path(sys.argv[1]))
client = DSSClient("http://dss", "emulator")
client._session.mount("http://dss", InProcess(dss))
project = client.create_project("SALES", "Sales", "admin")
dss.kill("PUT .*/variables", nth=2, after=sys.argv[2] == "after")
for number in range(5):
    project.set_variables({"standard": {"n": number}, "local": {}})
"""


@pytest.mark.parametrize(("when", "last"), [("before", 0), ("after", 1)])
def test_a_client_that_is_killed_at_its_second_write(tmp_path, connect, when, last):
    done = subprocess.run([sys.executable, "-c", _CLIENT, tmp_path, when], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    with Emulator(tmp_path) as dss:
        project = connect(dss).get_project("SALES")
        assert project.get_variables()["standard"] == {"n": last}


@pytest.mark.parametrize(("said", "bound"), [({}, "127.0.0.1"), ({"host": "0.0.0.0"}, "0.0.0.0")])
def test_the_server_listens_on_this_machine_only_by_default(dss, said, bound):
    with serve(dss, **said) as server:
        assert server._server.socket.getsockname()[0] == bound
        port = server.url.rpartition(":")[2]
        answer = requests.get(f"http://127.0.0.1:{port}/projects", timeout=9)
        assert answer.status_code == 401
