"""Common to all datasets: names, columns, partitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import Fact, at, form, keyed, listed, resets_to
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document
from dssdsl.resources.flow import AnyFlowItem
from dssdsl.resources.naming import upper

from .columns import COLUMNS, Columns, Dimension


class AnyDataset(AnyFlowItem):
    """Common to all datasets."""

    kind = "dataset"
    section = "datasets"
    order = 8
    family = "Datasets"
    holds_data = True
    owns_data_if = "managed"
    has_columns = True
    set_by_code = r"\b(write_\w+|set_schema|get_writer|get_continuous_writer|dkuWrite\w+)\b"
    referred_by_name = True
    object_type = "DATASET"
    renamable = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {"formatType": (), "formatParams": ()}

    name: str = Field(kw_only=False)
    """Its name, of letters, digits and underscores. dssdsl warns of lower case; see ``naming`` of Project."""

    columns: Annotated[
        Columns | None, at("schema.columns"), keyed("name"), Fact.SET_BY_RUNS, COLUMNS
    ] = None
    """The columns, in order. By default DSS detects those of a source when it is created, and computes those that a recipe writes."""

    set_by_runs: bool | None = None
    """Whether runs change the columns. Then dssdsl writes a column only if the program changes it. By default, if a recipe writes the dataset, or code in the project that names it writes datasets."""

    partitioning: Annotated[
        OneOrMany[Dimension] | None, at("partitioning.dimensions"), keyed("name"), listed, resets_to([]),
        form('TimeDimension("day") or ValueDimension("country"), or a list of them'),
    ] = None  # fmt: skip
    """The dimensions of its partitions."""

    rebuild: Annotated[
        Literal["NORMAL", "EXPLICIT", "WRITE_PROTECT"] | str | None, token("NORMAL", "EXPLICIT", "WRITE_PROTECT"),
        at("flowOptions.rebuildBehavior"), resets_to("NORMAL"),
    ] = None  # fmt: skip
    """Whether builds of what follows rebuild it: ``NORMAL``; ``EXPLICIT``, only when it is asked for itself; ``WRITE_PROTECT``, never."""

    def document(self) -> Document:
        out = super().document()
        if self.columns is not None:
            columns = self.columns
            out["schema"]["columns"] = (
                [{"name": n, "type": t} for n, t in columns.items()]
                if isinstance(columns, Mapping)
                else [c.document(self) for c in many(columns)]
            )
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if not re.fullmatch(r"[A-Za-z0-9_]+", self.name) and not self.adopted:
            yield self.error(
                "its name has characters that DSS does not allow",
                f'call it "{upper(self.name)}": use letters, digits and underscores',
            )
        names = [c if isinstance(c, str) else c.name for c in (self.columns or ())]
        for name in {n for n in names if names.count(n) > 1}:
            yield self.error(f'column "{name}" is declared twice')
        pattern = getattr(self, "partition_pattern", None)
        if pattern:
            yield from self._check_pattern(pattern)

    def _check_pattern(self, pattern: str) -> Iterator[ProgramError]:
        for found in re.findall(r"%(\{[^}]*\}|.)", pattern):
            if not found.startswith("{") and found not in "YMDH":
                yield self.error(
                    f'partition_pattern has "%{found}", which DSS does not have',
                    "write %Y, %M, %D and %H for a time, and %{name} for a value",
                )
        names = {d.name for d in many(self.partitioning)}
        for each in many(self.partitioning):
            period = getattr(each, "period", None)
            needed = f"%{period[0]}" if period else f"%{{{each.name}}}"
            if needed not in pattern:
                yield self.error(
                    f'partition_pattern lacks the dimension "{each.name}"',
                    f"write {needed} where the paths have it",
                )
        for name in re.findall(r"%\{([^}]*)\}", pattern):
            if name not in names:
                yield self.error(
                    f'partition_pattern has the dimension "{name}", which is not declared',
                    "declare it in partitioning=",
                )
