"""Policies that see a plan, and hooks that run around its steps."""

from __future__ import annotations

import pytest

from dssdsl.cli import main
from dssdsl.cli.sentences import remark
from dssdsl.errors import DssdslError, ProgramErrors, StepsFailed

HEAD = """
from dssdsl import *
Project("SALES")
for name in ("A", "B"):
    Dataset(name, connection="filesystem_managed")
"""


def test_everything_that_policies_forbid_is_reported_before_the_first_write(world):
    """
    Every refusal of every policy in one run, with the policy's place; the exit code is a rule's.
    """
    world.write(
        HEAD
        + """
@policy
def tagged(plan):
    for step in plan.steps:
        if step.kind == "dataset":
            yield refuse("it has no tag", step)

@policy
def small(plan):
    return refuse(f"{len(plan.steps)} steps are too many")
"""
    )

    with pytest.raises(ProgramErrors) as refused:
        world.up()

    assert refused.value.exit_code == 5
    assert [
        ("dataset A: it has no tag", "project.py:7"),
        ("dataset B: it has no tag", "project.py:7"),
        ("3 steps are too many", "project.py:13"),
    ] == [(e.problem, e.at) for e in refused.value.each()]
    assert not world.dss.writes()


def test_a_warning_is_a_note_of_the_plan(world):
    """
    What a policy only warns of is shown, and done.
    """
    world.write(HEAD + "@policy\ndef f(plan):\n    yield warn('mind the gap', plan.steps[-1])\n")

    plan = world.up().plan

    assert any(remark(r).startswith("dataset B: mind the gap (project.py:6)") for r in plan.remarks)
    assert not world.preview().remarks, "without a step there is nothing to judge"


@pytest.mark.parametrize(
    ("body", "problem"),
    [("    1 / 0", 'policy "f" raised ZeroDivisionError: division by zero'),
     ("    yield 'no'", "policy \"f\" raised TypeError: it gives 'no', which is neither refuse(…) nor warn(…)")],
)  # fmt: skip
def test_a_policy_that_fails_is_the_programs_fault(world, body, problem):
    """
    What the user's own code raises is told with the user's own line.
    """
    world.write(HEAD + f"@policy\ndef f(plan):\n{body}\n")

    with pytest.raises(ProgramErrors) as wrong:
        world.up()

    assert [problem] == [e.problem for e in wrong.value.each()]
    assert wrong.value.exit_code == 2
    if "1 / 0" in body:
        assert "project.py:8" in str(wrong.value)


def test_hooks_run_around_the_steps_that_they_are_for(world):
    """
    Globs and actions choose; a hook has the step and a client of DSS, and sees what was before and after.
    """
    world.write(
        HEAD
        + """
seen = []

@before("dataset/A", "project SALES", action=["create", "delete"])
def first(step, dss):
    seen.append(("before", step.action, step.name, "SALES" in dss.list_project_keys()))

@after("dataset/*")
def then(step, dss):
    seen.append(("after", step.action, step.name, step.name in [d.name for d in dss.get_project("SALES").list_datasets()]))

export("seen", seen)
"""
    )

    seen = world.up().outputs["seen"]

    assert [
        ["after", "create", "A", True],
        ["after", "create", "B", True],
        ["before", "create", "A", True],
        ["before", "create", "SALES", False],
    ] == sorted(seen)


def test_hooks_before_a_delete_run_while_the_project_still_exists(world, tmp_path):
    """
    DSS deletes what is in a project together with it: afterwards there is nothing to look at.
    """
    looked = tmp_path / "looked"
    hook = f"""
@before("dataset/*", action="delete")
def look(step, dss):
    name = dss.get_project("SALES").get_dataset(step.name).get_settings().get_raw()["name"]
    with open({str(looked)!r}, "a") as file:
        file.write(name)
"""
    world.write(HEAD + hook)
    world.up()

    world.destroy()

    assert ["A", "B"] == sorted(looked.read_text())


def test_a_hook_that_raises_fails_its_step(world):
    """
    Before: nothing of the step is done. After: it is done and recorded. Both are told with the user's line.
    """
    text = HEAD + "@{when}('dataset/A')\ndef f(step, dss):\n    raise ValueError('no luck')\n"
    for when, there in (("before", False), ("after", True)):
        world.write(text.format(when=when))

        with pytest.raises(StepsFailed) as failed:
            world.up(continue_on_error=True)

        assert [(f'dataset A: hook "f" raised ValueError: no luck, {when} the step', "project.py:8")] == [
            (e.problem, e.at) for e in failed.value.each()
        ]  # fmt: skip
        assert there == (world.dss.project_folder("SALES") / "datasets/A.json").exists()
        assert there == ("dataset/A" in world.workspace().snapshots(["SALES"])["SALES"].entries)
    world.write(HEAD)
    assert not world.preview()


@pytest.mark.parametrize("ends", ["sys.exit('no')", "raise KeyboardInterrupt", "raise SystemExit"])
def test_a_hook_that_ends_the_process_fails_its_step(world, ends):
    """
    It runs in a worker: the deployment goes on to record what is done.
    """
    text = HEAD + f"import sys\n@before('dataset/A')\ndef f(step, dss):\n    {ends}\n"
    world.write(text)

    with pytest.raises(StepsFailed, match='dataset A: hook "f" raised'):
        world.up(continue_on_error=True)

    assert "dataset/B" in world.workspace().snapshots(["SALES"])["SALES"].entries


@pytest.mark.parametrize(
    "added",
    [
        "@after('dataset/*')\ndef f(step, dss): ...\n",
        "@policy\ndef f(plan): ...\n",
        "Dataset('C', connection='filesystem_managed', retain_on_delete=True)\n",
    ],
)
def test_what_decides_about_a_plan_is_part_of_a_saved_one(world, tmp_path, added):
    """
    Hooks, policies and protection that are added after the review make it another program.
    """
    world.write(HEAD)
    workspace = world.workspace()
    workspace.save(workspace.prepare(), tmp_path / "plan.json")
    world.write(HEAD + added)

    with pytest.raises(DssdslError, match="declares something else"):
        world.workspace().prepare_saved(tmp_path / "plan.json")


def test_a_wrong_value_is_an_error(world):
    """
    An action that there is not, and brackets that are missing, are told with their line.
    """
    world.write(HEAD + "@before\ndef f(step, dss): ...\n@after(action='drop')\ndef g(step, dss): ...\n")  # fmt: skip

    with pytest.raises(ProgramErrors) as wrong:
        world.preview()

    assert ["@before stands without brackets", 'there is no action "drop"'] == [
        e.problem for e in wrong.value.each()
    ]


SAVES = (
    HEAD.replace('managed")', 'managed", short_desc="one")')
    + """
ProjectVariables(standard={"n": 1})
@before("dataset/A", "variables", action=["update", "rename", "delete"])
def save(step, dss):
    project = dss.get_project(step.project)
    if step.kind == "dataset":
        settings = project.get_dataset(step.old or step.name).get_settings()
        settings.get_raw()["description"] = "by a hook"
        settings.save()
    else:
        project.update_variables({"of_hook": 2})
"""
)


def test_a_hook_may_save_the_object_of_its_own_step(world):
    """
    The step goes on from what the hook saved, and keeps it.
    """
    world.write(SAVES)
    world.up()
    world.write(SAVES.replace('"one"', '"two"').replace('"n": 1', '"n": 3'))
    world.up()

    held = world.workspace().session.json("GET", "/projects/SALES/datasets/A")
    assert (held["shortDesc"], held["description"]) == ("two", "by a hook")
    variables = world.workspace().session.json("GET", "/projects/SALES/variables/")["standard"]
    assert variables == {"n": 3, "of_hook": 2}


def test_a_hook_may_save_what_its_step_deletes(world):
    world.write(SAVES)
    world.up()
    world.write(SAVES.replace('("A", "B")', '("B",)'))
    world.up()

    heads = world.workspace().session.json("GET", "/projects/SALES/datasets/")
    assert [head["name"] for head in heads] == ["B"]


def test_the_command_line_names_the_policy(tmp_path, monkeypatch, capsys):
    """
    ``preview`` refuses as ``up`` does, with exit code 5; commands that only look do not ask.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "project.py").write_text(HEAD + "@policy\ndef never(plan):\n    yield refuse('not today')\n")  # fmt: skip

    assert main.run(["preview"]) == 5
    assert 'policy "never" forbids it' in capsys.readouterr().err
    assert main.run(["outputs"]) == 0
