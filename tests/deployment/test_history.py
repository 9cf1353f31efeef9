"""What was deployed before: listed, shown, compared, and read back."""

from __future__ import annotations

import json
import re

import pytest

from dssdsl.cli import main
from dssdsl.deployment.history import Deployed
from dssdsl.errors import NotFound
from dssdsl.plan.causes import Cause
from dssdsl.state.snapshot import Snapshot, SnapshotError

HEAD = "from dssdsl import *\n"
ONE = """
Project("SALES", name="Sales")
raw = SQLDataset("RAW", connection="warehouse", table="t")
files = ManagedFolder("exports")
clean = Dataset("CLEAN", connection="filesystem_managed")
PythonRecipe("make", inputs=[raw, files], outputs=clean, code="print(1)\\n")
"""
TWO = """
Project("SALES", name="Sales")
raw = SQLDataset("ORDERS", connection="warehouse", table="t", renamed_from="RAW")
clean = Dataset("CLEAN", connection="filesystem_managed", tags=["x"])
PythonRecipe("make", inputs=raw, outputs=clean, code="print(2)\\n")
Scenario("NIGHTLY", steps=[Build(clean)])
"""


@pytest.fixture(name="sales")
def _sales(tmp_path, monkeypatch):
    """A folder on an emulator of its own, and its command line: what it prints, and its exit code."""
    folder = tmp_path / "sales"
    folder.mkdir()
    toml = '[stacks.local]\nemulator = true\nconnections = { warehouse = "Snowflake" }\n'
    (folder / "dssdsl.toml").write_text(toml, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def write(text):
        (folder / "project.py").write_text(HEAD + text, encoding="utf-8")

    return write


@pytest.fixture(name="say")
def _say(capsys):
    """Run a command line: its exit code, and what it prints."""

    def say(*args):
        capsys.readouterr()
        code = main.run(args)
        out, err = capsys.readouterr()
        # With --json stdout is for the document alone.
        return code, out if "--json" in args else out + err

    return say


def deployed(world, *programs):
    """Deploy programs, one after the other."""
    for text in programs:
        world.write(HEAD + text)
        world.up()


def told(plan):
    """A plan in short: what is done to what, and what changes there."""
    return {(s.action.value, s.label): {c.pointer for c in s.changes} for s in plan.steps}


def plain(text):
    """What differs from run to run, left out."""
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?", "<when>", text)
    text = re.sub(r"^[~+>-]  .*(ing|\))\n", "", text, flags=re.MULTILINE)  # in any order
    text = re.sub(r"\S+@\S+", "<me>", text)
    return re.sub(r" +$", "", re.sub(r"commit \w{10}", "commit <id>", text), flags=re.MULTILINE)


# -- the list ----------------------------------------------------------------------------------------


def test_deployments_are_listed_newest_first(world):
    deployed(world, ONE, TWO)

    found = world.workspace().history()

    assert [(one.number, one.first.operation) for one in found] == [(2, "up"), (1, "up")]
    assert found[0].first.counts == {"create": 1, "delete": 1, "rename": 1, "update": 2}
    assert [one.number for one in world.workspace().history(1)] == [2]


def test_an_up_without_changes_is_no_deployment(world):
    deployed(world, ONE, ONE)

    assert len(world.workspace().history()) == 1


def test_a_number_is_the_highest_serial(world):
    """
    Projects that came later have lower serials; a deployment has one number all the same.
    """
    one = Deployed({p: Snapshot(project_key=p, serial=n) for p, n in (("A", 5), ("B", 2))})

    assert one.number == 5


def test_unreadable_deployments_are_reported_and_the_others_listed(world):
    deployed(world, ONE, TWO)
    world.workspace().session.send(
        "POST", "/projects/SALES/libraries/contents/.dataiku_framework/history/1.json", raw=b"{"
    )
    damaged = []

    found = world.workspace().history(damaged=damaged)

    assert [one.number for one in found] == [2]
    assert damaged[0].startswith("deployment 1 of SALES cannot be read")


def spoil(world, serial):
    """Damage a deployment of the history."""
    path = f"/projects/SALES/libraries/contents/.dataiku_framework/history/{serial}.json"
    world.workspace().session.send("POST", path, raw=b"{")


def test_a_damaged_deployment_blocks_only_what_needs_it(world):
    """
    Others are found, shown and rolled back to; steps are counted where it is none of them.
    """
    deployed(world, ONE, TWO, ONE, TWO)
    spoil(world, 2)

    workspace = world.workspace()
    assert 3 == workspace.steps_back(1)
    assert workspace.diff(1, 4).steps
    for needs_it in (
        lambda: workspace.steps_back(2),
        lambda: workspace.prepare_rollback(2),
        lambda: workspace.deployment(3),
    ):
        with pytest.raises(SnapshotError, match="damaged"):
            needs_it()
    assert {"SALES": (2,)} == workspace.state.unreadable()
    assert workspace.rollback(to=1).plan


# -- differences -------------------------------------------------------------------------------------


def test_what_differs_between_two(world):
    """
    Renames are known, ids are shown as names, and what was not there has no changes.
    """
    deployed(world, ONE, TWO)

    plan = world.workspace().diff(1, 2)

    assert told(plan) == {
        ("rename", "dataset ORDERS"): set(),
        ("update", "dataset CLEAN"): {"/tags"},
        ("update", "recipe make"): {"/inputs/main/items/[]", "/payload"},
        ("delete", "managed folder exports"): set(),
        ("create", "scenario NIGHTLY"): set(),
    }
    (inputs,) = [
        c for s in plan.steps if s.kind == "recipe" for c in s.changes if c.field == "inputs"
    ]
    assert inputs.new == ["ORDERS"]
    assert sorted(inputs.old) == ["+RAW", "+exports"]


def test_the_way_back_is_the_mirror(world):
    deployed(world, ONE, TWO)

    there, back = world.workspace().diff(1, 2), world.workspace().diff(2, 1)

    mirror = {"create": "delete", "delete": "create", "update": "update", "rename": "rename"}
    names = {"dataset ORDERS": "dataset RAW"}
    assert {(mirror[action], names.get(label, label)) for action, label in told(there)} == told(
        back
    ).keys()
    tags = [c for s in back.steps if s.name == "CLEAN" for c in s.changes]
    assert [(c.pointer, c.old, c.new) for c in tags] == [("/tags", ["x"], None)]


def test_with_one_number_it_is_compared_with_now(world):
    deployed(world, ONE, TWO)

    assert told(world.workspace().diff(1)) == told(world.workspace().diff(1, 2))
    assert not world.workspace().diff(2)


def test_secrets_are_not_shown(world, monkeypatch):
    secret = 'Project("SALES")\nProjectVariables(standard={"k": Secret.env("KEY")})\n'
    for value in ("old-value", "new-value"):
        monkeypatch.setenv("KEY", value)
        deployed(world, secret)

    (step,) = world.workspace().diff(1, 2).steps

    assert [c.secret for c in step.changes] == [True]


def test_there_is_no_such_deployment(world):
    deployed(world, ONE)

    with pytest.raises(NotFound, match="there is no deployment 9"):
        world.workspace().diff(9)


# -- verify ------------------------------------------------------------------------------------------


def test_verify_reads_all_of_it_back(world):
    """
    What somebody changed is found though its version says that nobody did; what the program says by now counts nothing.
    """
    deployed(world, ONE)
    world.write(HEAD + TWO)
    assert not world.workspace().verify()

    path = world.dss.project_folder("SALES") / "recipes" / "make.py"
    world.dss.edit("SALES", "datasets/CLEAN.json", lambda doc: doc["params"].pop("connection"))
    assert path.exists()

    assert told(world.workspace().verify()) == {
        ("move", "dataset CLEAN"): {"/params/connection"},
    }


def test_verify_reports_deleted_objects(world):
    deployed(world, ONE)
    world.workspace().session.send("DELETE", "/projects/SALES/recipes/make")

    (step,) = world.workspace().verify().steps

    assert (step.label, step.cause) == ("recipe make", Cause.GONE)


def test_before_anything_was_deployed(world):
    world.write(HEAD + ONE)

    with pytest.raises(NotFound, match="nothing was deployed yet"):
        world.workspace().verify()


# -- the command line --------------------------------------------------------------------------------


def test_what_is_seen(sales, say, golden):
    """
    A whole life, as its commands show it.
    """
    said = []
    for text, *commands in (
        (ONE, "up --yes", "history", "verify"),
        (TWO, "up --yes", "history --limit 1", "history show 2", "diff 1", "diff 1 2 --diff"),
        (TWO, "rollback --yes", "rollback --to 1 --yes", "history", "rollback"),
    ):
        sales(text)
        for command in commands:
            code, out = say(*command.split())
            if not command.startswith("up"):
                said.append(f"$ dssdsl {command}\n{plain(out)}[exit {code}]\n")

    golden("history.txt", re.sub(r"\d+\.\d s", "0.0 s", "\n".join(said)))


def test_json(sales, say):
    """
    Each command prints one document.
    """
    sales(ONE)
    say("up", "--yes")
    sales(TWO)
    say("up", "--yes")

    listed = json.loads(say("history", "--json")[1])
    shown = json.loads(say("history", "show", "2", "--json")[1])
    differs = json.loads(say("diff", "1", "--json")[1])
    verified = json.loads(say("verify", "--json")[1])
    back = json.loads(say("rollback", "--yes", "--json")[1])

    assert [one["number"] for one in listed["deployments"]] == [2, 1]
    assert shown["changed"] == differs["steps"]
    assert shown["resources"]["SALES"][0] == "dataset/CLEAN"
    assert verified["summary"] == {"unchanged": 5}
    assert back["result"]["deployment"] == 3


def test_drift_and_verify_name_the_author_and_exit_with_7(sales, say):
    sales(ONE)
    say("up", "--yes")
    from dssdsl.workspace import Workspace

    with Workspace("project.py") as workspace:
        _ = workspace.session
        dss = workspace._opened[0]
        dss.edit("SALES", "datasets/CLEAN.json", lambda d: d.update(managed=False), login="alice")

    for command in ("drift", "verify"):
        code, out = say(command)
        assert code == 7
        assert "changed in DSS by alice, just now" in " ".join(out.replace("│", "").split()), out
        assert "1 resource changed in DSS · 4 as deployed" in out
