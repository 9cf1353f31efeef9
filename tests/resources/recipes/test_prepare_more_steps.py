"""Steps as DSS has them: what a class writes, and what a step of a real DSS is declared as."""

from __future__ import annotations

import json

import pytest

from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import settled
from dssdsl.resources.recipes import prepare
from dssdsl.resources.recipes.payload import opened
from dssdsl.resources.recipes.prepare.recipe import PrepareRecipe
from tests.resources.deploying import faults
from tests.support import adopting

from .corpus import HEAD, differences

ONE = {"appliesTo": "SINGLE_COLUMN", "columns": ["a"]}
TWO = {"appliesTo": "COLUMNS", "columns": ["a", "b"]}
FLAG = {"action": "FLAG", "flagColumn": "f"}
MATCH = {"matchingMode": "PATTERN", "normalizationMode": "LOWERCASE"}

STEPS = [
    (
        prepare.FilterRowsOnMeaning(["a", "b"], "LongMeaning", "CLEAR_CELL", boolean_mode="OR"),
        "FilterOnBadType",
        {**TWO, "type": "LongMeaning", "action": "CLEAR_CELL", "booleanMode": "OR"},
    ),
    (
        prepare.FilterRowsOnDate("a", "2026-01-01", timezone="Asia/Tokyo", action="REMOVE_ROW"),
        "FilterOnDate",
        {
            **ONE,
            "action": "REMOVE_ROW",
            "filterType": "RANGE",
            "min": "2026-01-01T00:00:00.000",
            "timezone_id": "Asia/Tokyo",
            "booleanMode": "AND",
        },
    ),
    (
        prepare.FlagRows(
            "a", ["x", "y"], output="f", matching="PATTERN", normalization="LOWERCASE"
        ),
        "FlagOnValue",
        {**ONE, **FLAG, **MATCH, "values": ["x", "y"], "booleanMode": "AND"},
    ),
    (
        prepare.FlagRowsOnFormula("a > 1", output="f"),
        "FlagOnCustomFormula",
        {**FLAG, "expression": "a > 1"},
    ),
    (
        prepare.ParseUnixTimestamp("a", milliseconds=False, output="b"),
        "UNIXTimestampParser",
        {"inCol": "a", "outCol": "b", "milliseconds": False},
    ),
    (
        prepare.FlagHolidays("a", "a_", "FR", school_holidays=True, reasons=True),
        "HolidaysComputer",
        {
            "inCol": "a",
            "outColPrefix": "a_",
            "calendar_id": "FR",
            "flagBankHolidays": True,
            "flagSchoolHolidays": True,
            "flagWeekends": False,
            "extractReasons": True,
            "extractZones": False,
            "timezone_id": "UTC",
        },
    ),
    (
        prepare.SimplifyText("a", output="b", stem=True, sort_words=True, language="french"),
        "TextSimplifierProcessor",
        {
            "inCol": "a",
            "outCol": "b",
            "normalize": True,
            "stem": True,
            "clearStopWords": False,
            "sortAlphabetically": True,
            "language": "french",
        },
    ),
    (
        prepare.ExtractWithRegex("a", "(.*)x", "p", every=True),
        "RegexpExtractor",
        {
            "column": "a",
            "pattern": "(.*)x",
            "prefix": "p",
            "extractAllOccurrences": True,
            "found_col": False,
        },
    ),
    (
        prepare.ExtractNumbers("a", "b", several=True, decimals="COMMA"),
        "ExtractNumbers",
        {
            "input": "a",
            "output": "b",
            "multipleValues": True,
            "extractToJson": False,
            "delimiter": "COMMA",
            "replaceMultipliers": False,
        },
    ),
    (
        prepare.CountMatches("a", "x", output="n", matching="PATTERN", normalization="LOWERCASE"),
        "MatchCounter",
        {"inCol": "a", "outCol": "n", "pattern": "x", **MATCH},
    ),
    (
        prepare.SplitIntoChunks("a", size=10, overlap=2, separators=["x", "y"], strip=False),
        "SplitIntoChunks",
        {
            "inCol": "a",
            "outCol": "chunk",
            "chunkIdCol": "chunk_id",
            "chunkSize": 10,
            "chunkOverlap": 2,
            "separators": [{"value": "x", "enabled": True}, {"value": "y", "enabled": True}],
            "isRegex": False,
            "keepSeparator": True,
            "stripWhitespace": False,
        },
    ),
    (prepare.SplitEmail("a"), "EmailSplitter", {"column": "a"}),
    (prepare.ClassifyUserAgent("a"), "UserAgentClassifier", {"column": "a"}),
    (prepare.TranslateMeaning("a", "codes"), "MeaningTranslate", {**ONE, "meaningId": "codes"}),
    (
        prepare.LimitValues(["a", "b"], 0, "107.0", clear=True),
        "MinMaxProcessor",
        {"columns": ["a", "b"], "lowerBound": "0", "upperBound": "107.0", "clear": True},
    ),
    (
        prepare.Discretize("a", [prepare.Bin(None, 0), prepare.Bin(0, 10, "few")], output="b"),
        "BinnerProcessor",
        {
            "input": "a",
            "output": "b",
            "mode": "CUSTOM",
            "bins": [{"sup": 0}, {"inf": 0, "sup": 10, "name": "few"}],
        },
    ),
    (
        prepare.CombineNumbers(["a", "b"], add=True, divide=True, prefix="p"),
        "NumericalCombinator",
        {**TWO, "add": True, "sub": False, "mul": False, "div": True, "prefix": "p"},
    ),
    (prepare.FoldArray("a"), "ArrayFold", {"column": "a"}),
    (
        prepare.SortArray("a", descending=True),
        "ArraySortProcessor",
        {"input": "a", "sortingType": "ALPHA", "descending": True},
    ),
    (
        prepare.ExtractFromArray("a", 2, output="b"),
        "ArrayExtractProcessor",
        {"input": "a", "output": "b", "mode": "INDEX", "index": 2},
    ),
    (
        prepare.ConcatArrays(["a", "b"], "c"),
        "ConcatArrays",
        {"inputColumns": ["a", "b"], "outputColumn": "c"},
    ),
    (prepare.NestColumns(["a", "b"], "c"), "NestProcessor", {**TWO, "outputColumn": "c"}),
    (
        prepare.SplitAndFold("a", ",", keep_empty_chunks=True, trim=False),
        "SplitFold",
        {"column": "a", "separator": ",", "keepEmptyChunks": True, "trimSpaces": False},
    ),
    (
        prepare.Pivot("a", "b", "c"),
        "Pivot",
        {
            "indexColumn": "a",
            "labelsColumn": "b",
            "valuesColumn": "c",
            "otherColumnsAction": "KEEP_IF_CONSTANT",
        },
    ),
    (
        prepare.FoldColumns("x_(.*)", name_column="a", value_column="b", remove=False),
        "MultiColumnByPrefixFold",
        {
            "columnNamePattern": "x_(.*)",
            "columnNameColumn": "a",
            "columnContentColumn": "b",
            "foldRemoveFoldedColumns": False,
        },
    ),
    (
        prepare.FillWithNeighbor(["a", "b"], next=True),
        "UpDownFiller",
        {"columns": ["a", "b"], "up": True},
    ),
    (prepare.RepeatRows(5), "GenerateBigData", {"expansionFactor": 5}),
    (
        prepare.CreateGeoPoint("a", "b", "c"),
        "GeoPointCreator",
        {"lat_column": "a", "lon_column": "b", "out_column": "c"},
    ),
    (
        prepare.ExtractFromGeoPoint("a", latitude="b", longitude="c"),
        "GeoPointExtractor",
        {"column": "a", "lat_col": "b", "lon_col": "c"},
    ),
    (
        prepare.GeoDistance("a", "b", output="c", unit="MILES"),
        "GeoDistanceProcessor",
        {"input1": "a", "compareTo": "COLUMN", "input2": "b", "output": "c", "outputUnit": "MILES"},
    ),
    (
        prepare.ResolveIP("a", "a_", country=True, geopoint=True, time_zone=True),
        "GeoIPResolver",
        {
            "inCol": "a",
            "outColPrefix": "a_",
            **dict.fromkeys(("extract_country", "extract_geopoint", "extract_timezone"), True),
            **dict.fromkeys(("extract_countrycode", "extract_countrycode3", "extract_city"), False),
            **dict.fromkeys(("extract_continentcode", "extract_region"), False),
            **dict.fromkeys(("extract_postalcode", "extract_latlng"), False),
        },
    ),
    (
        prepare.ReverseGeocode("a", region="r", boundaries=True),
        "CityLevelReverseGeocoder",
        {
            "inputCol": "a",
            **{f"l{level}OutCol": "r" if level == 4 else "" for level in range(2, 9)},
            "doOutputBoundaries": True,
        },
    ),
    (
        prepare.AddPartition("p", dimensions_prefix="d_"),
        "EnrichWithRecordContextProcessor",
        {"partitionOutputColumn": "p", "partitionChunksOutputColumnsPrefix": "d_"},
    ),
    (
        prepare.AddBuildDate("d"),
        "EnrichWithBuildContextProcessor",
        {"buildDateColumn": "d"},
    ),
    (
        prepare.JoinColumns("a", "REF", "k", columns=["x", "y"], prefix="r_", normalize=True),
        "MemoryEquiJoiner",
        {
            "leftCol": "a",
            "rightInput": "REF",
            "rightCol": "k",
            "copyColumns": ["x", "y"],
            "copyPrefix": "r_",
            "fuzzy": False,
            "normalize": True,
            "clearStopWords": False,
            "stem": False,
            "sortAlphabetically": False,
            "language": "english",
        },
    ),
    (
        prepare.JoinColumnsFuzzy("a", "REF", "k", columns="x", distance=3),
        "MemoryEquiJoinerFuzzy",
        {
            "leftCol": "a",
            "rightInput": "REF",
            "rightCol": "k",
            "copyColumns": ["x"],
            "copyPrefix": "",
            "fuzzy": True,
            "maxLevenshtein": 3,
            "normalize": False,
            "clearStopWords": False,
            "stem": False,
            "sortAlphabetically": False,
            "language": "english",
        },
    ),
    (
        prepare.PythonFunction(
            "def process(rows): ...",
            column="a",
            code_env="py311",
            kernel=True,
            vector_size=64,
            source_columns=["a", "b"],
        ),
        "PythonUDF",
        {
            "pythonSourceCode": "def process(rows): ...",
            "mode": "CELL",
            "column": "a",
            "stopOnError": True,
            "envSelection": {"envMode": "EXPLICIT_ENV", "envName": "py311"},
            "useKernel": True,
            "vectorize": True,
            "vectorSize": 64,
            "sourceColumnsList": ["a", "b"],
        },
    ),
    (
        prepare.RemoveColumns(prepare.AllColumns("tmp_.*")),
        "ColumnsSelector",
        {"keep": False, "appliesTo": "PATTERN", "appliesToPattern": "tmp_.*"},
    ),
    (
        prepare.FillEmpty(prepare.AllColumns(), "0"),
        "FillEmptyWithValue",
        {"value": "0", "appliesTo": "ALL"},
    ),
    (
        prepare.Formula("a", "b / c", error_column="why"),
        "CreateColumnWithGREL",
        {"column": "a", "expression": "b / c", "errorColumn": "why"},
    ),
]


def wanted(recipe, program):
    """The payload of a recipe, without what only a new one is sent."""
    found = settled(Resolver(program).resolve(recipe.wanted()))["payload"]
    return json.loads(json.dumps(found, default=lambda text: text.text))


def without_nothing(value):
    """A document without nulls, which DSS drops."""
    if isinstance(value, dict):
        return {k: without_nothing(v) for k, v in value.items() if v is not None}
    return [without_nothing(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("step", "type", "params"), STEPS, ids=[s[1] for s in STEPS])
def test_a_step_is_what_dss_has(p, step, type, params):
    """
    Each step has DSS's own type and params.
    """
    recipe = PrepareRecipe("clean", inputs="A", outputs="B", steps=step)

    (found,) = wanted(recipe, p)["steps"]

    assert found["type"] == type
    assert without_nothing(found["params"]) == params


@pytest.mark.parametrize(("step", "type", "params"), STEPS, ids=[s[1] for s in STEPS])
def test_a_step_of_dss_is_adopted(p, step, type, params):
    """
    A step as a DSS has it, with what the editor leaves there, is declared by its class, and is no difference.
    """
    columns = {"columns": []} if params.get("appliesTo") in ("ALL", "PATTERN") else {}
    live = {
        "metaType": "PROCESSOR",
        "type": type,
        "params": {**params, **columns, "ofANewerDSS": 1},
        "disabled": False,
        "preview": False,
        "alwaysShowComment": False,
        "designTimeReport": {"report": {}},
    }
    group = {"metaType": "GROUP", "name": "Group", "mainColor": "#30c2ff", "steps": [live]}
    head = {**HEAD, "name": "clean", "type": "shaker"}
    if "rightInput" in params:
        head["inputs"] = {**HEAD["inputs"], "scriptDeps": {"items": [{"ref": "REF"}]}}
    payload = {"steps": [live, group], "columnsSelection": {"mode": "ALL"}}

    recipe = adopting.declare_recipe("clean", head, payload)

    assert not [s for s in recipe.steps if isinstance(s, prepare.Step)]
    document = {**head, "payload": opened(head, json.dumps(payload))}
    assert differences(p, document) == {}


def test_a_range_that_begins_at_zero_differs_from_one_without_a_limit(p):
    """
    Zero is a limit.
    """
    head = {**HEAD, "name": "clean", "type": "shaker"}
    params = {**ONE, "action": "KEEP_ROW", "booleanMode": "AND", "max": 5.0}
    steps = [{"metaType": "PROCESSOR", "type": "FilterOnNumericalRange", "params": params}]
    document = {**head, "payload": opened(head, json.dumps({"steps": steps}))}
    PrepareRecipe(
        "clean", inputs="ORDERS", outputs="RESULT", steps=prepare.FilterRowsOnRange("a", 0, 5)
    )

    assert ["/payload/steps/[FilterOnNumericalRange:['a']]/params/min"] == [
        *differences(p, document)
    ]


def test_a_dataset_that_a_step_joins_is_an_input(p):
    """
    It is looked up, once, also from within a group.
    """
    join = prepare.JoinColumns("a", "REF", "k", columns="x")
    steps = [join, prepare.Group("g", [prepare.JoinColumns("b", "REF", "k", columns="y")])]
    recipe = PrepareRecipe("clean", inputs="A", outputs="B", steps=steps, lookups="OTHER")

    roles = Resolver(p).resolve(recipe.wanted())["inputs"]

    assert ["OTHER", "REF"] == [item["ref"] for item in roles["scriptDeps"]["items"]]


@pytest.mark.parametrize(
    ("step", "problem", "fix"),
    [
        (lambda: prepare.FlagRows("a", "x"), 'needs "output"', "add output=…"),
        (lambda: prepare.FlagRowsOnFormula("a = 1", output="f"), "contains SQL", "== for ="),
        (lambda: prepare.CountMatches("a", "x", output="n", matching="REGEX"), "", ""),
        (lambda: prepare.Discretize("a", [(0, 1)]), "bins cannot be", "Bin(0, 18"),
        (lambda: prepare.SplitColumn("a", ",", "p", start_from="start"), "", ""),
    ],
)
def test_what_is_wrong_with_a_step(p, step, problem, fix):
    """
    Missing outputs, SQL in formulas and parts of another kind are errors; unknown words of DSS are warnings.
    """
    PrepareRecipe("clean", inputs="A", outputs="B", steps=step())

    found = [*faults(p), *map(str, p.warnings)]
    assert any(problem in each and fix in each for each in found), found
