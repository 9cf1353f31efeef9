"""The page that says how much of real projects has a class; `--update-golden` writes it."""

from __future__ import annotations

import pytest

from tests.support.corpus import CORPUS
from tests.support.reach import PAGE, page

PROJECTS = (
    sorted(p for p in CORPUS.iterdir() if (p / "params.json").exists()) if CORPUS.is_dir() else []
)


@pytest.mark.skipif(not PROJECTS, reason="needs exports of real projects: set DSSDSL_CORPUS")
def test_the_page_says_what_has_a_class(pytestconfig):
    """
    The numbers of the page are those of the projects.
    """
    text = page(PROJECTS)
    if pytestconfig.getoption("--update-golden"):
        PAGE.write_text(text, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == text
