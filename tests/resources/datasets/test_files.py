from __future__ import annotations

import pytest

from dssdsl.resources.datasets.columns import ValueDimension
from dssdsl.resources.datasets.files import (
    AzureDataset,
    FilesystemDataset,
    GCSDataset,
    S3Dataset,
    UploadedFilesDataset,
)
from dssdsl.resources.datasets.formats import CSV, Parquet
from tests.resources.datasets.contract import EDITS, HEAD, DatasetContract


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
    edits = [
        *(e for e in FilesContract.edits if e[0] != "connection"),
        ("connection", "azure2", "move"),
        ("container", "acme-2", "move"),
    ]


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
