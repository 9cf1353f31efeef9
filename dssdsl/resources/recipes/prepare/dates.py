"""Steps on dates."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.fields import form
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.values import Document

from .step import AnyStep, Columns, applies


class ParseDate(AnyStep):
    """Make dates of text."""

    wire = "DateParser"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    formats: Annotated[OneOrMany[str], form("Java patterns such as yyyy-MM-dd")] = Field(
        kw_only=False
    )
    """Java's patterns, such as ``yyyy-MM-dd``."""

    output: str = ""
    """A new column for the date; left out, in place."""

    timezone: str = "UTC"
    """Where times without a zone are."""

    lang: str = "auto"
    """The language of names of months and days."""

    output_type: Literal["dateonly", "datetimetz", "datetimenotz"] | str | None = None
    """The type of the result; left out, DSS's choice."""

    def params(self) -> Document:
        out: Document = {
            **applies(self.columns, self.output),
            "formats": many(self.formats),
            # Without the key DSS writes nothing at all.
            "outCol": self.output,
            "timezone_id": self.timezone,
            "lang": self.lang,
        }
        return out if self.output_type is None else {**out, "outType": {"type": self.output_type}}


class FormatDate(AnyStep):
    """Make text of dates."""

    wire = "DateFormatter"

    column: str = Field(kw_only=False)
    """The column with the date."""

    format: str = Field(kw_only=False)
    """Java's pattern, such as ``yyyy-MM-dd``."""

    output: str = ""
    """A new column for the text; left out, in place."""

    timezone: str = "UTC"
    """The zone in which it is written."""

    lang: str = "auto"
    """The language of names of months and days."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "outCol": self.output,
            "format": self.format,
            "lang": self.lang,
            "timezone_id": self.timezone,
        }


class ExtractDateComponents(AnyStep):
    """Put parts of a date into columns of their own; a part without a column is left out."""

    wire = "DateComponentsExtractor"

    column: str = Field(kw_only=False)
    """The column with the date."""

    year: str = ""
    month: str = ""
    day: str = ""
    day_of_week: str = ""
    week_of_year: str = ""
    hour: str = ""

    timezone: str = "UTC"
    """The zone in which the parts are told."""

    def params(self) -> Document:
        return {
            "column": self.column,
            "outYearColumn": self.year,
            "outMonthColumn": self.month,
            "outDayColumn": self.day,
            "outDayOfWeekColumn": self.day_of_week,
            "outWeekOfYearColumn": self.week_of_year,
            "outHourColumn": self.hour,
            "timezone_id": self.timezone,
        }


class DateDifference(AnyStep):
    """The time between two dates."""

    wire = "DateDifference"

    column: str = Field(kw_only=False)
    """The column with the first date."""

    other: str | None = Field(default=None, kw_only=False)
    """The column with the second; left out, now."""

    output: str
    """The new column."""

    unit: Annotated[
        Literal["YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"] | str,
        token("YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"),
    ] = "DAYS"
    """In what it is counted."""

    reverse: bool = False
    """Whether the sign is turned round."""

    def params(self) -> Document:
        out: Document = {
            "input1": self.column,
            "compareTo": "NOW" if self.other is None else "COLUMN",
            "output": self.output,
            "outputUnit": self.unit,
            "reverse": self.reverse,
        }
        return out if self.other is None else {**out, "input2": self.other}
