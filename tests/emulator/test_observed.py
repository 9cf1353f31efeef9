"""Facts that others observed on real servers, DSS 14.7 to 15.0; each test names one."""

from __future__ import annotations

import io
import json
import re

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator


@pytest.fixture
def ask(send):
    """Send a request and return the status, and the document of the response."""

    def ask(method, path, body=None):
        response = send(method, f"/dip/publicapi{path}", body)
        return response.status, json.loads(response.content or "null")

    return ask


def test_a_folder_path_may_be_one_encoded_segment(project, send):
    folder = project.create_managed_folder("files")
    folder.put_file("a/b.txt", io.BytesIO(b"b"))
    path = f"/dip/publicapi/projects/SALES/managedfolders/{folder.id}/contents/%2Fa%2Fb.txt"

    assert send("GET", path).content == b"b"
    assert send("DELETE", path).status == 200
    assert folder.list_contents()["items"] == []


def test_uploaded_files_have_file_names_and_go_with_the_data(project):
    dataset = project.create_upload_dataset("up")
    dataset.uploaded_add_file(io.BytesIO(b"x\n1\n"), "x.csv")

    assert [each["filename"] for each in dataset.uploaded_list_files()] == ["x.csv"]
    dataset.clear()
    assert dataset.uploaded_list_files() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "datasets/x/data"),
        ("POST", "agents/skills"),
        ("POST", "evaluationstores/x/evaluations"),
        ("DELETE", "evaluationstores/x/evaluations"),
        ("POST", "lab/x/models"),
        ("POST", "models/lab"),
        ("GET", "models/lab/documentations/x"),
    ],
)
def test_a_known_call_that_is_not_emulated_is_not_a_wrong_verb(project, ask, method, path):
    body = None if method == "GET" else {}
    assert ask(method, f"/projects/SALES/{path}", body)[0] == 501


def test_creating_a_branch_switches_to_it(project):
    repo = project.get_project_git()
    repo.create_branch("dev")
    assert repo.get_status()["currentBranch"] == "dev"


def test_a_remote_that_is_not_set_is_an_empty_document(project, ask):
    assert ask("GET", "/projects/SALES/git/remotes/origin") == (200, {})


def test_a_scenario_without_steps_succeeds(project):
    scenario = project.create_scenario("IDLE", "step_based")
    scenario.run()
    assert scenario.get_last_runs()[0].outcome == "SUCCESS"


def test_the_info_of_a_dataset_has_its_name_and_type(project, ask):
    project.new_managed_dataset("a").with_store_into("filesystem_managed").create()
    _, info = ask("GET", "/projects/SALES/datasets/a/info")
    assert (info["name"], info["type"]) == ("a", "Filesystem")


def test_a_new_library_has_a_folder_for_python(project):
    project.get_library().get_folder("python").add_folder("mine")


def test_a_bundle_id_that_is_taken_is_refused_with_400(project, ask):
    project.export_bundle("v1")
    status, error = ask("PUT", "/projects/SALES/bundles/exported/v1")
    assert status == 400
    assert error["message"] == "Bundle v1 already exists for project SALES"


def test_a_new_worksheet_is_returned_and_needs_a_selection(project, ask):
    project.new_managed_dataset("a").with_store_into("filesystem_managed").create()
    path, name = "/projects/SALES/datasets/a/statistics/worksheets", {"name": "W"}

    assert ask("POST", path, {**name, "dataSpec": {}})[0] == 500
    _, made = ask("POST", path, {**name, "dataSpec": {"datasetSelection": {"maxRecords": 1}}})
    assert made["name"] == "W"
    assert ask("GET", f"{path}/{made['id']}")[1]["rootCard"]


def test_the_position_of_a_zone_is_set_at_its_creation_only(project, ask):
    path = "/projects/SALES/flow/zones"
    _, made = ask("POST", path, {"name": "Z", "color": "#ff0000", "position": {"x": 1}})
    assert made["position"] == {"x": 1}
    _, saved = ask("PUT", f"{path}/{made['id']}", {**made, "position": {"x": 2}})
    assert saved["position"] == {"x": 1}


def test_a_zone_that_lists_a_missing_recipe_can_be_saved(project, dss):
    """
    Real projects contain zones with items of deleted recipes.
    """
    zone = project.get_flow().create_zone("Z")
    item = {"objectId": "gone", "objectType": "RECIPE"}
    dss.edit("SALES", f"zones/{zone.id}.json", lambda document: document["items"].append(item))

    settings = project.get_flow().get_zone(zone.id).get_settings()
    settings.name = "Y"
    settings.save()

    (_, saved) = (each.get_settings().get_raw() for each in project.get_flow().list_zones())
    assert (saved["name"], saved["items"]) == ("Y", [item])


@pytest.mark.parametrize("kind", ["RECIPE", "DATASET"])
def test_a_zone_can_be_saved_after_one_of_its_items_was_deleted(project, kind):
    """
    Somebody deletes the object between the reading and the saving of the zone.
    """
    project.new_managed_dataset("a").with_store_into("filesystem_managed").create()
    recipe = project.new_recipe("sync", "r").with_input("a")
    recipe = recipe.with_new_output("b", "filesystem_managed").create()
    zone = project.get_flow().create_zone("Z")
    zone.add_item(recipe)
    settings = zone.get_settings()
    gone = recipe if kind == "RECIPE" else project.get_dataset("b")
    gone.delete()
    settings.save()

    saved = zone.get_settings().get_raw()["items"]
    assert {"objectId": "r" if kind == "RECIPE" else "b", "objectType": kind} in saved
    assert len(saved) == 2


def test_a_future_is_gone_once_its_result_was_read(client, project, ask):
    future = client.get_future(ask("DELETE", "/projects/SALES")[1]["jobId"])

    assert future.peek_state()["hasResult"]
    assert future.get_state()["hasResult"]
    with pytest.raises(DataikuException, match="No future by that id"):
        future.get_state()


def test_a_finished_future_that_is_aborted_says_so(project, ask):
    job = ask("DELETE", "/projects/SALES")[1]["jobId"]
    _, state = ask("DELETE", f"/futures/{job}")
    assert (state["alive"], state["hasResult"], state["aborted"]) == (False, True, True)


def test_jobs(project, ask):
    """
    Ids end with milliseconds, the limit counts from the newest, and nothing to build counts zero.
    """
    project.new_managed_dataset("a").with_store_into("filesystem_managed").create()
    recipe = project.new_recipe("sync", "r").with_input("a")
    recipe.with_new_output("b", "filesystem_managed").create()
    idle, failed = (
        project.start_job({"type": "NON_RECURSIVE_BUILD", "outputs": [{"id": name}]})
        for name in ("a", "b")
    )

    assert re.search(r"\.\d{3}$", idle.id)
    assert idle.get_status()["globalState"]["total"] == 0
    base = failed.get_status()["baseStatus"]
    assert base["activityIdsByRecipeName"] == {"r": ["r_NP"]}
    assert base["def"]["outputs"] == [
        {"targetDataset": "b", "targetDatasetProjectKey": "SALES", "targetPartition": "NP"}
    ]
    failed.abort()


def test_the_limit_of_jobs_counts_from_the_newest(project, dss):
    project.new_managed_dataset("a").with_store_into("filesystem_managed").create()
    jobs = [project.start_job({"outputs": [{"id": "a"}]}).id for _ in range(3)]
    found = dss.serve(
        "GET", "/projects/SALES/jobs", "limit=2", b"", authorization="Bearer emulator"
    )
    assert [each["def"]["id"] for each in json.loads(found.content)] == jobs[1:]


def test_metadata_of_datasets_and_recipes_has_no_label(project):
    project.new_managed_dataset("a").with_store_into("filesystem_managed").create()
    recipe = project.new_recipe("sync", "r").with_input("a")
    recipe = recipe.with_new_output("b", "filesystem_managed").create()
    assert "label" not in project.get_dataset("a").get_metadata()
    assert "label" not in recipe.get_metadata()


def test_schemas_of_joins_need_virtual_inputs(project, ask):
    for name in ("a", "c"):
        project.new_managed_dataset(name).with_store_into("filesystem_managed").create()
    columns = [{"name": "x", "type": "string"}]
    project.get_dataset("a").set_schema({"columns": columns, "userModified": True})
    recipe = project.new_recipe("join", "j").with_input("a").with_input("c")
    recipe = recipe.with_new_output("b", "filesystem_managed").create()
    settings = recipe.get_settings()
    settings.obj_payload["selectedColumns"] = [{"name": "x", "table": 0}]
    settings.save()

    (computable,) = recipe.compute_schema_updates().data["computables"]
    assert computable["previousSchemaWasEmpty"] is True

    settings.set_payload("{}")
    settings.save()
    assert ask("GET", "/projects/SALES/recipes/j/schema-update")[0] == 500


def test_sql_notebooks(dss, client, project, ask):
    """
    Code is a text, the connection must be SQL, and the project's key must be there.
    """
    client.create_connection("pg", "PostgreSQL", {})
    path = "/projects/SALES/sql-notebooks"
    whole = {"projectKey": "SALES", "connection": "pg", "cells": [{"code": "SELECT 1"}]}

    assert ask("POST", path, whole)[0] == 200
    assert ask("POST", path, {**whole, "cells": [{"code": ["SELECT 1"]}]})[0] == 500
    assert ask("POST", path, {**whole, "connection": "filesystem_managed"})[0] == 400
    assert ask("POST", path, {**whole, "projectKey": None})[0] == 500


def test_replies_come_newest_first(project):
    discussion = project.get_object_discussions().create_discussion("Topic", "first")
    discussion.add_reply("second")
    assert [each.get_text() for each in discussion.get_replies()] == ["second", "first"]


def test_code_envs_have_a_creation_tag(client):
    env = client.create_code_env("PYTHON", "py", "DESIGN_MANAGED")
    tag = env.get_settings().get_raw()["desc"]["creationTag"]
    assert tag["lastModifiedBy"] == {"login": "admin"}


def test_the_code_envs_of_a_new_instance_have_a_creation_tag(connect, tmp_path):
    with Emulator(tmp_path / "dss", code_envs=["py"]) as dss:
        settings = connect(dss).get_code_env("PYTHON", "py").get_settings()
        tag = settings.get_raw()["desc"].pop("creationTag")
        settings.save()
        again = connect(dss).get_code_env("PYTHON", "py").get_settings().get_raw()

    assert tag["lastModifiedBy"] == {"login": "admin"}
    assert again["desc"]["creationTag"] == tag


def test_the_light_scenario_has_its_state(project, ask):
    project.create_scenario("S", "step_based")
    _, light = ask("GET", "/projects/SALES/scenarios/S/light")
    assert {"id", "running", "active"} <= light.keys()
    assert "lastRun" not in light


def test_jupyter_notebooks_are_stored_as_json_of_dss(project, dss):
    project.create_jupyter_notebook("n", {"cells": [], "metadata": {}, "nbformat": 4})
    stored = (dss.project_folder("SALES") / "ipython_notebooks/n.ipynb").read_text()
    assert stored.startswith('{\n  "cells": [],\n  "metadata": {')
    assert stored.endswith("}")


def test_the_status_of_the_licence_has_the_fields_that_clients_read(client):
    status = client.get_licensing_status()
    assert {"licenseContent", "expiresOn", "profileLimits"} <= status["base"].keys()
    assert "licensedProfiles" in status["limits"]
    assert status["ceEnterprise"] is False


@pytest.fixture
def flow(project):
    """A project with a recipe of each kind that the emulator knows the settings of, and a scenario."""
    columns = [{"name": "x", "type": "string"}]
    for name in ("a", "c"):
        project.new_managed_dataset(name).with_store_into("filesystem_managed").create()
        project.get_dataset(name).set_schema({"columns": columns, "userModified": True})
    for kind in SETTINGS:
        recipe = project.new_recipe(kind, kind).with_input("a")
        if kind in ("join", "vstack"):
            recipe = recipe.with_input("c")
        recipe.with_new_output(f"by_{kind}", "filesystem_managed").create()
    project.create_scenario("S", "step_based")
    return project


SETTINGS = ("grouping", "join", "vstack", "window", "sort", "distinct", "pivot", "shaker")


def other_forms(document):
    """Yield the document with each object as a list, each list as an object; once each, two levels deep."""
    for key, value in document.items():
        if isinstance(value, (dict, list)):
            yield key, {**document, key: [] if isinstance(value, dict) else {}}
        if isinstance(value, dict):
            for inner, below in value.items():
                if isinstance(below, (dict, list)):
                    other = [] if isinstance(below, dict) else {}
                    yield f"{key}.{inner}", {**document, key: {**value, inner: other}}


def test_documents_of_another_shape_are_refused(flow, ask):
    """
    An object where DSS has a list, and the other way round.
    """
    paths = {"datasets/a": None, "scenarios/S": None, "settings": None, "recipes/join": "recipe"}
    tried, accepted = 0, []
    for path, part in paths.items():
        _, whole = ask("GET", f"/projects/SALES/{path}")
        document = whole[part] if part else whole
        if path == "scenarios/S":
            document["params"] = {"steps": []}
        ignored = ("versionTag", "creationTag", "rawParams")  # only DSS writes them
        rest = {key: value for key, value in document.items() if key not in ignored}
        for place, wrong in other_forms(rest):
            tried += 1
            sent = {**whole, part: wrong} if part else wrong
            if ask("PUT", f"/projects/SALES/{path}", sent)[0] == 200:
                accepted.append(f"{path}: {place}")
        assert ask("PUT", f"/projects/SALES/{path}", whole)[0] == 200

    assert tried > 50
    assert accepted == []


@pytest.mark.parametrize("kind", SETTINGS)
def test_settings_of_recipes_of_another_shape_are_refused(flow, ask, kind):
    path = f"/projects/SALES/recipes/{kind}"
    _, whole = ask("GET", path)
    payload = json.loads(whole["payload"])
    wrong = dict(other_forms(payload))

    assert wrong
    for place, each in wrong.items():
        status, error = ask("PUT", path, {**whole, "payload": json.dumps(each)})
        assert (status, "JsonSyntaxException" in error["errorType"]) == (500, True), place
    assert ask("PUT", path, whole)[0] == 200
