"""What DSS holds is read again where its version does not tell that it changed."""

from __future__ import annotations

import pytest

from dssdsl.errors import DssdslError
from dssdsl.plan.changes import DRIFT

PROGRAM = """
from dssdsl import *

Project("SALES", naming="any")
a = Dataset("A", connection="filesystem_managed")
b = Dataset("B", connection="filesystem_managed")
PythonRecipe("r", inputs=a, outputs=b, code="print('first')\\n")
"""


def test_a_reverted_commit_is_seen_by_a_refresh(world):
    """
    DSS keeps versions beside Git: a revert restores the code, and not the number.
    """
    world.write(PROGRAM)
    world.up()
    world.write(PROGRAM.replace("first", "second"))
    world.up()
    session = world.workspace().session
    git = session.client.get_project("SALES").get_project_git()
    saved = next(e for e in git.log()["entries"] if e["message"].startswith("Saved recipe"))
    git.revert_commit(saved["commitId"])

    plan = world.preview(refresh=True)

    assert [("recipe r", "code")] == [(s.label, c.field) for s in plan.steps for c in s.changes]
    assert world.workspace().drift().steps == plan.only(DRIFT).steps
    world.up(refresh=True)
    assert "second" in session.json("GET", "/projects/SALES/recipes/r")["payload"]
    assert not world.preview(refresh=True)


def test_an_object_that_was_created_again_is_read(world, dss):
    """
    It has the version that was recorded, and another time of creation.
    """
    world.write(PROGRAM)
    world.up()
    session = world.workspace().session
    recipe = session.json("GET", "/projects/SALES/recipes/r")["recipe"]
    session.send("DELETE", "/projects/SALES/recipes/r")
    prototype = {"name": "r", "type": "python", "inputs": recipe["inputs"], "outputs": recipe["outputs"], "projectKey": "SALES"}  # fmt: skip
    settings = {"rawCreation": True, "rawPayload": "print('theirs')\n"}
    session.json("POST", "/projects/SALES/recipes/", {"recipePrototype": prototype, "creationSettings": settings})  # fmt: skip

    with pytest.raises(DssdslError, match="another object of its name"):
        world.preview()


def test_an_unset_secret_is_needed_only_by_the_step_that_writes_it(world, dss, monkeypatch):
    """
    `preview` works without it; `up` refuses before its first write, with the line.
    """
    text = PROGRAM + 'ProjectVariables(local={"key": Secret.env("NIGHTLY_KEY"), "n": 1})\n'
    world.write(text)
    monkeypatch.delenv("NIGHTLY_KEY", raising=False)

    assert world.preview()
    with pytest.raises(DssdslError) as refused:
        world.up()
    assert 'needs the environment variable "NIGHTLY_KEY"' in str(refused.value)
    assert "project.py:8" in str(refused.value)
    assert not dss.writes()

    monkeypatch.setenv("NIGHTLY_KEY", "abc")
    world.up()
    monkeypatch.delenv("NIGHTLY_KEY")
    world.write(text.replace('"n": 1', '"n": 2'))
    world.up()
    held = world.workspace().session.json("GET", "/projects/SALES/variables/")["local"]
    assert {"key": "abc", "n": 2} == held


@pytest.mark.parametrize(
    "line",
    [
        "f\"login({Secret.env('K')})\"",
        '"x" + Secret.env("K")',
        'Secret.env("K") + "x"',
        'str(Secret.env("K"))',
        '"%s" % Secret.env("K")',
        '"{}".format(Secret.env("K"))',
    ],
)
def test_a_secret_in_a_text_is_an_error_with_its_line(world, line):
    """
    The text would be deployed as `[secret]`, or readable.
    """
    world.write(PROGRAM + f"code = {line}\nScenario('S', steps=[ExecutePython(code)])\n")

    with pytest.raises(DssdslError) as refused:
        world.preview()

    assert 'the secret "K" cannot be put into a text' in str(refused.value)
    assert "project.py:8" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        'repr(Secret.env("K"))',
        "f\"{Secret.env('K')!r}\"",
        '"%r" % Secret.env("K")',
        "f\"{[Secret.env('K')]}\"",
        'str({"a": (Secret.env("K"),)})',
        '__import__("html").escape(repr([Secret.env("K")]))',
    ],
)
def test_the_repr_of_a_secret_is_an_error_with_the_line_of_its_resource(world, text):
    """
    A container shows its items by their repr, which cannot raise: a debugger shows it too.
    """
    world.write(PROGRAM + f"code = {text}\nScenario('S', steps=[ExecutePython(code)])\n")

    with pytest.raises(DssdslError) as refused:
        world.preview()

    assert 'the secret "K" cannot be put into a text' in str(refused.value)
    assert "project.py:9" in str(refused.value)


@pytest.mark.parametrize(
    "line",
    [
        'Dataset("X", connection="filesystem_managed", short_desc=TEXT)',
        'Dataset("X", connection="filesystem_managed", raw={"customFields": {TEXT: "a"}})',
        'Dataset("X", connection="filesystem_managed", raw={"params.path": TEXT})',
        'ProjectVariables(standard={"a": ["b", {"c": TEXT}]})',
        'LibraryFile("python/x.py", content=TEXT)',
        'export("x", TEXT)',
    ],
)
def test_a_secret_in_a_text_is_found_in_every_place(world, line):
    """
    The repr of a secret is an error in a field, in a name, in `raw` and in an output.
    """
    world.write(PROGRAM + "TEXT = str([Secret.env('K')])\n" + line + "\n")

    with pytest.raises(DssdslError) as refused:
        world.preview()

    assert 'the secret "K" cannot be put into a text' in str(refused.value)


def test_exclusive_takes_away_what_others_added_and_nothing_inside_it(world):
    """
    A group's other permissions are no difference: only entries are the program's alone.
    """
    text = PROGRAM + 'ProjectPermissions(grants=[Grant(group="x", run_scenarios=True)], exclusive=["grants"])\n'  # fmt: skip
    world.write(text)
    world.up()
    session, path = world.workspace().session, "/projects/SALES/permissions"
    now = session.json("GET", path)
    now["permissions"][0]["readDashboards"] = True
    session.send("PUT", path, now)

    assert not world.preview()
    session.send("PUT", path, now | {"permissions": [*now["permissions"], {"group": "y"}]})
    (step,) = world.preview().steps
    assert [("/permissions/[]", ["+y", "x"], ["x"])] == [(c.pointer, c.old, c.new) for c in step.changes]  # fmt: skip
