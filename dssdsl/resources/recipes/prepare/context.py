"""Steps that add what DSS knows of the row, the run and other datasets."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from dssdsl.lang.constrained import Count
from dssdsl.lang.fields import form
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.values import Document, Ref
from dssdsl.resources.recipes.base import FlowRef

from .step import AnyStep


class AddPartition(AnyStep):
    """Add the partition that each row comes from. The columns come last."""

    wire = "EnrichWithRecordContextProcessor"

    output: str = Field(kw_only=False)
    """The column for the partition."""

    dimensions_prefix: str = ""
    """The prefix of columns with its dimensions. By default there are none."""

    def params(self) -> Document:
        return {
            "partitionOutputColumn": self.output,
            "partitionChunksOutputColumnsPrefix": self.dimensions_prefix,
        }


class AddBuildDate(AnyStep):
    """Add the date of the run. The column comes last."""

    wire = "EnrichWithBuildContextProcessor"

    output: str = Field(kw_only=False)
    """The new column."""

    def params(self) -> Document:
        return {"buildDateColumn": self.output}


class JoinColumns(AnyStep):
    """
    Add columns of another dataset, from the row whose key is equal.

    Adds the columns after all others. The dataset must fit into memory; at most one row matches.
    """

    wire = "MemoryEquiJoiner"

    column: str = Field(kw_only=False)
    """The column of this dataset."""

    dataset: Annotated[FlowRef, form("a dataset, or its name")] = Field(kw_only=False)
    """The other dataset."""

    other_column: str = Field(kw_only=False)
    """The column of the other dataset."""

    columns: Annotated[OneOrMany[str], form("names of columns")]
    """The columns to add."""

    prefix: str = ""
    """The prefix of their names."""

    normalize: bool = False
    """Whether to ignore case, accents and punctuation."""

    clear_stop_words: bool = False
    """Whether to ignore words such as *the* and *of*."""

    stem: bool = False
    """Whether to compare stems of words."""

    sort_words: bool = False
    """Whether to ignore the order of words."""

    language: str = "english"
    """The language of stems and stop words."""

    def lookups(self) -> list[Any]:
        return [self.dataset]

    def document(self, owner: Any) -> Document:
        out = super().document(owner)
        return {**out, "params": {**out["params"], "rightInput": Ref(self.dataset, owner)}}

    def params(self) -> Document:
        return {
            "leftCol": self.column,
            "rightCol": self.other_column,
            "copyColumns": many(self.columns),
            "copyPrefix": self.prefix,
            "fuzzy": False,
            "normalize": self.normalize,
            "clearStopWords": self.clear_stop_words,
            "stem": self.stem,
            "sortAlphabetically": self.sort_words,
            "language": self.language,
        }


class JoinColumnsFuzzy(JoinColumns):
    """
    Add columns of another dataset, from the row whose key is nearest.

    Adds the columns after all others. The dataset must fit into memory; at most one row matches.
    """

    wire = "MemoryEquiJoinerFuzzy"

    distance: Count = 1
    """How many letters may differ."""

    def params(self) -> Document:
        return {**super().params(), "fuzzy": True, "maxLevenshtein": self.distance}
