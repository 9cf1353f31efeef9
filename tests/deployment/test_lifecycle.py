"""Whole deployments on the emulator: what a program's life brings."""

from __future__ import annotations

import json

import pytest

from dssdsl.cli.sentences import remark
from dssdsl.errors import Cancelled, DssdslError, ProgramErrors, StepsFailed
from dssdsl.plan.causes import Cause
from dssdsl.plan.changes import Reason
from dssdsl.plan.steps import Action
from tests.support.world import World, emulator

HEAD = "from dssdsl import *\n"
BASE = (
    HEAD
    + """
Project("SALES", naming="any")
raw = FilesystemDataset("raw", connection="filesystem_managed", path="/raw", columns={"id": "bigint", "day": "string"})
clean = Dataset("clean", connection="filesystem_managed")
per_day = Dataset("per_day", connection="filesystem_managed")
PythonRecipe("make_clean", inputs=raw, outputs=clean, code='import dataiku\\ndf = dataiku.Dataset("raw").get_dataframe()\\n')
GroupingRecipe("count", inputs=clean, outputs=per_day, keys="day", count=True)
Scenario("NIGHTLY", steps=[Build(per_day, name="all")])
"""
)


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        yield World(tmp_path, dss)


def told(plan):
    """A plan in short: what is done to what."""
    return [(step.action.value, step.label) for step in plan.steps]


def problems(error):
    """The problems of an error, one by one."""
    return [one.problem for one in error.each()]


def document(world, path):
    """What DSS has in one of its files."""
    return json.loads((world.dss.project_folder("SALES") / path).read_text())


# -- names -------------------------------------------------------------------------------------------


def test_a_renamed_dataset_keeps_its_data_and_recipes(world):
    """
    DSS rewrites what refers to a dataset that is renamed; nothing else is written, nothing is deleted.
    """
    world.write(BASE)
    world.up()
    path = document(world, "datasets/clean.json")["params"]["path"]
    renamed = BASE.replace('Dataset("clean"', 'Dataset("cleaned", renamed_from="clean"')
    world.write(renamed)

    plan = world.preview()
    world.dss.clear_requests()
    world.up()

    assert [("rename", "dataset cleaned")] == told(plan)
    assert 1 == sum("renameDataset" in r.path for r in world.dss.writes())
    assert not [r for r in world.dss.writes() if r.method == "DELETE"]
    assert path == document(world, "datasets/cleaned.json")["params"]["path"]
    assert "cleaned" == document(world, "recipes/count.json")["inputs"]["main"]["items"][0]["ref"]
    assert not world.preview()
    world.write(renamed.replace(', renamed_from="clean"', ""))
    assert not world.preview()


def test_a_rename_that_the_code_does_not_follow_is_refused(world):
    """
    Code that still says the old name would break, so the plan says where it does.
    """
    world.write(BASE)
    world.up()
    world.write(
        BASE.replace('FilesystemDataset("raw"', 'FilesystemDataset("orders", renamed_from="raw"')
    )

    with pytest.raises(ProgramErrors) as refused:
        world.preview()

    assert ['recipe make_clean: its code names "raw", which is renamed to "orders"'] == problems(
        refused.value
    )


def test_a_renamed_recipe_folder_and_zone_stay_themselves(world):
    """
    What has an id of its own keeps it when it gets another name.
    """
    more = (
        BASE
        + 'folder = ManagedFolder("letters")\nzone = FlowZone("Out")\nexport("ids", [folder.id, zone.id])\n'
        + 'PythonRecipe("write", inputs=per_day, outputs=folder, code="x = 1")\n'
    )
    world.write(more)
    ids = world.up().outputs
    world.write(
        more.replace('ManagedFolder("letters"', 'ManagedFolder("post", renamed_from="letters"')
        .replace('FlowZone("Out"', 'FlowZone("Reports", renamed_from="Out"')
        .replace('GroupingRecipe("count"', 'GroupingRecipe("count_days", renamed_from="count"')
    )

    plan = world.preview()
    deployment = world.up()

    assert {"managed folder post", "zone Reports", "recipe count_days"} == {
        s.label for s in plan.steps
    }
    assert {Action.RENAME} == {s.action for s in plan.steps}
    assert ids == deployment.outputs
    assert not world.preview()


def test_a_delete_and_a_creation_alike_are_told_as_a_likely_rename(world):
    """
    Who forgets renamed_from is shown the line to add.
    """
    world.write(BASE)
    world.up()
    world.write(
        BASE.replace('Scenario("NIGHTLY"', "#")
        .replace('"per_day"', '"by_day"')
        .replace('"count"', '"count2"')
    )

    plan = world.preview()

    assert any('add renamed_from="per_day"' in remark(r) for r in plan.remarks)


# -- what is there already ---------------------------------------------------------------------------


def test_what_exists_and_differs_is_not_overwritten_unasked(world):
    """
    A name that happens to exist is refused with its differences, unless the program or the user says otherwise.
    """
    world.write(BASE)
    world.up()
    world.write(HEAD + 'Project("OTHER")\n', "other/project.py")
    world.up("other/project.py")
    taken = (
        HEAD
        + 'Project("SALES", naming="any")\nDataset("clean", connection="filesystem_managed", short_desc="mine"{})\n'
    )
    forget_state(world)
    world.write(taken.format(""))

    with pytest.raises(ProgramErrors) as refused:
        world.up()
    agreed = world.preview(adopt=True)
    world.write(taken.format(", adopt=True"))
    asked = world.preview()

    assert [
        'dataset clean: it exists in DSS already and differs (short_desc: nothing in DSS, "mine" in the program)'
    ] == problems(refused.value)
    assert ("adopt", "dataset clean") in told(agreed)
    assert told(agreed) == told(asked)


def test_adopt_false_refuses_what_exists(world):
    """
    A program may insist that an object is new.
    """
    world.write(BASE)
    world.up()
    forget_state(world)
    world.write(BASE.replace('Dataset("per_day"', 'Dataset("per_day", adopt=False'))

    with pytest.raises(ProgramErrors) as refused:
        world.preview()

    assert 5 == refused.value.exit_code


def test_losing_all_state_destroys_nothing(world):
    """
    Without state the next deployment adopts by name what equals the program, without a write but the state's.
    """
    world.write(BASE)
    world.up()
    forget_state(world)
    world.dss.clear_requests()

    plan = world.preview()
    world.up()

    assert {Action.ADOPT} == {step.action for step in plan.steps}
    assert not [
        r.path
        for r in world.dss.writes()
        if "dataiku_framework" not in r.path and "git" not in r.path
    ]
    assert not world.preview()


def forget_state(world):
    """Delete the state that lives in the project, as somebody might in the UI."""
    session = world.workspace().session
    session.send("DELETE", "/projects/SALES/libraries/contents/.dataiku_framework")


# -- what goes ---------------------------------------------------------------------------------------


def test_deletes_come_last_and_recipes_first(world):
    """
    What the program drops is deleted after all else is done, recipes before the datasets that they use.
    """
    world.write(BASE)
    world.up()
    world.write(
        HEAD + 'Project("SALES", naming="any")\nDataset("new", connection="filesystem_managed")\n'
    )
    world.dss.clear_requests()

    world.up()

    sent = [
        f"{r.method} {r.path}"
        for r in world.dss.writes()
        if "dataiku" not in r.path and "/git/" not in r.path
    ]
    assert sent[0] == "POST /projects/SALES/datasets/managed"
    deletes = [path.rpartition("/SALES/")[2] for path in sent[1:]]
    assert all(path.startswith("DELETE") for path in sent[1:])
    assert deletes.index("recipes/count") < deletes.index("datasets/clean")
    assert deletes.index("recipes/make_clean") < deletes.index("datasets/raw")
    assert deletes.index("scenarios/NIGHTLY") < deletes.index("datasets/per_day")
    assert not world.preview()


def test_a_zone_does_not_tell_of_what_is_deleted_anyway(world):
    """
    DSS takes what is deleted out of its zone by itself.
    """
    zoned = BASE + 'with FlowZone("Out"):\n    ManagedFolder("a")\n    ManagedFolder("b")\n'
    world.write(zoned)
    world.up()
    world.write(zoned.replace('    ManagedFolder("b")\n', ""))

    plan = world.preview()
    world.up()

    assert [("delete", "managed folder b")] == told(plan)
    assert not world.preview()


def test_what_was_there_before_us_is_forgotten_not_deleted(world):
    """
    An adopted dataset that the program drops stays in DSS, unless the user says otherwise.
    """
    world.write(BASE)
    world.up()
    forget_state(world)
    world.up()
    world.write(BASE.replace('Scenario("NIGHTLY", steps=[Build(per_day, name="all")])', ""))

    kept, deleted = world.preview(), world.preview(delete_adopted=True)

    assert [("forget", "scenario NIGHTLY")] == told(kept)
    assert [("delete", "scenario NIGHTLY")] == told(deleted)


def test_protected_and_retained_resources(world):
    """
    A protected resource is not deleted, a retained one is left in DSS.
    """
    world.write(
        BASE
        + 'ManagedFolder("vault", protect=True)\nManagedFolder("attic", retain_on_delete=True)\n'
    )
    world.up()
    with pytest.raises(ProgramErrors) as declared:
        world.preview(destroy=True)
    world.write(BASE + 'ManagedFolder("vault")\n')
    plan = world.preview()
    world.write(BASE)

    with pytest.raises(ProgramErrors) as refused:
        world.preview()

    assert [
        "managed folder vault is protected, and would be deleted",
        "project SALES would be deleted with what retain_on_delete keeps: managed folder attic",
    ] == problems(declared.value)
    assert [("forget", "managed folder attic")] == told(plan)
    assert [
        "managed folder vault is protected, and the program does not declare it any more"
    ] == problems(refused.value)


def test_destroy_leaves_nothing(world):
    """
    Destroying takes the project, once all that is in it is ours.
    """
    world.write(
        BASE
        + 'ProjectVariables(standard={"x": 1})\nLibraryFile("python/a.py", content="x = 1\\n")\n'
    )
    world.up()

    deployment = world.destroy()

    assert [] == world.dss.projects()
    assert deployment.result is not None
    assert ("create", "project SALES") == told(world.preview())[0]


def test_destroy_refuses_to_take_what_others_made(world):
    """
    A project that holds what we do not manage is destroyed only if the user agrees to that.
    """
    world.write(BASE)
    world.up()
    session = world.workspace().session
    session.json(
        "POST",
        "/projects/SALES/datasets/managed",
        {"name": "theirs", "creationSettings": {"connectionId": "filesystem_managed"}},
    )

    with pytest.raises(ProgramErrors) as refused:
        world.destroy()
    world.destroy(delete_unmanaged=True)

    assert ["project SALES holds what dssdsl does not manage: dataset theirs"] == problems(
        refused.value
    )
    assert [] == world.dss.projects()


def test_nothing_is_changed_where_the_user_says_no(world):
    """
    A plan that nobody agreed to is not run.
    """
    world.write(BASE)

    with pytest.raises(Cancelled):
        world.workspace().up(agree=lambda plan: False)

    assert [] == world.dss.projects()
    assert [] == world.dss.writes()


# -- what takes more than an update ------------------------------------------------------------------


def test_a_replaced_dataset_takes_its_recipes_along(world):
    """
    DSS deletes the recipes of a dataset that is deleted, so they are made again; what refers to it is set again.
    """
    text = BASE.replace(
        'Dataset("clean", connection="filesystem_managed"',
        'Dataset("clean", connection="filesystem_managed", format="FORMAT"',
    )
    world.write(text.replace("FORMAT", "CSV_UNIX_GZIP"))
    world.up()
    world.write(text.replace("FORMAT", "CSV_EXCEL_GZIP"))

    with pytest.raises(ProgramErrors) as refused:
        world.preview()
    plan = world.preview(replaces=("clean",))
    world.up(replaces=("clean",))

    assert "pass --replace clean" in next(refused.value.each()).fix
    assert {
        ("replace", "dataset clean"),
        ("replace", "recipe make_clean"),
        ("replace", "recipe count"),
    } == set(told(plan))
    assert not world.preview()


def test_a_replace_that_would_take_others_recipes_is_refused(world):
    """
    A recipe that nobody here manages would be lost with the dataset.
    """
    text = BASE.replace(
        'Dataset("clean", connection="filesystem_managed"',
        'Dataset("clean", connection="filesystem_managed", format="FORMAT"',
    )
    world.write(text.replace("FORMAT", "CSV_UNIX_GZIP"))
    world.up()
    theirs = {
        "type": "python",
        "name": "theirs",
        "projectKey": "SALES",
        "inputs": {"main": {"items": [{"ref": "clean"}]}},
        "outputs": {},
    }
    session = world.workspace().session
    session.json(
        "POST",
        "/projects/SALES/recipes/",
        {"recipePrototype": theirs, "creationSettings": {"rawCreation": True}},
    )
    world.write(text.replace("FORMAT", "CSV_EXCEL_GZIP"))

    with pytest.raises(ProgramErrors) as refused:
        world.preview(replaces=("clean",))

    assert any("DSS would delete recipe theirs with it" in p for p in problems(refused.value))


def test_a_failed_step_stops_new_work_and_is_gone_on_with(world):
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


def test_refresh_takes_over_what_dss_holds(world):
    """
    After a refresh the state says what DSS has; the program's word then counts as a change in code.
    """
    world.write(BASE)
    world.up()
    world.dss.edit(
        "SALES",
        "scenarios/NIGHTLY.json",
        lambda doc: doc["params"]["steps"][0]["params"].update(
            jobType="NON_RECURSIVE_FORCED_BUILD"
        ),
    )

    drift = world.preview()
    taken = world.workspace().refresh()
    after = world.preview()

    assert [Reason.CHANGED_IN_DSS] == [c.reason for s in drift.steps for c in s.changes]
    assert {"scenario NIGHTLY": 1} == taken
    assert [Reason.CHANGED_IN_CODE] == [c.reason for s in after.steps for c in s.changes]


def test_another_programs_project_is_refused(world):
    """
    A project that another program deploys is not taken for our own.
    """
    world.write(BASE)
    world.up()
    world.write(BASE, "neighbour/project.py")

    with pytest.raises(DssdslError) as refused:
        world.preview("neighbour/project.py")

    assert 5 == refused.value.exit_code


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


# -- who owns what ------------------------------------------------------------------------------------


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


def test_an_exclusive_collection_loses_what_others_put_there(world):
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


def test_variables_and_grants_that_the_program_drops_are_taken_out(world):
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


def test_a_program_of_several_projects(world):
    """
    Objects of one project are used in another by their project's key; each project has its own state.
    """
    world.write(
        HEAD
        + """
core = Project("CORE", naming="any")
orders = Dataset("orders", connection="filesystem_managed")
with Project("REPORTS", naming="any"):
    PythonRecipe("report", inputs=[orders, "CORE.orders2"], outputs=Dataset("out", connection="filesystem_managed"), code="x = 1\\n")
    Scenario("S", steps=[Build(orders)])
Dataset("orders2", connection="filesystem_managed")
"""
    )
    world.up()

    recipe = json.loads((world.dss.project_folder("REPORTS") / "recipes/report.json").read_text())
    scenario = json.loads((world.dss.project_folder("REPORTS") / "scenarios/S.json").read_text())
    assert ["CORE.orders", "CORE.orders2"] == [
        item["ref"] for item in recipe["inputs"]["main"]["items"]
    ]
    assert "CORE" == scenario["params"]["steps"][0]["params"]["builds"][0]["projectKey"]
    assert not world.preview()
    world.destroy()
    assert [] == world.dss.projects()


def test_a_project_that_the_program_drops_is_found_again(world):
    """
    A project that was declared in an earlier deployment is known from the state of the others.
    """
    two = HEAD + 'Project("CORE")\nProject("OLD")\nDataset("A", connection="filesystem_managed")\n'
    world.write(two)
    world.up()
    world.write(two.replace('Project("OLD")\n', ""))

    plan = world.preview(delete_projects=True)
    world.up(delete_projects=True)

    assert [("delete", "project OLD")] == told(plan)
    assert ["CORE"] == world.dss.projects()
    assert not world.preview()


def test_a_suffix_tells_stacks_apart(world, tmp_path):
    """
    A stack's suffix goes to every key, also where a string names a declared project.
    """
    (tmp_path / "dssdsl.toml").write_text(
        '[stacks.local]\nemulator = true\nproject_key_suffix = "_DEV"\n'
    )
    world.write(HEAD + 'p = Project("SALES", naming="any")\nDataset("a", connection="filesystem_managed")\n'
                'SyncRecipe("s", inputs="SALES.a", outputs=Dataset("b", connection="filesystem_managed"))\nexport("key", p.key)\n')  # fmt: skip

    deployment = world.up()

    assert {"key": "SALES_DEV"} == deployment.outputs
    assert ["SALES_DEV"] == world.dss.projects()
    assert not world.preview()


# -- what nobody may read -----------------------------------------------------------------------------


def test_a_secret_is_sent_and_written_nowhere_of_ours(world, tmp_path, monkeypatch):
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


def test_the_order_of_lines_does_not_make_another_deployment(world):
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


def test_a_join_keeps_what_an_input_of_unknown_columns_has(world):
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


def test_an_option_that_cannot_apply_is_a_fault(world):
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
