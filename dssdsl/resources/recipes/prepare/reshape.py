"""Steps that turn rows into columns, or columns into rows, or make other rows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.constrained import Positive
from dssdsl.lang.fields import form
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.values import Document

from .step import AnyStep


class Pivot(AnyStep):
    """
    Turn values of a column into columns, one row for each run of equal values of another column.

    The columns depend on the data: one for each label, after the index. The input must be sorted by the index.
    """

    wire = "Pivot"

    index: str = Field(kw_only=False)
    """The column that stays: its value changes with each new row."""

    labels: str = Field(kw_only=False)
    """The column with the names of the new columns."""

    values: str = Field(kw_only=False)
    """The column with their values."""

    others: Annotated[
        Literal["KEEP_IF_CONSTANT"] | str,
        token("KEEP_IF_CONSTANT"),
    ] = "KEEP_IF_CONSTANT"
    """What to do with all other columns, by its name in DSS."""

    def params(self) -> Document:
        return {
            "indexColumn": self.index,
            "labelsColumn": self.labels,
            "valuesColumn": self.values,
            "otherColumnsAction": self.others,
        }


class FoldColumns(AnyStep):
    """Turn columns whose names match a pattern into rows. Adds a column for the name and one for the value."""

    wire = "MultiColumnByPrefixFold"

    pattern: str = Field(kw_only=False)
    """The regular expression that whole names match; a group in it is the name in the result."""

    name_column: str
    """The new column with the names."""

    value_column: str
    """The new column with the values."""

    remove: bool = True
    """Whether to remove the columns."""

    def params(self) -> Document:
        return {
            "columnNamePattern": self.pattern,
            "columnNameColumn": self.name_column,
            "columnContentColumn": self.value_column,
            "foldRemoveFoldedColumns": self.remove,
        }


class FillWithNeighbor(AnyStep):
    """Fill empty cells with the value of the row before, or after. In place; the order of the rows counts."""

    wire = "UpDownFiller"

    columns: Annotated[OneOrMany[str], form("a column, or a list of columns")] = Field(
        kw_only=False
    )
    """The columns."""

    next: bool = False
    """Whether to take the value of the next row, instead of the one before."""

    def params(self) -> Document:
        return {"columns": many(self.columns), "up": self.next}


class RepeatRows(AnyStep):
    """Write each row several times, to get a large dataset for tests."""

    wire = "GenerateBigData"

    times: Positive = Field(kw_only=False)
    """How many times."""

    def params(self) -> Document:
        return {"expansionFactor": self.times}
