"""Datasets: defaults, updates, schemas, names, detection."""

from __future__ import annotations

import gzip
import io
import json

import pytest
from dataikuapi.utils import DataikuException

from dssdsl.emulator import Emulator


def managed(project, name, connection="filesystem_managed", **options):
    return project.new_managed_dataset(name).with_store_into(connection, **options).create()


@pytest.mark.parametrize(
    ("connection", "type", "place", "format"),
    [
        ("filesystem_managed", "Filesystem", ("path", "${projectKey}/Orders"), "unix"),
        ("lake", "S3", ("path", "/dataiku/${projectKey}/Orders"), "escape_only_no_quote"),
        ("warehouse", "Snowflake", ("table", "${projectKey}_ORDERS"), None),
        ("postgres", "PostgreSQL", ("table", "${projectKey}_orders"), None),
    ],
)
def test_the_connection_determines_a_managed_dataset(project, connection, type, place, format):
    document = managed(project, "Orders", connection).get_settings().get_raw()

    assert document["type"] == type
    assert document["managed"] is True
    assert document["params"]["connection"] == connection
    assert document["params"][place[0]] == place[1]
    assert document.get("formatParams", {}).get("style") == format
    assert document["versionTag"]["versionNumber"] == 0
    assert document["creationTag"]["lastModifiedBy"] == {"login": "admin"}


def test_the_format_can_be_chosen(project):
    dataset = managed(project, "a", format_option_id="PARQUET_HIVE")
    assert dataset.get_settings().get_raw()["formatType"] == "parquet"
    settings = project.get_settings()
    settings.get_raw()["settings"]["datasetsCreationSettings"] |= {
        "useGlobal": False,
        "preferedStorageFormats": "CSV_ESCAPING_NOGZIP_FORHIVE,CSV_EXCEL_GZIP",
    }
    settings.save()
    assert managed(project, "b").get_settings().get_raw()["formatParams"]["style"] == "excel"


def test_missing_connections(project):
    with pytest.raises(DataikuException, match="Connection 'nowhere' does not exist"):
        managed(project, "a", "nowhere")
    with pytest.raises(DataikuException, match="Connection 'nowhere' does not exist"):
        project.create_filesystem_dataset("a", "nowhere", "path")


def test_taken_and_invalid_names(project):
    managed(project, "a")
    with pytest.raises(DataikuException, match="already exists"):
        managed(project, "a")
    with pytest.raises(DataikuException, match="Invalid dataset name"):
        managed(project, "no spaces")


def test_a_missing_dataset(project):
    with pytest.raises(DataikuException) as error:
        project.get_dataset("gone").get_settings()
    assert str(error.value) == (
        "com.dataiku.dip.server.controllers.NotFoundException: dataset does not exist: SALES.gone"
    )


def test_a_dataset_on_disk(project, folder):
    managed(project, "a").set_schema(
        {"columns": [{"name": "k", "type": "string"}, {"name": "v", "type": "array"}]}
    )
    text = folder("datasets/a.json")

    assert text.startswith('{\n  "type": "Filesystem",\n  "managed": true,')
    assert '      {"name":"k","type":"string"},\n' in text
    assert 'projectKey"' not in text
    assert "versionTag" not in text
    assert not text.endswith("\n")
    tags = json.loads(folder("version-tags.json"))["tags"]
    assert tags["DATASET.a"]["versionNumber"] == 1


def test_every_save_increments_the_version(project):
    dataset = managed(project, "a")
    settings = dataset.get_settings()
    settings.save()
    settings.save()
    assert dataset.get_settings().get_raw()["versionTag"]["versionNumber"] == 2


def test_how_a_save_normalises_a_document(project):
    dataset = managed(project, "a")
    settings = dataset.get_settings()
    settings.get_raw() | {}
    settings.get_raw()["tags"] = ["b", "a", "b"]
    settings.get_raw()["nonsense"] = 1
    settings.get_raw()["flowOptions"] |= {"rebuildBehavior": "SOMETIMES", "nonsense": 1}
    del settings.get_raw()["readWriteOptions"]
    settings.get_raw()["schema"] = {"columns": [{"type": "string", "name": "k", "nonsense": 1}]}
    settings.save()
    document = dataset.get_settings().get_raw()

    assert document["tags"] == ["a", "b"]
    assert "nonsense" not in document
    assert "rebuildBehavior" not in document["flowOptions"]
    assert "nonsense" not in document["flowOptions"]
    assert document["readWriteOptions"]["writeBuckets"] == 1
    assert document["schema"]["columns"] == [{"name": "k", "type": "string"}]
    assert set(project.get_tags()["tags"]) == {"a", "b"}


def test_without_normalisation_documents_stay_as_sent(connect):
    with Emulator(normalise=False) as dss:
        project = connect(dss).create_project("P", "P", "admin")
        dataset = managed(project, "a")
        settings = dataset.get_settings()
        settings.get_raw()["tags"] = ["b", "a", "b"]
        settings.get_raw()["nonsense"] = 1
        settings.save()
        assert dataset.get_settings().get_raw()["tags"] == ["b", "a", "b"]
        assert dataset.get_settings().get_raw()["nonsense"] == 1


def test_saving_an_unchanged_document_keeps_the_file(project, folder):
    dataset = managed(project, "a")
    before = folder("datasets/a.json")
    dataset.get_settings().save()
    assert folder("datasets/a.json") == before


def test_the_list_contains_whole_definitions(project):
    managed(project, "a")
    (item,) = project.list_datasets()
    document = project.get_dataset("a").get_settings().get_raw()
    document.pop("smartName")
    assert dict(item) == document


def test_external_datasets_are_stored_as_sent(project):
    project.create_dataset(
        "t", "Snowflake", {"connection": "warehouse", "table": "T", "mode": "table"}
    )
    document = project.get_dataset("t").get_settings().get_raw()
    assert document["managed"] is False
    assert document["params"]["table"] == "T"
    assert document["params"]["writeInsertBatchSize"] == 10000
    project.create_filesystem_dataset("f", "filesystem_managed", "in")
    params = project.get_dataset("f").get_settings().get_raw()["params"]
    assert params["filesSelectionRules"]["mode"] == "ALL"


def test_metadata(project):
    dataset = managed(project, "a")
    metadata = dataset.get_metadata()
    metadata |= {"description": "long", "tags": ["x"]}
    dataset.set_metadata(metadata)
    assert dataset.get_settings().get_raw()["description"] == "long"
    assert dataset.exists()
    assert not project.get_dataset("b").exists()


def test_types_are_detected_in_an_uploaded_file(project):
    dataset = project.create_upload_dataset("up")
    csv = b"id;name;amount;day\n1;x;1.5;2024-01-01\n2;y;2;2024-01-02\n"
    dataset.uploaded_add_file(io.BytesIO(csv), "a.csv")
    assert dataset.uploaded_list_files() == [
        {"filename": "a.csv", "path": "/a.csv", "length": len(csv)}
    ]
    settings = dataset.autodetect_settings(infer_storage_types=True)
    settings.save()

    document = dataset.get_settings().get_raw()
    assert document["formatParams"]["separator"] == ";"
    assert document["formatParams"]["parseHeaderRow"] is True
    types = {each["name"]: each["type"] for each in document["schema"]["columns"]}
    assert types == {"id": "bigint", "name": "string", "amount": "double", "day": "dateonly"}
    strings = dataset.autodetect_settings().get_raw()["schema"]["columns"]
    assert {each["type"] for each in strings} == {"string"}
    with pytest.raises(DataikuException, match="Cannot write file"):
        dataset.uploaded_add_file(io.BytesIO(b""), "a.csv")


def test_detection_on_a_connection_and_of_nothing(project, dss):
    project.create_filesystem_dataset("f", "filesystem_managed", "in/${projectKey}")
    with pytest.raises(DataikuException, match="No file found"):
        project.get_dataset("f").autodetect_settings()
    place = dss.root / "files/filesystem_managed/in/SALES"
    place.mkdir(parents=True)
    (place / "x.csv.gz").write_bytes(gzip.compress(b"a\tb\n1\tyes\n"))
    settings = project.get_dataset("f").autodetect_settings(infer_storage_types=True)
    assert settings.get_raw()["formatParams"]["compress"] == "gz"
    assert [c["name"] for c in settings.get_raw()["schema"]["columns"]] == ["a", "b"]


def test_the_columns_of_a_table(connect):
    columns = [{"name": "ID", "type": "bigint", "originalType": "NUMBER"}]
    tables = {"warehouse": {"RAW.ORDERS": columns}}
    with Emulator(connections={"warehouse": "Snowflake"}, tables=tables) as dss:
        project = connect(dss).create_project("P", "P", "admin")
        project.create_sql_table_dataset("o", "Snowflake", "warehouse", "ORDERS", "RAW")
        found = project.get_dataset("o").autodetect_settings().get_raw()["schema"]
        assert found["columns"] == columns
        project.create_sql_table_dataset("m", "Snowflake", "warehouse", "NONE", "RAW")
        with pytest.raises(DataikuException, match=r"Table not found: RAW\.NONE"):
            project.get_dataset("m").autodetect_settings()


def test_a_long_task_can_be_polled(project, dss):
    dataset = project.create_upload_dataset("up")
    dataset.uploaded_add_file(io.BytesIO(b"a,b\n1,2\n"), "a.csv")
    dss.future_polls = 2
    assert dataset.test_and_detect().wait_for_result()["format"]["ok"]
    polls = [each for each in dss.requests if each.path.startswith("/futures/")]
    assert len(polls) == 2
    with pytest.raises(DataikuException, match="No future by that id"):
        project.client.get_future("nope").get_state()
