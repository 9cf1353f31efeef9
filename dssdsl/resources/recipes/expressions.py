"""Expressions of visual recipes: DSS formulas or SQL, in filters and computed columns."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang.fields import form
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial

from .rules import Rule, Rules


class SQL(Part):
    """An expression that the database evaluates. A plain string is a DSS formula instead."""

    expression: str = Field(kw_only=False)
    """SQL, such as ``amount > 0 AND country = 'FR'``."""


Expression: TypeAlias = str | InstanceOf[SQL]

EXPRESSION = form('a DSS formula such as "revenue - cost", or SQL("…")')

Filter: TypeAlias = str | InstanceOf[SQL] | InstanceOf[Rule] | InstanceOf[Rules]

FILTER = form(
    'a DSS formula such as "amount > 0", Rule("amount", ">", 0), Rules(…) or SQL("…")',
    yaml='a DSS formula such as "amount > 0", {column: amount, operator: ">", value: 0}, {rules: […]} or {sql: "…"}',
)


class Computed(Part):
    """A column that a visual recipe computes first."""

    name: str = Field(kw_only=False)
    """The new column."""

    expression: Annotated[Expression, EXPRESSION] = Field(kw_only=False)
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


def filter_document(given: Filter | None, owner: Any = None) -> Document:
    """A filter as DSS has it."""
    if given is None:
        return {"enabled": False, "distinct": False}
    if isinstance(given, (Rule, Rules)):
        rules = given if isinstance(given, Rules) else Rules(given)
        return {"enabled": True, "distinct": rules.distinct, "uiData": rules.document(owner)}
    sql = isinstance(given, SQL)
    return {
        "enabled": True,
        "distinct": False,
        # DSS evaluates the expression in these modes only, and then ignores conditions.
        "uiData": {"mode": "SQL" if sql else "CUSTOM", "conditions": Initial([])},
        "expression": given.expression if isinstance(given, SQL) else given,
    }
