from __future__ import annotations

import json

from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.recipes.payload import opened
from dssdsl.resources.zones import FlowZone
from tests.support.contract import ResourceContract

from .corpus import (
    COMMON,
)

COLUMNS = {"id": "bigint", "day": "date", "amount": "double", "cost": "double"}


class VisualContract(ResourceContract):
    name = "make_result"

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "payload" in cls.document:  # as the provider reads it
            cls.document = {
                **cls.document,
                "payload": opened(cls.document, json.dumps(cls.document["payload"])),
            }

    def around(self):
        self.zone = FlowZone("Clean")
        self.orders = SQLDataset("ORDERS", connection="pg", table="orders", columns=COLUMNS)
        self.other = SQLDataset(
            "OTHER",
            connection="pg",
            table="other",
            columns={"id": "bigint", "day": "date", "x": "string"},
        )
        self.result = Dataset("RESULT", connection="filesystem_managed")
        self.left = Dataset("LEFT", connection="filesystem_managed")
        self.right = Dataset("RIGHT", connection="filesystem_managed")

    def flow(self):
        return {"inputs": self.orders, "outputs": self.result}

    def common(self):
        return {**COMMON, **self.flow(), "zone": self.zone}


def orders(**columns):
    return SQLDataset("ORDERS", connection="pg", table="t", columns=columns or COLUMNS)


def other():
    return SQLDataset(
        "OTHER", connection="pg", table="u", columns={"id": "bigint", "day": "date", "x": "string"}
    )
