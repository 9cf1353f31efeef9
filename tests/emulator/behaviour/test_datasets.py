from __future__ import annotations

import io

import pytest
from dataikuapi.utils import DataikuException

from tests.emulator.test_datasets import managed
from tests.emulator.test_recipes import raw

from .parts import COLUMNS, filled


def test_a_managed_dataset_with_guessed_settings_is_accepted(project):
    params = {"connection": "filesystem_managed", "path": "/"}
    project.client._perform_json(
        "POST",
        "/projects/SALES/datasets/",
        body={"name": "g", "type": "Filesystem", "managed": True, "params": params},
    )
    assert project.get_dataset("g").get_settings().get_raw()["managed"] is True


def test_the_defaults_of_a_new_managed_dataset(project):
    document = managed(project, "a").get_settings().get_raw()
    assert document["flowOptions"] == {
        "virtualizable": False,
        "rebuildBehavior": "NORMAL",
        "crossProjectBuildBehavior": "DEFAULT",
        "ignoreErrorStatusOnBuild": False,
    }
    assert document["schema"] == {"columns": [], "userModified": True}
    assert document["typeSystemVersion"] == "V2"
    assert [each["type"] for each in document["metrics"]["probes"]] == ["basic", "records"]
    assert document["metrics"]["displayedState"]["metrics"][-1] == "records:COUNT_RECORDS"
    assert document["metricsChecks"]["monitor"] is False
    assert document["partitioning"]["dimensions"] == []
    assert document["readWriteOptions"]["writeBuckets"] == 1


def test_the_parameters_of_new_datasets_by_type(project):
    files = managed(project, "f").get_settings().get_raw()
    assert files["params"]["filesSelectionRules"]["mode"] == "ALL"
    assert files["params"]["variablesExpansionLoopConfig"]["enabled"] is False
    csv = files["formatParams"]
    assert (csv["style"], csv["separator"], csv["compress"]) == ("unix", "\t", "gz")
    assert csv["maxRowChars"] == 100000000
    assert len(csv["hiveSeparators"]) == 7
    lake = managed(project, "l", "lake").get_settings().get_raw()
    assert lake["type"] == "S3"
    assert lake["params"]["metastoreTableName"] == "${projectKey}_l"
    assert lake["formatParams"]["dateSerializationFormat"] == "HIVE"
    table = managed(project, "t", "postgres").get_settings().get_raw()
    assert table["params"]["writeWithCopyBadDataBehavior"] == "NOVERIFY_ERROR"
    assert table["params"]["tableCreationMode"] == "auto"
    assert "formatType" not in table
    parquet = managed(project, "p", format_option_id="PARQUET_HIVE").get_settings().get_raw()
    assert parquet["formatParams"]["parquetCompressionMethod"] == "SNAPPY"


def test_a_connection_of_type_s3_cannot_be_created(client):
    with pytest.raises(DataikuException):
        client.create_connection("bucket", "S3", {})


def test_uploads_of_several_names_are_added_up(project):
    dataset = project.create_upload_dataset("up")
    for name in ("a.csv", "b.csv"):
        dataset.uploaded_add_file(io.BytesIO(b"x\n1\n"), name)
    assert [each["path"] for each in dataset.uploaded_list_files()] == ["/a.csv", "/b.csv"]


def test_another_connection_replaces_the_parameters(project):
    dataset = managed(project, "a")
    settings = dataset.get_settings()
    settings.get_raw()["type"] = "Snowflake"
    settings.get_raw()["params"] = {"connection": "warehouse", "mode": "table", "table": "T"}
    settings.save()
    document = dataset.get_settings().get_raw()
    assert document["type"] == "Snowflake"
    assert document["params"] == {"connection": "warehouse", "mode": "table", "table": "T"}
    assert document["formatType"] == "csv"


def test_columns_keep_their_order_and_known_fields(project):
    columns = [
        {"name": "b", "type": "string", "maxLength": 10, "comment": "c", "meaning": "Email"},
        {"name": "a", "type": "array", "arrayContent": {"type": "string"}},
        {"name": "n", "type": "date", "timestampNoTzAsDate": False, "originalType": "TS"},
    ]
    dataset = managed(project, "a")
    dataset.set_schema({"columns": columns, "userModified": False})
    assert dataset.get_schema() == {"columns": columns, "userModified": False}


def test_a_new_schema_does_not_propagate(project):
    filled(project, "a", "b")
    raw(project, "r", "sync", ["a"], ["b"], "")
    project.get_dataset("a").set_schema({"columns": COLUMNS[:1], "userModified": True})
    assert project.get_dataset("b").get_schema()["columns"] == COLUMNS


def test_the_smart_name_is_returned_and_not_stored(project, folder):
    dataset = managed(project, "a")
    settings = dataset.get_settings()
    assert settings.get_raw()["smartName"] == "a"
    settings.save()
    assert "smartName" not in folder("datasets/a.json")


def test_the_old_name_of_a_renamed_dataset_is_free(project):
    before = managed(project, "old").get_settings().get_raw()["params"]["path"]
    project.get_dataset("old").rename("new")
    again = managed(project, "old").get_settings().get_raw()["params"]["path"]
    assert project.get_dataset("new").get_settings().get_raw()["params"]["path"] == before == again


def test_a_deleted_recipe_is_removed_from_notebooks(project):
    filled(project, "a")
    raw(project, "r", "python", [], ["a"], "")
    content = {"metadata": {"associatedRecipe": "r"}, "cells": [], "nbformat": 4}
    notebook = project.create_jupyter_notebook("n", content)
    project.get_recipe("r").rename("s")
    assert notebook.get_content().get_metadata()["associatedRecipe"] == "s"
    project.get_dataset("a").delete()
    assert project.list_recipes() == []
    assert "associatedRecipe" not in notebook.get_content().get_metadata()
