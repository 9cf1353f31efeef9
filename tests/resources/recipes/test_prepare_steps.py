from __future__ import annotations

import pytest

from dssdsl.lang.functions import file_in
from dssdsl.lang.values import settled
from dssdsl.resources.recipes import prepare
from dssdsl.resources.recipes.prepare.recipe import PrepareRecipe
from dssdsl.resources.recipes.prepare.step import AnyStep
from tests.resources.deploying import faults

ONE = {"appliesTo": "SINGLE_COLUMN", "columns": ["a"]}


TWO = {"appliesTo": "COLUMNS", "columns": ["a", "b"]}


@pytest.mark.parametrize(
    ("step", "type", "params"),
    [
        (
            prepare.Formula("a", "b + 1"),
            "CreateColumnWithGREL",
            {"column": "a", "expression": "b + 1"},
        ),
        (
            prepare.RenameColumns({"a": "b"}),
            "ColumnRenamer",
            {"renamings": [{"from": "a", "to": "b"}]},
        ),
        (prepare.KeepColumns(["a", "b"]), "ColumnsSelector", {"keep": True, **TWO}),
        (prepare.RemoveColumns("a"), "ColumnsSelector", {"keep": False, **ONE}),
        (
            prepare.MoveColumns("a", "BEFORE_COLUMN", "z"),
            "ColumnReorder",
            {"reorderAction": "BEFORE_COLUMN", "referenceColumn": "z", **ONE},
        ),
        (
            prepare.ParseDate("a", "yyyy-MM-dd"),
            "DateParser",
            {**ONE, "formats": ["yyyy-MM-dd"], "outCol": "", "timezone_id": "UTC", "lang": "auto"},
        ),
        (
            prepare.ParseDate(
                ["a"],
                ["yyyy"],
                output="d",
                timezone="Europe/Paris",
                lang="fr_FR",
                output_type="dateonly",
            ),
            "DateParser",
            {
                **ONE,
                "formats": ["yyyy"],
                "outCol": "d",
                "timezone_id": "Europe/Paris",
                "lang": "fr_FR",
                "outType": {"type": "dateonly"},
            },
        ),
        (
            prepare.FormatDate("a", "yyyy", output="b"),
            "DateFormatter",
            {"inCol": "a", "outCol": "b", "format": "yyyy", "lang": "auto", "timezone_id": "UTC"},
        ),
        (
            prepare.ExtractDateComponents("a", year="Y", hour="H"),
            "DateComponentsExtractor",
            {
                "column": "a",
                "outYearColumn": "Y",
                "outMonthColumn": "",
                "outDayColumn": "",
                "outDayOfWeekColumn": "",
                "outWeekOfYearColumn": "",
                "outHourColumn": "H",
                "timezone_id": "UTC",
            },
        ),
        (
            prepare.DateDifference("a", "b", output="c", unit="YEARS"),
            "DateDifference",
            {
                "input1": "a",
                "compareTo": "COLUMN",
                "input2": "b",
                "output": "c",
                "outputUnit": "YEARS",
                "reverse": False,
            },
        ),
        (
            prepare.DateDifference("a", output="c"),
            "DateDifference",
            {
                "input1": "a",
                "compareTo": "NOW",
                "output": "c",
                "outputUnit": "DAYS",
                "reverse": False,
            },
        ),
        (
            prepare.FindReplace("a", {"x": "y"}, matching="SUBSTRING"),
            "FindReplace",
            {
                **ONE,
                "mapping": [{"from": "x", "to": "y"}],
                "matching": "SUBSTRING",
                "normalization": "EXACT",
                "output": "",
                "stopAfterFirstMatch": False,
            },
        ),
        (prepare.FillEmpty("a", "0"), "FillEmptyWithValue", {**ONE, "value": "0"}),
        (prepare.RemoveRowsOnEmpty(["a", "b"]), "RemoveRowsOnEmpty", {**TWO, "keep": False}),
        (
            prepare.FilterRows("a", ["x", "y"], action="REMOVE_ROW"),
            "FilterOnValue",
            {
                "action": "REMOVE_ROW",
                **ONE,
                "values": ["x", "y"],
                "matchingMode": "FULL_STRING",
                "normalizationMode": "EXACT",
                "booleanMode": "AND",
            },
        ),
        (
            prepare.FilterRowsOnFormula("a > 1"),
            "FilterOnCustomFormula",
            {"action": "KEEP_ROW", "expression": "a > 1"},
        ),
        (
            prepare.FilterRowsOnRange("a", 0.0),
            "FilterOnNumericalRange",
            {"action": "KEEP_ROW", **ONE, "min": 0.0, "max": None, "booleanMode": "AND"},
        ),
        (
            prepare.SplitColumn("a", ",", "a_", limit=2, start_from="end"),
            "ColumnSplitter",
            {
                "inCol": "a",
                "separator": ",",
                "outColPrefix": "a_",
                "target": "COLUMNS",
                "limitOutput": True,
                "limit": 2,
                "keepEmptyChunks": False,
                "startFrom": "end",
            },
        ),
        (
            prepare.ConcatColumns(["a", "b"], "c", "-"),
            "ColumnsConcat",
            {"columns": ["a", "b"], "outputColumn": "c", "join": "-"},
        ),
        (prepare.CopyColumn("a", "b"), "ColumnCopier", {"inputColumn": "a", "outputColumn": "b"}),
        (
            prepare.TransformString("a", "TO_UPPER"),
            "StringTransformer",
            {**ONE, "mode": "TO_UPPER", "truncate_limit": 0},
        ),
        (
            prepare.Round(["a", "b"], places=2),
            "RoundProcessor",
            {**TWO, "mode": "ROUND", "places": 2, "precision": 0},
        ),
        (
            prepare.FlattenJSON("a"),
            "JSONFlattener",
            {
                "inCol": "a",
                "maxDepth": 1,
                "separator": "_",
                "flattenArrays": False,
                "nullAsEmpty": True,
                "prefixOutputs": True,
            },
        ),
        (
            prepare.Unfold("a", prefix="p_"),
            "Unfold",
            {"column": "a", "prefix": "p_", "limit": 100, "overflowAction": "ERROR"},
        ),
        (prepare.Step("ArrayFold", {"column": "a"}), "ArrayFold", {"column": "a"}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, AnyStep) else "",
)
def test_steps_in_the_form_of_dss(p, step, type, params):
    """
    Each step has DSS's own type and params.
    """
    recipe = PrepareRecipe("clean", inputs="A", outputs="B", steps=step)

    (found,) = settled(recipe.wanted())["payload"]["steps"]

    assert (found["metaType"], found["type"], found["disabled"]) == ("PROCESSOR", type, False)
    assert found["params"] == params


def test_every_public_name_is_a_step():
    """
    What completion offers after ``prepare.`` are the steps, and the recipe that takes them.
    """
    kinds = [getattr(prepare, name) for name in prepare.__all__]

    parts = {k for k in kinds if not issubclass(k, AnyStep)}
    assert parts == {PrepareRecipe, prepare.AllColumns, prepare.Bin}


def test_a_python_function_comes_from_a_file(p, tmp_path):
    """
    Its code is a leaf with the file's text, and must parse.
    """
    (tmp_path / "step.py").write_text("def process(row):\n    return 1\n", encoding="utf-8")
    code = file_in(tmp_path, "step.py")
    steps = [
        prepare.PythonFunction(code, "ROW"),
        prepare.PythonFunction("def process(:", column="a"),
    ]
    recipe = PrepareRecipe("clean", inputs="A", outputs="B", steps=steps)

    first, second = settled(recipe.wanted())["payload"]["steps"]

    assert first["params"] == {
        "mode": "ROW",
        "pythonSourceCode": "def process(row):\n    return 1\n",
        "stopOnError": True,
    }
    assert (second["params"]["mode"], second["params"]["column"]) == ("CELL", "a")
    assert "line 1 of the code of a PythonFunction" in faults(p)[0]


@pytest.mark.parametrize(
    ("make", "problem", "fix"),
    [
        (lambda: prepare.TransformString("a", "upper"), 'mode cannot be "upper"', "TO_UPPER"),
        (lambda: prepare.FilterRows("a", "x", "KEEP"), 'action cannot be "KEEP"', ""),
        (
            lambda: prepare.RenameColumns("a", "b"),
            "accepts one positional argument, names",
            "comment=",
        ),
        (lambda: prepare.Round("a", digits=2), 'has no field "digits"', ""),
    ],
)
def test_the_error_of_a_step_says_what_it_accepts(p, make, problem, fix):
    """
    Steps tell what they take.
    """
    make()
    told = [str(f) for f in p.errors] + p.warnings

    assert any(fix in t for t in told), told
    assert problem in told[0] or "is not a value" in told[0]
