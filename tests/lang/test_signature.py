"""What notebooks, help() and inspect show of the classes that a program uses."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys

import pytest

import dssdsl
from dssdsl.lang.model import Model, Options
from dssdsl.lang.resource import Resource
from dssdsl.lang.signature import field_doc, ordered, own_doc

CLASSES = [
    c
    for space in (dssdsl, dssdsl.prepare)
    for name in space.__all__
    if inspect.isclass(c := getattr(space, name)) and issubclass(c, Model)
]
SCREEN = 45
"""Lines of a docstring that fit on a screen."""


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_class_shows_its_fields(cls):
    """
    Every field is an argument, positional ones first, the options of every resource last.
    """
    parameters = inspect.signature(cls).parameters

    assert set(parameters) == set(cls.public_names())
    assert [n for n, p in parameters.items() if p.kind is not p.KEYWORD_ONLY] == list(
        cls.positional()
    )
    if issubclass(cls, Resource):
        assert tuple(parameters)[-len(Options) :] == Options


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_docstring_fits_on_a_screen(cls):
    text = inspect.getdoc(cls)

    assert text.startswith(own_doc(cls))
    assert len(text.splitlines()) <= SCREEN
    assert all(f"    {name}: " in text for name in ordered(cls) if name not in cls._options)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_field_has_a_docstring(cls):
    assert [n for n, a in cls.public_names().items() if not field_doc(cls, a)] == []


def test_the_signature_reads_as_a_program_does():
    assert str(inspect.signature(dssdsl.Desc)) == "(column: str)"
    assert str(inspect.signature(dssdsl.Weekly)).startswith(
        "(days: 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Sunday' | list["
    )
    assert str(inspect.signature(dssdsl.JoinRecipe)).startswith(
        "(name: str, *, inputs: list[FlowItem | str | JoinInput | RecipeInput], outputs: "
    )
    assert "joins: Join | list[Join], " in str(inspect.signature(dssdsl.JoinRecipe))
    assert "conditions_mode: 'AND' | 'OR' | 'NATURAL' | 'CUSTOM' = 'AND'" in str(
        inspect.signature(dssdsl.Join)
    )


def test_it_stays_when_the_class_is_used():
    """
    pydantic builds a class when it is first called, and writes a signature of its own then.
    """
    before = inspect.signature(dssdsl.Desc)
    dssdsl.Desc("day")

    assert inspect.signature(dssdsl.Desc) == before


def test_help_begins_with_the_constructor():
    text = pydoc.render_doc(dssdsl.SyncRecipe, renderer=pydoc.plaintext)

    assert "SyncRecipe(name: str, *, inputs: " in text
    assert "outputs: The outputs: one, a list, or" in text


def test_importing_computes_none_of_it():
    code = (
        "import sys, dssdsl; dssdsl.Dataset, dssdsl.Scenario;"
        "print('dssdsl.lang.signature' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
