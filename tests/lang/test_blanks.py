"""No class takes an empty name or a number out of range: every field of every class is tried, by being declared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

import dssdsl
from dssdsl.frontends.yaml.takes import Takes, takes, takes_any
from dssdsl.lang.constrained import Whole
from dssdsl.lang.fields import Blank, resets_to
from dssdsl.lang.model import Model
from dssdsl.lang.program import Program
from dssdsl.resources import load_all


def classes(base: type[Any] = Model) -> Iterator[type[Any]]:
    load_all()
    for name in dssdsl.__all__:
        getattr(dssdsl, name)
    for cls in base.__subclasses__():
        if cls.__module__.startswith("dssdsl."):
            if not cls.__name__.startswith(("Any", "_")) and not inspect.isabstract(cls):
                yield cls
            yield from classes(cls)


CLASSES = tuple(dict.fromkeys(classes()))


def each(fits: Callable[[Any, Takes], object]) -> pytest.MarkDecorator:
    """Run a test for each field that *fits*: its facts, and what it takes."""
    found = [
        pytest.param(cls, name, cls.model_fields[attribute], id=f"{cls.__name__}.{name}")
        for cls in CLASSES
        for name, attribute in cls.public_names().items()
        if fits(cls.model_fields[attribute], takes(cls, attribute))
    ]
    assert found
    return pytest.mark.parametrize(("cls", "name", "info"), found)


def is_whole(info: Any, _: Takes) -> bool:
    """Whether a field takes whole numbers, of those some; any number will do where fractions do."""
    members = [info.annotation, *get_args(info.annotation)]
    members += [inner for one in members for inner in get_args(one)]
    signed = Whole in members or get_args(Whole)[1] in info.metadata
    return int in members and float not in members and not signed


def refused(cls: Any, name: str, value: Any) -> bool:
    """Whether a class reports *value* as wrong in the field *name*."""
    program = Program()
    with program.active():
        cls(**{name: value})
    return any(getattr(error, "field", None) == name for error in program.errors)


def may_be_nothing(info: Any) -> bool:
    return Blank.EMPTY in info.metadata or Blank.NO_ITEMS in info.metadata


def accepts_nothing(info: Any) -> bool:
    """Whether an empty text is a value of the field, by its declaration."""
    resets = [fact.value for fact in info.metadata if isinstance(fact, resets_to)]
    return info.default == "" or "" in resets or Blank.EMPTY in info.metadata


def test_every_public_class_is_tried():
    public = {getattr(dssdsl, name) for name in dssdsl.__all__ if not name.startswith("Any")}

    assert {cls for cls in public if isinstance(cls, type) and issubclass(cls, Model)} <= set(
        CLASSES
    )


@each(lambda info, what: what.text)
def test_an_empty_text_is_refused(cls, name, info):
    assert refused(cls, name, "") != accepts_nothing(info)
    if not accepts_nothing(info) and Blank.SPACES not in info.metadata:
        assert refused(cls, name, "  ")


@each(lambda info, what: what.items and takes_any(what.items).text)
def test_an_empty_text_in_a_list_is_refused(cls, name, info):
    assert refused(cls, name, [""]) != accepts_nothing(info)


@each(lambda info, what: what.values)
def test_an_empty_name_in_a_mapping_is_refused(cls, name, info):
    values = takes_any(takes(cls, cls.public_names()[name]).values)

    assert refused(cls, name, {"": "string" if values.text else 1}) != accepts_nothing(info)


@each(lambda info, what: what.items and info.is_required())
def test_a_required_list_has_items(cls, name, info):
    assert refused(cls, name, []) != may_be_nothing(info)


@each(lambda info, what: what.values and info.is_required())
def test_a_required_mapping_has_entries(cls, name, info):
    assert refused(cls, name, {}) != may_be_nothing(info)


@each(is_whole)
def test_a_whole_number_has_a_range(cls, name, info):
    assert refused(cls, name, -2)  # -1 is DSS's word for none


@pytest.mark.parametrize("cls", [c for c in CLASSES if "timezone" in c.public_names()])
def test_a_time_zone_exists(cls):
    name = "timezone"
    assert refused(cls, name, "Europe/Pariss")
    assert refused(cls, name, "UTC+1")
    assert not refused(cls, name, "Europe/Paris")
    assert not refused(cls, name, "UTC")


def test_a_mapping_of_anything_keeps_empty_values():
    program = Program()
    with program.active():
        dssdsl.Project("SALES")
        dssdsl.ProjectVariables(standard={"prefix": ""})
        dssdsl.Step("clear_items", params={"label": ""})
    assert not program.errors
