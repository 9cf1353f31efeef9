from __future__ import annotations

from dssdsl.lang.functions import file_in
from dssdsl.lang.resolver import Resolver
from dssdsl.resources.managed_folders import ManagedFolder
from dssdsl.resources.recipes.generic import Recipe
from tests.resources.recipes.coded import RecipeContract

from .corpus import EDITS, HEAD


class TestRecipe(RecipeContract):
    cls = Recipe
    document = {
        **HEAD,
        "type": "sampling",
        "name": "make_result",
        "params": {
            "selection": {
                "samplingMethod": "RANDOM_FIXED_RATIO",
                "targetRatio": 0.1,
                "maxRecords": -1,
            }
        },
        "payload": {"distinct": True, "enabled": False, "$status": {}},
    }
    edits = [
        *EDITS,
        ("params", {"selection": {"targetRatio": 0.5}}, "update"),
        ("payload", {"distinct": False}, "update"),
        ("type", "sync", "replace"),
    ]

    def minimal(self):
        return {**self.flow(), "type": "topn"}

    def full(self):
        return {
            **self.common(),
            "type": "sampling",
            "params": {"selection": {"samplingMethod": "RANDOM_FIXED_RATIO", "targetRatio": 0.1}},
            "payload": {"distinct": True},
        }


def test_a_generic_recipe_takes_code_from_a_file(p, tmp_path):
    """
    A recipe of a type without a class has text, too, and a folder as output by its id.
    """
    (tmp_path / "a.R").write_text("x <- 1\n", encoding="utf-8")
    folder = ManagedFolder("reports")
    Recipe("r", type="r", inputs="A", outputs=folder, payload=file_in(tmp_path, "a.R"))

    document = Resolver(p, {folder.key: "abc123"}).resolve(p.resources[-1].wanted())

    assert document["payload"].text == "x <- 1\n"
    assert document["outputs"]["main"]["items"][0]["ref"] == "abc123"
