from __future__ import annotations

from typing import Any

import pytest

from dssdsl.emulator import Emulator
from dssdsl.lang.canonical import view
from dssdsl.lang.fields import REMOVE
from dssdsl.lang.lookup import Lookup
from dssdsl.lang.overlay import removed
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.project_variables import ProjectVariables
from dssdsl.resources.projects import Project
from tests.support.contract import ResourceContract

from .deploying import Deployed, faults, program


class TestProjectVariables(ResourceContract):
    cls = ProjectVariables
    raw = {}
    name = None
    document = {
        "standard": {"day": "2024-01-01", "limits": {"low": 0, "high": [1, 2]}, "theirs": 1},
        "local": {"mail": "ops@example.com"},
    }
    edits = [
        ("standard", {"day": "2025-01-01"}, "update"),
        ("local", {}, "update"),
    ]

    def full(self) -> dict[str, Any]:
        return {
            "standard": {"day": "2024-01-01", "limits": {"low": 0, "high": [1, 2]}},
            "local": {"mail": "ops@example.com"},
            "set_by_runs": True,
        }


def test_they_have_no_name():
    with program() as made:
        ProjectVariables("vars", standard={"x": 1})

    assert "accepts no positional arguments" in str(made.errors[0])
    assert "standard=" in str(made.errors[0])


def test_several_declarations_are_one_resource():
    with program() as made:
        first = ProjectVariables(standard={"a": 1})
        ProjectVariables(standard={"b": 2}, local={"a": 3})

        assert not faults(made)
        assert [r for r in made.resources if r.kind == "variables"] == [first]
        assert first.key == "P/variables/"
        assert first.document() == {"standard": {"a": 1, "b": 2}, "local": {"a": 3}}


def test_each_project_has_its_own():
    with program() as made:
        ProjectVariables(standard={"a": 1})
        other = Project("Q", naming="any")
        ProjectVariables(standard={"a": 2}, project=other)

        assert not faults(made)


def test_one_variable_twice_is_a_fault_with_both_lines():
    with program() as made:
        ProjectVariables(standard={"a": 1})
        ProjectVariables(standard={"a": 1})

    (fault,) = made.errors
    assert fault.problem.startswith('the standard variable "a" is declared twice')
    assert fault.problem.count("test_project_variables.py") == 2


@pytest.mark.parametrize("value", [0, False, "", [], {}])
def test_an_empty_value_is_not_a_missing_one(value):
    with program():
        variables = ProjectVariables(standard={"x": value})
        shape = ProjectVariables.shape()

        wanted = variables.document()
        assert view({"standard": {}}, wanted, shape) != view(wanted, wanted, shape)


def test_others_variables_are_no_difference_and_stay():
    with Emulator() as emulator, program() as made:
        deployed = Deployed(made, emulator)
        deployed.up()
        theirs = {"standard": {"theirs": 1, "mine": 0}, "local": {"node": "x"}}
        deployed.dss.send("PUT", "/projects/P/variables/", theirs)
        deployed.writes()
        folder = ManagedFolder("f")
        mine = ProjectVariables(standard={"mine": 2, "folder": folder.id}, local={"n": False})
        deployed.up()

        document = deployed.read(mine).document
        id = deployed.ids[folder.key]
        assert document["standard"] == {"theirs": 1, "mine": 2, "folder": id}
        assert document["local"] == {"node": "x", "n": False}
        deployed.writes()
        deployed.up()
        assert not deployed.writes()


def test_a_variable_that_the_program_drops_is_removed():
    shape = ProjectVariables.shape()
    recorded = {"standard": {"a": 1, "b": 2}, "local": {}}
    with program():
        wanted = ProjectVariables(standard={"a": 1}).document()

    assert [*removed(recorded, wanted, shape)] == [("/standard/b", 2)]
    assert shape.find("/standard/b")[0].reset is REMOVE
    live = {"standard": {"a": 1, "b": 3, "c": 4}, "local": {}}
    Lookup(live, shape).drop("/standard/b", REMOVE)
    assert live["standard"] == {"a": 1, "c": 4}


def test_saving_keeps_other_settings():
    with Emulator() as emulator, program() as made:
        mine = ProjectVariables(standard={"a": 1})
        deployed = Deployed(made, emulator)
        deployed.save(made.project)
        deployed.dss.send("PUT", "/projects/P/variables/", {"standard": {"b": 2}, "local": {}})

        deployed.save(mine)

        assert deployed.read(mine).document["standard"] == {"a": 1, "b": 2}
