"""Going back to an earlier deployment, and forward again: by a plan, and by DSS's Git."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dssdsl.cli.sentences import remark, why
from dssdsl.engine.snapshots import named
from dssdsl.errors import Cancelled, Locked, NotFound, ProgramErrors, Refused
from dssdsl.lang import kinds
from dssdsl.lang.canonical import view
from dssdsl.lang.provider import PROVIDERS
from dssdsl.plan.options import Options
from tests.support.effort import examples
from tests.support.world import World, emulator

HEAD = "from dssdsl import *\n"
ONE = """
Project("SALES", name="Sales", tags=["a"])
raw = SQLDataset("RAW", connection="warehouse", table="t")
files = ManagedFolder("exports")
with FlowZone("Work"):
    clean = Dataset("CLEAN", connection="filesystem_managed", tags=["x", "y"])
    PythonRecipe("make", inputs=[raw, files], outputs=clean, code="print(1)\\n")
Scenario("NIGHTLY", steps=[Build(clean)], triggers=[Daily("02:00")])
LibraryFile("python/a.py", content="A = 1\\n")
"""
TWO = """
Project("SALES", name="Sales 2", tags=["b"])
raw = SQLDataset("RAW_2", connection="warehouse", table="t", renamed_from="RAW")
with FlowZone("Other"):
    clean = Dataset("CLEAN", connection="filesystem_managed", description="d")
    PythonRecipe("make", inputs=raw, outputs=clean, code="print(2)\\n")
ProjectVariables(standard={"a": 1})
"""
THREE = 'Project("SALES", name="Sales 3")\n'


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        yield World(tmp_path, dss)


def deployed(world, *programs):
    """Deploy programs, one after the other."""
    for text in programs:
        world.write(HEAD + text)
        world.up()


def told(plan):
    """A plan in short: what is done to what."""
    return {(step.action.value, step.label) for step in plan.steps}


def problems(error):
    """The problems of an error, one by one."""
    return [one.problem for one in error.value.each()]


def held(world):
    """What DSS holds in all places that are managed, with names for the ids that it makes up."""
    workspace = world.workspace()
    out = {}
    for project, snapshot in workspace.snapshots(["SALES"]).items():
        plain = named(snapshot)
        for rest, entry in snapshot.entries.items():
            kind = rest.partition("/")[0]
            live = PROVIDERS[kind].read(workspace.session, project, entry.id)
            shape = kinds.shape(kind, kinds.wire_of(entry.recorded))
            out[project, rest] = view(plain(live.document), plain(entry.recorded), shape)
    return out


# -- the law -----------------------------------------------------------------------------------------


@st.composite
def programs(draw):
    """Draw a program: some of these resources, each in one of its forms."""
    raw = draw(st.sampled_from(["RAW", "RAW_2"]))
    old = {"RAW": "RAW_2", "RAW_2": "RAW"}[raw]
    tags, zone, hour = (
        draw(st.sampled_from(few)) for few in (("[]", "['x']", "['x', 'y']"), ("A", "B"), (2, 3))
    )
    lines = [
        f'Project("SALES", name="{draw(st.sampled_from(["one", "two"]))}", tags={tags})',
        f'raw = SQLDataset("{raw}", connection="warehouse", table="t", renamed_from="{old}", tags={tags})',
    ]
    inputs = "raw"
    if draw(st.booleans()):
        lines.append(f'files = ManagedFolder("exports", tags={tags})')
        inputs = "[raw, files]"
    if draw(st.booleans()):
        lines += [
            f'with FlowZone("{zone}"):',
            '    clean = Dataset("CLEAN", connection="filesystem_managed")',
            f'    PythonRecipe("make", inputs={inputs}, outputs=clean, code="print({hour})\\n")',
        ]
    if draw(st.booleans()):
        lines.append(
            f'Scenario("NIGHTLY", steps=[Build(raw)], triggers=[Daily("0{hour}:00")], tags={tags})'
        )
    if draw(st.booleans()):
        lines.append(f'ProjectVariables(standard={{"{zone}": {hour}}}, local={{"l": {tags}}})')
    if draw(st.booleans()):
        lines.append(f'LibraryFile("python/{zone}.py", content="X = {hour}\\n")')
    return "\n".join(lines) + "\n"


@pytest.mark.proof
@settings(
    max_examples=examples(2, 40),
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(programs(), min_size=2, max_size=4), st.data())
def test_a_rollback_brings_back_what_a_deployment_left(texts, data):
    """
    Whatever was deployed: DSS holds what it held then, and the program of then has nothing to do.
    """
    with tempfile.TemporaryDirectory() as folder, emulator() as dss:
        world = World(Path(folder), dss)
        then = {}
        for text in texts:
            world.write(HEAD + text)
            number = world.up().serial
            then[number] = (text, held(world))

        for number in data.draw(st.permutations(sorted(then)))[:2]:
            text, before = then[number]
            world.workspace().rollback(to=number)

            assert held(world) == before
            world.write(HEAD + text)
            assert not world.workspace().prepare(whole=True).plan
            assert not world.workspace().prepare_rollback(number).plan


# -- plans -------------------------------------------------------------------------------------------


def test_what_is_done(world):
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


def test_what_only_a_creation_sends_comes_back_too(world):
    """
    A scenario that is made anew is active, as a new one is, though the program does not say so.
    """
    deployed(world, ONE, TWO)

    world.workspace().rollback(to=1)

    scenario = world.workspace().session.json("GET", "/projects/SALES/scenarios/NIGHTLY")
    assert scenario["active"] is True
    assert scenario["triggers"][0]["active"] is True


def test_ids_that_dss_makes_up_are_the_new_ones(world):
    """
    A recipe reads the folder that was made anew, not the one that is gone.
    """
    deployed(world, ONE, TWO)
    world.workspace().rollback(to=1)

    session = world.workspace().session
    (folder,) = session.json("GET", "/projects/SALES/managedfolders/")
    items = session.json("GET", "/projects/SALES/recipes/make")["recipe"]["inputs"]["main"]["items"]
    assert {item["ref"] for item in items} == {"RAW", folder["id"]}


def test_going_back_twice_does_nothing_the_second_time(world):
    deployed(world, ONE, TWO)
    first = world.workspace().rollback(to=1)

    second = world.workspace().rollback(to=1)

    assert (first.serial, second.serial) == (3, 3)
    assert second.result is None


def test_the_program_shows_what_it_would_change_again(world):
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
    with pytest.raises(NotFound, match="no deployment before"):
        world.workspace().rollback()
    world.workspace().rollback(to=3)
    assert world.workspace().steps_back(2) == 1


def test_a_deployment_that_never_was(world):
    deployed(world, THREE)

    with pytest.raises(NotFound, match="there is no deployment 7"):
        world.workspace().rollback(to=7)


def test_a_no_changes_nothing(world):
    deployed(world, ONE, TWO)

    with pytest.raises(Cancelled):
        world.workspace().rollback(agree=lambda plan: not plan)

    assert len(world.workspace().history()) == 2


# -- what forbids it ---------------------------------------------------------------------------------


def test_what_somebody_changed_in_dss_is_not_overwritten(world):
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


def test_what_is_protected_is_not_deleted(world):
    deployed(world, THREE, THREE + 'Dataset("X", connection="filesystem_managed", protect=True)\n')

    with pytest.raises(ProgramErrors, match="dataset X is protected"):
        world.workspace().rollback()


def test_what_was_there_before_us_is_forgotten(world):
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


def test_a_secret_that_did_not_change_is_let_alone(world, monkeypatch):
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


def test_a_secret_that_is_gone_is_not_made_up(world, monkeypatch):
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


# -- several projects --------------------------------------------------------------------------------

PAIR = """
Project("SALES")
Dataset("A", connection="filesystem_managed", tags=["%s"])
with Project("OTHER"):
    out = ManagedFolder("out")
    Dataset("B", connection="filesystem_managed", tags=["%s"])
"""


def test_projects_go_back_together(world):
    """
    A deployment is one in all of its projects, whatever serial each of them has.
    """
    deployed(world, 'Project("SALES")\n', PAIR % ("a", "a"), PAIR % ("b", "b"))
    assert {p: s.serial for p, s in world.workspace().history(1)[0].snapshots.items()} == {
        "SALES": 3,
        "OTHER": 2,
    }

    world.workspace().rollback()

    session = world.workspace().session
    tags = [
        session.json("GET", f"/projects/{where}")["tags"]
        for where in ("SALES/datasets/A", "OTHER/datasets/B")
    ]
    assert tags == [["a"], ["a"]]


def test_a_project_that_was_not_there_goes(world):
    deployed(world, 'Project("SALES")\n', PAIR % ("a", "a"))

    plan = world.workspace().prepare_rollback(1).plan

    assert ("delete", "project OTHER") in told(plan)


# -- by Git ------------------------------------------------------------------------------------------


def test_git_reverts_and_gives_state_and_history_back(world):
    """
    DSS's Git takes the library along; all that was deployed is still known afterwards.
    """
    deployed(world, ONE)
    before = held(world)
    deployed(world, TWO)
    world.dss.edit(
        "SALES", "datasets/CLEAN.json", lambda doc: doc.update(shortDesc="z"), login="alice"
    )
    workspace = world.workspace()

    found = workspace.prepare_git_rollback(1)
    number = workspace.git_rollback(found)

    assert [c.author for c in found.commits["SALES"] if found.by_others(c)] == ["alice"]
    history = world.workspace().history()
    assert [one.first.operation for one in history][-3:] == ["rollback to 1 by Git", "up", "up"]
    assert number == history[0].number
    assert held(world) == before
    assert not world.workspace().verify()
    world.write(HEAD + ONE)
    assert not world.preview()
    world.workspace().rollback(to=2)
    assert "RAW_2" in {
        d["name"] for d in workspace.session.json("GET", "/projects/SALES/datasets/")
    }


def test_git_needs_the_tag(world):
    deployed(world, ONE, TWO)
    world.workspace().session.send(
        "POST", "/projects/SALES/git/actions/deleteTag", {"name": "dssdsl/1"}
    )

    with pytest.raises(Refused, match="no tag dssdsl/1"):
        world.workspace().prepare_git_rollback(1)


def test_git_stops_where_somebody_was_faster(world):
    """
    What was committed after the commits were shown is not thrown away.
    """
    deployed(world, ONE, TWO)
    workspace = world.workspace()
    found = workspace.prepare_git_rollback(1)
    world.dss.edit(
        "SALES", "datasets/CLEAN.json", lambda doc: doc.update(shortDesc="z"), login="alice"
    )

    with pytest.raises(Locked, match="changed the projects meanwhile"):
        workspace.git_rollback(found)
    assert len(world.workspace().history()) == 2


def test_a_failed_rollback_is_gone_on_with(world):
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


def test_only_what_is_asked_for(world):
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


def test_git_reverts_all_projects_as_one_deployment(world):
    """
    Also where DSS commits nothing by itself.
    """
    pair = PAIR.replace('Project("SALES")', 'Project("SALES", git_commit_mode="EXPLICIT")')
    deployed(world, pair % ("a", "a"), pair % ("b", "b"))
    workspace = world.workspace()

    workspace.git_rollback(workspace.prepare_git_rollback(1))

    assert set(world.workspace().history(1)[0].snapshots) == {"SALES", "OTHER"}
    world.write(HEAD + pair % ("a", "a"))
    assert not world.preview()
    assert not world.workspace().verify()
