from __future__ import annotations

from dssdsl.resources.recipes.stack import StackRecipe
from tests.resources.recipes.visual import VisualContract

from .corpus import (
    EDITS,
    HEAD,
    OFF,
    custom,
    differences,
    real,
)


class TestStackRecipe(VisualContract):
    cls = StackRecipe
    document = {
        **HEAD,
        "type": "vstack",
        "name": "make_result",
        "inputs": {
            "main": {"items": [{"ref": "ORDERS", "deps": []}, {"ref": "OTHER", "deps": []}]}
        },
        "payload": {
            "mode": "FROM_DATASET",
            "copySchemaFromDatasetWithName": "OTHER",
            "virtualInputs": [
                {"index": 0, "originLabel": "first", "preFilter": OFF},
                {"index": 1, "originLabel": "second", "preFilter": OFF},
            ],
            "addOriginColumn": True,
            "originColumnName": "source",
            "selectedColumns": ["id"],
            "postFilter": custom("id > 0"),
            "engineType": "DSS",
        },
    }
    edits = [
        *EDITS,
        ("origin_column", "origin", "update"),
        ("origin_labels", ["a", "b"], "update"),
        ("post_filter", "id > 1", "update"),
        ("engine", "SQL", "update"),
    ]

    def flow(self):
        return {"inputs": [self.orders, self.other], "outputs": self.result}

    def minimal(self):
        return self.flow()

    def full(self):
        return {
            **self.common(),
            "mode": "FROM_DATASET",
            "schema_from": self.other,
            "origin_column": "source",
            "origin_labels": ["first", "second"],
            "post_filter": "id > 0",
            "engine": "DSS",
        }


def test_a_real_stack_is_adopted(p):
    """
    A stack of a real project equals the program.
    """
    document = real("molecular_loan_hist", "compute_Labeled_scored_stacked")
    StackRecipe(
        "compute_Labeled_scored_stacked",
        inputs=["Labeled_scored", "Unlabeled_scored"],
        outputs=document["outputs"]["main"]["items"][0]["ref"],
        mode="INTERSECT",
    )

    assert differences(p, document) == {}
