"""The project folder of a project: DSS moves the project to it, and never deletes it for that."""

from __future__ import annotations

import pytest
from dataikuapi import DSSClient

from dssdsl.emulator import InProcess, Refused
from dssdsl.errors import DssdslError
from dssdsl.lang.fields import Fact
from dssdsl.plan.changes import Reason
from dssdsl.plan.options import Options
from dssdsl.plan.steps import Action
from dssdsl.resources.projects import Project
from tests.support.world import World, emulator

REST = '\nManagedFolder("reports")\n'


class Team:
    """A program, two project folders, and what somebody made by hand in the project."""

    def __init__(self, folder, dss):
        self.world = World(folder, dss)
        self.client = DSSClient("http://dss", "emulator")
        self.client._session.mount("http://dss", InProcess(dss))
        root = self.client.get_root_project_folder()
        self.a, self.b = (root.create_sub_folder(name).id for name in ("A", "B"))

    def declare(self, folder, more=""):
        argument = f', folder="{folder}"' if folder else ""
        self.world.write(f'from dssdsl import *\nProject("SHOP"{argument}{more}){REST}')

    def deploy(self, folder, **options):
        self.declare(folder)
        self.world.up(**options)

    @property
    def project(self):
        return self.client.get_project("SHOP")

    @property
    def place(self):
        return self.project.get_project_folder().id

    def work_by_hand(self):
        self.project.create_dataset("BY_HAND", "Filesystem", params={"path": "/x"})
        reports = self.project.get_managed_folder(self.project.list_managed_folders()[0]["id"])
        reports.put_file("q3.txt", b"numbers")
        return self.contents()

    def contents(self):
        (reports,) = self.project.list_managed_folders()
        files = self.project.get_managed_folder(reports["id"]).list_contents()["items"]
        return [d["name"] for d in self.project.list_datasets()], reports["id"], files


@pytest.fixture(name="team")
def _team(tmp_path):
    with emulator() as dss:
        yield Team(tmp_path, dss)


@pytest.mark.parametrize("first", ["a", "ROOT", None])
@pytest.mark.parametrize("second", ["b", "ROOT"])
def test_another_folder_moves_the_project_with_all_that_is_in_it(team, first, second):
    old, new = (getattr(team, str(each), each) for each in (first, second))
    team.deploy(old)
    there = team.work_by_hand()
    team.declare(new)

    steps = team.world.preview().steps
    moves = [(s.action, c.field, c.old, c.new) for s in steps for c in s.changes]
    team.world.up()

    was = old or "ROOT"
    assert moves == ([] if was == new else [(Action.UPDATE, "folder", was, new)])
    assert team.place == new
    assert there == team.contents()
    assert not team.world.preview()


def test_a_project_whose_folder_is_no_longer_declared_stays_where_it_is(team):
    team.deploy(team.a)
    team.deploy(None)
    assert team.place == team.a

    team.project.move_to_folder(team.client.get_project_folder(team.b))

    assert not team.world.preview()
    assert team.place == team.b


@pytest.mark.parametrize("adopt", [False, True])
def test_an_adopted_project_is_moved_only_with_consent(team, adopt):
    team.client.create_project("SHOP", "SHOP", "admin")
    team.declare(team.a)

    if not adopt:
        with pytest.raises(DssdslError, match=r'folder: "?ROOT"? in DSS'):
            team.world.up()
    else:
        team.world.up(adopt=True)

    assert team.place == (team.a if adopt else "ROOT")


def test_a_folder_whose_changes_are_ignored_is_left_alone(team):
    team.declare(team.a, ', ignore_changes=["folder"]')
    team.world.up()
    team.declare(team.b, ', ignore_changes=["folder"]')
    assert not team.world.preview()
    assert team.place == team.a


def test_a_rollback_moves_the_project_back(team):
    team.deploy(team.a)
    team.deploy(team.b)
    there = team.work_by_hand()

    team.world.workspace().rollback(to=1)

    assert (team.place, there) == (team.a, team.contents())


def test_a_project_that_somebody_moved_in_dss_is_drift(team):
    """
    A move makes no new version of the project: the plan asks for the folder all the same.
    """
    team.deploy(team.a)
    team.project.move_to_folder(team.client.get_project_folder(team.b))

    (step,) = team.world.preview().steps
    assert [(c.field, c.old, c.new, c.reason) for c in step.changes] == [
        ("folder", team.b, team.a, Reason.CHANGED_IN_DSS)
    ]
    team.world.up()
    assert team.place == team.a


@pytest.mark.parametrize("status", [403, 404])
def test_a_folder_that_dss_does_not_tell_is_an_error_and_the_project_stays(team, status):
    team.deploy(team.a)
    there = team.work_by_hand()
    team.world.dss.faults.add(
        "GET .*/locate-project/", Refused(status, "com.dataiku.Refused", "no such right"), times=99
    )
    team.declare(team.b)

    assert [s.action for s in team.world.preview().steps] == [Action.UPDATE]
    with pytest.raises(DssdslError, match="no such right"):
        team.world.up()

    team.world.dss.faults.clear()
    assert (team.place, there) == (team.a, team.contents())
    team.deploy(None)


def test_a_folder_that_does_not_exist_is_an_error_and_the_project_stays(team):
    team.deploy(team.a)
    there = team.work_by_hand()
    with pytest.raises(DssdslError, match="project folder"):
        team.deploy("NOWHERE")
    assert (team.place, there) == (team.a, team.contents())


@pytest.mark.parametrize("agreed", [{}, {"replaces": ("*",)}, {"delete_unmanaged": True}])
def test_a_project_is_never_replaced_without_both_consents(team, monkeypatch, agreed):
    """
    No field of a project is fixed at creation today; one that is must not cost what others made.
    """
    place = Project.shape().place("settings.projectStatus")
    monkeypatch.setattr(place, "facts", place.facts | {Fact.CREATE_ONLY})
    team.declare(team.a, ', status="Sandbox"')
    team.world.up()
    there = team.work_by_hand()
    team.declare(team.a, ', status="Done"')

    with pytest.raises(DssdslError, match="--replace SHOP and --delete-unmanaged"):
        team.world.workspace().up(Options(**agreed))

    assert there == team.contents()
