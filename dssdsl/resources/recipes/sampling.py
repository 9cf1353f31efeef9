"""The sampling recipe, which the user interface calls Sample / Filter; and samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.constrained import Positive, Whole
from dssdsl.lang.fields import at, form, unordered
from dssdsl.lang.model import many, short
from dssdsl.lang.program import Program, current
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial

from .expressions import FILTER, Filter, filter_document
from .rules import filter_places
from .visual import ENGINE, AnyVisualRecipe, Engine

METHODS: Mapping[str, tuple[str, ...]] = {
    "FULL": (),
    "HEAD_SEQUENTIAL": ("records",),
    "TAIL_SEQUENTIAL": ("records",),
    "RANDOM_FIXED_RATIO": ("ratio",),
    "RANDOM_FIXED_NB": ("records",),
    "RANDOM_FIXED_NB_EXACT": ("records",),
    "COLUMN_BASED": ("column", "records"),
    "CLASS_REBALANCE_TARGET_NB_APPROX": ("column", "records"),
    "CLASS_REBALANCE_TARGET_RATIO_APPROX": ("column", "ratio"),
    "STRATIFIED_TARGET_NB_EXACT": ("column", "records"),
    "STRATIFIED_TARGET_RATIO_EXACT": ("column", "ratio"),
    "COLUMN_ORDERED": ("column", "records"),
}
"""DSS's methods, each with the fields that it needs."""
SHORT = {
    "HEAD": "HEAD_SEQUENTIAL", "FIRST": "HEAD_SEQUENTIAL", "LIMIT": "HEAD_SEQUENTIAL", "TAIL": "TAIL_SEQUENTIAL",
    "LAST": "TAIL_SEQUENTIAL", "RANDOM": "RANDOM_FIXED_RATIO", "STRATIFIED": "STRATIFIED_TARGET_RATIO_EXACT",
    "CLASS_REBALANCE": "CLASS_REBALANCE_TARGET_NB_APPROX", "ALL": "FULL", "NONE": "FULL",
}  # fmt: skip
"""What other tools call some of them."""


class Latest(Part):
    """The latest partitions."""

    count: Positive = Field(default=1, kw_only=False)
    """How many."""


class Sample(Part):
    """
    Which rows to take: a method of DSS and what it needs.

    Some methods keep the whole sample in memory: ``TAIL_SEQUENTIAL``, and those that end in ``_EXACT``.
    """

    hints: ClassVar[Mapping[str, str]] = {
        "n": 'did you mean "records"?',
        "max_records": 'did you mean "records"?',
        "rows": 'did you mean "records"?',
        "fraction": 'did you mean "ratio"?',
        "frac": 'did you mean "ratio"?',
        "share": 'did you mean "ratio"?',
        "stratify": 'write Sample("STRATIFIED_TARGET_RATIO_EXACT", column="…", ratio=0.1)',
    }

    method: Annotated[str, form(" or ".join(f'"{name}"' for name in METHODS))] = Field(
        kw_only=False
    )
    """``FULL``, ``HEAD_SEQUENTIAL``, ``RANDOM_FIXED_NB``, ``RANDOM_FIXED_RATIO``, ``COLUMN_BASED``, …"""

    records: Positive | None = None
    """How many rows, with methods that take a number."""

    ratio: float | None = None
    """Which share of the rows, from 0 to 1, with methods that take a ratio."""

    column: str | None = None
    """The column whose values stay together, are balanced, or order the rows."""

    ascending: bool | None = None
    """The order, with ``COLUMN_ORDERED``. By default ascending."""

    seed: Whole | None = None
    """The seed of random methods. By default a run draws another sample each time."""

    partitions: Annotated[
        Literal["ALL"] | Sequence[str] | InstanceOf[Latest],
        form('"ALL", a list of partitions, or Latest(3)'),
    ] = "ALL"
    """The partitions to take: all, those of a list, or the latest."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        if not self._spoilt and (fault := self._fault()):
            problem, field, fix = fault
            current().error(f'Sample "{self.method}": {problem}', fix=fix, field=field)
            object.__setattr__(self, "_spoilt", True)

    def _fault(self) -> tuple[str, str, str] | None:
        """What is wrong, in which field, and what to do."""
        needs = METHODS.get(self.method)
        if needs is None:
            if instead := SHORT.get(self.method.upper()):
                return "DSS has no such method", "method", f'did you mean "{instead}"?'
            if self.method.upper() in METHODS:
                return "DSS has no such method", "method", f'did you mean "{self.method.upper()}"?'
            current().warn(
                f'"{self.method}" is not a method that dssdsl knows: {", ".join(METHODS)}'
            )
            return None
        for field in ("records", "ratio", "column"):
            if field in needs and getattr(self, field) is None:
                return f"it needs {field}", field, f"add {field}=…"
            if field not in needs and getattr(self, field) is not None:
                return (
                    f"it takes no {field}",
                    field,
                    f"it takes {' and '.join(needs) or 'all rows'}",
                )
        if self.ratio is not None and not 0 < self.ratio <= 1:
            return f"ratio is {short(self.ratio)}", "ratio", "write a share from 0 to 1: 0.1"
        if self.records is not None and self.records < 1:
            return f"records is {self.records}", "records", "write how many rows to take"
        return None

    def document(self, owner: Any) -> Document:
        out: Document = {
            "samplingMethod": self.method,
            "maxRecords": Initial(-1) if self.records is None else self.records,
            "targetRatio": Initial(0.02) if self.ratio is None else self.ratio,
            "withinFirstN": Initial(-1),
            "maxReadUncompressedBytes": Initial(-1),
            "useMemTable": Initial(value=False),
            "ordering": Initial({"enabled": False, "rules": []}),
            "filter": Initial({"distinct": False, "enabled": False}),
            "latestPartitionsN": Initial(1),
        }
        if self.column is not None:
            out["column"] = self.column
        if self.seed is not None:
            out["seed"] = self.seed
        # DSS sorts ascending where an older document has no such key.
        ordered = self.method == "COLUMN_ORDERED" or self.ascending is not None
        out["ascending"] = self.ascending is not False if ordered else Initial(value=True)
        if isinstance(self.partitions, Latest):
            latest = {"latestPartitionsN": self.partitions.count}
            return {**out, "partitionSelectionMethod": "LATEST_N", **latest}
        if self.partitions == "ALL":
            return {**out, "partitionSelectionMethod": "ALL"}
        selected = {"selectedPartitions": many(self.partitions)}
        return {**out, "partitionSelectionMethod": "SELECTED", **selected}


class SamplingRecipe(AnyVisualRecipe):
    """Keep the rows that match a filter, or a sample of the rows, or a sample of those that match."""

    wire = "sampling"
    one_input = True
    hints: ClassVar[Mapping[str, str]] = {
        "pre_filter": 'did you mean "filter"?',
        "where": 'did you mean "filter"?',
        "condition": 'did you mean "filter"?',
        "rules": "write filter=Rules(…)",
        "n": 'write sample=Sample("HEAD_SEQUENTIAL", records=1000)',
        "records": 'write sample=Sample("HEAD_SEQUENTIAL", records=1000)',
        "limit": 'write sample=Sample("HEAD_SEQUENTIAL", records=1000)',
        "ratio": 'write sample=Sample("RANDOM_FIXED_RATIO", ratio=0.1)',
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyVisualRecipe.places,
        **filter_places("payload"),
        "params.selection.selectedPartitions": (unordered,),
    }

    filter: Annotated[
        Filter | None,
        at("payload.enabled", "payload.distinct", "payload.uiData", "payload.expression"),
        FILTER,
    ] = None
    """The rows to keep. By default all."""

    sample: Annotated[
        InstanceOf[Sample] | None,
        at("params.selection"),
        form('Sample("HEAD_SEQUENTIAL", records=1000)'),
    ] = None
    """The sample to take, from the rows that match. By default all of them."""

    engine: Annotated[Engine | None, ENGINE, at("params.engineType")] = None
    """The engine that runs it. By default DSS chooses."""

    def payload(self) -> Document:
        return filter_document(self.filter)

    def document(self) -> Document:
        sample = self.sample or Sample("FULL")
        out = super().document()
        return {**out, "params": {**out.get("params", {}), "selection": sample.document(self)}}

    def formulas(self) -> Iterator[tuple[str, Filter, Mapping[str, str] | None]]:
        yield from super().formulas()
        if self.filter is not None:
            yield "filter", self.filter, self.filterable()

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if self.filter is None and self.sample is None:
            yield from self.incomplete(
                program,
                "it has no filter and no sample, and copies all rows",
                'add filter=Rule("country", "==", "FR") or sample=…; a SyncRecipe copies',
            )
