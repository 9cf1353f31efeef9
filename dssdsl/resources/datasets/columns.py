"""Columns and partitioning dimensions of datasets and folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.lang.fields import at, form
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import Document

ColumnType: TypeAlias = Literal[
    "string", "int", "bigint", "smallint", "tinyint", "float", "double", "boolean", "date", "dateonly", "datetimenotz",
    "geopoint", "geometry", "array", "map", "object",
]  # fmt: skip


class Column(Part):
    """A column of a dataset's schema."""

    name: str = Field(kw_only=False)
    type: ColumnType = Field(kw_only=False)
    comment: str | None = None
    meaning: str | None = None
    max_length: int | None = None


Columns: TypeAlias = Mapping[str, ColumnType] | Sequence[Column]
"""``{"id": "bigint"}``, or a list of Column."""

COLUMNS = form(
    '{"name": "type"} or a list of Column("name", "type"), with DSS’s types: string, bigint, double, date, …'
)


class TimeDimension(Part):
    """A partitioning dimension of time."""

    name: str = Field(kw_only=False)
    period: Annotated[Literal["YEAR", "MONTH", "DAY", "HOUR"], at("params.period")] = Field(
        default="DAY", kw_only=False
    )

    def document(self, owner: Resource) -> Document:
        return {"name": self.name, "type": "time", "params": {"period": self.period}}


class ValueDimension(Part):
    """A partitioning dimension of discrete values."""

    name: str = Field(kw_only=False)

    def document(self, owner: Resource) -> Document:
        return {"name": self.name, "type": "value"}


Dimension: TypeAlias = InstanceOf[TimeDimension] | InstanceOf[ValueDimension]
