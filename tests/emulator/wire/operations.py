"""The operations that each family registers, and the objects that they use."""

from __future__ import annotations

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
