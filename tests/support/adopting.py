"""Declares objects as DSS has them, with the class of their type and every field that it models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dssdsl.lang.model import camel
from dssdsl.lang.words import snake
from dssdsl.resources.recipes import prepare
from dssdsl.resources.recipes.aggregations import FLAGS, SHIFTS, Agg, Custom, WindowAgg
from dssdsl.resources.recipes.base import Dependency, RecipeInput, RecipeOutput
from dssdsl.resources.recipes.code import PythonRecipe, RRecipe, SQLQueryRecipe, SQLScriptRecipe
from dssdsl.resources.recipes.engines import PySparkRecipe, ShellRecipe, SparkSQLRecipe
from dssdsl.resources.recipes.expressions import SQL, Computed
from dssdsl.resources.recipes.generic import Recipe
from dssdsl.resources.recipes.grouping import GroupingRecipe
from dssdsl.resources.recipes.join import Join, JoinInput, JoinRecipe, On
from dssdsl.resources.recipes.ordering import Desc
from dssdsl.resources.recipes.plugin import PluginRecipe
from dssdsl.resources.recipes.rules import OPERATORS, Col, Rule, Rules
from dssdsl.resources.recipes.sampling import METHODS, Latest, Sample, SamplingRecipe
from dssdsl.resources.recipes.split import (
    ByCentiles,
    ByFilters,
    ByRandom,
    ByRanges,
    ByValues,
    SplitRecipe,
)
from dssdsl.resources.recipes.stack import StackInput, StackRecipe
from dssdsl.resources.recipes.sync import SyncRecipe
from dssdsl.resources.recipes.window import Window, WindowRecipe

Document = dict[str, Any]


def given(document: Mapping[str, Any], *names: str, **spelt: str) -> Document:
    """Those of the fields *names* that *document* has; *spelt* are fields that DSS spells another way."""
    keys = {**{name: camel(name) for name in names}, **spelt}
    return {name: document[key] for name, key in keys.items() if document.get(key) is not None}


# --- filters


def filter_of(found: Mapping[str, Any] | None) -> Any:
    """A filter as a program writes it."""
    if not found or not found.get("enabled"):
        return None
    ui = found.get("uiData") or {}
    if ui.get("mode") in ("CUSTOM", "SQL"):
        text = found.get("expression") or ""
        return SQL(text) if ui["mode"] == "SQL" else text
    return rules(ui, distinct=bool(found.get("distinct")))


def rules(ui: Mapping[str, Any], *, distinct: bool = False) -> Rules:
    """A group of rules."""
    more = {"distinct": True} if distinct else {}
    return Rules(
        *(
            rules(each["subCondition"]["uiData"]) if "subCondition" in each else rule(each)
            for each in ui.get("conditions") or []
        ),
        any=ui.get("mode") == "||",
        **more,
    )


def rule(found: Mapping[str, Any]) -> Rule:
    """One condition."""
    token = found["operator"]
    keys = OPERATORS[token]
    more: Document = {}
    if "items" in keys:
        more["value"] = [next(iter(each.values())) for each in found["items"]]
    elif "col" in keys:
        more["value"] = Col(found["col"])
    elif "date" in keys:
        more["value"] = f"{found['date']}T{found.get('time') or '00:00'}"
        if "date2" in keys:
            more["to"] = f"{found['date2']}T{found.get('time2') or '00:00'}"
        if "unit" in keys and found.get("unit"):
            more["unit"] = found["unit"]
    elif keys:
        more["value"] = found.get(keys[0], 0 if keys[0] == "num" else "")
        if "num2" in keys:
            more["to"] = found["num2"]
    return Rule(found["input"], token, **more)


def filters(payload: Mapping[str, Any], *names: str) -> Document:
    """The filters of a recipe."""
    found = {name: filter_of(payload.get(camel(name))) for name in names}
    return {name: each for name, each in found.items() if each is not None}


def computed(payload: Mapping[str, Any]) -> Document:
    """The computed columns of a recipe, or of an input."""
    found = [
        Computed(
            each["name"],
            SQL(each["expr"]) if each["mode"] == "SQL" else each["expr"],
            type=each["type"],
        )
        for each in payload.get("computedColumns") or []
    ]
    return {"computed_columns": found} if found else {}


def engine(document: Mapping[str, Any]) -> Document:
    return given(document, engine="engineType")


def by(found: list[Document]) -> list[Any]:
    """Columns that order rows."""
    return [Desc(o["column"]) if o.get("desc") else o["column"] for o in found]


# --- recipes


def aggregations(payload: Mapping[str, Any], cls: type[Agg]) -> Document:
    """The aggregations of a grouping or window recipe."""
    names = payload.get("outputColumnNameOverrides") or {}
    suffixes = {"count_distinct": "distinct", "stddev": "std"}
    out: list[Any] = []
    for each in payload.get("values") or []:
        if "customExpr" in each:
            out.append(Custom(each["customName"], each["customExpr"], **given(each, "type")))
            continue
        fields: Document = {}
        for flag in FLAGS:
            if each.get(camel(flag)):
                key = f"{each['column']}_{suffixes.get(flag, flag)}"
                fields[flag] = names.get(key) or True
        for flag in SHIFTS if cls is WindowAgg else ():
            if each.get(camel(flag)):
                rows = each[f"{flag.removesuffix('_diff')}Values"]
                fields[flag] = [int(n) for n in rows.split(",")]
        if fields:
            fields |= given(each, "order_column", "concat_separator", "first_last_not_null")
            out.append(cls(each["column"], **fields, **(given(each, unit="dateDiffUnit") if cls is WindowAgg else {})))  # fmt: skip
    return {"aggregations": out} if out else {}


def grouping(head: Document, payload: Document) -> Document:
    count = payload.get("globalCount", False)
    names = payload.get("outputColumnNameOverrides") or {}
    return {
        "keys": [k["column"] for k in payload["keys"]],
        **aggregations(payload, Agg),
        **({"count": names.get("count") or True} if count else {}),
        **filters(payload, "pre_filter", "post_filter"),
        **computed(payload),
        **engine(payload),
    }


def window(head: Document, payload: Document) -> Document:
    found = []
    for each in payload["windows"]:
        fields: Document = given(each, "prefix")
        if each.get("enablePartitioning"):
            fields["partition_by"] = each["partitioningColumns"]
        if each.get("enableOrdering"):
            fields["order_by"] = by(each["orders"])
        if each.get("enableLimits"):
            for side in ("preceding", "following"):
                limited = each.get(f"limit{side.capitalize()}")
                fields[side] = each[f"{side}Rows"] if limited else "ALL"
        found.append(fields)
    names = payload.get("outputColumnNameOverrides") or {}
    ranks = {"row_number": "rownumber", "rank": "rank", "dense_rank": "denserank", "cume_dist": "cumedist"}  # fmt: skip
    return {
        **(found[0] if len(found) == 1 else {"windows": [Window(**each) for each in found]}),
        **aggregations(payload, WindowAgg),
        **{n: names.get(key) or True for n, key in ranks.items() if payload.get(camel(n))},
        **({"ntile": int(payload["ntileValues"])} if payload.get("ntile") else {}),
        **filters(payload, "pre_filter", "post_filter"),
        **computed(payload),
        **engine(payload),
    }


def refs(head: Document, side: str, role: str = "main") -> list[str]:
    """What a role of a recipe refers to."""
    return [i["ref"] for i in head.get(side, {}).get(role, {}).get("items", [])]


def join(head: Document, payload: Document) -> Document:
    items = refs(head, "inputs")
    chosen = [c for c in payload.get("selectedColumns") or [] if isinstance(c, dict)]
    inputs = []
    for table, each in enumerate(payload["virtualInputs"]):
        fields: Document = given(each, "prefix")
        if each.get("outputColumnsSelectionMode", "MANUAL") == "MANUAL":
            mine = [c for c in chosen if c.get("table", 0) == table]
            fields["select"] = {c["name"]: c.get("alias") or c["name"] for c in mine}
        inputs.append(
            JoinInput(
                items[each["index"]], **fields, **filters(each, "pre_filter"), **computed(each)
            )
        )
    joins = []
    for each in payload["joins"]:
        on = [
            On(
                o["column1"]["name"],
                o["column2"]["name"],
                o["type"],
                **given(o, "case_insensitive", "strict", "max_distance", "max_matches", "window_from", "window_to", normalize="normalizeText", unit="dateDiffUnit"),
            )
            for o in each["on"]
        ]  # fmt: skip
        left, right = inputs[each["table1"]], inputs[each["table2"]]
        joins.append(
            Join(on, type=each["type"], left=left, right=right, conditions_mode=each["conditionsMode"], **given(each, sql="customSQLCondition"))
        )  # fmt: skip
    unmatched = {
        snake(role): refs(head, "outputs", role)[0]
        for role in ("unmatchedLeft", "unmatchedRight")
        if refs(head, "outputs", role)
    }
    return {
        "inputs": inputs,
        "joins": joins,
        "outputs": refs(head, "outputs"),
        **unmatched,
        **filters(payload, "post_filter"),
        **computed(payload),
        **engine(payload),
    }


def stack(head: Document, payload: Document) -> Document:
    items = refs(head, "inputs")
    origin = payload.get("addOriginColumn")
    inputs = []
    for each in payload["virtualInputs"]:
        fields = {**filters(each, "pre_filter"), **given(each, columns="columnsMatch")}
        inputs.append(StackInput(items[each["index"]], **fields))
    return {
        "inputs": inputs,
        "mode": payload["mode"],
        **given(payload, columns="selectedColumns"),
        **({"origin_column": payload["originColumnName"]} if origin else {}),
        **({"origin_labels": [v["originLabel"] for v in payload["virtualInputs"]]} if origin else {}),
        **given(payload, schema_from="copySchemaFromDatasetWithName"),
        **filters(payload, "post_filter"),
        **engine(payload),
    }  # fmt: skip


def sync(head: Document, payload: Document) -> Document:
    return {**given(head.get("params") or {}, "schema_mode"), **engine(head.get("params") or {})}


def sample(found: Mapping[str, Any]) -> Sample:
    """A selection of rows."""
    method = found["samplingMethod"]
    spelt = {"records": "maxRecords", "ratio": "targetRatio", "column": "column"}
    fields = {name: found[spelt[name]] for name in METHODS[method]}
    partitions: Any = found.get("partitionSelectionMethod", "ALL")
    if partitions == "SELECTED":
        partitions = found["selectedPartitions"]
    elif partitions == "LATEST_N":
        partitions = Latest(found["latestPartitionsN"])
    more = given(found, "ascending") if method == "COLUMN_ORDERED" else {}
    return Sample(method, partitions=partitions, **fields, **more, **given(found, "seed"))


def sampling(head: Document, payload: Document) -> Document:
    kept = filter_of(payload)
    return {
        "sample": sample(head["params"]["selection"]),
        **({} if kept is None else {"filter": kept}),
        **engine(head["params"]),
    }


def split(head: Document, payload: Document) -> Document:
    outputs = refs(head, "outputs")
    mode = payload.get("mode")
    keys = {"VALUES": "valueSplits", "FILTERS": "filterSplits", "RANGE": "rangeSplits", "RANDOM": "randomSplits", "RANDOM_COLUMNS": "randomColumnsSplits", "CENTILE": "centileSplits"}  # fmt: skip
    parts: dict[str, list[Document]] = {}
    for each in payload[keys[mode]] if mode else ():
        parts.setdefault(outputs[each["outputIndex"]], []).append(each)

    def shares() -> dict[str, float]:
        return {output: each[0]["share"] for output, each in parts.items()}

    def conditions() -> dict[str, Any]:
        return {output: filter_of(each[0]["filter"]) for output, each in parts.items()}

    way: Any = None
    if mode == "VALUES":
        values = {output: [str(e.get("value", "")) for e in each] for output, each in parts.items()}
        strict = any(e.get("caseSensitive") for each in parts.values() for e in each)
        way = ByValues(payload["column"], values, case_sensitive=strict)
    elif mode == "FILTERS":
        way = ByFilters(conditions())
    elif mode == "RANGE":
        way = ByRanges(conditions(), times=payload.get("rangeSetTime", False))
    elif mode in ("RANDOM", "RANDOM_COLUMNS"):
        together = payload["randomColumns"] if mode == "RANDOM_COLUMNS" else ()
        way = ByRandom(shares(), together=together, seed=payload["seed"])
    elif mode == "CENTILE":
        way = ByCentiles(
            by(payload["centileOrders"]),
            shares(),
            shuffle=payload.get("centileShuffle", False),
            approximate=payload.get("centileTDigest", False),
        )
    rest = payload.get("defaultOutputIndex", -1)
    return {
        "outputs": outputs,
        **({} if way is None else {"by": way}),
        **({} if way is None or rest < 0 else {"default": outputs[rest]}),
        "write_computed": payload.get("writeComputedColumnsInOutput", False),
        **filters(payload, "pre_filter"),
        **computed(payload),
        **engine(payload),
    }


def target(params: Mapping[str, Any]) -> Any:
    """The columns that a step applies to."""
    scope = params.get("appliesTo", "COLUMNS")
    if scope == "ALL":
        return prepare.AllColumns()
    if scope == "PATTERN":
        return prepare.AllColumns(params["appliesToPattern"])
    return params["columns"][0] if scope == "SINGLE_COLUMN" else params["columns"]


STEPS: dict[str, tuple[Any, dict[str, str]]] = {
    "CreateColumnWithGREL": (prepare.Formula, {"column": "column", "expression": "expression", "error_column": "errorColumn"}),
    "ColumnSplitter": (prepare.SplitColumn, {"column": "inCol", "separator": "separator", "prefix": "outColPrefix", "keep_empty_chunks": "keepEmptyChunks", "start_from": "startFrom"}),
    "ColumnsConcat": (prepare.ConcatColumns, {"columns": "columns", "output": "outputColumn", "separator": "join"}),
    "ColumnCopier": (prepare.CopyColumn, {"column": "inputColumn", "output": "outputColumn"}),
    "ColumnReorder": (prepare.MoveColumns, {"columns": "*", "action": "reorderAction", "reference": "referenceColumn"}),
    "JSONFlattener": (prepare.FlattenJSON, {"column": "inCol", "max_depth": "maxDepth", "separator": "separator", "flatten_arrays": "flattenArrays", "null_as_empty": "nullAsEmpty", "prefix_outputs": "prefixOutputs"}),
    "Unfold": (prepare.Unfold, {"column": "column", "prefix": "prefix", "limit": "limit", "overflow_action": "overflowAction"}),
    "FillEmptyWithValue": (prepare.FillEmpty, {"columns": "*", "value": "value"}),
    "StringTransformer": (prepare.TransformString, {"columns": "*", "mode": "mode"}),
    "RoundProcessor": (prepare.Round, {"columns": "*", "places": "places", "mode": "mode"}),
    "RemoveRowsOnEmpty": (prepare.RemoveRowsOnEmpty, {"columns": "*", "keep": "keep"}),
    "FilterOnValue": (prepare.FilterRows, {"columns": "*", "values": "values", "action": "action", "matching": "matchingMode", "normalization": "normalizationMode", "boolean_mode": "booleanMode"}),
    "FilterOnCustomFormula": (prepare.FilterRowsOnFormula, {"expression": "expression", "action": "action"}),
    "FilterOnNumericalRange": (prepare.FilterRowsOnRange, {"columns": "*", "min": "min", "max": "max", "action": "action", "boolean_mode": "booleanMode"}),
    "FilterOnBadType": (prepare.FilterRowsOnMeaning, {"columns": "*", "meaning": "type", "action": "action", "boolean_mode": "booleanMode"}),
    "FilterOnDate": (prepare.FilterRowsOnDate, {"columns": "*", "min": "min", "max": "max", "action": "action", "boolean_mode": "booleanMode", "timezone": "timezone_id"}),
    "DateFormatter": (prepare.FormatDate, {"column": "inCol", "format": "format", "output": "outCol", "lang": "lang", "timezone": "timezone_id"}),
    "DateComponentsExtractor": (prepare.ExtractDateComponents, {"column": "column", "year": "outYearColumn", "month": "outMonthColumn", "day": "outDayColumn", "day_of_week": "outDayOfWeekColumn", "week_of_year": "outWeekOfYearColumn", "hour": "outHourColumn", "timezone": "timezone_id"}),
    "DateDifference": (prepare.DateDifference, {"column": "input1", "output": "output", "unit": "outputUnit", "reverse": "reverse"}),
    "UNIXTimestampParser": (prepare.ParseUnixTimestamp, {"column": "inCol", "output": "outCol", "milliseconds": "milliseconds"}),
    "HolidaysComputer": (prepare.FlagHolidays, {"column": "inCol", "prefix": "outColPrefix", "calendar": "calendar_id", "bank_holidays": "flagBankHolidays", "school_holidays": "flagSchoolHolidays", "weekends": "flagWeekends", "reasons": "extractReasons", "zones": "extractZones", "timezone": "timezone_id"}),
    "FlagOnValue": (prepare.FlagRows, {"columns": "*", "values": "values", "output": "flagColumn", "matching": "matchingMode", "normalization": "normalizationMode", "boolean_mode": "booleanMode"}),
    "FlagOnCustomFormula": (prepare.FlagRowsOnFormula, {"expression": "expression", "output": "flagColumn"}),
    "TextSimplifierProcessor": (prepare.SimplifyText, {"column": "inCol", "output": "outCol", "normalize": "normalize", "stem": "stem", "clear_stop_words": "clearStopWords", "sort_words": "sortAlphabetically", "language": "language"}),
    "RegexpExtractor": (prepare.ExtractWithRegex, {"column": "column", "pattern": "pattern", "prefix": "prefix", "every": "extractAllOccurrences", "found": "found_col"}),
    "ExtractNumbers": (prepare.ExtractNumbers, {"column": "input", "output": "output", "several": "multipleValues", "as_json": "extractToJson", "decimals": "delimiter", "expand_multipliers": "replaceMultipliers"}),
    "MatchCounter": (prepare.CountMatches, {"column": "inCol", "pattern": "pattern", "output": "outCol", "matching": "matchingMode", "normalization": "normalizationMode"}),
    "SplitIntoChunks": (prepare.SplitIntoChunks, {"column": "inCol", "output": "outCol", "id_column": "chunkIdCol", "size": "chunkSize", "overlap": "chunkOverlap", "regex": "isRegex", "keep_separator": "keepSeparator", "strip": "stripWhitespace"}),
    "EmailSplitter": (prepare.SplitEmail, {"column": "column"}),
    "UserAgentClassifier": (prepare.ClassifyUserAgent, {"column": "column"}),
    "MeaningTranslate": (prepare.TranslateMeaning, {"columns": "*", "meaning": "meaningId"}),
    "MinMaxProcessor": (prepare.LimitValues, {"columns": "columns", "min": "lowerBound", "max": "upperBound", "clear": "clear"}),
    "NumericalCombinator": (prepare.CombineNumbers, {"columns": "columns", "add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "prefix": "prefix"}),
    "ArrayFold": (prepare.FoldArray, {"column": "column"}),
    "ArraySortProcessor": (prepare.SortArray, {"column": "input", "order": "sortingType", "descending": "descending"}),
    "ArrayExtractProcessor": (prepare.ExtractFromArray, {"column": "input", "index": "index", "output": "output"}),
    "ConcatArrays": (prepare.ConcatArrays, {"columns": "inputColumns", "output": "outputColumn"}),
    "NestProcessor": (prepare.NestColumns, {"columns": "*", "output": "outputColumn"}),
    "SplitFold": (prepare.SplitAndFold, {"column": "column", "separator": "separator", "keep_empty_chunks": "keepEmptyChunks", "trim": "trimSpaces"}),
    "Pivot": (prepare.Pivot, {"index": "indexColumn", "labels": "labelsColumn", "values": "valuesColumn", "others": "otherColumnsAction"}),
    "MultiColumnByPrefixFold": (prepare.FoldColumns, {"pattern": "columnNamePattern", "name_column": "columnNameColumn", "value_column": "columnContentColumn", "remove": "foldRemoveFoldedColumns"}),
    "UpDownFiller": (prepare.FillWithNeighbor, {"columns": "columns", "next": "up"}),
    "GenerateBigData": (prepare.RepeatRows, {"times": "expansionFactor"}),
    "GeoPointCreator": (prepare.CreateGeoPoint, {"latitude": "lat_column", "longitude": "lon_column", "output": "out_column"}),
    "GeoPointExtractor": (prepare.ExtractFromGeoPoint, {"column": "column", "latitude": "lat_col", "longitude": "lon_col"}),
    "GeoDistanceProcessor": (prepare.GeoDistance, {"column": "input1", "other": "input2", "output": "output", "unit": "outputUnit"}),
    "GeoIPResolver": (prepare.ResolveIP, {"column": "inCol", "prefix": "outColPrefix", "country": "extract_country", "country_code": "extract_countrycode", "country_code3": "extract_countrycode3", "continent_code": "extract_continentcode", "region": "extract_region", "city": "extract_city", "postal_code": "extract_postalcode", "coordinates": "extract_latlng", "geopoint": "extract_geopoint", "time_zone": "extract_timezone"}),
    "CityLevelReverseGeocoder": (prepare.ReverseGeocode, {"column": "inputCol", "country": "l2OutCol", "large_region": "l3OutCol", "region": "l4OutCol", "level5": "l5OutCol", "department": "l6OutCol", "level7": "l7OutCol", "city": "l8OutCol", "boundaries": "doOutputBoundaries"}),
    "EnrichWithRecordContextProcessor": (prepare.AddPartition, {"output": "partitionOutputColumn", "dimensions_prefix": "partitionChunksOutputColumnsPrefix"}),
    "EnrichWithBuildContextProcessor": (prepare.AddBuildDate, {"output": "buildDateColumn"}),
}  # fmt: skip
"""For each type of step of which the fields are keys of ``params``: its class, and the key of each field."""
JOINED = {"column": "leftCol", "dataset": "rightInput", "other_column": "rightCol", "columns": "copyColumns", "prefix": "copyPrefix", "normalize": "normalize", "clear_stop_words": "clearStopWords", "stem": "stem", "sort_words": "sortAlphabetically", "language": "language"}  # fmt: skip
STEPS["MemoryEquiJoiner"] = (prepare.JoinColumns, JOINED)
STEPS["MemoryEquiJoinerFuzzy"] = (
    prepare.JoinColumnsFuzzy,
    {**JOINED, "distance": "maxLevenshtein"},
)


def step(found: Mapping[str, Any]) -> Any:
    """A step of a prepare recipe."""
    more = {k: found[k] for k in ("comment", "disabled") if found.get(k)}
    if found.get("metaType") == "GROUP":
        colors = given(found, "main_color", "secondary_color")
        return prepare.Group(found.get("name", ""), [step(each) for each in found["steps"]], **more, **colors)  # fmt: skip
    kind, params = found["type"], found["params"]
    if kind in STEPS:
        cls, keys = STEPS[kind]
        fields = {f: params[k] for f, k in keys.items() if k != "*" and params.get(k) is not None}
        if kind == "CreateColumnWithGREL":
            fields.setdefault("expression", "")
        if kind == "Unfold":
            fields.setdefault("prefix", False)
        if "*" in keys.values():
            fields["columns"] = target(params)
        if kind == "StringTransformer" and params.get("truncate_limit"):
            fields["limit"] = params["truncate_limit"]
        if kind == "ColumnSplitter" and params.get("limitOutput"):
            fields["limit"] = params["limit"]
        if kind == "DateDifference" and params["compareTo"] == "COLUMN":
            fields["other"] = params["input2"]
        return cls(**fields, **more)
    if kind == "ColumnsSelector":
        cls = prepare.KeepColumns if params["keep"] else prepare.RemoveColumns
        return cls(target(params), **more)
    if kind == "ColumnRenamer":
        return prepare.RenameColumns({r["from"]: r["to"] for r in params["renamings"]}, **more)
    if kind == "FindReplace":
        mapping = {m.get("from", ""): m.get("to", "") for m in params["mapping"]}
        fields = given(params, "matching", "normalization", "output", "stop_after_first_match")
        return prepare.FindReplace(target(params), mapping, **fields, **more)
    if kind == "DateParser":
        output_type = (params.get("outType") or {}).get("type")
        fields = given(params, "formats", "lang", output="outCol", timezone="timezone_id")
        more |= {"output_type": output_type} if output_type else {}
        return prepare.ParseDate(target(params), **fields, **more)
    if kind == "BinnerProcessor":
        bins = [prepare.Bin(b.get("inf"), b.get("sup"), b.get("name")) for b in params["bins"]]
        return prepare.Discretize(params["input"], bins, **given(params, "output"), **more)
    if kind == "PythonUDF":
        env = params.get("envSelection") or {}
        fields = given(params, "mode", "column", "stop_on_error", kernel="useKernel")
        if env:
            fields["code_env"] = env.get("envName") or env["envMode"]
        if params.get("vectorize"):
            fields["vector_size"] = params["vectorSize"]
        if params.get("sourceColumnsList"):
            fields["source_columns"] = params["sourceColumnsList"]
        return prepare.PythonFunction(params["pythonSourceCode"], **fields, **more)
    return prepare.Step(kind, params, **more)


def shaker(head: Document, payload: Document) -> Document:
    deps = refs(head, "inputs", "scriptDeps")
    inputs = {r: what for r, what in head["inputs"].items() if r != "scriptDeps"}
    return {
        "inputs": roles(inputs, recipe_input),
        "steps": [step(each) for each in payload["steps"]],
        **({"lookups": deps} if deps else {}),
        **engine(head.get("params") or {}),
    }


READERS: dict[str, tuple[Any, Callable[[Document, Document], Document]]] = {
    "grouping": (GroupingRecipe, grouping),
    "window": (WindowRecipe, window),
    "join": (JoinRecipe, join),
    "vstack": (StackRecipe, stack),
    "sync": (SyncRecipe, sync),
    "shaker": (prepare.PrepareRecipe, shaker),
    "sampling": (SamplingRecipe, sampling),
    "split": (SplitRecipe, split),
}
"""For each type of recipe, its class and what reads its fields."""


def spark(head: Document) -> Document:
    config = head["params"]["sparkConfig"]
    settings = {each["key"]: each["value"] for each in config["conf"]}
    return {
        **given(config, spark_config="inheritConf"),
        **({"spark_settings": settings} if settings else {}),
    }


def shell(head: Document) -> Document:
    params = head["params"]
    # DSS keeps the output that a copied recipe piped to.
    known = {
        **dict.fromkeys(refs(head, "inputs"), "pipe_in"),
        **dict.fromkeys(refs(head, "outputs"), "pipe_out"),
    }
    pipes = given(params, pipe_in="pipeIn", pipe_out="pipeOut")
    return {
        **{name: ref for name, ref in pipes.items() if known.get(ref) == name},
        **given(params, "send_headers", "expect_headers", infer_schema="autoInferSchema"),
    }


def environment(head: Document) -> Document:
    """The code env and the container of a recipe."""
    out: Document = {}
    params = head.get("params") or {}
    if env := params.get("envSelection"):
        out["code_env"] = env.get("envName") or env["envMode"]
    if place := params.get("containerSelection"):
        out["container"] = place.get("containerConf") or place["containerMode"]
    return out


CODE_FIELDS: dict[str, Any] = {
    "r": environment,
    "pyspark": lambda head: {**spark(head), "code_env": environment(head)["code_env"]},
    "spark_sql_query": spark,
    "shell": shell,
}
"""What reads the fields of recipes of code, beside the code."""
CODE = {
    "r": RRecipe,
    "pyspark": PySparkRecipe,
    "spark_sql_query": SparkSQLRecipe,
    "shell": ShellRecipe,
    "python": PythonRecipe,
    "sql_query": SQLQueryRecipe,
    "sql_script": SQLScriptRecipe,
}
"""Types whose payload is code."""


def roles(side: Mapping[str, Any], item: Callable[[Document], Any]) -> Document:
    """The inputs or outputs of a recipe by their roles."""
    return {
        role: [item(i) for i in found["items"]]
        for role, found in side.items()
        if found.get("items")
    }


def dependency(found: Mapping[str, Any]) -> Dependency:
    """A dependency of partitions."""
    return Dependency(
        found["func"],
        **given(found, dimension="idim"),
        **given(found, "values", "params"),
    )


def recipe_input(found: Document) -> Any:
    deps = [dependency(each) for each in found.get("deps") or []]
    return RecipeInput(found["ref"], deps=deps) if deps else found["ref"]


def declare_recipe(name: str, head: Document, payload: Any, **options: Any) -> Any:
    """
    Declare a recipe as DSS has it, with the class of its type.

    Args:
        name: Its name.
        head: Its document.
        payload: Its payload: text, or an object as DSS has it.
        options: Options of the resource.
    """
    fields = {
        **given(head, "short_desc", "description", "tags", "variables"),
        "inputs": roles(head["inputs"], recipe_input),
        "outputs": roles(
            head["outputs"], lambda i: RecipeOutput(i["ref"], append=i.get("appendMode", False))
        ),
        **options,
    }
    kind = head["type"]
    if kind in CODE:
        more = CODE_FIELDS[kind](head) if kind in CODE_FIELDS else {}
        return CODE[kind](name, code=payload, **fields, **more)
    if kind.startswith("CustomCode_"):
        recipe, params = kind.removeprefix("CustomCode_"), head.get("params") or {}
        place = {k: v for k, v in environment(head).items() if k == "container"}
        return PluginRecipe(
            name, recipe=recipe, config=params.get("customConfig") or {}, **fields, **place
        )
    if kind in READERS and (isinstance(payload, dict) or kind == "sync"):
        cls, read = READERS[kind]
        return cls(name, **{**fields, **read(head, payload)})
    said = {"payload": payload} if payload else {}
    return Recipe(name, type=kind, params=head.get("params") or {}, **said, **fields)
