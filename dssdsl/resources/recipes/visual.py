"""Visual recipes: grouping, join, window, stack, sync."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang.fields import at, form, keyed, listed, unordered, whole
from dssdsl.lang.graph import target_of
from dssdsl.lang.model import OneOrMany, camel, many, token
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial, Ref
from dssdsl.resources.datasets import AnyDataset

from .base import (
    IDLE,
    NOT_A_ZONE,
    AnyRecipe,
    FlowRef,
    RecipeInput,
    of,
    of_name,
    sql_in,
)

if TYPE_CHECKING:
    from dssdsl.errors import ProgramError
    from dssdsl.lang.program import Program

DatasetRef: TypeAlias = InstanceOf[AnyDataset] | str
Engine: TypeAlias = Literal["DSS", "SQL", "SPARK", "SPARK_SQL", "IMPALA", "HIVE"] | str
ENGINE = token("DSS", "SQL", "SPARK", "SPARK_SQL", "IMPALA", "HIVE")


class SQL(Part):
    """An expression that the database evaluates, where a plain string is a DSS formula."""

    expression: str = Field(kw_only=False)
    """SQL, such as ``amount > 0 AND country = 'FR'``."""


Filter: TypeAlias = str | InstanceOf[SQL]
FILTER = form('a DSS formula such as "amount > 0", or SQL("…")')


class Computed(Part):
    """A column that a visual recipe computes before all else."""

    name: str = Field(kw_only=False)
    """The new column."""

    expression: Annotated[Filter, FILTER] = Field(kw_only=False)
    """A DSS formula, or ``SQL("…")``."""

    type: str = "double"
    """DSS's type of the column."""

    def document(self, owner: Any) -> Document:
        sql = isinstance(self.expression, SQL)
        return {
            "name": self.name,
            "type": self.type,
            "mode": "SQL" if sql else "GREL",
            "expr": self.expression.expression
            if isinstance(self.expression, SQL)
            else self.expression,
        }


COMPUTED = form('Computed("margin", "revenue - cost"), or a list of them')


def _filter(given: Filter | None) -> Document:
    if given is None:
        return {"enabled": False, "distinct": False}
    sql = isinstance(given, SQL)
    return {
        "enabled": True,
        "distinct": False,
        # DSS evaluates the expression only in these modes; conditions beside it mean nothing.
        "uiData": {"mode": "SQL" if sql else "CUSTOM", "conditions": Initial([])},
        "expression": given.expression if isinstance(given, SQL) else given,
    }


class AnyVisualRecipe(AnyRecipe):
    """What visual recipes have; an argument that is left out means its default, whatever DSS has."""

    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyRecipe.places,
        "payload.values": (keyed("column", "customName"), unordered),
        "payload.outputColumnNameOverrides": (whole,),
        "payload.computedColumns": (keyed("name"),),
    }

    computes_schema: ClassVar[bool] = True

    engine: Annotated[Engine | None, ENGINE, at("payload.engineType")] = None
    """What runs it; left out, DSS chooses."""

    def payload(self) -> Document:
        return {} if self.engine is None else {"engineType": self.engine}

    def formulas(self) -> Iterator[tuple[str, Filter]]:
        """Yield where a formula stands, and the formula."""
        for name in ("pre_filter", "post_filter"):
            given = getattr(self, name, None)
            if given is not None:
                yield name, given
        for computed in many(getattr(self, "computed_columns", None)):
            yield f'the computed column "{computed.name}"', computed.expression

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        for where, given in self.formulas():
            if isinstance(given, str) and (instead := sql_in(given)):
                yield self.fault(
                    f'{where} "{given}" is a DSS formula, and has words of SQL',
                    f'write {instead}; or SQL("…") where the database shall evaluate it',
                )
        computed = [c.name for c in many(getattr(self, "computed_columns", None))]
        for name in sorted({n for n in computed if computed.count(n) > 1}):
            yield self.fault(f'it computes the column "{name}" twice')

    def known_columns(self, *, computed: bool = True) -> list[str] | None:
        """The columns of its only input, and those that it computes before all else."""
        mains = self.roles("inputs").get("main", [])
        columns = self.columns_of(mains[0]) if len(mains) == 1 else None
        if columns is None or not computed:
            return columns
        return columns + [c.name for c in many(getattr(self, "computed_columns", None))]

    def input_name(self) -> str:
        """How messages call its only input."""
        return of_name(self.roles("inputs")["main"][0])


FLAGS = (
    "sum", "avg", "min", "max", "count", "count_distinct", "median", "stddev", "first", "last",
    "concat", "concat_distinct",
)  # fmt: skip
SUFFIXES = {"count_distinct": "distinct", "stddev": "std"}


class Agg(Part):
    """
    What to compute of one column.

    ``True`` leaves the name to DSS (``amount_sum``); a string names the result.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "nunique": 'did you mean "count_distinct"?',
        "mean": 'did you mean "avg"?',
        "average": 'did you mean "avg"?',
        "total": 'did you mean "sum"?',
        "distinct": 'did you mean "count_distinct"?',
        "std": 'did you mean "stddev"?',
        "name": 'the name stands with what is computed: sum="TOTAL"',
        "alias": 'the name stands with what is computed: sum="TOTAL"',
    }

    column: str = Field(kw_only=False)
    """The column."""

    sum: bool | str = False
    avg: bool | str = False
    min: bool | str = False
    max: bool | str = False
    count: bool | str = False
    count_distinct: bool | str = False
    median: bool | str = False
    stddev: bool | str = False
    first: bool | str = False
    last: bool | str = False
    concat: bool | str = False
    concat_distinct: bool | str = False

    order_column: str | None = None
    """The column by which ``first``, ``last`` and ``concat`` go."""

    concat_separator: str | None = None
    """What stands between the values of ``concat``."""


class WindowAgg(Agg):
    """What to compute of one column over the window."""

    lag: OneOrMany[int] | None = None
    """How many rows back to look: one number or several."""

    lead: OneOrMany[int] | None = None
    """How many rows ahead to look: one number or several."""


class Custom(Part):
    """An aggregation in SQL, for engines that are databases."""

    name: str = Field(kw_only=False)
    """The new column."""

    expression: str = Field(kw_only=False)
    """SQL, such as ``SUM(amount) / COUNT(*)``."""


AGGREGATIONS = form('Agg("amount", sum=True), or a list of them')


def _merged(items: Any, flags: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What each column has in all its aggregations together."""
    out: dict[str, dict[str, Any]] = {}
    for agg in (a for a in many(items) if isinstance(a, Agg)):
        mine = out.setdefault(agg.column, {})
        for name in (*flags, "order_column", "concat_separator"):
            value = getattr(agg, name, None)
            if value is not None and value is not False and mine.get(name) in (None, True):
                mine[name] = value
    return out


def _values(items: Any, flags: Sequence[str] = FLAGS) -> tuple[list[Document], Document]:
    """The entries of a payload's values, one a column; and the names of the results."""
    values: list[Document] = []
    names: Document = {}
    for column, asked in _merged(items, flags).items():
        entry: Document = {"column": column}
        for flag in flags:
            wanted = asked.get(flag, False)
            entry[camel(flag)] = wanted is not False
            if flag in ("lag", "lead"):
                if wanted is not False:
                    entry[f"{flag}Values"] = ",".join(str(n) for n in many(wanted))
            elif isinstance(wanted, str):
                names[f"{column}_{SUFFIXES.get(flag, flag)}"] = wanted
        if "order_column" in asked:
            entry["orderColumn"] = asked["order_column"]
        if "concat_separator" in asked:
            entry["concatSeparator"] = asked["concat_separator"]
        values.append(entry)
    values += [
        {"customExpr": c.expression, "customName": c.name}
        for c in many(items)
        if isinstance(c, Custom)
    ]
    return values, names


class AnyAggregatingRecipe(AnyVisualRecipe):
    """What grouping and window have in common."""

    def _check_aggregations(self, items: Any, flags: Sequence[str]) -> Iterator[ProgramError]:
        for column, asked in _merged(items, flags).items():
            for agg in (a for a in many(items) if isinstance(a, Agg) and a.column == column):
                for name in (*flags, "order_column", "concat_separator"):
                    value = getattr(agg, name, None)
                    if value in (None, False, True) or value == asked[name]:
                        continue
                    yield self.fault(
                        f'{name} of column "{column}" is both {asked[name]!r} and {value!r}',
                        "DSS keeps one of each for a column",
                    )
        names = list(_values(items, flags)[1].values())
        names += [c.name for c in many(items) if isinstance(c, Custom)]
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield self.fault(f'two results are called "{name}"')
        for agg in (a for a in many(items) if isinstance(a, Agg) and not a._spoilt):
            if not any(getattr(agg, f) not in (None, False) for f in flags):
                yield self.fault(
                    f'Agg("{agg.column}") computes nothing', f'write Agg("{agg.column}", sum=True)'
                )

    def _check_aggregated(self, items: Any) -> Iterator[ProgramError]:
        aggs = [a for a in many(items) if isinstance(a, Agg)]
        used = [a.column for a in aggs] + [a.order_column for a in aggs if a.order_column]
        known = self.known_columns()
        if known is not None:
            yield from self.check_columns(used, known, self.input_name())


class GroupingRecipe(AnyAggregatingRecipe):
    """One row for each combination of keys, with what is computed of the rows that have it."""

    wire = "grouping"
    one_input = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {**AnyVisualRecipe.places}

    keys: Annotated[OneOrMany[str], at("payload.keys"), keyed("column"), form("names of columns")]
    """The columns to group by; ``[]`` makes one row of all."""

    aggregations: Annotated[
        OneOrMany[InstanceOf[Agg] | InstanceOf[Custom]],
        at("payload.values", "payload.outputColumnNameOverrides"),
        AGGREGATIONS,
    ] = ()
    """What to compute."""

    count: Annotated[bool, at("payload.globalCount")] = False
    """Whether to count the rows of each group, as ``count``; the UI ticks it."""

    pre_filter: Annotated[Filter | None, at("payload.preFilter"), FILTER] = None
    """Which rows to take."""

    computed_columns: Annotated[
        OneOrMany[InstanceOf[Computed]], at("payload.computedColumns"), listed, COMPUTED
    ] = ()
    """Columns to compute before grouping."""

    post_filter: Annotated[Filter | None, at("payload.postFilter"), FILTER] = None
    """Which rows of the result to keep."""

    def payload(self) -> Document:
        values, names = _values(self.aggregations)
        return {
            "keys": [{"column": k} for k in many(self.keys)],
            "values": values,
            "outputColumnNameOverrides": names,
            "globalCount": self.count,
            "preFilter": _filter(self.pre_filter),
            "postFilter": _filter(self.post_filter),
            "computedColumns": [c.document(self) for c in many(self.computed_columns)],
            "enlargeYourBits": Initial(value=True),
            **super().payload(),
        }

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        yield from self._check_aggregations(self.aggregations, FLAGS)
        known = self.known_columns()
        if known is not None:
            yield from self.check_columns(many(self.keys), known, self.input_name())
            yield from self._check_aggregated(self.aggregations)


class Desc(Part):
    """A column to order by, from the greatest down."""

    column: str = Field(kw_only=False)
    """The column."""


class WindowRecipe(AnyAggregatingRecipe):
    """
    Every row of the input, with what is computed of the rows around it.

    A new recipe keeps all columns of its input; which ones an existing recipe keeps is left as it
    is.
    """

    wire = "window"
    one_input = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {**AnyVisualRecipe.places}

    partition_by: Annotated[
        OneOrMany[str],
        at("payload.windows.partitioningColumns", "payload.windows.enablePartitioning"),
        form("names of columns"),
    ] = ()
    """The columns whose values part the rows into windows of their own."""

    order_by: Annotated[
        OneOrMany[str | InstanceOf[Desc]],
        at("payload.windows.orders", "payload.windows.enableOrdering"),
        form('names of columns, or Desc("day")'),
    ] = ()
    """The columns by which the rows are ordered."""

    preceding: Annotated[
        int | Literal["ALL"] | None,
        at("payload.windows.precedingRows", "payload.windows.limitPreceding"),
        form('a number of rows, or "ALL"'),
    ] = None
    """How many rows before the current one count, or ``"ALL"``."""

    following: Annotated[
        int | Literal["ALL"] | None,
        at(
            "payload.windows.followingRows",
            "payload.windows.limitFollowing",
            "payload.windows.enableLimits",
        ),
        form('a number of rows, or "ALL"'),
    ] = None
    """How many rows after the current one count, or ``"ALL"``."""

    aggregations: Annotated[
        OneOrMany[InstanceOf[WindowAgg] | InstanceOf[Agg] | InstanceOf[Custom]],
        at("payload.values", "payload.outputColumnNameOverrides"),
        form('WindowAgg("amount", sum=True, lag=7), or a list of them'),
    ] = ()
    """What to compute."""

    row_number: Annotated[bool, at("payload.rowNumber")] = False
    """Whether to number the rows of each window."""

    rank: Annotated[bool, at("payload.rank")] = False
    """Whether to rank them, with gaps."""

    dense_rank: Annotated[bool, at("payload.denseRank")] = False
    """Whether to rank them, without gaps."""

    ntile: Annotated[int | None, at("payload.ntile", "payload.ntileValues")] = None
    """Into how many parts of equal size to divide them."""

    pre_filter: Annotated[Filter | None, at("payload.preFilter"), FILTER] = None
    """Which rows to take."""

    computed_columns: Annotated[
        OneOrMany[InstanceOf[Computed]], at("payload.computedColumns"), listed, COMPUTED
    ] = ()
    """Columns to compute before all else."""

    post_filter: Annotated[Filter | None, at("payload.postFilter"), FILTER] = None
    """Which rows of the result to keep."""

    def payload(self) -> Document:
        values, names = _values(self.aggregations, WINDOW_FLAGS)
        for entry in values:
            if "column" in entry:
                entry["value"] = Initial(value=True)
        computed = {entry.get("column") for entry in values}
        others = [
            [position, {"column": column, "value": True}]
            for position, column in enumerate(self.known_columns() or ())
            if column not in computed
        ]
        return {
            "windows": [self._window()],
            "values": values,
            # A column without an entry of its own might be dropped.
            IDLE: Initial(others),
            "outputColumnNameOverrides": names,
            "retrievedColumnsSelectionMode": Initial("ALL"),
            "rowNumber": self.row_number,
            "rank": self.rank,
            "denseRank": self.dense_rank,
            "ntile": self.ntile is not None,
            **({} if self.ntile is None else {"ntileValues": str(self.ntile)}),
            "preFilter": _filter(self.pre_filter),
            "postFilter": _filter(self.post_filter),
            "computedColumns": [c.document(self) for c in many(self.computed_columns)],
            **super().payload(),
        }

    def _window(self) -> Document:
        orders = [
            {"column": o.column, "desc": True}
            if isinstance(o, Desc)
            else {"column": o, "desc": False}
            for o in many(self.order_by)
        ]
        out: Document = {
            "enablePartitioning": bool(many(self.partition_by)),
            "partitioningColumns": many(self.partition_by),
            "enableOrdering": bool(orders),
            "orders": orders,
            "enableLimits": self.preceding is not None or self.following is not None,
        }
        for side in ("preceding", "following"):
            rows = getattr(self, side)
            out[f"limit{side.capitalize()}"] = isinstance(rows, int)
            if isinstance(rows, int):
                out[f"{side}Rows"] = rows
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        yield from self._check_aggregations(self.aggregations, WINDOW_FLAGS)
        ordered = [o.column if isinstance(o, Desc) else o for o in many(self.order_by)]
        known = self.known_columns()
        if known is not None:
            used = [*many(self.partition_by), *ordered]
            yield from self.check_columns(used, known, self.input_name())
            yield from self._check_aggregated(self.aggregations)
        ranks = ("row_number", "rank", "dense_rank", "ntile", "preceding", "following")
        needs = [n for n in ranks if getattr(self, n) not in (None, False)]
        if not ordered and needs:
            yield self.fault(f"{needs[0]} means nothing without an order", 'add order_by="…"')


WINDOW_FLAGS = (*FLAGS, "lag", "lead")


class JoinInput(Part):
    """
    One input of a join, with which of its columns are kept.

    Without ``select`` these are all that do not clash with those of the inputs before it.
    """

    of: Annotated[DatasetRef, form("a dataset, or its name")] = Field(kw_only=False)
    """The dataset."""

    select: Annotated[
        Sequence[str] | Mapping[str, str] | None, form('["column"], or {"column": "new name"}')
    ] = None
    """The columns to keep; ``{column: new name}`` renames."""

    prefix: str | None = None
    """Put before the names of its columns, with an underscore."""

    pre_filter: Annotated[Filter | None, FILTER] = None
    """Which rows to take."""

    computed_columns: Annotated[OneOrMany[InstanceOf[Computed]], COMPUTED] = ()
    """Columns to compute before joining."""

    deps: None = None

    def selected(self) -> list[tuple[str, str]] | None:
        """The columns to keep, each with its name in the output."""
        if self.select is None:
            return None
        renamed = isinstance(self.select, Mapping)
        pairs = self.select.items() if renamed else ((c, c) for c in self.select)  # type: ignore[union-attr]
        return list(pairs)


class On(Part):
    """A condition of a join: how a column of the left side compares with one of the right."""

    left: str = Field(kw_only=False)
    """The left side's column."""

    right: str = Field(kw_only=False)
    """The right side's column."""

    type: Annotated[
        Literal["EQ", "LT", "LTE", "GT", "GTE", "NE", "CONTAINS", "WITHIN_RANGE"] | str,
        token("EQ", "LT", "LTE", "GT", "GTE", "NE", "CONTAINS", "WITHIN_RANGE"),
    ] = Field(default="EQ", kw_only=False)
    """DSS's own name of the comparison."""

    case_insensitive: bool = False
    """Whether upper and lower case are the same."""


JoinSide: TypeAlias = DatasetRef | InstanceOf[JoinInput]


class Join(Part):
    """
    How one input is joined to one that stands before it.

    The first join of a recipe adds the second input, and so on, each to the first; ``left`` and
    ``right`` say otherwise.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "left_on": 'write on={"left column": "right column"}',
        "right_on": 'write on={"left column": "right column"}',
        "keys": 'did you mean "on"?',
        "conditions": 'did you mean "on"?',
    }

    on: Annotated[
        str | Sequence[str | InstanceOf[On]] | InstanceOf[On] | Mapping[str, str],
        form('"id", ["id", "day"], {"left column": "right column"}, or [On("a", "b", "LTE")]'),
    ] = Field(default=(), kw_only=False)
    """A column of both, several, or ``{left column: right column}``; none for ``CROSS``."""

    type: Annotated[
        Literal["LEFT", "INNER", "RIGHT", "FULL", "CROSS", "LEFT_ANTI", "RIGHT_ANTI", "ADVANCED"]
        | str,
        token("LEFT", "INNER", "RIGHT", "FULL", "CROSS", "LEFT_ANTI", "RIGHT_ANTI", "ADVANCED"),
    ] = "LEFT"
    """DSS's own name of the kind of join."""

    left: Annotated[JoinSide | None, form("one of the inputs")] = None
    """The input to join to; left out, the first."""

    right: Annotated[JoinSide | None, form("one of the inputs")] = None
    """The input that is joined; left out, the next."""

    conditions_mode: Annotated[
        Literal["AND", "OR", "NATURAL", "CUSTOM"] | str, token("AND", "OR", "NATURAL", "CUSTOM")
    ] = "AND"
    """Whether all conditions must hold, or one."""

    def conditions(self) -> list[On]:
        """What is compared with what."""
        if isinstance(self.on, Mapping):
            return [On(left=a, right=b) for a, b in self.on.items()]
        return [o if isinstance(o, On) else On(left=o, right=o) for o in many(self.on)]


class JoinRecipe(AnyVisualRecipe):
    """
    Two or more datasets, joined.

    Where nothing is selected and the columns of an input are not declared, DSS chooses them: all
    that do not clash.
    """

    wire = "join"
    hints: ClassVar[Mapping[str, str]] = {
        "on": 'each join says it: joins=[Join("id")]',
        "type": 'each join says it: joins=[Join("id", type="LEFT")]',
        "how": 'each join says it: joins=[Join("id", type="LEFT")]',
        "left": "inputs=[left, right]",
        "right": "inputs=[left, right]",
        "select": "each input says it: inputs=[a, JoinInput(b, select=[…])]",
        "columns": "each input says it: inputs=[a, JoinInput(b, select=[…])]",
        "pre_filter": 'each input says it: inputs=[JoinInput(a, pre_filter="…"), b]',
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyVisualRecipe.places,
        "payload.virtualInputs": (keyed("index"), unordered),
        "payload.virtualInputs.computedColumns": (keyed("name"),),
        "payload.joins": (keyed("table1", "table2"),),
        "payload.joins.on": (keyed("column1.name", "column2.name"),),
        "payload.selectedColumns": (keyed("table", "name", "alias"), unordered),
        "outputs.unmatchedLeft.items": (keyed("ref"),),
        "outputs.unmatchedRight.items": (keyed("ref"),),
    }

    inputs: Annotated[  # type: ignore[assignment]
        Sequence[FlowRef | InstanceOf[JoinInput] | InstanceOf[RecipeInput]],
        at("inputs", "payload.virtualInputs", "payload.selectedColumns"),
        NOT_A_ZONE,
        form("a list of datasets or JoinInput"),
    ]
    """The datasets, in DSS's order."""

    joins: Annotated[
        OneOrMany[InstanceOf[Join]], at("payload.joins"), form('Join("id"), or a list of them')
    ]
    """How they are joined: one less than there are inputs."""

    computed_columns: Annotated[
        OneOrMany[InstanceOf[Computed]], at("payload.computedColumns"), listed, COMPUTED
    ] = ()
    """Columns to compute of the joined rows."""

    post_filter: Annotated[Filter | None, at("payload.postFilter"), FILTER] = None
    """Which rows of the result to keep."""

    unmatched_left: Annotated[
        DatasetRef | None,
        at("outputs.unmatchedLeft", "outputs.unmatchedLeft.items"),
        form("a dataset, or its name"),
    ] = None
    """A dataset for the rows of the left side that match none."""

    unmatched_right: Annotated[
        DatasetRef | None,
        at("outputs.unmatchedRight", "outputs.unmatchedRight.items"),
        form("a dataset, or its name"),
    ] = None
    """A dataset for the rows of the right side that match none."""

    def roles(self, side: Literal["inputs", "outputs"]) -> dict[str, list[Any]]:
        out = super().roles(side)
        if side == "outputs":
            for role, given in (
                ("unmatchedLeft", self.unmatched_left),
                ("unmatchedRight", self.unmatched_right),
            ):
                if given is not None:
                    out[role] = [given]
        return out

    def payload(self) -> Document:
        out: Document = {
            "virtualInputs": [self._virtual(i, item) for i, item in enumerate(self.inputs)],
            "joins": [self._join(n, join) for n, join in enumerate(many(self.joins))],
            "computedColumns": [c.document(self) for c in many(self.computed_columns)],
            "postFilter": _filter(self.post_filter),
            **super().payload(),
        }
        selected = self._selected()
        if selected is not None:
            out["selectedColumns"] = selected
        return out

    def _virtual(self, index: int, item: Any) -> Document:
        given = item if isinstance(item, JoinInput) else None
        selects = given is not None and given.select is not None
        return {
            "index": index,
            "originLabel": Initial(Ref(of(item), self)),
            "outputColumnsSelectionMode": "MANUAL" if selects else "AUTO_NON_CONFLICTING",
            "prefix": given.prefix if given is not None else None,
            "preFilter": _filter(given.pre_filter if given is not None else None),
            "computedColumns": [
                c.document(self) for c in many(given.computed_columns if given is not None else ())
            ],
        }

    def _join(self, position: int, join: Join) -> Document:
        left, right = self._sides(position, join)
        return {
            "table1": left,
            "table2": right,
            "type": join.type,
            "conditionsMode": join.conditions_mode,
            "outerJoinOnTheLeft": Initial(value=True),
            "on": [
                {
                    "column1": {"name": on.left, "table": left},
                    "column2": {"name": on.right, "table": right},
                    "type": on.type,
                    "caseInsensitive": on.case_insensitive,
                }
                for on in join.conditions()
            ],
        }

    def _sides(self, position: int, join: Join) -> tuple[int | None, int | None]:
        left = 0 if join.left is None else self._index(join.left)
        right = position + 1 if join.right is None else self._index(join.right)
        return left, right

    def _index(self, side: Any) -> int | None:
        for index, item in enumerate(self.inputs):
            if item is side:
                return index
        found = [i for i, item in enumerate(self.inputs) if self._means(item, side)]
        return found[0] if len(found) == 1 else None

    def _means(self, item: Any, side: Any) -> bool:
        item, side = of(item), of(side)
        if item is side or item == side:
            return True
        known = [target_of(Ref(x, self), self._program) for x in (item, side)]
        return known[0] is not None and known[0] is known[1]

    def _known(self, item: Any) -> list[str] | None:
        columns = self.columns_of(item)
        if columns is None:
            return None
        return columns + [c.name for c in many(getattr(item, "computed_columns", None))]

    def _selected(self) -> list[Document] | None:
        """The columns that are kept, as DSS's own AUTO_NON_CONFLICTING would; None if unknown."""
        out: list[Document] = []
        taken: set[str] = set()
        certain = False
        unknown = False
        for table, item in enumerate(self.inputs):
            prefix = getattr(item, "prefix", None)
            pairs = item.selected() if isinstance(item, JoinInput) else None
            if pairs is None:
                known = self._known(item)
                unknown = unknown or known is None
                named = [(c, f"{prefix}_{c}" if prefix else c) for c in known or ()]
                pairs = [(c, c) for c, name in named if name not in taken]
            else:
                certain = True
            taken |= {f"{prefix}_{name}" if prefix else name for _, name in pairs}
            out += [
                {"name": c, "table": table, "alias": name if name != c else None}
                for c, name in pairs
            ]
        return None if unknown and not certain else out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        joins = many(self.joins)
        if len(self.inputs) < 2:  # noqa: PLR2004
            yield self.fault("it needs two inputs or more", "inputs=[left, right]")
            return
        if len(joins) != len(self.inputs) - 1:
            needed = len(self.inputs) - 1
            yield self.fault(
                f"{len(self.inputs)} inputs need {needed} join{'s' * (needed > 1)}, "
                f"and there {'is' if len(joins) == 1 else 'are'} {len(joins)}",
                'joins=[Join("column")], one for each input after the first',
            )
            return
        joined = {0}
        for position, join in enumerate(joins):
            yield from self._check_join(position, join, joined)
        names: list[str] = []
        for item in self.inputs:
            pairs = item.selected() if isinstance(item, JoinInput) else None
            prefix = getattr(item, "prefix", None)
            names += [f"{prefix}_{n}" if prefix else n for _, n in pairs or ()]
            known = self._known(item)
            if pairs is not None:
                yield from self.check_columns([c for c, _ in pairs], known, of_name(item))
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield self.fault(
                f'two columns of the output are called "{name}"',
                f'rename one: JoinInput(…, select={{"{name}": "…"}})',
            )

    def formulas(self) -> Iterator[tuple[str, Filter]]:
        yield from super().formulas()
        for item in self.inputs:
            if isinstance(item, JoinInput):
                if item.pre_filter is not None:
                    yield f"pre_filter of {of_name(item)}", item.pre_filter
                for c in many(item.computed_columns):
                    yield f'the computed column "{c.name}"', c.expression

    def _check_join(self, position: int, join: Join, joined: set[int]) -> Iterator[ProgramError]:
        left, right = self._sides(position, join)
        for name, side, index in (("left", join.left, left), ("right", join.right, right)):
            if index is None:
                twice = sum(self._means(item, side) for item in self.inputs) > 1
                yield self.fault(
                    f"{name} of join {position + 1} is {of_name(side)}, which is "
                    + ("among the inputs twice" if twice else "not among its inputs"),
                    "name the JoinInput that stands in inputs="
                    if twice
                    else f"inputs are {', '.join(of_name(i) for i in self.inputs)}",
                )
        if left is None or right is None:
            return
        if left not in joined or right in joined:
            yield self.fault(
                f"join {position + 1} joins {of_name(self.inputs[right])} to "
                f"{of_name(self.inputs[left])}"
                + (", which is not joined yet" if left not in joined else " a second time"),
                "left is an input that is joined already, right one that is not",
            )
        joined.add(right)
        conditions = join.conditions()
        if (
            not conditions
            and join.type not in ("CROSS", "ADVANCED")
            and join.conditions_mode in ("AND", "OR")
        ):
            yield self.fault(
                f"join {position + 1} has no condition", 'write Join("id"), or type="CROSS"'
            )
        for table, columns in (
            (left, [c.left for c in conditions]),
            (right, [c.right for c in conditions]),
        ):
            item = self.inputs[table]
            yield from self.check_columns(columns, self._known(item), of_name(item))


class StackRecipe(AnyVisualRecipe):
    """Datasets put under one another."""

    wire = "vstack"
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyVisualRecipe.places,
        "payload.virtualInputs": (keyed("index"), unordered),
    }

    mode: Annotated[
        Literal["UNION", "INTERSECT", "FROM_DATASET", "FROM_INDEX", "REMAP", "CUSTOM"] | str,
        token("UNION", "INTERSECT", "FROM_DATASET", "FROM_INDEX", "REMAP", "CUSTOM"),
        at("payload.mode"),
    ] = "UNION"
    """Which columns are kept: all, those of all inputs, those of one dataset, …"""

    origin_column: Annotated[
        str | None, at("payload.originColumnName", "payload.addOriginColumn")
    ] = None
    """A column that says from which input a row came; left out, none."""

    origin_labels: Annotated[
        OneOrMany[str] | None, at("payload.virtualInputs"), form("a word for each input")
    ] = None
    """What that column says of each input, in their order; left out, their names."""

    schema_from: Annotated[
        DatasetRef | None,
        at("payload.copySchemaFromDatasetWithName"),
        form("a dataset, or its name"),
    ] = None
    """The dataset whose columns are kept, with mode ``FROM_DATASET``."""

    post_filter: Annotated[Filter | None, at("payload.postFilter"), FILTER] = None
    """Which rows to keep."""

    def payload(self) -> Document:
        origin = self.origin_column
        inputs = self.roles("inputs").get("main", [])
        labels = many(self.origin_labels) or [Ref(of(item), self) for item in inputs]
        out: Document = {
            "mode": self.mode,
            "virtualInputs": [
                {"index": i, "originLabel": label if origin else Initial(label)}
                for i, label in enumerate(labels)
            ],
            "addOriginColumn": origin is not None,
            "originColumnName": origin or Initial("original_dataset"),
            "postFilter": _filter(self.post_filter),
            **super().payload(),
        }
        if self.schema_from is not None:
            out["copySchemaFromDatasetWithName"] = Ref(self.schema_from, self)
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if (self.mode == "FROM_DATASET") != (self.schema_from is not None):
            yield self.fault(
                'mode="FROM_DATASET" and schema_from go together',
                "schema_from is the dataset whose columns are kept",
            )
        inputs, labels = self.roles("inputs").get("main", []), many(self.origin_labels)
        if not inputs:
            yield self.fault("it has no inputs", "inputs=[a, b]")
        if labels and len(labels) != len(inputs):
            yield self.fault(f"{len(inputs)} inputs have {len(labels)} origin_labels")


class SyncRecipe(AnyRecipe):
    """A dataset copied into another, as it is."""

    wire = "sync"
    computes_schema: ClassVar[bool] = True
    one_input = True
