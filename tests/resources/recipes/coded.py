from __future__ import annotations

from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.zones import FlowZone
from tests.support.contract import ResourceContract

from .corpus import COMMON


class RecipeContract(ResourceContract):
    name = "make_result"

    def around(self):
        self.zone = FlowZone("Clean")
        self.orders = SQLDataset("ORDERS", connection="pg", table="orders", managed=True)
        self.result = SQLDataset("RESULT", connection="pg", table="result", managed=True)
        self.extra = SQLDataset("EXTRA", connection="pg", table="extra", managed=True)

    def flow(self):
        return {"inputs": self.orders, "outputs": self.result}

    def common(self):
        return {**COMMON, **self.flow(), "zone": self.zone}
