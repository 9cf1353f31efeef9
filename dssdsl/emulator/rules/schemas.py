"""Compute the output schemas of visual recipes from the schemas of their inputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from dssdsl.emulator.documents import Document
from dssdsl.emulator.errors import Refused, null_pointer
from dssdsl.emulator.project.kinds import CODE_TYPES

from . import prepare_steps

Columns = list[Document]
Inputs = list[tuple[str, Columns]]

_WITH_INPUTS = frozenset(("join", "vstack"))
"""Types of recipes whose settings describe each input."""

_INTEGERS = frozenset(("tinyint", "smallint", "int", "bigint"))


def outputs(
    recipe: Document,
    payload: str,
    inputs: Inputs,
    dimensions: Mapping[str, Collection[str]] | None = None,
) -> list[tuple[str, Columns]]:
    """
    Return the columns of each output of a recipe.

    Args:
        recipe: The recipe's head.

        payload: Its settings as text.

        inputs: Name and columns of each input of its main role.

        dimensions: The partition dimensions of outputs that are files, by the output's name.

    Raises:
        Refused: It is a code recipe, or the emulator can't compute its type.
    """
    kind = recipe["type"]
    if kind in CODE_TYPES or kind.startswith("CustomCode_"):
        message = f"Output schema can't be automatically computed on '{kind}' recipes"
        raise Refused(400, "java.lang.IllegalArgumentException", message)
    compute = _COMPUTERS.get(kind)
    if compute is None:
        message = f"The output schema of '{kind}' recipes is not emulated"
        raise Refused(501, "dssdsl.emulator.NotEmulated", message)
    try:
        settings = json.loads(payload) if payload.strip() else {}
    except ValueError:
        settings = {}
    if kind in _WITH_INPUTS and "virtualInputs" not in settings:
        raise null_pointer("payload.virtualInputs")
    columns = compute(settings, inputs)
    roles = (recipe.get("outputs") or {}).items()
    found = []
    for role, name in [(r, item["ref"]) for r, what in roles for item in what.get("items") or ()]:
        if role != "main" and kind == "join":
            found.append((name, _unmatched(role, settings, inputs)))
            continue
        # The paths of files contain the values of dimensions, and the files don't.
        hidden = (dimensions or {}).get(name, ()) if kind == "sync" else ()
        found.append((name, [each for each in columns if each["name"] not in hidden]))
    return found


def differences(old: Columns, new: Columns) -> list[Document]:
    """Return the differences between a dataset's columns and those that the recipe computes."""
    before = {each["name"]: each for each in old}
    after = {each["name"]: each for each in new}
    found = [
        {"columnName": name, "message": f"Column '{name}' is missing"}
        for name in after
        if name not in before
    ]
    found += [
        {"columnName": name, "message": f"Column '{name}' is not in the output any more"}
        for name in before
        if name not in after
    ]
    found += [
        {"columnName": name, "message": f"Column '{name}' has another type"}
        for name in after
        if name in before and before[name]["type"] != after[name]["type"]
    ]
    if not found and [*before] != [*after]:
        found = [{"columnName": "", "message": "The columns are in another order"}]
    return found


def _column(name: str, kind: str) -> Document:
    return {"name": name, "type": kind}


def _first(inputs: Inputs) -> Columns:
    return inputs[0][1] if inputs else []


def _computed(settings: Document) -> Columns:
    return [
        _column(each["name"], each.get("type", "string"))
        for each in settings.get("computedColumns") or []
    ]


def _types(settings: Document, inputs: Inputs) -> dict[str, str]:
    known = {each["name"]: each["type"] for each in _first(inputs)}
    return {**known, **{each["name"]: each["type"] for each in _computed(settings)}}


def _renamed(settings: Document, columns: Columns) -> Columns:
    names = settings.get("outputColumnNameOverrides") or {}
    found = [{**each, "name": names.get(each["name"], each["name"])} for each in columns]
    return _each_once(found)


def _each_once(columns: Columns) -> Columns:
    first: dict[str, Document] = {}
    for each in columns:
        first.setdefault(each["name"], each)
    return [*first.values()]


def _sync(_: Document, inputs: Inputs) -> Columns:
    return _first(inputs)


def _split(settings: Document, inputs: Inputs) -> Columns:
    written = settings.get("writeComputedColumnsInOutput")
    return [*_first(inputs), *(_computed(settings) if written else [])]


def _unmatched(role: str, settings: Document, inputs: Inputs) -> Columns:
    """Return the columns of rows without a match: those of the right or the left input."""
    side = 1 if role == "unmatchedRight" else 0
    virtual = settings["virtualInputs"][side : side + 1]
    place = virtual[0].get("index", side) if virtual else side
    return inputs[place][1] if place < len(inputs) else []


def _aggregated(aggregate: str, kind: str, *, wide: bool) -> tuple[str, str]:
    """Return the suffix and type of the output column of an aggregate."""
    number = ("bigint" if kind in _INTEGERS else "double") if wide else kind
    return {
        "min": ("min", kind),
        "max": ("max", kind),
        "count": ("count", "bigint"),
        "countDistinct": ("distinct", "bigint"),
        "avg": ("avg", "double"),
        "sum": ("sum", number),
        "sum2": ("sum2", number),
        "stddev": ("stddev", "double"),
        "median": ("median", "double"),
        "concat": ("concat", "string"),
        "first": ("first", kind),
        "last": ("last", kind),
    }[aggregate]


_AGGREGATES = (
    *("min", "max", "count", "countDistinct", "avg", "sum", "sum2", "stddev", "median"),
    *("concat", "first", "last"),
)
"""The flags of an aggregated column, in the order of their output columns."""


def _aggregations(settings: Document, types: dict[str, str]) -> Columns:
    """Return the columns of all aggregations; there are none of a column that the input lacks."""
    found = []
    for value in settings.get("values") or []:
        name = value.get("column")
        if value.get("customExpr"):
            custom = value.get("customName") or value["customExpr"]
            found.append(_column(custom, value.get("type", "string")))
        elif name in types:
            for aggregate in _AGGREGATES:
                if value.get(aggregate):
                    wide = bool(settings.get("enlargeYourBits"))
                    ending, made = _aggregated(aggregate, types[name], wide=wide)
                    found.append(_column(f"{name}_{ending}", made))
            found += _shifts(value, types[name])
    return found


def _shifts(value: Document, kind: str) -> Columns:
    """Return the columns of earlier and later rows; the offset is part of a name if there are several."""
    found = []
    for shift in ("lag", "lead"):
        steps = [each.strip() for each in str(value.get(f"{shift}Values") or "1").split(",")]
        for step in steps:
            name = f"{value['column']}_{shift}{step if len(steps) > 1 else ''}"
            if value.get(shift):
                found.append(_column(name, kind))
        for step in steps if value.get(f"{shift}Diff") else ():
            name = f"{value['column']}_{shift}{step if len(steps) > 1 else ''}"
            found.append(_column(f"{name}_diff", "bigint" if kind.startswith("date") else kind))
    return found


def _grouping(settings: Document, inputs: Inputs) -> Columns:
    types = _types(settings, inputs)
    keys = [each["column"] for each in settings.get("keys") or [] if each.get("column") in types]
    found = [_column(key, types[key]) for key in keys]
    found += _aggregations(settings, types)
    if settings.get("globalCount"):
        found.append(_column("count", "bigint"))
    return _renamed(settings, _each_once(found))


def _join(settings: Document, inputs: Inputs) -> Columns:
    virtual = settings.get("virtualInputs") or [{"index": place} for place, _ in enumerate(inputs)]
    tables = []
    for each in virtual:
        place = each.get("index", 0)
        columns = inputs[place][1] if place < len(inputs) else []
        tables.append([*columns, *_computed(each)])
    selected = [each for each in settings.get("selectedColumns") or [] if isinstance(each, dict)]
    found: Columns = []
    for place, (each, columns) in enumerate(zip(virtual, tables, strict=True)):
        # "table" counts the uses of inputs, of which several may be of one dataset.
        mine = [one for one in selected if one.get("table", 0) == place]
        if each.get("outputColumnsSelectionMode", "MANUAL") == "MANUAL":
            found += _chosen(mine, columns, each.get("prefix"))
        else:
            # An input in automatic mode outputs all columns whose names are free.
            there = {one["name"] for one in found}
            everything = [{"name": one["name"]} for one in columns]
            named = _chosen(everything, columns, each.get("prefix"))
            found += [one for one in named if one["name"] not in there]
    return _each_once([*found, *_computed(settings)])


def _chosen(selected: list[Document], columns: Columns, prefix: str | None) -> Columns:
    """Return the columns that are selected by name, with their new names."""
    types = {column["name"]: column for column in columns}
    return [
        {
            **types[one["name"]],
            "name": one.get("alias") or (f"{prefix}_{one['name']}" if prefix else one["name"]),
        }
        for one in selected
        if one.get("name") in types
    ]


def _vstack(settings: Document, inputs: Inputs) -> Columns:
    mode = settings.get("mode", "UNION")
    if mode == "INTERSECT":
        common = [{each["name"] for each in columns} for _, columns in inputs]
        names = set.intersection(*common) if common else set()
        found = [each for each in _first(inputs) if each["name"] in names]
    elif mode in ("REMAP", "CUSTOM"):
        chosen = settings.get("selectedColumns") or []
        found = [
            _column(each, _stacked(settings, inputs, place)) for place, each in enumerate(chosen)
        ]
    elif mode in ("FROM_DATASET", "FROM_INDEX"):
        label = settings.get("copySchemaFromDatasetWithName")
        found = next((columns for name, columns in inputs if name == label), _first(inputs))
    else:
        found = []
        for _, columns in inputs:
            there = {each["name"] for each in found}
            found = [*found, *(each for each in columns if each["name"] not in there)]
    if settings.get("addOriginColumn"):
        origin = settings.get("originColumnName") or "original_dataset"
        found = [*found, _column(origin, "string")]
    return found


def _stacked(settings: Document, inputs: Inputs, place: int) -> str:
    for each, (_, columns) in zip(settings.get("virtualInputs") or [], inputs, strict=False):
        match = (each.get("columnsMatch") or [])[place : place + 1]
        for column in columns:
            if match == [column["name"]]:
                return str(column["type"])
    return "string"


def _window(settings: Document, inputs: Inputs) -> Columns:
    types = _types(settings, inputs)
    values = settings.get("values") or []
    retrieved = [each["column"] for each in values if each.get("value")]
    known = {each["name"]: each for each in _first(inputs)}
    found = [known.get(n, _column(n, types[n])) for n in retrieved if n in types]
    found += _aggregations(settings, types)
    ranks = (
        *(("rank", "rank", "bigint"), ("denseRank", "denserank", "bigint")),
        *(("rowNumber", "rownumber", "bigint"), ("cumeDist", "cumedist", "double")),
        ("ntile", "ntile", "bigint"),
    )
    found += [_column(name, kind) for flag, name, kind in ranks if settings.get(flag)]
    return _renamed(settings, _each_once(found))


def _distinct(settings: Document, inputs: Inputs) -> Columns:
    types = {each["name"]: each for each in [*_first(inputs), *_computed(settings)]}
    keys = [
        each["column"] if isinstance(each, dict) else each for each in settings.get("keys") or []
    ]
    names = [*types] if settings.get("selectAllColumns") or not keys else keys
    found = [types[name] for name in names if name in types]
    if settings.get("globalCount"):
        found.append(_column("count", "bigint"))
    return _renamed(settings, found)


def _ranked(settings: Document, inputs: Inputs) -> Columns:
    found = [*_first(inputs), *_computed(settings)]
    if settings.get("retrievedColumnsSelectionMode") == "EXPLICIT":
        wanted = settings.get("retrievedColumns") or []
        found = [each for each in found if each["name"] in wanted]
    ranks = (
        *(("rowNumber", "_row_number"), ("rank", "_rank"), ("denseRank", "_dense_rank")),
        ("duplicateCount", "_duplicate_count"),
    )
    found += [_column(name, "bigint") for flag, name in ranks if settings.get(flag)]
    return _renamed(settings, found)


def _shaker(settings: Document, inputs: Inputs) -> Columns:
    return prepare_steps.columns(settings.get("steps") or [], _first(inputs), _scope(settings))


def _scope(settings: Document) -> Document:
    scope: Any = settings.get("columnsSelection") or {}
    return scope if isinstance(scope, dict) else {}


_COMPUTERS: dict[str, Callable[[Document, Inputs], Columns]] = {
    "sync": _sync,
    "sampling": _sync,
    "split": _split,
    "grouping": _grouping,
    "join": _join,
    "vstack": _vstack,
    "window": _window,
    "distinct": _distinct,
    "sort": _ranked,
    "topn": _ranked,
    "shaker": _shaker,
}
