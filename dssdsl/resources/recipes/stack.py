"""The stack recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, form, keyed, unordered
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document, Initial, Ref

from .base import of
from .expressions import FILTER, Filter, filter_document
from .visual import AnyVisualRecipe, DatasetRef


class StackRecipe(AnyVisualRecipe):
    """Stack the rows of several datasets."""

    wire = "vstack"
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyVisualRecipe.places,
        "payload.virtualInputs": (keyed("index"), unordered),
    }

    mode: Annotated[
        Literal["UNION", "INTERSECT", "FROM_DATASET", "FROM_INDEX", "REMAP", "CUSTOM"] | str,
        token("UNION", "INTERSECT", "FROM_DATASET", "FROM_INDEX", "REMAP", "CUSTOM"),
        at("payload.mode"),
    ] = "UNION"
    """The columns of the output: ``UNION`` of all inputs, ``INTERSECT``, those of one dataset (``FROM_DATASET``), …"""

    origin_column: Annotated[
        str | None, at("payload.originColumnName", "payload.addOriginColumn")
    ] = None
    """A new column with the input of each row. By default there is none."""

    origin_labels: Annotated[
        OneOrMany[str] | None, at("payload.virtualInputs"), form("a word for each input")
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
                {"index": i, "originLabel": label if origin else Initial(label)}
                for i, label in enumerate(labels)
            ],
            "addOriginColumn": origin is not None,
            "originColumnName": origin or Initial("original_dataset"),
            "postFilter": filter_document(self.post_filter),
            **super().payload(),
        }
        if self.schema_from is not None:
            out["copySchemaFromDatasetWithName"] = Ref(self.schema_from, self)
        return out

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if (self.mode == "FROM_DATASET") != (self.schema_from is not None):
            yield self.error(
                'mode="FROM_DATASET" and schema_from go together',
                "schema_from is the dataset whose columns the output has",
            )
        inputs, labels = self.roles("inputs").get("main", []), many(self.origin_labels)
        if not inputs:
            yield self.error("it has no inputs", "inputs=[a, b]")
        if labels and len(labels) != len(inputs):
            yield self.error(f"it has {len(inputs)} inputs and {len(labels)} origin_labels")
