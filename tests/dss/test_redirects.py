"""A host that redirects: reads follow, writes do not become reads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from dssdsl.dss.session import Session
from dssdsl.emulator import Emulator, User, serve
from dssdsl.errors import DssdslError, DssError
from dssdsl.workspace import Workspace
from tests.support.world import World, emulator

PROJECT = {"projectKey": "P", "name": "P", "owner": "admin"}


class Redirecting:
    """
    A server that redirects every request.

    Args:
        status: Of its answers.
        to: What stands before the path that it redirects to; a path of its own leads to *behind*.
        behind: The DSS behind it.
    """

    def __init__(self, status: int, to: str, behind: str = "") -> None:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if to.startswith("/") and self.path.startswith(to):
                    self.forward(self.path.removeprefix(to), body)
                    return
                self.send_response(status)
                self.send_header("Location", f"{to}{self.path}")
                self.end_headers()

            def forward(self, path: str, body: bytes) -> None:
                found = requests.request(
                    self.command, behind + path, data=body, headers=dict(self.headers), timeout=9
                )
                self.send_response(found.status_code)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(found.content)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - names of the library

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Redirecting:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@contextlib.contextmanager
def session(url: str) -> Iterator[Session]:
    """A session with the key of the DSS."""
    made = Session(url, "admin-key")
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(name="dss")
def _dss() -> Iterator[tuple[Emulator, str]]:
    with emulator(keys={"admin-key": User("admin")}) as dss:
        server = serve(dss)
        yield dss, server.url
        server.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_another_host_is_named(dss, status, method):
    """
    Nothing is sent there, and the error names the host to write into the toml.
    """
    emulated, url = dss
    with Redirecting(status, url) as server, session(server.url) as asks:
        with pytest.raises(DssError) as refused:
            asks.json(method, "/projects/", None if method == "GET" else PROJECT)

        assert f'host = "{url}"' in refused.value.fix
        assert f"{server.url} redirects {method} /projects/ to {url}/dip" in refused.value.problem
        assert ("nothing was written" in refused.value.problem) == (method != "GET")
        assert not emulated.requests


@pytest.mark.parametrize(
    ("status", "passes"), [(301, False), (302, False), (303, False), (307, True), (308, True)]
)
def test_within_one_host(dss, status, passes):
    """
    A redirect that keeps the method passes; one that would turn the write into a read does not.
    """
    _, url = dss
    with Redirecting(status, "/moved", behind=url) as server, session(server.url) as asks:
        if passes:
            asks.send("POST", "/projects/", PROJECT)
        else:
            with pytest.raises(DssError, match="redirects POST /projects/ to") as refused:
                asks.send("POST", "/projects/", PROJECT)
            assert f'host = "{server.url}/moved"' in refused.value.fix
        assert passes == ("P" in asks.project_keys)


def test_a_deployment_is_refused_before_its_first_write(dss, tmp_path, monkeypatch):
    """
    Reads pass, so that the plan is there; the first write, the lock, is refused.
    """
    emulated, url = dss
    with Redirecting(302, "/moved", behind=url) as server:
        (tmp_path / "dssdsl.toml").write_text(
            f'[stacks.prod]\nhost = "{server.url}"\napi_key = {{ env = "KEY" }}\n', encoding="utf-8"
        )
        (tmp_path / "project.py").write_text(
            'from dssdsl import *\nProject("SALES")\n', encoding="utf-8"
        )
        monkeypatch.setenv("KEY", "admin-key")
        workspace = Workspace(tmp_path / "project.py")

        assert workspace.preview()
        with pytest.raises(DssdslError, match="turn the write into a read"):
            workspace.up()
        workspace.session.close()
    assert not emulated.writes()


def test_a_login_page_is_no_dss(dss):
    """
    A redirect to something else than the API names no host.
    """
    with Redirecting(302, "/login?from=") as server, session(server.url) as asks:
        with pytest.raises(DssError) as refused:
            asks.send("POST", "/projects/", PROJECT)

        assert "with no login page before it" in refused.value.fix


def test_a_write_that_dss_ignores_fails_the_step(tmp_path):
    """
    Something answers 200 and stores nothing: the deployment is no success.
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        text = """
from dssdsl import *

Project("SALES")
Dataset("A", connection="filesystem_managed", short_desc="one", tags=["x"])
ProjectVariables(standard={"a": 1})
ManagedFolder("f", connection="filesystem_managed", short_desc="one")
Scenario("S", steps=[ExecutePython("x = 1", name="all")])
"""
        world.write(text)
        world.up()
        world.write(text.replace('"one"', '"two"').replace(', tags=["x"]', "").replace("1}", "2}").replace('"all"', '"everything"'))  # fmt: skip
        for _ in range(4):
            dss.answer("PUT /projects/SALES/(data|vari|manag|scen)", 200, "application/json", b"{}")

        with pytest.raises(DssError) as failed:
            world.up(continue_on_error=True)

        said = str(failed.value)
        assert "settings of dataset A and did not store them: shortDesc, tags still" in said
        assert "settings of variables and did not store them: standard.a still has its old" in said
        assert "settings of managed folder f and did not store them: shortDesc still" in said
        assert "settings of scenario S and did not store them: params.steps still has" in said
        assert len(world.preview().steps) == 4
        world.up()
        assert not world.preview()
