"""Tables and queries in SQL connections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, checked_as, create_only, moves_data
from dssdsl.lang.model import many
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document

from .base import AnyDataset
from .columns import declared
from .types import TYPE


class SQLDataset(AnyDataset):
    """A table or a query in a SQL connection, of the connection's type (PostgreSQL, Snowflake, …)."""

    hints: ClassVar[Mapping[str, str]] = {"database": 'did you mean "catalog"?'}
    wire: ClassVar[str | None] = None

    connection: Annotated[str, at("params.connection"), checked_as("connection"), moves_data]
    """The SQL connection."""

    table: Annotated[str | None, at("params.table"), moves_data] = None
    """The table; or set ``query``."""

    schema_: Annotated[str | None, at("params.schema"), moves_data] = Field(
        default=None, alias="schema"
    )
    """The table's schema."""

    catalog: Annotated[str | None, at("params.catalog"), moves_data] = None
    """The table's catalog: a database in Snowflake, a project in BigQuery."""

    query: Annotated[str | None, at("params.query")] = None
    """A SELECT, instead of a table."""

    managed: Annotated[bool, at("managed"), create_only] = False
    """Whether DSS creates, writes and may drop the table."""

    type: Annotated[str | None, TYPE, at("type"), create_only] = None
    """DSS's type. By default the connection's."""

    def document(self) -> Document:
        out = super().document()
        out["managed"] = self.managed
        out["params"]["mode"] = "query" if self.query is not None else "table"
        if self.wire:
            out["type"] = self.wire
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if (self.table is None) == (self.query is None) and not (
            self.adopted and self.query is None
        ):
            both = "not both" if self.table is not None else "one of them"
            yield self.error(
                f"it needs table or query, {both}", 'write table="ORDERS", or query="SELECT …"'
            )
        columns = declared(self.columns).names if self.columns else []
        for each in many(self.partitioning) if columns else ():
            if each.name not in columns:
                yield self.error(
                    f'its dimension "{each.name}" is none of its columns',
                    did_you_mean(each.name, columns)
                    or "a table is divided by the values of a column",
                )
        if self.managed and self.query is not None:
            yield self.error("a query cannot be managed", "remove managed, or write table=")


class PostgreSQLDataset(SQLDataset):
    """A table or query in PostgreSQL."""

    wire = "PostgreSQL"


class SnowflakeDataset(SQLDataset):
    """A table or query in Snowflake; ``catalog`` is the database."""

    wire = "Snowflake"


class BigQueryDataset(SQLDataset):
    """A table or query in BigQuery; ``catalog`` is the project, ``schema`` the dataset."""

    wire = "BigQuery"


class RedshiftDataset(SQLDataset):
    """A table or query in Redshift."""

    wire = "Redshift"


class MySQLDataset(SQLDataset):
    """A table or query in MySQL."""

    wire = "MySQL"


class SQLServerDataset(SQLDataset):
    """A table or query in SQL Server."""

    wire = "SQLServer"


class OracleDataset(SQLDataset):
    """A table or query in Oracle."""

    wire = "Oracle"


class DatabricksDataset(SQLDataset):
    """A table or query in Databricks."""

    wire = "Databricks"
