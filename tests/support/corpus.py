"""
Projects and programs that tests read.

The exports of real projects are not part of this repository. Tests that read them skip where they are missing.
"""

from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("DSSDSL_CORPUS") or TESTS.parents[1] / "shared" / "corpus")
"""Exports of real projects, a folder each."""
PROGRAMS = TESTS / "fixtures" / "programs"
"""Six programs that use most of the language, and `mistakes.py`, with an error in nearly every line."""
CLINIC = TESTS / "fixtures" / "clinic"
"""A project as DSS exports it, built in the UI."""
