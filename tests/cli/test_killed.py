"""A command that is killed while it deploys over the network: the next one converges."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dssdsl.cli import main
from dssdsl.emulator import User, serve
from tests.laws import crash_lives as lives
from tests.laws.crashes import Place, picture
from tests.support import everything
from tests.support.world import emulator

ROOT = Path(__file__).parents[2]
LIFE = lives.LIVES["new"]
UP = [sys.executable, "-m", "dssdsl", "up", "--yes"]


class Command:
    """A folder with a program of every class, and a DSS on loopback; commands are processes of their own."""

    def __init__(self, folder):
        self.place = Place(folder)
        self.place.program.mkdir(parents=True)
        everything.prepare(self.place.program)
        # Files are read from beside the module that names them.
        text = Path(everything.__file__).read_text(encoding="utf-8") + "\n\neverything()\n"
        (self.place.program / "project.py").write_text(text, encoding="utf-8")
        self.dss = emulator(root=self.place.data, keys={"key-of-ann": User("ann")})
        self.server = serve(self.dss)

    def __enter__(self):
        self.server.__enter__()
        text = f'[stacks.dev]\nhost = "{self.server.url}"\napi_key = {{ env = "KEY" }}\n'
        (self.place.program / "dssdsl.toml").write_text(text)
        return self

    def __exit__(self, *error):
        self.server.__exit__(*error)
        self.dss.close()

    def up(self, kill_at=None, *, after=False):
        """Deploy, and kill the process at one of its requests; gives its exit code."""
        env = {**os.environ, "PYTHONPATH": str(ROOT), "KEY": "key-of-ann"}
        with subprocess.Popen(UP, cwd=self.place.program, env=env) as process:
            if kill_at:
                # It has not asked for anything yet: Python takes longer than this to start.
                self.dss.kill("", process.pid, nth=kill_at, after=after)
            return process.wait(50)


@pytest.fixture(scope="module", name="whole")
def _whole(tmp_path_factory):
    """How many requests a deployment takes that nobody kills, and what is there then."""
    with Command(tmp_path_factory.mktemp("whole")) as command:
        assert command.up() == 0
        number = len(command.dss.requests)
    return number, picture(LIFE, command.place)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("part", [0.05, 0.2, 0.4, 0.6, 0.8, 0.95])
def test_the_command_after_one_that_was_killed_does_the_rest(whole, part, tmp_path, monkeypatch):
    """
    It needs no hand, nothing is there twice, and then there is nothing left to do.
    """
    number, wanted = whole
    k = int(part * number)
    monkeypatch.setenv("KEY", "key-of-ann")
    with Command(tmp_path) as command:
        assert command.up(kill_at=k, after=bool(k % 2)) == -9
        assert not command.dss.faults.count()
        monkeypatch.chdir(command.place.program)

        assert main.run(["up", "--yes"]) == 0

        command.dss.clear_requests()
        assert main.run(["up", "--yes"]) == 0
        assert not command.dss.writes()
    assert picture(LIFE, command.place) == wanted
