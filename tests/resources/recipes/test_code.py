from __future__ import annotations

import json

import pytest

from dssdsl.lang.functions import file_in
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.recipes.code import PythonRecipe, SQLQueryRecipe, SQLScriptRecipe
from tests.resources.deploying import faults
from tests.resources.recipes.coded import RecipeContract

from .corpus import EDITS, HEAD, differences, real


class TestPythonRecipe(RecipeContract):
    cls = PythonRecipe
    document = {
        **HEAD,
        "type": "python",
        "name": "make_result",
        "params": {
            "envSelection": {"envMode": "EXPLICIT_ENV", "envName": "py311"},
            "containerSelection": {
                "containerMode": "EXPLICIT_CONTAINER",
                "containerConf": "k8s",
            },
            "skipPrerunValidate": False,
        },
        "payload": "x = 1\r\n",
    }
    edits = [
        *EDITS,
        ("code", "x = 2\n", "update"),
        ("code_env", "py312", "update"),
        ("code_env", "USE_BUILTIN_MODE", "update"),
        ("container", "NONE", "update"),
    ]

    def minimal(self):
        return {"outputs": self.result, "code": "x = 1\n"}

    def full(self):
        return {**self.common(), "code": "x = 1\n", "code_env": "py311", "container": "k8s"}


class TestSQLQueryRecipe(RecipeContract):
    cls = SQLQueryRecipe
    document = {
        **HEAD,
        "type": "sql_query",
        "name": "make_result",
        "params": {"allowMultipleConnections": False, "skipPrerunValidate": False},
        "payload": "SELECT * FROM ${tbl:ORDERS}",
    }
    edits = [*EDITS, ("code", "SELECT id FROM ${tbl:ORDERS}", "update")]

    def minimal(self):
        return {**self.flow(), "code": "SELECT 1"}

    def full(self):
        return {**self.common(), "code": "SELECT * FROM ${tbl:ORDERS}"}


class TestSQLScriptRecipe(RecipeContract):
    cls = SQLScriptRecipe
    document = {
        **HEAD,
        "type": "sql_script",
        "name": "make_result",
        "params": {"usePsql": False, "statementsParsingMode": "SPLIT"},
        "payload": "INSERT INTO ${tbl:RESULT} SELECT 1",
    }
    edits = [*EDITS, ("code", "INSERT INTO ${tbl:RESULT} SELECT 2", "update")]

    def minimal(self):
        return {**self.flow(), "code": "SELECT 1"}

    def full(self):
        return {**self.common(), "code": "INSERT INTO ${tbl:RESULT} SELECT 1"}


@pytest.mark.parametrize(
    ("code", "problem", "fix"),
    [
        (
            "recipes/clean.py",
            'code is the path "recipes/clean.py"',
            'write code=file("recipes/clean.py")',
        ),
        ("x = = 1\n", "line 1 of its code does not parse: invalid syntax", ""),
        ("  \n", "code is empty", "code takes code, or file("),
    ],
)
def test_code_that_cannot_be_is_a_fault(p, code, problem, fix):
    """
    What is no Python code is said, with what to write.
    """
    PythonRecipe("clean", outputs="OUT", code=code)

    (found,) = faults(p)

    assert problem in found
    assert fix in found


def test_code_in_a_file_is_faulted_at_its_own_line(p, tmp_path):
    """
    A syntax error is told with the file and the line where it is.
    """
    p.folder = tmp_path
    (tmp_path / "clean.py").write_text("x = 1\ny = = 2\n", encoding="utf-8")

    PythonRecipe("clean", outputs="OUT", code=file_in(tmp_path, "clean.py"))

    (found,) = faults(p)
    assert 'PythonRecipe "clean": its code does not parse: invalid syntax' in found
    assert "clean.py:2" in found


def test_python_2_that_is_adopted_is_a_warning(p):
    """
    What runs in an old DSS may be Python 2; it is not refused.
    """
    PythonRecipe("clean", outputs="OUT", code="print 'x'\n", adopt=True)

    assert faults(p) == []
    assert "Missing parentheses" in p.warnings[0]


def test_sql_over_two_connections_is_warned_of(p):
    """
    Two connections may lead to one database: only the program can know.
    """
    a = SQLDataset("A", connection="pg", table="a")
    b = SQLDataset("B", connection="sf", table="b")
    SQLQueryRecipe("q", inputs=[a, b], outputs="OUT", code="SELECT 1")
    SQLQueryRecipe(
        "r",
        inputs=[a, b],
        outputs="OUT2",
        code="SELECT 1",
        raw={"params.allowMultipleConnections": True},
    )

    assert faults(p) == []

    (found,) = p.warnings
    assert 'A on "pg", B on "sf"' in found
    assert "SyncRecipe" in found


def test_sql_names_only_its_own_tables(p):
    """
    A table in the code is an input or an output.
    """
    SQLQueryRecipe("q", inputs="A", outputs="OUT", code="SELECT * FROM ${tbl:A} JOIN ${tbl:B}")

    (found,) = faults(p)

    assert "${tbl:B}, which is neither an input nor an output" in found


def test_a_real_python_recipe_is_adopted(p):
    """
    A recipe of a real project equals what the program says of it.
    """
    document = real("ppham_clv", "compute_customer_data_clean_python")
    PythonRecipe(
        "compute_customer_data_clean_python",
        inputs="customer_data_clean",
        outputs="customer_data_clean_python",
        code=document["payload"],
        code_env="USE_BUILTIN_MODE",
    )

    assert differences(p, document) == {}
    assert json.dumps(document)
