from __future__ import annotations

from dssdsl.resources.recipes.rules import Rule
from dssdsl.resources.recipes.stack import StackInput, StackRecipe
from tests.resources.deploying import faults
from tests.resources.recipes.visual import VisualContract, orders, other

from .corpus import (
    EDITS,
    HEAD,
    OFF,
    condition,
    custom,
    differences,
    real,
    rules,
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
                {
                    "index": 1,
                    "originLabel": "second",
                    "preFilter": rules("&&", condition("x", "contains", string="a")),
                    "columnsMatch": ["id", "day"],
                },
            ],
            "addOriginColumn": True,
            "originColumnName": "source",
            "selectedColumns": ["id", "day"],
            "postFilter": custom("id > 0"),
            "engineType": "DSS",
        },
    }
    edits = [
        *EDITS,
        ("columns", ["id"], "update"),
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
            "inputs": [
                self.orders,
                StackInput(
                    self.other, columns=["id", "day"], pre_filter=Rule("x", "contains", "a")
                ),
            ],
            "mode": "FROM_DATASET",
            "schema_from": self.other,
            "columns": ["id", "day"],
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


def test_columns_go_with_the_modes_that_choose_them(p):
    """
    CUSTOM and REMAP need columns.
    """
    StackRecipe("s", inputs=[orders(), other()], outputs="OUT", mode="CUSTOM")
    StackRecipe("t", inputs=["ORDERS", "OTHER"], outputs="OUT2", mode="CUSTOM", columns=["id"])

    assert ['mode="CUSTOM" needs columns'] == [
        f.split(": ")[1].split("\n")[0] for f in faults(p) if "columns" in f
    ]
    assert ["id"] == p.resources[-1].wanted()["payload"]["selectedColumns"]
