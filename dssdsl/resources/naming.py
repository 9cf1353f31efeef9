"""The names of datasets: upper case is the rule, because of Snowflake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dssdsl.lang.resource import Resource

WHY = (
    "Snowflake stores names without quotes in upper case, "
    "so SQL must quote the table of a dataset whose name is not upper case"
)


def not_upper(datasets: Iterable[Resource]) -> Iterator[tuple[str, list[Resource]]]:
    """
    Find the datasets whose names are not upper case.

    Yields:
        Each line that declares such datasets, and those datasets: a loop declares many at one line.
    """
    lines: dict[str, list[Resource]] = {}
    for each in datasets:
        valid = re.fullmatch(r"[A-Za-z0-9_]+", each.identity)
        if valid and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", each.identity) and not each.adopted:
            lines.setdefault(each.source, []).append(each)
    yield from lines.items()


def upper(name: str) -> str:
    """*name* in upper case, with underscores: ``ordersClean 2`` is ``ORDERS_CLEAN_2``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    proposed = re.sub(r"[^A-Z0-9_]+", "_", words.upper()).strip("_") or "NAME"
    return f"_{proposed}" if proposed[0].isdigit() else proposed
