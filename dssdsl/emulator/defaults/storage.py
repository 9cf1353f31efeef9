"""Storage of data: its types, parameters and formats."""

from __future__ import annotations

from dssdsl.emulator.documents import Document

_LOOP: Document = {
    "enabled": False,
    "mode": "CREATE_VARIABLE_FOR_EACH_COLUMN",
    "replacements": [],
}

FILES: Document = {
    "notReadyIfEmpty": False,
    "filesSelectionRules": {
        "mode": "ALL",
        "excludeRules": [],
        "includeRules": [],
        "explicitFiles": [],
    },
    "variablesExpansionLoopConfig": _LOOP,
}

TABLE: Document = {
    "notReadyIfEmpty": False,
    "mode": "table",
    "partitioningType": "custom",
    "normalizeDoubles": True,
    "tableCreationMode": "auto",
    "writeInsertBatchSize": 10000,
    "writeJDBCBadDataBehavior": "DISCARD_ROW",
    "readColsWithUnknownTzAsDates": False,
    "readSQLDateColsAsDSSDates": True,
}

FILE_TYPES = frozenset(
    (
        *("Filesystem", "UploadedFiles", "FilesInFolder", "HDFS", "S3", "Azure", "GCS", "FTP"),
        *("SCP", "SFTP"),
    )
)

CLOUD_TYPES = frozenset(("HDFS", "S3", "Azure", "GCS"))

TABLE_TYPES = frozenset(
    (
        *(
            "JDBC",
            "PostgreSQL",
            "MySQL",
            "Vertica",
            "Snowflake",
            "Redshift",
            "Greenplum",
            "Teradata",
        ),
        *("Oracle", "SQLServer", "SAPHANA", "Netezza", "BigQuery", "Athena", "hiveserver2"),
        *("Synapse", "FabricWarehouse", "Databricks", "DatabricksLakebase", "ClickHouse"),
    )
)

UPPER_CASE = frozenset(("Snowflake", "Oracle"))
"""Databases whose managed tables have upper-case names; in all others the names are lower case."""

_CSV: Document = {
    "style": "unix",
    "charset": "utf8",
    "separator": "\t",
    "quoteChar": '"',
    "escapeChar": "\\",
    "maxRowChars": 100000000,
    "dateSerializationFormat": "ISO",
    "arrayMapFormat": "json",
    "hiveSeparators": ["\x02", "\x03", "\x04", "\x05", "\x06", "\x07", "\b"],
    "skipRowsBeforeHeader": 0,
    "parseHeaderRow": False,
    "skipRowsAfterHeader": 0,
    "probableNumberOfRecords": 0,
    "normalizeBooleans": False,
    "normalizeDoubles": True,
    "readAdditionalColumnsBehavior": "INSERT_IN_DATA_WARNING",
    "readMissingColumnsBehavior": "DISCARD_SILENT",
    "readDataTypeMismatchBehavior": "DISCARD_WARNING",
    "writeDataTypeMismatchBehavior": "DISCARD_WARNING",
    "fileReadFailureBehavior": "FAIL",
    "compress": "",
}

_PARQUET: Document = {
    "parquetLowerCaseIdentifiers": False,
    "representsNullFields": False,
    "parquetCompressionMethod": "SNAPPY",
    "parquetFlavor": "HIVE",
    "parquetBlockSizeMB": 128,
}

_HIVE = {
    "style": "escape_only_no_quote",
    "dateSerializationFormat": "HIVE",
    "arrayMapFormat": "hive",
    "arrayItemSeparator": "\x02",
    "mapKeySeparator": "\x03",
}

FORMATS: dict[str, tuple[str, Document]] = {
    "CSV_UNIX_GZIP": ("csv", {**_CSV, "compress": "gz"}),
    "CSV_EXCEL_GZIP": ("csv", {**_CSV, "style": "excel", "compress": "gz"}),
    "CSV_EXCEL_GZIP_BIGQUERY": ("csv", {**_CSV, "style": "excel", "compress": "gz"}),
    "CSV_ESCAPING_NOGZIP_FORHIVE": ("csv", {**_CSV, **_HIVE}),
    "PARQUET_HIVE": ("parquet", _PARQUET),
    "AVRO": ("avro", {}),
    "ORC": ("orcfile", {}),
}

FORMAT_PARAMS: dict[str, Document] = {"csv": _CSV, "parquet": _PARQUET}

PREFERRED = "CSV_ESCAPING_NOGZIP_FORHIVE,CSV_EXCEL_GZIP,PARQUET_HIVE"
