from __future__ import annotations

from dssdsl.resources.datasets.columns import Column
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
    "set_by_runs": True,
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
