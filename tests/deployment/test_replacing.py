"""Resources that are deleted and created again."""

from __future__ import annotations

import pytest

from dssdsl.errors import ProgramErrors

from .programs import BASE, problems, told


def test_the_recipes_of_a_replaced_dataset_are_created_again(world):
    """
    DSS deletes the recipes of a dataset that is deleted, so they are made again; what refers to it is set again.
    """
    text = BASE.replace(
        'Dataset("clean", connection="filesystem_managed"',
        'Dataset("clean", connection="filesystem_managed", format="FORMAT"',
    )
    world.write(text.replace("FORMAT", "CSV_UNIX_GZIP"))
    world.up()
    world.write(text.replace("FORMAT", "CSV_EXCEL_GZIP"))

    with pytest.raises(ProgramErrors) as refused:
        world.preview()
    plan = world.preview(replaces=("clean",))
    world.up(replaces=("clean",))

    assert "pass --replace clean" in next(refused.value.each()).fix
    assert {
        ("replace", "dataset clean"),
        ("replace", "recipe make_clean"),
        ("replace", "recipe count"),
    } == set(told(plan))
    assert not world.preview()


def test_a_replace_that_would_delete_other_peoples_recipes_is_refused(world):
    """
    A recipe that nobody here manages would be lost with the dataset.
    """
    text = BASE.replace(
        'Dataset("clean", connection="filesystem_managed"',
        'Dataset("clean", connection="filesystem_managed", format="FORMAT"',
    )
    world.write(text.replace("FORMAT", "CSV_UNIX_GZIP"))
    world.up()
    theirs = {
        "type": "python",
        "name": "theirs",
        "projectKey": "SALES",
        "inputs": {"main": {"items": [{"ref": "clean"}]}},
        "outputs": {},
    }
    session = world.workspace().session
    session.json(
        "POST",
        "/projects/SALES/recipes/",
        {"recipePrototype": theirs, "creationSettings": {"rawCreation": True}},
    )
    world.write(text.replace("FORMAT", "CSV_EXCEL_GZIP"))

    with pytest.raises(ProgramErrors) as refused:
        world.preview(replaces=("clean",))

    assert any("DSS would delete recipe theirs with it" in p for p in problems(refused.value))
