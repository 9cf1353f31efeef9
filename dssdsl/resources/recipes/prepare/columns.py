"""Steps that make, rename, order, split and remove columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.fields import form
from dssdsl.lang.model import token
from dssdsl.lang.values import Document

from .step import AnyStep, Columns, applies


class Formula(AnyStep):
    """Put the result of a DSS formula into a column, new or old."""

    wire = "CreateColumnWithGREL"

    column: str = Field(kw_only=False)
    """The column."""

    expression: str = Field(kw_only=False)
    """The formula, such as ``QUANTITY * UNIT_PRICE``."""

    def params(self) -> Document:
        return {"column": self.column, "expression": self.expression}

    def formulas(self) -> Iterator[str]:
        yield self.expression


class RenameColumns(AnyStep):
    """Give columns other names."""

    wire = "ColumnRenamer"

    names: Annotated[Mapping[str, str], form('{"old": "new"}')] = Field(kw_only=False)
    """``{old: new}``"""

    def params(self) -> Document:
        return {"renamings": [{"from": a, "to": b} for a, b in self.names.items()]}


class KeepColumns(AnyStep):
    """Keep these columns only."""

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
    """Where they go."""

    reference: str | None = Field(default=None, kw_only=False)
    """The column that they go before or after."""

    def params(self) -> Document:
        out = {"reorderAction": self.action, **applies(self.columns)}
        return out if self.reference is None else {**out, "referenceColumn": self.reference}


class SplitColumn(AnyStep):
    """Split a column at a separator into several."""

    wire = "ColumnSplitter"

    column: str = Field(kw_only=False)
    """The column."""

    separator: str = Field(kw_only=False)
    """Where to split."""

    prefix: str = Field(kw_only=False)
    """What the names of the new columns begin with."""

    limit: int | None = None
    """How many columns to make at most; left out, as many as it takes."""

    keep_empty_chunks: bool = False
    """Whether an empty piece makes a column."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "separator": self.separator,
            "outColPrefix": self.prefix,
            "target": "COLUMNS",
            "limitOutput": self.limit is not None,
            "limit": self.limit or 0,
            "keepEmptyChunks": self.keep_empty_chunks,
        }


class ConcatColumns(AnyStep):
    """Put the text of several columns together."""

    wire = "ColumnsConcat"

    columns: Annotated[Sequence[str], form("a list of columns")] = Field(kw_only=False)
    """The columns, in order."""

    output: str = Field(kw_only=False)
    """The new column."""

    separator: str = Field(default="", kw_only=False)
    """What stands between them."""

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
    """Make columns of the fields of JSON objects."""

    wire = "JSONFlattener"

    column: str = Field(kw_only=False)
    """The column with the objects."""

    max_depth: int = 1
    """How deep to look into objects in objects."""

    separator: str = "_"
    """What stands between the names of nested fields."""

    flatten_arrays: bool = False
    """Whether arrays make columns, too."""

    null_as_empty: bool = True
    """Whether a null makes an empty cell."""

    prefix_outputs: bool = True
    """Whether the new columns' names begin with the name of the column."""

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
    """Make a column of each value of a column, with 1 in the rows that have it."""

    wire = "Unfold"

    column: str = Field(kw_only=False)
    """The column."""

    prefix: bool | str = True
    """Whether the new columns' names begin with the column's; or what they begin with."""

    limit: int = 100
    """How many columns to make at most."""

    overflow_action: str = "ERROR"
    """What happens when there are more values, by DSS's own name."""

    def params(self) -> Document:
        return {
            "column": self.column,
            "prefix": self.prefix,
            "limit": self.limit,
            "overflowAction": self.overflow_action,
        }
