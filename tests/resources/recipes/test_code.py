from __future__ import annotations

import json

import pytest

from dssdsl.emulator import Emulator
from dssdsl.lang.functions import file_in
from dssdsl.lang.graph import build
from dssdsl.lang.provider import PROVIDERS
from dssdsl.lang.resolver import Resolver
from dssdsl.resources.datasets.columns import TimeDimension
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.recipes.base import Dependency, RecipeInput, RecipeOutput
from dssdsl.resources.recipes.code import PythonRecipe, SQLQueryRecipe, SQLScriptRecipe
from dssdsl.resources.recipes.formulas import sql_in
from dssdsl.resources.recipes.generic import Recipe
from dssdsl.resources.zones import FlowZone
from tests.resources.deploying import faults, program
from tests.support.contract import ResourceContract

from .corpus import COMMON, EDITS, HEAD, differences, real, session


class RecipeContract(ResourceContract):
    name = "make_result"

    def around(self):
        self.zone = FlowZone("Clean")
        self.orders = SQLDataset("ORDERS", connection="pg", table="orders", managed=True)
        self.result = SQLDataset("RESULT", connection="pg", table="result", managed=True)
        self.extra = SQLDataset("EXTRA", connection="pg", table="extra", managed=True)

    def flow(self):
        return {"inputs": self.orders, "outputs": self.result}

    def common(self):
        return {**COMMON, **self.flow(), "zone": self.zone}


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


class TestRecipe(RecipeContract):
    cls = Recipe
    document = {
        **HEAD,
        "type": "sampling",
        "name": "make_result",
        "params": {
            "selection": {
                "samplingMethod": "RANDOM_FIXED_RATIO",
                "targetRatio": 0.1,
                "maxRecords": -1,
            }
        },
        "payload": {"distinct": True, "enabled": False, "$status": {}},
    }
    edits = [
        *EDITS,
        ("params", {"selection": {"targetRatio": 0.5}}, "update"),
        ("payload", {"distinct": False}, "update"),
        ("type", "sync", "replace"),
    ]

    def minimal(self):
        return {**self.flow(), "type": "split"}

    def full(self):
        return {
            **self.common(),
            "type": "sampling",
            "params": {"selection": {"samplingMethod": "RANDOM_FIXED_RATIO", "targetRatio": 0.1}},
            "payload": {"distinct": True},
        }


@pytest.fixture(name="p")
def _p():
    with program() as made:
        yield made


@pytest.mark.parametrize(
    ("code", "problem", "fix"),
    [
        (
            "recipes/clean.py",
            'code is the path "recipes/clean.py"',
            'write file("recipes/clean.py")',
        ),
        ("x = = 1\n", "line 1 of its code does not parse: invalid syntax", ""),
        ("  \n", "its code is empty", 'write code=file("…")'),
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
    assert 'PythonRecipe "clean": invalid syntax' in found
    assert "clean.py:2" in found


def test_python_2_that_is_adopted_is_a_warning(p):
    """
    What runs in an old DSS may be Python 2; it is not refused.
    """
    PythonRecipe("clean", outputs="OUT", code="print 'x'\n", adopt=True)

    assert faults(p) == []
    assert "Missing parentheses" in p.warnings[0]


@pytest.mark.parametrize(
    ("fields", "problem", "fix"),
    [
        (
            {"input": "A", "outputs": "B", "code": "x"},
            'has no field "input"',
            'did you mean "inputs"?',
        ),
        (
            {"code_file": "x.py", "outputs": "B"},
            'has no field "code_file"',
            'did you mean "code=file(...)"?',
        ),
        ({"code": "x"}, 'needs "outputs"', "add outputs=…"),
        ({"outputs": "B"}, 'needs "code"', "add code=…"),
    ],
)
def test_words_from_elsewhere_get_the_right_one(p, fields, problem, fix):
    """
    An unknown or missing argument is said, with the one that was meant.
    """
    PythonRecipe("clean", **fields)

    found = [str(f) for f in p.faults]

    assert any(problem in f and fix in f for f in found), found


def test_a_zone_is_no_input(p):
    """
    A zone where a dataset belongs is said so.
    """
    PythonRecipe("clean", inputs=[FlowZone("Z")], outputs="OUT", code="x = 1\n")

    assert "a FlowZone cannot be an input" in str(p.faults[0])


def test_one_will_do_where_several_may_stand(p):
    """
    A single input, a list of one, and a role's mapping are the same.
    """
    for name, given in [("a", "IN"), ("b", ["IN"]), ("c", {"main": "IN"})]:
        PythonRecipe(name, inputs=given, outputs=f"OUT_{name}", code="x = 1\n")

    assert faults(p) == []
    inputs = [
        Resolver(p).resolve(r.wanted())["inputs"]["main"]["items"][0]["ref"]
        for r in p.resources[1:]
    ]
    assert inputs == ["IN", "IN", "IN"]


def test_an_output_in_another_zone_names_both_lines(p):
    """
    A recipe and its output in different zones are refused, with both places.
    """
    with FlowZone("A"):
        out = Dataset("OUT", connection="c")
    PythonRecipe("clean", outputs=out, code="x = 1\n")

    (found,) = faults(p)

    assert f"its output OUT at {out.source} is in zone A, the recipe is in none" in found
    assert "share one zone" in found


def test_two_writers_are_refused(p):
    """
    One dataset has one recipe.
    """
    PythonRecipe("a", outputs="OUT", code="x = 1\n")
    PythonRecipe("b", outputs="OUT", code="x = 1\n")

    assert "two recipes write OUT" in faults(p)[0]


def test_partition_dependencies_stand_with_the_input(p):
    """
    A dependency is written as DSS has it, and its dimension is checked.
    """
    day = SQLDataset("DAY", connection="pg", table="t", partitioning=TimeDimension("day"))
    deps = Dependency("equals", dimension="day")
    PythonRecipe(
        "a",
        inputs=RecipeInput(day, deps=deps),
        outputs=RecipeOutput("OUT", append=True),
        code="x = 1\n",
    )

    document = p.resources[-1].wanted()

    assert (
        document["inputs"]["main"]["items"][0]["deps"][0].items()
        >= {"func": "equals", "idim": "day", "odim": "day"}.items()
    )
    assert document["outputs"]["main"]["items"][0]["appendMode"] is True
    PythonRecipe(
        "b",
        inputs=RecipeInput(day, deps=Dependency("equals", dimension="hour")),
        outputs="B",
        code="x = 1\n",
    )
    assert 'DAY has no dimension "hour"' in faults(p)[0]


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


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("amount > 0 AND country = 'FR'", "&& for AND, == for ="),
        ("a IS NULL", "isBlank(x) for IS NULL"),
        ("a IS NOT NULL", "isNonBlank(x) for IS NOT NULL"),
        ("a <> b", "!= for <>"),
        ("a > 1 or b > 2", "|| for OR"),
        ("amount >= 0 && country == 'A AND B = C'", None),
        ('if(isBlank(x), "<>", replace(y, /a=b/, ""))', None),
        ("and(a > 1, b != 2)", None),
        ("or == 1 || band <= 3", None),
        ("ORDER_AND_MORE * 2", None),
    ],
)
def test_words_of_sql_in_a_formula(formula, hint):
    """
    Words of SQL are found outside quotes, and told in DSS's own.
    """
    assert sql_in(formula) == hint


def test_a_generic_recipe_takes_code_from_a_file(p, tmp_path):
    """
    A recipe of a type without a class has text, too, and a folder as output by its id.
    """
    (tmp_path / "a.R").write_text("x <- 1\n", encoding="utf-8")
    folder = ManagedFolder("reports")
    Recipe("r", type="r", inputs="A", outputs=folder, payload=file_in(tmp_path, "a.R"))

    document = Resolver(p, {folder.key: "abc123"}).resolve(p.resources[-1].wanted())

    assert document["payload"].text == "x <- 1\n"
    assert document["outputs"]["main"]["items"][0]["ref"] == "abc123"


def test_raw_creation_is_one_request(p):
    """
    Head, code and tags are sent in one request; the name that DSS answers counts.
    """
    PythonRecipe("clean", inputs="A", outputs="B", code="x = 1\n", tags="t")
    dss = Emulator()
    session(dss).json("POST", "/projects/", {"projectKey": "P", "name": "P", "owner": "admin"})
    dss.clear_requests()
    build(p)
    from dssdsl.lang.canonical import plain

    want = plain(Resolver(p).resolve(p.resources[-1].wanted()))
    made = PROVIDERS["recipe"].create(session(dss), "P", want, p.resources[-1])
    live = PROVIDERS["recipe"].read(session(dss), "P", made)

    assert made == "clean"
    assert len(dss.writes()) == 1
    assert live.document["payload"] == "x = 1\n"
    assert live.document["tags"] == ["t"]
    assert PROVIDERS["recipe"].read(session(dss), "P", "nope") is None


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
