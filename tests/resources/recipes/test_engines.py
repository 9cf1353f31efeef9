from __future__ import annotations

from dssdsl.resources.recipes.code import RRecipe
from dssdsl.resources.recipes.engines import PySparkRecipe, ShellRecipe, SparkSQLRecipe
from dssdsl.resources.recipes.plugin import PluginRecipe
from tests.resources.deploying import faults
from tests.resources.recipes.coded import RecipeContract

from .corpus import EDITS, HEAD

ENV = {"envMode": "EXPLICIT_ENV", "envName": "py311"}
CONTAINER = {"containerMode": "EXPLICIT_CONTAINER", "containerConf": "k8s"}
SPARK = {
    "inheritConf": "large",
    "conf": [{"key": "spark.executor.memory", "value": "4g", "isFinal": False, "secret": False}],
}
SETTINGS = {"spark.executor.memory": "4g"}


class TestRRecipe(RecipeContract):
    cls = RRecipe
    document = {
        **HEAD,
        "type": "r",
        "name": "make_result",
        "params": {"envSelection": ENV, "containerSelection": CONTAINER},
        "payload": "x <- 1\n",
    }
    edits = [*EDITS, ("code", "x <- 2\n", "update"), ("code_env", "INHERIT", "update")]

    def minimal(self):
        return {**self.flow(), "code": "x <- 1\n"}

    def full(self):
        return {**self.common(), "code": "x <- 1\n", "code_env": "py311", "container": "k8s"}


class TestPySparkRecipe(RecipeContract):
    cls = PySparkRecipe
    document = {
        **HEAD,
        "type": "pyspark",
        "name": "make_result",
        "params": {"envSelection": ENV, "sparkConfig": SPARK, "executionEngine": "SPARK_SUBMIT"},
        "payload": "x = 1\n",
    }
    edits = [
        *EDITS,
        ("code", "x = 2\n", "update"),
        ("code_env", "INHERIT", "update"),
        ("spark_config", "small", "update"),
        ("spark_settings", {"spark.executor.memory": "8g"}, "update"),
    ]

    def minimal(self):
        return {**self.flow(), "code": "x = 1\n"}

    def full(self):
        return {
            **self.common(),
            "code": "x = 1\n",
            "code_env": "py311",
            "spark_config": "large",
            "spark_settings": SETTINGS,
        }


class TestSparkSQLRecipe(RecipeContract):
    cls = SparkSQLRecipe
    document = {
        **HEAD,
        "type": "spark_sql_query",
        "name": "make_result",
        "params": {"sparkConfig": SPARK, "overwriteOutputSchema": True},
        "payload": "SELECT 1",
    }
    edits = [*EDITS, ("code", "SELECT 2", "update"), ("spark_config", "small", "update")]

    def minimal(self):
        return {**self.flow(), "code": "SELECT 1"}

    def full(self):
        more = {"spark_config": "large", "spark_settings": SETTINGS}
        return {**self.common(), "code": "SELECT 1", **more}


class TestShellRecipe(RecipeContract):
    cls = ShellRecipe
    document = {
        **HEAD,
        "type": "shell",
        "name": "make_result",
        "params": {
            "pipeIn": "ORDERS",
            "pipeOut": "RESULT",
            "sendHeaders": True,
            "expectHeaders": True,
            "autoInferSchema": True,
            "skipPrerunValidate": False,
        },
        "payload": "cat",
    }
    edits = [
        *EDITS,
        ("code", "sort", "update"),
        ("send_headers", False, "update"),
        ("expect_headers", False, "update"),
        ("infer_schema", False, "update"),
        ("pipe_in", None, "update"),
    ]

    def minimal(self):
        return {**self.flow(), "code": "cat"}

    def full(self):
        return {
            **self.common(),
            "code": "cat",
            "pipe_in": self.orders,
            "pipe_out": self.result,
            "send_headers": True,
            "expect_headers": True,
            "infer_schema": True,
        }


class TestPluginRecipe(RecipeContract):
    cls = PluginRecipe
    document = {
        **HEAD,
        "type": "CustomCode_geocode",
        "name": "make_result",
        "inputs": {"input_dataset": {"items": [{"ref": "ORDERS", "deps": []}]}},
        "outputs": {"main_output": {"items": [{"ref": "RESULT", "appendMode": False}]}},
        "params": {
            "customConfig": {"column": "address", "limit": 5, "ofTheUI": True},
            "containerSelection": CONTAINER,
        },
        "payload": "",
    }
    edits = [
        *EDITS,
        ("config", {"column": "street", "limit": 5}, "update"),
        ("container", "NONE", "update"),
        ("recipe", "geocode-2", "replace"),
    ]

    def flow(self):
        return {"inputs": {"input_dataset": self.orders}, "outputs": {"main_output": self.result}}

    def minimal(self):
        return {**self.flow(), "recipe": "geocode"}

    def full(self):
        return {
            **self.common(),
            "recipe": "geocode",
            "config": {"column": "address", "limit": 5},
            "container": "k8s",
        }


def test_a_pipe_is_an_input_or_an_output(p):
    """
    A script reads one of its inputs, and writes one of its outputs.
    """
    ShellRecipe("s", inputs="A", outputs="B", code="cat", pipe_in="B", pipe_out="B")

    (error,) = faults(p)
    assert "pipe_in is not among its inputs" in error


def test_python_for_spark_is_checked(p):
    PySparkRecipe("s", inputs="A", outputs="B", code="x = = 1")

    assert "invalid syntax" in faults(p)[0]
