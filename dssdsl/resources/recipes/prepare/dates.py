"""Steps on dates."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.constrained import time_zone
from dssdsl.lang.fields import form
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.values import Document

from .step import AnyStep, Columns, applies


class ParseDate(AnyStep):
    """Parse dates."""

    wire = "DateParser"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    formats: Annotated[OneOrMany[str], form("Java patterns such as yyyy-MM-dd")] = Field(
        kw_only=False
    )
    """Date patterns of Java, such as ``yyyy-MM-dd``."""

    output: str = ""
    """A new column for the date. By default in place."""

    timezone: Annotated[str, time_zone()] = "UTC"
    """The time zone of dates that have none."""

    lang: str = "auto"
    """The language of the names of months and days."""

    output_type: Annotated[
        Literal["dateonly", "datetimetz", "datetimenotz"] | str | None,
        token("dateonly", "datetimetz", "datetimenotz"),
    ] = None
    """The type of the result. By default DSS chooses."""

    def params(self) -> Document:
        out: Document = {
            **applies(self.columns, self.output),
            "formats": many(self.formats),
            # Without this key DSS writes nothing.
            "outCol": self.output,
            "timezone_id": self.timezone,
            "lang": self.lang,
        }
        return out if self.output_type is None else {**out, "outType": {"type": self.output_type}}


class FormatDate(AnyStep):
    """Format dates as text."""

    wire = "DateFormatter"

    column: str = Field(kw_only=False)
    """The column with the date."""

    format: str = Field(kw_only=False)
    """The date pattern of Java, such as ``yyyy-MM-dd``."""

    output: str = ""
    """A new column for the text. By default in place."""

    timezone: Annotated[str, time_zone()] = "UTC"
    """The time zone to format it in."""

    lang: str = "auto"
    """The language of the names of months and days."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "outCol": self.output,
            "format": self.format,
            "lang": self.lang,
            "timezone_id": self.timezone,
        }


class ExtractDateComponents(AnyStep):
    """Extract components of a date into new columns."""

    wire = "DateComponentsExtractor"

    column: str = Field(kw_only=False)
    """The column with the date."""

    year: str = ""
    """The column for the year. By default none, as for all components."""

    month: str = ""
    """The column for the month."""

    day: str = ""
    """The column for the day of the month."""

    day_of_week: str = ""
    """The column for the day of the week."""

    week_of_year: str = ""
    """The column for the week of the year."""

    hour: str = ""
    """The column for the hour."""

    timezone: Annotated[str, time_zone()] = "UTC"
    """The time zone of the components."""

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
    """Compute the difference of two dates."""

    wire = "DateDifference"

    column: str = Field(kw_only=False)
    """The column with the first date."""

    other: str | None = Field(default=None, kw_only=False)
    """The column with the second date. By default the current time."""

    output: str
    """The new column."""

    unit: Annotated[
        Literal["YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"] | str,
        token("YEARS", "MONTHS", "WEEKS", "DAYS", "HOURS", "MINUTES", "SECONDS"),
    ] = "DAYS"
    """The unit of the difference."""

    reverse: bool = False
    """Whether to reverse the sign."""

    def params(self) -> Document:
        out: Document = {
            "input1": self.column,
            "compareTo": "NOW" if self.other is None else "COLUMN",
            "output": self.output,
            "outputUnit": self.unit,
            "reverse": self.reverse,
        }
        return out if self.other is None else {**out, "input2": self.other}


class ParseUnixTimestamp(AnyStep):
    """Turn Unix timestamps into dates. In place, or into a new column after it."""

    wire = "UNIXTimestampParser"

    column: str = Field(kw_only=False)
    """The column with the timestamps."""

    milliseconds: bool = True
    """Whether they are in milliseconds, instead of seconds."""

    output: str = ""
    """A new column. By default in place."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "outCol": self.output,
            "milliseconds": self.milliseconds,
        }


class FlagHolidays(AnyStep):
    """Say which dates are holidays. Adds columns, named *prefix* and what they say, after the column."""

    wire = "HolidaysComputer"

    column: str = Field(kw_only=False)
    """The column with the dates."""

    prefix: str = Field(kw_only=False)
    """The prefix of the names of the new columns."""

    calendar: str = Field(kw_only=False)
    """The code of the country, such as ``FR``."""

    bank_holidays: bool = True
    """Whether to flag public holidays."""

    school_holidays: bool = False
    """Whether to flag school holidays."""

    weekends: bool = False
    """Whether to flag weekends."""

    reasons: bool = False
    """Whether to add the names of holidays."""

    zones: bool = False
    """Whether to add the zones of school holidays."""

    timezone: Annotated[str, time_zone()] = "UTC"
    """The time zone of the dates."""

    def params(self) -> Document:
        return {
            "inCol": self.column,
            "outColPrefix": self.prefix,
            "calendar_id": self.calendar,
            "flagBankHolidays": self.bank_holidays,
            "flagSchoolHolidays": self.school_holidays,
            "flagWeekends": self.weekends,
            "extractReasons": self.reasons,
            "extractZones": self.zones,
            "timezone_id": self.timezone,
        }
