"""Steps that change the values of cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.fields import at, form
from dssdsl.lang.model import token
from dssdsl.lang.values import Document

from .step import AnyStep, Columns, Matching, Normalization, applies


class FindReplace(AnyStep):
    """Replace values."""

    wire = "FindReplace"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    mapping: Annotated[Mapping[str, str], form('{"from": "to"}')] = Field(kw_only=False)
    """``{from: to}``"""

    matching: Matching = "FULL_STRING"
    """What of a cell must match."""

    normalization: Normalization = "EXACT"
    """Whether case and accents count."""

    output: str = ""
    """A new column; left out, in place."""

    stop_after_first_match: bool = False
    """Whether the first replacement that fits is the last."""

    def params(self) -> Document:
        return {
            **applies(self.columns, self.output),
            "mapping": [{"from": a, "to": b} for a, b in self.mapping.items()],
            "matching": self.matching,
            "normalization": self.normalization,
            "output": self.output,
            "stopAfterFirstMatch": self.stop_after_first_match,
        }


class FillEmpty(AnyStep):
    """Put a value into empty cells."""

    wire = "FillEmptyWithValue"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    value: str = Field(kw_only=False)
    """The value, as text."""

    def params(self) -> Document:
        return {**applies(self.columns), "value": self.value}


class TransformString(AnyStep):
    """Change the case of text, or trim it."""

    wire = "StringTransformer"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    mode: Annotated[
        Literal[
            "TO_UPPER", "TO_LOWER", "CAPITALIZE", "CAPITALIZE_FULLY", "TRIM", "NORMALIZE", "TRUNCATE"
        ]
        | str,
        token(
            "TO_UPPER", "TO_LOWER", "CAPITALIZE", "CAPITALIZE_FULLY", "TRIM", "NORMALIZE", "TRUNCATE"
        ),
    ] = Field(kw_only=False)  # fmt: skip
    """What to do, by DSS's own name."""

    limit: Annotated[int | None, at("truncate_limit")] = None
    """How many characters to keep, with ``TRUNCATE``."""

    def params(self) -> Document:
        return {
            **applies(self.columns),
            "mode": self.mode,
            "truncate_limit": self.limit or 0,
        }


class Round(AnyStep):
    """Round numbers."""

    wire = "RoundProcessor"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    places: int = Field(default=0, kw_only=False)
    """How many decimal places to keep."""

    mode: Annotated[Literal["ROUND", "FLOOR", "CEIL"] | str, token("ROUND", "FLOOR", "CEIL")] = (
        "ROUND"
    )
    """Whether to the nearest, down, or up."""

    def params(self) -> Document:
        return {**applies(self.columns), "mode": self.mode, "places": self.places, "precision": 0}
