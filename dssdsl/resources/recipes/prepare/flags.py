"""Steps that flag rows: they add a column with 1 in the rows that match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.fields import form
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.values import Document

from .step import AnyStep, Columns, Matching, Normalization, applies


class FlagRows(AnyStep):
    """Flag rows by the value of a column. Adds the flag's column right after the last column tested."""

    wire = "FlagOnValue"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    values: Annotated[OneOrMany[str], form("a value, or a list of values, as text")] = Field(
        kw_only=False
    )
    """The values, as text."""

    output: str
    """The new column, with 1 in the rows that match."""

    matching: Matching = "FULL_STRING"
    """Whether the value must equal the cell, be part of it, or match it as a regular expression."""

    normalization: Normalization = "EXACT"
    """Whether to ignore case (``LOWERCASE``), or case and accents (``NORMALIZED``)."""

    boolean_mode: Annotated[Literal["AND", "OR"] | str, token("AND", "OR")] = "AND"
    """``AND``: all columns must match. ``OR``: one is enough."""

    def params(self) -> Document:
        return {
            "action": "FLAG",
            **applies(self.columns),
            "values": many(self.values),
            "flagColumn": self.output,
            "matchingMode": self.matching,
            "normalizationMode": self.normalization,
            "booleanMode": self.boolean_mode,
        }


class FlagRowsOnFormula(AnyStep):
    """Flag rows by a DSS formula. Adds the flag's column after the last column that the formula names."""

    wire = "FlagOnCustomFormula"

    expression: str = Field(kw_only=False)
    """The formula, such as ``amount > 0``."""

    output: str
    """The new column, with 1 in the rows that match."""

    def params(self) -> Document:
        return {"action": "FLAG", "expression": self.expression, "flagColumn": self.output}

    def formulas(self) -> Iterator[str]:
        yield self.expression
