"""Steps that keep or remove rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.constrained import time_zone
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


class FilterRowsOnMeaning(AnyStep):
    """Keep or remove rows, or clear cells, whose value is not valid for a meaning. In place."""

    wire = "FilterOnBadType"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    meaning: str = Field(kw_only=False)
    """The id of the meaning, such as ``LongMeaning`` or ``CountryMeaning``."""

    action: Action = Field(default="REMOVE_ROW", kw_only=False)
    """What to do with the rows that are not valid, or with their cells."""

    boolean_mode: Annotated[Literal["AND", "OR"] | str, token("AND", "OR")] = "AND"
    """``AND``: all columns must be invalid. ``OR``: one is enough."""

    def params(self) -> Document:
        return {
            "action": self.action,
            **applies(self.columns),
            "type": self.meaning,
            "booleanMode": self.boolean_mode,
        }


class FilterRowsOnDate(AnyStep):
    """Keep or remove rows by a range of dates. In place."""

    wire = "FilterOnDate"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    min: str | None = Field(default=None, kw_only=False)
    """The first date that matches, as ``2026-01-31`` or ``2026-01-31T08:30:00.000``. By default there is no limit."""

    max: str | None = Field(default=None, kw_only=False)
    """The last date that matches. By default there is no limit."""

    action: Action = "KEEP_ROW"
    """What to do with the rows that match, or with their cells."""

    boolean_mode: Annotated[Literal["AND", "OR"] | str, token("AND", "OR")] = "AND"
    """``AND``: all columns must match. ``OR``: one is enough."""

    timezone: Annotated[str, time_zone()] = "UTC"
    """The time zone of the limits."""

    def params(self) -> Document:
        return {
            "action": self.action,
            **applies(self.columns),
            "filterType": "RANGE",
            "min": _instant(self.min),
            "max": _instant(self.max),
            "timezone_id": self.timezone,
            "booleanMode": self.boolean_mode,
        }


def _instant(day: str | None) -> str | None:
    """A limit as DSS writes it, to the millisecond."""
    return f"{day}T00:00:00.000" if day is not None and len(day) == len("2026-01-31") else day
