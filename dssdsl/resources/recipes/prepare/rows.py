"""Steps that keep or remove rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.fields import form, may_be_empty
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.values import Document

from .step import Action, AnyStep, Columns, Matching, Normalization, applies


class RemoveRowsOnEmpty(AnyStep):
    """Remove rows with an empty cell."""

    wire = "RemoveRowsOnEmpty"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    keep: bool = False
    """Whether to keep these rows and remove the others."""

    def params(self) -> Document:
        return {**applies(self.columns), "keep": self.keep}


class FilterRows(AnyStep):
    """Keep or remove rows by the value of a column."""

    wire = "FilterOnValue"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    values: Annotated[
        OneOrMany[str], may_be_empty, form("a value, or a list of values, as text")
    ] = Field(kw_only=False)
    """The values, as text."""

    action: Action = Field(default="KEEP_ROW", kw_only=False)
    """What to do with the rows that match, or with their cells."""

    matching: Matching = "FULL_STRING"
    """Whether the value must equal the cell, be part of it, or match it as a regular expression."""

    normalization: Normalization = "EXACT"
    """Whether to ignore case (``LOWERCASE``), or case and accents (``NORMALIZED``)."""

    boolean_mode: Annotated[Literal["AND", "OR"] | str, token("AND", "OR")] = "AND"
    """``AND``: all columns must match. ``OR``: one is enough."""

    def params(self) -> Document:
        return {
            "action": self.action,
            **applies(self.columns),
            "values": many(self.values),
            "matchingMode": self.matching,
            "normalizationMode": self.normalization,
            "booleanMode": self.boolean_mode,
        }


class FilterRowsOnFormula(AnyStep):
    """Keep or remove rows by a DSS formula."""

    wire = "FilterOnCustomFormula"

    expression: str = Field(kw_only=False)
    """The formula, such as ``amount > 0``."""

    action: Action = Field(default="KEEP_ROW", kw_only=False)
    """What to do with the rows that match, or with their cells."""

    def params(self) -> Document:
        return {"action": self.action, "expression": self.expression}

    def formulas(self) -> Iterator[str]:
        yield self.expression


class FilterRowsOnRange(AnyStep):
    """Keep or remove rows by a range of numbers."""

    wire = "FilterOnNumericalRange"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    min: float | None = Field(default=None, kw_only=False)
    """The smallest number that matches. By default there is no limit."""

    max: float | None = Field(default=None, kw_only=False)
    """The largest number that matches. By default there is no limit."""

    action: Action = "KEEP_ROW"
    """What to do with the rows that match, or with their cells."""

    boolean_mode: Annotated[Literal["AND", "OR"] | str, token("AND", "OR")] = "AND"
    """``AND``: all columns must match. ``OR``: one is enough."""

    def params(self) -> Document:
        return {
            "action": self.action,
            **applies(self.columns),
            "min": self.min,
            "max": self.max,
            "booleanMode": self.boolean_mode,
        }
