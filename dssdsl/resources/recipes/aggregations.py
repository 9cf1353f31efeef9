"""Aggregations of grouping and window recipes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from dssdsl.errors import ProgramError
from dssdsl.lang.constrained import Positive
from dssdsl.lang.fields import form, may_be_empty
from dssdsl.lang.model import OneOrMany, camel, many, token
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document

from .visual import AnyVisualRecipe

FLAGS = (
    "sum", "sum2", "avg", "min", "max", "count", "count_distinct", "median", "stddev", "first", "last",
    "concat", "concat_distinct",
)  # fmt: skip

SHIFTS = ("lag", "lead", "lag_diff", "lead_diff")

WINDOW_FLAGS = (*FLAGS, *SHIFTS)

SETTINGS = ("order_column", "concat_separator", "first_last_not_null", "unit")
"""Fields of an aggregation that compute nothing themselves."""

SUFFIXES = {"count_distinct": "distinct", "concat_distinct": "concat"}
"""The endings of results that differ from their aggregation's name."""


class Agg(Part):
    """
    Aggregations of one column.

    ``True`` leaves the name of the result to DSS (``amount_sum``); a string is the name of the result.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "nunique": 'did you mean "count_distinct"?',
        "mean": 'did you mean "avg"?',
        "average": 'did you mean "avg"?',
        "total": 'did you mean "sum"?',
        "distinct": 'did you mean "count_distinct"?',
        "std": 'did you mean "stddev"?',
        "name": 'name the result in the aggregation: sum="TOTAL"',
        "alias": 'name the result in the aggregation: sum="TOTAL"',
    }

    column: str = Field(kw_only=False)
    """The column."""

    sum: bool | str = False
    """The sum."""

    avg: bool | str = False
    """The average."""

    min: bool | str = False
    """The smallest value."""

    max: bool | str = False
    """The largest value."""

    count: bool | str = False
    """The number of values."""

    count_distinct: bool | str = False
    """The number of different values."""

    median: bool | str = False
    """The median."""

    stddev: bool | str = False
    """The standard deviation."""

    sum2: bool | str = False
    """The sum of squares."""

    first: bool | str = False
    """The first value, by ``order_column``."""

    last: bool | str = False
    """The last value, by ``order_column``."""

    concat: bool | str = False
    """The values, concatenated."""

    concat_distinct: bool | str = False
    """The different values, concatenated."""

    order_column: str | None = None
    """The column that orders the rows for ``first``, ``last`` and ``concat``."""

    concat_separator: Annotated[str | None, may_be_empty] = None
    """The separator of ``concat``."""

    first_last_not_null: bool = False
    """Whether ``first`` and ``last`` skip empty values."""


class WindowAgg(Agg):
    """Aggregations of one column over the window."""

    lag: OneOrMany[Positive] | None = None
    """Values of earlier rows: how many rows before, one number or several."""

    lead: OneOrMany[Positive] | None = None
    """Values of later rows: how many rows after, one number or several."""

    lag_diff: OneOrMany[Positive] | None = None
    """Differences from earlier rows: how many rows before. With ``lag``, the same numbers: DSS has one list for both."""

    lead_diff: OneOrMany[Positive] | None = None
    """Differences from later rows: how many rows after. With ``lead``, the same numbers."""

    unit: Annotated[
        Literal["DAY", "HOUR", "MINUTE", "SECOND", "WEEK", "MONTH", "YEAR"] | str | None,
        token("DAY", "HOUR", "MINUTE", "SECOND", "WEEK", "MONTH", "YEAR"),
    ] = None
    """The unit of differences of dates. By default a new recipe has days."""


class Custom(Part):
    """An aggregation in SQL, which only SQL engines can run."""

    name: str = Field(kw_only=False)
    """The new column."""

    expression: str = Field(kw_only=False)
    """SQL, such as ``SUM(amount) / COUNT(*)``."""

    type: str | None = None
    """The storage type of the new column. By default DSS chooses."""


AGGREGATIONS = form('Agg("amount", sum=True), or a list of them')


def merged(items: Any, flags: Sequence[str]) -> dict[str, dict[str, Any]]:
    """All aggregations of each column, combined."""
    out: dict[str, dict[str, Any]] = {}
    for agg in (a for a in many(items) if isinstance(a, Agg)):
        mine = out.setdefault(agg.column, {})
        for name in (*flags, *SETTINGS):
            value = getattr(agg, name, None)
            if value is not None and value is not False and mine.get(name) in (None, True):
                mine[name] = value
    return out


def entries(items: Any, flags: Sequence[str] = FLAGS) -> tuple[list[Document], Document]:
    """The ``values`` of a payload, one entry for each column, and the names of the results."""
    values: list[Document] = []
    names: Document = {}
    for column, asked in merged(items, flags).items():
        entry: Document = {"column": column}
        for flag in flags:
            wanted = asked.get(flag, False)
            entry[camel(flag)] = wanted is not False
            if flag in SHIFTS:
                if wanted is not False:
                    entry[f"{flag.removesuffix('_diff')}Values"] = ",".join(map(str, many(wanted)))
            elif wanted is not False:
                # None: DSS's own name. The names of what isn't computed have no effect, and stay.
                key = f"{column}_{SUFFIXES.get(flag, flag)}"
                names[key] = wanted if isinstance(wanted, str) else names.get(key)
        # DSS's flag only changes what "concat" does.
        entry["concat"] = entry["concat"] or entry["concatDistinct"]
        entry["firstLastNotNull"] = asked.get("first_last_not_null", False)
        for name, key in (
            ("order_column", "orderColumn"),
            ("concat_separator", "concatSeparator"),
            ("unit", "dateDiffUnit"),
        ):
            if name in asked:
                entry[key] = asked[name]
        values.append(entry)
    values += [
        {"customExpr": c.expression, "customName": c.name, **({"type": c.type} if c.type else {})}
        for c in many(items)
        if isinstance(c, Custom)
    ]
    return values, names


def named(wanted: bool | str, key: str) -> Document:
    """The name of a computed column in ``outputColumnNameOverrides``; empty if it is not computed."""
    if wanted is False:
        return {}
    return {key: wanted if isinstance(wanted, str) else None}


class AnyAggregatingRecipe(AnyVisualRecipe):
    """Common to grouping and window recipes."""

    def _check_aggregations(self, items: Any, flags: Sequence[str]) -> Iterator[ProgramError]:
        for column, asked in merged(items, flags).items():
            for agg in (a for a in many(items) if isinstance(a, Agg) and a.column == column):
                for name in (*flags, *SETTINGS):
                    value = getattr(agg, name, None)
                    if value in (None, False, True) or value == asked[name]:
                        continue
                    yield self.error(
                        f'{name} of column "{column}" is both {asked[name]!r} and {value!r}',
                        "DSS has one of each for a column",
                    )
            for shift in ("lag", "lead"):
                alone, diff = asked.get(shift), asked.get(f"{shift}_diff")
                if alone is not None and diff is not None and many(alone) != many(diff):
                    yield self.error(
                        f'{shift} and {shift}_diff of column "{column}" differ',
                        "DSS has one list of rows for both",
                    )
        names = [name for name in entries(items, flags)[1].values() if name is not None]
        names += [c.name for c in many(items) if isinstance(c, Custom)]
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield self.error(f'two results have the name "{name}"')
        for agg in (a for a in many(items) if isinstance(a, Agg) and not a._spoilt):
            if not any(getattr(agg, f) not in (None, False) for f in flags):
                yield self.error(
                    f'Agg("{agg.column}") computes nothing', f'write Agg("{agg.column}", sum=True)'
                )
