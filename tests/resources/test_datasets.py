from __future__ import annotations

import pytest

from dssdsl.resources.datasets.columns import Column, TimeDimension, ValueDimension
from dssdsl.resources.datasets.files import (
    AzureDataset,
    FilesystemDataset,
    GCSDataset,
    S3Dataset,
    UploadedFilesDataset,
)
from dssdsl.resources.datasets.formats import CSV, Parquet
from dssdsl.resources.datasets.managed import Dataset
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
from dssdsl.resources.zones import FlowZone
from tests.support.contract import ResourceContract

COLUMNS = [
    Column("id", "bigint"),
    Column("name", "string", comment="in full", meaning="Text", max_length=80),
]
HEAD = {
    "projectKey": "SALES",
    "name": "ORDERS",
    "shortDesc": "all orders",
    "description": "# Orders",
    "tags": ["daily", "raw"],
    "flowOptions": {
        "virtualizable": False,
        "rebuildBehavior": "WRITE_PROTECT",
        "crossProjectBuildBehavior": "DEFAULT",
    },
    "schema": {
        "columns": [
            {"name": "id", "type": "bigint"},
            {
                "name": "name",
                "type": "string",
                "meaning": "Text",
                "comment": "in full",
                "maxLength": 80,
            },
        ],
        "userModified": True,
    },
    "versionTag": {
        "versionNumber": 3,
        "lastModifiedBy": {"login": "alice"},
        "lastModifiedOn": 1766170000000,
    },
}
COMMON = {
    "short_desc": "all orders",
    "description": "# Orders",
    "tags": ["raw", "daily"],
    "rebuild": "WRITE_PROTECT",
    "columns": COLUMNS,
}
EDITS = [
    ("tags", ["weekly"], "update"),
    ("short_desc", "some orders", "update"),
    ("description", "none", "update"),
    ("rebuild", "EXPLICIT", "update"),
    ("columns", [*COLUMNS, Column("day", "date")], "update"),
    ("columns", {"id": "string", "name": "string"}, "update"),
]


class DatasetContract(ResourceContract):
    name = "ORDERS"

    def around(self):
        self.zone = FlowZone("Raw")
        self.other = FlowZone("Other")

    def common(self):
        return {**COMMON, "zone": self.zone}


class TestDataset(DatasetContract):
    cls = Dataset
    document = {
        **HEAD,
        "type": "Filesystem",
        "managed": True,
        "formatType": "csv",
        "params": {"connection": "filesystem_managed", "path": "${projectKey}/ORDERS"},
        "partitioning": {
            "ignoreNonMatchingFile": False,
            "dimensions": [{"name": "day", "type": "time", "params": {"period": "DAY"}}],
        },
    }
    edits = [
        *EDITS,
        ("partitioning", [ValueDimension("country")], "update"),
        ("format", "CSV_EXCEL_GZIP", "replace"),
        ("connection", "filesystem_folders", "move"),
    ]
    unset = ("type", "params", "managed")

    def minimal(self):
        return {"connection": "filesystem_managed"}

    def full(self):
        return {
            **self.common(),
            "connection": "filesystem_managed",
            "format": "CSV_UNIX_GZIP",
            "partitioning": TimeDimension("day"),
        }


class TestDatasetOfAnyType(DatasetContract):
    cls = Dataset
    document = {
        **HEAD,
        "type": "Inline",
        "managed": False,
        "params": {"keepTrackOfChanges": True, "importSourceType": "NONE"},
    }
    edits = [
        *EDITS,
        ("params", {"keepTrackOfChanges": False}, "update"),
        ("type", "JobsDB", "replace"),
    ]
    unset = ("managed", "connection", "format", "partitioning")

    def minimal(self):
        return {"type": "Inline"}

    def full(self):
        return {**self.common(), "type": "Inline", "params": {"keepTrackOfChanges": True}}


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
            "partitioning": [TimeDimension("day", "MONTH"), ValueDimension("country")],
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
            "dimensions": [{"name": "day", "type": "time", "params": {"period": "MONTH"}}, {"name": "country", "type": "value"}]
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


class FilesContract(DatasetContract):
    connection = "filesystem_managed"
    more: dict = {}
    edits = [
        *EDITS,
        ("path", "/orders", "move"),
        ("connection", "filesystem_folders", "move"),
        ("format", Parquet(compression="GZIP"), "update"),
        ("include", ["*.txt"], "update"),
        ("partition_pattern", "/%{country}/.*", "update"),
        ("managed", False, "replace"),
    ]

    def minimal(self):
        return {"connection": self.connection, "path": "/raw"}

    def full(self):
        return {
            **self.common(),
            **self.more,
            "connection": self.connection,
            "path": "/raw",
            "format": CSV(
                separator=";",
                header=False,
                quote="'",
                style="unix",
                charset="latin1",
                compress="gz",
                skip_rows_before_header=2,
            ),
            "partitioning": ValueDimension("country"),
            "partition_pattern": "/x/%{country}/.*",
            "include": "*.csv",
            "managed": True,
        }


def files_document(wire, connection, **more):
    return {
        **HEAD,
        "type": wire,
        "managed": True,
        "formatType": "csv",
        "formatParams": {
            "style": "unix", "charset": "latin1", "separator": ";", "quoteChar": "'", "escapeChar": "\\", "parseHeaderRow": False,
            "skipRowsBeforeHeader": 2, "compress": "gz", "probableNumberOfRecords": 45,
        },
        "params": {
            "connection": connection, "path": "/raw", **more,
            "filesSelectionRules": {
                "mode": "RULES_INCLUDED_ONLY", "excludeRules": [], "explicitFiles": [],
                "includeRules": [{"mode": "GLOB", "matchingMode": "FULL_PATH", "expr": "*.csv"}],
            },
        },
        "partitioning": {"filePathPattern": "/x/%{country}/.*", "dimensions": [{"name": "country", "type": "value"}]},
    }  # fmt: skip


class TestFilesystemDataset(FilesContract):
    cls = FilesystemDataset
    document = files_document("Filesystem", "filesystem_managed")


class TestS3Dataset(FilesContract):
    cls = S3Dataset
    connection = "lake"
    more = {"bucket": "acme"}
    document = files_document("S3", "lake", bucket="acme")
    edits = [*FilesContract.edits, ("bucket", "acme-2", "move")]


class TestGCSDataset(FilesContract):
    cls = GCSDataset
    connection = "gcs"
    more = {"bucket": "acme"}
    document = files_document("GCS", "gcs", bucket="acme")
    edits = [*FilesContract.edits, ("bucket", "acme-2", "move")]


class TestAzureDataset(FilesContract):
    cls = AzureDataset
    connection = "azure"
    more = {"container": "acme"}
    document = files_document("Azure", "azure", container="acme")
    edits = [*FilesContract.edits, ("container", "acme-2", "move")]


class TestUploadedFilesDataset(DatasetContract):
    cls = UploadedFilesDataset
    document = {
        **HEAD,
        "type": "UploadedFiles",
        "managed": False,
        "formatType": "csv",
        "formatParams": {"separator": ";"},
        "params": {"uploadConnection": "filesystem_managed"},
        "uploads": {"a.csv": {"length": 20}},
        "partitioning": {"dimensions": [{"name": "country", "type": "value"}]},
    }
    edits = [
        *EDITS,
        ("files", ["a.csv", "b.csv"], "update"),
        ("files", ["b.csv"], "replace"),
        ("connection", "filesystem_folders", "replace"),
        ("format", Parquet(compression="GZIP"), "update"),
    ]

    def minimal(self):
        return {"files": "a.csv"}

    def full(self):
        return {
            **self.common(),
            "files": ["a.csv"],
            "connection": "filesystem_managed",
            "format": CSV(separator=";"),
            "partitioning": ValueDimension("country"),
        }


@pytest.fixture(autouse=True)
def _paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
