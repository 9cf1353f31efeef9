"""Plans in files: what was reviewed is done, or nothing is."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import dssdsl.cli
from dssdsl.cli import main
from dssdsl.deployment import saved_plan as saved
from dssdsl.errors import ProgramError, ProgramErrors
from dssdsl.plan.options import Options

SCHEMA = json.loads(
    (Path(dssdsl.cli.__file__).parent / "saved.schema.json").read_text(encoding="utf-8")
)
HEAD = "from dssdsl import *\n"
ONE = """
Project("SALES", name="Sales")
Dataset("A", connection="filesystem_managed", tags=["a"])
Dataset("B", connection="filesystem_managed")
"""
TWO = ONE.replace('tags=["a"]', 'tags=["b"]') + 'ManagedFolder("exports")\n'


@pytest.fixture(name="made")
def _made(world):
    """A plan from ONE, which is deployed, to TWO, in a file."""
    world.write(HEAD + ONE)
    world.up()
    world.write(HEAD + TWO)
    return save(world)


def save(world, **options):
    """Make a plan, and save it."""
    workspace, path = world.workspace(), world.folder / "plan.json"
    workspace.save(workspace.prepare(Options(**options)), path)
    return path


def problems(error):
    """The problems of an error, one by one."""
    return [one.problem.removesuffix("; nothing was changed") for one in error.value.each()]


def edited(path, change):
    """Change a saved plan, and seal it again, so that only what it says is wrong."""
    plan = saved.load(path)
    change(plan)
    plan.seal = plan.sealed()
    path.write_text(plan.dumps(), encoding="utf-8")


def test_a_saved_plan_is_applied(world, made):
    workspace = world.workspace()

    done = workspace.run(workspace.prepare_saved(made))

    assert [(s.action.value, s.label) for s in done.plan.steps] == [
        ("update", "dataset A"),
        ("create", "managed folder exports"),
    ]
    assert not world.preview()


def test_the_file_is_as_its_schema_says(made):
    jsonschema.validate(json.loads(made.read_text(encoding="utf-8")), SCHEMA)


def test_a_first_deployment_can_be_saved(world):
    """
    Of a project that does not exist yet the plan says that there is nothing.
    """
    world.write(HEAD + ONE)
    path = save(world)

    found = saved.load(path)
    world.workspace().run(world.workspace().prepare_saved(path))

    assert found.base["SALES"].serial == 0
    assert {seen.id for seen in found.seen.values()} == {None}
    assert not world.preview()


def test_options_are_the_saved_ones(world, made):
    path = save(world, targets=("exports",))

    prepared = world.workspace().prepare_saved(path)

    assert [s.label for s in prepared.plan.steps] == ["managed folder exports"]


def test_secrets_are_not_in_it(world, monkeypatch):
    monkeypatch.setenv("KEY", "hunter-2-old")
    secret = ONE + 'ProjectVariables(standard={"k": Secret.env("KEY")})\n'
    world.write(HEAD + secret)
    world.up()
    monkeypatch.setenv("KEY", "hunter-2-new")

    path = save(world)

    assert "hunter" not in path.read_text(encoding="utf-8")
    assert "[secret]" in path.read_text(encoding="utf-8")
    workspace = world.workspace()
    workspace.run(workspace.prepare_saved(path))
    variables = workspace.session.json("GET", "/projects/SALES/variables/")
    assert variables["standard"] == {"k": "hunter-2-new"}


# -- what has moved ----------------------------------------------------------------------------------


def refused(world, path):
    """The error that stops a saved plan; nothing is written before."""
    workspace, before = world.workspace(), len(world.dss.writes())
    with pytest.raises(ProgramErrors) as error:
        workspace.run(workspace.prepare_saved(path))
    assert len(world.dss.writes()) == before
    assert error.value.exit_code == 5
    return problems(error)


def test_somebody_changed_an_object_in_dss(world, made):
    world.dss.edit("SALES", "datasets/A.json", lambda d: d.update(shortDesc="x"), login="alice")

    assert refused(world, made) == ["dataset A: it was saved in DSS by alice since (version 1 → 2)"]


def test_somebody_changed_the_very_field(world, made):
    world.dss.edit("SALES", "datasets/A.json", lambda d: d.update(tags=["z"]), login="alice")

    assert refused(world, made) == ["dataset A: tags is not as it was"]


def test_a_second_step_is_pending(world, made):
    world.workspace().session.send("DELETE", "/projects/SALES/datasets/B")

    assert refused(world, made) == ["dataset B is to create now, which the plan does not have"]


def test_a_rule_forbids_it_by_now(world, made):
    world.dss.edit("SALES", "datasets/B.json", lambda d: d["params"].update(connection="lake"))

    (problem,) = refused(world, made)

    assert problem.startswith("dataset B: connection")


def test_it_was_done_already(world, made):
    workspace = world.workspace()
    workspace.run(workspace.prepare_saved(made))

    found = refused(world, made)

    assert found[0].startswith("project SALES was deployed since by ")
    assert found[1:] == [
        "dataset A: it was to update, and there is nothing to do any more",
        "managed folder exports: it was to create, and there is nothing to do any more",
    ]


def test_somebody_deployed_in_between(world, made):
    """
    After the last look, and before the lock, it is looked at once more.
    """
    workspace = world.workspace()
    prepared = workspace.prepare_saved(made)
    world.write(HEAD + ONE.replace('"Sales"', '"Other"'))
    world.up()
    world.write(HEAD + TWO)

    with pytest.raises(ProgramErrors) as error:
        workspace.run(prepared, agree=lambda plan: True)

    assert problems(error)[0].startswith("project SALES was deployed since by ")


# -- what is no plan for this ------------------------------------------------------------------------


def test_the_program_is_another_one(world, made):
    world.write(HEAD + ONE)

    with pytest.raises(ProgramError, match="declares something else"):
        world.workspace().prepare_saved(made)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: setattr(p, "stack", "prod"), "is for stack prod, and this is local"),
        (lambda p: setattr(p, "host", "https://dss"), "is for DSS https://dss"),
        (lambda p: p.options.update(new=True), "options that this dssdsl does not know"),
    ],
)
def test_it_is_for_something_else(world, made, change, said):
    edited(made, change)

    with pytest.raises(ProgramError, match=said) as error:
        world.workspace().prepare_saved(made)
    assert error.value.exit_code == 2


def test_a_plan_of_a_program_of_another_name_is_refused(world, made):
    edited(made, lambda p: setattr(p, "program", "theirs"))
    world.write('name = "other"\n', "dssdsl.toml")

    with pytest.raises(ProgramError, match="the saved plan is for program theirs, and this is oth"):
        world.workspace().prepare_saved(made)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is no saved plan"),
        ("[]", "it is no saved plan"),
        ('{"format": "dssdsl-plan", "version": "9"}', "of version 9; this dssdsl knows 1"),
        ('{"format": "dssdsl-plan", "version": "1"}', "is damaged at made: Field required"),
    ],
)
def test_it_is_no_plan(tmp_path, text, said):
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ProgramError, match=said):
        saved.load(path)


def test_somebody_edited_it(made):
    text = made.read_text(encoding="utf-8").replace('"a"', '"c"')
    made.write_text(text, encoding="utf-8")

    with pytest.raises(ProgramError, match="was changed after it was made"):
        saved.load(made)


def test_there_is_no_file(tmp_path):
    with pytest.raises(ProgramError, match="there is no file"):
        saved.load(tmp_path / "plan.json")


# -- the command line --------------------------------------------------------------------------------


def test_from_the_command_line(tmp_path, monkeypatch, capsys):
    """
    Saved, done without asking, refused the second time; the same to destroy.
    """
    (tmp_path / "project.py").write_text(HEAD + ONE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")

    codes = [
        main.run(words.split())
        for words in (
            "preview --out p.json",
            "up --plan p.json --delete-data",
            "destroy --plan p.json",
            "up --plan p.json",
            "up --plan p.json",
            "preview --destroy --out d.json",
            "destroy --plan d.json",
        )
    ]

    out, err = capsys.readouterr()
    assert codes == [0, 2, 2, 0, 5, 0, 0]
    assert "Saved the plan. To apply it: dssdsl up --plan p.json" in out
    assert "options for planning don't apply to a saved plan" in err
    assert "the saved plan is for up, not for destroy" in err
    assert "Destroyed in" in out


def test_a_plan_that_cannot_be_written_is_an_error(world, tmp_path):
    world.write(HEAD + ONE)
    prepared = world.workspace().prepare()

    with pytest.raises(ProgramError, match="the plan cannot be saved: No such file or directory"):
        world.workspace().save(prepared, tmp_path / "nowhere" / "plan.json")
