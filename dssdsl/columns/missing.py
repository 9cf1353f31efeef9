"""The columns that a recipe reads and that none of its inputs has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from attrs import evolve, frozen

from . import prepare
from .columns import Columns
from .formulas import columns_in
from .recipes import Recipe, objects, outputs, with_computed


class Use(StrEnum):
    """What a recipe needs a column for."""

    PLAIN = "plain"
    """A key, an aggregation, an order, a condition or a selection: a field that has nothing but names."""
    FILTER = "filter"
    PRE_FILTER = "pre_filter"
    POST_FILTER = "post_filter"
    COMPUTED = "computed"
    """A computed column, `Missing.where`."""
    STEP = "step"
    """A step of a prepare recipe, `Missing.where`."""


@frozen
class Missing:
    """
    A column that a recipe reads and that does not exist.

    Attributes:
        column: Its name.
        known: The columns that exist there.
        input: The name of the input; empty for the result of a recipe, and between the steps of one.
        use: What it is needed for.
        where: The computed column, or the position of the step: ``2``, or ``2.1`` in a group.
    """

    column: str
    known: Columns
    input: str = ""
    use: Use = Use.PLAIN
    where: str = ""


def missing(recipe: Recipe, read: Callable[[str], Columns]) -> Iterator[Missing]:
    """
    Yield each column that a recipe reads and that does not exist, as far as columns are known.

    Args:
        recipe: The recipe.
        read: Returns the columns of an input.
    """
    names = list(recipe.inputs.get("main", ()))
    tables = [read(name) for name in names]
    settings = recipe.settings
    if recipe.type == "join":
        found = _of_join(recipe, names, tables)
    elif recipe.type == "shaker" and len(tables) == 1:
        found = _of_steps(names[0], tables[0], settings.get("steps") or ())
    elif recipe.type == "vstack":
        found = _of_stack(recipe, names, tables)
    elif len(tables) == 1:
        found = _of_one(recipe, names[0], tables[0])
    else:
        return
    seen = set()
    for each in found:
        if (each.column, each.input, each.use, each.where) not in seen:
            seen.add((each.column, each.input, each.use, each.where))
            yield each


def _lacks(known: Columns, columns: Iterable[Any], like: Missing) -> Iterator[Missing]:
    """Yield those of *columns* that are not among the known ones, if these are all."""
    if known.complete:
        for column in columns:
            if isinstance(column, str) and column and column not in known:
                yield evolve(like, column=column, known=known)


def read_by_filter(document: Any) -> list[str]:
    """The columns that a filter reads; none if the database evaluates it, or if it is off."""
    if not isinstance(document, Mapping) or not document.get("enabled", True):
        return []
    ui = document.get("uiData") or {}
    if ui.get("mode") == "CUSTOM":
        return columns_in(str(document.get("expression") or ""))
    found = []
    for each in objects(ui.get("conditions")) if ui.get("mode") in ("&&", "||") else ():
        if "subCondition" in each:
            found += read_by_filter({"enabled": True, **each["subCondition"]})
        elif isinstance(each.get("input"), str):
            found.append(each["input"])
            if str(each.get("operator", "")).endswith("column]") and each.get("col"):
                found.append(str(each["col"]))
    return found


def _of_filter(document: Any, known: Columns, use: Use, source: str = "") -> Iterator[Missing]:
    yield from _lacks(known, read_by_filter(document), Missing("", known, source, use))


def _of_computed(settings: Mapping[str, Any], known: Columns, source: str) -> Iterator[Missing]:
    """Yield what the computed columns lack; each may read those before it."""
    for each in objects(settings.get("computedColumns")):
        if each.get("mode") != "SQL":
            read = columns_in(str(each.get("expr") or ""))
            like = Missing("", known, source, Use.COMPUTED, str(each.get("name")))
            yield from _lacks(known, read, like)
        known = with_computed(known, {"computedColumns": [each]})


def _of_one(recipe: Recipe, source: str, table: Columns) -> Iterator[Missing]:
    settings = recipe.settings
    if recipe.type == "sampling":
        yield from _of_filter(settings, table, Use.FILTER, source)
        selection = recipe.options.get("selection") or {}
        yield from _lacks(table, [selection.get("column")], Missing("", table, source))
        return
    if recipe.type not in _PLAIN:
        return
    yield from _of_filter(settings.get("preFilter"), table, Use.PRE_FILTER, source)
    yield from _of_computed(settings, table, source)
    known = with_computed(table, settings)
    yield from _lacks(known, _PLAIN[recipe.type](settings), Missing("", known, source))
    if settings.get("postFilter"):
        # It reads the results by their generated names; the new ones pass, too.
        plain = evolve(recipe, payload={**settings, "outputColumnNameOverrides": {}})
        results = _result(plain, table)
        for name in _result(recipe, table).names:
            results = results.add(name)
        yield from _of_filter(settings["postFilter"], results, Use.POST_FILTER)


def _result(recipe: Recipe, table: Columns) -> Columns:
    whole = evolve(recipe, outputs={"main": ["result"]})
    return outputs(whole, lambda _: table)["result"]


def _columns(value: Any) -> list[Any]:
    """Names in a list of names, or of objects with a name."""
    return [
        one.get("column") if isinstance(one, Mapping) else one
        for one in (value if isinstance(value, list) else ())
    ]


def _aggregated(settings: Mapping[str, Any]) -> Iterator[Any]:
    for each in objects(settings.get("values")):
        flags = (flag for key, flag in each.items() if key != "value" and not key.startswith("$"))
        if any(flag is True for flag in flags):
            yield each.get("column")
            yield each.get("orderColumn")


def _grouping(settings: Mapping[str, Any]) -> list[Any]:
    return [*_columns(settings.get("keys")), *_aggregated(settings)]


def _window(settings: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    for each in objects(settings.get("windows")):
        if each.get("enablePartitioning"):
            found += _columns(each.get("partitioningColumns"))
        if each.get("enableOrdering"):
            found += _columns(each.get("orders"))
    return [*found, *_aggregated(settings)]


def _ranked(settings: Mapping[str, Any]) -> list[Any]:
    kept = settings.get("retrievedColumnsSelectionMode") == "EXPLICIT"
    return [
        *_columns(settings.get("keys")),
        *_columns(settings.get("orders")),
        *(_columns(settings.get("retrievedColumns")) if kept else ()),
    ]


def _split(settings: Mapping[str, Any]) -> list[Any]:
    mode = settings.get("mode", "VALUES")
    if mode == "VALUES":
        return [settings.get("column")]
    if mode == "RANDOM_COLUMNS":
        return _columns(settings.get("randomColumns"))
    if mode == "CENTILE":
        return _columns(settings.get("centileOrders"))
    key = {"FILTERS": "filterSplits", "RANGE": "rangeSplits"}.get(mode, "")
    return [c for one in objects(settings.get(key)) for c in read_by_filter(one.get("filter"))]


def _pivot(settings: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    for each in objects(settings.get("pivots")):
        found += [*_columns(each.get("keyColumns")), *_columns(each.get("valueColumns"))]
    if settings.get("identifierColumnsSelection") == "EXPLICIT":
        found += _columns(settings.get("explicitIdentifiers"))
    return [*found, *_columns(settings.get("otherColumns"))]


_PLAIN: Mapping[str, Callable[[Mapping[str, Any]], Iterable[Any]]] = {
    "distinct": _ranked,
    "grouping": _grouping,
    "pivot": _pivot,
    "sort": _ranked,
    "split": _split,
    "topn": _ranked,
    "window": _window,
}
"""The columns that each type of recipe with one input names, other than in filters and formulas."""


def _of_steps(
    source: str, table: Columns, steps: Iterable[Any], before: str = ""
) -> Iterator[Missing]:
    for place, step in enumerate(steps, 1):
        if step.get("disabled"):
            continue
        where = f"{before}{place}"
        if step.get("metaType") == "GROUP":
            yield from _of_steps(source, table, step.get("steps") or (), f"{where}.")
        else:
            like = Missing("", table, source, Use.STEP, where)
            yield from _lacks(table, prepare.used(step), like)
        table = prepare.after_step(table, step)


def _of_join(recipe: Recipe, names: list[str], tables: list[Columns]) -> Iterator[Missing]:
    settings = recipe.settings
    uses: list[tuple[str, Columns]] = []
    for place, each in enumerate(objects(settings.get("virtualInputs"))):
        at = each.get("index", place)
        if at >= len(tables):
            return
        yield from _of_filter(each.get("preFilter"), tables[at], Use.PRE_FILTER, names[at])
        yield from _of_computed(each, tables[at], names[at])
        uses.append((names[at], with_computed(tables[at], each)))
    for join in objects(settings.get("joins")):
        stale = join.get("type") == "CROSS" or join.get("conditionsMode") in ("NATURAL", "CUSTOM")
        for on in () if stale else objects(join.get("on")):
            for side, table in (("column1", join.get("table1")), ("column2", join.get("table2"))):
                if isinstance(table, int) and table < len(uses):
                    name, known = uses[table]
                    column = (on.get(side) or {}).get("name")
                    yield from _lacks(known, [column], Missing("", known, name))
    for one in objects(settings.get("selectedColumns")):
        if (at := one.get("table", 0)) < len(uses):
            name, known = uses[at]
            yield from _lacks(known, [one.get("name")], Missing("", known, name))
    joined = evolve(
        recipe, payload={**settings, "computedColumns": []}, outputs={"main": ["joined"]}
    )
    result = outputs(joined, dict(zip(names, tables, strict=True)).__getitem__)["joined"]
    yield from _of_computed(settings, result, "")
    yield from _of_filter(
        settings.get("postFilter"), with_computed(result, settings), Use.POST_FILTER
    )


def _of_stack(recipe: Recipe, names: list[str], tables: list[Columns]) -> Iterator[Missing]:
    virtual = objects(recipe.settings.get("virtualInputs"))
    for place, each in enumerate(virtual):
        if (at := each.get("index", place)) < len(tables):
            yield from _of_filter(each.get("preFilter"), tables[at], Use.PRE_FILTER, names[at])
    whole = evolve(recipe, outputs={"main": ["stacked"]})
    result = outputs(whole, dict(zip(names, tables, strict=True)).__getitem__)["stacked"]
    yield from _of_filter(recipe.settings.get("postFilter"), result, Use.POST_FILTER)


READERS = frozenset(["join", "shaker", "vstack", *_PLAIN])
"""Types of recipes that name columns of their inputs."""
