"""A recipe of any type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, create_only, form
from dssdsl.lang.graph import target_of
from dssdsl.lang.model import token
from dssdsl.lang.program import Program
from dssdsl.lang.resource import text_of
from dssdsl.lang.values import Code, Document, Initial, Ref, unfit

from .base import AnyRecipe, of
from .catalogue import PLUGIN, RECIPES, UI_NAMES, unknown_keys
from .payload import LEFT_TO_DSS, TEXT_TYPES, VISUAL_TYPES, fold


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

    type: Annotated[
        str,
        token(*RECIPES, aliases=UI_NAMES, prefixes=(PLUGIN,)),
        at("type"),
        create_only,
        form('a type of DSS, such as "split" or "r"'),
    ]
    """DSS's type: ``split``, ``sampling``, ``prediction_scoring``, ``r``, …"""

    params: Annotated[Mapping[str, Any] | None, at("params")] = None
    """DSS's ``params``."""

    payload_: Annotated[
        Mapping[str, Any] | Code | None,
        at("payload"),
        form("DSS's payload: an object, or text"),
    ] = Field(default=None, alias="payload")
    """DSS's payload: an object, JSON text such as ``file("payload.json")``, or code."""

    def payload(self) -> Any:
        if self.payload_ is None:
            return None
        if isinstance(self.payload_, Mapping):
            if problem := unfit(self.payload_, "payload"):
                raise self.error(problem)
            settings = json.loads(json.dumps(self.payload_))
        elif (settings := self._object(text_of(self.payload_).text)) is None:
            return text_of(self.payload_)
        inputs = [Ref(of(item), self) for item in self.roles("inputs").get("main", [])]
        folded = fold(self.type, settings, inputs)
        return {n: Initial(v) if n in LEFT_TO_DSS else v for n, v in folded.items()}

    def _object(self, text: str) -> Document | None:
        """The object that *text* has in JSON; None for code and other text."""
        if self.type in TEXT_TYPES:
            return None
        try:
            found = json.loads(text)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def document(self) -> Document:
        return {**super().document(), "type": self.type}

    @property
    def of_type(self) -> str:
        return self.type

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if self.type == "pivot" and any(
            getattr(target_of(ref, program), "columns", None) is None
            for ref in self.refs("outputs")
        ):
            program.warn(
                f"{self.label}: columns not computed: a pivot has a column for each value in its data, "
                "and gets them when it runs",
                at=self.source,
            )
        if isinstance(self.payload_, Mapping):
            known = RECIPES[self.type].payload if self.type in RECIPES else ()
            for key in unknown_keys(self.type, self.payload_):
                what = f"key of the payload of {self.type} recipes"
                yield from self.check_word(program, key, known, what)

    @property
    def computes_schema(self) -> bool:  # type: ignore[override]
        """Whether DSS can work out the columns of what it writes."""
        return self.type in VISUAL_TYPES
