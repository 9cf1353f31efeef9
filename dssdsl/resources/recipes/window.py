"""The window recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.constrained import Count, Positive, Whole
from dssdsl.lang.fields import at, form, listed
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial

from .aggregations import WINDOW_FLAGS, Agg, AnyAggregatingRecipe, Custom, WindowAgg, entries, named
from .expressions import COMPUTED, FILTER, Computed, Filter, filter_document
from .ordering import ORDER_BY, Desc, ordering_columns, orders
from .payload import IDLE
from .visual import AnyVisualRecipe

RANKS = {
    "row_number": "rownumber",
    "rank": "rank",
    "dense_rank": "denserank",
    "cume_dist": "cumedist",
}
"""Fields that add a column, with DSS's name of it."""
PARTITION_BY = form("names of columns")
ROWS = form('a number of rows, or "ALL"')


class Window(Part):
    """One of several windows of a recipe: the rows around each row that its aggregations see."""

    partition_by: Annotated[OneOrMany[str], PARTITION_BY] = ()
    """The columns that partition the rows into windows."""

    order_by: Annotated[OneOrMany[str | InstanceOf[Desc]], ORDER_BY] = ()
    """The columns that order the rows."""

    preceding: Annotated[Count | Literal["ALL"] | None, ROWS] = None
    """How many rows before the current one belong to its window, or ``"ALL"``."""

    following: Annotated[Whole | Literal["ALL"] | None, ROWS] = None
    """How many rows after the current one belong to its window, or ``"ALL"``; -1 ends it one row before."""

    prefix: str | None = None
    """The prefix of the names of its results, which tells them apart from those of other windows."""

    def document(self, owner: Any) -> Document:
        by, ordered = many(self.partition_by), orders(self.order_by)
        limited = self.preceding is not None or self.following is not None
        # A setting that is switched off has no effect; DSS keeps its value.
        out: Document = {
            "enablePartitioning": bool(by),
            "partitioningColumns": by or Initial([]),
            "enableOrdering": bool(ordered),
            "orders": ordered or Initial([]),
            "enableLimits": limited,
        }
        for side in ("preceding", "following"):
            rows = getattr(self, side)
            counted = isinstance(rows, int)
            out[f"limit{side.capitalize()}"] = counted if limited else Initial(value=False)
            if counted:
                out[f"{side}Rows"] = rows
        if self.prefix is not None:
            out["prefix"] = self.prefix
        return out


class WindowRecipe(AnyAggregatingRecipe):
    """
    Add to each row aggregations of the rows around it.

    A new recipe keeps all columns of its input. The columns that an existing recipe keeps stay as
    they are.
    """

    wire = "window"
    one_input = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {**AnyVisualRecipe.places}

    partition_by: Annotated[
        OneOrMany[str],
        at("payload.windows.partitioningColumns", "payload.windows.enablePartitioning"),
        PARTITION_BY,
    ] = ()
    """The columns that partition the rows into windows."""

    order_by: Annotated[
        OneOrMany[str | InstanceOf[Desc]],
        at("payload.windows.orders", "payload.windows.enableOrdering"),
        ORDER_BY,
    ] = ()
    """The columns that order the rows."""

    preceding: Annotated[
        Count | Literal["ALL"] | None,
        at("payload.windows.precedingRows", "payload.windows.limitPreceding"),
        ROWS,
    ] = None
    """How many rows before the current one belong to its window, or ``"ALL"``."""

    following: Annotated[
        Whole | Literal["ALL"] | None,
        at(
            "payload.windows.followingRows",
            "payload.windows.limitFollowing",
            "payload.windows.enableLimits",
        ),
        ROWS,
    ] = None
    """How many rows after the current one belong to its window, or ``"ALL"``."""

    windows: Annotated[
        OneOrMany[InstanceOf[Window]],
        at("payload.windows"),
        form('Window(partition_by="id", order_by="day"), or a list of them'),
    ] = ()
    """Several windows, instead of ``partition_by``, ``order_by``, ``preceding`` and ``following``."""

    aggregations: Annotated[
        OneOrMany[InstanceOf[WindowAgg] | InstanceOf[Agg] | InstanceOf[Custom]],
        at("payload.values", "payload.outputColumnNameOverrides"),
        form('WindowAgg("amount", sum=True, lag=7), or a list of them'),
    ] = ()
    """The aggregations."""

    row_number: Annotated[
        bool | str, at("payload.rowNumber", "payload.outputColumnNameOverrides.rownumber")
    ] = False
    """Whether to add the number of each row in its window. A string is the name of the column."""

    rank: Annotated[bool | str, at("payload.rank", "payload.outputColumnNameOverrides.rank")] = (
        False
    )
    """Whether to add ranks, with gaps after ties. A string is the name of the column."""

    dense_rank: Annotated[
        bool | str, at("payload.denseRank", "payload.outputColumnNameOverrides.denserank")
    ] = False
    """Whether to add ranks, without gaps. A string is the name of the column."""

    cume_dist: Annotated[
        bool | str, at("payload.cumeDist", "payload.outputColumnNameOverrides.cumedist")
    ] = False
    """Whether to add the share of rows up to each row, from 0 to 1. A string is the name of the column."""

    ntile: Annotated[Positive | None, at("payload.ntile", "payload.ntileValues")] = None
    """How many groups of equal size to divide the rows into. By default none."""

    pre_filter: Annotated[Filter | None, at("payload.preFilter"), FILTER] = None
    """Keeps only the input rows that match."""

    computed_columns: Annotated[
        OneOrMany[InstanceOf[Computed]], at("payload.computedColumns"), listed, COMPUTED
    ] = ()
    """Columns to compute first."""

    post_filter: Annotated[Filter | None, at("payload.postFilter"), FILTER] = None
    """Keeps only the result rows that match."""

    def payload(self) -> Document:
        values, names = entries(self.aggregations, WINDOW_FLAGS)
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
            "windows": [window.document(self) for window in self._windows()],
            "values": values,
            # DSS may drop a column that has no entry.
            IDLE: Initial(others),
            "outputColumnNameOverrides": {
                **names,
                **{
                    k: v
                    for name, key in RANKS.items()
                    for k, v in named(getattr(self, name), key).items()
                },
            },
            "retrievedColumnsSelectionMode": Initial("ALL"),
            "rowNumber": self.row_number is not False,
            "rank": self.rank is not False,
            "denseRank": self.dense_rank is not False,
            "cumeDist": self.cume_dist is not False,
            "ntile": self.ntile is not None,
            **({} if self.ntile is None else {"ntileValues": str(self.ntile)}),
            "preFilter": filter_document(self.pre_filter),
            "postFilter": filter_document(self.post_filter),
            "computedColumns": [c.document(self) for c in many(self.computed_columns)],
            **super().payload(),
        }

    def _windows(self) -> list[Window]:
        return many(self.windows) or [
            Window(
                partition_by=self.partition_by,
                order_by=self.order_by,
                preceding=self.preceding,
                following=self.following,
            )
        ]

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        yield from self._check_aggregations(self.aggregations, WINDOW_FLAGS)
        windows = self._windows()
        alone = ("partition_by", "order_by", "preceding", "following")
        if many(self.windows) and (
            twice := [n for n in alone if getattr(self, n) not in ((), None)]
        ):
            yield self.error(f"it has windows and {twice[0]}", f"set {twice[0]} in each Window")
        ordered = [c for window in windows for c in ordering_columns(window.order_by)]
        ranks = (*RANKS, "ntile", "preceding", "following")
        needs = [n for n in ranks if getattr(self, n) not in (None, False)]
        if not ordered and needs:
            yield self.error(f"{needs[0]} needs an order", 'add order_by="…"')
