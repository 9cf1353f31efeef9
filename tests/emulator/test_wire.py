"""
The genuine client's usual operations, one after the other, against one emulator.

Their requests were recorded from dataikuapi 15.2: 79 operations, 141 requests.
"""

from __future__ import annotations

import io

import pytest

from dssdsl.emulator import Emulator
from dssdsl.emulator.git.command import git

NOT_SERVED: dict[str, str] = {}
"""Operations that the emulator refuses with 501, and why."""

OPERATIONS = {}


def operation(name):
    def register(function):
        assert name not in OPERATIONS
        OPERATIONS[name] = function
        return function

    return register


class World:
    """The objects that the operations use, new for each of them."""

    def __init__(self, client, remote):
        self.client, self.remote = client, remote
        self.project = client.create_project("P", "Name", "admin")
        for name in ("D", "E", "A", "B", "O", "O1", "O2", "MM", "REF", "SCORED"):
            builder = self.project.new_managed_dataset(name).with_store_into("c")
            columns = [{"name": "k", "type": "string"}]
            builder.create().set_schema({"columns": columns, "userModified": True})
        self.folder = self.project.create_managed_folder("f")
        self.zone = self.project.get_flow().create_zone("Z")
        self.model = self.project.create_mlflow_pyfunc_model("m", "REGRESSION")
        self.agent = self.project.create_mlflow_pyfunc_model("agent", "REGRESSION")
        self.store = self.project.create_model_evaluation_store("ES")
        self.recipe = self.python("existing")
        self.scenario = self.project.create_scenario("S", "step_based")
        library = self.project.get_library()
        library.get_folder("python").add_file("x.py").write("a = 0")

    def python(self, name):
        builder = self.project.new_recipe("python", name).with_input("D").with_output("O")
        return builder.with_script("print(1)").create()

    def builder(self, type, *inputs, output="O"):
        builder = self.project.new_recipe(type, "r")
        for each in inputs:
            builder.with_input(each)
        return builder.with_existing_output(output)

    def head(self):
        return self.project.get_project_git().log(count=1)["entries"][0]["commitId"]


@operation("client.create_project")
def _(w):
    w.client.create_project("Q", "Name", "admin", description="d", tags=["a"])
    assert w.client.get_project("Q").get_metadata()["tags"] == ["a"]


@operation("project.delete()")
def _(w):
    w.project.delete()
    assert w.client.list_project_keys() == []


@operation("project.get_metadata+set_metadata")
def _(w):
    w.project.set_metadata({**w.project.get_metadata(), "tags": ["x"]})
    assert w.project.get_metadata()["tags"] == ["x"]


@operation("project settings: code env, exposed object, git commit mode")
def _(w):
    settings = w.project.get_settings()
    settings.set_python_code_env("env")
    settings.add_exposed_object("DATASET", "D", "Q")
    settings.get_raw()["settings"]["gitCommitMode"] = "EXPLICIT"
    settings.save()
    raw = w.project.get_settings().get_raw()
    assert raw["settings"]["codeEnvs"]["python"]["envName"] == "env"
    assert raw["exposedObjects"]["objects"][0]["localName"] == "D"
    assert raw["settings"]["gitCommitMode"] == "EXPLICIT"


@operation("project.update_variables")
def _(w):
    w.project.update_variables({"a": 1})
    assert w.project.get_variables() == {"standard": {"a": 1}, "local": {}}


@operation("project.set_permissions")
def _(w):
    w.project.set_permissions({"owner": "admin", "permissions": []})


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


@operation("list_scenarios")
def _(w):
    assert [item["id"] for item in w.project.list_scenarios()] == ["S"]


@operation("create_scenario step_based")
def _(w):
    definition = {"params": {"steps": []}, "tags": ["a"]}
    made = w.project.create_scenario("My scenario", "step_based", definition)
    assert made.get_settings().get_raw()["tags"] == ["a"]


@operation("scenario settings step_based")
def _(w):
    settings = w.scenario.get_settings()
    settings.active = True
    settings.add_periodic_trigger()
    settings.raw_steps.append({"id": "b", "name": "b", "type": "build_flowitem", "params": {}})
    settings.save()
    assert w.scenario.get_settings().raw_triggers[0]["type"] == "temporal"


@operation("scenario settings custom_python")
def _(w):
    made = w.project.create_scenario("PY", "custom_python")
    settings = made.get_settings()
    settings.code = "print()"
    settings.save()
    assert made.get_settings().code == "print()"


@operation("scenario.run")
def _(w):
    fired = w.scenario.run()
    assert fired.get_scenario_run().outcome == "SUCCESS"  # it has no steps


@operation("scenario.delete")
def _(w):
    w.scenario.delete()
    assert w.project.list_scenarios() == []


@operation("flow.list_zones")
def _(w):
    assert {zone.name for zone in w.project.get_flow().list_zones()} == {"Default", "Z"}


@operation("flow.create_zone")
def _(w):
    assert w.project.get_flow().create_zone("Y").color == "#2ab1ac"


@operation("zone settings")
def _(w):
    settings = w.zone.get_settings()
    settings.name, settings.color = "Z2", "#000000"
    settings.save()
    assert w.project.get_flow().get_zone(w.zone.id).name == "Z2"


@operation("zone.add_items")
def _(w):
    w.zone.add_items([w.project.get_dataset("D"), w.recipe])
    assert w.project.get_dataset("D").get_zone().id == w.zone.id


@operation("zone.add_shared / remove_shared")
def _(w):
    w.zone.add_shared(w.project.get_dataset("D"))
    assert len(w.project.get_flow().get_zone(w.zone.id).shared) == 1
    w.zone.remove_shared(w.project.get_dataset("D"))
    assert w.project.get_flow().get_zone(w.zone.id).shared == []


@operation("zone.delete")
def _(w):
    w.zone.delete()
    assert [zone.id for zone in w.project.get_flow().list_zones()] == ["default"]


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


@operation("library write existing")
def _(w):
    w.project.get_library().get_file("/python/x.py").write("a=1")
    assert w.project.get_library().get_file("/python/x.py").read() == "a=1"


@operation("library new folder + file")
def _(w):
    w.project.get_library().add_folder("dssdsl").add_file("state.json").write("{}")


@operation("library root add_file")
def _(w):
    w.project.get_library().add_file("notes.txt")


@operation("library rename/move/delete")
def _(w):
    w.project.get_library().get_file("/python/x.py").rename("y.py")
    library = w.project.get_library()
    library.get_file("/python/y.py").move_to(library.root)
    w.project.get_library().get_file("/y.py").delete()
    assert w.project.get_library().get_file("/y.py") is None


@operation("git status/log/diff")
def _(w):
    repo = w.project.get_project_git()
    assert repo.get_status()["clean"]
    assert repo.log(path="lib/python/x.py", count=5)["entries"]
    first, last = repo.log()["entries"][-1]["commitId"], w.head()
    assert repo.diff(commit_from=first, commit_to=last)["changedFiles"] > 0


@operation("git commit/tag/revert")
def _(w):
    repo = w.project.get_project_git()
    repo.commit("msg")
    repo.create_tag("v1", "HEAD", "m")
    assert repo.list_tags()[0]["shortName"] == "v1"
    repo.delete_tag("v1")
    before = w.head()
    w.project.set_variables({"standard": {"a": 1}, "local": {}})
    assert repo.revert_commit(w.head())["success"]
    assert repo.revert_to_revision(before)["success"]
    repo.reset_to_head()


@operation("git branches/remote")
def _(w):
    repo = w.project.get_project_git()
    assert repo.list_branches() == ["master"]
    repo.create_branch("b", w.head(), duplicate_project=True, target_project_key="PB")
    repo.create_branch("b", w.head())
    assert repo.switch("b")["success"]
    repo.set_remote(str(w.remote))
    assert repo.push()["success"]
    assert repo.pull()["success"]
    assert repo.fetch()["success"]


@operation("wiki create_article with content")
def _(w):
    w.project.get_wiki().create_article("a", content="# x")
    assert w.project.get_wiki().get_article("a").get_data().get_body() == "# x"


@operation("create_dashboard")
def _(w):
    assert w.project.create_dashboard("d").get_settings().get_raw()["pages"] == []


@operation("create_insight")
def _(w):
    w.project.create_insight({"type": "chart", "name": "i", "params": {}})


@operation("insight save")
def _(w):
    made = w.project.create_insight({"type": "chart", "name": "i", "params": {}})
    made.get_settings().save()


@operation("create_webapp + save")
def _(w):
    w.project.create_webapp("w", "DASH").get_settings().save()


@operation("create_code_env")
def _(w):
    params = {"pythonInterpreter": "PYTHON311"}
    assert w.client.create_code_env("PYTHON", "e", "DESIGN_MANAGED", params).get_settings()


@operation("create_connection")
def _(w):
    w.client.create_connection("c2", "PostgreSQL", {"host": "h"})


@operation("create_group / create_user")
def _(w):
    w.client.create_group("g")
    w.client.create_user("u12", "secret", groups=["g"], profile="DATA_SCIENTIST")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Create the objects once, as that takes 40 requests."""
    from dataikuapi import DSSClient

    from dssdsl.emulator import InProcess

    remote = tmp_path_factory.mktemp("remote")
    git(remote, "init", "--quiet", "--bare")
    with Emulator(connections={"c": "Filesystem", "pg": "PostgreSQL"}) as dss:
        client = DSSClient("http://dss", "emulator")
        client._session.mount("http://dss", InProcess(dss))
        yield dss, client, remote


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_of_the_client(name, template):
    dss, client, remote = template
    dss.reset()
    world = World(client, remote)
    dss.clear_requests()

    if name in NOT_SERVED:
        with pytest.raises(Exception, match="NotEmulated"):
            OPERATIONS[name](world)
    else:
        OPERATIONS[name](world)
        assert 501 not in {request.status for request in dss.requests}


def test_every_operation_is_tested():
    assert len(OPERATIONS) == 79
    assert NOT_SERVED.keys() <= OPERATIONS.keys()
