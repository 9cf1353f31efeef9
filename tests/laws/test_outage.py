"""A DSS that goes away in the middle of a deployment, and comes back."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dssdsl.cli import main
from dssdsl.emulator import Emulator, User, serve

PROGRAM = """
from dssdsl import *
Project("SALES")
before = None
for n in range(8):
    before = Dataset(f"D{n}", connection="filesystem_managed", depends_on=[before] if before else [])
"""
ROOT = str(Path(__file__).parents[2])
BOUND = 20.0
"""Seconds: what is sent to nobody is refused at once, and reads are tried a few times."""


@pytest.mark.parametrize("more", [(), ("--continue-on-error",)])
def test_the_next_up_finishes_a_deployment_whose_server_went_away(tmp_path, monkeypatch, more):
    """
    The first run fails soon, with exit code 4; once the server is back the next one does the rest.
    """
    data = tmp_path / "data"
    (tmp_path / "project.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEY", "secret")

    def opened():
        return Emulator(data, keys={"secret": User("ann")})

    with opened() as dss:
        server = serve(dss)
        port = int(server.url.rpartition(":")[2])
        (tmp_path / "dssdsl.toml").write_text(
            f'[stacks.dev]\nhost = "{server.url}"\napi_key = {{ env = "KEY" }}\ntimeout = 5\n'
        )
        dss.latency = 0.05

        def pull():
            while sum("/datasets/managed" in r.path for r in dss.writes()) < 3:
                time.sleep(0.01)
            server.close()

        thread = threading.Thread(target=pull)
        thread.start()
        begun = time.monotonic()
        # In a process of its own: one that is dead gives its locks back.
        done = subprocess.run(
            [sys.executable, "-m", "dssdsl", "up", "--yes", *more],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": ROOT}, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        took = time.monotonic() - begun
        thread.join(timeout=30)

    assert done.returncode == 4, done.stdout + done.stderr
    assert "cannot reach" in done.stderr
    assert took < BOUND
    with opened() as dss, serve(dss, port=port):
        assert main.run(["up", "--yes", *more]) == 0
        there = sorted(p.stem for p in (dss.project_folder("SALES") / "datasets").glob("*.json"))
        assert there == [f"D{n}" for n in range(8)]
        assert main.run(["preview", "--expect-no-changes"]) == 0
