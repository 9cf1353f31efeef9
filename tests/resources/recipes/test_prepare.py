from __future__ import annotations

import json

from dssdsl.lang.graph import build
from dssdsl.lang.resolver import Resolver
from dssdsl.lang.values import settled
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.datasets.sql import SQLDataset
from dssdsl.resources.recipes import prepare
from dssdsl.resources.recipes.prepare.recipe import PrepareRecipe
from dssdsl.resources.zones import FlowZone
from tests.resources.deploying import faults
from tests.support.contract import ResourceContract

from .corpus import COMMON, CORPUS, EDITS, HEAD, differences, real, saved


def processor(type, params, **more):
    """A step as the UI saves it."""
    return {
        "metaType": "PROCESSOR",
        "preview": False,
        "disabled": False,
        "alwaysShowComment": False,
        "type": type,
        "params": params,
        **more,
    }


class TestPrepareRecipe(ResourceContract):
    cls = PrepareRecipe
    name = "make_result"
    document = {
        **HEAD,
        "type": "shaker",
        "name": "make_result",
        "inputs": {
            "main": {"items": [{"ref": "ORDERS", "deps": []}]},
            "scriptDeps": {"items": [{"ref": "CODES", "deps": []}]},
        },
        "params": {"engineType": "SQL", "engineParams": {"maxThreads": 2}},
        "payload": {
            "steps": [
                processor(
                    "ColumnRenamer", {"renamings": [{"from": "a", "to": "b"}]}, comment="tidy"
                ),
                processor(
                    "CreateColumnWithGREL",
                    {"column": "c", "expression": "b * 2", "errorColumn": ""},
                ),
                {
                    "metaType": "GROUP",
                    "name": "dates",
                    "preview": False,
                    "disabled": True,
                    "mainColor": "#90d931",
                    "steps": [processor("EmailSplitter", {"column": "mail"}, preview=True)],
                },
            ],
            "columnsSelection": {"mode": "ALL"},
            "explorationFilters": [],
        },
    }
    edits = [
        *EDITS,
        ("steps", [prepare.Formula("c", "b * 3")], "update"),
        ("steps", [], "update"),
        ("engine", "DSS", "update"),
    ]

    def around(self):
        self.zone = FlowZone("Clean")
        self.orders = SQLDataset("ORDERS", connection="pg", table="orders")
        self.codes = SQLDataset("CODES", connection="pg", table="codes")
        self.result = Dataset("RESULT", connection="filesystem_managed")

    def minimal(self):
        return {"inputs": self.orders, "outputs": self.result, "steps": prepare.RemoveColumns("a")}

    def full(self):
        return {
            **COMMON,
            "inputs": self.orders,
            "outputs": self.result,
            "zone": self.zone,
            "lookups": self.codes,
            "engine": "SQL",
            "steps": [
                prepare.RenameColumns({"a": "b"}, comment="tidy"),
                prepare.Formula("c", "b * 2"),
                prepare.Group(
                    "dates", [prepare.Step("EmailSplitter", {"column": "mail"})], disabled=True
                ),
            ],
        }


def test_objects_that_are_not_prepare_steps_are_refused(p):
    """
    A step of a scenario, or a name, is told what belongs there.
    """
    PrepareRecipe("clean", inputs="A", outputs="B", steps=["ColumnRenamer"])

    assert 'steps cannot be ["ColumnRenamer"]' in str(p.errors[0])
    assert "from dssdsl import prepare" in str(p.errors[0])


def test_sql_in_a_formula_is_refused(p):
    """
    Formulas of steps, in groups too, are DSS's own.
    """
    inner = prepare.Group("g", [prepare.FilterRowsOnFormula("a = 1")])
    PrepareRecipe("clean", inputs="A", outputs="B", steps=[prepare.Formula("c", "a AND b"), inner])

    found = faults(p)

    assert "write && for AND" in found[0]
    assert "write == for =" in found[1]


def test_it_reads_one_dataset(p):
    """
    More than one input is refused; lookups stand apart.
    """
    PrepareRecipe("clean", inputs=["A", "B"], outputs="C", steps=[])

    assert "it reads one dataset, and has 2 inputs" in faults(p)[0]


def test_a_step_inserted_first_is_one_difference(p):
    """
    Steps are known by type and column, so that the others stay what they are.
    """
    steps = [
        prepare.Formula("a", "1"),
        prepare.Formula("b", "2"),
        prepare.RemoveColumns(["x", "y"]),
    ]
    before = PrepareRecipe("clean", inputs="A", outputs="B", steps=steps)
    PrepareRecipe("clean2", inputs="A", outputs="B2", steps=[prepare.FillEmpty("a", "0"), *steps])
    document = settled(Resolver(p).resolve(before.wanted()))
    document["payload"]["steps"][1]["alwaysShowComment"] = True

    build(p)
    changed = [place for place in differences(p, document) if place.startswith("/payload")]

    assert changed[0] == "/payload/steps/[]"
    assert all("FillEmptyWithValue" in place for place in changed[1:])
    assert saved(p, document)["steps"][2]["alwaysShowComment"] is True


def test_a_real_prepare_recipe_is_adopted(p):
    """
    A prepare recipe of a real project equals its steps, written as DSS's own.
    """
    name = "compute_orders_prepared"
    document = real("wnowak_proj_hist", name)
    PrepareRecipe(
        name,
        inputs=[i["ref"] for i in document["inputs"]["main"]["items"]],
        outputs=[o["ref"] for o in document["outputs"]["main"]["items"]],
        steps=[prepare.Step(s["type"], s["params"]) for s in document["payload"]["steps"]],
    )

    assert differences(p, document) == {}
    text = (CORPUS / f"wnowak_proj_hist/recipes/{name}.shaker").read_text()
    assert saved(p, document) == json.loads(text)
