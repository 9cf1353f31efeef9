"""Programs of several projects."""

from __future__ import annotations

import json

from .programs import HEAD, told


def test_a_program_of_several_projects(world):
    """
    Objects of one project are used in another by their project's key; each project has its own state.
    """
    world.write(
        HEAD
        + """
core = Project("CORE", naming="any")
orders = Dataset("orders", connection="filesystem_managed")
with Project("REPORTS", naming="any"):
    PythonRecipe("report", inputs=[orders, "CORE.orders2"], outputs=Dataset("out", connection="filesystem_managed"), code="x = 1\\n")
    Scenario("S", steps=[Build(orders)])
Dataset("orders2", connection="filesystem_managed")
"""
    )
    world.up()

    recipe = json.loads((world.dss.project_folder("REPORTS") / "recipes/report.json").read_text())
    scenario = json.loads((world.dss.project_folder("REPORTS") / "scenarios/S.json").read_text())
    assert ["CORE.orders", "CORE.orders2"] == [
        item["ref"] for item in recipe["inputs"]["main"]["items"]
    ]
    assert "CORE" == scenario["params"]["steps"][0]["params"]["builds"][0]["projectKey"]
    assert not world.preview()
    world.destroy()
    assert [] == world.dss.projects()


def test_a_project_that_the_program_drops_is_listed(world):
    """
    A project that was declared in an earlier deployment is known from the state of the others.
    """
    two = HEAD + 'Project("CORE")\nProject("OLD")\nDataset("A", connection="filesystem_managed")\n'
    world.write(two)
    world.up()
    world.write(two.replace('Project("OLD")\n', ""))

    plan = world.preview(delete_projects=True)
    world.up(delete_projects=True)

    assert [("delete", "project OLD")] == told(plan)
    assert ["CORE"] == world.dss.projects()
    assert not world.preview()


def test_a_suffix_separates_stacks(world, tmp_path):
    """
    A stack's suffix goes to every key, also where a string names a declared project.
    """
    (tmp_path / "dssdsl.toml").write_text(
        '[stacks.local]\nemulator = true\nproject_key_suffix = "_DEV"\n'
    )
    world.write(HEAD + 'p = Project("SALES", naming="any")\nDataset("a", connection="filesystem_managed")\n'
                'SyncRecipe("s", inputs="SALES.a", outputs=Dataset("b", connection="filesystem_managed"))\nexport("key", p.key)\n')  # fmt: skip

    deployment = world.up()

    assert {"key": "SALES_DEV"} == deployment.outputs
    assert ["SALES_DEV"] == world.dss.projects()
    assert not world.preview()
