"""The grouping recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, form, keyed, listed, may_have_no_items
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document, Initial

from .aggregations import AGGREGATIONS, FLAGS, Agg, AnyAggregatingRecipe, Custom, entries, named
from .expressions import COMPUTED, FILTER, Computed, Filter, filter_document
from .visual import AnyVisualRecipe


class GroupingRecipe(AnyAggregatingRecipe):
    """Group rows by keys and aggregate each group."""

    wire = "grouping"
    one_input = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {**AnyVisualRecipe.places}

    keys: Annotated[
        OneOrMany[str],
        at("payload.keys"),
        keyed("column"),
        may_have_no_items,
        form("names of columns"),
    ]
    """The columns to group by; ``[]`` aggregates all rows into one."""

    aggregations: Annotated[
        OneOrMany[InstanceOf[Agg] | InstanceOf[Custom]],
        at("payload.values", "payload.outputColumnNameOverrides"),
        AGGREGATIONS,
    ] = ()
    """The aggregations."""

    count: Annotated[
        bool | str, at("payload.globalCount", "payload.outputColumnNameOverrides.count")
    ] = False
    """Whether to add a column with the number of rows of each group; a string is its name instead of ``count``."""

    pre_filter: Annotated[Filter | None, at("payload.preFilter"), FILTER] = None
    """Keeps only the input rows that match."""

    computed_columns: Annotated[
        OneOrMany[InstanceOf[Computed]], at("payload.computedColumns"), listed, COMPUTED
    ] = ()
    """Columns to compute before grouping."""

    post_filter: Annotated[Filter | None, at("payload.postFilter"), FILTER] = None
    """Keeps only the result rows that match."""

    def payload(self) -> Document:
        values, names = entries(self.aggregations)
        return {
            "keys": [{"column": k} for k in many(self.keys)],
            "values": values,
            "outputColumnNameOverrides": {**names, **named(self.count, "count")},
            "globalCount": self.count is not False,
            "preFilter": filter_document(self.pre_filter),
            "postFilter": filter_document(self.post_filter),
            "computedColumns": [c.document(self) for c in many(self.computed_columns)],
            "enlargeYourBits": Initial(value=True),
            **super().payload(),
        }

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        yield from self._check_aggregations(self.aggregations, FLAGS)
