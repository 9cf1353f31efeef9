"""
Compares computed columns with those that real DSS instances stored.

Prints, for both implementations, how many outputs of each type of recipe have exactly the stored columns:

    DSSDSL_CORPUS=… python -m tests.columns.corpus_table
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from attrs import define, field, frozen

from dssdsl.columns.columns import Columns
from dssdsl.columns.recipes import Recipe, outputs
from dssdsl.emulator.errors import Refused
from dssdsl.emulator.rules import schemas
from tests.support.corpus import CORPUS

Document: TypeAlias = dict[str, Any]


@frozen
class Stored:
    """
    One output of a real recipe, of which all columns are stored.

    Attributes:
        recipe: ``project/recipe``.
        head: The recipe's document.
        payload: Its payload.
        inputs: The stored columns of its inputs.
        output: The name of the output.
        columns: The names of its stored columns.
        dimensions: The partition dimensions of an output that is files.
        outdated: Whether an input was saved after the output, whose columns may then be older.
    """

    recipe: str
    head: Document
    payload: str
    inputs: Mapping[str, list[Document]]
    output: str
    columns: list[str]
    dimensions: list[str]
    outdated: bool


def stored() -> Iterator[Stored]:
    """Yield each output in the corpus whose inputs have stored columns, too."""
    for folder in sorted(path for path in CORPUS.glob("*") if (path / "recipes").is_dir()):
        datasets = {path.stem: _json(path) for path in folder.glob("datasets/*.json")}
        for file in sorted(folder.glob("recipes/*.json")):
            yield from _of_recipe(folder.name, file, datasets)


def _json(path: Path) -> Document:
    found: Document = json.loads(path.read_text(encoding="utf-8"))
    return found


def _columns(dataset: Document | None) -> list[Document]:
    found: list[Document] = ((dataset or {}).get("schema") or {}).get("columns") or []
    return found


def _saved(document: Document) -> int:
    return int((document.get("versionTag") or {}).get("lastModifiedOn") or 0)


def _of_recipe(project: str, file: Path, datasets: Mapping[str, Document]) -> Iterator[Stored]:
    head = {"name": file.stem, **_json(file)}
    beside = [path for path in file.parent.glob(f"{file.stem}.*") if path.suffix != ".json"]
    payload = beside[0].read_text(encoding="utf-8") if beside else ""
    names = [item["ref"] for item in head["inputs"].get("main", {}).get("items", [])]
    inputs = {name: _columns(datasets.get(name)) for name in names}
    if not inputs or not all(inputs.values()):
        return
    for what in head["outputs"].values():
        for item in what["items"]:
            output = datasets.get(item["ref"]) or {}
            if not _columns(output):
                continue
            files = "formatType" in output
            dimensions = (output.get("partitioning") or {}).get("dimensions") or []
            yield Stored(
                f"{project}/{file.stem}",
                head,
                payload,
                inputs,
                item["ref"],
                [each["name"] for each in _columns(output)],
                [each["name"] for each in dimensions] if files else [],
                any(_saved(datasets[name]) > _saved(output) > 0 for name in names),
            )


Computer: TypeAlias = Callable[[Stored], "list[str] | None"]
"""Computes the columns of an output; None if they are unknown."""


def inferred(case: Stored) -> list[str] | None:
    """The columns that `dssdsl.columns` infers."""
    recipe = Recipe.of(case.head, case.payload)
    dimensions = {case.output: case.dimensions}
    found = outputs(recipe, lambda name: Columns.of(case.inputs[name]), dimensions)[case.output]
    return found.names if found.exact else None


def emulated(case: Stored) -> list[str] | None:
    """The columns that the emulator computes."""
    try:
        found = schemas.outputs(
            case.head, case.payload, [*case.inputs.items()], {case.output: case.dimensions}
        )
    except Refused:
        return None
    return next(
        [each["name"] for each in columns] for name, columns in found if name == case.output
    )


@define
class Count:
    """
    The outputs of one type of recipe.

    Attributes:
        total: All of them.
        known: Those whose columns can be known.
        outdated: Known ones that differ, and whose input was saved later.
        exact: Known ones with the stored names, in the stored order.
        differing: The other known ones, as ``project/recipe → output``.
    """

    total: int = 0
    known: int = 0
    outdated: int = 0
    exact: int = 0
    differing: list[str] = field(factory=list)


def counts(compute: Computer) -> dict[str, Count]:
    """
    Count by type of recipe.

    What can be known is decided by `dssdsl.columns`, for both implementations.
    """
    found: dict[str, Count] = {}
    for case in stored():
        count = found.setdefault(case.head["type"], Count())
        count.total += 1
        if inferred(case) is None:
            continue
        count.known += 1
        if compute(case) == case.columns:
            count.exact += 1
        elif case.outdated:
            count.outdated += 1
        else:
            count.differing.append(f"{case.recipe} → {case.output}")
    return found


def table(compute: Computer) -> Iterator[str]:
    """Yield the lines of a table of all types."""
    yield f"{'recipe':<20} {'total':>6} {'known':>6} {'outdated':>9} {'exact':>6}"
    for kind, one in sorted(counts(compute).items()):
        line = f"{kind:<20} {one.total:>6} {one.known:>6} {one.outdated:>9} {one.exact:>6}"
        yield f"{line}  {'; '.join(one.differing)}".rstrip()


if __name__ == "__main__":
    for title, compute in (("dssdsl.columns", inferred), ("dssdsl.emulator", emulated)):
        print(title, *table(compute), "", sep="\n")  # noqa: T201 - what it is for
