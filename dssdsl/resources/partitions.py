"""Checks of partitions: dimensions, dependencies between them, and specifications such as ``CURRENT_DAY``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen

from dssdsl.lang.model import many
from dssdsl.lang.near import did_you_mean

PERIODS = ("YEAR", "MONTH", "DAY", "HOUR")

KEYWORDS = tuple(f"{when}_{period}" for when in ("CURRENT", "PREVIOUS") for period in PERIODS)
"""The words that DSS replaces by a time when a job starts: https://doc.dataiku.com/dss/latest/partitions/identifiers.html."""

_FORMS = {"YEAR": "2026", "MONTH": "2026-01", "DAY": "2026-01-31", "HOUR": "2026-01-31-23"}

_NEAR = {
    "TODAY": "CURRENT_DAY",
    "YESTERDAY": "PREVIOUS_DAY",
    "NOW": "CURRENT_HOUR",
    "LAST_HOUR": "PREVIOUS_HOUR",
    "LAST_DAY": "PREVIOUS_DAY",
    "LAST_MONTH": "PREVIOUS_MONTH",
    "LAST_YEAR": "PREVIOUS_YEAR",
    "THIS_MONTH": "CURRENT_MONTH",
    "THIS_YEAR": "CURRENT_YEAR",
}


@frozen
class Problem:
    """
    Something wrong with partitions.

    Attributes:
        text: What is wrong.
        fix: What to do.
    """

    text: str
    fix: str | None = None


def dimensions_of(target: Any) -> list[Any] | None:
    """The dimensions of what a program declares; None if DSS may have others than the program knows."""
    if target is None or target.exists or not hasattr(target, "partitioning"):
        return None
    if any(path.startswith("partitioning") for path in target.raw):
        return None
    if target.partitioning is None and target.adopted:
        return None
    return many(target.partitioning)


def check_spec(spec: str, dimensions: Sequence[Any], name: str) -> Iterator[Problem]:
    """
    Yield what is wrong with the specification of partitions.

    Args:
        spec: Partitions separated by commas, ``value|value`` for several dimensions; ``a/b`` is a range or a choice.
        dimensions: The dimensions of the dataset or folder.
        name: Its name.
    """
    if not dimensions:
        yield Problem(f'{name} has no partitions, and partitions is "{spec}"', "leave it out")
        return
    for partition in spec.split(","):
        values = partition.strip().split("|")
        if "${" in partition:  # known when the scenario runs
            continue
        if len(values) != len(dimensions):
            each = "|".join(_form(d) for d in dimensions)
            names = ", ".join(d.name for d in dimensions)
            yield Problem(
                f'the partition "{partition.strip()}" of {name} has {_values(len(values))}, '
                f"and its dimensions are {names}",
                f"write {each}",
            )
            continue
        for value, dimension in zip(values, dimensions, strict=True):
            period = getattr(dimension, "period", None)
            for one in value.split("/") if period in PERIODS else ():
                yield from _check_time(one.strip(), str(period), dimension.name)


def _values(count: int) -> str:
    return "one value" if count == 1 else f"{count} values"


def _form(dimension: Any) -> str:
    return _FORMS.get(getattr(dimension, "period", ""), f"<{dimension.name}>")


def _check_time(value: str, period: str, dimension: str) -> Iterator[Problem]:
    if value in KEYWORDS:
        if not value.endswith(period):
            when = value.partition("_")[0]
            yield Problem(
                f'{value} is no partition of the dimension "{dimension}", which has one for each {period.lower()}',
                f"write {when}_{period}",
            )
    elif not re.fullmatch(re.sub(r"\d", r"\\d", _FORMS[period]), value):
        near = _NEAR.get(value.upper()) or (
            f"{value.upper()}_{period}" if value.upper() in ("CURRENT", "PREVIOUS") else None
        )
        same = [word for word in KEYWORDS if word.endswith(period)]
        hint = f'did you mean "{near}"?' if near else did_you_mean(value.upper(), same)
        yield Problem(
            f'"{value}" is no partition of the dimension "{dimension}"',
            hint or f"write {_FORMS[period]}, or one of {', '.join(same)}",
        )


def check_dependencies(
    dependencies: Any, mine: Sequence[Any] | None, outputs: Sequence[Any] | None, name: str
) -> Iterator[Problem]:
    """
    Yield what is wrong with the dependencies of an input.

    Args:
        dependencies: Those that the program sets; None if it sets none. Dimensions of the same name are equal then.
        mine: The dimensions of the input; None if they are unknown.
        outputs: Those of the outputs; None if they are unknown.
        name: The name of the input.
    """
    names = [d.name for d in mine or ()]
    for dep in many(dependencies):
        if dep.dimension is None:
            yield Problem(
                f"a dependency of {name} has no dimension",
                f'write Dependency("{dep.func}", dimension="{names[0] if names else "…"}")',
            )
        elif mine is not None and dep.dimension not in names:
            yield Problem(
                f'{name} has no dimension "{dep.dimension}"',
                (did_you_mean(dep.dimension, names) or f"it has {', '.join(names)}")
                if names
                else f"it has no partitions: write {name} without RecipeInput",
            )
        if dep.func == "equals" and dep.dimension is not None and outputs is not None:
            output = dep.output_dimension or dep.dimension
            theirs = [d.name for d in outputs]
            if output not in theirs:
                yield Problem(
                    f'"equals" needs the dimension "{output}" in the output'
                    + (
                        f", which has {', '.join(theirs)}"
                        if theirs
                        else ", which has no partitions"
                    ),
                    f'write output_dimension="{theirs[0]}"'
                    if theirs
                    else 'write Dependency("all_available"), or declare partitioning= in the output',
                )
    given = {dep.dimension for dep in many(dependencies)}
    if dependencies is None:
        given |= {d.name for d in outputs} if outputs is not None else {*names}
    for lacking in [n for n in names if n not in given] if None not in given else ():
        yield Problem(
            f'nothing says which partitions of {name} it reads: no dependency has the dimension "{lacking}"',
            f'write RecipeInput({name}, deps=Dependency("all_available", dimension="{lacking}")), '
            'or "equals", "time_range", "latest_available"',
        )
