"""Changes to the state alone, and what they make of the next plan."""

from __future__ import annotations

import json

import pytest

from dssdsl.cli import main
from dssdsl.deployment import state_edits as state
from dssdsl.deployment import state_repair
from dssdsl.errors import Locked, NotFound, ProgramError, ProgramErrors, Refused
from dssdsl.state.holder import Holder
from dssdsl.workspace import ignore
from tests.support.world import World, emulator

HEAD = "from dssdsl import *\n"
ONE = """
Project("SALES", name="Sales")
raw = SQLDataset("RAW", connection="warehouse", table="t")
files = ManagedFolder("exports")
clean = Dataset("CLEAN", connection="filesystem_managed")
PythonRecipe("make", inputs=[raw, files], outputs=clean, code="print(1)\\n")
"""
BARE = 'Project("SALES", name="Sales")\n'


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(HEAD + ONE)
        world.up()
        yield world


def entries(world):
    """What the state has, by key."""
    return world.workspace().snapshots(["SALES"])["SALES"].entries


def change(world, make):
    """Make a change to the state; gives its deployment's number."""
    workspace = world.workspace()
    return state.edit(workspace, make(workspace), ignore)


def told(plan):
    """A plan in short: what is done to what."""
    return {(step.action.value, step.label) for step in plan.steps}


# -- forget ------------------------------------------------------------------------------------------


def test_forgotten_resources_stay_in_dss(world):
    """
    The next up takes it for one that was there before: equal, so nothing is written to it.
    """
    number = change(world, lambda w: state.forget(w, ["CLEAN", "recipe/make"]))

    assert number == 2
    assert {"dataset/CLEAN", "recipe/make"}.isdisjoint(entries(world))
    assert told(world.preview()) == {("adopt", "dataset CLEAN"), ("adopt", "recipe make")}
    assert world.workspace().history(1)[0].first.operation == (
        "state forget SALES/dataset/CLEAN SALES/recipe/make"
    )


def test_what_the_state_does_not_have(world):
    with pytest.raises(ProgramErrors, match='the state has no "CLEEN"') as error:
        state.forget(world.workspace(), ["CLEEN", "nothing"])

    assert len(list(error.value.each())) == 2
    assert error.value.exit_code == 6


def test_somebody_deployed_since_it_was_checked(world):
    workspace = world.workspace()
    found = state.forget(workspace, ["CLEAN"])
    world.write(HEAD + ONE + 'Scenario("S", steps=[Build(clean)])\n')
    world.up()

    with pytest.raises(Locked, match="somebody else deployed meanwhile"):
        state.edit(workspace, found, ignore)
    assert "dataset/CLEAN" in entries(world)


# -- protect -----------------------------------------------------------------------------------------


def test_resources_protected_in_the_state_are_not_deleted(world):
    """
    Whatever the program says, and still after other deployments.
    """
    change(world, lambda w: state.set_protected(w, ["exports"], protect=True))
    world.write(HEAD + ONE.replace('"Sales"', '"Sales 2"'))
    world.up()
    world.write(HEAD + BARE)

    with pytest.raises(ProgramErrors, match="managed folder exports is protected in the state"):
        world.preview()
    with pytest.raises(ProgramErrors, match="managed folder exports is protected in the state"):
        world.destroy()

    change(world, lambda w: state.set_protected(w, ["exports"], protect=False))
    assert ("delete", "managed folder exports") in told(world.preview())


def test_protecting_twice_changes_nothing(world):
    change(world, lambda w: state.set_protected(w, ["exports"], protect=True))

    assert not state.set_protected(world.workspace(), ["exports"], protect=True).says


# -- rename ------------------------------------------------------------------------------------------


def test_a_dataset_that_was_renamed_in_dss(world):
    """
    The state follows, and so do the recipes in it: the program with the new name has nothing to do.
    """
    world.workspace().session.send(
        "POST",
        "/projects/SALES/actions/renameDataset",
        {"oldName": "RAW", "newName": "ORDERS"},
    )

    change(world, lambda w: state.rename(w, "dataset/RAW", "dataset/ORDERS"))

    world.write(HEAD + ONE.replace('"RAW"', '"ORDERS"'))
    assert not world.preview()
    assert not world.workspace().verify()
    assert "dataset/ORDERS" in entries(world)["recipe/make"].needs


def test_a_folder_that_was_renamed_in_dss(world):
    session = world.workspace().session
    (folder,) = session.json("GET", "/projects/SALES/managedfolders/")
    session.send(
        "POST",
        "/projects/SALES/actions/renameManagedFolder",
        {"id": folder["id"], "newName": "out"},
    )

    change(world, lambda w: state.rename(w, "managed_folder/exports", "managed_folder/out"))

    world.write(HEAD + ONE.replace('"exports"', '"out"'))
    assert not world.preview()


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("NOTHING", "X", ProgramErrors, 'the state has no "NOTHING"'),
        ("dataset/RAW", "recipe/X", ProgramError, "is no name of a dataset"),
        ("dataset/RAW", "CLEAN", Refused, "the state has a dataset CLEAN already"),
        ("dataset/RAW", "ORDERS", NotFound, "DSS does not have it"),
        ("SALES/project/SALES", "OTHER", Refused, "has no other name"),
    ],
)
def test_a_rename_has_to_make_sense(world, old, new, error, said):
    with pytest.raises(error, match=said):
        state.rename(world.workspace(), old, new)


def test_another_object_of_that_name_does_not_count(world):
    world.workspace().session.json(
        "POST",
        "/projects/SALES/datasets/",
        {"name": "ORDERS", "projectKey": "SALES", "type": "Snowflake", "params": {}},
    )

    with pytest.raises(Refused, match="DSS has both dataset RAW and dataset ORDERS"):
        state.rename(world.workspace(), "RAW", "ORDERS")


# -- pull and push -----------------------------------------------------------------------------------


def pulled(world):
    """The stored state, as plain values."""
    return json.loads(world.workspace().store.text("SALES"))


def push(world, document, *, force=False):
    """Push what somebody edited."""
    return change(world, lambda w: state.push(w, json.dumps(document), "file.json", force=force))


def test_a_corrected_state_is_pushed(world):
    document = pulled(world)
    del document["entries"]["recipe/make"]

    number = push(world, document)

    assert number == 2
    assert told(world.preview()) == {("adopt", "recipe make")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"project_key": "OTHER"}, "the state of project OTHER, not of SALES"),
        ({"program": "other"}, 'belongs to program "other", stack "local"'),
        ({"stack": "prod"}, 'belongs to program .*, stack "prod"'),
        ({"host": "https://dss"}, "the state of https://dss, not of http://emulator"),
        ({"lineage": "x"}, "of another lineage"),
        ({"serial": 0}, "it is of deployment 0, and 1 is recorded"),
    ],
)
def test_a_state_of_something_else_is_not_pushed(world, change, said):
    with pytest.raises(Refused, match=said):
        push(world, {**pulled(world), **change})
    assert pulled(world)["serial"] == 1


def test_an_older_state_is_pushed_with_force(world):
    document = pulled(world)
    world.write(HEAD + BARE)
    world.up()

    push(world, document, force=True)

    assert "dataset/CLEAN" in entries(world)
    assert pulled(world)["serial"] == 3


def test_a_file_that_is_not_a_state_is_not_pushed(world):
    with pytest.raises(ProgramError, match="is damaged"):
        state.push(world.workspace(), "{", "file.json", force=True)


# -- repair ------------------------------------------------------------------------------------------


def damage(world, content=b"{"):
    """Spoil the current state."""
    world.workspace().session.send(
        "POST", "/projects/SALES/libraries/contents/.dataiku_framework/state.json", raw=content
    )


def test_a_damaged_state_is_repaired_from_the_history(world):
    world.write(HEAD + ONE.replace('"Sales"', '"Sales 2"'))
    world.up()
    damage(world)

    (found,) = state_repair.examine(world.workspace()).values()
    number = state_repair.mend(world.workspace(), "SALES", ignore)

    assert (found.good.serial, number) == (2, 3)
    assert not world.preview()
    assert not state_repair.examine(world.workspace())


def test_without_any_history_the_next_up_starts_over(world):
    """
    Nothing is destroyed: what is in DSS is taken over by name.
    """
    session = world.workspace().session
    session.send("DELETE", "/projects/SALES/libraries/contents/.dataiku_framework/history/1.json")
    damage(world)

    assert state_repair.mend(world.workspace(), "SALES", ignore) == 0

    assert {action for action, _ in told(world.preview(adopt=True))} == {"adopt"}


def test_a_good_state_is_not_repaired(world):
    assert not state_repair.examine(world.workspace())
    with pytest.raises(Locked, match="somebody else repaired"):
        state_repair.mend(world.workspace(), "SALES", ignore)


# -- unlock ------------------------------------------------------------------------------------------


def test_a_lock_is_taken_away(world):
    records = world.workspace().store.lock_records("SALES")
    records.create(1, Holder("anna", "build-3", 1, "then", "up", "sales", "n").dumps())

    (who,) = state_repair.holders(world.workspace()).values()
    assert str(who).startswith("anna on build-3")
    state_repair.unlock(world.workspace(), "SALES")

    assert not state_repair.holders(world.workspace())


# -- the command line --------------------------------------------------------------------------------


def test_from_the_command_line(tmp_path, monkeypatch, capsys):
    """
    Nothing is changed without a yes; what is done is said.
    """
    (tmp_path / "project.py").write_text(
        HEAD + BARE + 'Dataset("A", connection="filesystem_managed")\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    def say(words):
        capsys.readouterr()
        code = main.run(words.split())
        out, err = capsys.readouterr()
        return code, out, err

    say("up --yes")
    assert say("state protect A")[0] == 2
    code, out, _ = say("state protect A --yes")
    assert code == 0
    assert "dataset A is protected: dssdsl refuses to delete it" in out
    assert "dataset/A      created, protected in the state" in say("state list")[1]
    assert say("state protect A")[1].endswith("Nothing to change.\n")
    assert json.loads(say("state forget A --yes --json")[1])["deployment"] == 3
    (tmp_path / "state.json").write_text(say("state pull")[1], encoding="utf-8")
    assert say("state push state.json --yes")[0] == 0
    assert say("state push nothing.json --yes")[0] == 2
    assert say("state unlock")[1].endswith("Nothing is locked.\n")
    assert say("state repair")[1].endswith("The state is valid. Nothing to repair.\n")
    assert say("state rename A B")[0] == 6
