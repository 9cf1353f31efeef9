"""The worked examples of the page for contributors: three files each, in a copy of the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^(?P<label>[^\n]*`(?P<path>[\w/]+\.py)`[^\n]*:)\n\n```python\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
FEW = "full_sets_every_field or equals_what_a_real_dss or second_deployment or in_yaml"
"""Tests of the contract that show that a class is registered; a contributor runs them all."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A copy of the repository with the files of all examples, after `make docs`."""
    top = tmp_path_factory.mktemp("clone")
    for name in ("dssdsl", "docs", "examples", "templates", "tests"):
        shutil.copytree(ROOT / name, top / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, top / name)
    for block in BLOCK.finditer(PAGE):
        path = top / block["path"]
        if "EXAMPLES" in block["label"]:
            before, mark, after = path.read_text(encoding="utf-8").partition("EXAMPLES = {")
            path.write_text(f"{before}{mark}\n{block['text']}{after}", encoding="utf-8")
        elif "Add to" in block["label"]:
            path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{block['text']}")
        else:
            assert not path.exists()
            path.write_text(block["text"], encoding="utf-8")
    run(top, sys.executable, "docs/generate.py")
    return top


def run(top: Path, *words: str) -> str:
    done = subprocess.run(
        words,
        cwd=top,
        env={**os.environ, "PYTHONPATH": str(top)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_each_example_takes_three_files_and_a_route_two():
    paths = [block["path"] for block in BLOCK.finditer(PAGE)]

    assert len(paths) == 3 + 3 + 3 + 2
    assert paths.count("docs/examples.py") == 3


def test_the_linters_accept_them(clone):
    run(clone, tool("ruff"), "check", "--quiet", "dssdsl", "tests", "docs")
    run(clone, tool("ruff"), "format", "--quiet", "--check", "dssdsl", "tests")
    run(clone, tool("lint-imports"))


def test_their_tests_pass(clone):
    files = ["resources/test_dashboards.py", "resources/recipes/test_sort.py"]
    pytest_ = (sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:randomly")
    run(clone, *pytest_, "-k", FEW, *(f"tests/{file}" for file in files))
    run(
        clone,
        *pytest_,
        "tests/resources/recipes/test_json_path.py",
        "tests/emulator/test_data_quality.py",
    )


def test_they_are_public_and_documented(clone):
    program = "from dssdsl import Dashboard, SortRecipe; from dssdsl.resources.recipes import prepare; prepare.ExtractFromJSON"
    run(clone, sys.executable, "-c", program)
    for page, name in (("Dashboard", "Dashboard"), ("SortRecipe", "SortRecipe"), ("prepare", "ExtractFromJSON")):  # fmt: skip
        assert f"# {name}" in (clone / f"docs/resources/{page}.md").read_text(encoding="utf-8")
    stub = (clone / "dssdsl" / "__init__.pyi").read_text(encoding="utf-8")
    assert "import Dashboard as Dashboard" in stub
    emulator = (clone / "docs" / "emulator.md").read_text(encoding="utf-8")
    assert "| `/projects/{}/datasets/{}/data-quality/status` |  | GET |  |" in emulator
    pytest_ = (sys.executable, "-m", "pytest", "-q", "-n", "0")
    run(clone, *pytest_, "tests/repository/test_docs.py", "-k", "stale or every_class or [Dashboard] or [SortRecipe]")  # fmt: skip
