"""The prepare recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import InstanceOf

from dssdsl.columns.missing import Missing, Use
from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, exact, form, keyed, listed, may_have_no_items, resets_to
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document
from dssdsl.resources.python_code import check_python
from dssdsl.resources.recipes.base import AnyRecipe, FlowRef
from dssdsl.resources.recipes.formulas import sql_in
from dssdsl.resources.recipes.visual import ENGINE, Engine

from .code import NO_ENV, PythonFunction
from .step import AnyStep, Group

DEPTH = 4
"""Levels of groups whose steps are compared by what they are."""
_STEP = keyed("type", "name", "params.column", "params.columns", "params.inCol")

_PLACES: Mapping[str, tuple[Any, ...]] = {
    "steps": (_STEP,),
    "params.renamings": (keyed("from"),),
    "params.mapping": (keyed("from"),),
    "params.min": (exact,),
    "params.max": (exact,),
    "params.bins": (keyed("inf", "sup"),),
    "params.bins.inf": (exact,),
    "params.bins.sup": (exact,),
    "params.separators": (keyed("value"),),
    "params.errorColumn": (resets_to(""),),
    "params.envSelection": (resets_to({"envMode": "INHERIT"}),),
}
"""What is known of places in a step."""


class PrepareRecipe(AnyRecipe):
    """
    Prepare a dataset in steps; ``from dssdsl import prepare`` has the steps.

    dssdsl removes steps that the program does not declare.
    """

    wire = "shaker"
    computes_schema = True
    one_input = True
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        **AnyRecipe.places,
        **{
            f"payload.{'steps.' * depth}{path}": facts
            for depth in range(1, DEPTH + 1)
            for path, facts in _PLACES.items()
        },
        "inputs.scriptDeps.items": (keyed("ref"),),
    }

    steps: Annotated[
        OneOrMany[InstanceOf[AnyStep]],
        at("payload.steps"),
        may_have_no_items,
        _STEP,
        listed,
        form(
            'steps of prepare (from dssdsl import prepare): prepare.RenameColumns({"a": "b"}), …, '
            'or prepare.Step("WireType", {…}) for any other',
            yaml='steps such as prepare.RenameColumns({"a": "b"}), or prepare.Step("WireType", {…}) for any other',
        ),
    ]
    """The steps, in order."""

    engine: Annotated[Engine | None, ENGINE, at("params.engineType")] = None
    """The engine that runs it. By default DSS chooses."""

    lookups: Annotated[
        OneOrMany[FlowRef],
        at("inputs.scriptDeps", "inputs.scriptDeps.items"),
        form("datasets that steps look up"),
    ] = ()
    """Datasets that its steps read, beside those that ``JoinColumns`` names."""

    def roles(self, side: Literal["inputs", "outputs"]) -> dict[str, list[Any]]:
        out = super().roles(side)
        if side == "inputs" and (read := self._looked_up()):
            out["scriptDeps"] = read
        return out

    def _looked_up(self) -> list[Any]:
        """The datasets of ``lookups``, and those that steps name."""
        steps = [step for step in many(self.steps) if isinstance(step, AnyStep)]
        found: list[Any] = []
        for each in (*many(self.lookups), *(each for step in steps for each in step.lookups())):
            if not any(self.is_same(each, other) for other in found):
                found.append(each)
        return found

    def uses(self) -> Iterator[tuple[str, str]]:
        yield from super().uses()
        for step in self._every(many(self.steps)):
            if isinstance(step, PythonFunction) and step.code_env not in (*NO_ENV, None):
                yield "code_env", str(step.code_env)

    def _every(self, steps: Sequence[AnyStep]) -> Iterator[AnyStep]:
        """Yield each step, those of groups too."""
        for step in steps:
            yield step
            if isinstance(step, Group):
                yield from self._every(step.steps)

    def payload(self) -> Document:
        return {"steps": [step.document(self) for step in many(self.steps)]}

    def lacks(self, one: Missing, where: str) -> str:
        if one.use is not Use.STEP:
            return super().lacks(one, where)
        steps, step = many(self.steps), None
        for place in one.where.split("."):
            step = steps[int(place) - 1]
            steps = many(getattr(step, "steps", None))
        what = getattr(step, "type", None) or type(step).__name__
        return f'step {one.where} ({what}) reads the column "{one.column}", which {where} does not have there'

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        for step in many(self.steps):
            for formula in step.formulas():
                if instead := sql_in(formula):
                    yield self.error(
                        f'"{formula}" is a DSS formula, and contains SQL', f"write {instead}"
                    )
        for step in self._every(many(self.steps)):
            if isinstance(step, PythonFunction):
                yield from check_python(step.code, self, program, "the code of a PythonFunction")
