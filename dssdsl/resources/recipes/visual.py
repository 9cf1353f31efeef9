"""Common to visual recipes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, keyed, unordered
from dssdsl.lang.model import many, token
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document
from dssdsl.resources.datasets.base import AnyDataset
from dssdsl.resources.recipes.base import AnyRecipe

from .expressions import Filter
from .formulas import sql_in
from .rules import Rule, Rules, filter_places

DatasetRef: TypeAlias = InstanceOf[AnyDataset] | str

Engine: TypeAlias = Literal["DSS", "SQL", "SPARK", "SPARK_SQL", "IMPALA", "HIVE"] | str

ENGINE = token("DSS", "SQL", "SPARK", "SPARK_SQL", "IMPALA", "HIVE")


class AnyVisualRecipe(AnyRecipe):
    """Common to visual recipes. A field that the program does not set goes back to its default in DSS."""

    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyRecipe.places,
        "payload.values": (keyed("column", "customName"), unordered),
        "payload.computedColumns": (keyed("name"),),
        **filter_places("payload.preFilter"),
        **filter_places("payload.postFilter"),
    }

    computes_schema = True

    engine: Annotated[Engine | None, ENGINE, at("payload.engineType")] = None
    """The engine that runs it. By default DSS chooses."""

    def payload(self) -> Document:
        return {} if self.engine is None else {"engineType": self.engine}

    def formulas(self) -> Iterator[tuple[str, Filter, Mapping[str, str] | None]]:
        """Yield each formula and filter: its place, itself, and the columns that it can name, if they are known."""
        for name in ("pre_filter", "post_filter"):
            given = getattr(self, name, None)
            if given is not None:
                yield name, given, self.filterable() if name == "pre_filter" else None
        for computed in many(getattr(self, "computed_columns", None)):
            yield f'the computed column "{computed.name}"', computed.expression, None

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        for where, given, types in self.formulas():
            if isinstance(given, str) and (instead := sql_in(given)):
                yield self.error(
                    f'{where} "{given}" is a DSS formula, and contains SQL',
                    f'write {instead}; or SQL("…") to have the database evaluate it',
                )
            yield from self.check_rules(where, given, types)
        computed = [c.name for c in many(getattr(self, "computed_columns", None))]
        for name in sorted({n for n in computed if computed.count(n) > 1}):
            yield self.error(f'it computes the column "{name}" twice')

    def filterable(self) -> Mapping[str, str] | None:
        """The columns of its only input and those that it computes, with their types; None if unknown."""
        mains = self.roles("inputs").get("main", [])
        types = self.types_of(mains[0]) if len(mains) == 1 else None
        if types is None:
            return None
        return {**types, **{c.name: c.type for c in many(getattr(self, "computed_columns", None))}}

    def check_rules(
        self, where: str, given: Filter | None, types: Mapping[str, str] | None
    ) -> Iterator[ProgramError]:
        """Yield an error for each rule on a column of another type."""
        if types is None or not isinstance(given, (Rule, Rules)):
            return
        for rule in given.every():
            if not rule._spoilt and (found := rule.mismatch(types)):
                yield self.error(f"{where}: {found[0]}", found[1])

    def known_columns(self) -> list[str] | None:
        """The columns of its only input, and those that it computes first; None if they are unknown."""
        mains = self.roles("inputs").get("main", [])
        columns = self.columns_of(mains[0]) if len(mains) == 1 else None
        computed = [c.name for c in many(getattr(self, "computed_columns", None))]
        return columns if columns is None else [*columns, *computed]
