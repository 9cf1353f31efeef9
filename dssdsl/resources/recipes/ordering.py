"""Columns that order rows."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dssdsl.lang.fields import form
from dssdsl.lang.model import many
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document


class Desc(Part):
    """A column to order by, in descending order."""

    column: str = Field(kw_only=False)
    """The column."""


ORDER_BY = form('names of columns, or Desc("day")')


def orders(given: Any) -> list[Document]:
    """The columns that order rows, as DSS has them."""
    return [
        {"column": o.column, "desc": True} if isinstance(o, Desc) else {"column": o, "desc": False}
        for o in many(given)
    ]


def ordering_columns(given: Any) -> list[str]:
    """The names of the columns that order rows."""
    return [o.column if isinstance(o, Desc) else o for o in many(given)]
