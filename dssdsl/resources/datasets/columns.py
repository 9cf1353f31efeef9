"""Columns and partitioning dimensions of datasets and folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, InstanceOf

from dssdsl.columns.columns import Columns as KnownColumns
from dssdsl.lang.fields import at, form, may_be_empty
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import Document

ColumnType: TypeAlias = Literal[
    "string", "int", "bigint", "smallint", "tinyint", "float", "double", "boolean", "date", "dateonly", "datetimenotz",
    "geopoint", "geometry", "array", "map", "object",
]  # fmt: skip


class Column(Part):
    """A column of a dataset's schema."""

    name: str = Field(kw_only=False)
    """Its name."""

    type: ColumnType = Field(kw_only=False)
    """The storage type."""

    comment: Annotated[str | None, may_be_empty] = None
    """The description that DSS shows."""

    meaning: str | None = None
    """Id of a meaning of DSS, such as ``LongMeaning``. By default DSS infers one."""

    max_length: (
        Annotated[int, Field(ge=-1), form("a whole number, or -1 for no maximum")] | None
    ) = None
    """The maximum length of a string. By default there is none, which DSS also writes as -1."""


Columns: TypeAlias = Mapping[str, ColumnType] | Sequence[Column]
"""``{"id": "bigint"}``, or a list of Column."""

COLUMNS = form(
    '{"name": "type"} or a list of Column("name", "type"), with DSS’s types: string, bigint, double, date, …'
)


def declared(columns: Columns) -> KnownColumns:
    """The columns that a dataset declares."""
    if isinstance(columns, Mapping):
        return KnownColumns.of({"name": name, "type": kind} for name, kind in columns.items())
    return KnownColumns.of(
        each if isinstance(each, str) else {"name": each.name, "type": each.type}
        for each in columns
    )


class TimeDimension(Part):
    """A time dimension of partitions."""

    name: str = Field(kw_only=False)
    """Its name."""

    period: Annotated[Literal["YEAR", "MONTH", "DAY", "HOUR"], at("params.period")] = Field(
        default="DAY", kw_only=False
    )
    """The length of a partition."""

    def document(self, owner: Resource) -> Document:
        return {"name": self.name, "type": "time", "params": {"period": self.period}}


class ValueDimension(Part):
    """A dimension of partitions with discrete values, such as countries."""

    name: str = Field(kw_only=False)
    """Its name."""

    def document(self, owner: Resource) -> Document:
        return {"name": self.name, "type": "value"}


Dimension: TypeAlias = InstanceOf[TimeDimension] | InstanceOf[ValueDimension]
