"""Whose state a project has: the name of the program decides, not its folder."""

from __future__ import annotations

import pytest
from dataikuapi import DSSClient

from dssdsl.cli import main
from dssdsl.deployment import state_edits
from dssdsl.emulator import InProcess
from dssdsl.errors import NotFound, PlanRefused, Refused
from dssdsl.plan.causes import Topic
from dssdsl.workspace import ignore
from tests.support.world import World

HEAD = "from dssdsl import *\n"
TWO = """
Project("SALES")
Dataset("A", connection="filesystem_managed")
Dataset("B", connection="filesystem_managed")
"""
THEIRS = """
Project("SALES", adopt=True)
Dataset("THEIRS", connection="filesystem_managed")
"""
BARE = 'Project("SALES", adopt=True)\n'
NAMED = 'name = "sales"\n'


@pytest.fixture(name="place")
def _place(tmp_path, dss):
    """Makes a folder with a program: another checkout, machine or team."""

    def place(folder: str, program: str = TWO, toml: str | None = NAMED) -> World:
        world = World(tmp_path / folder, dss)
        world.write(HEAD + program)
        if toml is not None:
            world.write(toml, "dssdsl.toml")
        return world

    return place


def client(dss):
    client = DSSClient("http://dss", next(iter(dss.keys)))
    client._session.mount("http://dss", InProcess(dss))
    return client


def datasets(dss):
    return sorted(d["name"] for d in client(dss).get_project("SALES").list_datasets())


def claim(world: World) -> int:
    workspace = world.workspace()
    return state_edits.edit(workspace, state_edits.claim(workspace), ignore)


def state(world: World):
    return world.workspace().snapshots(["SALES"])["SALES"]


# -- a clone ---------------------------------------------------------------------------------


def test_a_clone_in_another_folder_is_the_same_program(place):
    place("sales").up()

    clone = place("builds/s")

    assert not clone.preview()
    assert state(clone).program == "sales"
    assert [d.number for d in clone.workspace().history()] == [1]


def test_a_clone_without_a_name_is_refused_with_all_ways_out(place):
    place("sales", toml=None).up()

    with pytest.raises(Refused) as caught:
        place("app", toml=None).preview()

    assert caught.value.problem == (
        'project SALES belongs to program "sales", stack "local"; this is program "app", stack "local"'
    )
    assert 'add name = "sales" to dssdsl.toml' in caught.value.fix
    assert "dssdsl state claim" in caught.value.fix


def test_a_saved_plan_runs_in_another_checkout(place, tmp_path):
    first = place("sales")
    workspace = first.workspace()
    workspace.save(workspace.prepare(), tmp_path / "plan.json")

    prepared = place("elsewhere").workspace().prepare_saved(tmp_path / "plan.json")

    assert len(prepared.plan.steps) == 3


def test_a_saved_plan_of_a_program_without_a_name_runs_in_another_folder(place, tmp_path):
    workspace = place("sales", toml=None).workspace()
    workspace.save(workspace.prepare(), tmp_path / "plan.json")

    prepared = place("app", toml=None).workspace().prepare_saved(tmp_path / "plan.json")

    assert len(prepared.plan.steps) == 3


# -- another program of the same name --------------------------------------------------------


@pytest.mark.parametrize("toml", [NAMED, None])
@pytest.mark.parametrize("program", [THEIRS, BARE])
def test_a_program_with_nothing_in_common_deletes_nothing(place, dss, toml, program):
    place("a/sales", toml=toml).up()

    with pytest.raises(PlanRefused, match="declares none of the resources") as caught:
        place("b/sales", program, toml).up()

    assert "dataset A, dataset B" in caught.value.problem
    assert "dssdsl state claim" in caught.value.errors[0].fix
    assert datasets(dss) == ["A", "B"]


def test_a_program_with_nothing_in_common_destroys_nothing(place, dss):
    place("a/sales").up()

    with pytest.raises(PlanRefused, match="declares none of the resources"):
        place("b/sales", THEIRS).destroy()

    assert datasets(dss) == ["A", "B"]


@pytest.mark.parametrize(("program", "left"), [(THEIRS, ["THEIRS"]), (BARE, [])])
def test_a_program_can_drop_everything_that_its_checkout_deployed(place, dss, program, left):
    world = place("sales")
    world.up()
    world.write(HEAD + program)

    world.up()

    assert datasets(dss) == left


def test_a_renamed_resource_is_in_common(place, dss):
    place("a/sales").up()
    renamed = 'Project("SALES")\nDataset("C", connection="filesystem_managed", renamed_from="A")\n'

    place("b/sales", renamed).up()

    assert datasets(dss) == ["C"]


# -- state claim -----------------------------------------------------------------------------


def test_a_claim_hands_the_state_over(place, dss):
    place("sales", toml='name = "old"\n').up()
    world = place("app", toml='name = "new"\n')
    with pytest.raises(Refused, match='belongs to program "old"'):
        world.preview()

    number = claim(world)

    assert number == 2
    assert state(world).program == "new"
    assert not world.preview()
    assert [d.number for d in world.workspace().history()] == [2, 1]
    with pytest.raises(Refused, match='belongs to program "new"'):
        place("sales", toml='name = "old"\n').preview()


def test_a_claim_lets_the_program_drop_everything(place, dss):
    place("a/sales").up()
    world = place("b/sales", THEIRS)

    claim(world)
    world.up()

    assert datasets(dss) == ["THEIRS"]


def test_a_claim_covers_another_stack(place):
    stacks = "[stacks.a]\nemulator = true\n[stacks.b]\nemulator = true\n"
    first, second = (place(s, toml=f'{NAMED}default_stack = "{s}"\n{stacks}') for s in "ab")
    first.up()
    with pytest.raises(Refused, match=r"stack \"a\"; this is .*stack \"b\""):
        second.preview()

    claim(second)

    assert not second.preview()


def test_a_claim_says_what_the_next_deployment_drops(place):
    place("sales", toml='name = "old"\n').up()

    change = state_edits.claim(place("app", THEIRS, toml='name = "new"\n').workspace())

    owner, dropped = change.says
    assert 'from program "old", stack "local" to program "new", stack "local"' in owner
    assert "deletes or forgets 2 of the 3 recorded resources" in dropped
    assert dropped.endswith("dataset A, dataset B")


def test_nothing_to_claim(place):
    with pytest.raises(NotFound, match="no state to claim"):
        state_edits.claim(place("sales").workspace())


def test_the_command_asks_before_it_claims(place, monkeypatch, capsys):
    stack = '[stacks.local]\nemulator = { data = "../dss" }\n'
    first = place("sales", toml='name = "old"\n' + stack)
    monkeypatch.chdir(first.folder)
    assert main.run(["up", "--yes"]) == 0
    second = place("app", toml='name = "new"\n' + stack)
    monkeypatch.chdir(second.folder)

    assert main.run(["state", "claim"]) == 2
    assert main.run(["preview"]) == 5
    assert main.run(["state", "claim", "--yes"]) == 0
    assert main.run(["preview"]) == 0

    assert 'changes its owner from program "old"' in capsys.readouterr().out
    assert main.run(["state", "claim", "--yes"]) == 0
    assert "Nothing to change." in capsys.readouterr().out


# -- a name that comes later -----------------------------------------------------------------


def test_the_first_deployment_with_a_name_renames_the_owner(place):
    world = place("team", toml=None)
    world.up()
    world.write(NAMED, "dssdsl.toml")

    plan = world.preview()

    assert not plan
    assert [(r.topic, r.names) for r in plan.remarks] == [
        (Topic.FORMER_NAME, ("SALES", "team", "sales"))
    ]
    world.up()
    assert state(world).program == "sales"
    assert not world.preview().remarks
    assert not place("elsewhere").preview()


def test_a_former_name_counts_in_a_fresh_clone_only_with_something_in_common(place):
    place("a/team", toml=None).up()

    assert not place("b/team").preview()
    with pytest.raises(PlanRefused, match="declares none of the resources"):
        place("c/team", 'Project("SALES")\n').preview()


def test_a_former_name_does_not_count_for_a_checkout_that_deployed_another_state(place, dss):
    mine = place("a/team", toml=None)
    mine.up()
    other = place("b/team", toml=None)
    client(dss).get_project("SALES").delete()
    other.up()
    mine.write(NAMED, "dssdsl.toml")

    with pytest.raises(Refused, match='belongs to program "team"'):
        mine.preview()
