"""Types of fields whose values have a range or a form: numbers, dates, times, time zones, mail addresses."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, Field

from .fields import form
from .model import pattern
from .near import did_you_mean

Whole: TypeAlias = Annotated[int, form("a whole number, also below 0")]
Count: TypeAlias = Annotated[int, Field(ge=0), form("a whole number, 0 or above")]
Positive: TypeAlias = Annotated[int, Field(ge=1), form("a whole number, 1 or above")]


@cache
def _time_zones() -> frozenset[str]:
    """All known time zones; none where the machine has no list of them."""
    import zoneinfo  # reads a folder of files

    return frozenset(zoneinfo.available_timezones())


def time_zone(*others: str) -> AfterValidator:
    """Accept the time zones of the IANA list, and the words in *others*."""

    def check(value: Any) -> Any:
        known = _time_zones()
        if isinstance(value, str) and value.strip() and known and value not in {*known, *others}:
            fix = did_you_mean(value, sorted(known)) or 'write one such as "Europe/Paris" or "UTC"'
            raise ValueError(f'"{value}" is not a time zone | {fix}')
        return value

    return AfterValidator(check)


def _real_date(value: Any) -> Any:
    if isinstance(value, str) and value.strip():
        try:
            dt.date.fromisoformat(value[:10])
        except ValueError:
            raise ValueError(
                f'"{value}" is not a date | write YYYY-MM-DD, such as "2026-01-01"'
            ) from None
    return value


Date: TypeAlias = Annotated[
    str,
    pattern(r"(\d{4}-\d\d-\d\d(T.*)?)?", "is not a date", 'write YYYY-MM-DD, such as "2026-01-01"'),
    AfterValidator(_real_date),
    form('YYYY-MM-DD, such as "2026-01-01"'),
]

TimeOfDay: TypeAlias = Annotated[
    str,
    pattern(
        r"([01]?\d|2[0-3]):[0-5]\d",
        "is not a time of day",
        'at must be HH:MM, such as "02:00" or "17:30"',
    ),
    form('HH:MM, such as "02:00"'),
]

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+|.*\$\{.*")
"""An address, or a text with a variable of DSS that may be one."""


def _addressed(value: Any) -> Any:
    for text in [value] if isinstance(value, str) else value:
        for one in re.split(r"[,;]", str(text)) if str(text).strip() else ():
            if not _ADDRESS.fullmatch(one.strip()):
                raise ValueError(
                    f'has "{one.strip()}", which is not a mail address | '
                    'write one such as "you@example.com"; DSS variables such as ${owner} are allowed'
                )
    return value


ADDRESSES = AfterValidator(_addressed)
"""Accept mail addresses: one, or a list."""
