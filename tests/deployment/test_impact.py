"""What a delete would leave broken is told with the plan."""

from __future__ import annotations

import pytest

from dssdsl.cli import main
from dssdsl.cli.sentences import remark
from dssdsl.workspace import Workspace
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *
Project("SALES", naming="any")
raw = FilesystemDataset("raw", connection="filesystem_managed", path="/raw", columns={"id": "bigint"})
Dataset("out", connection="filesystem_managed")
Scenario("OURS", steps=[Build("out")])
"""


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM)
        world.up()
        yield world


def theirs(world):
    """Make in the UI what names the dataset that goes, and what does not."""
    session = world.workspace().session
    for name, dataset in (("WEEKLY", "raw"), ("OTHER", "rawer")):
        made = session.json("POST", "/projects/SALES/scenarios/", {"id": name, "name": name, "type": "step_based", "params": {}})["id"]  # fmt: skip
        found = session.json("GET", f"/projects/SALES/scenarios/{made}")
        step = {"type": "check_dataset", "name": "c", "params": {"checks": [{"type": "DATASET", "itemId": dataset}]}}  # fmt: skip
        session.send("PUT", f"/projects/SALES/scenarios/{made}", {**found, "params": {"steps": [step]}})  # fmt: skip
    session.json("POST", "/projects/SALES/jupyter-notebooks/explore", {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}},
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": ["dataiku.Dataset('raw')"]}],
    })  # fmt: skip
    session.json("POST", "/projects/SALES/insights/", {"insightPrototype": {"type": "dataset_table", "name": "Table", "params": {"datasetSmartName": "raw"}}})  # fmt: skip
    settings = session.json("GET", "/projects/SALES/settings")
    settings["exposedObjects"] = {"objects": [{"type": "DATASET", "localName": "raw", "rules": [{"targetProject": "FINANCE"}]}]}  # fmt: skip
    session.send("PUT", "/projects/SALES/settings", settings)


def test_a_reference_to_a_deleted_object_is_reported(world):
    """
    Scenarios, notebooks and insights that nobody here manages, and the projects that it is shared with.
    """
    theirs(world)
    world.write("\n".join(line for line in PROGRAM.splitlines() if "raw =" not in line))

    (step,) = world.preview().steps

    assert [
        "breaks scenario WEEKLY, which dssdsl does not manage",
        "breaks insight Table, which dssdsl does not manage",
        "breaks notebook explore, which dssdsl does not manage",
        "it is shared with project FINANCE",
    ] == [note for note in map(remark, step.remarks) if "data stays" not in note]


def test_recipes_of_other_projects_that_read_it_are_reported(world):
    """
    Of those that it is shared with, and of those of the program.
    """
    session = world.workspace().session
    session.json("POST", "/projects/", {"projectKey": "FINANCE", "name": "F", "owner": "admin"})
    theirs(world)
    finance = session.client.get_project("FINANCE")
    finance.create_dataset("mine", "Filesystem", {"connection": "filesystem_managed", "path": "m"})
    recipe = finance.new_recipe("python", "read_it")
    recipe.with_input("raw", "SALES").with_output("mine").with_script("x = 1").create()
    world.write("\n".join(line for line in PROGRAM.splitlines() if "raw =" not in line))

    (step,) = world.preview().steps

    assert "breaks recipe FINANCE.read_it of another project" in map(remark, step.remarks)


def test_nothing_is_asked_where_nothing_is_deleted(world):
    """
    Other plans take as many requests as before.
    """
    theirs(world)
    world.write(PROGRAM.replace('"bigint"', '"string"'))
    world.dss.clear_requests()

    plan = world.preview()

    assert plan.steps
    assert not [r for r in world.dss.requests if "insights" in r.path or "notebooks" in r.path]


def test_the_preview_shows_it(tmp_path, monkeypatch, capsys):
    """
    It stands with the step, before anybody agrees.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / ".git").mkdir()
    (tmp_path / "project.py").write_text(PROGRAM)
    assert main.run(["up", "--yes"]) == 0
    with Workspace(tmp_path / "project.py") as workspace:
        workspace.session.json("POST", "/projects/SALES/insights/", {"insightPrototype": {"type": "dataset_table", "name": "Table", "params": {"datasetSmartName": "out"}}})  # fmt: skip
    (tmp_path / "project.py").write_text("from dssdsl import *\nProject('SALES', naming='any')\n")
    capsys.readouterr()

    assert main.run(["preview"]) == 0

    assert "breaks insight Table, which dssdsl does not manage" in capsys.readouterr().out
