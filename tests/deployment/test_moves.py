"""Where data lies: moves and renames leave it there; and what a project that commits nothing by itself gets."""

from __future__ import annotations

import json
import subprocess

import pytest

from dssdsl.cli.sentences import remark
from dssdsl.errors import DssdslError, ProgramErrors, StepsFailed
from tests.support.world import World, emulator

HEAD = """
from dssdsl import *

Project("SALES", naming="any"{project})
"""
FILES = (
    'FilesystemDataset("d", connection="{connection}", path="{path}", columns={{"id": "bigint"}})\n'
)
TABLE = 'SQLDataset("d", connection="{connection}", schema="S", table="{table}", columns={{"id": "bigint"}})\n'
FOLDER = 'ManagedFolder("d", connection="{connection}"{path})\n'
MOVES = {
    "path of a dataset": (FILES, {"connection": "filesystem_managed", "path": "/one"}, {"path": "/two"}, "/one"),
    "connection of a dataset": (FILES, {"connection": "filesystem_managed", "path": "/one"}, {"connection": "filesystem_folders"}, "filesystem_managed"),
    "table of a dataset": (TABLE, {"connection": "pg", "table": "ONE"}, {"table": "TWO"}, "ONE"),
    "connection of a table": (TABLE, {"connection": "pg", "table": "ONE"}, {"connection": "pg2"}, "pg"),
    "path of a folder": (FOLDER, {"connection": "filesystem_folders", "path": ', path="/one"'}, {"path": ', path="/two"'}, "/one"),
    "connection of a folder": (FOLDER, {"connection": "filesystem_folders", "path": ""}, {"connection": "filesystem_managed"}, "filesystem_folders"),
}  # fmt: skip
"""What is moved: the line, how it is first, what changes, and where the data stays."""


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator(connections={"pg": "PostgreSQL", "pg2": "PostgreSQL"}) as dss:
        yield World(tmp_path, dss)


def text(line, said):
    """A program of one line."""
    return HEAD.format(project="") + line.format(**said)


def stored(world):
    """Where DSS says that the data is."""
    folder = world.dss.project_folder("SALES")
    (path,) = [*folder.glob("datasets/*.json"), *folder.glob("managed_folders/*.json")]
    params = json.loads(path.read_text())["params"]
    return {key: params.get(key) for key in ("connection", "path", "table", "schema")}


@pytest.mark.parametrize("what", MOVES)
def test_a_move_is_agreed_to_and_leaves_the_data(world, what):
    line, first, change, stays = MOVES[what]
    world.write(text(line, first))
    world.up()
    before = stored(world)
    world.write(text(line, {**first, **change}))
    world.dss.clear_requests()

    with pytest.raises(ProgramErrors) as refused:
        world.up()

    assert 5 == refused.value.exit_code
    assert f'its data stays at "{stays}"' in str(refused.value)
    assert "--move d" in str(refused.value)
    assert [] == world.dss.writes()
    (step,) = world.preview(moves=("d",)).steps
    assert ("move", [f'its data stays at "{stays}"']) == (
        step.action.value,
        [remark(r) for r in step.remarks],
    )
    world.up(moves=("d",))
    assert before != stored(world)
    assert not [r for r in world.dss.writes() if r.method == "DELETE" and "/git" not in r.path]
    assert not world.preview()


@pytest.mark.parametrize("what", MOVES)
def test_a_rename_leaves_the_data_where_it_is(world, what):
    """
    Storage that the program does not name is pinned where it was; storage that it names is not asked for again.
    """
    line, first, _, _ = MOVES[what]
    world.write(text(line, first))
    world.up()
    before = stored(world)
    renamed = text(line, first).replace('("d"', '("e", renamed_from="d"')
    world.write(renamed)

    assert ["rename"] == [step.action.value for step in world.preview().steps]
    world.up()

    assert before == stored(world)
    assert not world.preview()
    world.write(renamed.replace(', renamed_from="d"', ""))
    assert not world.preview()


def test_a_rename_and_a_move_at_once_are_agreed_to_too(world):
    line, first, change, stays = MOVES["path of a dataset"]
    world.write(text(line, first))
    world.up()
    world.write(text(line, {**first, **change}).replace('("d"', '("e", renamed_from="d"'))

    with pytest.raises(ProgramErrors) as refused:
        world.preview()
    world.up(moves=("e",))

    assert f'its data stays at "{stays}"' in str(refused.value)
    assert "/two" == stored(world)["path"]
    assert not world.preview()


def test_a_managed_dataset_keeps_its_place_over_a_rename_and_a_lost_state(world):
    """
    DSS chose the path by the first name. The second name is adopted with it, and not moved.
    """
    managed = 'Dataset("d", connection="filesystem_managed")\n'
    world.write(HEAD.format(project="") + managed)
    world.up()
    before = stored(world)
    world.write(HEAD.format(project="") + managed.replace('"d"', '"e", renamed_from="d"'))
    world.up()
    world.write(HEAD.format(project="") + managed.replace('"d"', '"e"'))
    workspace = world.workspace()
    workspace.store.forget("SALES")

    assert {"adopt"} == {step.action.value for step in world.preview(adopt=True).steps}
    world.up(adopt=True)

    assert before == stored(world)
    assert not world.preview()


# -- projects that commit nothing by themselves ----------------------------------------------------------

EXPLICIT = HEAD.format(project=', git_commit_mode="EXPLICIT"')
PAIR = (
    EXPLICIT
    + 'a = Dataset("a", connection="filesystem_managed", short_desc="{0}")\nScenario("S", steps=[Build(a, name="all")], name="{0}")\n'
)


def commits(world):
    """The messages of the project's commits, oldest first."""
    world.dss.settle()
    found = subprocess.run(
        ["git", "log", "--reverse", "--format=%s"],
        cwd=world.dss.project_folder("SALES"),
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.splitlines()


def clean(world):
    """Whether nothing waits to be committed."""
    return world.workspace().session.json("GET", "/projects/SALES/git/status")["clean"]


def test_the_finished_steps_of_a_failed_deployment_are_committed(world):
    """
    It is recorded, so it is committed with its state; the rest is the next deployment's commit.
    """
    world.write(PAIR.format("one"))
    world.up()
    before = len(commits(world))
    world.write(PAIR.format("two"))
    world.dss.refuse("PUT .*/scenarios/", status=500)

    with pytest.raises(StepsFailed):
        world.up()

    assert 1 == len(commits(world)) - before
    assert clean(world)
    world.up()
    assert 2 == len(commits(world)) - before
    assert not world.preview()


@pytest.mark.parametrize("request_", ["actions/commit", "tags"])
def test_a_commit_that_fails_is_made_by_the_next_one(world, request_):
    """
    Changes of ours that were not committed are not taken for somebody else's.
    """
    world.write(PAIR.format("one"))
    world.up()
    world.write(PAIR.format("two"))
    world.dss.refuse(f"POST .*/git/{request_}", status=500, nth=2 if request_ == "tags" else 1)
    with pytest.raises(DssdslError):
        world.up()

    world.up()

    assert clean(world)
    assert not world.preview()
    assert commits(world)[-1].startswith("dssdsl: deployment")


def test_a_rollback_is_one_commit(world):
    world.write(PAIR.format("one"))
    world.up()
    world.write(PAIR.format("two"))
    world.up()
    before = len(commits(world))

    world.workspace().rollback()

    assert ["dssdsl: deployment 3 of " + world.folder.name] == commits(world)[before:]
    assert clean(world)
    document = json.loads((world.dss.project_folder("SALES") / "datasets/a.json").read_text())
    assert "one" == document["shortDesc"]


def test_a_project_that_commits_by_itself_from_now_on(world):
    """
    The mode is a field like others; what was to be committed is.
    """
    world.write(PAIR.format("one"))
    world.up()
    world.write(PAIR.format("two").replace("EXPLICIT", "AUTO"))
    world.up()
    assert clean(world)
    world.write(PAIR.format("three"))
    world.up()

    assert clean(world)
    assert commits(world)[-1].startswith("dssdsl: deployment 3")
    assert not world.preview()
