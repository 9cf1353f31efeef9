"""Steps on numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, InstanceOf

from dssdsl.lang.fields import form
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document

from .step import AnyStep


class LimitValues(AnyStep):
    """Bring numbers into a range, or clear those outside it. In place."""

    wire = "MinMaxProcessor"

    columns: Annotated[OneOrMany[str], form("a column, or a list of columns")] = Field(
        kw_only=False
    )
    """The columns."""

    min: int | float | str | None = Field(default=None, kw_only=False)
    """The smallest number. By default there is no limit."""

    max: int | float | str | None = Field(default=None, kw_only=False)
    """The largest number. By default there is no limit."""

    clear: bool = False
    """Whether to clear numbers outside the range, instead of moving them to its limit."""

    def params(self) -> Document:
        return {
            "columns": many(self.columns),
            "lowerBound": None if self.min is None else str(self.min),
            "upperBound": None if self.max is None else str(self.max),
            "clear": self.clear,
        }


class Bin(Part):
    """One range of `Discretize`."""

    min: float | None = Field(default=None, kw_only=False)
    """The smallest number of the range. By default there is no limit."""

    max: float | None = Field(default=None, kw_only=False)
    """The end of the range, which does not belong to it. By default there is no limit."""

    name: str | None = Field(default=None, kw_only=False)
    """Its name in the result. By default its limits."""


class Discretize(AnyStep):
    """Replace numbers by the range that they are in. In place, or into a new column after it."""

    wire = "BinnerProcessor"

    column: str = Field(kw_only=False)
    """The column."""

    bins: Annotated[
        Sequence[InstanceOf[Bin]], form('ranges such as [Bin(0, 18, "young"), Bin(18, 99)]')
    ] = Field(kw_only=False)
    """The ranges."""

    output: str = ""
    """A new column. By default in place."""

    def params(self) -> Document:
        return {
            "input": self.column,
            "output": self.output,
            "mode": "CUSTOM",
            "bins": [
                {"inf": b.min, "sup": b.max, "name": b.name}
                for b in self.bins
                if isinstance(b, Bin)  # another value has been reported already
            ],
        }


class CombineNumbers(AnyStep):
    """Combine each pair of columns of numbers. Adds a column for each pair and operation, named ``<prefix><a>_<operation>_<b>``."""

    wire = "NumericalCombinator"

    columns: Annotated[Sequence[str], form("a list of columns")] = Field(kw_only=False)
    """The columns."""

    add: bool = False
    """Whether to add them."""

    subtract: bool = False
    """Whether to subtract them."""

    multiply: bool = False
    """Whether to multiply them."""

    divide: bool = False
    """Whether to divide them."""

    prefix: str = ""
    """The prefix of the names of the new columns."""

    def params(self) -> Document:
        return {
            "appliesTo": "COLUMNS",
            "columns": list(self.columns),
            "add": self.add,
            "sub": self.subtract,
            "mul": self.multiply,
            "div": self.divide,
            "prefix": self.prefix,
        }
