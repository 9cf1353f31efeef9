"""Compute the columns after the steps of a prepare recipe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dssdsl.emulator.documents import Document

from .formula_names import named_in

Columns = list[Document]

_DATE_PARTS = ("outYearColumn", "outMonthColumn", "outDayColumn", "outDayOfWeekColumn")
_TIME_PARTS = ("outWeekOfYearColumn", "outHourColumn", "outMinutesColumn", "outSecondsColumn")


def columns(steps: list[Document], before: Columns, scope: Document) -> Columns:
    """
    Return the columns after a recipe's steps.

    Args:
        steps: The steps. A group stands for its steps; disabled steps do nothing.

        before: The columns of the input.

        scope: The recipe's selection of columns.

    Returns:
        The columns. Unknown steps do not change them.
    """
    found = [dict(each) for each in before]
    for step in steps:
        if step.get("disabled"):
            continue
        if step.get("metaType") == "GROUP":
            found = columns(step.get("steps") or [], found, {})
            continue
        act = _STEPS.get(step.get("type", ""))
        if act is not None:
            params = dict(step.get("params") or {})
            # The editor's sample tells which columns a step made.
            params["sample"] = (step.get("designTimeReport") or {}).get("report") or {}
            found = act(found, params)
    if scope.get("mode") == "SELECT" and isinstance(scope.get("list"), list):
        kept = {each["name"]: each.get("d", True) for each in scope["list"] if "name" in each}
        found = [each for each in found if kept.get(each["name"], True)]
    return found


def matched(found: Columns, params: Document) -> list[str]:
    """Return the columns that a step applies to."""
    applies = params.get("appliesTo", "SINGLE_COLUMN")
    if applies == "ALL":
        return [each["name"] for each in found]
    if applies == "PATTERN":
        pattern = re.compile(params.get("appliesToPattern") or "$.")
        return [each["name"] for each in found if pattern.fullmatch(each["name"])]
    return [str(each) for each in params.get("columns") or []]


def _add(found: Columns, name: Any, kind: str = "string", after: Any = None) -> Columns:
    """
    Add a column, unless one has its name.

    It goes to the right of another one, or of the last one of several; by default to the end.
    """
    if not name or any(each["name"] == name for each in found):
        return found
    before = {after} if isinstance(after, str) else {*(after or ())}
    places = [place for place, each in enumerate(found) if each["name"] in before]
    at = places[-1] + 1 if places else len(found)
    return [*found[:at], {"name": name, "type": kind}, *found[at:]]


def _add_row(found: Columns, names: list[Any], kind: str = "string", after: Any = None) -> Columns:
    """Add columns side by side, those that are new."""
    for name in names:
        grown = _add(found, name, kind, after)
        if len(grown) > len(found) and after:
            after = name
        found = grown
    return found


def _type(found: Columns, name: Any) -> str:
    return next((str(each["type"]) for each in found if each["name"] == name), "string")


def _selector(found: Columns, params: Document) -> Columns:
    names = matched(found, params)
    keep = params.get("keep") in (True, "true")
    return [each for each in found if (each["name"] in names) == keep]


def _renamer(found: Columns, params: Document) -> Columns:
    for each in params.get("renamings") or []:
        old, new = each.get("from"), each.get("to")
        names = [column["name"] for column in found]
        if old not in names or not new or old == new:
            continue
        if new in names:
            # The column that had the name before keeps its place, and gets the values.
            kind = _type(found, old)
            found = [
                {**column, "type": kind} if column["name"] == new else column
                for column in found
                if column["name"] != old
            ]
        else:
            found = [{**c, "name": new} if c["name"] == old else c for c in found]
    return found


def _copier(found: Columns, params: Document) -> Columns:
    source = params.get("inputColumn")
    return _add(found, params.get("outputColumn"), _type(found, source), source)


def _reorder(found: Columns, params: Document) -> Columns:
    names = matched(found, params)
    known = {each["name"]: each for each in found}
    moved = [known[name] for name in names if name in known]
    rest = [each for each in found if each["name"] not in names]
    action = params.get("reorderAction", "AT_START")
    if action == "AT_START":
        return moved + rest
    if action == "AT_END":
        return rest + moved
    places = [p for p, each in enumerate(rest) if each["name"] == params.get("referenceColumn")]
    if not places:
        return found
    at = places[0] + (action == "AFTER_COLUMN")
    return rest[:at] + moved + rest[at:]


def _parse_date(found: Columns, params: Document) -> Columns:
    names = params.get("columns") or ([params["inCol"]] if params.get("inCol") else [])
    out, kind = params.get("outCol"), (params.get("outType") or {}).get("type")
    kind = kind if kind in ("dateonly", "datetimenotz") else "date"
    if out and len(names) == 1:
        return _add(found, out, kind, names[0])
    return [{**each, "type": kind} if each["name"] in names else each for each in found]


def _formula(found: Columns, params: Document) -> Columns:
    expression = params.get("expression")
    if not expression:
        return found
    read = named_in(str(expression), [each["name"] for each in found])
    found = _add(found, params.get("column"), "string", read)
    return _add(found, params.get("errorColumn"), "string", params.get("column"))


def _parts(found: Columns, params: Document) -> Columns:
    names = [params.get(key) for key in (*_DATE_PARTS, *_TIME_PARTS)]
    return _add_row(found, names, "bigint", params.get("column"))


def _replaced(found: Columns, params: Document) -> Columns:
    names = params.get("columns") or []
    return _add(found, params.get("output"), "string", names) if len(names) == 1 else found


def _flag(found: Columns, params: Document) -> Columns:
    tested: Any = params.get("columns") or ()
    if params.get("expression"):
        tested = named_in(str(params["expression"]), [each["name"] for each in found])
    return _add(found, params.get("flagColumn"), "bigint", tested)


def _geo_extract(found: Columns, params: Document) -> Columns:
    names = [params.get("lat_col"), params.get("lon_col")]
    return _add_row(found, names, "double", params.get("column"))


def _address(found: Columns, params: Document) -> Columns:
    prefix = params.get("outColPrefix") or f"{params.get('inCol')}_"
    known = {"geopoint": "geopoint", "country": "country", "countrycode": "country_code"}
    names = [f"{prefix}{known[key]}" for key in known if params.get(f"extract_{key}")]
    return _add_row(found, names, "string", params.get("inCol"))


def _browser(found: Columns, params: Document) -> Columns:
    source = params.get("column")
    parts = ("type", "category", "brand", "version", "os", "osversion", "osflavor")
    return _add_row(found, [f"{source}_{part}" for part in parts], "string", source)


def _email(found: Columns, params: Document) -> Columns:
    source = params.get("column")
    return _add_row(found, [f"{source}_localpart", f"{source}_domain"], "string", source)


def _looked_up(found: Columns, params: Document) -> Columns:
    prefix = params.get("copyPrefix") or ""
    return _add_row(found, [f"{prefix}{name}" for name in params.get("copyColumns") or ()])


def _unfolded(found: Columns, params: Document) -> Columns:
    source, prefix = params.get("column"), params.get("prefix")
    start = f"{source}_" if prefix in (True, "true") else prefix or ""
    values = params["sample"].get("unfoldedValues") or ()
    return _add_row(found, [f"{start}{value}" for value in values], "bigint", source)


def _python(found: Columns, params: Document) -> Columns:
    return _add(found, params.get("column")) if params.get("mode", "CELL") == "CELL" else found


def _fold(found: Columns, params: Document) -> Columns:
    pattern = re.compile(params.get("columnNamePattern") or "$.")
    if params.get("foldRemoveFoldedColumns"):
        found = [each for each in found if not pattern.fullmatch(each["name"])]
    return _add_row(found, [params.get("columnNameColumn"), params.get("columnContentColumn")])


def _visual_if(found: Columns, params: Document) -> Columns:
    rule = params.get("visualIfDesc") or {}
    actions = [a for each in rule.get("ifThenElse") or [] for a in each.get("actions") or []]
    for action in [*actions, *(rule.get("elseActions") or [])]:
        found = _add(found, action.get("column") or action.get("outputColumn"))
    return found


def _splitter(found: Columns, params: Document) -> Columns:
    source, prefix = params.get("inCol"), params.get("outColPrefix")
    if params.get("target") == "ARRAY":
        return _add(found, params.get("outCol") or prefix, "array", source)
    limit = params.get("limit") if params.get("limitOutput") else None
    count = limit or params["sample"].get("createdColumnCount") or 0
    start = prefix or f"{source}_"
    return _add_row(found, [f"{start}{place}" for place in range(count)], "string", source)


def _after_columns(key: str, kind: str = "string") -> Callable[[Columns, Document], Columns]:
    """Create an effect that adds the output column right of the last one of the parameter *key*."""

    def act(found: Columns, params: Document) -> Columns:
        return _add(found, params.get("outputColumn"), kind, params.get(key))

    return act


def _creates(
    *keys: str, kind: str = "string", after: str = ""
) -> Callable[[Columns, Document], Columns]:
    def act(found: Columns, params: Document) -> Columns:
        names = [params.get(key) for key in keys]
        return _add_row(found, names, kind, params.get(after))

    return act


_STEPS: dict[str, Callable[[Columns, Document], Columns]] = {
    "ColumnsSelector": _selector,
    "ColumnRenamer": _renamer,
    "ColumnCopier": _copier,
    "ColumnReorder": _reorder,
    "DateParser": _parse_date,
    "DateComponentsExtractor": _parts,
    "ColumnSplitter": _splitter,
    "GeoPointExtractor": _geo_extract,
    "MultiColumnByPrefixFold": _fold,
    "VisualIfRule": _visual_if,
    "CreateColumnWithGREL": _formula,
    "ColumnsConcat": _after_columns("columns"),
    "DateFormatter": _creates("outCol", after="inCol"),
    "DateDifference": _creates("output", kind="bigint", after="input1"),
    "DateTruncate": _creates("outCol", kind="date", after="inCol"),
    "UNIXTimestampParser": _creates("outCol", kind="date", after="inCol"),
    "FlagOnValue": _flag,
    "FlagOnNumericalRange": _flag,
    "FlagOnDate": _flag,
    "FlagOnBadType": _flag,
    "FlagOnCustomFormula": _flag,
    "ExtractNumbers": _creates("output", kind="double", after="input"),
    "BinnerProcessor": _creates("output", after="input"),
    "ArrayExtractProcessor": _creates("output", after="input"),
    "JSONPathExtractor": _creates("outCol", after="inCol"),
    "MatchCounter": _creates("outCol", kind="bigint", after="inCol"),
    "PythonUDF": _python,
    "GeoPointCreator": _creates("out_column", kind="geopoint"),
    "GeoDistanceProcessor": _creates("output", kind="double", after="input1"),
    "CurrencyConverterProcessor": _creates("outputColumn", kind="double", after="inputColumn"),
    "NestProcessor": _after_columns("columns", "object"),
    "TextSimplifierProcessor": _creates("outCol", after="inCol"),
    "FindReplace": _replaced,
    "ConcatArrays": _after_columns("inputColumns", "array"),
    "GeoIPResolver": _address,
    "UserAgentClassifier": _browser,
    "EmailSplitter": _email,
    "MemoryEquiJoiner": _looked_up,
    "MemoryEquiJoinerFuzzy": _looked_up,
    "Unfold": _unfolded,
    "SplitIntoChunks": _creates("outCol", "chunkIdCol", after="inCol"),
    "EnrichWithRecordContextProcessor": _creates("partitionOutputColumn"),
    "EnrichWithBuildContextProcessor": _creates("buildDateColumn", "buildJobIdColumn"),
    "CityLevelReverseGeocoder": _creates(
        *(f"l{level}OutCol" for level in range(2, 9)), after="inputCol"
    ),
}
