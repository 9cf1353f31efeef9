"""DSS's types of datasets."""

from __future__ import annotations

from dssdsl.lang.model import token

DATASETS = (
    "Filesystem", "UploadedFiles", "FilesInFolder", "RemoteFiles", "Inline", "HTTP", "FTP", "SCP", "SFTP",
    "S3", "GCS", "Azure", "HDFS", "SharePointOnline",
    "PostgreSQL", "MySQL", "SQLServer", "Oracle", "Snowflake", "BigQuery", "Redshift", "Databricks", "Synapse", "Teradata",
    "Vertica", "Greenplum", "Netezza", "SAPHANA", "Athena", "Trino", "JDBC",
    "MongoDB", "Cassandra", "ElasticSearch", "DynamoDB", "JobsDB", "StatsDB",
)  # fmt: skip

PREFIXES = ("CustomPython_", "CustomJava_", "Custom_", "fsprovider_", "jdataset_")
"""How the types of plugins begin."""

TYPE = token(*DATASETS, prefixes=PREFIXES, slip=0.85)
"""Accept these types, and others with a warning."""
