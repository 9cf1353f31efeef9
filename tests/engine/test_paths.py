"""Files whose paths exclude each other: one is a folder of the other."""

from __future__ import annotations

import pytest

from dssdsl.errors import DssdslError, ProgramErrors
from dssdsl.plan.options import Options

FILE, BELOW, DEEPER = "python/a", "python/a/b.py", "python/a/b/c.py"


def declare(world, *files):
    lines = [f'LibraryFile("{path}", content="{content}"{more})' for path, content, more in files]
    world.write("\n".join(['from dssdsl import *\nProject("LIB")', *lines]))


def library(world):
    return world.dss.project_folder("LIB") / "lib"


@pytest.mark.parametrize("renames", [False, True])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FILE, BELOW),
        (BELOW, FILE),
        (FILE, DEEPER),
        (DEEPER, FILE),
        ("a", "a/b"),
        ("a/b", "a"),
    ],
)
def test_the_delete_comes_before_the_creation(world, before, after, renames):
    """
    An empty folder that is left makes way, and a rename of something else does not block either.
    """
    declare(world, (before, "old", ""), ("python/x.py", "x", ""))
    world.up()
    name, more = ("python/y.py", ', renamed_from="python/x.py"') if renames else ("python/x.py", "")
    declare(world, (after, "new", ""), (name, "x", more))

    world.up()

    assert (library(world) / after).read_text() == "new"
    assert (library(world) / name).read_text() == "x"
    assert not world.preview()


def test_a_rename_below_a_file_waits_for_its_delete(world):
    declare(world, ("a", "1", ""), ("b", "2", ""))
    world.up()
    declare(world, ("a/c", "2", ', renamed_from="b"'))

    world.up()

    assert (library(world) / "a/c").read_text() == "2"
    assert not world.preview()


def test_both_change_places(world):
    """
    Several conflicts at once, in both directions.
    """
    declare(world, ("a", "1", ""), ("b/c", "2", ""), ("b/d/e", "3", ""))
    world.up()
    declare(world, ("a/c", "4", ""), ("a/d/e", "5", ""), ("b", "6", ""))

    world.up()

    assert (library(world) / "b").read_text() == "6"
    assert (library(world) / "a/d/e").read_text() == "5"
    assert not world.preview()


def test_a_file_does_not_replace_a_folder_with_files_of_others(world):
    declare(world, ("a/b", "1", ""))
    world.up()
    session = world.workspace().session
    session.send("POST", "/projects/LIB/libraries/contents/a/hers", raw=b"hers")
    declare(world, ("a", "1", ""))

    with pytest.raises(DssdslError, match="a folder a, with a/hers"):
        world.workspace().up(Options())

    assert (library(world) / "a/hers").read_text() == "hers"


def test_a_program_cannot_declare_both(world):
    declare(world, ("a", "1", ""), ("a/b", "2", ""))

    with pytest.raises(ProgramErrors, match='"a" is a library file of the program'):
        world.preview()
