"""What programs declare in lives on the emulator, and what happens to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from dssdsl import (
    Agg,
    Build,
    Dataset,
    FlowZone,
    GroupingRecipe,
    LibraryFile,
    ManagedFolder,
    Project,
    ProjectVariables,
    PythonRecipe,
    Scenario,
    SQLDataset,
)
from tests.laws.toy_lives import Shown


@frozen(repr=False)
class Flow(Shown):
    """
    What a program declares in its project.

    Attributes:
        project: Fields of the project.
        datasets: Fields of each managed dataset: ``a``, ``b``, ``c``.
        source: The columns of the SQL dataset ``s``; None where there is none.
        code: What the Python recipe's code is; it makes ``b`` from ``a``.
        keys: What the grouping recipe groups by; it makes ``c`` from ``s``.
        folder: Fields of the managed folder ``f``.
        zone: Whether ``s`` and ``f`` are in a zone.
        scenario: Fields of the scenario; it builds ``a``.
        variables: The project's.
        library: What the library file holds.
    """

    project: dict[str, Any] = field(factory=dict)
    datasets: dict[str, dict[str, Any]] = field(factory=dict)
    source: tuple[str, ...] | None = None
    code: str | None = None
    keys: str | None = None
    folder: dict[str, Any] | None = None
    zone: bool = False
    scenario: dict[str, Any] | None = None
    variables: dict[str, Any] | None = None
    library: str | None = None

    def declare(self) -> None:
        """Declare it."""
        Project("P", naming="any", **self.project)
        zone = FlowZone("Z") if self.zone else None
        if self.source is not None:
            columns = dict.fromkeys(self.source, "string")
            SQLDataset("s", connection="pg", table="s", columns=columns, zone=zone)
        if self.folder is not None:
            ManagedFolder("f", zone=zone, **self.folder)
        for name, fields in self.datasets.items():
            Dataset(name, connection="filesystem_managed", **fields)
        there = self.datasets.keys()
        if self.code is not None and {"a", "b"} <= there:
            inputs = ["a"] if self.folder is None else ["a", "f"]
            PythonRecipe("make_b", inputs=inputs, outputs="b", code=self.code)
        if self.keys is not None and self.source and "c" in there:
            GroupingRecipe(
                "make_c", inputs="s", outputs="c", keys=self.keys, aggregations=Agg("n", sum=True)
            )
        if self.scenario is not None and "a" in there:
            Scenario("S", steps=[Build("a", name="all")], **self.scenario)
        if self.variables is not None:
            ProjectVariables(standard=self.variables)
        if self.library is not None:
            LibraryFile("python/p.py", content=self.library)


@frozen(repr=False)
class New(Shown):
    """Somebody makes something in the UI: ``dataset``, ``recipe``, ``scenario``, ``folder``, ``library``."""

    what: str


@frozen(repr=False)
class Edit(Shown):
    """Somebody edits a document of the program's in the UI: the *pick*-th that there is."""

    pick: int
    change: dict[str, Any]


@frozen(repr=False)
class Remove(Shown):
    """Somebody deletes one of the program's datasets, recipes or scenarios in the UI."""

    pick: int


@frozen(repr=False)
class Lose(Shown):
    """The state is lost; or, *back* deployments ago, it is put back as it was."""

    back: int = 0


@frozen(repr=False)
class Duplicate(Shown):
    """Somebody duplicates the project, its state with it."""


@frozen(repr=False)
class Up(Shown):
    """
    A deployment.

    Attributes:
        flow: What is declared.
        machine: Where it runs: two have journals of their own.
        parallel: Requests at once.
        go_on: Whether a failure stops only what needs it.
        adopt: Whether what is there already may be taken over.
        destroy: Whether everything goes.
        fault: (which write, how: ``refuse``, ``cut`` or ``kill``, after).
        meanwhile: What others do between plan and run.
    """

    flow: Flow = field(factory=Flow)
    machine: int = 0
    parallel: int = 1
    go_on: bool = False
    adopt: bool = False
    destroy: bool = False
    fault: tuple[int, str, bool] | None = None
    meanwhile: tuple[Any, ...] = ()


def wrong(events: Sequence[Any], *, existing: bool) -> str:
    """A test that lives this life."""
    lines = "".join(f"            {event!r},\n" for event in events)
    return f"def test_a_life():\n    replay(\n        [\n{lines}        ],\n        existing={existing},\n    )\n"
