"""Two checkouts of different names, on two machines that spell the host differently, deploy as one would."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import define

from dssdsl.cli import main
from dssdsl.emulator import Emulator, Server, User, serve
from tests.support.effort import drawn, extent

PROGRAM = """
from dssdsl import *

Project("SHOP", short_desc="{desc}")
orders = FilesystemDataset("ORDERS", connection="filesystem_root", path="/orders", columns={columns})
{clean} = Dataset("{clean}", connection="filesystem_managed"{renamed})
with FlowZone("Sales"):
    by_day = Dataset("BY_DAY", connection="filesystem_managed")
    SyncRecipe("copy", inputs=orders, outputs={clean})
    PythonRecipe("count", inputs={clean}, outputs=by_day, code={code!r})
{scenario}
"""
SCENARIO = 'Scenario("NIGHTLY", steps=[Build(by_day)], triggers=[Daily("0{hour}:00")])'
MADE_UP = ("id", "lastUpdate")
STEPS = extent(12, 60)
"""Commands of one life."""


def program(draw: Random, clean: list[str]) -> str:
    """Draw a program; a dataset of it gets another name now and then."""
    renamed = ""
    if draw.random() < 0.25:
        clean.append(f"CLEAN_{len(clean)}")
        renamed = f', renamed_from="{clean[-2]}"'
    return PROGRAM.format(
        desc=draw.choice(("One", "Two")),
        columns=draw.choice(('{"id": "bigint"}', '{"id": "bigint", "day": "string"}')),
        clean=clean[-1],
        renamed=renamed,
        code=draw.choice(("x = 1\n", "x = 2\n")),
        scenario=SCENARIO.format(hour=draw.randint(1, 3)) if draw.random() < 0.8 else "",
    )


COMMANDS = (
    "up --yes", "up --yes", "up --yes --target recipe/*", "preview", "drift", "verify", "refresh --yes", "history",
    "rollback --yes", "state protect dataset/ORDERS", "state unprotect dataset/ORDERS", "state forget recipe/copy",
    "up --yes --adopt", "outputs",
)  # fmt: skip


@define
class Office:
    """A DSS, and the checkouts that deploy to it."""

    dss: Emulator
    checkouts: list[Path]

    def write(self, text: str) -> None:
        """Everybody pulls the same commit."""
        for each in self.checkouts:
            (each / "project.py").write_text(text, encoding="utf-8")

    def documents(self) -> dict[str, Any]:
        """Every document of the project, without what differs between any two DSS: times and made-up ids."""
        folder = self.dss.project_folder("SHOP")
        found: dict[str, Any] = {}
        for kind in ("datasets", "recipes", "scenarios"):
            for path in sorted((folder / kind).glob("*.json")):
                document = json.loads(path.read_text(encoding="utf-8"))
                found[f"{kind}/{path.stem}"] = plain(document)
        return found

    def entries(self) -> dict[str, Any]:
        """What the state knows."""
        path = self.dss.project_folder("SHOP") / "lib/.dataiku_framework/state.json"
        state = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: {n: entry.get(n) for n in ("origin", "recorded", "protected_in_state")}
            for name, entry in state["entries"].items()
            if not name.startswith("zone/")
        }


def plain(document: Any) -> Any:
    """A document without times and ids that DSS makes up."""
    if isinstance(document, dict):
        kept = {n: v for n, v in document.items() if n not in MADE_UP and not n.endswith("Tag")}
        return {name: plain(value) for name, value in kept.items()}
    return [plain(each) for each in document] if isinstance(document, list) else document


def checkout(place: Path, host: str) -> Path:
    """A checkout of the program; its folder's name says nothing."""
    place.mkdir(parents=True)
    toml = f'name = "shop"\n[stacks.dev]\nhost = "{host}"\napi_key = {{ env = "SHOP_KEY" }}\n'
    (place / "dssdsl.toml").write_text(toml, encoding="utf-8")
    return place


def spelled(server: Server) -> tuple[str, str]:
    """The address of a server, in two ways."""
    port = server.url.rpartition(":")[2]
    return f"http://127.0.0.1:{port}", f"HTTP://LocalHost:{port}/"


@pytest.mark.proof
@pytest.mark.parametrize("number", range(extent(2, 8)))
def test_two_machines_are_as_one(number, tmp_path, monkeypatch, capsys):
    """
    Any of them gives each command: exit codes, state and documents are the same.
    """
    monkeypatch.setenv("SHOP_KEY", "key")
    draw = drawn("two machines", number)
    given = {"keys": {"key": User("ann")}, "connections": {"filesystem_root": "Filesystem"}}
    with (
        Emulator(**given) as alone,
        Emulator(**given) as shared,
        serve(alone) as one,
        serve(shared) as two,
    ):
        single = Office(alone, [checkout(tmp_path / "shop", spelled(one)[0])])
        here, there = spelled(two)
        both = Office(
            shared,
            [checkout(tmp_path / "a" / "sales", here), checkout(tmp_path / "b" / "ci", there)],
        )
        clean, past = ["CLEAN_0"], []
        for _ in range(STEPS):
            text = program(draw, clean)
            command = draw.choice(COMMANDS) if past else "up --yes"
            past.append(command)
            ends = []
            for office, who in ((single, 0), (both, draw.randrange(2))):
                office.write(text)
                monkeypatch.chdir(office.checkouts[who])
                ends.append((main.run(command.split()), capsys.readouterr()))
            assert ends[0][0] == ends[1][0], (past, ends)
            assert len(past) > 1 or ends[0][0] == 0, ends
            assert single.entries() == both.entries(), past
            assert single.documents() == both.documents(), past
