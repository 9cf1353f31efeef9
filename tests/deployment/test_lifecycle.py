"""Whole deployments on the emulator."""

from __future__ import annotations

import json

import pytest

from dssdsl.errors import Cancelled, DssdslError, ProgramErrors, StepsFailed
from dssdsl.plan.causes import Cause

from .programs import BASE, HEAD, document, problems, told


def test_no_changes_nothing(world):
    """
    A plan that nobody agreed to is not run.
    """
    world.write(BASE)

    with pytest.raises(Cancelled):
        world.workspace().up(agree=lambda plan: False)

    assert [] == world.dss.projects()
    assert [] == world.dss.writes()


def test_a_failed_step_stops_new_work_and_the_next_run_resumes(world):
    """
    What was done before a failure is recorded; run again, it goes on.
    """
    world.write(BASE)
    world.dss.refuse(r"POST .*/recipes$")

    with pytest.raises(StepsFailed) as failed:
        world.up()
    plan = world.preview()
    world.up()

    assert failed.value.exit_code == 4
    # A recipe that was being made at that moment is there, and what follows on its creation is owed.
    owed = {s.label for s in plan.steps if s.cause is Cause.INCOMPLETE}
    assert {"create"} == {action for action, label in told(plan) if label not in owed}
    assert "dataset raw" not in {label for _, label in told(plan)}
    assert not world.preview()


def test_an_edit_between_plan_and_write_is_not_overwritten(world):
    """
    Somebody's save after the plan was made stops the step.
    """
    world.write(BASE)
    world.up()
    world.write(BASE.replace('keys="day"', 'keys=["day", "id"]'))
    workspace = world.workspace()
    prepared = workspace.prepare()
    world.dss.edit(
        "SALES", "recipes/count.json", lambda doc: doc.update(shortDesc="theirs"), login="alice"
    )

    with pytest.raises(StepsFailed) as failed:
        workspace.run(prepared)

    assert ["alice changed recipe count in DSS after the plan was made"] == problems(failed.value)
    assert "theirs" == document(world, "recipes/count.json")["shortDesc"]


def test_targets_and_excludes(world):
    """
    A plan may be limited; what is needed comes along, and a name that is wrong gets a suggestion.
    """
    world.write(BASE)

    some = world.preview(targets=("recipe count",))
    rest = world.preview(excludes=("NIGHTLY", "recipe/*"))
    with pytest.raises(ProgramErrors) as wrong:
        world.preview(targets=("per_dya",))

    assert {"project SALES", "dataset clean", "dataset per_day", "recipe count"} == {
        label for _, label in told(some)
    }
    assert {"project SALES", "dataset raw", "dataset clean", "dataset per_day"} == {
        label for _, label in told(rest)
    }
    assert "per_day" in next(wrong.value.each()).fix


def test_every_deployment_is_tagged_and_the_state_is_in_git(world):
    """
    Each deployment has a tag in the project's Git, and the state is a file there.
    """
    world.write(BASE)
    world.up()
    world.write(BASE.replace('keys="day"', 'keys=["day", "id"]'))
    deployment = world.up()

    session = world.workspace().session
    tags = {tag["shortName"] for tag in session.json("GET", "/projects/SALES/git/tags")}
    state = json.loads(
        session.json("GET", "/projects/SALES/libraries/contents/.dataiku_framework/state.json")[
            "data"
        ]
    )
    assert {"dssdsl/1", "dssdsl/2"} == tags
    assert 2 == deployment.serial == state["serial"]
    assert ["clean", "per_day", "raw"] == state["resources"]["datasets"]


def test_explicit_mode_commits_once(world):
    """
    Where DSS commits nothing by itself, a deployment is one commit with a message.
    """
    world.write(BASE.replace('naming="any"', 'naming="any", git_commit_mode="EXPLICIT"'))

    world.up()

    session = world.workspace().session
    messages = [
        e["message"] for e in session.json("GET", "/projects/SALES/git/actions/log")["entries"]
    ]
    assert any("dssdsl: deployment 1" in m for m in messages)
    assert session.json("GET", "/projects/SALES/git/status")["clean"]


def test_local_store_needs_no_library(world, tmp_path):
    """
    State may live beside the program.
    """
    (tmp_path / "dssdsl.toml").write_text('[stacks.local]\nemulator = true\nstore = "local"\n')
    world.write(BASE)

    world.up()

    assert (tmp_path / ".dssdsl" / "state" / "local" / "SALES.json").is_file()
    assert not world.preview()
    world.destroy()
    assert ("create", "project SALES") == told(world.preview())[0]


def test_the_owner_of_a_new_project(world, tmp_path):
    """
    The program's owner, else the stack's, else the key's user; where DSS does not tell, it is asked for.
    """
    world.write(HEAD + 'Project("A")\nProject("B", owner="bob")\n')
    world.up()
    (tmp_path / "dssdsl.toml").write_text('[stacks.local]\nemulator = true\nowner = "svc"\n')
    world.write(HEAD + 'Project("C")\n', "c/project.py")
    world.up("c/project.py")
    (tmp_path / "dssdsl.toml").unlink()
    session = world.workspace().session

    assert ["admin", "bob", "svc"] == [
        session.json("GET", f"/projects/{key}/permissions")["owner"] for key in "ABC"
    ]

    world.write(HEAD + 'Project("D")\n', "d/project.py")
    world.dss.answer("GET /auth/info", status=200, content_type="application/json", body="{}")
    with pytest.raises(ProgramErrors) as refused:
        world.preview("d/project.py")
    assert ["project D has no owner, and DSS does not say whose the key is"] == problems(
        refused.value
    )


def test_an_exclusive_collection_loses_other_peoples_items(world):
    """
    Variables and grants are laid over others' unless the program says that they are its alone.
    """
    text = (
        HEAD
        + 'Project("SALES")\nProjectVariables(standard={"ours": 1}EXCLUSIVE)\nProjectPermissions(grants=Grant(group="us", admin=True)GRANTS)\n'
    )
    plain = text.replace("EXCLUSIVE", "").replace("GRANTS", "")
    world.write(plain)
    world.up()
    world.dss.edit("SALES", "variables.json", lambda doc: doc.update(theirs=2))
    world.dss.edit(
        "SALES",
        "params.json",
        lambda doc: doc["permissions"].append({"group": "them", "admin": True}),
    )
    assert not world.preview()

    world.write(
        text.replace("EXCLUSIVE", ', exclusive="standard"').replace(
            "GRANTS", ', exclusive="grants"'
        )
    )
    world.up()

    session = world.workspace().session
    assert {"ours": 1} == session.json("GET", "/projects/SALES/variables/")["standard"]
    permissions = session.json("GET", "/projects/SALES/permissions")
    assert ["us"] == [grant["group"] for grant in permissions["permissions"]]
    assert "admin" == permissions["owner"]
    assert not world.preview()


def test_variables_and_grants_that_the_program_drops_are_removed(world):
    """
    What everybody shares is not deleted: only our part of it goes.
    """
    world.write(
        HEAD
        + 'Project("SALES")\nProjectVariables(standard={"a": 1, "b": 0})\nProjectPermissions(grants=Grant(group="us", admin=True))\n'
    )
    world.up()
    world.dss.edit("SALES", "variables.json", lambda doc: doc.update(theirs=2))
    world.write(HEAD + 'Project("SALES")\nProjectVariables(standard={"b": 0})\n')

    world.up()

    session = world.workspace().session
    assert {"b": 0, "theirs": 2} == session.json("GET", "/projects/SALES/variables/")["standard"]
    assert [] == session.json("GET", "/projects/SALES/permissions")["permissions"]
    assert not world.preview()


def test_a_secret_is_sent_and_not_stored(world, tmp_path, monkeypatch):
    """
    A secret reaches DSS, and neither plan nor state nor journal nor log; a new value is noticed.
    """
    monkeypatch.setenv("HOOK", "https://canary.example.com/42")
    world.write(
        HEAD
        + 'Project("SALES")\nScenario("S", steps=[], reporters=Reporter(Slack("hi", webhook=Secret.env("HOOK"))))\n'
    )
    events = []
    plan = world.preview()
    world.dss.refuse(r"POST .*/git/tags", times=1)
    with pytest.raises(DssdslError) as failed:
        world.workspace().up(listen=lambda event: events.append(repr(event)))
    journal = "".join(p.read_text() for p in tmp_path.rglob("*.jsonl"))
    world.up()
    session = world.workspace().session
    state = session.json("GET", "/projects/SALES/libraries/contents/.dataiku_framework/state.json")[
        "data"
    ]

    assert "canary" in json.dumps(document(world, "scenarios/S.json"))
    assert journal
    for text in (journal, state, repr(plan), str(failed.value), *events):
        assert "canary" not in text
    assert not world.preview()
    monkeypatch.setenv("HOOK", "https://other.example.com")
    (change,) = [c for s in world.preview().steps for c in s.changes]
    assert "reporters" == change.field


def test_reordered_lines_change_nothing(world):
    """
    The hash of the configuration, and what is deployed, do not depend on the order of declarations.
    """
    lines = [
        '    ManagedFolder("b")\n',
        '    Dataset("c", connection="filesystem_managed")\n',
        '    ManagedFolder("a")\n',
    ]
    hashes = set()
    for text in (lines, lines[::-1]):
        world.write(
            HEAD + 'Project("SALES", naming="any")\nwith FlowZone("Out"):\n' + "".join(text)
        )
        hashes.add(world.preview().config_hash)
        world.up()

    assert 1 == len(hashes)
    assert not world.preview()


def test_a_join_keeps_the_columns_of_an_input_that_declares_none(world):
    """
    An input without a selection gives all its columns that do not clash, whatever the other inputs select.
    """
    world.write(
        HEAD
        + """
Project("SALES", naming="any")
a = FilesystemDataset("a", connection="filesystem_managed", path="/a", columns={"id": "int", "x": "int"})
mid = Dataset("mid", connection="filesystem_managed")
b = FilesystemDataset("b", connection="filesystem_managed", path="/b", columns={"id": "int", "y": "string", "z": "string"})
out = Dataset("out", connection="filesystem_managed")
SyncRecipe("copy", inputs=a, outputs=mid)
JoinRecipe("join", inputs=[mid, JoinInput(b, select=["y"])], joins=Join("id"), outputs=out)
"""
    )
    world.up()

    assert ["id", "x", "y"] == [
        column["name"] for column in document(world, "datasets/out.json")["schema"]["columns"]
    ]


def test_an_option_that_cannot_apply_is_an_error(world):
    """
    What is the program's alone cannot be made so, and what a type does not have cannot be ignored.
    """
    world.write(
        HEAD
        + """
Project("SALES", tags=["a"], exclusive=["tags"], ignore_changes=["tgas"])
Scenario("S", steps=[], renamed_from="T")
"""
    )

    with pytest.raises(ProgramErrors) as refused:
        world.preview()

    assert [
        'Project "SALES": ignore_changes names "tgas", which Project does not have',
        'Project "SALES": exclusive names "tags", which is the program\'s alone already',
        'Scenario "S": a scenario cannot be renamed in DSS',
    ] == problems(refused.value)
    assert [] == world.dss.requests


@pytest.mark.parametrize("kind", ["pivot", "fuzzyjoin"])
def test_columns_that_cannot_be_computed_end_no_deployment(world, kind):
    """
    The recipe is deployed, what is missing is reported, and the next plan has nothing to do.
    """
    world.write(
        HEAD
        + f"""
Project("SALES")
a = Dataset("A", connection="filesystem_managed", columns={{"id": "bigint"}})
b = Dataset("B", connection="filesystem_managed")
Recipe("shape", type="{kind}", inputs=a, outputs=b, payload={{}})
"""
    )
    said = [str(world.preview().remarks)]

    world.workspace().up(listen=lambda event: said.append(str(event)))

    assert "columns not computed" in " ".join(said)
    assert not world.preview().steps
