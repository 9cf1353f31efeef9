"""Two processes run `up` at once: one wins each time, nothing is lost, and the other is told who won."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import dataikuapi
import pytest

from dssdsl.emulator import serve
from tests.support.effort import extent
from tests.support.world import emulator

ROUNDS = extent(8, 50)
"""Of each of the four kinds of race."""
PROGRAM = """
from dssdsl import Dataset, FlowZone, Project, PythonRecipe

Project("RACE", short_desc="{round}")
first = Dataset("FIRST", connection="filesystem_managed")
with FlowZone("Zone {zone}"):
    made = Dataset("MADE_{round}", connection="filesystem_managed")
    PythonRecipe("make", inputs=first, outputs=made, code="print({number})")
"""


class Race:
    """Two processes, each with a folder of its own or both with one, and a DSS between them."""

    def __init__(self, folder: Path, *, same_folder: bool) -> None:
        self.dss = emulator()
        self.server = serve(self.dss)
        self.folders = [folder / each / "race" for each in ("a", "a" if same_folder else "b")]
        for each in self.folders:
            each.mkdir(parents=True, exist_ok=True)
            (each / "dssdsl.toml").write_text(
                f'[stacks.race]\nhost = "{self.server.url}"\napi_key = {{ env = "RACE_KEY" }}\n'
            )
        self.runners = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.laws.racer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**_environment(), "RACE_KEY": next(iter(self.dss.keys))},
            )
            for _ in self.folders
        ]

    def run(self, *programs: str, wait: float = 0.0) -> list[dict]:
        """Both run `up` at the same moment; gives what each says."""
        for folder, program in zip(self.folders, programs, strict=True):
            (folder / "project.py").write_text(program)
        at = time.time() + 0.05
        for runner, folder in zip(self.runners, self.folders, strict=True):
            order = {"folder": str(folder), "at": at, "lock_timeout": wait}
            runner.stdin.write(json.dumps(order) + "\n")
            runner.stdin.flush()
        return [json.loads(runner.stdout.readline()) for runner in self.runners]

    def alone(self, which: int) -> None:
        """One of them runs `up`, and the other does nothing."""
        order = {"folder": str(self.folders[which]), "at": 0, "lock_timeout": 0}
        self.runners[which].stdin.write(json.dumps(order) + "\n")
        self.runners[which].stdin.flush()
        assert json.loads(self.runners[which].stdout.readline())["exit"] == 0

    def close(self) -> None:
        for runner in self.runners:
            runner.stdin.close()
            runner.wait(10)
            runner.stdout.close()
        self.server.close()
        self.dss.close()

    def state(self) -> dict:
        """The state that DSS has."""
        path = self.dss.project_folder("RACE") / "lib/.dataiku_framework/state.json"
        return json.loads(path.read_text())

    def tags(self) -> list[str]:
        """The tags of the project."""
        key = next(iter(self.dss.keys))
        found = dataikuapi.DSSClient(self.server.url, key).get_project("RACE").get_project_git()
        return [tag["shortName"] for tag in found.list_tags()]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture(params=["two machines", "one folder"])
def race(request, tmp_path):
    found = Race(tmp_path, same_folder=request.param == "one folder")
    yield found
    found.close()


def told(loser: dict, winner: dict) -> None:
    """The loser's message says who, since when, and what to do."""
    assert loser["exit"] == 9, loser
    text = loser["error"]
    made = "was created meanwhile" in text
    assert made or f"(process {winner['pid']})" in text, text
    assert made or re.search(r"since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, for up of \"race\"", text), (
        text
    )
    assert "fix  " in text


@pytest.mark.proof
def test_one_wins_each_time(race):
    """
    The same program from two processes: it is deployed once, by one; the other says who does, or finds it done.
    """
    lost = 0
    for number in range(ROUNDS):
        program = PROGRAM.format(round=number, zone=number // 10, number=number)

        ends = race.run(program, program)

        winners = [end for end in ends if end["exit"] == 0 and end["deployed"]]
        assert len(winners) == 1, ends
        for end in ends:
            if end["exit"]:
                # In the moment between a project's creation and its lock it looks like anybody's.
                if number or "it exists in DSS already" not in end["error"]:
                    told(end, winners[0])
                lost += 1
        state = race.state()
        assert state["serial"] == number + 1
        assert state["pending"] == {}
        assert f"dataset/MADE_{number}" in state["entries"]
        names = {p.stem for p in (race.dss.project_folder("RACE") / "datasets").glob("*.json")}
        assert names == {"FIRST", f"MADE_{number}"}
    assert not [tag for tag in race.tags() if tag.startswith("dssdsl/lock/")]
    assert len(race.tags()) == ROUNDS
    assert lost > ROUNDS // 4, "the processes did not meet"


@pytest.mark.proof
def test_with_time_to_wait_both_get_their_turn(race):
    """
    Two programs that differ, and time to wait: both are deployed, one after the other, each from the other's state.
    """
    first = PROGRAM.format(round=999, zone=0, number=0)
    (race.folders[0] / "project.py").write_text(first)
    race.alone(0)
    for number in range(ROUNDS):
        one, two = (
            PROGRAM.format(round=2 * number + n, zone=number // 10, number=n) for n in (0, 1)
        )
        if race.folders[0] == race.folders[1]:
            two = one

        ends = race.run(one, two, wait=60)

        assert [0, 0] == [end["exit"] for end in ends], ends
        state = race.state()
        deployed = sum(end["deployed"] for end in ends)
        assert deployed == (1 if one == two else 2)
        assert len([t for t in race.tags() if re.fullmatch(r"dssdsl/\d+", t)]) == state["serial"]
        mine = {key for key in state["entries"] if key.startswith("dataset/MADE_")}
        names = {p.stem for p in (race.dss.project_folder("RACE") / "datasets").glob("*.json")}
        assert {f"dataset/{n}" for n in names - {"FIRST"}} == mine
        assert len(mine) == 1
    assert not [tag for tag in race.tags() if tag.startswith("dssdsl/lock/")]
