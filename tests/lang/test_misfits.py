"""A value of another type is an error of the program, with its line: in every field of every class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from dssdsl import (
    Dataset,
    Mail,
    Project,
    ProjectVariables,
    PythonRecipe,
    RecipeInput,
    Reporter,
    Scenario,
    SendMessage,
    UploadedFilesDataset,
)
from dssdsl.lang import checks, graph
from dssdsl.lang.model import Model
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Part, Resource
from tests.laws.test_everything import contracts
from tests.support.everything import everything, prepare

from .test_blanks import CLASSES

VALUES = ("x", 1, ["x"], {"a": 1}, [{"a": 1}], [["x"]])
Made = dict[Model, tuple[tuple[Any, ...], dict[str, Any]]]


def settle(program: Program) -> None:
    """Check a program as a whole; anything but a ProgramError is raised."""
    checks.check(program, graph.build(program))


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory) -> Made:
    """The arguments of each value in a program that declares every class, and in the contracts."""
    found: Made = {}
    first = Model.__init__

    def noting(self: Model, *args: Any, **fields: Any) -> None:
        found[self] = args, dict(fields)
        first(self, *args, **fields)

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(prepare(tmp_path_factory.mktemp("made")))
        patch.setattr(Model, "__init__", noting)
        with Program().active():
            everything()
        for contract in (each() for each in contracts() if each.cls is not Project):
            with Program().active(), Project("SALES", naming="any"):
                contract.around()
                contract.make(contract.full())
    return found


def parts(value: Any, made: Made) -> Iterator[Part]:
    """The parts in an argument, and those in their arguments."""
    if isinstance(value, Part) and value in made:
        yield value
        args, fields = made[value]
        yield from parts([*args, *fields.values()], made)
    elif isinstance(value, (list, tuple, Mapping)):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from parts(each, made)


def again(value: Any, made: Made, wrong: Model, name: str, given: Any) -> Any:
    """Declare a value once more, with another value in one field of *wrong*, which is the value or a part of it."""

    def copied(each: Any) -> Any:
        if isinstance(each, Mapping):
            return {key: copied(inner) for key, inner in each.items()}
        if isinstance(each, (list, tuple)):
            return [copied(inner) for inner in each]
        return again(each, made, wrong, name, given) if isinstance(each, Part) else each

    if value not in made:
        return value
    args, fields = made[value]
    fields = {**dict(zip(type(value).positional(), args, strict=False)), **fields}
    fields = {key: copied(each) for key, each in fields.items()}
    return type(value)(**{**fields, name: given} if value is wrong else fields)


def holders(made: Made) -> dict[type[Model], tuple[Resource, Model]]:
    """For each class a resource that is one of it, or has one among its parts."""
    found: dict[type[Model], tuple[Resource, Model]] = {}
    for resource, (args, fields) in made.items():
        if isinstance(resource, Resource):
            for each in (resource, *parts([*args, *fields.values()], made)):
                found.setdefault(type(each), (resource, each))
    return found


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_value_of_another_type_is_an_error_of_the_program(cls, made, tmp_path, monkeypatch):
    """
    Declaring and checking raise nothing else. A part that no program here contains is held by ``raw``.
    """
    monkeypatch.chdir(prepare(tmp_path))
    resource, wrong = holders(made).get(cls, (None, None))
    for name in cls.public_names():
        for given in VALUES:
            program = Program()
            with program.active():
                project = Project("OTHER", name="Other")
                with project:
                    if resource is not None:
                        again(resource, made, wrong, name, given)
                    elif issubclass(cls, Part):
                        Dataset("held", raw={"params.held": [cls(**{name: given})]})
                    else:
                        cls(**{name: given})
                settle(program)


@pytest.mark.parametrize(
    ("declare", "problem"),
    [
        (
            lambda: Scenario("S", code="1", reporters=[Reporter(Mail("a@b.c", attachments=["x"]))]),
            'Mail "a@b.c": attachments cannot be ["x"]',
        ),
        (
            lambda: Scenario("S", steps=[SendMessage(Mail("a@b.c", attachments="x"))]),
            'Mail "a@b.c": attachments cannot be "x"',
        ),
        (
            lambda: PythonRecipe(
                "r", inputs=RecipeInput("a", deps=["x"]), outputs="b", code="x = 1"
            ),
            'RecipeInput "a": deps cannot be ["x"]',
        ),
        (
            lambda: PythonRecipe(
                "r", inputs={"main": [RecipeInput("a", deps=1)]}, outputs="b", code="x = 1"
            ),
            'RecipeInput "a": deps cannot be 1',
        ),
        (lambda: Dataset("a", project="OTHER"), 'Dataset "a": project cannot be "OTHER"'),
        (lambda: Dataset.existing("a", project=1), "Dataset.existing: project cannot be 1"),
        (lambda: ProjectVariables(standard=1), "ProjectVariables: standard cannot be 1"),
        (
            lambda: UploadedFilesDataset("u", files=[1]),
            'UploadedFilesDataset "u": files cannot be [1]',
        ),
    ],
)
def test_the_error_names_the_part_and_its_line(declare, problem):
    program = Program()
    with program.active():
        Project("SALES", name="Sales")
        declare()
        settle(program)
    (error,) = program.errors

    assert error.problem == problem
    assert error.at.startswith("tests/lang/test_misfits.py:")
    assert error.fix
