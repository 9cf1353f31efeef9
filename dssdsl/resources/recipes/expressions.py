"""Expressions of visual recipes: DSS formulas or SQL, in filters and computed columns."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang.fields import form
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial


class SQL(Part):
    """An expression that the database evaluates. A plain string is a DSS formula instead."""

    expression: str = Field(kw_only=False)
    """SQL, such as ``amount > 0 AND country = 'FR'``."""


Filter: TypeAlias = str | InstanceOf[SQL]

FILTER = form('a DSS formula such as "amount > 0", or SQL("…")')


class Computed(Part):
    """A column that a visual recipe computes first."""

    name: str = Field(kw_only=False)
    """The new column."""

    expression: Annotated[Filter, FILTER] = Field(kw_only=False)
    """A DSS formula, or ``SQL("…")``."""

    type: str = "double"
    """The storage type of the column."""

    def document(self, owner: Any) -> Document:
        sql = isinstance(self.expression, SQL)
        return {
            "name": self.name,
            "type": self.type,
            "mode": "SQL" if sql else "GREL",
            "expr": self.expression.expression
            if isinstance(self.expression, SQL)
            else self.expression,
        }


COMPUTED = form('Computed("margin", "revenue - cost"), or a list of them')


def filter_document(given: Filter | None) -> Document:
    if given is None:
        return {"enabled": False, "distinct": False}
    sql = isinstance(given, SQL)
    return {
        "enabled": True,
        "distinct": False,
        # DSS evaluates the expression in these modes only, and then ignores conditions.
        "uiData": {"mode": "SQL" if sql else "CUSTOM", "conditions": Initial([])},
        "expression": given.expression if isinstance(given, SQL) else given,
    }
