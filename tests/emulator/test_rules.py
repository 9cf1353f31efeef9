"""Every rule that was observed on a real DSS has a test."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ruamel.yaml import YAML

HERE = Path(__file__).parent
RULES = YAML(typ="safe").load(HERE / "rules.yaml")
SECTIONS = {"transport", "envelope", "projects", "datasets", "folders", "recipes"}
SECTIONS |= {"scenarios", "zones", "content", "jobs and sharing", "bundles", "models", "instance"}


def functions_in(file: str) -> set[str]:
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_section_has_rules():
    assert set(RULES) == SECTIONS
    stated = [entry["rule"] for section in RULES.values() for entry in section]
    assert len(stated) == len({*stated})


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_each_rule_names_an_existing_test(section):
    """
    A rule lists its tests, or the reason why there are none.
    """
    for entry in RULES[section]:
        named = entry.get("tests", [])
        missing = [
            name
            for name in named
            if name.partition("::")[2] not in functions_in(name.partition("::")[0])
        ]

        assert bool(named) != bool(entry.get("why")), entry["rule"]
        assert not missing, entry["rule"]
        assert set(entry) <= {"rule", "tests", "why"}


def test_each_test_of_behaviour_has_a_rule():
    """
    A rule lists each test that was written for rules.
    """
    named = {
        name for section in RULES.values() for entry in section for name in entry.get("tests", [])
    }
    written = {
        f"behaviour/{file.name}::{name}"
        for file in (HERE / "behaviour").glob("test_*.py")
        for name in functions_in(f"behaviour/{file.name}")
        if name.startswith("test_")
    }

    assert written
    assert written <= named
