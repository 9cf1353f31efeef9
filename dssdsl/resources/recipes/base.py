"""Common to all recipes: inputs, outputs, a payload."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field, InstanceOf

from dssdsl.columns.missing import Missing, Use, missing
from dssdsl.errors import ProgramError
from dssdsl.lang.fields import at, closed, create_only, form, keyed, may_have_no_items, resets_to
from dssdsl.lang.graph import flow_key, flow_name, owner_of, target_of
from dssdsl.lang.keys import Key
from dssdsl.lang.model import OneOrMany, many, token
from dssdsl.lang.near import did_you_mean
from dssdsl.lang.program import Program
from dssdsl.lang.resource import Part, Resource
from dssdsl.lang.values import Document, Initial, Ref
from dssdsl.lang.words import nearest_token
from dssdsl.resources.datasets.columns import declared
from dssdsl.resources.flow import AnyFlowItem, FlowObject
from dssdsl.resources.partitions import check_dependencies, dimensions_of

from .catalogue import roles
from .known import Known

SHOWN = 12
"""Columns that a hint lists."""
FlowRef: TypeAlias = InstanceOf[AnyFlowItem] | str
"""A dataset, folder, model or evaluation store; or the name of one outside the program."""


class Dependency(Part):
    """
    The partitions of an input that a partition of the output needs.

    For ``time_range``, set DSS's ``params``: ``fromMode``, ``fromOffset``, ``toOffset``, …
    """

    func: Annotated[
        Literal["equals", "time_range", "latest_available", "all_available", "values"] | str,
        token("equals", "time_range", "latest_available", "all_available", "values"),
    ] = Field(kw_only=False)
    """The dependency function, by its name in DSS."""

    dimension: str | None = None
    """The dimension of the input; with ``equals``, also of the output."""

    output_dimension: str | None = None
    """The dimension of the output, with ``equals``, if it has another name there."""

    values: OneOrMany[str] | None = None
    """The partitions, with ``values``."""

    params: Mapping[str, Any] | None = None
    """DSS's parameters of the function."""

    def document(self, owner: Resource) -> Document:
        out: Document = {"func": self.func, "expandVariables": Initial(value=False)}
        if self.dimension is not None:
            out["idim"] = self.dimension
            if self.func == "equals":
                out["odim"] = self.output_dimension or self.dimension
        if self.values is not None:
            out["values"] = many(self.values)
        out["params"] = dict(self.params) if self.params is not None else Initial({})
        return out


class RecipeInput(Part):
    """An input and its partition dependencies."""

    of: Annotated[FlowRef, form("a dataset, or its name")] = Field(kw_only=False)
    """The input."""

    deps: Annotated[
        OneOrMany[InstanceOf[Dependency]] | None, form('Dependency("equals", dimension="day")')
    ] = None
    """A dependency for each dimension of the input. By default ``equals``, for those that the outputs have, too."""


class RecipeOutput(Part):
    """An output that a recipe may append to."""

    of: Annotated[FlowRef, form("a dataset, or its name")] = Field(kw_only=False)
    """The output."""

    append: bool = False
    """Whether a run appends rows instead of replacing them."""


def _not_a_zone(value: Any) -> Any:
    given = value.values() if isinstance(value, Mapping) else [value]
    for item in [i for one in given for i in many(one)]:
        if isinstance(item, Resource) and item.holds_members:
            raise ValueError(
                f"has {item.label}; a FlowZone cannot be an input or an output | "
                "name its datasets; zone= puts the recipe into it"
            )
        if isinstance(item, AnyRecipe):
            raise ValueError(  # noqa: TRY004 - pydantic reports this one as the field's error
                f"has {item.label} | name the dataset that the recipe writes"
            )
    return value


In: TypeAlias = FlowRef | InstanceOf[RecipeInput]

Out: TypeAlias = FlowRef | InstanceOf[RecipeOutput]

Inputs: TypeAlias = OneOrMany[In] | Mapping[str, OneOrMany[In]]

Outputs: TypeAlias = OneOrMany[Out] | Mapping[str, OneOrMany[Out]]

INPUTS = form('datasets, folders or models, or {"role": …} of them; "NAME" outside the program')

NOT_A_ZONE = BeforeValidator(_not_a_zone)


def of(item: Any) -> Any:
    """The object of an input or output, or its name."""
    return getattr(item, "of", item)


class AnyRecipe(FlowObject):
    """Common to all recipes."""

    kind = "recipe"
    read_with_kind = False
    section = "recipes"
    order = 9
    family = "Recipes"
    goes_with_inputs = True
    runs_code = True
    referred_by_name = True
    object_type = "RECIPE"
    renamable = True
    wire: ClassVar[str] = ""
    """DSS's type of the recipe."""
    one_input: ClassVar[bool] = False
    """Whether it reads exactly one dataset."""
    places: ClassVar[Mapping[str, tuple[Any, ...]]] = {
        "type": (create_only,),
        "inputs": (closed,),
        "outputs": (closed,),
        "inputs.*.items": (keyed("ref"),),
        "inputs.*.items.deps": (resets_to([]),),
        "outputs.*.items": (keyed("ref"),),
        "outputs.*.items.appendMode": (resets_to(value=False),),
    }

    name: str = Field(kw_only=False)
    """Its name."""

    inputs: Annotated[Inputs, at("inputs"), INPUTS, NOT_A_ZONE] = ()
    """The inputs: one, a list, or ``{role: …}``."""

    outputs: Annotated[Outputs, at("outputs"), INPUTS, NOT_A_ZONE, may_have_no_items]
    """The outputs: one, a list, or ``{role: …}``."""

    variables: Annotated[Mapping[str, Any] | None, at("variables"), resets_to({})] = None
    """Variables that override those of the project when the recipe runs."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        if fields.get("adopt"):  # DSS has recipes that nobody finished
            fields.setdefault("outputs", ())
        super().__init__(*args, **fields)

    def _keywords(self) -> str:
        return "write the rest as keywords: inputs=…, outputs=…"

    def roles(self, side: Literal["inputs", "outputs"]) -> dict[str, list[Any]]:
        """The inputs or outputs, by role."""
        given = getattr(self, side)
        by_role = given if isinstance(given, Mapping) else {"main": given}
        return {role: many(items) for role, items in by_role.items() if many(items)}

    def refs(self, side: Literal["inputs", "outputs"]) -> list[Ref]:
        """References to its inputs or outputs."""
        return [Ref(of(item), self) for items in self.roles(side).values() for item in items]

    def is_same(self, one: Any, other: Any) -> bool:
        """Whether two inputs or outputs are one object."""
        one, other = of(one), of(other)
        if one is other or one == other:
            return True
        known = [target_of(Ref(each, self), self._program) for each in (one, other)]
        return known[0] is not None and known[0] is known[1]

    def payload(self) -> Any:
        """Its payload: text, or a JSON object; None if the program does not set it."""
        return None

    def document(self) -> Document:
        out = super().document()
        out.pop("payload", None)
        out["type"] = self.wire
        out["inputs"] = {
            role: {"items": [self._input(i) for i in items]}
            for role, items in self.roles("inputs").items()
        }
        out["outputs"] = {
            role: {"items": [self._output(i) for i in items]}
            for role, items in self.roles("outputs").items()
        }
        payload = self.payload()
        if payload is not None:
            out["payload"] = payload
        return out

    def _input(self, item: Any) -> Document:
        deps = getattr(item, "deps", None)
        return {
            "ref": Ref(of(item), self),
            "deps": Initial(self._equal_dimensions(item))
            if deps is None
            else [d.document(self) for d in many(deps)],
        }

    def _equal_dimensions(self, item: Any) -> list[Document]:
        """Dependencies as the user interface sets them: a partition is made of the same partition of the input."""
        if self._program is None:
            return []
        outputs = self._dimensions("outputs", self._program).values()
        theirs = {d.name for dimensions in outputs for d in dimensions or ()}
        mine = dimensions_of(target_of(Ref(of(item), self), self._program)) or ()
        return [
            {"func": "equals", "idim": d.name, "odim": d.name, "params": {}, "values": []}
            for d in mine
            if d.name in theirs
        ]

    def _output(self, item: Any) -> Document:
        append = item.append if isinstance(item, RecipeOutput) else Initial(value=False)
        return {"ref": Ref(of(item), self), "appendMode": append}

    def check(self, program: Program) -> Iterator[ProgramError]:
        yield from super().check(program)
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.name) and not self.adopted:
            yield self.error(
                "its name has characters that DSS does not allow",
                "use letters, digits, underscores and hyphens",
            )
        outputs = [flow_name(ref, program) for ref in self.refs("outputs")]
        if not outputs:
            yield from self.incomplete(program, "it has no outputs", "add outputs=…")
        for name in sorted({n for n in outputs if outputs.count(n) > 1}):
            yield self.error(f"it has the output {name} twice")
        mains = len(self.roles("inputs").get("main", []))
        if self.one_input and mains != 1:
            yield from self.incomplete(
                program,
                f"it reads one dataset, and has {mains} inputs",
                "join or stack them first" if mains else "add inputs=…",
            )
        yield from self._check_columns(program)
        yield from self._check_roles(program)
        yield from self._check_zones(program)
        yield from self._check_dependencies(program)

    def incomplete(self, program: Program, problem: str, fix: str) -> Iterator[ProgramError]:
        """Yield an error; warn instead if the recipe is adopted, because DSS has recipes that nobody finished."""
        yield from self.unless_adopted(self.error(problem, fix), program)

    @property
    def of_type(self) -> str:
        """DSS's type of this recipe."""
        return self.wire

    def _check_roles(self, program: Program) -> Iterator[ProgramError]:
        for side in ("inputs", "outputs"):
            known = roles(self.of_type, side)
            for role in self.roles(side) if known else ():
                if role not in known:
                    what = f"role of the {side} of {self.of_type} recipes"
                    yield from self.check_word(program, role, known, what)

    def check_word(
        self, program: Program, word: str, known: Sequence[str], what: str
    ) -> Iterator[ProgramError]:
        """Yield an error for a *word* that is nearly a known one; warn of any other: a newer DSS may have it."""
        if near := nearest_token(word, known):
            found = self.error(f'"{word}" is no {what}', f'did you mean "{near}"?')
            yield from self.unless_adopted(found, program)
        else:
            listed = ", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else "")
            found = self.error(f'"{word}" is no {what} that dssdsl knows: {listed}')
            program.warn(found.problem, at=found.at)

    def _check_zones(self, program: Program) -> Iterator[ProgramError]:
        for ref in self.refs("outputs"):
            target: Any = target_of(ref, program)
            zone = getattr(target, "zone", None)
            if zone is None or target.exists or target.project is not self.project:
                continue
            if self.zone is None or zone.key != self.zone.key:
                mine = f"in {self.zone.label}" if self.zone is not None else "in none"
                yield self.error(
                    f"its output {target.identity} at {target.source} is in {zone.label}, "
                    f"the recipe is {mine}",
                    "a recipe and its outputs share one zone: set zone= on the recipe only",
                )

    def _check_dependencies(self, program: Program) -> Iterator[ProgramError]:
        outputs = self._dimensions("outputs", program)
        inputs = self._dimensions("inputs", program)
        theirs = (
            next((d for d in outputs.values() if d), []) if None not in outputs.values() else None
        )
        for item in [i for items in self.roles("inputs").values() for i in items]:
            mine = inputs[flow_key(Ref(of(item), self), program)]
            deps = getattr(item, "deps", None)
            for one in check_dependencies(deps, mine, theirs, of_name(item)):
                yield from self.unless_adopted(self.error(one.text, one.fix), program)
        divided = self.raw.get("redispatchPartitioning") or not self.computes_schema
        if theirs and inputs and not divided and all(d == [] for d in inputs.values()):
            read = ", ".join(key.name for key in inputs)
            program.warn(
                f"{self.label}: each partition gets all rows of {read}, which has no partitions; "
                'raw={"redispatchPartitioning": True} divides them by the column '
                f"{theirs[0].name}",
                at=self.source,
            )

    def _dimensions(
        self, side: Literal["inputs", "outputs"], program: Program
    ) -> dict[Key, list[Any] | None]:
        """The dimensions of what it reads or writes, as far as they are known."""
        return {
            flow_key(ref, program): dimensions_of(target_of(ref, program))
            for ref in self.refs(side)
        }

    def columns_of(self, item: Any) -> list[str] | None:
        """The columns of an input: declared, or inferred from the recipe that writes it; None if unknown."""
        if self._program is None:
            return None
        found = Known.of(self._program).columns(Ref(of(item), self))
        return found.names if found.complete else None

    def declared_columns_of(self, item: Any) -> list[str] | None:
        """The columns of an input, if the program declares them."""
        target = target_of(Ref(of(item), self), self._program) if self._program else None
        columns = getattr(target, "columns", None)
        return declared(columns).names if columns else None

    def types_of(self, item: Any) -> dict[str, str] | None:
        """The columns of an input with their types, if the program declares them."""
        target = target_of(Ref(of(item), self), self._program) if self._program else None
        columns = getattr(target, "columns", None)
        if not columns:
            return None
        return dict(columns) if isinstance(columns, Mapping) else {c.name: c.type for c in columns}

    def _check_columns(self, program: Program) -> Iterator[ProgramError]:
        """Yield an error for each column that it reads and that no input has, as far as that is known."""
        known = Known.of(program)
        for one in missing(known.recipe(self), known.flow.columns):
            problem = self.lacks(one, _name_of(one.input, self) if one.input else "its result")
            fix = did_you_mean(one.column, one.known.names) or _listed(one.known.names)
            yield from self.unless_adopted(self.error(problem, fix), program)

    def lacks(self, one: Missing, where: str) -> str:
        """The sentence that *where* lacks a column."""
        if one.use is Use.PLAIN:
            return f'{where} has no column "{one.column}"'
        reader = one.use.value
        if one.use is Use.COMPUTED:
            reader = f'the computed column "{one.where}"'
        elif one.use is Use.STEP:
            reader = f"step {one.where}"
        return f'{reader} reads the column "{one.column}", which {where} does not have'


def of_name(item: Any) -> str:
    """The name of an input or output in messages."""
    return str(getattr(of(item), "identity", of(item)))


def _name_of(key: str, recipe: Resource) -> str:
    """The name of an input, as messages about a recipe say it."""
    project, _, rest = key.partition("/")
    name = rest.partition("/")[2]
    return name if project == owner_of(recipe) else f"{project}.{name}"


def _listed(known: Sequence[str]) -> str:
    return f"it has {', '.join(known[:SHOWN])}{', …' if len(known) > SHOWN else ''}"
