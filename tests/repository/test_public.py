from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dssdsl

NAMES = dssdsl.__all__


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_there(name):
    assert getattr(dssdsl, name) is not None
    assert name in dir(dssdsl)


def test_checkers_see_the_same_names():
    """
    The stub that type checkers read has the names that are there at run time, from the same modules.
    """
    stub = Path(dssdsl.__file__).with_suffix(".pyi")
    tree = ast.parse(stub.read_text(encoding="utf-8"))
    seen = {
        alias.asname: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
        if alias.asname
    }

    assert seen == dssdsl.HOME


def test_a_star_import_brings_all():
    space: dict[str, object] = {}

    exec("from dssdsl import *\nfrom dssdsl import stack, config", space)

    assert set(NAMES) <= set(space)


def test_importing_loads_nothing_heavy():
    heavy = "pydantic dataikuapi deepdiff ruamel.yaml requests rich click attrs"

    assert (
        run(f"import sys, dssdsl; print([m for m in {heavy.split()} if m in sys.modules])") == "[]"
    )


def test_config_needs_no_pydantic():
    assert (
        run("import sys; from dssdsl import config, stack; print('pydantic' in sys.modules)")
        == "False"
    )


def test_the_version_is_the_distributions():
    assert dssdsl.__version__.count(".") == 2


def test_prepare_is_a_module():
    assert dssdsl.prepare.Formula.__module__ == "dssdsl.resources.recipes.prepare.columns"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="SQLDatset"):
        dssdsl.SQLDatset  # noqa: B018


def test_each_folder_with_code_is_a_package():
    """
    import-linter sees packages only: what lies in a folder without ``__init__.py`` would be under no contract.
    """
    top = Path(dssdsl.__file__).parent
    folders = {path.parent for path in top.rglob("*.py")}
    assert [] == [folder for folder in folders if not (folder / "__init__.py").is_file()]
