"""Operations on recipes."""

from __future__ import annotations

import pytest

from .operations import operation


@operation("recipe create: python (project.new_recipe)")
def _(w):
    assert w.python("r").get_settings().get_code() == "print(1)"


@operation("recipe create: python raw mode")
def _(w):
    builder = w.project.new_recipe("python", "r").with_input("D").with_output("O")
    builder.set_raw_mode()
    builder.recipe_proto["params"] = {"envSelection": {"envMode": "INHERIT"}}
    builder.recipe_proto["tags"] = ["t"]
    builder.creation_settings["rawPayload"] = "print(1)"
    assert builder.create().get_settings().get_code() == "print(1)"


@operation("recipe create: python with_new_output_dataset")
def _(w):
    builder = w.project.new_recipe("python", "r").with_input("D")
    with pytest.deprecated_call():
        builder.with_new_output_dataset("N", "c", copy_partitioning_from="D")
    builder.with_script("print(1)").create()
    assert w.project.get_dataset("N").exists()


@operation("recipe create: sync with_new_output")
def _(w):
    w.project.new_recipe("sync", "r").with_input("D").with_new_output("N", "c").create()
    assert w.project.get_dataset("N").exists()


@operation("recipe create: sync with_existing_output")
def _(w):
    w.builder("sync", "D").create()


@operation("recipe create: grouping")
def _(w):
    builder = w.project.new_recipe("grouping", "r").with_input("D").with_new_output("N", "c")
    made = builder.with_group_key("k").create()
    assert made.get_settings().obj_payload["keys"] == [{"column": "k"}]


@operation("recipe create: join")
def _(w):
    builder = w.project.new_recipe("join", "r").with_input("A").with_input("B")
    made = builder.with_new_output("N", "c").create()
    assert made.get_settings().get_flat_input_refs() == ["A", "B"]


@operation("recipe create: vstack")
def _(w):
    assert w.builder("vstack", "A", "B").create().get_settings().get_flat_input_refs()


@operation("recipe create: split")
def _(w):
    builder = w.project.new_recipe("split", "r").with_input("D")
    builder.with_new_output("N1", "c").with_new_output("N2", "c").create()
    assert w.project.get_dataset("N2").exists()


@operation("recipe create: prepare")
def _(w):
    assert w.builder("prepare", "D").create().get_settings().obj_payload["steps"] == []


@operation("recipe create: sql_query")
def _(w):
    assert "SELECT" in w.builder("sql_query", "D").create().get_settings().str_payload


@operation("recipe create: topn")
def _(w):
    w.project.new_recipe("topn", "r").with_input("D").with_output("O").create()


@operation("recipe create: prediction_scoring")
def _(w):
    w.builder("prediction_scoring", "D").with_input_model(w.model.sm_id).create()


@operation("recipe create: evaluation")
def _(w):
    builder = w.project.new_recipe("evaluation", "r").with_input("D")
    builder.with_input_model(w.model.sm_id).with_output("SCORED").with_output_metrics("MM")
    builder.with_output_evaluation_store(w.store.mes_id).create()


@operation("recipe create: standalone_evaluation")
def _(w):
    builder = w.project.new_recipe("standalone_evaluation", "r").with_input("D")
    builder.with_reference_dataset("REF").with_output_evaluation_store(w.store.mes_id).create()


@operation("recipe create: embed_dataset")
def _(w):
    builder = w.project.new_recipe("embed_dataset", "r").with_input("D")
    made = builder.with_output_knowledge_bank("KB", "openai:c:m").create()
    (bank,) = w.project.list_knowledge_banks()
    assert made.get_settings().get_flat_output_refs() == [bank.id]


@operation("recipe create: prompt with agent")
def _(w):
    made = w.builder("prompt", "D").with_llm(f"agent:{w.agent.sm_id}").create()
    assert w.agent.sm_id in made.get_settings().get_flat_input_refs()


@operation("recipe create: extract_failed_rows")
def _(w):
    w.builder("extract_failed_rows", "D").create()


@operation("recipe create: download (new folder output)")
def _(w):
    builder = w.project.new_recipe("download", "r")
    builder.with_new_output("F", "filesystem_folders", object_type="MANAGED_FOLDER").create()
    assert len(w.project.list_managed_folders()) == 2


@operation("recipe create: PythonRecipeCreator without script")
def _(w):
    with pytest.raises(AttributeError, match="script"):
        w.project.get_dataset("D").new_code_recipe("python").with_output("O").create()


@operation("recipe settings: code + env")
def _(w):
    settings = w.recipe.get_settings()
    settings.set_code("print(2)")
    settings.set_code_env(code_env="e")
    settings.save()
    assert w.recipe.get_settings().get_code() == "print(2)"


@operation("recipe.rename")
def _(w):
    w.recipe.rename("r2")
    assert w.project.get_recipe("r2").get_settings().get_code() == "print(1)"


@operation("recipe.delete")
def _(w):
    w.recipe.delete()
    assert w.project.list_recipes() == []


@operation("recipe.move_to_zone")
def _(w):
    w.recipe.move_to_zone(w.zone.id)
    assert w.project.get_dataset("O").get_zone().id == w.zone.id


@operation("recipe schema updates apply")
def _(w):
    w.project.get_dataset("O").set_schema({"columns": [], "userModified": True})
    updates = w.builder("sync", "D").create().compute_schema_updates()
    assert updates.any_action_required()
    updates.apply()
    assert w.project.get_dataset("O").get_schema()["columns"]


@operation("recipe metadata")
def _(w):
    w.recipe.set_metadata({**w.recipe.get_metadata(), "description": "x"})
