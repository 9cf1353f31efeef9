"""Edits as from the UI while a deployment runs: after its plan, and between its read and its write."""

from __future__ import annotations

import re

import pytest

from dssdsl.emulator import Fault
from dssdsl.errors import StepsFailed
from dssdsl.plan.options import Options
from tests.support.world import World, emulator

PROGRAM = """
from dssdsl import *
Project("SALES", name="Sales {n}", naming="any")
raw = FilesystemDataset("raw", connection="filesystem_managed", path="/raw", columns={{"id": "bigint"}}, short_desc="{n}")
out = Dataset("out", connection="filesystem_managed")
PythonRecipe("make", inputs=raw, outputs=out, code="x = {n}")
with FlowZone("Zone", color="#00000{n}"):
    ManagedFolder("folder", short_desc="{n}")
Scenario("NIGHTLY", steps=[Build(out, name="b{n}")])
ProjectVariables(standard={{"mine": {n}}})
ProjectPermissions(grants=[Grant(group="readers", read_project_content={n} > 1, run_scenarios=True)])
LibraryFile("python/lib.py", content="n = {n}")
"""
KINDS = {
    "project SALES": ("params.json", r"PUT .*/SALES/(metadata|settings)$"),
    "dataset raw": ("datasets/raw.json", r"PUT .*/datasets/raw$"),
    "recipe make": ("recipes/make.json", r"PUT .*/recipes/make$"),
    "scenario NIGHTLY": ("scenarios/NIGHTLY.json", r"PUT .*/scenarios/NIGHTLY/?$"),
    "managed folder folder": ("managed_folders/{folder}.json", r"PUT .*/managedfolders/\w+$"),
    "zone Zone": ("zones/{zone}.json", r"PUT .*/flow/zones/\w+$"),
    "variables": ("variables", r""),
    "permissions": ("permissions", r""),
    "library file python/lib.py": ("lib/python/lib.py", r""),
}
VERSIONED = list(KINDS)[:5]


@pytest.fixture(name="world")
def _world(tmp_path):
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(PROGRAM.format(n=1))
        world.up()
        yield world


def path_of(world, label):
    """Where the object lies in the project's folder."""
    entries = world.workspace().snapshots(["SALES"])["SALES"].entries
    names = {"folder": entries["managed_folder/folder"].id, "zone": entries["zone/Zone"].id}
    return KINDS[label][0].format(**names)


def edit(world, label):
    """Save the object as alice would in the UI; no place that the program sets is touched."""
    where = path_of(world, label)
    client = world.workspace().session
    if label == "variables":
        found = client.json("GET", "/projects/SALES/variables")
        client.send("PUT", "/projects/SALES/variables", {**found, "standard": {**found["standard"], "hers": 1}})  # fmt: skip
    elif label == "permissions":
        found = client.json("GET", "/projects/SALES/permissions")
        found["permissions"].append({"group": "hers", "readProjectContent": True})
        client.send("PUT", "/projects/SALES/permissions", found)
    elif label.startswith("library"):
        client.send("POST", "/projects/SALES/libraries/contents/python/lib.py", raw=b"n = 'hers'")
    else:
        world.dss.edit("SALES", where, lambda doc: doc.update(shortDesc="hers", tags=["hers"]), "alice")  # fmt: skip


class Between:
    """Edits as soon as a request comes that matches, before it is carried out."""

    def __init__(self, pattern, act):
        self.pattern, self.act = re.compile(pattern), act

    def search(self, line):
        if self.act is not None and self.pattern.search(line):
            act, self.act = self.act, None
            act()


@pytest.mark.parametrize("label", KINDS)
def test_an_object_saved_after_the_plan_stops_its_step(world, label):
    """
    Whether DSS counts versions of a kind or not; all other steps may go on, and the next run takes both.
    """
    text = PROGRAM.format(n=2)
    # Permissions are a part of the project, whose own step would stop first.
    world.write(text.replace("Sales 2", "Sales 1") if label == "permissions" else text)
    workspace = world.workspace()
    prepared = workspace.prepare()
    assert label in {step.label for step in prepared.plan.steps}
    edit(world, label)

    with pytest.raises(StepsFailed) as failed:
        workspace.run(prepared)

    assert any(
        f"changed {label} in DSS after the plan was made" in e.problem for e in failed.value.each()
    )
    world.up()
    assert not world.preview()


def test_an_unchanged_object_is_written_without_a_remark(world):
    """
    Our own saves, of one object or of what they bring with them, are nobody else's.
    """
    world.write(PROGRAM.format(n=2))
    notes = []

    workspace = world.workspace()
    workspace.run(workspace.prepare(), lambda event: notes.extend(getattr(event, "notes", ())))

    assert not notes


@pytest.mark.parametrize("label", VERSIONED)
def test_a_save_between_read_and_write_is_reported(world, label):
    """
    DSS has no compare-and-swap: the step ends, and says whose change may be lost.
    """
    world.write(PROGRAM.format(n=2))
    match = Between(KINDS[label][1], lambda: edit(world, label))
    world.dss.faults.pending.append(Fault(match, None))
    notes = []

    workspace = world.workspace()
    workspace.run(workspace.prepare(), lambda event: notes.extend(getattr(event, "notes", ())))

    assert match.act is None, "the edit came"
    assert [n for n in notes if "alice saved it while dssdsl wrote it" in n]


def test_a_rename_does_not_hide_an_edit(world):
    """
    DSS saves what names a renamed dataset; what alice saved besides is still seen.
    """
    renamed = PROGRAM.format(n=2).replace('Dataset("out"', 'Dataset("done", renamed_from="out"')
    world.write(renamed)
    workspace = world.workspace()
    prepared = workspace.prepare()
    edit(world, "recipe make")

    with pytest.raises(StepsFailed) as failed:
        workspace.run(prepared)

    assert any("changed recipe make in DSS" in e.problem for e in failed.value.each())
    world.up()
    assert not world.preview()


def test_a_rename_alone_is_no_edit(world):
    """
    What DSS rewrites by itself stops nothing.
    """
    world.write(PROGRAM.format(n=2).replace('Dataset("out"', 'Dataset("done", renamed_from="out"'))

    deployment = world.up()

    assert {"rename", "update"} <= {s.action.value for s in deployment.plan.steps}
    assert not world.preview()


def saved_meanwhile(world, text, label, **options):
    """Deploy *text*; alice saves an object between plan and run. Returns what failed."""
    world.write(text)
    workspace = world.workspace()
    prepared = workspace.prepare(Options(**options))
    edit(world, label)
    with pytest.raises(StepsFailed) as failed:
        workspace.run(prepared)
    return [error.problem for error in failed.value.each()]


def formatted(world):
    """The program with another format, which replaces a dataset."""
    text = PROGRAM.format(n=1).replace('Dataset("out", ', 'Dataset("out", format="CSV_UNIX_GZIP", ')
    world.write(text)
    world.up(replaces=("*",))
    return text.replace("CSV_UNIX_GZIP", "CSV_EXCEL_GZIP")


@pytest.mark.parametrize("label", ["recipe make", "scenario NIGHTLY"])
def test_steps_that_follow_a_replace_are_checked_too(world, label):
    """
    The recipe would be created again, and the scenario saved again.
    """
    text = formatted(world)

    problems = saved_meanwhile(world, text, label, replaces=("*",))

    assert any(f"changed {label} in DSS after the plan was made" in each for each in problems)
    assert "hers" in (world.dss.project_folder("SALES") / path_of(world, label)).read_text()
    world.up(replaces=("*",))
    assert not world.preview()


def test_steps_that_follow_a_replace_are_written_if_nobody_saved_the_object(world):
    """
    DSS itself saves a scenario from which it removes what is replaced.
    """
    world.write(formatted(world))

    world.up(replaces=("*",))

    assert not world.preview()


@pytest.mark.parametrize(
    "label", ["dataset raw", "recipe make", "scenario NIGHTLY", "managed folder folder"]
)
def test_objects_saved_after_the_plan_are_not_deleted(world, label):
    """
    Its owner may have begun to use it; the next plan shows the delete again.
    """
    text = 'from dssdsl import *\nProject("SALES", name="Sales 1", naming="any")\n'
    path = world.dss.project_folder("SALES") / path_of(world, label)

    problems = saved_meanwhile(world, text, label)

    assert any(f"changed {label} in DSS after the plan was made" in each for each in problems)
    assert path.exists()
    world.up()
    assert not world.preview()
