"""The columns that recipes write, from the columns that they read."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from . import prepare
from .columns import Column, Columns, Gap, Why

Settings: TypeAlias = Mapping[str, Any]


@frozen
class Recipe:
    """
    A recipe as DSS has it.

    Attributes:
        type: DSS's type.
        payload: Its payload: text, an object, or a function that returns one when its inputs are known.
        params: Its ``params``; an object, or a function that returns one.
        inputs: The names of its inputs, by role.
        outputs: The names of its outputs, by role.
        name: Its name.
        open: Whether DSS may hold settings that are not in the payload.
    """

    type: str
    payload: Any = None
    params: Any = field(factory=dict)
    inputs: Mapping[str, Sequence[str]] = field(factory=dict)
    outputs: Mapping[str, Sequence[str]] = field(factory=dict)
    name: str = ""
    open: bool = False

    @classmethod
    def of(cls, head: Settings, payload: Any) -> Recipe:
        """The recipe of DSS's document."""
        return cls(
            head["type"],
            payload,
            head.get("params") or {},
            _by_role(head.get("inputs")),
            _by_role(head.get("outputs")),
            head.get("name", ""),
        )

    @cached_property
    def options(self) -> Settings:
        """The ``params`` as an object."""
        found: Settings = self.params() if callable(self.params) else self.params
        return found

    @cached_property
    def settings(self) -> Settings:
        """The payload as an object; empty if it is none."""
        payload = self.payload() if callable(self.payload) else self.payload
        if isinstance(payload, Mapping):
            return payload
        try:
            found = json.loads(payload or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def _by_role(side: Any) -> dict[str, list[str]]:
    roles = side.items() if isinstance(side, Mapping) else ()
    return {role: [item["ref"] for item in what.get("items") or ()] for role, what in roles}


Inputs: TypeAlias = Sequence[Columns]
"""The columns of the inputs of the main role, in order."""


def outputs(
    recipe: Recipe,
    read: Callable[[str], Columns],
    dimensions: Mapping[str, Collection[str]] | None = None,
) -> dict[str, Columns]:
    """
    The columns of each output of a recipe, by its name.

    Args:
        recipe: The recipe.
        read: Returns the columns of an input.
        dimensions: The partition dimensions of outputs that are files. Files are stored without them.
    """
    names = [(role, name) for role, several in recipe.outputs.items() for name in several]
    compute = _COMPUTED.get(recipe.type)
    if compute is None or recipe.open:
        why, what = _why(recipe.type) if compute is None else (Why.SETTINGS, "")
        gap = Gap(why, what, recipe.name)
        return {name: Columns.unknown(gap) for _, name in names}
    inputs = [read(name) for name in recipe.inputs.get("main", ())]
    main = compute(recipe.settings, inputs, recipe)
    found = {}
    for role, name in names:
        if role == "main":
            dropped = (dimensions or {}).get(name, ()) if recipe.type == "sync" else ()
            found[name] = main.without(dropped)
        elif recipe.type == "join":
            found[name] = _unmatched(role, recipe.settings, inputs)
        else:
            found[name] = Columns.unknown(Gap(Why.TYPE, recipe.type, recipe.name))
    return found


_CODE = frozenset(
    (
        *("cpython", "hive", "impala", "ksql", "pig", "pyspark", "python", "r", "shell"),
        *("spark_scala", "spark_sql_query", "sparkr", "sql_query", "sql_script"),
        *("streaming_python", "streaming_spark_scala"),
    )
)


def _why(kind: str) -> tuple[Why, str]:
    if kind in _CODE or kind.startswith("CustomCode_"):
        return Why.CODE, kind
    return (Why.MODEL if "prediction" in kind or "clustering" in kind else Why.TYPE), kind


def objects(value: Any) -> list[Settings]:
    """The objects in a list of DSS's documents; empty if it is none."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _main(inputs: Inputs) -> Columns:
    return inputs[0] if inputs else Columns()


def with_computed(columns: Columns, settings: Settings) -> Columns:
    """The columns of an input, and those that the recipe computes from it first."""
    for each in objects(settings.get("computedColumns")):
        if each.get("name"):
            columns = columns.add(each["name"], each.get("type"))
    return columns


def _overridden(settings: Settings, columns: Columns) -> Columns:
    names = settings.get("outputColumnNameOverrides") or {}
    return columns.with_names(names)


def _copy(_: Settings, inputs: Inputs, recipe: Recipe) -> Columns:
    if recipe.options.get("schemaMode", "STRICT_SYNC") != "STRICT_SYNC":
        return Columns.unknown(Gap(Why.DATA, recipe.type, recipe.name))
    return _main(inputs)


def _sample(_: Settings, inputs: Inputs, __: Recipe) -> Columns:
    return _main(inputs)


def _split(settings: Settings, inputs: Inputs, _: Recipe) -> Columns:
    written = settings.get("writeComputedColumnsInOutput")
    return with_computed(_main(inputs), settings) if written else _main(inputs)


_INTEGERS = frozenset(["tinyint", "smallint", "int", "bigint"])

AGGREGATES: Mapping[str, str] = {
    "min": "min", "max": "max", "count": "count", "countDistinct": "distinct", "avg": "avg",
    "sum": "sum", "sum2": "sum2", "stddev": "stddev", "median": "median", "concat": "concat",
    "first": "first", "last": "last",
}  # fmt: skip
"""Flags of aggregations, with the endings of their columns, in the order in which DSS writes them."""


def _aggregate_type(flag: str, kind: str | None, settings: Settings) -> str | None:
    if flag in ("count", "countDistinct"):
        return "bigint"
    if flag in ("avg", "stddev", "median"):
        return "double"
    if flag == "concat":
        return "string"
    if flag not in ("sum", "sum2") or kind is None:
        return kind
    if not settings.get("enlargeYourBits"):
        return kind
    return "bigint" if kind in _INTEGERS else "double"


def _aggregates(settings: Settings, known: Columns) -> Iterator[Column]:
    """The columns of all aggregations of a grouping or window recipe."""
    for value in objects(settings.get("values")):
        if value.get("customExpr"):
            if value.get("customName"):
                yield Column(value["customName"])
            continue
        column = str(value.get("column"))
        if known.complete and column not in known:
            continue
        kind = known.type_of(column)
        for flag, ending in AGGREGATES.items():
            if value.get(flag):
                yield Column(f"{column}_{ending}", _aggregate_type(flag, kind, settings))
        yield from _shifted(value, column, kind)


def _shifted(value: Settings, column: str, kind: str | None) -> Iterator[Column]:
    """The columns with values of earlier or later rows."""
    for shift in ("lag", "lead"):
        offsets = [one.strip() for one in str(value.get(f"{shift}Values") or "1").split(",")]
        endings = [""] if len(offsets) == 1 else offsets
        if value.get(shift):
            yield from (Column(f"{column}_{shift}{ending}", kind) for ending in endings)
        if value.get(f"{shift}Diff"):
            made = "bigint" if kind in ("date", "dateonly", "datetimenotz") else kind
            yield from (Column(f"{column}_{shift}{ending}_diff", made) for ending in endings)


def _grouping(settings: Settings, inputs: Inputs, _: Recipe) -> Columns:
    known = with_computed(_main(inputs), settings)
    keys = [each["column"] for each in objects(settings.get("keys")) if each.get("column")]
    found = [Column(key, known.type_of(key)) for key in keys if not known.complete or key in known]
    found += _aggregates(settings, known)
    if settings.get("globalCount"):
        found.append(Column("count", "bigint"))
    return _overridden(settings, _each_once(found))


def _each_once(columns: Iterable[Column]) -> Columns:
    return Columns(tuple({one.name: one for one in reversed(list(columns))}.values())[::-1])


_RANKS = (
    *(("rank", "rank", "bigint"), ("denseRank", "denserank", "bigint")),
    *(("rowNumber", "rownumber", "bigint"), ("cumeDist", "cumedist", "double")),
    ("ntile", "ntile", "bigint"),
)


def _window(settings: Settings, inputs: Inputs, _: Recipe) -> Columns:
    known = with_computed(_main(inputs), settings)
    values = objects(settings.get("values"))
    retrieved = [str(each.get("column")) for each in values if each.get("value")]
    found = [
        Column(name, known.type_of(name))
        for name in retrieved
        if not known.complete or name in known
    ]
    found += _aggregates(settings, known)
    found += [Column(name, kind) for flag, name, kind in _RANKS if settings.get(flag)]
    result = _overridden(settings, _each_once(found))
    if settings.get("retrievedColumnsSelectionMode") != "EXPLICIT":
        # Which columns it retrieves is decided when those of its input are known.
        for gap in known.gaps:
            result = result.with_gap(gap)
    return result


def _unmatched(role: str, settings: Settings, inputs: Inputs) -> Columns:
    """The columns of the rows of a join that match nothing: those of their input."""
    at = 1 if "ight" in role else 0
    virtual = objects(settings.get("virtualInputs"))
    place = virtual[at].get("index", at) if at < len(virtual) else at
    return inputs[place] if place < len(inputs) else Columns()


def _join(settings: Settings, inputs: Inputs, _: Recipe) -> Columns:
    virtual = objects(settings.get("virtualInputs")) or [{"index": i} for i in range(len(inputs))]
    selected = objects(settings.get("selectedColumns"))
    found = Columns()
    for place, each in enumerate(virtual):
        index = each.get("index", place)
        table = with_computed(inputs[index] if index < len(inputs) else Columns(), each)
        prefix = each.get("prefix")
        named = [one for one in selected if one.get("table", 0) == place and one.get("name")]
        automatic = each.get("outputColumnsSelectionMode", "MANUAL") != "MANUAL"
        if automatic:
            # An input in automatic mode adds all columns whose names no other column has.
            chosen = [(one.name, _prefixed(prefix, one.name)) for one in table.listed]
            chosen = [(name, new) for name, new in chosen if new not in found]
        else:
            chosen = [(o["name"], o.get("alias") or _prefixed(prefix, o["name"])) for o in named]
            chosen = [(name, new) for name, new in chosen if not table.complete or name in table]
        for name, new in chosen:
            found = found.add(new, table.type_of(name))
        if automatic:
            for gap in table.gaps:
                found = found.with_gap(gap)
    return with_computed(found, settings)


def _prefixed(prefix: Any, name: str) -> str:
    return f"{prefix}_{name}" if prefix else name


def _stack(settings: Settings, inputs: Inputs, recipe: Recipe) -> Columns:
    mode = settings.get("mode", "UNION")
    if mode == "UNION":
        found = _union(inputs)
    elif mode == "INTERSECT":
        found = _common(inputs)
    elif mode == "FROM_DATASET":
        names = list(recipe.inputs.get("main", ()))
        label = settings.get("copySchemaFromDatasetWithName")
        found = inputs[names.index(label)] if label in names else _main(inputs)
    elif isinstance(chosen := settings.get("selectedColumns"), list):
        found = Columns(tuple(Column(str(n), _first_type(str(n), inputs)) for n in chosen))
    else:
        found = Columns.unknown(Gap(Why.TYPE, f"vstack {mode}", recipe.name))
    if settings.get("addOriginColumn"):
        found = found.add(settings.get("originColumnName") or "original_dataset", "string")
    return found


def _first_type(name: str, inputs: Inputs) -> str | None:
    return next((one.type_of(name) for one in inputs if name in one), None)


def _union(inputs: Inputs) -> Columns:
    found = Columns()
    for each in inputs:
        for column in each.listed:
            if column.name not in found:
                found = found.add(column.name, column.type)
        for gap in each.gaps:
            found = found.with_gap(gap)
    return found


def _common(inputs: Inputs) -> Columns:
    found = _main(inputs)
    for each in inputs[1:]:
        if each.complete:
            found = found.only([name for name in each.names if name in found or found.gaps])
        else:
            for gap in each.gaps:
                found = found.with_gap(gap)
    return found


def _distinct(settings: Settings, inputs: Inputs, _: Recipe) -> Columns:
    known = with_computed(_main(inputs), settings)
    keys = [
        one["column"] if isinstance(one, Mapping) else str(one)
        for one in settings.get("keys") or ()
    ]
    if settings.get("selectAllColumns") or not keys:
        found = known
    else:
        found = _each_once(
            Column(key, known.type_of(key)) for key in keys if not known.complete or key in known
        )
    if settings.get("globalCount"):
        found = found.add("count", "bigint")
    return _overridden(settings, found)


_ROW_RANKS = (
    *(("rowNumber", "_row_number"), ("rank", "_rank"), ("denseRank", "_dense_rank")),
    ("duplicateCount", "_duplicate_count"),
)


def _ranked(settings: Settings, inputs: Inputs, _: Recipe) -> Columns:
    found = with_computed(_main(inputs), settings)
    if settings.get("retrievedColumnsSelectionMode") == "EXPLICIT":
        found = found.only([str(each) for each in settings.get("retrievedColumns") or ()])
    for flag, name in _ROW_RANKS:
        if settings.get(flag):
            found = found.add(name, "bigint")
    return _overridden(settings, found)


def _prepare(settings: Settings, inputs: Inputs, recipe: Recipe) -> Columns:
    found = prepare.after(_main(inputs), settings)
    here = {gap if gap.where else evolve(gap, where=recipe.name) for gap in found.gaps}
    return evolve(found, gaps=frozenset(here))


def _pivot(settings: Settings, inputs: Inputs, recipe: Recipe) -> Columns:
    """The identifiers are known, and columns for values that the program lists; others are not."""
    known = with_computed(_main(inputs), settings)
    pivots = objects(settings.get("pivots"))
    used = {str(name) for one in pivots for name in one.get("keyColumns") or ()}
    used |= {str(v.get("column")) for one in pivots for v in objects(one.get("valueColumns"))}
    used |= {str(v.get("column")) for v in objects(settings.get("otherColumns"))}
    if settings.get("identifierColumnsSelection") == "EXPLICIT":
        found = known.only([str(each) for each in settings.get("explicitIdentifiers") or ()])
    else:
        found = known.without(used)
    return found.with_gap(Gap(Why.DATA, "pivot", recipe.name))


_COMPUTED: Mapping[str, Callable[[Settings, Inputs, Recipe], Columns]] = {
    "distinct": _distinct,
    "grouping": _grouping,
    "join": _join,
    "pivot": _pivot,
    "sampling": _sample,
    "shaker": _prepare,
    "sort": _ranked,
    "split": _split,
    "sync": _copy,
    "topn": _ranked,
    "vstack": _stack,
    "window": _window,
}
"""What each type of recipe writes to its main outputs, by DSS's name of the type."""
