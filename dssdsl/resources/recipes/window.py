"""The window recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.constrained import Count, Positive
from dssdsl.lang.fields import at, form, listed
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial

from .aggregations import WINDOW_FLAGS, Agg, AnyAggregatingRecipe, Custom, WindowAgg, entries
from .expressions import COMPUTED, FILTER, Computed, Filter, filter_document
from .payload import IDLE
from .visual import AnyVisualRecipe


class Desc(Part):
    """A column to order by, in descending order."""

    column: str = Field(kw_only=False)
    """The column."""


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
        form("names of columns"),
    ] = ()
    """The columns that partition the rows into windows."""

    order_by: Annotated[
        OneOrMany[str | InstanceOf[Desc]],
        at("payload.windows.orders", "payload.windows.enableOrdering"),
        form('names of columns, or Desc("day")'),
    ] = ()
    """The columns that order the rows."""

    preceding: Annotated[
        Count | Literal["ALL"] | None,
        at("payload.windows.precedingRows", "payload.windows.limitPreceding"),
        form('a number of rows, or "ALL"'),
    ] = None
    """How many rows before the current one belong to its window, or ``"ALL"``."""

    following: Annotated[
        Count | Literal["ALL"] | None,
        at(
            "payload.windows.followingRows",
            "payload.windows.limitFollowing",
            "payload.windows.enableLimits",
        ),
        form('a number of rows, or "ALL"'),
    ] = None
    """How many rows after the current one belong to its window, or ``"ALL"``."""

    aggregations: Annotated[
        OneOrMany[InstanceOf[WindowAgg] | InstanceOf[Agg] | InstanceOf[Custom]],
        at("payload.values", "payload.outputColumnNameOverrides"),
        form('WindowAgg("amount", sum=True, lag=7), or a list of them'),
    ] = ()
    """The aggregations."""

    row_number: Annotated[bool, at("payload.rowNumber")] = False
    """Whether to add the number of each row in its window."""

    rank: Annotated[bool, at("payload.rank")] = False
    """Whether to add ranks, with gaps after ties."""

    dense_rank: Annotated[bool, at("payload.denseRank")] = False
    """Whether to add ranks, without gaps."""

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
            "windows": [self._window()],
            "values": values,
            # DSS may drop a column that has no entry.
            IDLE: Initial(others),
            "outputColumnNameOverrides": names,
            "retrievedColumnsSelectionMode": Initial("ALL"),
            "rowNumber": self.row_number,
            "rank": self.rank,
            "denseRank": self.dense_rank,
            "ntile": self.ntile is not None,
            **({} if self.ntile is None else {"ntileValues": str(self.ntile)}),
            "preFilter": filter_document(self.pre_filter),
            "postFilter": filter_document(self.post_filter),
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
            yield self.error(f"{needs[0]} needs an order", 'add order_by="…"')
