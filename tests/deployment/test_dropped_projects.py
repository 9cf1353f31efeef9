"""A stack knows every project that it deployed; what needs only state works without the program."""

from __future__ import annotations

import pytest

from dssdsl.cli import main
from dssdsl.errors import ProgramError, ProgramErrors
from tests.support.world import World, emulator

HEAD = "from dssdsl import *\n"
ONE = """
Project("SHOP")
Dataset("A", connection="filesystem_managed")
"""
TWO = """
with Project("P1"):
    Dataset("A", connection="filesystem_managed")
with Project("P2"):
    Dataset("B", connection="filesystem_managed")
"""
FIRST = """
with Project("P1"):
    Dataset("A", connection="filesystem_managed")
"""
BROKEN = "import pandas_of_the_ci_image\n"


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path / "shop", dss)
        world.write('name = "shop"\n', "dssdsl.toml")
        yield world


def projects(world):
    return sorted(world.workspace().session.project_keys)


# -- projects that the program does not name any more ---------------------------------------------


@pytest.mark.parametrize("options", [{}, {"adopt": True}, {"delete_unmanaged": True}])
def test_a_changed_key_stops_the_plan(world, options):
    world.write(HEAD + ONE)
    world.up()
    world.write(HEAD + ONE.replace("SHOP", "STORE"))

    with pytest.raises(ProgramErrors) as caught:
        world.up(**options)

    assert "deployed project SHOP, and the program does not declare it any more" in str(
        caught.value
    )
    assert "--forget-projects" in str(caught.value)
    assert "--delete-projects" in str(caught.value)
    assert projects(world) == ["SHOP"]


def test_a_changed_suffix_stops_the_plan(world):
    toml = 'name = "shop"\n[stacks.local]\nemulator = true\nproject_key_suffix = "{}"\n'
    world.write(toml.format("_DEV"), "dssdsl.toml")
    world.write(HEAD + ONE)
    world.up()
    world.write(toml.format("_TEST"), "dssdsl.toml")

    with pytest.raises(ProgramErrors, match="deployed project SHOP_DEV"):
        world.preview()


def test_a_dropped_project_stops_the_plan(world):
    world.write(HEAD + TWO)
    world.up()
    world.write(HEAD + FIRST)

    with pytest.raises(ProgramErrors, match="deployed project P2"):
        world.up(delete_unmanaged=True)

    assert projects(world) == ["P1", "P2"]


@pytest.mark.parametrize("program", [ONE.replace("SHOP", "P1"), FIRST])
def test_a_dropped_project_is_deleted_by_its_own_flag(world, program):
    world.write(HEAD + TWO)
    world.up()
    world.write(HEAD + program)

    world.up(delete_projects=True)

    assert projects(world) == ["P1"]
    assert not world.preview()


def test_a_dropped_project_is_forgotten_and_stays(world):
    world.write(HEAD + TWO)
    world.up()
    world.write(HEAD + FIRST)

    world.up(forget_projects=True)

    assert projects(world) == ["P1", "P2"]
    assert not world.preview()
    assert list(world.workspace().snapshots(["P1"])) == ["P1"]
    assert world.workspace().store.read("P2") is None


def test_an_old_key_is_deleted_with_its_own_flag(world):
    world.write(HEAD + ONE)
    world.up()
    world.write(HEAD + ONE.replace("SHOP", "STORE"))

    world.up(delete_projects=True)

    assert projects(world) == ["STORE"]


def test_a_target_leaves_a_dropped_project_alone(world):
    world.write(HEAD + TWO)
    world.up()
    world.write(HEAD + FIRST.replace("A", "C"))

    world.up(targets=("P1/dataset/C",))

    assert projects(world) == ["P1", "P2"]
    with pytest.raises(ProgramErrors, match="deployed project P2"):
        world.preview()


def test_a_destroy_deletes_projects_that_the_program_dropped(world):
    world.write(HEAD + ONE)
    world.up()
    world.write(HEAD + ONE.replace("SHOP", "STORE"))

    world.destroy()

    assert projects(world) == []


def test_a_project_of_another_program_is_not_in_the_way(world, tmp_path):
    other = World(tmp_path / "other", world.dss)
    other.write('name = "other"\n', "dssdsl.toml")
    other.write(HEAD + ONE)
    other.up()
    world.write(HEAD + FIRST)

    world.up()

    assert projects(world) == ["P1", "SHOP"]


# -- without a program that loads ------------------------------------------------------------------


@pytest.fixture(name="broken")
def _broken(world):
    """Two deployments of a program that does not load any more."""
    for description in ("good", "bad"):
        world.write(HEAD + ONE.replace("managed", f'managed", short_desc="{description}'))
        world.up()
    world.write(BROKEN)
    with pytest.raises(ProgramError):
        world.preview()
    return world


def test_history_and_diff_need_no_program(broken):
    workspace = broken.workspace()

    assert [d.number for d in workspace.history()] == [2, 1]
    assert [s.key for s in workspace.diff(1, 2).steps] == ["SHOP/dataset/A"]


def test_the_state_needs_no_program(broken):
    workspace = broken.workspace()

    assert list(workspace.state.list()) == ["SHOP"]
    assert '"project_key": "SHOP"' in workspace.state.pull()
    assert workspace.state.locks() == {}
    assert workspace.state.damage() == {}
    assert workspace.state.protect(["A"]) == 3
    assert broken.workspace().state.show("A")[1].protected_in_state


def test_a_rollback_needs_no_program(broken):
    broken.workspace().rollback()

    dataset = broken.workspace().session.json("GET", "/projects/SHOP/datasets/A")
    assert dataset["shortDesc"] == "good"


def test_verify_needs_no_program(broken):
    assert not broken.workspace().verify()


def test_a_destroy_needs_no_program(broken):
    broken.workspace().destroy()

    assert projects(broken) == []


@pytest.mark.parametrize(
    "command",
    ["state list", "state pull", "state unlock", "history", "diff 1", "verify", "rollback --yes"],
)
def test_commands_run_without_any_program(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "dssdsl.toml").write_text('name = "shop"\n[stacks.local]\nemulator = true\n')
    for text in (ONE, ONE.replace('"A"', '"B"')):
        (tmp_path / "project.py").write_text(HEAD + text)
        assert main.run(["up", "--yes"]) == 0
    (tmp_path / "project.py").unlink()

    assert main.run(command.split()) == 0, capsys.readouterr().err
