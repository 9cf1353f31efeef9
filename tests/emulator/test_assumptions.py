"""Uncertain behaviour is a switch: the emulator serves both answers, and dssdsl works with either."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import requests
from attrs import asdict, evolve
from dataikuapi.utils import DataikuException

from dssdsl.emulator import EACH_OPPOSITE, LIKELY, OPPOSITE, Assumptions, Emulator, User, serve
from dssdsl.workspace import Workspace
from tests.resources import (
    test_managed_folders,
    test_permissions,
    test_zones,
)
from tests.resources.datasets import test_managed
from tests.resources.recipes import test_code
from tests.resources.scenarios import test_scenario
from tests.support.world import World, emulator

from .test_datasets import managed
from .test_recipes import raw


@pytest.fixture(params=[LIKELY, OPPOSITE], ids=["likely", "opposite"])
def assumptions(request):
    return request.param


@pytest.fixture
def dss(assumptions):
    with Emulator(assumptions=assumptions) as found:
        yield found


def test_the_opposite_differs_in_every_assumption():
    likely = asdict(LIKELY)
    assert not likely.items() & asdict(OPPOSITE).items()
    assert Assumptions() == LIKELY
    assert EACH_OPPOSITE.keys() == likely.keys()
    for name, found in EACH_OPPOSITE.items():
        assert dict(asdict(found).items() - likely.items()) == {name: getattr(OPPOSITE, name)}


def test_the_docs_list_each_assumption():
    page = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")
    assert [name for name in asdict(LIKELY) if f"`{name}`" not in page] == []


def test_the_status_of_an_unknown_project(dss, send, assumptions):
    answer = send("GET", "/projects/NO/datasets")
    assert answer.status == assumptions.unknown_project == (403 if assumptions is LIKELY else 401)
    assert "Failed to read project permissions" in answer.content


def test_the_fields_of_lists(project, assumptions):
    managed(project, "a")
    project.create_managed_folder("f")
    project.create_scenario("s", "step_based")
    (dataset,), (folder,) = project.list_datasets(), project.list_managed_folders()
    (scenario,) = project.list_scenarios()
    assert ("metrics" in dataset) is assumptions.dataset_list_is_full
    assert ("readWriteOptions" in dataset) is assumptions.dataset_list_is_full
    assert ("params" in folder) is assumptions.folder_list_is_full
    assert ("versionTag" in scenario) is assumptions.scenario_list_has_versions
    assert {"name", "params", "schema", "versionTag"} <= {*dataset}
    assert project.get_dataset("a").get_settings().get_raw()["metrics"]


def test_the_items_of_the_default_zone(project, assumptions):
    managed(project, "a")
    managed(project, "b")
    zone = project.get_flow().create_zone("z")
    project.get_dataset("b").move_to_zone(zone.id)
    default = project.get_flow().get_default_zone()
    listed = [{"objectId": "a", "objectType": "DATASET"}] * assumptions.default_zone_lists_items
    assert default._raw["items"] == listed
    settings = default.get_settings()
    settings.name = "Rest"
    settings.save()
    assert project.get_flow().get_default_zone()._raw["items"] == listed
    assert project.get_dataset("a").get_zone().id == "default"


def test_the_location_of_versions(project, assumptions, folder):
    dataset = managed(project, "a")
    dataset.get_settings().save()
    project.set_variables({"standard": {}, "local": {}})
    stored = json.loads(folder("datasets/a.json"))
    assert ("versionTag" in stored) is assumptions.versions_in_files
    assert ("versionTag" in json.loads(folder("params.json"))) is assumptions.versions_in_files
    if assumptions.versions_in_files:
        keys = [*stored]
        assert keys.index("versionTag") + 1 == keys.index("creationTag")
    assert dataset.get_settings().get_raw()["versionTag"]["versionNumber"] == 1
    assert project.get_project_git().get_status()["clean"]


def test_recipes_of_a_deleted_dataset(project, assumptions):
    managed(project, "a")
    managed(project, "b")
    raw(project, "r", "python", ["a"], ["b"], "")
    project.get_dataset("a").delete()
    left = [] if assumptions.datasets_take_recipes_along else ["r"]
    assert [each["name"] for each in project.list_recipes()] == left


def test_recipes_of_a_deleted_folder_or_model(project, assumptions):
    managed(project, "b")
    folder = project.create_managed_folder("f")
    model = project.create_mlflow_pyfunc_model("m", "REGRESSION")
    raw(project, "of_folder", "python", [folder.id], ["b"], "")
    raw(project, "of_model", "python", [model.id], ["b"], "")
    folder.delete()
    model.delete()
    left = [] if assumptions is LIKELY else ["of_folder", "of_model"]
    assert [each["name"] for each in project.list_recipes()] == left


def test_documents_with_an_old_version(project, assumptions):
    managed(project, "a")
    raw(project, "r", "python", ["a"], ["a"], "x")
    scenario = project.create_scenario("s", "step_based")
    dataset, recipe = project.get_dataset("a"), project.get_recipe("r")
    for each in (dataset, recipe, scenario):
        first, second = each.get_settings(), each.get_settings()
        first.save()
        if assumptions.stale_versions_are_refused:
            with pytest.raises(DataikuException, match="saved by somebody else"):
                second.save()
        else:
            second.save()
        each.get_settings().save()


def test_versions_after_a_revert(project, assumptions):
    dataset = managed(project, "a")
    managed(project, "b")
    repo = project.get_project_git()
    before = repo.log(count=1)["entries"][0]["commitId"]
    dataset.set_schema({"columns": [{"name": "x", "type": "string"}]})
    repo.revert_to_revision(before)
    assert dataset.get_schema()["columns"] == []
    numbers = [each["versionTag"]["versionNumber"] for each in project.list_datasets()]
    assert numbers == [int(not assumptions.versions_in_files), 0]
    repo.revert_commit(repo.log(count=1)["entries"][0]["commitId"])
    assert dataset.get_schema()["columns"] != []
    assert repo.get_status()["clean"]


@pytest.mark.parametrize("advances", [False, True])
def test_versions_beside_git_after_a_revert(tmp_path, connect, advances):
    assumptions = Assumptions(reverts_advance_versions=advances)
    with Emulator(tmp_path, assumptions=assumptions) as dss:
        project = connect(dss).create_project("P", "P", "admin")
        dataset = managed(project, "a")
        managed(project, "b")
        repo = project.get_project_git()
        repo.create_branch("dev")
        repo.switch("master")
        before = repo.log(count=1)["entries"][0]["commitId"]
        dataset.set_schema({"columns": [{"name": "x", "type": "string"}]})
        repo.switch("dev")
        repo.switch("master")
        repo.revert_to_revision(before)
        repo.revert_commit(repo.log(count=1)["entries"][0]["commitId"])
        numbers = [each["versionTag"]["versionNumber"] for each in project.list_datasets()]
        assert numbers == [1 + 4 * advances, 0]
        assert repo.get_status()["clean"]
    with Emulator(tmp_path, assumptions=assumptions) as dss:
        found = connect(dss).get_project("P").list_datasets()
        assert [each["versionTag"]["versionNumber"] for each in found] == numbers


def test_the_ids_of_scenarios(project, assumptions):
    def made(name, **sent):
        return project.create_scenario(name, "step_based", sent).id

    honoured = made("x y", id="MINE")
    assert honoured == ("MINE" if assumptions.scenario_ids_are_honoured else "XY")
    assert made("Nightly build") == (
        "Nightly_build" if assumptions.scenario_ids_keep_case else "NIGHTLYBUILD"
    )
    if assumptions.scenario_ids_collide:
        with pytest.raises(DataikuException, match="already exists"):
            made("Nightly build")
    else:
        assert [made("Nightly build") for _ in range(2)] == ["NIGHTLYBUILD_2", "NIGHTLYBUILD_3"]
    assert {each["id"] for each in project.list_scenarios()} >= {honoured}


def test_default_parameters_of_raw_recipes(project, assumptions):
    managed(project, "a")
    raw(project, "r", "sync", ["a"], ["a"], "")
    params = project.get_recipe("r").get_settings().recipe_settings.get("params", {})
    assert bool(params) is assumptions.raw_recipes_get_params


def test_fields_that_new_datasets_keep(project, assumptions):
    columns = [{"name": "x", "type": "string"}]
    sent = {"tags": ["t"], "shortDesc": "s", "schema": {"columns": columns}}
    body = {"projectKey": "SALES", "name": "a", "type": "Filesystem", **sent}
    body["params"] = {"connection": "filesystem_managed", "path": "x"}
    project.client._perform_json("POST", "/projects/SALES/datasets/", body=body)
    found = project.get_dataset("a").get_settings().get_raw()
    assert found["params"]["path"] == "x"
    kept = assumptions.new_datasets_keep_all
    assert (found["tags"], found.get("shortDesc")) == ((["t"], "s") if kept else ([], None))
    assert found["schema"]["columns"] == (columns if kept else [])


def test_the_types_of_variables(project, assumptions):
    sent = {"n": 1, "t": "x", "o": {"k": [True]}}
    project.set_variables({"standard": sent, "local": {}})
    texts = {"n": "1", "t": "x", "o": '{"k": [true]}'}
    found = project.get_variables()["standard"]
    assert found == (sent if assumptions.variables_are_typed else texts)


def test_implied_permissions(project, assumptions):
    permissions = project.get_permissions()
    permissions["permissions"] = [{"group": "readers", "writeProjectContent": True}]
    project.set_permissions(permissions)
    (item,) = project.get_permissions()["permissions"]
    assert item["writeProjectContent"]
    assert item["readProjectContent"] is not assumptions.permissions_are_raw
    assert not item["admin"]


def test_fields_that_the_server_adds_to_payloads(project, assumptions):
    managed(project, "a")
    payload = {"keys": [{"column": "x"}], "values": [], "preFilter": {"enabled": False}}
    raw(project, "r", "grouping", ["a"], ["a"], json.dumps(payload))
    settings = project.get_recipe("r").get_settings()
    settings.set_json_payload(payload)
    settings.save()
    found = project.get_recipe("r").get_settings().get_json_payload()
    added = assumptions.payloads_are_annotated
    assert ("$idx" in found["keys"][0]) is ("$status" in found["preFilter"]) is added
    assert ("engineType" in found) is added


def test_the_authors_of_the_log(project, assumptions):
    author = project.get_project_git().log(count=1)["entries"][0]["author"]
    assert author == ("admin <admin@emulator>" if assumptions.log_names_addresses else "admin")


def test_compressed_answers(dss, project, assumptions):
    """
    In process and on a socket; only for clients that accept it.
    """
    project.set_variables({"standard": {"v": "x" * 5000}, "local": {}})
    assert project.get_variables()["standard"] == {"v": "x" * 5000}
    with serve(dss) as server, requests.Session() as session:
        url = f"{server.url}/public/api/projects/SALES/variables"
        for accepted in ("gzip", "identity"):
            headers = {"Authorization": "Bearer emulator", "Accept-Encoding": accepted}
            answer = session.get(url, headers=headers, timeout=9)
            assert answer.json()["standard"] == {"v": "x" * 5000}
            short = assumptions.answers_are_compressed and accepted == "gzip"
            assert (answer.headers.get("Content-Encoding") == "gzip") is short
            assert (int(answer.headers["Content-Length"]) < 1000) is short


def test_an_edition_without_zones(tmp_path):
    with Emulator(zones=False) as dss:
        world = World(tmp_path, dss)
        world.write(
            """
            from dssdsl import Dataset, Project, PythonRecipe
            Project("P")
            a = Dataset("A", connection="filesystem_managed")
            b = Dataset("B", connection="filesystem_managed")
            PythonRecipe("r", inputs=[a], outputs=[b], code="x")
            """
        )
        world.up()
        assert not world.preview()
        world.destroy()
        assert dss.projects() == []
        assert {each.status for each in dss.requests if "zones" in each.path} == {404}


def test_variables_that_become_strings(tmp_path):
    with Emulator(assumptions=OPPOSITE) as dss:
        world = World(tmp_path, dss)
        for number in (1, 2):
            world.write(
                f"""
                from dssdsl import Project, ProjectVariables
                Project("P")
                ProjectVariables(standard={{"n": {number}, "o": {{"k": [True]}}}}, local={{"l": 1.5}})
                """
            )
            assert world.preview()
            world.up()
            assert not world.preview()
            assert world.dss.project("P").json("variables.json", {})["n"] == str(number)


SALES = Path(__file__).parents[2] / "examples" / "sales"


@pytest.mark.parametrize("question", ["none", "all", *EACH_OPPOSITE])
def test_the_example_deploys_under_every_assumption(tmp_path, question):
    """
    With each opposite answer alone, it deploys as declared, and can be destroyed.
    """
    assumptions = {"none": LIKELY, "all": OPPOSITE, **EACH_OPPOSITE}[question]
    folder = tmp_path / "sales"
    shutil.copytree(SALES, folder, ignore=shutil.ignore_patterns(".dssdsl"))
    connections = {"warehouse": "Snowflake", "warehouse_managed": "Snowflake"}
    with Emulator(
        assumptions=assumptions, connections=connections, code_envs=["py311_sales"]
    ) as dss:
        Workspace(folder, emulator=dss).up()
        assert not Workspace(folder, emulator=dss).preview()
        Workspace(folder, emulator=dss).destroy()
        assert dss.projects() == []


class Contrary:
    """A contract on a DSS with every opposite answer: the laws that an answer can affect."""

    test_full_sets_every_field = None
    test_in_yaml_it_means_the_same = None
    test_raw_does_not_go_round_a_field = None
    test_raw_sets_what_is_not_modelled = None
    test_ignored_changes_are_sent_at_creation_and_then_left_alone = None

    @pytest.fixture(name="dss")
    def _dss(self):
        keys = {"emulator": User("admin"), "alice": User("alice")}
        # The contract's own Alice puts back what she read long before.
        assumptions = evolve(OPPOSITE, stale_versions_are_refused=False)
        with emulator(assumptions=assumptions, keys=keys) as found:
            yield found

    @pytest.mark.parametrize("after", [True], ids=["after"])
    def test_refused_at_any_write_and_run_again(self, workspace, dss, after):
        super().test_refused_at_any_write_and_run_again(workspace, dss, after)


class Shorter(Contrary):
    """The laws that assumptions about lists, files and defaults can affect."""

    test_refused_at_any_write_and_run_again = None
    test_edits_take_their_action = None
    test_what_is_dropped_goes_back_or_is_said_to_stay = None


class TestDataset(Contrary, test_managed.TestDataset):
    pass


class TestScenario(Contrary, test_scenario.TestScenario):
    test_each_place_edited_in_the_ui_is_named_and_put_back = None  # it has ninety
    test_edits_take_their_action = None

    def test_a_save_in_the_ui_is_noticed(self, workspace, dss):
        declared = workspace(self.full)
        declared.up()
        assert not declared.preview()
        (name,) = [path.stem for path in dss.project_folder("SALES").glob("scenarios/*.json")]
        dss.edit("SALES", f"scenarios/{name}.json", lambda found: found.update(shortDesc="Alice"))
        (step,) = workspace(self.full).preview().steps
        assert {change.field for change in step.changes} == {"short_desc"}


class TestManagedFolder(Shorter, test_managed_folders.TestManagedFolder):
    pass


class TestFlowZone(Shorter, test_zones.TestFlowZone):
    pass


class TestPythonRecipe(Shorter, test_code.TestPythonRecipe):
    test_each_place_edited_in_the_ui_is_named_and_put_back = None


class TestProjectPermissions(Shorter, test_permissions.TestProjectPermissions):
    pass
