"""Programs that these tests deploy, and what they look at."""

from __future__ import annotations

import json

HEAD = "from dssdsl import *\n"


BASE = (
    HEAD
    + """
Project("SALES", naming="any")
raw = FilesystemDataset("raw", connection="filesystem_managed", path="/raw", columns={"id": "bigint", "day": "string"})
clean = Dataset("clean", connection="filesystem_managed")
per_day = Dataset("per_day", connection="filesystem_managed")
PythonRecipe("make_clean", inputs=raw, outputs=clean, code='import dataiku\\ndf = dataiku.Dataset("raw").get_dataframe()\\n')
GroupingRecipe("count", inputs=clean, outputs=per_day, keys="day", count=True)
Scenario("NIGHTLY", steps=[Build(per_day, name="all")])
"""
)


def told(plan):
    """A plan in short: what is done to what."""
    return [(step.action.value, step.label) for step in plan.steps]


def problems(error):
    """The problems of an error, one by one."""
    return [one.problem for one in error.each()]


def document(world, path):
    """One of DSS's files."""
    return json.loads((world.dss.project_folder("SALES") / path).read_text())


def forget_state(world):
    """Delete the state that lives in the project, and its tags, as somebody might in the UI."""
    session = world.workspace().session
    for number in session.git("SALES").deployments():
        session.git("SALES").delete_deployment(number)
    session.send("DELETE", "/projects/SALES/libraries/contents/.dataiku_framework")
