"""The facts of kinds, and the tables that are made of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dssdsl.lang import kinds
from dssdsl.lang.declared import KINDS
from dssdsl.lang.program import Program
from dssdsl.resources import load_all
from dssdsl.resources.datasets.managed import Dataset
from dssdsl.resources.projects import Project

load_all()
OURS = [cls for cls in KINDS.values() if cls.__module__.startswith("dssdsl.")]


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)
def test_classes_of_a_kind_have_the_same_facts(cls):
    facts = kinds.facts(cls.kind)

    assert {f: getattr(cls, f) for f in kinds.NAMES} == {f: getattr(facts, f) for f in kinds.NAMES}


def test_every_kind_has_a_section_and_a_family():
    kinds_ = {cls.kind for cls in OURS}

    assert kinds_ <= set(kinds.table("section"))
    assert kinds_ <= set(kinds.table("family"))


def test_the_tables():
    assert kinds.where("holds_data") == ("managed_folder", "dataset")
    assert kinds.flow_items() == (
        "dataset",
        "managed_folder",
        "saved_model",
        "evaluation_store",
    )
    assert kinds.where("id_is_made_up") == (
        "zone",
        "managed_folder",
        "saved_model",
        "evaluation_store",
    )
    assert kinds.where("always_there") == ("variables", "permissions")
    assert kinds.one_per_project() == ("project", "variables", "permissions")
    assert kinds.of_plain_names() == "dataset"
    assert kinds.where("referred_by_name") == ("dataset", "recipe")
    assert kinds.where("goes_with_inputs") == ("recipe",)
    assert kinds.where("holds_members") == ("zone",)
    assert {kind for kind in kinds.known() if not kinds.facts(kind).contained} == {"project"}


def test_kinds_of_zone_members_have_a_name_in_dss():
    """
    A zone lists its members by DSS's own names of kinds.
    """
    assert {*kinds.where("flow_item"), "recipe"} <= set(kinds.table("object_type"))


def test_a_state_calls_several_of_a_kind_as_it_always_did():
    assert [kinds.plural(kind) for kind in ("dataset", "library_file", "variables", "project")] == [
        "datasets",
        "library",
        "variables",
        "projects",
    ]
    assert kinds.plural("hologram") == "holograms"


def test_facts_load_no_more_than_they_need():
    """
    The facts of datasets are known without the classes that programs declare them with.
    """
    code = (
        "import sys; from dssdsl.lang import kinds; kinds.where('holds_data');"
        "print(*sorted(m for m in sys.modules if m.startswith('dssdsl.resources.') and m.count('.') > 2))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "dssdsl.resources.datasets.base" in found
    assert "dssdsl.resources.datasets.sql" not in found
    assert "dssdsl.resources.scenarios.steps" not in found


def test_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError, match="hologram"):
        kinds.facts("hologram")


def test_the_shape_of_a_kind_follows_the_loaded_classes():
    """
    A shape that was asked for early does not hide what classes add that are loaded later.
    """
    code = """
from dssdsl.lang import kinds
from dssdsl.resources import load, load_all

load(["recipe"])
early = kinds.shape("recipe", "grouping")
load_all()
assert kinds.shape("recipe", "grouping") != early
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_class_of_a_program_is_gone_with_the_program(tmp_path):
    """
    A subclass that a program declares is unknown to the next program of the process.
    """
    before = set(KINDS)
    program = Program(folder=tmp_path, position="project.py")
    with program.active():

        class Mine(Dataset):
            """A dataset of one program."""

        Project("P", naming="any")
        made = Mine("a", connection="warehouse")

    assert made.kind == "dataset"
    assert set(KINDS) == before
