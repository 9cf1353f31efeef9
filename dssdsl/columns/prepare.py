"""What the steps of a prepare recipe do to columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from .columns import Columns, Gap, Why
from .formulas import columns_in

Params: TypeAlias = Mapping[str, Any]

Effect: TypeAlias = Callable[[Columns, Params], Columns]


def after(columns: Columns, payload: Params) -> Columns:
    """
    The columns after all steps of a prepare recipe.

    Args:
        columns: Those of its input.
        payload: The recipe's payload.
    """
    # DSS chooses the types of text, and widens numbers, by the values of a sample.
    open_types = [one.name for one in columns.listed if one.type in _OPEN_TYPES]
    found = after_steps(columns.retyped(open_types, None), payload.get("steps") or ())
    selection = payload.get("columnsSelection")
    if isinstance(selection, Mapping) and selection.get("mode") == "SELECT":
        hidden = [each["name"] for each in selection.get("list") or () if not each.get("d", True)]
        found = found.without(hidden)
    return found


_OPEN_TYPES = frozenset(
    ["string", "tinyint", "smallint", "int", "float", "boolean", "array", "map", "object"]
)


def after_steps(columns: Columns, steps: Iterable[Params]) -> Columns:
    """The columns after *steps*. A group stands for its steps; disabled steps do nothing."""
    for step in steps:
        columns = after_step(columns, step)
    return columns


def after_step(columns: Columns, step: Params) -> Columns:
    """The columns after one step."""
    if step.get("disabled"):
        return columns
    if step.get("metaType") == "GROUP":
        return after_steps(columns, step.get("steps") or ())
    kind = str(step.get("type"))
    effect = _EFFECTS.get(kind)
    if effect is None:
        return columns.with_gap(Gap(Why.TYPE, kind))
    params = dict(step.get("params") or {})
    # The editor's sample, which DSS stores with a step.
    report = (step.get("designTimeReport") or {}).get("report") or {}
    return effect(columns, {**params, "$type": kind, "$report": report})


def used(step: Params) -> list[str]:
    """The columns that a step reads, by name; those that a pattern matches are not among them."""
    params = step.get("params") or {}
    kind = str(step.get("type"))
    names: list[Any] = []
    if "columns" in params and params.get("appliesTo") not in ("PATTERN", "ALL"):
        names += _listed(params["columns"])
    names += [params.get(key) for key in _READ.get(kind, ())]
    names += [each.get("from") for each in _listed(params.get("renamings"))]
    names += _listed(params.get("inputColumns"))
    if isinstance(formula := params.get("expression"), str) and kind in _FORMULAS:
        names += columns_in(formula)
    return [name for name in dict.fromkeys(names) if isinstance(name, str) and name]


_READ: Mapping[str, Sequence[str]] = {
    "ArrayExtractProcessor": ("input",),
    "ArrayFold": ("column",),
    "ArraySortProcessor": ("input",),
    "BinnerProcessor": ("input",),
    "CityLevelReverseGeocoder": ("inputCol",),
    "ColumnCopier": ("inputColumn",),
    "ColumnReorder": ("referenceColumn",),
    "ColumnSplitter": ("inCol",),
    "DateComponentsExtractor": ("column",),
    "DateDifference": ("input1", "input2"),
    "DateFormatter": ("inCol",),
    "EmailSplitter": ("column",),
    "ExtractNumbers": ("input",),
    "GeoDistanceProcessor": ("input1", "input2"),
    "GeoIPResolver": ("inCol",),
    "GeoPointCreator": ("lat_column", "lon_column"),
    "GeoPointExtractor": ("column",),
    "HolidaysComputer": ("inCol",),
    "JSONFlattener": ("inCol",),
    "JSONPathExtractor": ("inCol",),
    "MatchCounter": ("inCol",),
    "MemoryEquiJoiner": ("leftCol",),
    "MemoryEquiJoinerFuzzy": ("leftCol",),
    "Pivot": ("indexColumn", "labelsColumn", "valuesColumn"),
    "RegexpExtractor": ("column",),
    "SplitFold": ("column",),
    "SplitIntoChunks": ("inCol",),
    "TextSimplifierProcessor": ("inCol",),
    "UNIXTimestampParser": ("inCol",),
    "Unfold": ("column",),
    "UserAgentClassifier": ("column",),
}
"""Parameters of each type of step that name a column which the step reads."""

_FORMULAS = frozenset(["CreateColumnWithGREL", "FilterOnCustomFormula", "FlagOnCustomFormula"])
"""Types of steps whose ``expression`` is a formula."""


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def applies_to(columns: Columns, params: Params) -> list[str]:
    """The columns that a step applies to: by name, by pattern, or all."""
    scope = params.get("appliesTo", "COLUMNS")
    if scope == "ALL":
        return columns.names
    if scope == "PATTERN":
        return [name for name in columns.names if _full(params.get("appliesToPattern"), name)]
    return [str(each) for each in _listed(params.get("columns"))]


def _full(pattern: Any, name: str) -> bool:
    """Whether a pattern matches a whole name."""
    try:
        return re.fullmatch(str(pattern or ""), name) is not None
    except re.error:  # a pattern of Java that Python does not have
        return False


def _same(columns: Columns, _: Params) -> Columns:
    return columns


def _derived(*outputs: str, kind: str | None = None, of: Sequence[str] = ()) -> Effect:
    """An effect that writes the columns of the parameters *outputs*, right of those of *of*."""

    def effect(columns: Columns, params: Params) -> Columns:
        sources = [str(params[key]) for key in of if params.get(key)]
        named = [(str(params[key]), kind) for key in outputs if params.get(key)]
        return columns.add_all(named, sources)

    return effect


def _in_place(output: str, source: str, kind: str | None = None) -> Effect:
    """An effect that writes the column of a parameter, or, if it is empty, the source itself."""

    def effect(columns: Columns, params: Params) -> Columns:
        name, origin = params.get(output), params.get(source)
        if name:
            return columns.add(str(name), kind, [str(origin)] if origin else [])
        return columns.retyped([str(origin)], kind)

    return effect


def _formula(columns: Columns, params: Params) -> Columns:
    name = params.get("column")
    if not name or not params.get("expression"):
        return columns
    read = columns_in(str(params["expression"]))
    found = columns.add(str(name), None, read)
    if error := params.get("errorColumn"):
        found = found.add(str(error), "string", [str(name)])
    return found


def _select(columns: Columns, params: Params) -> Columns:
    names = applies_to(columns, params)
    if params.get("keep") not in (True, "true"):
        return columns.without(names)
    if params.get("appliesTo") == "PATTERN" and columns.gaps:
        return columns.without([name for name in columns.names if name not in names])
    return columns.only(names)


def _rename(columns: Columns, params: Params) -> Columns:
    for each in _listed(params.get("renamings")):
        if each.get("from") and each.get("to"):
            columns = columns.renamed(str(each["from"]), str(each["to"]))
    return columns


def _reorder(columns: Columns, params: Params) -> Columns:
    moved = [name for name in applies_to(columns, params) if name in columns]
    rest = columns.without(moved)
    action, reference = params.get("reorderAction", "AT_START"), params.get("referenceColumn")
    at = {"AT_START": 0, "AT_END": len(rest.listed)}.get(str(action))
    if at is None:
        place = rest.places.get(str(reference))
        if place is None:
            return columns
        at = place + (action == "AFTER_COLUMN")
    listed = [each.name for each in rest.listed]
    return columns.arranged([*listed[:at], *moved, *listed[at:]])


def _copy(columns: Columns, params: Params) -> Columns:
    source, name = str(params.get("inputColumn")), params.get("outputColumn")
    return columns.add(str(name), columns.type_of(source), [source]) if name else columns


def _find_replace(columns: Columns, params: Params) -> Columns:
    names, output = applies_to(columns, params), params.get("output")
    if output and len(names) == 1:
        return columns.add(str(output), "string", names)
    return columns.retyped(names, None)


def _cells(columns: Columns, params: Params) -> Columns:
    """An effect on cells, after which DSS may choose another type."""
    return columns.retyped(applies_to(columns, params), None)


def _parse_date(columns: Columns, params: Params) -> Columns:
    names = applies_to(columns, params) or [str(params["inCol"])] * bool(params.get("inCol"))
    kind = {"dateonly": "dateonly", "datetimenotz": "datetimenotz"}.get(
        str((params.get("outType") or {}).get("type")), "date"
    )
    output = params.get("outCol")
    if output and len(names) == 1:
        return columns.add(str(output), kind, names)
    return columns.retyped(names, kind)


_DATE_PARTS = (
    *("outYearColumn", "outMonthColumn", "outDayColumn", "outDayOfWeekColumn"),
    *("outWeekOfYearColumn", "outHourColumn", "outMinutesColumn", "outSecondsColumn"),
)


def _split(columns: Columns, params: Params) -> Columns:
    source = str(params.get("inCol"))
    prefix = str(params.get("outColPrefix") or f"{source}_")
    if params.get("target") == "ARRAY":
        return columns.add(
            str(params.get("outCol") or params.get("outColPrefix")), "array", [source]
        )
    count = params.get("limit") if params.get("limitOutput") else None
    count = count or params["$report"].get("createdColumnCount")
    if not isinstance(count, int):
        return _from_data(columns, params)
    return columns.add_all([(f"{prefix}{at}", None) for at in range(count)], [source])


def _from_data(columns: Columns, params: Params) -> Columns:
    """An effect that makes a column for each value, or each field, that the data has."""
    return columns.with_gap(Gap(Why.DATA, str(params["$type"])))


def _unfold(columns: Columns, params: Params) -> Columns:
    values = params["$report"].get("unfoldedValues")
    if not isinstance(values, list):
        return _from_data(columns, params)
    source, prefix = str(params.get("column")), params.get("prefix")
    start = f"{source}_" if prefix in (True, "true") else prefix or ""
    return columns.add_all([(f"{start}{value}", None) for value in values], [source])


def _pivot(columns: Columns, params: Params) -> Columns:
    return _from_data(columns, params)


def _python(columns: Columns, params: Params) -> Columns:
    if params.get("mode", "CELL") == "CELL":
        name = params.get("column")
        return columns.add(str(name)) if name else columns
    return columns.with_gap(Gap(Why.CODE, "PythonUDF"))


def _flag(columns: Columns, params: Params) -> Columns:
    name = params.get("flagColumn")
    if not name:
        return columns
    formula = params.get("expression")
    tested = columns_in(formula) if isinstance(formula, str) else applies_to(columns, params)
    return columns.add(str(name), None, tested)


def _concat(columns: Columns, params: Params) -> Columns:
    name = params.get("outputColumn")
    return columns.add(str(name), None, _strings(params.get("columns"))) if name else columns


def _concat_arrays(columns: Columns, params: Params) -> Columns:
    name = params.get("outputColumn")
    return columns.add(str(name), None, _strings(params.get("inputColumns"))) if name else columns


def _nest(columns: Columns, params: Params) -> Columns:
    name = params.get("outputColumn")
    return columns.add(str(name), None, applies_to(columns, params)) if name else columns


def _strings(value: Any) -> list[str]:
    return [str(each) for each in _listed(value)]


def _fold(columns: Columns, params: Params) -> Columns:
    """Turn columns whose names match a pattern into rows."""
    folded = [n for n in columns.names if _full(params.get("columnNamePattern"), n)]
    outputs = [params.get("columnNameColumn"), params.get("columnContentColumn")]
    found = columns.add_all([(str(name), None) for name in outputs if name])
    return (found.without(folded) if params.get("foldRemoveFoldedColumns") else found).shuffled()


def _lookup(columns: Columns, params: Params) -> Columns:
    prefix = params.get("copyPrefix") or ""
    new = [(f"{prefix}{name}", None) for name in _strings(params.get("copyColumns"))]
    return columns.add_all(new)


_PLACES = {"geopoint": "geopoint", "country": "country", "countrycode": "country_code"}
"""What DSS finds of an address, with the endings of the columns, in their order."""


def _geo_ip(columns: Columns, params: Params) -> Columns:
    prefix = params.get("outColPrefix") or f"{params.get('inCol')}_"
    asked = [key[8:] for key, value in params.items() if key.startswith("extract_") and value]
    new = [(f"{prefix}{ending}", "string") for part, ending in _PLACES.items() if part in asked]
    found = columns.add_all(new, [str(params.get("inCol"))])
    # Nobody has seen the names of the other columns.
    return found if set(asked) <= _PLACES.keys() else found.with_gap(Gap(Why.TYPE, "GeoIPResolver"))


_AGENT = ("type", "category", "brand", "version", "os", "osversion", "osflavor")


def _agent(columns: Columns, params: Params) -> Columns:
    source = str(params.get("column"))
    return columns.add_all([(f"{source}_{part}", "string") for part in _AGENT], [source])


def _visual_if(columns: Columns, params: Params) -> Columns:
    rule = params.get("visualIfDesc") or {}
    actions = [a for each in _listed(rule.get("ifThenElse")) for a in _listed(each.get("actions"))]
    for action in [*actions, *_listed(rule.get("elseActions"))]:
        if name := action.get("column") or action.get("outputColumn"):
            columns = columns.add(str(name))
    return columns.shuffled()


def _email(columns: Columns, params: Params) -> Columns:
    source = str(params.get("column"))
    new = [(f"{source}_localpart", "string"), (f"{source}_domain", "string")]
    return columns.add_all(new, [source])


_EFFECTS: Mapping[str, Effect] = {
    "ArrayExtractProcessor": _in_place("output", "input"),
    "ArrayFold": lambda columns, params: columns.retyped([str(params.get("column"))], None),
    "ArraySortProcessor": _in_place("output", "input"),
    "BinnerProcessor": _in_place("output", "input"),
    "CityLevelReverseGeocoder": _derived(
        *("l2OutCol", "l3OutCol", "l4OutCol", "l5OutCol", "l6OutCol", "l7OutCol", "l8OutCol"),
        of=("inputCol",),
    ),
    "ColumnCopier": _copy,
    "ColumnRenamer": _rename,
    "ColumnReorder": _reorder,
    "ColumnSplitter": _split,
    "ColumnsConcat": _concat,
    "ColumnsSelector": _select,
    "ConcatArrays": _concat_arrays,
    "CreateColumnWithGREL": _formula,
    "CurrencyConverterProcessor": _derived("outputColumn", kind="double", of=("inputColumn",)),
    "DateComponentsExtractor": _derived(*_DATE_PARTS, kind="bigint", of=("column",)),
    "DateDifference": _derived("output", kind="bigint", of=("input1",)),
    "DateFormatter": _in_place("outCol", "inCol", "string"),
    "DateParser": _parse_date,
    "DateTruncate": _in_place("outCol", "inCol", "date"),
    "EmailSplitter": _email,
    "EnrichWithBuildContextProcessor": _derived("buildDateColumn", "buildJobIdColumn"),
    "EnrichWithRecordContextProcessor": _derived("partitionOutputColumn"),
    "ExtractNumbers": _derived("output", of=("input",)),
    "FillEmptyWithValue": _cells,
    "FilterOnBadType": _same,
    "FilterOnCustomFormula": _same,
    "FilterOnDate": _same,
    "FilterOnNumericalRange": _same,
    "FilterOnValue": _same,
    "FindReplace": _find_replace,
    "FlagOnBadType": _flag,
    "FlagOnCustomFormula": _flag,
    "FlagOnDate": _flag,
    "FlagOnNumericalRange": _flag,
    "FlagOnValue": _flag,
    "GenerateBigData": _same,
    "GeoDistanceProcessor": _derived("output", kind="double", of=("input1",)),
    "GeoIPResolver": _geo_ip,
    "GeoPointCreator": _derived("out_column"),
    "GeoPointExtractor": _derived("lat_col", "lon_col", kind="double", of=("column",)),
    "HolidaysComputer": _from_data,
    "JSONFlattener": _from_data,
    "JSONPathExtractor": _in_place("outCol", "inCol"),
    "MatchCounter": _derived("outCol", kind="bigint", of=("inCol",)),
    "MeaningTranslate": _cells,
    "MemoryEquiJoiner": _lookup,
    "MemoryEquiJoinerFuzzy": _lookup,
    "MinMaxProcessor": _same,
    "MultiColumnByPrefixFold": _fold,
    "NestProcessor": _nest,
    "Pivot": _pivot,
    "PythonUDF": _python,
    "RegexpExtractor": _from_data,
    "RemoveRowsOnEmpty": _same,
    "RoundProcessor": _cells,
    "SplitFold": lambda columns, params: columns.retyped([str(params.get("column"))], None),
    "SplitIntoChunks": _derived("outCol", "chunkIdCol", of=("inCol",)),
    "StringTransformer": _cells,
    "TextSimplifierProcessor": _in_place("outCol", "inCol", "string"),
    "UNIXTimestampParser": _in_place("outCol", "inCol", "date"),
    "Unfold": _unfold,
    "UpDownFiller": _same,
    "UserAgentClassifier": _agent,
    "VisualIfRule": _visual_if,
}
"""What each type of step does, by DSS's name of the type."""
