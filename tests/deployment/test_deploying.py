"""What happens around a plan: locks, others who deploy in between, and projects that commit nothing by themselves."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from attrs import evolve

from dssdsl.emulator import Refused as Answer
from dssdsl.errors import (
    Cancelled,
    Denied,
    DssError,
    Locked,
    ProgramError,
    ProgramErrors,
    Refused,
    StepsFailed,
)
from dssdsl.plan.events import Note
from dssdsl.plan.options import Options
from dssdsl.state.holder import Holder
from dssdsl.state.lock import Lock, holder
from dssdsl.workspace import Workspace
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import Dataset, Project

Project("SALES"{project})
a = Dataset("A", connection="filesystem_managed", short_desc="{x}")
"""


@pytest.fixture
def dss():
    with emulator() as found:
        yield found


@pytest.fixture
def world(tmp_path, dss):
    found = World(tmp_path / "one" / "sales", dss)
    found.write(PROGRAM.format(x=1, project=""))
    return found


@pytest.fixture
def elsewhere(tmp_path, dss):
    """The same program on another machine."""
    found = World(tmp_path / "two" / "sales", dss)
    found.write(PROGRAM.format(x=2, project=""))
    return found


def x(dss) -> int:
    """What DSS holds of what the programs differ in."""
    text = (dss.project_folder("SALES") / "datasets/A.json").read_text()
    return int(json.loads(text)["shortDesc"])


def commits(dss) -> list[str]:
    """The messages of the project's commits, oldest first."""
    dss.settle()
    folder = dss.project_folder("SALES")
    asked = ["git", "log", "--reverse", "--format=%s"]
    found = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=True)
    return found.stdout.splitlines()


def locked_by_another(workspace: Workspace) -> Lock:
    """Have somebody lock the project, as a deployment would."""
    found = Lock(
        workspace.store.lock_records("SALES"), Holder.here("destroy", "sales"), "project SALES"
    )
    found.acquire()
    return found


def test_the_second_deployment_reports_who_holds_the_lock(world):
    world.up()
    world.write(PROGRAM.format(x=2, project=""))
    lock = locked_by_another(world.workspace())

    with pytest.raises(Locked) as refused:
        world.up()

    text = str(refused.value)
    assert f"(process {os.getpid()})" in text
    assert 'for destroy of "sales"' in text
    assert "--lock-timeout" in text
    assert "dssdsl state unlock" in text
    assert (1, 9) == (x(world.dss), refused.value.exit_code)
    lock.release()
    world.up()
    assert 2 == x(world.dss)
    assert holder(world.workspace().store.lock_records("SALES")) is None


def test_whoever_has_time_waits(world):
    world.up()
    world.write(PROGRAM.format(x=2, project=""))
    workspace = world.workspace()
    workspace.lock_timeout = 30
    lock = locked_by_another(workspace)
    told = []

    def listen(event):
        if isinstance(event, Note):
            told.append(event.text)
            lock.release()

    workspace.up(listen=listen)

    assert 2 == x(world.dss)
    assert told == [f"waiting for {lock.me}"]


def test_a_plan_that_is_empty_takes_no_lock(world):
    world.up()
    lock = locked_by_another(world.workspace())
    world.dss.clear_requests()

    world.up()

    assert [] == world.dss.writes()
    lock.release()


def test_a_deployment_in_between_is_not_overwritten_without_consent(world, elsewhere):
    """
    The plan is made again under lock; where it is another, the user has to agree to it.
    """
    world.up()
    world.write(PROGRAM.format(x=3, project=""))
    workspace = world.workspace()
    prepared = workspace.prepare()
    elsewhere.up()
    asked = []

    def no(plan):
        asked.append(plan)
        return False

    with pytest.raises(Cancelled):
        workspace.run(prepared, agree=no)

    assert 2 == x(world.dss)
    (plan,) = asked
    assert [("2", "3")] == [(c.old, c.new) for step in plan.steps for c in step.changes]
    workspace.run(prepared, agree=lambda plan: True)
    assert 3 == x(world.dss)


def test_changes_that_others_made_already_are_not_repeated(world, elsewhere):
    world.up()
    world.write(PROGRAM.format(x=2, project=""))
    workspace = world.workspace()
    prepared = workspace.prepare()
    elsewhere.up()
    world.dss.clear_requests()

    deployment = workspace.run(prepared, agree=pytest.fail)

    assert deployment.result is None
    assert 2 == deployment.serial
    assert not [r.path for r in world.dss.writes() if "git" not in r.path]


def test_two_first_deployments_of_the_same_project(world, elsewhere):
    """
    A new project has no lock yet: its own creation is the lock.
    """
    workspace = world.workspace()
    prepared = workspace.prepare()
    elsewhere.up()

    with pytest.raises(Locked, match="project SALES was created meanwhile"):
        workspace.run(prepared)

    assert 2 == x(world.dss)
    world.up()
    assert 1 == x(world.dss)
    assert not world.preview()


def test_a_project_that_others_made_is_theirs(world):
    """
    What was refused because it is there already never counts as ours: `destroy` leaves it.
    """
    workspace = world.workspace()
    prepared = workspace.prepare()
    theirs = world.workspace().session
    theirs.send("POST", "/projects/", {"projectKey": "SALES", "name": "Theirs", "owner": "admin"})
    told = []

    with pytest.raises(Locked, match="project SALES was created meanwhile"):
        workspace.run(prepared, told.append)

    assert ["Started", "Skipped"] == [type(event).__name__ for event in told]
    world.up(adopt=True)
    assert "forget" == {s.key: s.action.value for s in world.preview(destroy=True).steps}["SALES"]


@pytest.mark.parametrize("request_", ["POST .*/git/tags", "GET .*/git/tags"])
@pytest.mark.parametrize("status", [400, 404, 500, 503])
@pytest.mark.parametrize(("times", "wait"), [(1, 0), (3, 1), (99, 0)])
def test_a_new_project_that_cannot_be_locked_says_why(world, request_, status, times, wait):
    """
    Its own creation is not somebody else's, and the next deployment goes on with it.
    """
    workspace = world.workspace()
    workspace.lock_timeout = wait
    told = []
    world.dss.refuse(request_, status=status, message="the disk is full", times=times)

    with pytest.raises(DssError, match=r"project SALES is created and cannot be locked: .*full"):
        workspace.up(listen=told.append)

    assert ["Failed"] == [type(event).__name__ for event in told if event.step.key == "SALES"][1:]
    world.dss.faults.clear()
    world.up()
    assert not world.preview()
    assert "delete" == {s.key: s.action.value for s in world.preview(destroy=True).steps}["SALES"]


@pytest.mark.parametrize("refuses", ["exit 1", "grep -q /lock/ || exit 0; exit 1"])
def test_a_new_project_that_a_git_hook_does_not_let_lock_says_why(world, refuses):
    top, shared = world.folder, world.folder.parent / "shared"
    hook = shared / "hooks" / "pre-receive"
    for words in (
        f"init -q --bare {shared}",
        f"init -q {top}",
        f"-C {top} remote add origin {shared}",
    ):
        subprocess.run(["git", *words.split()], check=True)
    world.write('[defaults]\nstore = "git"\n[stacks.local]\nemulator = true\n', "dssdsl.toml")
    hook.write_text(f"#!/bin/sh\necho no pushes today >&2\n{refuses}\n", encoding="utf-8")
    hook.chmod(0o755)

    with pytest.raises(
        Denied, match=r"project SALES: .* is not allowed: .*no pushes today"
    ) as error:
        world.up()

    assert "accept what dssdsl pushes" in str(error.value.fix)
    hook.unlink()
    world.up()
    assert not world.preview()


def with_journal(world, place):
    world.write(f'[stacks.local]\nemulator = true\njournal = "{place}"\n', "dssdsl.toml")
    return world.folder / place


def test_the_journal_is_where_the_toml_says(world):
    """
    What a deployment that was cut off left there, the next one reads.
    """
    folder, seen = with_journal(world, "logs/journal"), []
    world.dss.refuse("POST .*/git/tags", status=500)
    with pytest.raises(DssError):
        world.workspace().up(listen=lambda event: seen.extend(folder.glob("*.jsonl")))
    world.dss.faults.clear()

    (left,) = folder.glob("*.jsonl")
    assert {left} == {*seen}
    assert '"SALES"' in left.read_text()
    assert not (world.folder / ".dssdsl" / "journal").exists()
    world.up()
    assert not left.exists()
    assert "delete" == {s.key: s.action.value for s in world.preview(destroy=True).steps}["SALES"]


def test_a_journal_that_cannot_be_written_stops_a_deployment_before_its_first_write(world):
    folder = with_journal(world, "journal")
    folder.write_text("theirs")
    world.dss.clear_requests()

    with pytest.raises(ProgramError, match="the journal cannot be kept in") as error:
        world.up()

    assert str(folder) == error.value.at
    assert "journal = … in dssdsl.toml" in error.value.fix
    assert [] == world.dss.writes()


def test_waiting_for_a_first_deployment_names_its_owner(world):
    """
    What somebody else is making is not there as a whole yet: a plan waits for it, and says so.
    """
    workspace = world.workspace()
    workspace.lock_timeout = 30
    theirs = {"projectKey": "SALES", "name": "Theirs", "owner": "admin"}
    workspace.session.send("POST", "/projects/", theirs)
    world.write(PROGRAM.format(x=1, project=', name="Ours"'))
    records, they = (
        workspace.store.lock_records("SALES"),
        evolve(Holder.here("up", "sales"), pid_space="far"),
    )
    records.create(1, they.dumps())
    told = []

    def tell(text):
        told.append(text)
        records.delete(1)

    workspace.tell = tell
    with pytest.raises(ProgramErrors, match="it exists in DSS already and differs"):
        workspace.preview()

    assert told == [f"waiting for {they}"]


def test_a_copy_of_a_project_that_differs_is_nobodys(world):
    """
    The state that came along with a duplicate is none: what differs is refused, until it is adopted.
    """
    world.up()
    session = world.workspace().session
    session.json(
        "POST", "/projects/SALES/duplicate", {"targetProjectKey": "COPY", "targetProjectName": "c"}
    )
    world.write(PROGRAM.format(x=9, project="").replace('"SALES"', '"COPY"'))

    with pytest.raises(ProgramErrors, match="dataset A"):
        world.preview(forget_projects=True)

    world.up(adopt=True, forget_projects=True)
    assert not world.preview()


def test_a_lock_that_is_lost_stops_the_deployment(world):
    """
    Whoever lost the lock writes nothing more, the state included; what was done is known to the next one.
    """
    world.up()
    world.write(
        PROGRAM.format(x=5, project="")
        + 'Dataset("B", connection="filesystem_managed", depends_on=[a])'
    )
    workspace = world.workspace()
    state = world.dss.project_folder("SALES") / "lib/.dataiku_framework/state.json"
    before = json.loads(state.read_text())

    def steal(event):
        records = workspace.store.lock_records("SALES")
        notes = records.read()
        if notes:
            records.create(max(notes) + 1, Holder.here("up", "sales").dumps())

    with pytest.raises((Locked, StepsFailed)) as refused:
        workspace.up(listen=steal)

    assert "taken over" in str(refused.value)
    assert before["serial"] == json.loads(state.read_text())["serial"]
    for number in workspace.store.lock_records("SALES").read():
        workspace.store.lock_records("SALES").delete(number)
    world.up()
    assert not world.preview()
    assert 5 == x(world.dss)


EXPLICIT = ', git_commit_mode="EXPLICIT"'


def test_a_project_that_commits_nothing_by_itself_gets_one_commit(world):
    world.write(PROGRAM.format(x=1, project=EXPLICIT))
    world.up()
    before = commits(world.dss)
    world.write(PROGRAM.format(x=2, project=EXPLICIT))

    deployment = world.up()

    assert [f"dssdsl: deployment {deployment.serial} of sales"] == commits(world.dss)[len(before) :]
    assert not world.preview()


def test_uncommitted_changes_of_others_are_not_committed_without_consent(world):
    world.write(PROGRAM.format(x=1, project=EXPLICIT))
    world.up()
    world.dss.edit("SALES", "datasets/A.json", lambda found: found.update(description="mine"))
    world.write(PROGRAM.format(x=2, project=EXPLICIT))
    before = commits(world.dss)

    with pytest.raises(Refused) as refused:
        world.up()

    assert "datasets/A.json" in str(refused.value)
    assert "--commit-others" in str(refused.value)
    assert (1, before) == (x(world.dss), commits(world.dss))
    world.up(commit_others=True)
    assert 2 == x(world.dss)
    assert not world.preview()


def test_uncommitted_changes_of_an_interrupted_deployment_are_committed(world):
    world.write(PROGRAM.format(x=1, project=EXPLICIT))
    world.up()
    world.write(PROGRAM.format(x=2, project=EXPLICIT))
    # The state cannot be stored: what was written stays uncommitted, and the journal knows of it.
    world.dss.faults.add(
        r"POST .*\.dataiku_framework/history", Answer(500, "java.lang.RuntimeException", "no")
    )
    with pytest.raises(Exception, match="no"):
        world.up()

    world.up()

    assert 2 == x(world.dss)
    assert not world.preview()
    assert "dssdsl: deployment" in commits(world.dss)[-1]


def test_options_are_recorded(world):
    """
    The plan that is made again is made with the same consents.
    """
    asked = Options(delete_data=True)

    assert asked == world.workspace().prepare(asked).again().options
