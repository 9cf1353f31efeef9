"""What the command line can do, Python can do by the same names."""

from __future__ import annotations

import json
import pydoc

import click
import pytest

import dssdsl
from dssdsl import Workspace
from dssdsl.cli import commands
from dssdsl.deployment.state_commands import StateCommands
from dssdsl.errors import Cancelled, NotFound
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *
Project("SALES")
raw = FilesystemDataset("RAW", connection="filesystem_managed", path="/raw", columns={"day": "date"})
Scenario("NIGHTLY", code="print(1)", active=True)
"""
ELSEWHERE = {
    "emulator": "it runs a DSS, whatever the program",
    "new": "it writes a program where there is none",
    "schema": "it needs no program",
    "state": "StateCommands",
    "validate": "loaded, which raises what is wrong",
}
"""Commands that are no method of a workspace, and where they are instead."""


@pytest.fixture
def world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        world.up()
        yield world


def test_each_command_is_a_method():
    names = {name for name, found in vars(commands).items() if isinstance(found, click.Command)}
    names = {name.removeprefix("state_") for name in names} - set(ELSEWHERE)
    assert names
    assert not [name for name in names if not hasattr(Workspace, name)]
    for name in commands.state.commands:
        assert hasattr(StateCommands, name), name


def test_the_state_is_listed_shown_and_pulled(world):
    workspace = world.workspace()

    key, entry = workspace.state.show("RAW")

    assert ("SALES/dataset/RAW", "created") == (key, entry.origin)
    assert ["SALES"] == list(workspace.state.list())
    assert "SALES" == json.loads(workspace.state.pull())["project_key"]
    with pytest.raises(NotFound, match='the state has no "RWA"'):
        workspace.state.show("RWA")


def test_a_change_of_the_state_is_a_deployment(world):
    workspace = world.workspace()

    assert 2 == workspace.state.protect(["RAW"])
    assert 0 == workspace.state.protect(["RAW"]), "nothing is left to change"
    assert workspace.state.show("RAW")[1].protected_in_state
    assert 3 == workspace.state.unprotect("RAW"), "one name will do"
    assert 4 == workspace.state.forget(["NIGHTLY"])
    assert ["adopt"] == [step.action.value for step in world.preview().steps]


def test_a_change_of_the_state_is_agreed_to(world):
    seen = []

    with pytest.raises(Cancelled):
        world.workspace().state.forget(["RAW"], agree=lambda change: seen.append(change.says))

    assert [
        (
            "dataset RAW is forgotten; it stays in DSS, and the next up treats it as one that dssdsl did not create",
        )
    ] == seen
    assert world.workspace().state.show("RAW")


def test_a_pulled_state_is_pushed(world, tmp_path):
    workspace = world.workspace()
    file = tmp_path / "state.json"
    file.write_text(workspace.state.pull(), encoding="utf-8")

    assert 2 == workspace.state.push(file)
    assert not world.preview()


def test_drift_shows_changes_made_in_dss(world):
    assert not world.workspace().drift()
    session = world.workspace().session
    path = "/projects/SALES/scenarios/NIGHTLY"
    session.send("PUT", path, {**session.json("GET", path), "active": False})
    world.write(PROGRAM.replace('"date"', '"string"'))  # what the program changes is no drift

    (step,) = world.workspace().drift().steps

    assert ("SALES/scenario/NIGHTLY", ["active"]) == (step.key, [c.field for c in step.changes])


def test_read_only_commands_change_nothing(world):
    workspace = world.workspace()

    assert not workspace.state.damage()
    assert not workspace.state.locks()
    assert ["SALES", "SALES/dataset/RAW", "SALES/scenario/NIGHTLY"] == list(
        workspace.graph.resources
    )


def test_what_a_caller_needs_is_exported(world):
    world.write(PROGRAM.replace("/raw", " "))

    with pytest.raises(dssdsl.ProgramErrors) as caught:
        world.workspace().preview(dssdsl.Options())

    assert [error.field for error in caught.value.each()] == ["path"]
    world.write(PROGRAM)
    assert isinstance(world.workspace().preview(), dssdsl.Plan)
    for error in ("ProgramError", "Denied", "DssError", "Refused", "Cancelled", "Locked"):
        assert issubclass(getattr(dssdsl, error), dssdsl.DssdslError)


def test_help_shows_no_addresses_and_nothing_of_attrs():
    text = pydoc.render_doc(Workspace, renderer=pydoc.plaintext)
    text = text.partition("Data and other attributes")[0]

    assert " at 0x" not in text
    assert "NOTHING" not in text
    assert "__eq__" not in text
