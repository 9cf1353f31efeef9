"""What is unsure on a real server is a switch: both answers are served, and dssdsl lives with either."""

from __future__ import annotations

import json

import pytest

from dssdsl.emulator.app import Emulator
from dssdsl.emulator.guesses import CONTRARY, LIKELY, Guesses
from tests.resources import test_datasets, test_managed_folders, test_scenarios, test_zones
from tests.resources.recipes import test_code
from tests.world import emulator

from .test_datasets import managed
from .test_recipes import raw


@pytest.fixture(params=[LIKELY, CONTRARY], ids=["likely", "contrary"])
def guesses(request):
    return request.param


@pytest.fixture
def dss(guesses):
    with Emulator(guesses=guesses) as found:
        yield found


def test_the_contrary_answers_everything_otherwise():
    assert not [name for name in vars(LIKELY) if getattr(LIKELY, name) == getattr(CONTRARY, name)]
    assert Guesses() == LIKELY


def test_the_status_of_an_unknown_project(dss, send, guesses):
    answer = send("GET", "/projects/NO/datasets")
    assert answer.status == guesses.unknown_project == (403 if guesses is LIKELY else 401)
    assert "Failed to read project permissions" in answer.content


def test_what_lists_tell(project, guesses):
    managed(project, "a")
    project.create_managed_folder("f")
    project.create_scenario("s", "step_based")
    (dataset,), (folder,) = project.list_datasets(), project.list_managed_folders()
    (scenario,) = project.list_scenarios()
    assert ("metrics" in dataset) is guesses.dataset_list_is_full
    assert ("readWriteOptions" in dataset) is guesses.dataset_list_is_full
    assert ("params" in folder) is guesses.folder_list_is_full
    assert ("versionTag" in scenario) is guesses.scenario_list_has_versions
    assert {"name", "params", "schema", "versionTag"} <= {*dataset}
    assert project.get_dataset("a").get_settings().get_raw()["metrics"]


def test_what_the_default_zone_lists(project, guesses):
    managed(project, "a")
    managed(project, "b")
    zone = project.get_flow().create_zone("z")
    project.get_dataset("b").move_to_zone(zone.id)
    default = project.get_flow().get_default_zone()
    listed = [{"objectId": "a", "objectType": "DATASET"}] * guesses.default_zone_lists_items
    assert default._raw["items"] == listed
    settings = default.get_settings()
    settings.name = "Rest"
    settings.save()
    assert project.get_flow().get_default_zone()._raw["items"] == listed
    assert project.get_dataset("a").get_zone().id == "default"


def test_where_versions_lie(project, guesses, folder):
    dataset = managed(project, "a")
    dataset.get_settings().save()
    project.set_variables({"standard": {}, "local": {}})
    stored = json.loads(folder("datasets/a.json"))
    assert ("versionTag" in stored) is guesses.versions_in_files
    assert ("versionTag" in json.loads(folder("params.json"))) is guesses.versions_in_files
    if guesses.versions_in_files:
        keys = [*stored]
        assert keys.index("versionTag") + 1 == keys.index("creationTag")
    assert dataset.get_settings().get_raw()["versionTag"]["versionNumber"] == 1
    assert project.get_project_git().get_status()["clean"]


def test_what_becomes_of_recipes_without_their_dataset(project, guesses):
    managed(project, "a")
    managed(project, "b")
    raw(project, "r", "python", ["a"], ["b"], "")
    project.get_dataset("a").delete()
    left = [] if guesses.datasets_take_recipes_along else ["r"]
    assert [each["name"] for each in project.list_recipes()] == left


class Contrary:
    """A contract on a DSS that answers every question otherwise."""

    @pytest.fixture(name="dss")
    def _dss(self):
        with emulator(guesses=CONTRARY) as found:
            yield found


class TestDataset(Contrary, test_datasets.TestDataset):
    pass


class TestManagedFolder(Contrary, test_managed_folders.TestManagedFolder):
    pass


class TestScenario(Contrary, test_scenarios.TestScenario):
    pass


class TestFlowZone(Contrary, test_zones.TestFlowZone):
    pass


class TestPythonRecipe(Contrary, test_code.TestPythonRecipe):
    pass
