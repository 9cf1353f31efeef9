"""A recipe of any type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from dssdsl.lang.fields import at, create_only, form
from dssdsl.lang.resource import text_of
from dssdsl.lang.values import Code, Document, unfit

from .base import AnyRecipe
from .payload import IDLE, VISUAL_TYPES, fold


class Recipe(AnyRecipe):
    """
    A recipe of any type, by DSS's type, roles, ``params`` and payload.

    Keys of ``params`` and of a payload that the program does not set stay as they are.
    """

    read_with_kind = True
    hints: ClassVar[Mapping[str, str]] = {
        "code": 'code is the payload: payload=file("recipes/x.R")'
    }
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {**AnyRecipe.places}

    type: Annotated[str, at("type"), create_only, form('a type of DSS, such as "split" or "r"')]
    """DSS's type: ``split``, ``sampling``, ``prediction_scoring``, ``r``, …"""

    params: Annotated[Mapping[str, Any] | None, at("params")] = None
    """DSS's ``params``."""

    payload_: Annotated[
        Mapping[str, Any] | Code | None,
        at("payload"),
        form("DSS's payload: an object, or text"),
    ] = Field(default=None, alias="payload")
    """DSS's payload: an object, or text such as ``file("…")``."""

    def payload(self) -> Any:
        if isinstance(self.payload_, Mapping):
            if problem := unfit(self.payload_, "payload"):
                raise self.error(problem)
            folded = fold(self.type, json.loads(json.dumps(self.payload_)))
            return {name: value for name, value in folded.items() if name != IDLE}
        return None if self.payload_ is None else text_of(self.payload_)

    def document(self) -> Document:
        return {**super().document(), "type": self.type}

    @property
    def computes_schema(self) -> bool:  # type: ignore[override]
        """Whether DSS can work out the columns of what it writes."""
        return self.type in VISUAL_TYPES
