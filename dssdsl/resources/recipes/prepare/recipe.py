"""The prepare recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import InstanceOf

from dssdsl.columns.missing import Missing, Use
from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, form, keyed, listed, may_have_no_items
from dssdsl.lang.model import OneOrMany, many
from dssdsl.lang.program import Program
from dssdsl.lang.values import Document
from dssdsl.resources.python_code import check_python
from dssdsl.resources.recipes.base import AnyRecipe, FlowRef
from dssdsl.resources.recipes.formulas import sql_in
from dssdsl.resources.recipes.visual import ENGINE, Engine

from .code import PythonFunction
from .step import AnyStep, Group

_STEP = keyed("type", "name", "params.column", "params.columns", "params.inCol")


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
        "payload.steps.steps": (_STEP,),
        "payload.steps.params.renamings": (keyed("from"),),
        "payload.steps.params.mapping": (keyed("from"),),
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
            'or prepare.Step("WireType", {…}) for any other'
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
    """The datasets that its steps join or look up."""

    def roles(self, side: Literal["inputs", "outputs"]) -> dict[str, list[Any]]:
        out = super().roles(side)
        if side == "inputs" and many(self.lookups):
            out["scriptDeps"] = many(self.lookups)
        return out

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
        yield from self._check_code(program, many(self.steps))

    def _check_code(self, program: Program, steps: Sequence[AnyStep]) -> Iterator[ProgramError]:
        for step in steps:
            if isinstance(step, Group):
                yield from self._check_code(program, step.steps)
            elif isinstance(step, PythonFunction):
                yield from check_python(step.code, self, program, "the code of a PythonFunction")
