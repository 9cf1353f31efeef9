from __future__ import annotations

from dssdsl.resources.datasets.columns import TimeDimension, ValueDimension
from dssdsl.resources.datasets.managed import Dataset
from tests.resources.datasets.contract import EDITS, HEAD, DatasetContract


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
