"""Real recipes: each is declared by the class of its type, with every field that it models, and is no difference."""

from __future__ import annotations

import json

import pytest

from tests.support.adopting import CODE, READERS, declare_recipe
from tests.support.corpus import CORPUS

from .corpus import differences, real, suffix

RECIPES = [
    (path.parts[-3], path.stem)
    for path in sorted(CORPUS.glob("*/recipes/*.json"))
    if (kind := json.loads(path.read_text(encoding="utf-8"))["type"]) in {*READERS, *CODE}
    or kind.startswith("CustomCode_")
]


@pytest.mark.parametrize(("project", "name"), RECIPES or [("", "")])
def test_a_real_recipe_is_no_difference(p, project, name):
    """
    What the class says of a recipe is what DSS has.
    """
    document = real(project, name)
    head = CORPUS / project / "recipes" / f"{name}.json"
    payload = head.with_suffix(f".{suffix(document['type'])}")
    text = payload.read_text(encoding="utf-8") if payload.exists() else ""
    said = json.loads(text) if text.startswith("{") and document["type"] not in CODE else text

    declare_recipe(name, {k: v for k, v in document.items() if k != "payload"}, said, adopt=True)

    assert differences(p, document) == {}
