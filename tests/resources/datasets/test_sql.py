from __future__ import annotations

from dssdsl.resources.datasets.columns import TimeDimension, ValueDimension
from dssdsl.resources.datasets.sql import (
    BigQueryDataset,
    DatabricksDataset,
    MySQLDataset,
    OracleDataset,
    PostgreSQLDataset,
    RedshiftDataset,
    SnowflakeDataset,
    SQLDataset,
    SQLServerDataset,
)
from tests.resources.datasets.contract import EDITS, HEAD, DatasetContract


class SQLContract(DatasetContract):
    edits = [
        *EDITS,
        ("table", "ORDERS_2", "move"),
        ("schema", "MART", "move"),
        ("catalog", "DEV", "move"),
        ("connection", "pg", "move"),
        ("managed", False, "replace"),
    ]
    unset = ("query", "type")

    def minimal(self):
        return {"connection": "warehouse", "table": "ORDERS"}

    def full(self):
        return {
            **self.common(),
            "connection": "warehouse",
            "table": "ORDERS",
            "schema": "RAW",
            "catalog": "PROD",
            "managed": True,
            "partitioning": [TimeDimension("name", "MONTH"), ValueDimension("id")],
        }


def sql_document(wire):
    return {
        **HEAD,
        "type": wire,
        "managed": True,
        "params": {
            "connection": "warehouse", "mode": "table", "table": "ORDERS", "schema": "RAW", "catalog": "PROD",
            "tableCreationMode": "auto", "writeInsertBatchSize": 10000,
        },
        "partitioning": {
            "dimensions": [{"name": "name", "type": "time", "params": {"period": "MONTH"}}, {"name": "id", "type": "value"}]
        },
    }  # fmt: skip


class TestSQLDataset(SQLContract):
    cls = SQLDataset
    document = sql_document("Snowflake")


class TestSQLDatasetOfAQuery(SQLContract):
    cls = SQLDataset
    document = {
        **HEAD,
        "type": "Snowflake",
        "managed": False,
        "params": {"connection": "warehouse", "mode": "query", "query": "SELECT 1"},
    }
    edits = [*EDITS, ("query", "SELECT 2", "update"), ("type", "PostgreSQL", "replace")]
    unset = ("table", "schema", "catalog", "managed", "partitioning")

    def minimal(self):
        return {"connection": "warehouse", "query": "SELECT 1"}

    def full(self):
        return {
            **self.common(),
            "connection": "warehouse",
            "query": "SELECT 1",
            "type": "Snowflake",
        }


class TestPostgreSQLDataset(SQLContract):
    cls = PostgreSQLDataset
    document = sql_document("PostgreSQL")


class TestSnowflakeDataset(SQLContract):
    cls = SnowflakeDataset
    document = sql_document("Snowflake")


class TestBigQueryDataset(SQLContract):
    cls = BigQueryDataset
    document = sql_document("BigQuery")


class TestRedshiftDataset(SQLContract):
    cls = RedshiftDataset
    document = sql_document("Redshift")


class TestMySQLDataset(SQLContract):
    cls = MySQLDataset
    document = sql_document("MySQL")


class TestSQLServerDataset(SQLContract):
    cls = SQLServerDataset
    document = sql_document("SQLServer")


class TestOracleDataset(SQLContract):
    cls = OracleDataset
    document = sql_document("Oracle")


class TestDatabricksDataset(SQLContract):
    cls = DatabricksDataset
    document = sql_document("Databricks")
