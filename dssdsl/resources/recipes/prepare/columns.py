"""Steps that make, rename, order, split and remove columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.constrained import Count, Positive
from dssdsl.lang.fields import form, may_be_empty, may_be_spaces
from dssdsl.lang.model import token
from dssdsl.lang.values import Document

from .step import AnyStep, Columns, applies


class Formula(AnyStep):
    """Compute a column, new or existing, with a DSS formula."""

    wire = "CreateColumnWithGREL"

    column: str = Field(kw_only=False)
    """The column."""

    expression: Annotated[str, may_be_empty] = Field(kw_only=False)
    """The formula, such as ``QUANTITY * UNIT_PRICE``."""

    error_column: str | None = None
    """A new column for the error of each cell that the formula fails on. By default there is none."""

    def params(self) -> Document:
        out: Document = {"column": self.column, "expression": self.expression}
        return out if self.error_column is None else {**out, "errorColumn": self.error_column}

    def formulas(self) -> Iterator[str]:
        yield self.expression


class RenameColumns(AnyStep):
    """Rename columns."""

    wire = "ColumnRenamer"

    names: Annotated[Mapping[str, str], form('{"old": "new"}')] = Field(kw_only=False)
    """The new names: ``{old: new}``."""

    def params(self) -> Document:
        return {"renamings": [{"from": a, "to": b} for a, b in self.names.items()]}


class KeepColumns(AnyStep):
    """Keep only these columns."""

    wire = "ColumnsSelector"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    def params(self) -> Document:
        return {"keep": True, **applies(self.columns)}


class RemoveColumns(AnyStep):
    """Remove columns."""

    wire = "ColumnsSelector"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    def params(self) -> Document:
        return {"keep": False, **applies(self.columns)}


class MoveColumns(AnyStep):
    """Move columns to another place."""

    wire = "ColumnReorder"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    action: Annotated[
        Literal["AT_START", "AT_END", "BEFORE_COLUMN", "AFTER_COLUMN"] | str,
        token("AT_START", "AT_END", "BEFORE_COLUMN", "AFTER_COLUMN"),
    ] = Field(default="AT_START", kw_only=False)
    """The place to move them to."""

    reference: str | None = Field(default=None, kw_only=False)
    """The column to move them before or after."""

    def params(self) -> Document:
        out = {"reorderAction": self.action, **applies(self.columns)}
        return out if self.reference is None else {**out, "referenceColumn": self.reference}


class SplitColumn(AnyStep):
    """Split a column into several at a separator."""

    wire = "ColumnSplitter"

    column: str = Field(kw_only=False)
    """The column."""

    separator: Annotated[str, may_be_spaces] = Field(kw_only=False)
    """The separator."""

    prefix: str = Field(kw_only=False)
    """The prefix of the names of the new columns."""

    limit: Count | None = None
    """The maximum number of new columns. By default there is none."""

    keep_empty_chunks: bool = False
    """Whether empty parts become columns."""

    start_from: Annotated[Literal["beginning", "end"] | str, token("beginning", "end")] = (
        "beginning"
    )
    """With ``limit``: whether to split at the first separators, or at the last."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "separator": self.separator,
            "outColPrefix": self.prefix,
            "target": "COLUMNS",
            "limitOutput": self.limit is not None,
            "limit": self.limit or 0,
            "keepEmptyChunks": self.keep_empty_chunks,
            "startFrom": self.start_from,
        }


class ConcatColumns(AnyStep):
    """Concatenate columns."""

    wire = "ColumnsConcat"

    columns: Annotated[Sequence[str], form("a list of columns")] = Field(kw_only=False)
    """The columns, in order."""

    output: str = Field(kw_only=False)
    """The new column."""

    separator: Annotated[str, may_be_spaces] = Field(default="", kw_only=False)
    """The separator."""

    def params(self) -> Document:
        return {
            "columns": list(self.columns),
            "outputColumn": self.output,
            "join": self.separator,
        }


class CopyColumn(AnyStep):
    """Copy a column."""

    wire = "ColumnCopier"

    column: str = Field(kw_only=False)
    """The column."""

    output: str = Field(kw_only=False)
    """The new column."""

    def params(self) -> Document:
        return {"inputColumn": self.column, "outputColumn": self.output}


class FlattenJSON(AnyStep):
    """Turn the fields of JSON objects into columns."""

    wire = "JSONFlattener"

    column: str = Field(kw_only=False)
    """The column with the objects."""

    max_depth: Positive = 1
    """How many levels of nested objects to flatten."""

    separator: Annotated[str, may_be_empty] = "_"
    """The separator between the names of nested fields."""

    flatten_arrays: bool = False
    """Whether to flatten arrays, too."""

    null_as_empty: bool = True
    """Whether a null becomes an empty cell."""

    prefix_outputs: bool = True
    """Whether to prefix the names of the new columns with the name of the column."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "maxDepth": self.max_depth,
            "separator": self.separator,
            "flattenArrays": self.flatten_arrays,
            "nullAsEmpty": self.null_as_empty,
            "prefixOutputs": self.prefix_outputs,
        }


class Unfold(AnyStep):
    """Turn each value of a column into a column, with 1 in the rows that have the value."""

    wire = "Unfold"

    column: str = Field(kw_only=False)
    """The column."""

    prefix: bool | str = True
    """The prefix of the names of the new columns. True: the name of the column."""

    limit: Count = 100
    """The maximum number of new columns."""

    overflow_action: str = "ERROR"
    """What to do if there are more values, by its name in DSS."""

    def params(self) -> Document:
        return {
            "column": self.column,
            "prefix": self.prefix,
            "limit": self.limit,
            "overflowAction": self.overflow_action,
        }
