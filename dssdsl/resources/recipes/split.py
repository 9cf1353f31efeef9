"""The split recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.constrained import Whole
from dssdsl.lang.fields import (
    at,
    exact,
    form,
    keyed,
    listed,
    may_be_empty,
    may_have_no_items,
    unordered,
)
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document

from .base import INPUTS, NOT_A_ZONE, Outputs, of_name
from .expressions import COMPUTED, FILTER, Computed, Filter, filter_document
from .ordering import ORDER_BY, Desc, orders
from .rules import filter_places
from .visual import AnyVisualRecipe, DatasetRef

WHOLE = 100
"""The sum of all shares, in percent."""
SHARES = form("{dataset: percent of the rows}")


class AnySplit(Part):
    """Common to the ways to split rows: what each output gets."""

    wire: ClassVar[str] = ""
    """DSS's name of the way."""
    key: ClassVar[str] = ""
    """The key of the payload that has what each output gets."""

    def parts(self) -> Mapping[Any, Any]:
        """What each output gets, by output."""
        raise NotImplementedError

    def entries(self, what: Any, owner: Any) -> list[Document]:
        """DSS's entries of an output that gets *what*."""
        return [{"share": share} for share in many(what)]

    def settings(self) -> Document:
        """Other keys of the payload."""
        return {"mode": self.wire}

    def is_whole(self) -> bool:
        """Whether every row goes to an output that it names."""
        return False

    def problems(self) -> Iterator[tuple[str, str | None]]:
        """Yield what is wrong with it, and what to do."""
        yield from ()


class ByValues(AnySplit):
    """Split rows by the values of a column."""

    wire = "VALUES"
    key = "valueSplits"

    column: str = Field(kw_only=False)
    """The column."""

    values: Annotated[
        Mapping[DatasetRef, OneOrMany[str]],
        form('{dataset: "value"}, or {dataset: ["value", "other"]}'),
        may_be_empty,
    ] = Field(kw_only=False)
    """The values, as text, of the rows that each output gets."""

    case_sensitive: bool = False
    """Whether upper and lower case differ."""

    def parts(self) -> Mapping[Any, Any]:
        return self.values

    def entries(self, what: Any, owner: Any) -> list[Document]:
        return [{"value": value, "caseSensitive": self.case_sensitive} for value in many(what)]

    def settings(self) -> Document:
        return {"mode": self.wire, "column": self.column}

    def problems(self) -> Iterator[tuple[str, str | None]]:
        every = [value for values in self.values.values() for value in many(values)]
        for value in sorted({v for v in every if every.count(v) > 1}):
            yield f'by gives the value "{value}" to two outputs', "give it to one of them"


class ByFilters(AnySplit):
    """Split rows by filters: a row goes to the first output whose filter it matches."""

    wire = "FILTERS"
    key = "filterSplits"

    filters: Annotated[
        Mapping[DatasetRef, Filter], form('{dataset: Rule("country", "==", "FR")}')
    ] = Field(kw_only=False)
    """The filter of each output, in the order in which they are tried."""

    def parts(self) -> Mapping[Any, Any]:
        return self.filters

    def entries(self, what: Any, owner: Any) -> list[Document]:
        return [{"filter": filter_document(what, owner)}]


class ByRanges(ByFilters):
    """Split rows by ranges of a column, which are filters with ``>=`` and ``<=`` in DSS."""

    wire = "RANGE"
    key = "rangeSplits"

    times: bool = False
    """Whether ranges of dates have times of the day."""

    def settings(self) -> Document:
        return {"mode": self.wire, "rangeSetTime": self.times}


class ByRandom(AnySplit):
    """Split rows at random."""

    wire = "RANDOM"

    shares: Annotated[Mapping[DatasetRef, float], SHARES] = Field(kw_only=False)
    """The share of each output, in percent."""

    together: Annotated[OneOrMany[str], form("names of columns")] = ()
    """Columns: rows with equal values in them go to the same output."""

    seed: Whole = 1337
    """The seed, which makes each run split in the same way."""

    @property
    def key(self) -> str:  # type: ignore[override]
        """The key of the payload that has what each output gets."""
        return "randomColumnsSplits" if many(self.together) else "randomSplits"

    def parts(self) -> Mapping[Any, Any]:
        return self.shares

    def settings(self) -> Document:
        if many(self.together):
            mode = {"mode": "RANDOM_COLUMNS", "randomColumns": many(self.together)}
        else:
            mode = {"mode": self.wire}
        return {**mode, "seed": self.seed}

    def is_whole(self) -> bool:
        return _total(self.shares) >= WHOLE

    def problems(self) -> Iterator[tuple[str, str | None]]:
        yield from _too_much(self.shares)


class ByCentiles(AnySplit):
    """Split ordered rows: the first percents go to the first output, and so on."""

    wire = "CENTILE"
    key = "centileSplits"

    order_by: Annotated[OneOrMany[str | InstanceOf[Desc]], ORDER_BY] = Field(kw_only=False)
    """The columns that order the rows."""

    shares: Annotated[Mapping[DatasetRef, float], SHARES] = Field(kw_only=False)
    """The share of each output, in percent, in order."""

    shuffle: bool = False
    """Whether to shuffle rows that are equal in these columns."""

    approximate: bool = False
    """Whether to compute the limits approximately (t-digest)."""

    def parts(self) -> Mapping[Any, Any]:
        return self.shares

    def settings(self) -> Document:
        return {
            "mode": self.wire,
            "centileOrders": orders(self.order_by),
            "centileShuffle": self.shuffle,
            "centileTDigest": self.approximate,
        }

    def is_whole(self) -> bool:
        return _total(self.shares) >= WHOLE

    def problems(self) -> Iterator[tuple[str, str | None]]:
        yield from _too_much(self.shares)


def _total(shares: Mapping[Any, float]) -> float:
    return sum(share for share in shares.values() if isinstance(share, (int, float)))


def _too_much(shares: Mapping[Any, float]) -> Iterator[tuple[str, str | None]]:
    if (total := _total(shares)) > WHOLE:
        yield f"the shares are {total:g} % together", "shares are percents of the rows: 80 and 20"
    for share in shares.values():
        if isinstance(share, (int, float)) and share <= 0:
            yield f"a share is {share:g} %", "write the percents of the rows, such as 80"
    if shares and 0 < total <= 1:
        yield f"the shares are {total:g} % together", "shares are percents of the rows: 80, not 0.8"


class SplitRecipe(AnyVisualRecipe):
    """
    Split the rows of a dataset into several.

    The outputs are the datasets that ``by`` and ``default`` name.
    """

    wire = "split"
    one_input = True
    hints: ClassVar[Mapping[str, str]] = {
        "filters": 'write by=ByFilters({dataset: Rule("country", "==", "FR")})',
        "values": 'write by=ByValues("column", {dataset: "value"})',
        "ratio": "write by=ByRandom({train: 80}), default=test",
        "shares": "write by=ByRandom({train: 80}), default=test",
        "rest": 'did you mean "default"?',
        "other": 'did you mean "default"?',
        "mode": "the ways are ByValues, ByFilters, ByRanges, ByRandom and ByCentiles",
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyVisualRecipe.places,
        "payload.valueSplits": (keyed("outputIndex", "value"), unordered),
        "payload.valueSplits.value": (exact,),
        "payload.filterSplits": (keyed("outputIndex"),),
        "payload.rangeSplits": (keyed("outputIndex"),),
        "payload.randomSplits": (keyed("outputIndex"), unordered),
        "payload.randomColumnsSplits": (keyed("outputIndex"), unordered),
        "payload.centileSplits": (keyed("outputIndex"),),
        "payload.randomColumns": (unordered,),
        **filter_places("payload.filterSplits.filter"),
        **filter_places("payload.rangeSplits.filter"),
    }

    by: Annotated[
        InstanceOf[AnySplit] | None,
        at(
            *("payload.mode", "payload.column", "payload.valueSplits", "payload.filterSplits"),
            *("payload.rangeSplits", "payload.rangeSetTime", "payload.randomSplits"),
            *("payload.randomColumnsSplits", "payload.randomColumns", "payload.seed"),
            *("payload.centileSplits", "payload.centileOrders", "payload.centileShuffle"),
            "payload.centileTDigest",
        ),
        form("ByRandom({train: 80}), ByFilters({…}), ByValues(…), ByRanges({…}) or ByCentiles(…)"),
    ] = None
    """What each output gets."""

    default: Annotated[
        DatasetRef | None, at("payload.defaultOutputIndex"), form("a dataset, or its name")
    ] = None
    """The dataset for all other rows. By default they are dropped."""

    outputs: Annotated[Outputs, at("outputs"), INPUTS, NOT_A_ZONE, may_have_no_items] = ()
    """The outputs in DSS's order, if it is another one than ``by`` and ``default`` have."""

    pre_filter: Annotated[Filter | None, at("payload.preFilter"), FILTER] = None
    """Keeps only the input rows that match."""

    computed_columns: Annotated[
        OneOrMany[InstanceOf[Computed]], at("payload.computedColumns"), listed, COMPUTED
    ] = ()
    """Columns to compute first."""

    write_computed: Annotated[bool, at("payload.writeComputedColumnsInOutput")] = False
    """Whether the outputs get the computed columns."""

    def _parts(self) -> Mapping[Any, Any]:
        parts = self.by.parts() if isinstance(self.by, AnySplit) and not self.by._spoilt else {}
        return parts if isinstance(parts, Mapping) else {}

    def roles(self, side: Literal["inputs", "outputs"]) -> dict[str, list[Any]]:
        out = super().roles(side)
        if side == "outputs" and not out:
            default = [] if self.default is None else [self.default]
            named: list[Any] = []
            for each in (*self._parts(), *default):
                if not any(self.is_same(each, other) for other in named):
                    named.append(each)
            return {"main": named} if named else {}
        return out

    def _index(self, output: Any) -> int | None:
        found = self.roles("outputs").get("main", [])
        return next((i for i, each in enumerate(found) if self.is_same(each, output)), None)

    def payload(self) -> Document:
        out: Document = {
            "preFilter": filter_document(self.pre_filter),
            "computedColumns": [c.document(self) for c in many(self.computed_columns)],
            "writeComputedColumnsInOutput": self.write_computed,
            **super().payload(),
        }
        if isinstance(self.by, AnySplit):
            out |= self.by.settings()
            out[self.by.key] = [
                {"outputIndex": self._index(output), **entry}
                for output, what in self._parts().items()
                for entry in self.by.entries(what, self)
            ]
        if self.by is not None or self.default is not None:
            out["defaultOutputIndex"] = -1 if self.default is None else self._index(self.default)
        return out

    def formulas(self) -> Iterator[tuple[str, Filter, Mapping[str, str] | None]]:
        yield from super().formulas()
        if isinstance(self.by, ByFilters):
            for output, each in self._parts().items():
                yield f"the filter of {of_name(output)}", each, self.filterable()

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if not isinstance(self.by, AnySplit):
            yield from self.incomplete(
                program, "nothing says what its outputs get", "add by=ByRandom({train: 80}), …"
            )
            return
        for output in (*self._parts(), *([] if self.default is None else [self.default])):
            if self._index(output) is None:
                yield self.error(
                    f"{of_name(output)} is not among its outputs", "leave outputs= out, or add it"
                )
        for problem, fix in self.by.problems():
            yield self.error(problem, fix)
        if self.default is None and not self.by.is_whole():
            program.warn(
                f"{self.label}: rows that no output gets are dropped; default= keeps them",
                at=self.source,
            )
