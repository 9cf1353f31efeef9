"""How many requests things take: with DSS at 20 ms each, that is how long they take."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.world import World, emulator

SIZE = 1000
HEAD = """
from dssdsl import Agg, Dataset, GroupingRecipe, Project, PythonRecipe, SQLDataset

Project("BIG", name="Big")
COLUMNS = {"id": "bigint", "day": "date", "amount": "double"}
"""
PAIRS = """
for n in range(%d):
    out = SQLDataset(f"OUT_{n}", connection="warehouse", table=f"T{n}", columns=COLUMNS)
    PythonRecipe(f"make_{n}", inputs="OUT_0" if n else (), outputs=out, code=f"# {n %s}")
"""
READ = [
    "GET /projects",
    "GET /projects/BIG/libraries/contents",
    "GET /projects/BIG/libraries/contents/.dataiku_framework/state.json",
    "GET /projects/BIG/datasets",
    "GET /projects/BIG/recipes",
    "GET /connections/get-names",
    "GET /projects/BIG/git/tags",
]
"""What any plan takes, however many resources there are."""
TAGS = "/projects/BIG/git/tags"
LOCKED = [
    f"GET {TAGS}",
    f"POST {TAGS}",
    f"GET {TAGS}",
    "GET /projects/BIG/settings",
    "GET /projects/BIG/libraries/contents",
    "GET /projects/BIG/libraries/contents/.dataiku_framework/state.json",
]
"""What it takes to lock a project, and to see that nobody deployed it since the plan was made."""
BEGUN = [
    "GET /projects/BIG/libraries/contents/.dataiku_framework/state.json",
    "POST /projects/BIG/libraries/contents/.dataiku_framework/state.json",
]
"""What it takes to record that an operation begins, so that any machine can finish it."""
CHECKED = [f"GET {TAGS}"]
"""What it takes to see that the lock still holds, right before the first write."""
UNLOCKED = [f"GET {TAGS}", "POST /projects/BIG/git/actions/deleteTag"]
STORED = [
    "GET /projects",
    f"GET {TAGS}",
    "GET /projects/BIG/git/actions/log",
    f"GET {TAGS}",  # is the lock still held?
    "GET /projects/BIG/settings",
    "GET /projects/BIG/libraries/contents/.dataiku_framework/state.json",
    "GET /projects/BIG/libraries/contents/.dataiku_framework/history/base-1.json",
    "POST /projects/BIG/libraries/contents/.dataiku_framework/history/%d.json",
    "GET /projects/BIG/libraries/contents/.dataiku_framework/state.json",
    "POST /projects/BIG/libraries/contents/.dataiku_framework/state.json",
    "POST /projects/BIG/git/tags",
]
"""What it takes to store a snapshot, and to name the deployment."""


def asked(world: World) -> list[str]:
    """The requests since the last look."""
    found = [f"{each.method} {each.path}" for each in world.dss.requests]
    world.dss.clear_requests()
    return found


@pytest.fixture(scope="module")
def big(tmp_path_factory):
    """A thousand datasets and a thousand recipes, deployed."""
    with emulator() as dss, pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)  # nobody pulls the plug here
        world = World(tmp_path_factory.mktemp("big"), dss)
        world.write(HEAD + PAIRS % (SIZE, ""))
        world.up()
        yield world


def test_up_without_a_change(big):
    """
    A no-op deployment reads a list of each kind, and writes nothing.
    """
    asked(big)

    deployment = big.up()

    assert (deployment.result, deployment.plan.unchanged) == (None, 2 * SIZE + 1)
    assert Counter(READ) == Counter(asked(big))


def test_preview_without_a_change(big):
    """
    A preview asks for the same, and a plan that finds nothing is not planned twice.
    """
    asked(big)

    assert not big.preview()

    assert Counter(READ) == Counter(asked(big))


def test_one_edited_recipe_among_many(big):
    """
    One read right before the write, the write, and one read-back; beside them only lists and state.
    """
    asked(big)
    big.write(HEAD + PAIRS % (SIZE, "if n != 7 else 'seven'"))

    deployment = big.up()

    assert [step.key for step in deployment.plan.steps] == ["BIG/recipe/make_7"]
    found = asked(big)
    recipe = "/projects/BIG/recipes/make_7"
    writes = [f"GET {recipe}", *CHECKED, f"PUT {recipe}", f"GET {recipe}"]
    stored = [r.replace("%d", str(deployment.serial)) for r in STORED]
    assert Counter(READ) == Counter(found[: len(READ)])
    assert [*LOCKED, *BEGUN, *writes, *stored, *UNLOCKED] == found[len(READ) :]


def test_one_object_that_somebody_touched(big):
    """
    A touched recipe is fetched, and only that one.
    """
    big.up()
    big.dss.edit("BIG", "recipes/make_8.json", lambda document: document.update(shortDesc="mine"))
    asked(big)

    assert not big.preview()

    assert Counter([*READ, "GET /projects/BIG/recipes/make_8"]) == Counter(asked(big))
    # Once dssdsl has saved it again, its version is recorded, and other tests need not read it.
    for edit in ("if n != 8 else 'eight'", ""):
        big.write(HEAD + PAIRS % (SIZE, edit))
        big.up()


CREATED = {
    "SQLDataset('D', connection='warehouse', table='T', columns=COLUMNS)": [
        "POST /projects/BIG/datasets",
        "GET /projects/BIG/datasets/D",
    ],
    "Dataset('D', connection='filesystem_managed')": [
        "POST /projects/BIG/datasets/managed",
        "GET /projects/BIG/datasets/D",
    ],
    "Dataset('D', connection='filesystem_managed', columns=COLUMNS)": [
        "POST /projects/BIG/datasets/managed",
        "GET /projects/BIG/datasets/D",
        "PUT /projects/BIG/datasets/D",  # DSS takes no columns at creation
        "GET /projects/BIG/datasets/D",
    ],
    "PythonRecipe('R', outputs=OTHER, code='pass')": [
        "POST /projects/BIG/recipes",
        "GET /projects/BIG/recipes/R",
    ],
    "GroupingRecipe('R', inputs=OTHER, outputs=OUT, keys='day', aggregations=[Agg('amount', sum=True)])": [
        "POST /projects/BIG/recipes",
        "GET /projects/BIG/recipes/R",
    ],
}


@pytest.mark.parametrize("declared", CREATED)
def test_creating_one(declared, tmp_path: Path):
    """
    A creation is one write and one read-back, unless DSS takes no more than a name at creation.
    """
    others = """
OTHER = SQLDataset('OTHER', connection='warehouse', table='O', columns=COLUMNS)
OUT = SQLDataset('OUT', connection='warehouse', table='U', columns=COLUMNS)
"""
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(HEAD + others)
        world.up()
        world.write(HEAD + others + declared)
        asked(world)

        world.up()

        found = [
            r for r in asked(world) if re.search("/(datasets|recipes)(/|$)", r) and r not in READ
        ]
        assert CREATED[declared] == found


def test_deleting_a_project(tmp_path: Path):
    """
    What is in a project goes with it, in one request.
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(HEAD + PAIRS % (20, ""))
        world.up()
        asked(world)

        world.destroy()

        lock = f"POST {TAGS}"
        assert [lock, BEGUN[1], "DELETE /projects/BIG"] == [
            r for r in asked(world) if r[:4] != "GET "
        ]


def test_after_a_member_leaves_a_zone_the_next_plan_is_empty(tmp_path):
    """
    DSS takes what is deleted out of its zone by itself, and the state says so at once.
    """
    text = """
    from dssdsl import Dataset, FlowZone, Project
    Project("BIG")
    with FlowZone("Sales"):
        for name in {names}:
            Dataset(name, connection="filesystem_managed")
    """
    with emulator() as dss:
        world = World(tmp_path, dss)
        world.write(text.format(names=["STAYS", "GOES"]))
        world.up()
        world.write(text.format(names=["STAYS"]))
        assert [s.label for s in world.up().plan.steps] == ["dataset GOES"]
        dss.clear_requests()
        world.up()

        assert not dss.writes()
