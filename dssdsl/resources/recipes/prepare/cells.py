"""Steps that change the values of cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from dssdsl.lang.constrained import Count
from dssdsl.lang.fields import at, form, may_be_empty
from dssdsl.lang.model import token
from dssdsl.lang.values import Document

from .step import AnyStep, Columns, Matching, Normalization, applies


class FindReplace(AnyStep):
    """Replace values."""

    wire = "FindReplace"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    mapping: Annotated[Mapping[str, str], may_be_empty, form('{"from": "to"}')] = Field(
        kw_only=False
    )
    """The replacements: ``{from: to}``."""

    matching: Matching = "FULL_STRING"
    """Whether the text must equal the cell, be part of it, or match it as a regular expression."""

    normalization: Normalization = "EXACT"
    """Whether to ignore case (``LOWERCASE``), or case and accents (``NORMALIZED``)."""

    output: str = ""
    """A new column. By default in place."""

    stop_after_first_match: bool = False
    """Whether to stop after the first replacement that matches."""

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
    """Fill empty cells with a value."""

    wire = "FillEmptyWithValue"

    columns: Columns = Field(kw_only=False)
    """The columns."""

    value: Annotated[str, may_be_empty] = Field(kw_only=False)
    """The value, as text."""

    def params(self) -> Document:
        return {**applies(self.columns), "value": self.value}


class TransformString(AnyStep):
    """Change the case of text, trim, normalize or truncate it."""

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
    """The change, by its name in DSS."""

    limit: Annotated[Count | None, at("truncate_limit")] = None
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

    places: Count = Field(default=0, kw_only=False)
    """The number of decimal places."""

    mode: Annotated[Literal["ROUND", "FLOOR", "CEIL"] | str, token("ROUND", "FLOOR", "CEIL")] = (
        "ROUND"
    )
    """Round to the nearest number, down (``FLOOR``) or up (``CEIL``)."""

    def params(self) -> Document:
        return {**applies(self.columns), "mode": self.mode, "places": self.places, "precision": 0}
