"""Steps on arrays and objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.constrained import Whole
from dssdsl.lang.fields import form
from dssdsl.lang.model import token
from dssdsl.lang.values import Document

from .step import AnyStep, Columns, applies


class FoldArray(AnyStep):
    """Turn each element of an array into a row. In place; all other cells are copied."""

    wire = "ArrayFold"

    column: str = Field(kw_only=False)
    """The column with the arrays."""

    def params(self) -> Document:
        return {"column": self.column}


class SortArray(AnyStep):
    """Sort the elements of arrays. In place."""

    wire = "ArraySortProcessor"

    column: str = Field(kw_only=False)
    """The column with the arrays."""

    order: Annotated[Literal["ALPHA"] | str, token("ALPHA")] = "ALPHA"
    """How to compare them, by its name in DSS: ``ALPHA`` as text."""

    descending: bool = False
    """Whether the largest comes first."""

    def params(self) -> Document:
        return {"input": self.column, "sortingType": self.order, "descending": self.descending}


class ExtractFromArray(AnyStep):
    """Extract one element of arrays. In place, or into a new column after it."""

    wire = "ArrayExtractProcessor"

    column: str = Field(kw_only=False)
    """The column with the arrays."""

    index: Whole = Field(default=0, kw_only=False)
    """The position of the element, from 0."""

    output: str = ""
    """A new column. By default in place."""

    def params(self) -> Document:
        return {"input": self.column, "output": self.output, "mode": "INDEX", "index": self.index}


class ConcatArrays(AnyStep):
    """Concatenate arrays. Adds a column with an array after the last of them."""

    wire = "ConcatArrays"

    columns: Annotated[Sequence[str], form("a list of columns")] = Field(kw_only=False)
    """The columns with the arrays, in order."""

    output: str = Field(kw_only=False)
    """The new column."""

    def params(self) -> Document:
        return {"inputColumns": list(self.columns), "outputColumn": self.output}


class NestColumns(AnyStep):
    """Put the cells of columns into one JSON object. Adds a column after the last of them."""

    wire = "NestProcessor"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    output: str = Field(kw_only=False)
    """The new column."""

    def params(self) -> Document:
        return {**applies(self.columns), "outputColumn": self.output}


class SplitAndFold(AnyStep):
    """Split text at a separator; each part becomes a row. In place; all other cells are copied."""

    wire = "SplitFold"

    column: str = Field(kw_only=False)
    """The column."""

    separator: str = Field(kw_only=False)
    """The separator."""

    keep_empty_chunks: bool = False
    """Whether empty parts become rows."""

    trim: bool = True
    """Whether to remove white space around parts."""

    def params(self) -> Document:
        return {
            "column": self.column,
            "separator": self.separator,
            "keepEmptyChunks": self.keep_empty_chunks,
            "trimSpaces": self.trim,
        }
