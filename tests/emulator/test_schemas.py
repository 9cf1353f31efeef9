"""The emulator computes the columns of outputs as DSS does."""

from __future__ import annotations

import json

import pytest
from dataikuapi.utils import DataikuException

from tests.columns.rules import RECIPES, after, why_unknown

from .test_datasets import managed
from .test_recipes import raw


def computed(project, entry):
    """The columns that the emulator computes for the output of a rule's recipe."""
    names = [f"IN{place}" for place, _ in enumerate(entry["inputs"])]
    for name, columns in [*zip(names, entry["inputs"], strict=True), ("OUT", ["stale"])]:
        documents = [{"name": column, "type": "string"} for column in columns]
        managed(project, name).set_schema({"columns": documents, "userModified": True})
    payload, params = json.dumps(entry.get("payload") or {}), entry.get("params") or {}
    recipe = raw(project, "r", entry["type"], names, ["OUT"], payload, params=params)
    update = recipe.compute_schema_updates()
    (computable,) = update.data["computables"]
    return [each["name"] for each in computable["newSchema"]["columns"]]


KNOWN = [entry for entry in RECIPES if not why_unknown(entry)]
REFUSED = [e for e in RECIPES if why_unknown(e) and e["type"] not in ("shaker", "sync")]


@pytest.mark.parametrize("entry", KNOWN, ids=[entry["rule"] for entry in KNOWN])
def test_each_rule(project, entry):
    assert computed(project, entry) == after(entry)


@pytest.mark.parametrize("entry", REFUSED, ids=[entry["rule"] for entry in REFUSED])
def test_columns_that_cannot_be_computed_are_refused(project, entry):
    with pytest.raises(DataikuException, match="chema"):
        computed(project, entry)
