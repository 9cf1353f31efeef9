"""Operations on datasets and managed folders."""

from __future__ import annotations

import io

import pytest

from .operations import operation


@operation("project.list_datasets()")
def _(w):
    assert len(w.project.list_datasets()) == 10


@operation("project.create_dataset")
def _(w):
    params = {"connection": "c", "path": "p"}
    w.project.create_dataset("N", "Filesystem", params, "csv", {"separator": ","})
    assert not w.project.get_dataset("N").get_settings().get_raw()["managed"]


@operation("project.create_filesystem_dataset")
def _(w):
    assert w.project.create_filesystem_dataset("N", "c", "p").exists()


@operation("project.create_sql_table_dataset")
def _(w):
    made = w.project.create_sql_table_dataset("N", "PostgreSQL", "pg", "t", "s")
    assert made.get_settings().get_raw()["params"]["table"] == "t"


@operation("project.create_upload_dataset + add file")
def _(w):
    made = w.project.create_upload_dataset("N", "c")
    made.uploaded_add_file(io.BytesIO(b"a,b\n"), "a.csv")
    assert made.uploaded_list_files()[0]["path"] == "/a.csv"


@operation("new_managed_dataset.create(overwrite=False)")
def _(w):
    builder = w.project.new_managed_dataset("N")
    builder.with_store_into("c", format_option_id="CSV_EXCEL_GZIP")
    builder.with_copy_partitioning_from("E")
    made = builder.create()
    assert made.get_settings().get_raw()["formatParams"]["style"] == "excel"


@operation("new_managed_dataset.create(overwrite=True) on existing")
def _(w):
    w.project.new_managed_dataset("E").with_store_into("c").create(overwrite=True)
    assert w.project.get_dataset("E").get_schema()["columns"] == []


@operation("dataset settings change")
def _(w):
    settings = w.project.get_dataset("D").get_settings()
    settings.get_raw()["tags"] = ["t"]
    settings.get_raw()["description"] = "x"
    settings.save()
    assert w.project.get_dataset("D").get_settings().get_raw()["description"] == "x"


@operation("dataset.set_schema")
def _(w):
    schema = {"columns": [{"name": "a", "type": "string"}], "userModified": True}
    w.project.get_dataset("D").set_schema(schema)
    assert w.project.get_dataset("D").get_schema() == schema


@operation("dataset.set_metadata")
def _(w):
    dataset = w.project.get_dataset("D")
    dataset.set_metadata({**dataset.get_metadata(), "description": "x"})


@operation("dataset.exists")
def _(w):
    assert w.project.get_dataset("D").exists()
    assert not w.project.get_dataset("no").exists()


@operation("dataset.get_zone")
def _(w):
    assert w.project.get_dataset("D").get_zone().id == "default"


@operation("dataset.move_to_zone(id)")
def _(w):
    w.project.get_dataset("D").move_to_zone(w.zone.id)
    assert w.project.get_dataset("D").get_zone().id == w.zone.id


@operation("dataset.rename")
def _(w):
    w.project.get_dataset("D").rename("D2")
    assert w.recipe.get_settings().get_flat_input_refs() == ["D2"]


@operation("dataset.delete(drop_data=True)")
def _(w):
    w.project.get_dataset("D").delete(drop_data=True)
    assert not w.project.get_dataset("D").exists()


@operation("data quality rule list/create/save/delete")
def _(w):
    rules = w.project.get_dataset("D").get_data_quality_rules()
    assert rules.list_rules() == []
    made = rules.create_rule({"type": "ColumnMinInRangeRule", "displayName": "q"})
    made.save()
    made.delete()


@operation("dataset.build")
def _(w):
    with pytest.raises(Exception, match="FAILED"):
        w.project.get_dataset("O").build()


@operation("create_managed_folder")
def _(w):
    w.project.create_managed_folder("g")


@operation("managed folder put_file")
def _(w):
    w.folder.put_file("/a/b.txt", io.BytesIO(b"a"))
    assert w.folder.list_contents()["items"][0]["path"] == "/a/b.txt"


@operation("managed folder rename / delete")
def _(w):
    w.folder.rename("g")
    w.folder.delete()
    assert w.project.list_managed_folders() == []
