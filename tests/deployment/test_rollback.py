"""Going back to an earlier deployment, and forward again, by a plan."""

from __future__ import annotations

import pytest

from dssdsl.cli.sentences import remark, why
from dssdsl.errors import Cancelled, NotFound, ProgramErrors
from dssdsl.plan.options import Options

from .going_back import HEAD, ONE, PAIR, THREE, TWO, deployed, held, problems, told


def test_a_rollback_reverses_each_kind_of_step(world):
    """
    Renames are turned back, what is gone is made, what was not there goes, and data stays.
    """
    deployed(world, ONE, TWO)

    plan = world.workspace().prepare_rollback(1).plan

    assert told(plan) == {
        ("update", "project SALES"),
        ("rename", "dataset RAW"),
        ("create", "managed folder exports"),
        ("create", "zone Work"),
        ("delete", "zone Other"),
        ("update", "dataset CLEAN"),
        ("update", "recipe make"),
        ("create", "scenario NIGHTLY"),
        ("create", "library file python/a.py"),
        ("delete", "variables"),
    }
    assert not any(step.drop_data for step in plan.steps)
    assert not any("program" in why(step, plan.basis) for step in plan.steps)


def test_fields_that_only_a_creation_sends_are_restored(world):
    """
    A scenario that is made anew is active, as a new one is, though the program does not say so.
    """
    deployed(world, ONE, TWO)

    world.workspace().rollback(to=1)

    scenario = world.workspace().session.json("GET", "/projects/SALES/scenarios/NIGHTLY")
    assert scenario["active"] is True
    assert scenario["triggers"][0]["active"] is True


def test_references_use_the_new_generated_ids(world):
    """
    A recipe reads the folder that was made anew, not the one that is gone.
    """
    deployed(world, ONE, TWO)
    world.workspace().rollback(to=1)

    session = world.workspace().session
    (folder,) = session.json("GET", "/projects/SALES/managedfolders/")
    items = session.json("GET", "/projects/SALES/recipes/make")["recipe"]["inputs"]["main"]["items"]
    assert {item["ref"] for item in items} == {"RAW", folder["id"]}


def test_a_second_rollback_to_the_same_deployment_changes_nothing(world):
    deployed(world, ONE, TWO)
    first = world.workspace().rollback(to=1)

    second = world.workspace().rollback(to=1)

    assert (first.serial, second.serial) == (3, 3)
    assert second.result is None


def test_a_preview_after_a_rollback_shows_the_changes_of_the_program(world):
    """
    A rollback does not touch the program: its next plan is the way back.
    """
    deployed(world, ONE, TWO)
    hashes = {one.number: one.first.config_hash for one in world.workspace().history()}
    world.workspace().rollback()

    now = world.workspace().history(1)[0]
    assert (now.first.operation, now.first.config_hash) == ("rollback to 1", hashes[1])
    assert ("rename", "dataset RAW_2") in told(world.preview())


def test_steps_count_from_what_is_deployed_now(world):
    """
    After a rollback to 2 one more step goes to 1, not back to 3; a later one is named with `to`.
    """
    deployed(world, ONE, TWO, THREE)

    assert world.workspace().rollback().serial == 4
    assert world.workspace().steps_back() == 1
    assert world.workspace().rollback().serial == 5
    with pytest.raises(NotFound, match="no successful deployment before"):
        world.workspace().rollback()
    world.workspace().rollback(to=3)
    assert world.workspace().steps_back(2) == 1


def test_an_unknown_deployment_is_refused(world):
    deployed(world, THREE)

    with pytest.raises(NotFound, match="there is no deployment 7"):
        world.workspace().rollback(to=7)


def test_no_changes_nothing(world):
    deployed(world, ONE, TWO)

    with pytest.raises(Cancelled):
        world.workspace().rollback(agree=lambda plan: not plan)

    assert len(world.workspace().history()) == 2


def test_changes_made_in_dss_are_not_overwritten(world):
    """
    Drift is refused until it is taken over, or put back.
    """
    deployed(world, ONE, TWO)
    world.dss.edit(
        "SALES", "datasets/CLEAN.json", lambda doc: doc.update(description="z"), login="alice"
    )

    with pytest.raises(ProgramErrors) as refused:
        world.workspace().rollback()
    assert refused.value.exit_code == 5
    assert problems(refused) == [
        "dataset CLEAN: description was changed in DSS by alice since the last deployment"
    ]

    world.workspace().refresh()
    world.workspace().rollback(to=1)
    assert world.workspace().verify().unchanged


def test_protected_resources_are_not_deleted(world):
    deployed(world, THREE, THREE + 'Dataset("X", connection="filesystem_managed", protect=True)\n')

    with pytest.raises(ProgramErrors, match="dataset X is protected"):
        world.workspace().rollback()


def test_adopted_objects_are_forgotten(world):
    """
    A rollback to before an adoption leaves the object in DSS.
    """
    deployed(world, THREE + 'Dataset("X", connection="filesystem_managed")\n')
    workspace = world.workspace()
    workspace.session.json(
        "POST",
        "/projects/SALES/datasets/",
        {
            "name": "OLD",
            "projectKey": "SALES",
            "type": "Snowflake",
            "params": {"connection": "warehouse", "mode": "table", "table": "t"},
        },
    )
    deployed(world, THREE + 'SQLDataset("OLD", connection="warehouse", table="t", adopt=True)\n')

    plan = world.workspace().prepare_rollback(1).plan

    assert ("forget", "dataset OLD") in told(plan)


def test_an_unchanged_secret_is_not_sent(world, monkeypatch):
    """
    Only a digest is kept: what is equal is unchanged, what is not stays, and is told.
    """
    secret = 'ProjectVariables(standard={"key": Secret.env("KEY"), "n": %d})\n'
    monkeypatch.setenv("KEY", "old")
    deployed(world, THREE + secret % 1, THREE + secret % 2)
    equal = world.workspace().prepare_rollback(1).plan
    monkeypatch.setenv("KEY", "new")
    deployed(world, THREE + secret % 3)

    other = world.workspace().prepare_rollback(1)

    assert [c.pointer for s in equal.steps for c in s.changes] == ["/standard/n"]
    assert not equal.remarks
    assert [c.pointer for s in other.plan.steps for c in s.changes] == ["/standard/n"]
    assert "the secret standard.key stays as it is" in remark(other.plan.remarks[0])
    world.workspace().run(other)
    variables = world.workspace().session.json("GET", "/projects/SALES/variables/")
    assert variables["standard"] == {"key": "new", "n": 1}


def test_a_rollback_needs_the_secrets_it_restores(world, monkeypatch):
    secret = 'ProjectVariables(standard={"key": Secret.env("KEY"), "n": 1})\n'
    monkeypatch.setenv("KEY", "old")
    deployed(world, THREE + secret, THREE)

    prepared = world.workspace().prepare_rollback(1)
    world.workspace().run(prepared)

    assert "the secret standard.key is not set" in remark(prepared.plan.remarks[0])
    variables = world.workspace().session.json("GET", "/projects/SALES/variables/")
    assert variables["standard"] == {"n": 1}


def test_uploaded_files_are_not_in_the_state(world):
    """
    A dataset that is made anew has the files that DSS still has, and that is said.
    """
    world.write("id\n1\n", "data/a.csv")
    deployed(world, THREE + 'UploadedFilesDataset("UP", files=["data/a.csv"])\n', THREE)

    prepared = world.workspace().prepare_rollback(1)
    world.workspace().run(prepared)

    assert "dataset UP: its uploaded files are those that DSS still has" in remark(
        prepared.plan.remarks[0]
    )
    recorded = world.workspace().snapshots(["SALES"])["SALES"].entries["dataset/UP"].recorded
    assert "uploads" not in recorded, "nothing is said to be there that was not sent"


def test_projects_go_back_together(world):
    """
    A deployment is one in all of its projects, and has the same number in them.
    """
    deployed(world, 'Project("SALES")\n', PAIR % ("a", "a"), PAIR % ("b", "b"))
    assert {p: s.serial for p, s in world.workspace().history(1)[0].snapshots.items()} == {
        "SALES": 3,
        "OTHER": 3,
    }

    world.workspace().rollback()

    session = world.workspace().session
    tags = [
        session.json("GET", f"/projects/{where}")["tags"]
        for where in ("SALES/datasets/A", "OTHER/datasets/B")
    ]
    assert tags == [["a"], ["a"]]


def test_a_project_that_the_deployment_did_not_have_is_not_deleted_unasked(world):
    """
    The same consents are needed as where a program drops a project.
    """
    deployed(world, 'Project("SALES")\n', PAIR % ("a", "a"))

    with pytest.raises(ProgramErrors, match=r"(?s)project OTHER.*not part of.*--delete-projects"):
        world.workspace().prepare_rollback(1)
    plan = world.workspace().prepare_rollback(1, Options(delete_projects=True)).plan
    assert ("delete", "project OTHER") in told(plan)
    plan = world.workspace().prepare_rollback(1, Options(forget_projects=True)).plan
    assert ("forget", "project OTHER") in told(plan)
    session = world.workspace().session
    session.client.get_project("OTHER").create_managed_folder("theirs")
    with pytest.raises(ProgramErrors, match="--delete-unmanaged"):
        world.workspace().prepare_rollback(1, Options(delete_projects=True))


def test_a_failed_rollback_is_resumed(world):
    """
    What was done is recorded; said again, it does the rest.
    """
    deployed(world, ONE, TWO)
    world.dss.refuse(r"POST .*/managedfolders")

    with pytest.raises(Exception, match="refused by the test"):
        world.workspace().rollback(to=1)
    world.workspace().rollback(to=1)

    world.write(HEAD + ONE)
    assert not world.preview()


def test_targets_limit_a_rollback(world):
    """
    What a rollback leaves out stays, as in `up`.
    """
    deployed(world, ONE, TWO)

    plan = world.workspace().prepare_rollback(1, Options(targets=("CLEAN",))).plan

    assert told(plan) == {("update", "dataset CLEAN")}


def test_after_a_destroy(world):
    """
    A store that outlives the project brings it back, and goes on counting.
    """
    (world.folder / "dssdsl.toml").write_text(
        '[stacks.local]\nemulator = true\nstore = "local"\n', encoding="utf-8"
    )
    deployed(world, ONE)
    before = held(world)
    world.destroy()

    done = world.workspace().rollback(to=1)

    assert done.serial == 2
    assert held(world) == before
    assert not world.preview()
