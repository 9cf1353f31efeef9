"""Compute the columns after the steps of a prepare recipe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dssdsl.emulator.documents import Document

Columns = list[Document]

_DATE_PARTS = ("outYearColumn", "outMonthColumn", "outDayColumn", "outDayOfWeekColumn")
_TIME_PARTS = ("outHourColumn", "outMinutesColumn", "outSecondsColumn", "outWeekOfYearColumn")


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
            found = act(found, step.get("params") or {})
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
    """Add a column to the right of another, as DSS does, or at the end, unless one has its name."""
    if not name or any(each["name"] == name for each in found):
        return found
    places = [place for place, each in enumerate(found) if each["name"] == after]
    at = places[0] + 1 if places else len(found)
    return [*found[:at], {"name": name, "type": kind}, *found[at:]]


def _selector(found: Columns, params: Document) -> Columns:
    names = matched(found, params)
    keep = params.get("keep") in (True, "true")
    if keep and params.get("appliesTo") in ("COLUMNS", None):
        known = {each["name"]: each for each in found}
        return [known[name] for name in names if name in known]
    return [each for each in found if (each["name"] in names) == keep]


def _renamer(found: Columns, params: Document) -> Columns:
    for each in params.get("renamings") or []:
        found = [
            {**column, "name": each["to"]} if column["name"] == each.get("from") else column
            for column in found
            if column["name"] != each["to"] or column["name"] == each.get("from")
        ]
    return found


def _copier(found: Columns, params: Document) -> Columns:
    source = params.get("inputColumn")
    kind = next((each["type"] for each in found if each["name"] == source), "string")
    return _add(found, params.get("outputColumn"), kind, source)


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
    at = (places[0] if places else len(rest)) + (action == "AFTER_COLUMN")
    return rest[:at] + moved + rest[at:]


def _parse_date(found: Columns, params: Document) -> Columns:
    names = params.get("columns") or ([params["inCol"]] if params.get("inCol") else [])
    out = params.get("outCol")
    if out and len(names) == 1:
        return _add(found, out, "date", names[0])
    return [{**each, "type": "date"} if each["name"] in names else each for each in found]


def _parts(found: Columns, params: Document) -> Columns:
    after = params.get("column")
    for key in (*_DATE_PARTS, *_TIME_PARTS):
        grown = _add(found, params.get(key), "bigint", after)
        after = params.get(key) if len(grown) > len(found) else after
        found = grown
    return found


def _geo_extract(found: Columns, params: Document) -> Columns:
    found = _add(found, params.get("lat_col"), "double", params.get("column"))
    return _add(found, params.get("lon_col"), "double", params.get("lat_col"))


def _fold(found: Columns, params: Document) -> Columns:
    pattern = re.compile(params.get("columnNamePattern") or "$.")
    kept = [each for each in found if not pattern.match(each["name"])]
    kept = _add(kept, params.get("columnNameColumn"))
    return _add(kept, params.get("columnContentColumn"))


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
    limit = int(params.get("limit") or 0)
    after = source
    for place in range(limit):
        found = _add(found, f"{prefix or f'{source}_'}{place}", "string", after)
        after = f"{prefix or f'{source}_'}{place}"
    return found


def _creates(
    *keys: str, kind: str = "string", after: str = ""
) -> Callable[[Columns, Document], Columns]:
    def act(found: Columns, params: Document) -> Columns:
        for key in keys:
            found = _add(found, params.get(key), kind, params.get(after))
        return found

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
    "CreateColumnWithGREL": _creates("column", "errorColumn"),
    "ColumnsConcat": _creates("outputColumn"),
    "DateFormatter": _creates("outCol", after="inCol"),
    "DateDifference": _creates("output", kind="bigint", after="input1"),
    "DateTruncate": _creates("outCol", kind="date", after="inCol"),
    "UNIXTimestampParser": _creates("outCol", kind="date", after="inCol"),
    "FlagOnValue": _creates("flagColumn"),
    "FlagOnNumericalRange": _creates("flagColumn"),
    "FlagOnDate": _creates("flagColumn"),
    "FlagOnBadType": _creates("flagColumn"),
    "FlagOnCustomFormula": _creates("flagColumn"),
    "ExtractNumbers": _creates("output", kind="double", after="input"),
    "BinnerProcessor": _creates("output", after="input"),
    "ArrayExtractProcessor": _creates("output", after="input"),
    "JSONPathExtractor": _creates("outCol", after="inCol"),
    "MatchCounter": _creates("outCol", kind="bigint", after="inCol"),
    "PythonUDF": _creates("column"),
    "GeoPointCreator": _creates("out_column", kind="geopoint"),
    "GeoDistanceProcessor": _creates("output", kind="double", after="input1"),
    "CurrencyConverterProcessor": _creates("outputColumn", kind="double", after="inputColumn"),
    "NestProcessor": _creates("outputColumn", kind="object"),
    "TextSimplifierProcessor": _creates("outCol", after="inCol"),
    "StringConcat": _creates("outputColumn"),
    "Transpose": lambda found, _: found,
}
