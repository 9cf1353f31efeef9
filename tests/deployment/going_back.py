"""Programs that these tests deploy one after the other, and what DSS holds after each."""

from __future__ import annotations

from dssdsl.engine.snapshots import named
from dssdsl.lang import kinds
from dssdsl.lang.canonical import view
from dssdsl.lang.provider import PROVIDERS

HEAD = "from dssdsl import *\n"


ONE = """
Project("SALES", name="Sales", tags=["a"])
raw = SQLDataset("RAW", connection="warehouse", table="t")
files = ManagedFolder("exports")
with FlowZone("Work"):
    clean = Dataset("CLEAN", connection="filesystem_managed", tags=["x", "y"])
    PythonRecipe("make", inputs=[raw, files], outputs=clean, code="print(1)\\n")
Scenario("NIGHTLY", steps=[Build(clean)], triggers=[Daily("02:00")])
LibraryFile("python/a.py", content="A = 1\\n")
"""


TWO = """
Project("SALES", name="Sales 2", tags=["b"])
raw = SQLDataset("RAW_2", connection="warehouse", table="t", renamed_from="RAW")
with FlowZone("Other"):
    clean = Dataset("CLEAN", connection="filesystem_managed", description="d")
    PythonRecipe("make", inputs=raw, outputs=clean, code="print(2)\\n")
ProjectVariables(standard={"a": 1})
"""


THREE = 'Project("SALES", name="Sales 3")\n'


PAIR = """
Project("SALES")
Dataset("A", connection="filesystem_managed", tags=["%s"])
with Project("OTHER"):
    out = ManagedFolder("out")
    Dataset("B", connection="filesystem_managed", tags=["%s"])
"""


def deployed(world, *programs):
    """Deploy programs, one after the other."""
    for text in programs:
        world.write(HEAD + text)
        world.up()


def told(plan):
    """A plan in short: what is done to what."""
    return {(step.action.value, step.label) for step in plan.steps}


def problems(error):
    """The problems of an error, one by one."""
    return [one.problem for one in error.value.each()]


def held(world):
    """DSS's values in all managed places, with names for generated ids."""
    workspace = world.workspace()
    out = {}
    for project, snapshot in workspace.snapshots(["SALES"]).items():
        plain = named(snapshot)
        for rest, entry in snapshot.entries.items():
            kind = rest.partition("/")[0]
            live = PROVIDERS[kind].read(workspace.session, project, entry.id)
            shape = kinds.shape(kind, kinds.wire_of(entry.recorded))
            out[project, rest] = view(plain(live.document), plain(entry.recorded), shape)
    return out
