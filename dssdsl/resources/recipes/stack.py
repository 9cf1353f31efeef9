"""The stack recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, InstanceOf

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, form, keyed, listed, unordered
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Part
from dssdsl.lang.values import Document, Initial, Ref

from .base import NOT_A_ZONE, Dependency, FlowRef, RecipeInput, of, of_name
from .expressions import FILTER, Filter, filter_document
from .payload import INPUT
from .rules import filter_places
from .visual import AnyVisualRecipe, DatasetRef


class StackInput(Part):
    """One input of a stack, with what becomes of its rows."""

    of: Annotated[DatasetRef, form("a dataset, or its name")] = Field(kw_only=False)
    """The dataset."""

    columns: Annotated[Sequence[str] | None, form("a list of columns")] = None
    """With ``mode="REMAP"``: its column for each of the recipe's ``columns``, in their order."""

    pre_filter: Annotated[Filter | None, FILTER] = None
    """Keeps only the rows of this input that match."""

    deps: Annotated[
        OneOrMany[InstanceOf[Dependency]] | None, form('Dependency("equals", dimension="day")')
    ] = None
    """A dependency for each dimension of the input."""


class StackRecipe(AnyVisualRecipe):
    """Stack the rows of several datasets."""

    wire = "vstack"
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyVisualRecipe.places,
        **filter_places("payload.virtualInputs.preFilter"),
        "inputs.main.items": (keyed("ref"), unordered),
    }
    hints: ClassVar[Mapping[str, str]] = {
        "pre_filter": 'set it in each input: inputs=[StackInput(a, pre_filter="…"), b]',
        "select": 'did you mean "columns"?',
        "axis": "it stacks rows; to put columns beside each other write a JoinRecipe",
    }

    inputs: Annotated[
        OneOrMany[FlowRef | InstanceOf[StackInput] | InstanceOf[RecipeInput]],
        at("inputs", "payload.virtualInputs"),
        NOT_A_ZONE,
        form("a list of datasets or StackInput"),
    ] = ()  # type: ignore[assignment]
    """The datasets, in order."""

    mode: Annotated[
        Literal["UNION", "INTERSECT", "FROM_DATASET", "FROM_INDEX", "REMAP", "CUSTOM"] | str,
        token("UNION", "INTERSECT", "FROM_DATASET", "FROM_INDEX", "REMAP", "CUSTOM"),
        at("payload.mode"),
    ] = "UNION"
    """The columns of the output: ``UNION`` of all inputs, ``INTERSECT``, those of one dataset (``FROM_DATASET``), …"""

    columns: Annotated[
        OneOrMany[str] | None, at("payload.selectedColumns"), listed, form("names of columns")
    ] = None
    """The columns of the output, with ``mode="CUSTOM"`` or ``"REMAP"``. In other modes DSS works them out."""

    origin_column: Annotated[
        str | None, at("payload.originColumnName", "payload.addOriginColumn")
    ] = None
    """A new column with the input of each row. By default there is none."""

    origin_labels: Annotated[
        OneOrMany[str] | None,
        at("payload.virtualInputs.originLabel"),
        form("a word for each input"),
    ] = None
    """The values of that column, one for each input. By default their names."""

    schema_from: Annotated[
        DatasetRef | None,
        at("payload.copySchemaFromDatasetWithName"),
        form("a dataset, or its name"),
    ] = None
    """The dataset whose columns the output has, with ``mode="FROM_DATASET"``."""

    post_filter: Annotated[Filter | None, at("payload.postFilter"), FILTER] = None
    """Keeps only the rows that match."""

    def payload(self) -> Document:
        origin = self.origin_column
        inputs = self.roles("inputs").get("main", [])
        labels = many(self.origin_labels) or [Ref(of(item), self) for item in inputs]
        out: Document = {
            "mode": self.mode,
            "virtualInputs": [
                {
                    "index": Initial(i),
                    INPUT: Ref(of(item), self),
                    "originLabel": label if origin else Initial(label),
                    "preFilter": filter_document(getattr(item, "pre_filter", None)),
                    **({} if match is None else {"columnsMatch": list(match)}),
                }
                for i, (item, label) in enumerate(zip(inputs, labels, strict=False))
                for match in [
                    getattr(item, "columns", None) if isinstance(item, StackInput) else None
                ]
            ],
            "addOriginColumn": origin is not None,
            "originColumnName": origin or Initial("original_dataset"),
            "postFilter": filter_document(self.post_filter),
            **super().payload(),
        }
        if self.columns is not None:
            out["selectedColumns"] = many(self.columns)
        if self.schema_from is not None:
            out["copySchemaFromDatasetWithName"] = Ref(self.schema_from, self)
        return out

    def formulas(self) -> Iterator[tuple[str, Filter, Mapping[str, str] | None]]:
        yield from super().formulas()
        for item in self.roles("inputs").get("main", []):
            if isinstance(item, StackInput) and item.pre_filter is not None:
                yield f"pre_filter of {of_name(item)}", item.pre_filter, self.types_of(item)

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if (self.mode == "FROM_DATASET") != (self.schema_from is not None):
            yield self.error(
                'mode="FROM_DATASET" and schema_from go together',
                "schema_from is the dataset whose columns the output has",
            )
        inputs, labels = self.roles("inputs").get("main", []), many(self.origin_labels)
        if not inputs:
            yield from self.incomplete(program, "it has no inputs", "inputs=[a, b]")
        if self.mode in ("CUSTOM", "REMAP") and self.columns is None:
            yield from self.incomplete(
                program, f'mode="{self.mode}" needs columns', 'columns=["id", "day"]'
            )
        if labels and len(labels) != len(inputs):
            yield self.error(f"it has {len(inputs)} inputs and {len(labels)} origin_labels")
